"""Look-ups, lists of entries, health, metrics and logs (ATTACKS 37, 48)."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from booth.standing import look_up
from bulletin_board.web import Settings
from bulletin_board.web.logs import JsonFormatter
from election import entries as e
from election.entries import Cast, Challenge
from election.record import RecordReader
from election.tracker import pseudonym, tracker
from tests.board.tools import Place, roll
from tests.web.conftest import Open
from tests.web.tools import Served
from tests.world import END


def vote(served: Served, place: Place, choices: tuple[int, ...] = (1, 0, 0), voter: int = 0) -> Cast:
    entry = place.world.cast(place.world.voters["north"][voter], choices)
    served.logged(entry)
    place.world.put(entry)
    return entry


def names(entry: Cast | Challenge) -> dict[str, str]:
    own = {"tracker": tracker(entry.body.encoded)}
    return own | ({"pseudonym": pseudonym(entry.credential.to_bytes())} if isinstance(entry, Cast) else {})


def ask(served: Served, **query: str) -> dict[str, Any]:
    """An answer, which is the voter's own tool's as well."""
    answer = served.client.get("/lookup", query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.get_json()
    own = look_up(RecordReader(served.board.store), query["tracker"], query.get("pseudonym"))
    assert (found["answer"], found.get("entry")) == (own.word, own.number)
    return found


def test_counted_only_with_the_pseudonym(served: Served, polling_place: Place) -> None:
    entry = vote(served, polling_place)
    own = names(entry)
    found = ask(served, **own)
    assert (found["answer"], found["sequence"], found["final"]) == ("counted", 1, False)
    alone = ask(served, tracker=own["tracker"])
    assert (alone["answer"], alone["pseudonym"]) == ("cast by", own["pseudonym"])
    another = ask(
        served, tracker=own["tracker"], pseudonym=names(vote(served, polling_place, voter=1))["pseudonym"]
    )
    assert another["answer"] == "another voter's"
    assert "counted" not in json.dumps([alone, another])


def test_superseded_and_challenged_and_not_there(served: Served, polling_place: Place) -> None:
    first, second = vote(served, polling_place), vote(served, polling_place, (0, 1, 0))
    found = ask(served, **names(first))
    assert (found["answer"], found["sequence"], found["other"]) == ("superseded", 1, 2)
    assert ask(served, **names(second))["answer"] == "counted"
    opened = polling_place.world.prepare((0, 0, 1)).challenge()
    assert ask(served, **names(opened))["answer"] == "not there"
    served.logged(opened)
    found = ask(served, **names(opened))
    assert (found["answer"], found["choices"]) == ("challenged", [0, 0, 1])


def test_final(served: Served, polling_place: Place) -> None:
    entry = vote(served, polling_place)
    polling_place.now = END
    world = polling_place.world
    served.logged(world.sign(e.Closing))
    assert ask(served, **names(entry))["final"] is True


@pytest.mark.parametrize(
    "query", ["", "tracker=", "tracker=7K3M", "tracker=" + "7" * 500, "tracker=%00", "x=1"]
)
def test_no_whole_tracker(at: Open, place: Place, query: str) -> None:
    answer = at(place).client.get(f"/lookup?{query}")
    assert answer.status_code == 400
    assert answer.get_json()["check"] == 0


def test_entries_by_kind(served: Served, polling_place: Place) -> None:
    vote(served, polling_place)

    def page(query: str) -> list[dict[str, Any]]:
        answer = served.client.get(f"/entries?{query}")
        assert answer.content_type == "application/jsonl"
        return [json.loads(line) for line in answer.text.splitlines()]

    everything = page("")
    assert [line["index"] for line in everything] == list(range(served.board.reader.size))
    deals = page("kinds=deal,certify")
    assert [line["entry"]["kind"] for line in deals] == ["deal"] * 3 + ["certify"] * 3
    first = deals[0]["index"]
    assert page(f"kinds=deal,certify&from={first + 1}") == deals[1:]
    assert page("kinds=deal,certify&limit=1") == deals[:1]
    assert page("kinds=result") == []
    assert page("from=999999") == []


@pytest.mark.parametrize(
    "query", ["kinds=rubbish", "from=-1", "from=x", "from=1e3", "limit=0", "limit=257", "from="]
)
def test_no_such_entries(at: Open, place: Place, query: str) -> None:
    assert at(place).client.get(f"/entries?{query}").status_code == 400


def test_health(at: Open, place: Place) -> None:
    served = at(place)
    assert served.client.get("/health").get_json() == {"size": 1, "status": "ok", "waiting": 0}


def test_metrics(at: Open, place: Place) -> None:
    served = at(place)
    served.logged(roll(place.world))
    served.append(b"{}")
    served.client.open("/no/such/path", method="BREW")
    text = served.client.get("/metrics").text
    assert "glassballot_log_size 3.0" in text
    assert "glassballot_logged_total 1.0" in text
    assert 'glassballot_requests_total{method="POST",route="/append",status="400"} 1.0' in text
    assert 'glassballot_requests_total{method="other",route="unknown",status="404"} 1.0' in text
    away = served.client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert away.status_code == 403


def test_questions_have_a_rate_of_their_own(at: Open, place: Place) -> None:
    settings = Settings.of(
        {"questions": {"per_second": 0.01, "burst": 1}, "reads": {"per_second": 0, "burst": 1}}
    )
    client = at(place, settings).client
    assert [client.get("/entries").status_code for _ in range(2)] == [200, 429]
    assert client.get("/lookup").status_code == 429
    assert client.get("/checkpoint").status_code == 200


def test_logs_say_nothing_about_voters(
    served: Served, polling_place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    entry = vote(served, polling_place)
    own = names(entry)
    ask(served, **own)
    served.client.get(f"/tile/entries/{own['tracker']}")
    lines = [
        JsonFormatter().format(record)
        for record in caplog.records
        if record.name.startswith("bulletin_board")
    ]
    assert lines and all(json.loads(line)["time"] for line in lines)
    text = "\n".join(lines)
    assert '"route": "/append", "status": 200' in text
    credential = entry.to_json()["credential"]
    for secret in (*own.values(), credential, "127.0.0.1", "choices"):
        assert secret not in text


def test_an_exception_is_logged_in_short() -> None:
    message = "the line is busy\n[parameters: (b'a {}',)]".format("ballot")
    try:
        raise RuntimeError(message)
    except RuntimeError as error:
        record = logging.LogRecord("board", logging.ERROR, "", 0, "failed", (), (type(error), error, None))
    line = json.loads(JsonFormatter().format(record))
    assert line["error"] == "RuntimeError: the line is busy"
    assert "a ballot" not in json.dumps(line)
