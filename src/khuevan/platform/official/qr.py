"""QR pictures."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_svg(words: str, *, scale: int = 4) -> str:
    """Return a QR picture as SVG, without a declaration."""
    out = BytesIO()
    segno.make(words, error="m").save(
        out, kind="svg", scale=scale, border=2, xmldecl=False, svgns=True
    )
    return out.getvalue().decode()
