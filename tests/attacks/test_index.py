"""The museum's index: every row of the list of attacks that concerns a record has a test that is named after it.

The list is design/ATTACKS.md. What is not shown here belongs to the booth
and the board's pages (B) or to the trustee's own tool (T).
"""

from __future__ import annotations

import re
from pathlib import Path

ROWS = set(range(1, 79))
LEFT_OUT = {
    30: "T: a damaged key file fails before the election opens (tests/trustees)",
    33: "T, B: a stored public key other than the derived one refuses to sign (tests/crypto, tests/trustees)",
    40: "B: a challenged ballot whose opening differs from what was shown (tests/booth)",
    48: "B: ballots of a style serialise to one length (tests/booth)",
    58: "B: injected titles, foreign scripts, tokens, parallel casts",
    72: "B: the credential is asked for only after the decision (tests/booth)",
}
_NAME = re.compile(r"^def test_rows?_(\d\d)(?:_and_(\d\d))?_", re.MULTILINE)


def test_every_row_is_shown_or_says_where_it_is() -> None:
    shown: set[int] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for found in _NAME.findall(file.read_text()):
            shown |= {int(row) for row in found if row}
    assert shown | LEFT_OUT.keys() == ROWS
    assert not shown & LEFT_OUT.keys()
