"""The rules of a contest in plain words (SPEC 6.2), for a command line and for a page alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from election.manifest import Contest, Rule, Term
from election.results import title_in
from pages.languages import Language

Mark = Callable[[str], str]


def explain(contest: Contest, rule: Rule, language: Language, mark: Mark = str) -> str:
    """One sentence that says what min ≤ Σ times·option ≤ max asks of a voter.

    mark: what to make of every title, whose language need not be that of the sentence.
    """
    return _Sentence(contest, rule, language, mark).text


def listing(names: Sequence[str], language: Language) -> str:
    """a, b and c; of more than six only the first and the last."""
    if len(names) > 6:
        return _say(
            language,
            "the %(count)s options from %(first)s to %(last)s",
            count=len(names),
            first=names[0],
            last=names[-1],
        )
    if len(names) == 1:
        return names[0]
    most = _say(language, ", ").join(names[:-1])
    return _say(language, "%(most)s and %(last)s", most=most, last=names[-1])


def _say(language: Language, message: str, **values: object) -> str:
    """The sentence in this language, whole numbers in its digits."""
    text = language.translations.ugettext(message)
    said = {
        name: language.digits(value) if isinstance(value, int) else value for name, value in values.items()
    }
    return text % said if said else text


class _Sentence:
    """What kind of rule it is, in the order of trying, and its words."""

    def __init__(self, contest: Contest, rule: Rule, language: Language, mark: Mark) -> None:
        self._contest, self._rule, self._language = contest, rule, language
        self._titles = {option.id: mark(title_in(option.title, language.tag)) for option in contest.options}
        self._largest = {option.id: option.max for option in contest.options}

    @property
    def text(self) -> str:
        if {term.times for term in self._rule.terms} == {1}:
            single = all(self._largest[term.option] == 1 for term in self._rule.terms)
            return self._count() if single else self._points()
        return self._either_or() or self._only_with() or self._sum()

    def _say(self, message: str, **values: object) -> str:
        return _say(self._language, message, **values)

    def _names(self, terms: Sequence[Term]) -> str:
        if len(terms) == len(self._contest.options) > 1:
            return self._say("all %(count)s options", count=len(terms))
        return listing([self._titles[term.option] for term in terms], self._language)

    def _single(self, terms: Sequence[Term]) -> bool:
        return all(self._largest[term.option] <= 1 for term in terms)

    def _count(self) -> str:
        terms = self._rule.terms
        low, high = max(self._rule.min, 0), min(self._rule.max, len(terms))
        if low == high:
            message = "Mark exactly %(low)s of %(options)s."
        elif low == 0 and high == len(terms):
            message = "Mark as many of %(options)s as you like."
        elif low == 0:
            message = "Mark at most %(high)s of %(options)s."
        elif high == len(terms):
            message = "Mark at least %(low)s of %(options)s."
        else:
            message = "Mark from %(low)s to %(high)s of %(options)s."
        return self._say(message, low=low, high=high, options=self._names(terms))

    def _points(self) -> str:
        low, high = max(self._rule.min, 0), self._rule.max
        if low == high:
            message = "Give %(options)s together exactly %(low)s points."
        elif low:
            message = "Give %(options)s together from %(low)s to %(high)s points."
        else:
            message = "Give %(options)s together at most %(high)s points."
        return self._say(message, low=low, high=high, options=self._names(self._rule.terms))

    def _either_or(self) -> str:
        """k·Σ ones + Σ names ≤ k: one of these uses up what k of those may."""
        rule = self._rule
        ones = [term for term in rule.terms if term.times == rule.max]
        names = [term for term in rule.terms if term.times == 1]
        fits = rule.max > 1 and rule.min <= 0 and ones and names and len(ones) + len(names) == len(rule.terms)
        if not fits or not self._single(rule.terms):
            return ""
        return self._say(
            "Mark either one of %(ones)s, or at most %(high)s of %(names)s; not both.",
            ones=self._names(ones),
            names=self._names(names),
            high=rule.max,
        )

    def _only_with(self) -> str:
        """−k ≤ Σ names − k·one ≤ 0: these only together with that one."""
        rule = self._rule
        one = [term for term in rule.terms if term.times < 0]
        names = [term for term in rule.terms if term.times == 1]
        fits = rule.max == 0 and len(one) == 1 and names and len(names) + 1 == len(rule.terms)
        if not fits or rule.min > one[0].times or not self._single(rule.terms):
            return ""
        return self._say(
            "Mark %(names)s only together with %(one)s, at most %(high)s of them.",
            one=self._names(one),
            names=self._names(names),
            high=min(-one[0].times, len(names)),
        )

    def _sum(self) -> str:
        parts: list[str] = []
        for term in self._rule.terms:
            sign = "−" if term.times < 0 else "+" if parts else ""
            factor = "" if abs(term.times) == 1 else f"{self._language.digits(abs(term.times))} × "
            parts.append(f"{sign} {factor}{self._titles[term.option]}".strip())
        rule = self._rule
        return self._say(
            "%(sum)s must be from %(low)s to %(high)s.", sum=" ".join(parts), low=rule.min, high=rule.max
        )
