"""The checks V0 … V10 (SPEC 9.4) in plain words."""

from __future__ import annotations

from pages.languages import gettext


def meanings() -> dict[int, str]:
    """What V0 … V10 have shown when they pass, in the language of the page."""
    return {
        0: gettext("Every entry is written in the only way allowed, and no file is missing or damaged."),
        1: gettext(
            "Rules, units, times and trustees make sense and are exactly those of the anchor you gave."
        ),
        2: gettext(
            "The log is one unbroken whole, signed by the board, and everything happened in its time."
        ),
        3: gettext("The trustees made the key together as agreed; nobody could choose it or hold it alone."),
        4: gettext(
            "The roll stayed as it was from the opening on, and every ballot was cast by somebody on it."
        ),
        5: gettext(
            "Every ballot is proven to keep the rules, without being opened; tests hold what they say."
        ),
        6: gettext("No ballot is a copy of another, and no voter has more than one that counts."),
        7: gettext("The encrypted sums are those of exactly the counted ballots: none missing, none added."),
        8: gettext(
            "Enough trustees agreed on one closing, and enough of them have proven that they decrypted well."
        ),
        9: gettext("The announced numbers are what these sums decrypt to."),
        10: gettext("The witnesses, and whatever you have kept yourself, have seen this same log."),
    }
