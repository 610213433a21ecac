"""Every sentence that a voter reads, but those of rules (pages.rules), by language; else it is said in English."""

from __future__ import annotations

from collections.abc import Mapping

from pages.digits import in_digits_of

LANGUAGES = ("en", "fa")

_ENGLISH = {
    # choices
    "options.comma": ", ",
    "broken": "{contest}, rule {number}: {rule} You gave: {given}.",
    "given.nothing": "nothing",
    # a ballot
    "ballot.nothing": "{contest}: nothing is marked",
    "ballot.marked": "{contest}: {given}",
    "ballot.chosen": "You have marked:",
    "ballot.made": "Your ballot is encrypted. Write down its tracker before you decide:",
    "ballot.ask": "cast or challenge?",
    "ballot.cast": "Ballot number {sequence} of {pseudonym} is entry {number} of the log. Receipt: {file}",
    "ballot.out": (
        "The ballot is in {file}, not yet in the log. Once it was appended, get the receipt with "
        "vote RECORD --resend {file} --receipt FILE"
    ),
    "ballot.unanswered": (
        "nobody knows whether the log has the ballot; send the same one again: vote RECORD --resend {file}"
    ),
    "ballot.pending": (
        "{file}: an earlier ballot was never answered; finish it first with vote RECORD --resend {file}"
    ),
    "ballot.opened": (
        "This ballot is not cast. What opens it is in {file}: check it on another device with "
        "glassballot challenge check RECORD {file}"
    ),
    "ballot.again": "To vote, make a new ballot.",
    "ballot.voluntary": (
        "Publishing an opened ballot is voluntary: the log shows it near your later one, and whoever knows "
        "that this one was yours may guess which that is."
    ),
    "ballot.published": "The opened ballot is entry {number} of the log.",
    # a challenged ballot
    "challenge.held": "The device encrypted exactly this:",
    "challenge.tracker": "Its tracker is {tracker}.",
    "challenge.same_tracker": "The tracker is the one that you gave.",
    "challenge.other_tracker": "You gave another tracker, {given}: this is not the ballot you were shown.",
    "challenge.compare_tracker": (
        "Compare the tracker with what the device showed before you decided; this may be any ballot."
    ),
    "challenge.same_choices": "The choices are those that you gave.",
    "challenge.other_choices": (
        "You gave other choices. If the tracker is the one that you were shown, the device has changed them."
    ),
    "challenge.compare_choices": "Compare the choices with what you had marked.",
    "challenge.false": (
        "This file does not open its ballot: {reason}. Either the device encrypted something else than it "
        "says, or the file is damaged or belongs to another election."
    ),
    "challenge.one": "It says how the device treated this ballot; challenge others to learn about the rest.",
    # a receipt, or a look-up
    "counted": "Counted: ballot number {sequence} of {pseudonym}, entry {number}, is the one that counts.",
    "counted.so_far": "Voting is not closed yet.",
    "superseded.last": (
        "Superseded: this is ballot number {sequence} of {pseudonym}, and number {other} counts in its place."
    ),
    "superseded.first": (
        "Not the one that counts: this is ballot number {sequence} of {pseudonym}, and the election counts a "
        "voter's first one, number {other}."
    ),
    "superseded.alarm": (
        "If number {other} is not yours, somebody else has your credential: tell the election office."
    ),
    "challenged": "Challenged: entry {number} opens this ballot as a test, so it does not count. It held:",
    "void": "Void: entry {number} of the log has no effect, because {reason}. It does not count.",
    "not_there": "Not there: none of the {size} entries of this record is a ballot with this tracker.",
    "not_there.older": (
        "Not there: the ballot is entry {number}, and this copy of the record ends after {size} entries. Ask "
        "for a newer one. Your receipt proves that the log owes it to you."
    ),
    "contradicted": (
        "Contradicted: the log has signed both your receipt and this record, and they cannot both be true: "
        "{reason}."
    ),
    "contradicted.kept": "Both are kept in {file}. Show it to the observers.",
    "not_ours": (
        "Not our receipt: {reason}. This is not evidence that the log of this record dropped a ballot."
    ),
    "unwitnessed": (
        "In the log as entry {number}, but confirmed by only {count} of {quorum} witnesses so far: the log "
        "could still show others something else. Ask again later."
    ),
    "cast_by": "Cast by {pseudonym}, number {sequence}, entry {number}: yours only if that is on your card.",
    "another": (
        "Not yours: the ballot with this tracker was cast by {pseudonym}, and you asked for {asked}. If a "
        "device showed you this tracker as your own, tell the election office."
    ),
    "scope": "Whether all ballots were counted rightly is what glassballot verify answers.",
    "context": "Context of this election, to compare with what the office published: {context}",
}

_PERSIAN = {
    "options.comma": "، ",
    "broken": "{contest}، قاعدهٔ {number}: {rule} شما داده‌اید: {given}.",
    "given.nothing": "هیچ",
    "ballot.nothing": "{contest}: چیزی علامت نخورده است",
    "ballot.marked": "{contest}: {given}",
    "ballot.chosen": "شما علامت زده‌اید:",
}

_CATALOGUE = {"en": _ENGLISH, "fa": _PERSIAN}


def say(key: str, language: str = "en", **values: object) -> str:
    """The sentence of that name; whole numbers are written in the language's digits."""
    template = _CATALOGUE[language].get(key)
    if template is None:
        language, template = "en", _ENGLISH[key]
    return template.format(**{name: number(value, language) for name, value in values.items()})


def number(value: object, language: str) -> object:
    """A whole number in the digits of the language; anything else as it is."""
    return in_digits_of(language, str(value)) if isinstance(value, int) else value


def title(titles: Mapping[str, str], language: str) -> str:
    """A title in the language, or in the first one that it has."""
    return titles.get(language) or next(iter(titles.values()))
