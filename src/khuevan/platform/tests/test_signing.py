"""A signature is valid until a byte changes."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
from io import BytesIO

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfWriter

from khuevan.platform import signing
from khuevan.platform.errors import InputRefused, Unavailable


@pytest.fixture(autouse=True)
def own_authority(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path / "ca"


@pytest.fixture(scope="module")
def paper():
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


def sign(pdf, name="Nguyễn Thị Ánh"):
    return signing.sign_pdf(
        pdf, signer_name=name, organisation="Sở Thử nghiệm", reason="Ban hành"
    )


def test_a_signed_document_verifies(paper):
    [report] = signing.verify_pdf(sign(paper))
    assert report.intact
    assert report.trusted
    assert report.covers_whole_document
    assert report.signer == "Nguyễn Thị Ánh"
    assert report.organisation == "Sở Thử nghiệm"
    assert report.reason == "Ban hành"
    assert report.signed_at is not None


def test_an_unsigned_document_has_no_signatures(paper):
    assert signing.verify_pdf(paper) == []


def test_a_flipped_byte_is_found(paper):
    signed = bytearray(sign(paper))
    place = signed.index(b"/MediaBox") + 12
    signed[place] ^= 1
    [report] = signing.verify_pdf(bytes(signed))
    assert not report.intact


def test_two_people_sign_one_document(paper):
    first, second = signing.verify_pdf(sign(sign(paper), "Trần Văn Bình"))
    assert first.intact
    assert second.intact
    assert (first.signer, second.signer) == ("Nguyễn Thị Ánh", "Trần Văn Bình")
    assert not first.covers_whole_document
    assert second.covers_whole_document


def test_another_authority_is_not_trusted(paper, settings, tmp_path):
    signed = sign(paper)
    settings.VAR = tmp_path / "elsewhere"
    [report] = signing.verify_pdf(signed)
    assert report.intact
    assert not report.trusted


def test_a_signer_keeps_one_certificate_closed_to_others(paper, own_authority):
    sign(paper)
    sign(paper)
    kept = sorted(own_authority.glob("*.pem"))
    assert len(kept) == 2
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert own_authority.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7 cut"])
def test_what_is_no_pdf_is_refused(content):
    with pytest.raises(InputRefused, match="damaged"):
        sign(content)
    with pytest.raises(InputRefused, match="damaged"):
        signing.verify_pdf(content)


@pytest.fixture
def real_certificate(settings, tmp_path):
    """A PKCS#12 as an authority hands it out, and the authority's certificate."""
    with signing._authority() as (authority, key):
        own, own_key = signing._issued("Con dấu", "UBND", authority, key)
    file, root = tmp_path / "seal.p12", tmp_path / "root.pem"
    root.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", own_key, own, [authority],
            serialization.BestAvailableEncryption("mật khẩu".encode()),
        )
    )  # fmt: skip
    settings.SIGNING_PKCS12 = str(file)
    settings.SIGNING_PASSPHRASE = "mật khẩu"
    settings.SIGNING_TRUST = str(root)


@pytest.mark.usefixtures("real_certificate")
def test_a_configured_certificate_signs(paper):
    [report] = signing.verify_pdf(sign(paper))
    assert report.intact
    assert report.trusted
    assert report.signer == "Con dấu"


@pytest.mark.usefixtures("real_certificate")
def test_a_wrong_passphrase_is_told(paper, settings):
    settings.SIGNING_PASSPHRASE = "sai"
    with pytest.raises(Unavailable, match="cannot be opened"):
        sign(paper)


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig is not installed")
def test_another_program_accepts_the_signature(paper, tmp_path):
    file = tmp_path / "signed.pdf"
    file.write_bytes(sign(paper))
    said = subprocess.run(
        ["pdfsig", "-nocert", file], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said


def test_whatever_the_damage_a_document_is_judged_or_refused(paper):
    signed, dice = sign(paper), random.Random(11)
    words = [i for i in range(len(signed) - 1) if signed[i : i + 2] in {b"<<", b"/T", b"/S", b" R", b"ob", b"/P", b"/C", b"/F"}]  # fmt: skip
    for _ in range(300):
        damaged = bytearray(signed)
        damaged[dice.choice(words) + dice.randrange(6)] = dice.choice(b"0123456789()<>[]/ R-.")  # fmt: skip
        with contextlib.suppress(InputRefused):
            signing.verify_pdf(bytes(damaged))


# ------------------------------------------------------------ signed elsewhere


def changed(pdf) -> bytes:
    """Append a change of the page itself, as an editor would."""
    writer, out = IncrementalPdfFileWriter(BytesIO(pdf)), BytesIO()
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(90)
    writer.update_container(page)
    writer.write(out)
    return out.getvalue()


def test_what_was_only_signed_elsewhere_gives_its_new_signatures(paper):
    paper = signing.ready_to_sign(paper)
    once = sign(paper)
    [added] = signing.added_signatures(paper, once)
    assert added.intact
    [added] = signing.added_signatures(once, sign(once, "Trần Văn Bình"))
    assert added.signer == "Trần Văn Bình"
    assert signing.added_signatures(paper, paper) == []


def test_a_change_made_in_the_same_breath_as_the_signature_is_found(paper):
    paper = signing.ready_to_sign(paper)
    once = sign(paper)
    for before, after in (
        (paper, sign(changed(paper))),
        (once, sign(changed(once))),
        (paper, changed(paper)),
        (once, paper),
    ):
        with pytest.raises(InputRefused):
            signing.added_signatures(before, after)
