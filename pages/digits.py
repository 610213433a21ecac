"""Digits as a language writes them; canonical data has ASCII ones only."""

from __future__ import annotations

_DIGITS = {"fa": "۰۱۲۳۴۵۶۷۸۹"}


def in_digits_of(language: str, text: str) -> str:
    """The text with its ASCII digits written as the language does."""
    digits = _DIGITS.get(language)
    return text.translate(str.maketrans("0123456789", digits)) if digits else text
