"""glassballot witness: cosign what a log signs, as long as it only grows; have a record cosigned."""

from __future__ import annotations

import json
import logging
import socket
from pathlib import Path
from typing import Any

import click

from crypto.errors import EncodingError
from crypto.note import Cosigner, NoteKey, cosignature_time
from crypto.tlog_witness import MAX_REQUEST
from election.cosigning import Address, Collector, http_post
from election.entries import parse
from election.manifest import Manifest
from election.record import RecordReader, RecordWriter
from election.witnessing import keys_of, tlog_policy, witnessed
from glassballot import keyring
from glassballot.console import REFUSED, UsageError, clock, clock_option, console, fail, json_option
from glassballot.place import open_record
from witness import Witness, WitnessFolder
from witness.folder import LogFolder
from witness.web import Application

_PATH = click.Path(path_type=Path)
_KEY = "witness.key"
folder_argument = click.argument("folder", type=_PATH)
folder_of_record = click.argument("record", type=_PATH)


@click.group(name="witness")
def group() -> None:
    """Watch a log, so that it shows everybody the same: C2SP tlog-witness, for any C2SP log."""


@group.command()
@folder_argument
@click.option("--name", required=True, help="A name for the key, such as witness.example.org/council.")
def new(folder: Path, name: str) -> None:
    """Make a witness in a new FOLDER, and print its verifier key for the manifest.

    Never restore the folder from an older copy: the witness would have forgotten what it has cosigned. Make a new one.

    \b
    Example:
      glassballot witness new /var/lib/witness --name witness.example.org
    """
    witness = keyring.make_witness(folder / _KEY, name)
    click.echo(str(witness.key))


@group.command()
@folder_argument
@click.option("--vkey", required=True, help="The log's verifier key, as its manifest has it in log.key.")
def log(folder: Path, vkey: str) -> None:
    """Let the witness of FOLDER cosign for the log with this key, whose name is its origin.

    \b
    Example:
      glassballot witness log /var/lib/witness --vkey 'example.org/council+2b1e...'
    """
    _load(folder)
    try:
        key = NoteKey.parse(vkey)
    except EncodingError as error:
        raise UsageError(f"--vkey: {error}") from None
    WitnessFolder(folder).add_log(key)


@group.command()
@folder_argument
@click.option("--listen", default="127.0.0.1:8081", show_default=True, metavar="HOST:PORT")
@clock_option
def serve(folder: Path, listen: str, clock_offset: int) -> None:
    """Cosign over HTTP until stopped. Put a TLS proxy before it, and keep its clock right.

    \b
    Example:
      glassballot witness serve /var/lib/witness --listen 127.0.0.1:8081
    """
    try:
        import waitress
    except ImportError:
        raise UsageError("witness serve needs waitress: pip install 'glassballot[witness]'") from None
    witness = Witness(WitnessFolder(folder), _load(folder), clock(clock_offset))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    with _bind(listen) as listening:
        host, port = listening.getsockname()[:2]
        server = waitress.create_server(
            Application(witness),
            sockets=[listening],
            threads=8,
            ident=None,
            max_request_body_size=MAX_REQUEST + 1,
        )
        click.echo(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}")
        server.run()


@group.command()
@folder_argument
@json_option
def status(folder: Path, as_json: bool) -> None:
    """Say for which logs the witness cosigns, what it has cosigned last, and what convicts one of them.

    \b
    Example:
      glassballot witness status /var/lib/witness
    """
    witness = _load(folder)
    logs = [_standing(log, witness) for log in WitnessFolder(folder).logs()]
    if as_json:
        click.echo(json.dumps({"key": str(witness.key), "logs": logs}))
        return
    click.echo(str(witness.key))
    for known in logs:
        last = (
            f"{known['size']} entries, cosigned at {known['time']}"
            if known["time"]
            else "nothing cosigned yet"
        )
        click.echo(f"{known['origin']}: {last}")
        for path in known["evidence"]:
            click.echo(f"  It has signed two roots for one size: {path}")


@group.command()
@folder_of_record
@click.option("--log-key", type=_PATH, required=True, help="The log's key file.")
@click.option(
    "--at", "urls", multiple=True, required=True, metavar="NAME=URL", help="Where a witness is; repeat it."
)
@click.option(
    "--seconds", type=click.FloatRange(0.1), default=10.0, show_default=True, help="How long to wait."
)
@clock_option
def ask(record: Path, log_key: Path, urls: tuple[str, ...], seconds: float, clock_offset: int) -> None:
    """Have the checkpoint of a RECORD folder cosigned by the manifest's witnesses. A board does so by itself.

    \b
    Exit code: 0 the quorum has cosigned, 1 it has not.

    \b
    Example:
      glassballot witness ask record --log-key keys/log.key --at w1=http://127.0.0.1:8081 --at w2=...
    """
    signer, reader = keyring.load_log(log_key), open_record(record)
    manifest = _manifest(reader)
    collector = Collector(_addresses(manifest, urls), http_post(seconds), clock(clock_offset))
    collected = collector.collect(reader.signed, reader.consistency_proof, seconds=seconds)
    with RecordWriter(record, signer.name, signer.secret).locked() as head:
        if head.checkpoint != reader.signed.checkpoint:
            raise UsageError(f"record {record}: it has grown meanwhile; ask again")
        signed = head.add_signatures(collected.signatures)
    for name, error in collected.failures.items():
        console.print(f"{name}: {error}", markup=False, soft_wrap=True)
    seen = witnessed(signed, manifest)
    click.echo(f"{seen.so_far} have cosigned {seen.size} entries.")
    if not seen.reached:
        fail("the witnesses' quorum is not reached", REFUSED)


@group.command()
@folder_of_record
def policy(record: Path) -> None:
    """Print log, witnesses and quorum of a RECORD's manifest as a C2SP tlog-policy, for other people's tools.

    \b
    Example:
      glassballot witness policy record > council.policy
    """
    click.echo(tlog_policy(_manifest(open_record(record))), nl=False)


def _bind(listen: str) -> socket.socket:
    """A socket that listens at HOST:PORT. Raises UsageError."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise UsageError(f"--listen {listen}: HOST:PORT was due here")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), int(port)), family=family)
    except OSError as error:
        raise UsageError(f"--listen {listen}: {error.strerror or error}") from None


def _load(folder: Path) -> Cosigner:
    return keyring.load_witness(folder / _KEY)


def _standing(log: LogFolder, witness: Cosigner) -> dict[str, Any]:
    latest = log.latest
    own = latest.only([witness.key]).signatures if latest else ()
    return {
        "origin": log.key.name,
        "size": latest.checkpoint.size if latest else 0,
        "root": latest.checkpoint.root.hex() if latest else "",
        "time": cosignature_time(own[0].value) if own else 0,
        "evidence": [str(path) for path in log.evidence],
    }


def _manifest(reader: RecordReader) -> Manifest:
    manifest = parse(reader.entry(0).content)
    if not isinstance(manifest, Manifest):
        raise UsageError(f"entry 0 is a {manifest.kind}, not a manifest")
    return manifest


def _addresses(manifest: Manifest, urls: tuple[str, ...]) -> list[Address]:
    """Of NAME=URL, the name being that of a witness's key. Raises UsageError."""
    keys = {key.name: key for key in keys_of(manifest.witnesses)}
    found = []
    for text in urls:
        name, separator, url = text.partition("=")
        if not separator or not url.startswith(("http://", "https://")):
            raise UsageError(f"--at {text}: NAME=URL was due here")
        if name not in keys:
            raise UsageError(f"--at {text}: the manifest names no witness {name}")
        found.append(Address(keys[name], url))
    return found
