"""QR codes: the matrix that is drawn is that of the content, and the label says what it is."""

from __future__ import annotations

import re

import pytest
import segno

from pages.qr import qr_svg

ADDRESS = "https://board.example.org/fa/find/ballot?tracker=7KQ2-4MNP-8RST-0ABC-1DEF-2GHJ-3KMN-4PQR"


def drawn(svg: str) -> set[tuple[int, int]]:
    """(column, row) of every dark module, from the strokes of the path; the quiet zone counted."""
    path = re.search(r'<path[^>]* d="([^"]+)"', svg.replace("\n", ""))
    strokes = [one for one in re.findall(r'd="([^"]+)"', svg) if "h" in one and "z" not in one]
    assert path and len(strokes) == 1
    found, x, y = set(), 0.0, 0.0
    for command, numbers in re.findall(r"([MmhH])([^MmhH]*)", strokes[0]):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            found |= {(int(x + i), int(y)) for i in range(int(values[0]))}
            x += values[0]
        elif command == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    return found


@pytest.mark.parametrize("content", [ADDRESS, "رسید", b"\x00\xff bytes"], ids=["address", "persian", "bytes"])
def test_the_drawing_is_the_code(content: str | bytes) -> None:
    code = segno.make_qr(content, error="m", boost_error=False)
    dark = {(x + 4, y + 4) for y, row in enumerate(code.matrix) for x, bit in enumerate(row) if bit}
    assert drawn(str(qr_svg(content, "code"))) == dark


def test_it_can_be_shown_under_a_strict_policy() -> None:
    """No style, no script, black on white in dark mode too, a label that is escaped."""
    svg = str(qr_svg(ADDRESS, "<b>of your ballot</b>"))
    assert "<title>&lt;b&gt;of your ballot&lt;/b&gt;</title>" in svg
    assert "style" not in svg and "<script" not in svg and svg.startswith("<svg") and "viewBox" in svg
    assert 'stroke="#000"' in svg and 'fill="#fff"' in svg


def test_too_much_for_a_code() -> None:
    assert qr_svg(b"x" * 2300, "much")
    with pytest.raises(ValueError, match="too much for a QR code"):
        qr_svg(b"x" * 3000, "too much")
