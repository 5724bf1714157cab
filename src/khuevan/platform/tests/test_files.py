"""Files are kept by content, told by bytes and checked whenever they are read."""

from __future__ import annotations

import struct
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import docx
import openpyxl
import pytest
from PIL import Image

from khuevan.platform import files
from khuevan.platform.errors import InputRefused, Unavailable
from khuevan.platform.models import StoredFile


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def picture(kind, size=(8, 8), **options):
    made = BytesIO()
    Image.new("RGB", size).save(made, kind, **options)
    return made.getvalue()


def office(kind):
    made = BytesIO()
    (docx.Document() if kind == "docx" else openpyxl.Workbook()).save(made)
    return made.getvalue()


def packed(members, of="docx"):
    made = BytesIO(office(of))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


GOOD = {
    "thư.pdf": b"%PDF-1.7\n%%EOF",
    "ảnh.png": picture("PNG"),
    "ảnh.JPG": picture("JPEG"),
    "ảnh.webp": picture("WEBP"),
    "tờ trình.docx": office("docx"),
    "bảng.xlsx": office("xlsx"),
    "bảng.csv": "tên,số\nÁn,1\n".encode("utf-8-sig"),
    "lời.txt": b"xin",
    "hẹn.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "số.json": b'{"a": 1}',
}
BAD = {
    "renamed": ("a.pdf", picture("PNG"), "not what the ending"),
    "picture renamed": ("a.png", b"%PDF-1.7", "not what the ending"),
    "program": ("a.exe", b"MZ", "not taken"),
    "no ending": ("pdf", b"%PDF-1.7", "not taken"),
    "macro ending": ("a.docm", office("docx"), "not taken"),
    "empty": ("a.txt", b"", "empty"),
    "too large": ("a.txt", b"a" * 2049, "at most"),
    "folder": ("../a.txt", b"a", "not an acceptable file name"),
    "windows folder": ("..\\a.txt", b"a", "not an acceptable file name"),
    "hidden direction": ("a\u202etxt.pdf", b"%PDF-1.7", "not an acceptable file name"),
    "zero byte": ("a.txt\x00.pdf", b"%PDF-1.7", "not an acceptable file name"),
    "long name": ("a" * 201 + ".txt", b"a", "not an acceptable file name"),
    "not text": ("a.csv", b"\xff\xfe\x00", "not .csv text"),
    "not json": ("a.json", b"{", "not .json text"),
    "deep json": ("a.json", b"[" * 2000, "not .json text"),
    "not a calendar": ("a.ics", b"hello", "not .ics text"),
    "cut picture": ("a.png", picture("PNG")[:40], "damaged"),
    "not a zip": ("a.docx", b"PK\x03\x04 no", "damaged"),
    "sheet as text": ("a.docx", office("xlsx"), "not what the ending"),
    "macros": ("a.docx", packed({"word/vbaProject.bin": b"x"}), "macros"),
    "way out": ("a.docx", packed({"../../etc/passwd": b"x"}), "leads outside"),
    "bomb": ("a.docx", packed({"word/bomb.xml": b"0" * 40 * 1024**2}), "unpacks"),
    "too many parts": (
        "a.docx",
        packed({f"p{n}": b"" for n in range(2001)}),
        "unpacks",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_offices_send_is_kept_and_read_back(name):
    kept = files.keep(GOOD[name], name)
    assert files.read(kept) == GOOD[name]
    assert kept.media_type == files.ALLOWED[name.rpartition(".")[2].lower()]
    assert kept.size == len(GOOD[name])


@pytest.mark.parametrize("fault", BAD)
def test_what_is_not_acceptable_leaves_nothing_behind(fault, store):
    name, content, said = BAD[fault]
    limit = 2048 if fault == "too large" else files.ORDINARY_LIMIT
    with pytest.raises(InputRefused, match=said):
        files.keep(content, name, limit=limit)
    assert not store.exists()
    assert not StoredFile.objects.exists()


def test_a_huge_picture_is_refused_before_it_is_unpacked():
    header = picture("PNG")
    size = struct.pack(">II", 40_000, 40_000)
    with pytest.raises(InputRefused, match=r"too many|damaged"):
        files.keep(header[:16] + size + header[24:], "a.png")


def test_the_same_bytes_are_stored_once(store):
    first, second = files.keep(b"same", "a.txt"), files.keep(b"same", "b.txt")
    assert first.sha256 == second.sha256
    assert len([p for p in store.rglob("*") if p.is_file()]) == 1


def test_a_flipped_byte_is_found_and_named():
    kept = files.keep(b"content", "giấy.txt")
    files.path_of(kept.sha256).write_bytes(b"cOntent")
    with pytest.raises(Unavailable, match=r"giấy\.txt.*damaged"):
        files.read(kept)


def test_keeping_again_heals_a_damaged_copy():
    kept = files.keep(b"content", "a.txt")
    files.path_of(kept.sha256).write_bytes(b"cOntent")
    files.keep(b"content", "a.txt")
    assert files.read(kept) == b"content"


def test_a_lost_file_is_named():
    kept = files.keep(b"content", "giấy.txt")
    files.path_of(kept.sha256).unlink()
    with pytest.raises(Unavailable, match=r"giấy\.txt.*missing"):
        files.read(kept)


def photo(**changes):
    exif = Image.Exif()
    told = {0x9003: "2025:12:20 08:30:00"} | changes.get("told", {})
    place = {1: "N", 2: (21.0, 1.0, 40.0), 3: "E", 4: (105.0, 50.0, 9.0)}
    exif[0x8769] = told
    exif[0x8825] = changes.get("place", place)
    return picture("JPEG", exif=exif)


def test_a_photo_tells_when_and_where():
    facts = files.photo_facts(photo())
    assert facts.taken_at.astimezone(UTC) == datetime(2025, 12, 20, 1, 30, tzinfo=UTC)
    assert facts.latitude == pytest.approx(21.0277778)
    assert facts.longitude == pytest.approx(105.8358333)


def test_a_photo_of_another_zone_is_read_in_it():
    facts = files.photo_facts(photo(told={0x9011: "+00:00"}))
    assert facts.taken_at.astimezone(UTC) == datetime(2025, 12, 20, 8, 30, tzinfo=UTC)


def test_a_photo_south_and_west_is_below_zero():
    place = {1: "S", 2: (33.0, 0.0, 0.0), 3: "W", 4: (70.0, 0.0, 0.0)}
    facts = files.photo_facts(photo(place=place))
    assert (facts.latitude, facts.longitude) == (-33.0, -70.0)


@pytest.mark.parametrize(
    "content", [b"", b"text", picture("PNG"), photo(place={1: "N", 2: (1.0,)})]
)
def test_a_photo_that_does_not_say_says_nothing(content):
    assert files.photo_facts(content).latitude is None
