"""Papers: their words, who reads them, and what is refused."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
import typst
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from khuevan.exchange import actions
from khuevan.exchange.extracting import words_of
from khuevan.exchange.models import ListingPaper
from khuevan.exchange.papers import read_paper
from khuevan.exchange.queries.disclosing import reader_of
from khuevan.exchange.queries.listings import Wanted, find_listings
from khuevan.exchange.rules.disclosing import Level
from khuevan.exchange.rules.listings import State
from khuevan.exchange.rules.papers import Reading, Unreadable
from khuevan.exchange.tasks import take_words
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import make_listing


pytestmark = pytest.mark.django_db


def pdf(words):
    return typst.compile(words.encode())


def cut(content, name):
    """Return a zip file with one of its parts cut in half."""
    there, made = ZipFile(BytesIO(content)), BytesIO()
    with ZipFile(made, "w") as kept:
        for part in there.namelist():
            told = there.read(part)
            kept.writestr(part, told[: len(told) // 2] if part == name else told)
    return made.getvalue()


def docx(words):
    document, content = Document(), BytesIO()
    document.add_paragraph(words)
    document.add_table(1, 1).cell(0, 0).text = "Ô trong bảng"
    document.save(content)
    return content.getvalue()


def attach(cast, listing, words="Báo cáo đo kiểm độc lập", level=Level.PUBLIC, by=None):
    """Attach a paper and let the worker read it."""
    return read_paper(upload(cast, listing, words.encode(), level=level, by=by))


def upload(cast, listing, content, name="bao-cao.txt", level=Level.PUBLIC, by=None):
    return actions.attach_paper(
        listing=listing, content=content, name=name, title="Báo cáo", level=level, by=by or cast.lister,
    )  # fmt: skip


def locked_pdf():
    locked, content = PdfWriter(clone_from=PdfReader(BytesIO(pdf("secret")))), BytesIO()
    locked.encrypt("mat-khau", algorithm="RC4-128")
    locked.write(content)
    return content.getvalue()


def pages(number, told=b""):
    """Return a PDF of so many pages that all draw the same."""
    made, content = PdfWriter(), BytesIO()
    stream = DecodedStreamObject()
    stream.set_data(told)
    drawn = made._add_object(stream.flate_encode())
    for _ in range(number):
        page = made.add_blank_page(100, 100)
        page[NameObject("/Contents")] = drawn
        fonts = DictionaryObject({NameObject("/Font"): DictionaryObject()})
        page[NameObject("/Resources")] = fonts
    made.write(content)
    return content.getvalue()


def test_words_are_taken_out_of_pdf_word_and_text():
    assert "Turbidity 0.1 NTU" in words_of(pdf("Turbidity 0.1 NTU"), "pdf")
    read = words_of(docx("Độ đục 0,1 NTU"), "docx")
    assert read == "Độ đục 0,1 NTU Ô trong bảng"
    assert words_of("Độ đục".encode(), "txt") == "Độ đục"
    assert words_of(b"\x89PNG", "png") == ""


@pytest.mark.parametrize(
    ("content", "ending", "why"),
    [
        (locked_pdf, "pdf", Reading.LOCKED),
        (lambda: b"%PDF-1.7\nnothing", "pdf", Reading.BROKEN),
        (lambda: b"PK\x03\x04nothing", "docx", Reading.BROKEN),
        (lambda: cut(docx("Độ đục"), "word/document.xml"), "docx", Reading.BROKEN),
        (lambda: pages(301), "pdf", Reading.LONG),
        (lambda: pages(1, b"BT " + b"(a) Tj " * 2_000_000), "pdf", Reading.SLOW),
    ],
)
def test_what_cannot_be_read_says_why_and_takes_no_longer_than_it_may(
    content, ending, why
):
    with pytest.raises(Unreadable) as refused:
        words_of(content(), ending, seconds=1)
    assert refused.value.why is why


def test_a_listing_waits_until_its_papers_are_read(client, cast):
    listing = make_listing(cast)
    paper = upload(cast, listing, pdf("Flux 120 LMH"), "so-lieu.pdf")
    assert (paper.reading, paper.text) == (Reading.WAITING, "")
    client.force_login(cast.lister)
    page = reverse("exchange-listing", args=[listing.code])
    assert "Các chữ trong đó đang được đọc" in client.get(page).text
    with pytest.raises(InputRefused, match="still being read"):
        actions.submit_listing(listing=listing, by=cast.lister)
    listing.refresh_from_db()
    assert listing.state == State.DRAFT
    take_words(str(paper.pk))
    paper.refresh_from_db()
    assert (paper.reading, "120 LMH" in paper.text) == (Reading.READ, True)
    assert "đang được đọc" not in client.get(page).text
    assert actions.submit_listing(listing=listing, by=cast.lister).state == State.SUBMITTED  # fmt: skip


def test_what_nobody_can_read_goes_to_no_reviewer(client, cast):
    listing = make_listing(cast)
    paper = read_paper(upload(cast, listing, locked_pdf(), "khoa.pdf"))
    assert paper.reading == Reading.LOCKED
    client.force_login(cast.lister)
    page = client.get(reverse("exchange-listing", args=[listing.code])).text
    assert "Bị khóa bằng mật khẩu" in page
    with pytest.raises(InputRefused, match="locked by a password"):
        actions.submit_listing(listing=listing, by=cast.lister)
    actions.remove_paper(paper=paper, by=cast.lister)
    assert actions.submit_listing(listing=listing, by=cast.lister).state == State.SUBMITTED  # fmt: skip


def test_the_words_of_a_paper_are_kept_once(cast):
    listing = make_listing(cast)
    paper = attach(cast, listing, "Từ đầu tiên")
    again = actions.keep_reading(paper=paper, reading=Reading.READ, text="khác", by=None)  # fmt: skip
    assert again.text == "Từ đầu tiên"
    with pytest.raises(PermissionDenied):
        actions.keep_reading(paper=paper, reading=Reading.READ, text="khác", by=cast.lister)  # fmt: skip
    key = str(paper.pk)
    actions.remove_paper(paper=paper, by=cast.lister)
    take_words(key)
    assert not listing.papers.exists()


def test_words_in_edges_and_nested_tables_of_word_are_read():
    document, content = Document(), BytesIO()
    document.sections[0].header.paragraphs[0].text = "Đầu trang"
    document.sections[0].footer.paragraphs[0].text = "Gọi 0912 345 678"
    inner = document.add_table(1, 1).cell(0, 0).add_table(1, 1)
    inner.cell(0, 0).text = "Ô trong ô"
    document.save(content)
    read = words_of(content.getvalue(), "docx")
    for words in ("Đầu trang", "0912 345 678", "Ô trong ô"):
        assert words in read


@pytest.mark.parametrize("level", list(Level))
def test_a_paper_is_there_only_for_who_may_read_it(client, cast, level):
    listing = make_listing(cast)
    paper = attach(cast, listing, "Từ khóa riêng bachduong", level)
    for do, by in ((actions.submit_listing, cast.lister), (actions.check_listing, cast.first), (actions.publish_listing, cast.second)):  # fmt: skip
        listing = do(listing=listing, by=by)
    page = reverse("exchange-listing", args=[listing.code])
    file = reverse("exchange-paper", args=[listing.code, paper.pk])
    api = f"/api/v1/exchange/listings/{listing.code}"
    for person, reads in (
        (None, level is Level.PUBLIC),
        (cast.buyer, level is not Level.NDA),
        (cast.lister, True),
        (cast.first, True),
    ):
        client.logout()
        if person:
            client.force_login(person)
        assert ("bao-cao.txt" in client.get(page).text) is reads
        assert client.get(file).status_code == (200 if reads else 404)
        assert bool(client.get(api).json()["papers"]) is reads
        found = find_listings(reader_of(person), Wanted(words="bachduong"))[1]
        assert found == (level is Level.PUBLIC)


def test_a_paper_is_attached_and_taken_off_from_the_page(client, cast):
    listing = make_listing(cast)
    client.force_login(cast.lister)
    address = reverse("exchange-paper-new", args=[listing.code])
    assert client.get(address).status_code == 200
    sent = SimpleUploadedFile("so-lieu.pdf", pdf("Flux 120 LMH"))
    answer = client.post(address, {"file": sent, "title": "Số liệu", "level": "nda"})
    assert answer.status_code == 302
    paper = read_paper(ListingPaper.objects.get())
    assert (paper.level, "120 LMH" in paper.text) == ("nda", True)
    wrong = SimpleUploadedFile("so-lieu.exe", b"MZ")
    assert client.post(address, {"file": wrong, "title": "x", "level": "nda"}).status_code == 422  # fmt: skip
    remove = reverse("exchange-paper-remove", args=[listing.code, paper.pk])
    client.force_login(cast.first)
    assert client.post(remove).status_code in {403, 404}
    client.force_login(cast.lister)
    assert client.post(remove).status_code == 302
    assert not ListingPaper.objects.exists()


def test_papers_stand_under_the_same_rules_as_words(cast):
    listing = make_listing(cast)
    attach(cast, listing, "Mẫu thử dùng amiăng xanh")
    with pytest.raises(RuleBroken, match="prohibited"):
        actions.submit_listing(listing=listing, by=cast.lister)
    other = make_listing(cast)
    attach(cast, other, "Gọi 0912345678 để nhận báo giá")
    with pytest.raises(InputRefused):
        actions.submit_listing(listing=other, by=cast.lister)
    assert {listing.state, other.state} == {State.DRAFT}


def test_too_many_papers_and_published_listings_are_refused(cast):
    listing = make_listing(cast)
    for number in range(10):
        attach(cast, listing, f"Phụ lục {number}")
    with pytest.raises(RuleBroken, match="at most 10"):
        attach(cast, listing)
    with pytest.raises(PermissionDenied):
        attach(cast, listing, by=cast.buyer)
    assert listing.papers.count() == 10
    listing = actions.submit_listing(listing=listing, by=cast.lister)
    with pytest.raises(RuleBroken, match="Only a draft"):
        actions.remove_paper(paper=listing.papers.first(), by=cast.lister)
