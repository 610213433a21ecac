"""QR codes as inline SVG, which a strict Content-Security-Policy lets through."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup


def qr_svg(content: str | bytes, label: str) -> Markup:
    """The code in black on white, with the quiet zone, whatever the page looks like. label: for screen readers.

    Raises ValueError where no code holds so much: about 2,300 bytes at the error correction level M.
    """
    try:
        code = segno.make_qr(content, error="m", boost_error=False)
    except segno.DataOverflowError:
        raise ValueError("too much for a QR code") from None
    out = io.BytesIO()
    code.save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        light="#fff",
        dark="#000",
        omitsize=True,
        border=4,
        svgclass="qr",
        lineclass=None,
        title=label,
    )
    return Markup(out.getvalue().decode())
