"""The file store: bytes kept once under their own SHA-256, and checked on every read.

What comes in is told by its bytes, not by its name, and must be on a short list.
Nothing here unpacks an archive or a picture before its size is known.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import filetype
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from .clock import HANOI
from .errors import N_, InputRefused, Problem, Unavailable
from .models import StoredFile


OFFICE = "application/vnd.openxmlformats-officedocument"
ALLOWED = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "csv": "text/csv",
    "txt": "text/plain",
    "ics": "text/calendar",
    "json": "application/json",
}
"""Endings that are taken, and the type the bytes must then have."""

ORDINARY_LIMIT = 20 * 1024**2
MOST_PIXELS = 50_000_000
MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024**2
MOST_RATIO = 200
_RATIO_MATTERS_FROM = 1024**2
_LONGEST_NAME = 200
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_TEXT = {"csv", "txt", "ics", "json"}
# Control characters, and the marks that make a name read in another direction.
_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """When and where a photo says it was taken; None where it does not say."""

    taken_at: datetime | None
    latitude: float | None
    longitude: float | None


def keep(content: bytes, name: str, *, limit: int = ORDINARY_LIMIT) -> StoredFile:
    """Store a file and return its row; the same bytes are stored once.

    Raises InputRefused where the name, the size or the content is not acceptable.
    """
    name = unicodedata.normalize("NFC", name).strip()
    media_type = _check(content, name, limit)
    digest = hashlib.sha256(content).hexdigest()
    _write(path_of(digest), content, digest)
    return StoredFile.objects.create(
        sha256=digest, name=name, media_type=media_type, size=len(content)
    )


def read(file: StoredFile) -> bytes:
    """Return a file's bytes; raise Unavailable where they are gone or changed."""
    try:
        content = path_of(file.sha256).read_bytes()
    except FileNotFoundError as gone:
        raise Unavailable(
            N_("The stored file “%(name)s” (%(sha256)s) is missing from the store."),
            name=file.name,
            sha256=file.sha256,
        ) from gone
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Unavailable(
            N_("The stored file “%(name)s” (%(sha256)s) has been damaged."),
            name=file.name,
            sha256=file.sha256,
        )
    return content


def path_of(sha256: str) -> Path:
    """Return where the bytes with a digest are kept."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def photo_facts(content: bytes) -> PhotoFacts:
    """Read when and where a photo was taken from its EXIF; never raises for bad EXIF."""
    try:
        with Image.open(BytesIO(content)) as picture:
            exif = picture.getexif()
            told, place = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return PhotoFacts(None, None, None)
    latitude = _degrees(place.get(2), place.get(1), "S", 90)
    longitude = _degrees(place.get(4), place.get(3), "W", 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    return PhotoFacts(_taken_at(told), latitude, longitude)


def _check(content: bytes, name: str, limit: int) -> str:
    """Return the media type of acceptable content."""
    if (
        not name
        or len(name) > _LONGEST_NAME
        or _HIDDEN.search(name)
        or {"/", "\\"} & set(name)
        or name.startswith(".")
    ):
        raise _refused(
            repr(name),
            _("this is not an acceptable file name"),
            _("Use letters, digits, spaces and one ending, without folders."),
        )
    if not content:
        raise _refused(name, _("the file is empty"))
    if len(content) > limit:
        raise _refused(
            name,
            _("the file has %(size).1f MB; at most %(limit).1f MB are taken")
            % {"size": len(content) / 1024**2, "limit": limit / 1024**2},
            _("Make it smaller, or split it."),
        )
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in ALLOWED:
        raise _refused(
            name,
            _("files of this kind are not taken"),
            _("Send one of: %(endings)s.") % {"endings": ", ".join(sorted(ALLOWED))},
        )
    _CHECKS.get(ending, _check_magic)(content, name, ending)
    return ALLOWED[ending]


def _check_magic(content: bytes, name: str, ending: str) -> None:
    found = filetype.guess(content)
    if found is None or found.mime != ALLOWED[ending]:
        raise _refused(
            name,
            _("the content is not what the ending .%(ending)s says")
            % {"ending": ending},
            _("Save it again in the right format; do not only rename it."),
        )


def _check_text(content: bytes, name: str, ending: str) -> None:
    try:
        text = content.decode("utf-8-sig")
        if "\x00" in text:
            raise ValueError
        if ending == "json":
            json.loads(text)
        if ending == "ics" and not text.lstrip().startswith("BEGIN:VCALENDAR"):
            raise ValueError
    except (ValueError, RecursionError) as fault:
        raise _refused(
            name,
            _("the content is not .%(ending)s text in UTF-8") % {"ending": ending},
            _("Save it again as UTF-8."),
        ) from fault


def _check_picture(content: bytes, name: str, ending: str) -> None:
    _check_magic(content, name, ending)
    try:
        with Image.open(BytesIO(content)) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise _refused(
                    name,
                    _("the picture has %(width)s × %(height)s points, too many")
                    % {"width": width, "height": height},
                    _("Make it smaller."),
                )
            picture.verify()
    except (
        UnidentifiedImageError, OSError, SyntaxError, ValueError,
        Image.DecompressionBombError, Image.DecompressionBombWarning,
    ) as fault:  # fmt: skip
        raise _refused(name, _("the picture is damaged")) from fault


def _check_office(content: bytes, name: str, ending: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            entries = packed.infolist()
            _refuse_bomb(entries, len(content), name)
            names = {entry.filename for entry in entries}
            if {"[Content_Types].xml", _MAIN_PART[ending]} - names:
                _check_magic(b"", name, ending)
            _refuse_dangers(packed, entries, name)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as fault:
        raise _refused(name, _("the document is damaged")) from fault


def _refuse_bomb(entries: list[zipfile.ZipInfo], size: int, name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    too_dense = any(
        entry.file_size > _RATIO_MATTERS_FROM
        and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    # Entries that share their bytes unpack to more than the file could hold.
    overlap = sum(entry.compress_size for entry in entries) > size
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or too_dense or overlap:
        raise _refused(name, _("the document unpacks to far more than it should"))


def _refuse_dangers(
    packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str
) -> None:
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename:
            raise _refused(name, _("the document holds a path that leads outside it"))
        if entry.flag_bits & 1:
            raise _refused(
                name, _("the document is locked by a password"), _("Unlock it first.")
            )
    types = packed.read("[Content_Types].xml").lower()
    if b"macroenabled" in types or any(
        "vbaproject" in e.filename.lower() for e in entries
    ):
        raise _refused(
            name,
            _("the document holds macros (programs)"),
            _("Save it without macros."),
        )


_CHECKS = {
    **dict.fromkeys(_TEXT, _check_text),
    **dict.fromkeys(("png", "jpg", "jpeg", "webp"), _check_picture),
    **dict.fromkeys(_MAIN_PART, _check_office),
}


def _write(target: Path, content: bytes, digest: str) -> None:
    """Write whole or not at all; a damaged copy that lies there is replaced."""
    if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == digest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{digest[:16]}-{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _taken_at(told: dict[int, Any]) -> datetime | None:
    """Read EXIF's moment; cameras that name no time zone are set to Hanoi's clock."""
    text, offset = str(told.get(0x9003, "")), str(told.get(0x9011, ""))
    try:
        if re.fullmatch(r"[+-]\d\d:\d\d", offset):
            return datetime.strptime(text + offset, "%Y:%m:%d %H:%M:%S%z")
        plain = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=HANOI)
    except ValueError:
        return None
    return plain


def _degrees(parts: Any, side: Any, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= most:
        return None
    return round(-value if side == negative else value, 7)


def _refused(name: str, what: str, mend: str = "") -> InputRefused:
    return InputRefused([Problem(name, what, mend)])
