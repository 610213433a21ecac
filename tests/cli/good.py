"""For every command a line that works in the town, from which bad ones are made."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.cli.script import offset_of

PUBLIC = "--trustee anna.key.pub --trustee babak.key.pub --trustee chen.key.pub"
ANNA = "--key anna.key --passphrase-file anna.pass"

# @… stands for the clock offset of that moment, {file} for a file's content, * for the first file of a pattern.
GOOD = {
    "demo": ["demo --ballots ballots.pb --limit 3 --out new"],
    "election keys": ["election keys new --origin example.org/log"],
    "election template": ["election template new"],
    "election check": [f"election check draft.json {PUBLIC}"],
    "election create": [f"election create new --draft draft.json --keys keys {PUBLIC} --anchor new-anchor"],
    "election manifest": [
        f"election manifest new --draft draft.json --log log.pub --keys keys {PUBLIC} --anchor new-anchor"
    ],
    "election ceremony": ["election ceremony begun --keys keys --hours 2 --clock-offset @setup"],
    "election credentials": ["election credentials keyed new --unit station-1 --count 2"],
    "election roll": [
        "election roll keyed --keys keys --unit station-1 --add voters/station-1.roll --clock-offset @setup",
        "election roll rolled --keys keys --unit station-1 --remove voters/station-1.roll --clock-offset @setup",
    ],
    "election open": ["election open rolled --keys keys --clock-offset @setup"],
    "election close": ["election close voting --keys keys --clock-offset @closing"],
    "election publish": ["election publish decrypted --keys keys --clock-offset @later"],
    "election append": ["election append voting unsent.entry --log-key keys/log.key --clock-offset @voting"],
    "election status": ["election status voting", "election status final --json"],
    "trustee init": ["trustee init new --id farid --title en=Farid --passphrase-file anna.pass"],
    "trustee step": [
        f"trustee step voting {ANNA} --log-key keys/log.key --once --anchor-file anchor --clock-offset @setup",
        f"trustee step closed {ANNA} --out new --closing-root {{closing-root}} --clock-offset @closing",
    ],
    "trustee run": [f"trustee run final {ANNA} --log-key keys/log.key --every 1 --clock-offset @later"],
    "trustee status": [f"trustee status voting {ANNA} --clock-offset @setup"],
    "trustee recover": [f"trustee recover voting {ANNA} --anchor-file anchor"],
    "trustee destroy": [f"trustee destroy final {ANNA} --yes --anchor-file anchor"],
    "vote": [
        "vote voting omid --unit station-2 --credential voters/station-2-* --decision cast --log-key keys/log.key"
        " --receipt new --anchor-file anchor --clock-offset @voting",
        "vote voting omid --unit station-2 --credential voters/station-2-* --decision cast --out new",
        "vote voting omid --unit station-2 --decision challenge --opening new-opening --publish --out new",
        "vote voting --resend twelve.entry --receipt new",
        "vote voting --paper --unit station-1",
    ],
    "challenge check": ["challenge check voting opened.json omid sima --anchor-file anchor"],
    "receipt check": ["receipt check voting second.receipt --evidence new"],
    "receipt find": [
        "receipt find voting --tracker {tracker} --pseudonym {pseudonym} --anchor-file anchor",
        "receipt find final --tracker {tracker} --pseudonym {pseudonym} --anchor {anchor}",
    ],
    "receipt print": [
        "receipt print voting second.receipt --out new --address https://vote.example.org --time-zone Asia/Tehran"
    ],
    "verify": [
        "verify final --anchor-file anchor --since voting/checkpoint --receipt second.receipt",
        "verify final --anchor {anchor} --stage open --size 60 --json",
    ],
    "result": ["result final --anchor-file anchor --format csv --contest council --language fa"],
}  # fmt: skip

MOMENTS = {"@setup": "begin -1h", "@voting": "end -1h", "@closing": "end", "@later": "end +3h"}


def words_of(line: str) -> list[str]:
    """The arguments of a line of GOOD, in the town's folder."""
    return [_word(word) for word in shlex.split(line)]


def _word(word: str) -> str:
    if word in MOMENTS:
        return str(offset_of(MOMENTS[word]))
    if word.startswith("{"):
        return Path(word.strip("{}")).read_text().strip()
    return str(min(Path().glob(word))) if "*" in word else word
