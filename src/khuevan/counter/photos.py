"""Phone photos made acceptable: turned upright, made smaller, without where they were taken.

What people have at hand is a telephone. Its photos are large, lie on their side, and
say where somebody lives; the counter takes them all the same.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from khuevan.platform.errors import N_, InputRefused, Problem
from khuevan.platform.files import MOST_PIXELS, ORDINARY_LIMIT


LONGEST_SIDE = 2400
"""Points: an A4 page at about 200 per inch, the least for scans (TT 01/2023 Art. 8)."""
LARGEST = 4 * 1024**2
QUALITY = 85
TAKEN = ("JPEG", "PNG", "WEBP")
_PICTURES = {"jpg", "jpeg", "png", "webp"}
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"heim", b"heis", b"msf1")


def acceptable(content: bytes, name: str) -> tuple[bytes, str]:
    """Return what is kept of an upload: a photo upright and light, the rest as it came.

    A picture is decoded and written anew, so that nothing of its EXIF (place, device)
    stays. Raises InputRefused with how to mend it for photos nobody here can read.
    """
    _refuse_heic(content, name)
    stem, _dot, ending = name.rpartition(".")
    if ending.lower() not in _PICTURES and not _looks_like_picture(content):
        return content, name
    if len(content) > ORDINARY_LIMIT:
        raise _refused(name, N_("The photo is larger than 20 MB."), N_("Take it again with fewer points, or send a PDF."))  # fmt: skip
    return _upright(content, name), f"{stem or name}.jpg"


def _upright(content: bytes, name: str) -> bytes:
    try:
        with Image.open(BytesIO(content)) as picture:
            if picture.format not in TAKEN:
                raise UnidentifiedImageError
            if picture.width * picture.height > MOST_PIXELS:
                raise _refused(name, N_("The photo has too many points."), N_("Take it again with fewer points, or send a PDF."))  # fmt: skip
            turned = ImageOps.exif_transpose(picture)
            plain = _on_white(turned)
            plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _written(plain)
    except (
        UnidentifiedImageError, OSError, SyntaxError, ValueError,
        Image.DecompressionBombError, Image.DecompressionBombWarning,
    ) as fault:  # fmt: skip
        raise _refused(name, N_("This picture cannot be opened: it is damaged or of a kind we do not know."), N_("Take the photo again as JPEG, or send a PDF.")) from fault  # fmt: skip


def _on_white(picture: Image.Image) -> Image.Image:
    """Lay a transparent picture on white paper."""
    if picture.mode not in {"RGBA", "LA", "P"}:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    paper = Image.new("RGB", layered.size, "white")
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def _written(picture: Image.Image) -> bytes:
    quality = QUALITY
    while True:
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= LARGEST or quality <= 40:
            return out.getvalue()
        quality -= 15


def _refuse_heic(content: bytes, name: str) -> None:
    heic = content[4:8] == b"ftyp" and content[8:12] in _HEIC
    if heic or name.lower().endswith((".heic", ".heif")):
        raise _refused(
            name,
            N_("This is a HEIC photo, which we cannot open."),
            N_("On an iPhone choose Settings › Camera › Formats › Most Compatible and take it again, or send a screenshot of the photo."),
        )  # fmt: skip


def _looks_like_picture(content: bytes) -> bool:
    return (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    )  # fmt: skip


def _refused(name: str, what: str, mend: str) -> InputRefused:
    return InputRefused([Problem(name, what, mend)])
