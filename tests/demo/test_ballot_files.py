"""Published ballots: read, checked, and counted to the totals that were published with them."""

from __future__ import annotations

import csv
import pickle
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassballot.ballot_files import BallotFile, BallotFileError, read_ballot_file
from glassballot.plain_count import plain_count

FRENCH = {"GylesNonains": 365, "Orsay1": 409, "Orsay5": 476, "Orsay6": 460}
POLISH = [
    ("krakow-2018", "ordinal", 123, (3, 3), 32958),
    ("wroclaw-2023", "choose-1", 52, (1, 1), 78082),
    ("warszawa-2023/Mokotow", "approval", 81, (1, 15), 11067),
    ("warszawa-2023/Ochota", "approval", 81, (1, 15), 4392),
    ("warszawa-2023/Rembertow", "approval", 38, (1, 15), 1172),
    ("warszawa-2023/Ursynow", "approval", 64, (1, 15), 6260),
    ("warszawa-2023/Wesola", "approval", 29, (1, 15), 1181),
    ("warszawa-2023/Wola", "approval", 67, (1, 15), 6760),
]  # fmt: skip

HEADER = "a header line that is not KEY: VALUE, or a key for the second time"
META = "a line of META that is not key;value, or a key for the second time"

CAT = """\
# TITLE: Some station
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER UNIQUE PREFERENCES: 3
# NUMBER CATEGORIES: 2
# CATEGORY NAME 1: Yes
# CATEGORY NAME 2: No
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Grace
# ALTERNATIVE NAME 3: Emmy
3: 2,{1,3}
2: {3,1},2
1: {},{1,2,3}
"""

PB = '''\
META
key;value
description;Some district
num_projects;3
num_votes;3
vote_type;ordinal
min_length;1
max_length;2
PROJECTS
project_id;cost;name
7;100;"A park; and a ""pond"""
8;100;A path
9;100;A bench
VOTES
voter_id;vote
1;9,7
2;"8"
3;7,9
'''


def tally(file: BallotFile) -> dict[str, int]:
    totals = dict.fromkeys((key for key, _ in file.options), 0)
    for ballot in file.ballots:
        for place, choice in enumerate(ballot):
            totals[choice] += file.points[place] if file.points else 1
    return totals


@pytest.mark.parametrize(("name", "kind", "options", "choices", "ballots"), POLISH)
def test_polish_files_give_their_published_totals(
    shared: Path, name: str, kind: str, options: int, choices: tuple[int, int], ballots: int
) -> None:
    path = shared / "data" / f"{name}.pb"
    file = read_ballot_file(path)
    assert (file.kind, len(file.options), len(file.ballots)) == (kind, options, ballots)
    assert (file.min_choices, file.max_choices) == choices
    assert file.points == ((3, 2, 1) if kind == "ordinal" else ())
    published = published_totals(path, "score" if kind == "ordinal" else "votes")
    assert tally(file) == published
    assert plain_count(path) == (ballots, published)


def published_totals(path: Path, column: str) -> dict[str, int]:
    section = path.read_text("utf-8").split("\nPROJECTS\n")[1].split("\nVOTES\n")[0]
    rows = csv.DictReader(section.split("\n"), delimiter=";")
    return {row["project_id"]: int(row[column]) for row in rows}


def test_ranked_places_are_all_counted(shared: Path) -> None:
    path = shared / "data" / "krakow-2018.pb"
    named = Counter(choice for ballot in read_ballot_file(path).ballots for choice in ballot)
    assert named == published_totals(path, "votes")


def test_french_files_give_what_their_lines_say(shared: Path) -> None:
    found = {}
    for path in sorted((shared / "data" / "french-approval-2002").iterdir()):
        file = read_ballot_file(path)
        found[file.title] = len(file.ballots)
        assert (file.kind, file.min_choices, file.max_choices, len(file.options)) == ("approval", 0, 16, 16)
        by_hand: Counter[str] = Counter()
        names = re.findall("ALTERNATIVE NAME [0-9]+: (.*)", path.read_text())
        for count, braced, single in re.findall(r"(?m)^(\d+): (?:\{(.*?)\}|(\d+)),", path.read_text()):
            for number in re.findall("[0-9]+", braced + single):
                by_hand[names[int(number) - 1]] += int(count)
        assert tally(file) == by_hand
        assert plain_count(path) == (len(file.ballots), by_hand)
    assert found == FRENCH


@pytest.mark.parametrize("limit", [0, 1, 14, 400, 100_000])
@pytest.mark.parametrize("name", ["french-approval-2002/00026-00000002.cat", "warszawa-2023/Wesola.pb"])
def test_limit_takes_the_first_ballots(shared: Path, name: str, limit: int) -> None:
    path = shared / "data" / name
    whole, part = read_ballot_file(path), read_ballot_file(path, limit)
    assert part.ballots == whole.ballots[:limit]
    assert plain_count(path, limit) == (len(part.ballots), tally(part))


def test_a_small_cat_file(tmp_path: Path) -> None:
    path = tmp_path / "small.cat"
    path.write_text(CAT)
    file = read_ballot_file(path)
    assert file.title == "Some station"
    assert file.options == (("Ada", "Ada"), ("Grace", "Grace"), ("Emmy", "Emmy"))
    assert file.ballots == (("Grace",),) * 3 + (("Emmy", "Ada"),) * 2 + ((),)
    assert plain_count(path) == (6, {"Ada": 2, "Grace": 3, "Emmy": 2})


def test_a_small_pb_file(tmp_path: Path) -> None:
    path = tmp_path / "small.pb"
    path.write_bytes(b"\xef\xbb\xbf" + PB.replace("\n", "\r\n").encode())
    file = read_ballot_file(path)
    assert (file.title, file.kind, file.points) == ("Some district", "ordinal", (2, 1))
    assert file.options == (("7", 'A park; and a "pond"'), ("8", "A path"), ("9", "A bench"))
    assert file.ballots == (("9", "7"), ("8",), ("7", "9"))
    assert plain_count(path) == (3, {"7": 3, "8": 2, "9": 3})


@pytest.mark.parametrize(
    ("kind", "limits"), [("approval", (1, 3)), ("choose-1", (1, 1)), ("ordinal", (1, 3))]
)
def test_limits_that_the_header_leaves_open(tmp_path: Path, kind: str, limits: tuple[int, int]) -> None:
    path = tmp_path / "open.pb"
    text = PB.replace("min_length;1\nmax_length;2\n", "").replace("ordinal", kind)
    path.write_text(text.replace("9,7", "9").replace("7,9", "7"))
    file = read_ballot_file(path)
    assert (file.min_choices, file.max_choices) == limits
    assert file.points == ((3, 2, 1) if kind == "ordinal" else ())
    assert plain_count(path) == (3, tally(file))


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("NUMBER VOTERS: 6", "NUMBER VOTERS: 7", None, "NUMBER VOTERS says 7, the file holds 6"),
        ("# NUMBER VOTERS: 6\n", "", None, "the header lacks NUMBER VOTERS"),
        ("PREFERENCES: 3", "PREFERENCES: 2", None, "NUMBER UNIQUE PREFERENCES says 2, the file holds 3"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 4", None, "the alternatives are not numbered from 1 to 4"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: x", None, "NUMBER ALTERNATIVES is not a number: 'x'"),
        ("NAME 3: Emmy", "NAME 03: Emmy", None, "the alternatives are not numbered from 1 to 3"),
        ("NAME 3: Emmy", "NAME 3: Ada", None, "'Ada' stands twice"),
        ("NAME 3: Emmy", "NAME 2: Emmy", 10, HEADER),
        ("# TITLE: Some station", "# TITLE", 1, HEADER),
        ("1: Yes", "1: Maybe", None, "not supported: other categories than Yes and No"),
        ("CATEGORIES: 2", "CATEGORIES: 3", None, "not supported: other categories than Yes and No"),
        ("{3,1},2", "{3,4},2", 12, "unknown alternative '4'"),
        ("{3,1},2", "{3,3},2", 12, "'3' stands twice"),
        ("{3,1},2", "{3,2},2", 12, "'2' stands twice"),
        ("{3,1},2", "{3,,1},2", 12, "unknown alternative ''"),
        ("2: {3,1},2", "two: {3,1},2", 12, "not of the form count: {alternatives},{alternatives}"),
        ("{3,1},2", "{3,1}", 12, "not of the form count: {alternatives},{alternatives}"),
        ("2: {3", "999999999: {3", 12, "more than 10000000 ballots"),
        ("2: {3", "9" * 5000 + ": {3", 12, "not of the form count: {alternatives},{alternatives}"),
    ],
)
def test_bad_cat_files(tmp_path: Path, old: str, new: str, line: int | None, reason: str) -> None:
    check_refused(tmp_path / "bad.cat", CAT, old, new, line, reason)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("num_votes;3", "num_votes;4", None, "num_votes says 4, the file holds 3"),
        ("num_votes;3\n", "", None, "the header lacks num_votes"),
        ("num_votes;3", "num_votes;" + "3" * 5000, None, f"num_votes is not a number: '{'3' * 32}'"),
        ("num_projects;3", "num_projects;2", None, "num_projects says 2, the file holds 3"),
        ("num_votes;3", "num_projects;3", 5, META),
        ("num_votes;3", "num_votes", 5, META),
        ("ordinal", "cumulative", None, "not supported: vote_type 'cumulative'"),
        ("ordinal", "scoring", None, "not supported: vote_type 'scoring'"),
        ("vote_type;ordinal\n", "", None, "not supported: vote_type 'None'"),
        ("min_length;1", "scoring_fn;Dowdall", None, "not supported: scoring_fn 'Dowdall'"),
        ("ordinal", "choose-1", None, "a ballot with 1 to 2 choices out of 3 is no choose-1 ballot"),
        ("min_length;1", "min_length;3", None, "a ballot with 3 to 2 choices out of 3 is no ordinal ballot"),
        ("max_length;2", "max_length;-2", None, "max_length is not a number: '-2'"),
        ("max_length;2", "max_length;٢", None, r"max_length is not a number: '\u0662'"),
        ("1;9,7", "1;9,9", 16, "'9' stands twice"),
        ("1;9,7", "1;9,10", 16, "unknown project '10'"),
        ("1;9,7", "1;9, 7", 16, "unknown project ' 7'"),
        ("1;9,7", "1;9,\x1b", 16, r"unknown project '\x1b'"),
        ("1;9,7", "1;9,7,8", 16, "3 choices where 1 to 2 are allowed"),
        ("1;9,7", "1;", 16, "0 choices where 1 to 2 are allowed"),
        ("1;9,7", "1;9;7", 16, "3 fields where the header has 2"),
        ("8;100;A path", "8;100", 12, "2 fields where the header has 3"),
        ("8;100;A path", "7;100;A path", None, "'7' stands twice"),
        ("8;100;A path", ";100;A path", 12, "a project_id that no vote can name: ''"),
        ("8;100;A path", "8,5;100;A path", 12, "a project_id that no vote can name: '8,5'"),
        ("project_id;", "project;", 10, "the column project_id is missing"),
        ("key;value", "value;key", 2, "META does not begin with key;value"),
        ("voter_id;vote", "voter_id;votes", 15, "the column vote is missing"),
        ("voter_id;vote", "vote;vote", 15, "'vote' stands twice"),
        ("VOTES\n", "", None, "the section VOTES is missing or empty"),
        ("META\n", "", 1, "the first line is not META"),
        ('2;"8"', '2;"8', 18, "not a table with semicolons: unexpected end of data"),
    ],
)
def test_bad_pb_files(tmp_path: Path, old: str, new: str, line: int | None, reason: str) -> None:
    check_refused(tmp_path / "bad.pb", PB, old, new, line, reason)


def check_refused(path: Path, good: str, old: str, new: str, line: int | None, reason: str) -> None:
    assert good.count(old) == 1
    path.write_text(good.replace(old, new), "utf-8")
    with pytest.raises(BallotFileError) as caught:
        read_ballot_file(path)
    assert (caught.value.path, caught.value.line, caught.value.reason) == (path, line, reason)
    assert str(caught.value) == (f"{path}: {reason}" if line is None else f"{path}:{line}: {reason}")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "line", "reason"),
    [
        ("a.pb", b"", None, "an empty file"),
        ("a.cat", b" \n", None, "an empty file"),
        ("a.pb", PB.encode().replace(b"A path", b"A p\xe2th"), 12, "not UTF-8"),
        ("a.cat", CAT.encode("utf-16"), 1, "not UTF-8"),
        ("a.csv", PB.encode(), None, "neither a .cat file of PrefLib nor a .pb file of Pabulib"),
        (
            "a.cat",
            re.sub("(VOTERS|PREFERENCES): .", r"\1: 0", CAT[: CAT.index("3: 2")]).encode(),
            None,
            "no ballots",
        ),
    ],
)
def test_unusable_files(tmp_path: Path, name: str, content: bytes, line: int | None, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BallotFileError) as caught:
        read_ballot_file(path)
    assert (caught.value.line, caught.value.reason) == (line, reason)


def test_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.pb", tmp_path):
        with pytest.raises(BallotFileError):
            read_ballot_file(path)
    folder = tmp_path / "folder.cat"
    folder.mkdir()
    with pytest.raises(BallotFileError, match="Is a directory"):
        read_ballot_file(folder)


@settings(max_examples=300)
@given(st.sampled_from([("x.cat", CAT), ("x.pb", PB)]), st.data())
def test_damaged_files_never_end_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, source: tuple[str, str], data: st.DataObject
) -> None:
    name, text = source
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    middle = data.draw(st.sampled_from(["", ";", ",", "\n", '"', "{", "}", ":", "#", "0", "7", "\0", "é"]))
    path = tmp_path_factory.getbasetemp() / name
    path.write_text(text[:start] + middle + text[end:], "utf-8")
    try:
        file = read_ballot_file(path)
    except BallotFileError:
        return
    # Whatever the reader accepts, the plain count understands in the same way.
    assert plain_count(path) == (len(file.ballots), tally(file))
