"""A real PostgreSQL server of one's own: in a new folder, on a socket in it, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import psycopg

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


class MissingError(Exception):
    """There is no PostgreSQL server on this machine."""


class PostgresServer:
    """Runs between `with` and its end; started by root, it runs as a user with fewer rights, as it insists on."""

    def __init__(self) -> None:
        self._bin = _programs()
        self._user = _user() if os.getuid() == 0 else None

    def __enter__(self) -> PostgresServer:
        self.folder = Path(tempfile.mkdtemp(prefix="gb-pg-", dir="/tmp"))
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--no-locale", "--username=board")
        options = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        with open(self._data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in options.items())
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        self._run("pg_ctl", "--wait", "--silent", f"--log={self.folder}/log", "start")

    def stop(self, mode: str) -> None:
        """fast, or immediate: as if it had crashed."""
        self._run("pg_ctl", "--wait", "--silent", f"--mode={mode}", "stop")

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, like another one if so wished; how a board names it."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql://board@/{name}?host={self.folder}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _conninfo(self, database: str) -> str:
        return f"host={self.folder} user=board dbname={database}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), f"--pgdata={self._data}", *arguments]
        user = {"user": self._user.pw_uid, "group": self._user.pw_gid} if self._user else {}
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **user,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


def _programs() -> Path:
    """Where initdb is: on the path, or where Debian keeps the newest version's."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    if not found:
        raise MissingError("no PostgreSQL server here; tools/system-packages installs it")
    return found[-1].parent


def _version(program: Path) -> float:
    return float(program.parent.parent.name)


def _user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise MissingError("root needs a user postgres or nobody to run the server as")
