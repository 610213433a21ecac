"""glassballot trustee restore, fingerprint: a key back from paper, and a public key to be read out."""

from __future__ import annotations

from pathlib import Path

import click

from election.manifest import Trustee
from glassballot import drafts
from glassballot.console import (
    UsageError,
    check_new,
    naming,
    passphrase_option,
    read_file,
    read_passphrase,
    say,
)
from trustees import paper
from trustees.errors import KeyFileError
from trustees.keyfile import KeyFile
from trustees.public import fingerprint as fingerprint_of

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=PATH)
@click.option(
    "--from", "text", type=PATH, required=True, help="A text with the lines of the paper, in any order."
)
@passphrase_option
def restore(file: Path, text: Path, passphrase_file: Path | None) -> None:
    """Make the key FILE again from the lines of a paper backup, typed or scanned.

    \b
    Example:
      glassballot trustee restore anna.key --from paper.txt
    """
    check_new(file, "key file")
    typed = read_file(text, "paper backup").decode(errors="replace")
    try:
        sealed = paper.read(typed)
    except KeyFileError as error:
        raise UsageError(f"paper backup {text}: {error}") from None
    KeyFile.restore(file, sealed, read_passphrase(passphrase_file)).close()
    say(
        f"Wrote {file}. It is known as a copy: before it agrees to a closing it asks what another trustee has."
    )


@click.command()
@click.argument("public", metavar="FILE.pub", type=PATH)
def fingerprint(public: Path) -> None:
    """Print the fingerprint of a trustee's public key FILE.pub, to be compared by telephone.

    \b
    Example:
      glassballot trustee fingerprint anna.key.pub
    """
    value = drafts.read_json(public, "trustee file")
    with naming(public, "trustee file"):
        trustee = Trustee.from_json(value, "trustee")
    say(f"{trustee.id}  {fingerprint_of(trustee.key)}")
