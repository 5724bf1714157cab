"""Signing: here with both certificates, or elsewhere with one's own."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from khuevan.contracts import actions
from khuevan.contracts.models import Contract, Signature
from khuevan.contracts.rules.duty import Side
from khuevan.contracts.rules.states import State
from khuevan.directory.public import Person, Role
from khuevan.directory.tests.factories import AppointmentFactory, make_person
from khuevan.journal.public import facts_about
from khuevan.platform import files
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.signing import sign_pdf, verify_pdf

from .factories import draw, make_contract, sign_both


pytestmark = pytest.mark.django_db


def row(contract) -> Contract:
    return Contract.objects.get(pk=contract.id)


def kinds(contract) -> list[str]:
    return [fact.kind.partition(".")[2] for fact in facts_about(contract.ref)]


# -------------------------------------------------------------------- signing


def test_both_sides_sign_and_what_was_signed_first_stays_valid(cast):
    contract = sign_both(draw(cast), cast)
    assert contract.signed_by == {Side.GIVER, Side.TAKER}
    first, second = Signature.objects.order_by("at")
    before, after = files.read(first.file), files.read(second.file)
    assert after.startswith(before)
    reports = verify_pdf(after)
    assert [r.signer for r in reports] == [cast.giver.full_name, cast.institute.name, cast.taker.full_name, cast.firm.name]  # fmt: skip
    assert all(r.intact and r.trusted for r in reports)
    assert [r.covers_whole_document for r in reports] == [False, False, False, True]


def test_a_flipped_byte_anywhere_in_the_text_is_found(cast):
    drawn = draw(cast)
    size = row(drawn).file.size
    content = files.read(row(sign_both(drawn, cast)).file)
    for position in range(20, size, size // 12):
        flipped = bytearray(content)
        flipped[position] ^= 1
        try:
            reports = verify_pdf(bytes(flipped))
        except InputRefused:
            continue  # damaged so that nobody can read it
        assert not any(report.intact for report in reports)


def test_signing_again_changes_nothing(cast):
    contract = make_contract(cast, State.HALF_SIGNED)
    before = row(contract).file_id
    assert actions.sign_contract(contract=contract.id, by=cast.giver) == contract
    assert row(contract).file_id == before
    assert kinds(contract) == ["contract_drawn_up", "contract_signed"]


def test_only_those_who_may_bind_a_side_sign(cast):
    contract = draw(cast)
    official = make_person(Role.OFFICIAL, cast.institute)
    for person in (official, cast.staff, cast.stranger):
        with pytest.raises(PermissionDenied):
            actions.sign_contract(contract=contract.id, by=person)
    assert row(contract).state == State.DRAWN_UP
    assert not Signature.objects.exists()


def test_whoever_may_bind_both_sides_signs_for_neither(cast):
    contract = draw(cast)
    AppointmentFactory.create(person=cast.giver, organisation=cast.firm, role=Role.MEMBER)  # fmt: skip
    with pytest.raises(RuleBroken, match="both sides"):
        actions.sign_contract(contract=contract.id, by=Person.objects.get(pk=cast.giver.pk))  # fmt: skip
    assert not Signature.objects.exists()


# ------------------------------------------------ signed with one's own certificate


def outside(contract, name="Trần Thị Ngoài") -> bytes:
    """Sign the paper as it stands with a program of one's own."""
    paper = files.read(row(contract).file)
    return sign_pdf(paper, signer_name=name, organisation="Bên nhận", reason="Đồng ý")


def test_a_paper_signed_elsewhere_is_taken_beside_one_signed_here(cast):
    contract = make_contract(cast, State.HALF_SIGNED)
    content = outside(contract)
    taken = actions.take_signed_file(contract=contract.id, content=content, by=cast.taker)  # fmt: skip
    assert taken.state is State.IN_FORCE
    assert files.read(row(contract).file) == content
    assert [r.signer for r in verify_pdf(content)][-1] == "Trần Thị Ngoài"
    again = actions.take_signed_file(contract=contract.id, content=content, by=cast.taker)  # fmt: skip
    assert again == taken


def test_the_first_side_may_sign_elsewhere_as_well(cast):
    contract = draw(cast)
    actions.take_signed_file(contract=contract.id, content=outside(contract), by=cast.giver)  # fmt: skip
    assert actions.sign_contract(contract=contract.id, by=cast.taker).state is State.IN_FORCE  # fmt: skip


def altered(contract) -> bytes:
    """Change the text of a page in an update of its own, then sign it."""
    writer = IncrementalPdfFileWriter(BytesIO(files.read(row(contract).file)))
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(180)
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return sign_pdf(out.getvalue(), signer_name="X", organisation="Y", reason="Z")


def test_a_paper_changed_before_it_was_signed_elsewhere_is_refused(cast):
    for state in (State.DRAWN_UP, State.HALF_SIGNED):
        contract = make_contract(cast, state)
        with pytest.raises(InputRefused, match="More than a signature"):
            actions.take_signed_file(contract=contract.id, content=altered(contract), by=cast.taker)  # fmt: skip
        assert row(contract).state == state


def test_another_paper_or_one_without_a_new_signature_is_refused(cast):
    contract, other = draw(cast), draw(cast)
    with pytest.raises(InputRefused):
        actions.take_signed_file(contract=contract.id, content=outside(other), by=cast.taker)  # fmt: skip
    unsigned = files.read(row(contract).file)
    with pytest.raises(RuleBroken, match="no new signature"):
        actions.take_signed_file(contract=contract.id, content=unsigned, by=cast.taker)
    assert not Signature.objects.exists()


def test_a_certificate_nobody_here_trusts_is_refused(cast, settings, tmp_path):
    contract = draw(cast)
    here, settings.VAR = settings.VAR, tmp_path / "elsewhere"
    content = outside(contract)
    settings.VAR = here
    with pytest.raises(RuleBroken, match="not trusted"):
        actions.take_signed_file(contract=contract.id, content=content, by=cast.taker)
    assert not Signature.objects.exists()


def test_the_citys_own_certificate_stands_for_no_side(cast, settings):
    contract = draw(cast)
    settings.SIGNING_PKCS12 = "/etc/city.p12"
    with pytest.raises(RuleBroken, match="your own certificate"):
        actions.sign_contract(contract=contract.id, by=cast.giver)
    assert not Signature.objects.exists()


def test_who_may_not_sign_here_may_not_send_a_signed_file_either(cast):
    contract = draw(cast)
    with pytest.raises(PermissionDenied):
        actions.take_signed_file(contract=contract.id, content=outside(contract), by=cast.staff)  # fmt: skip
    assert not Signature.objects.exists()


def test_something_added_after_the_signature_is_refused(cast):
    contract = draw(cast)
    once = outside(contract)
    with_form_again = IncrementalPdfFileWriter(BytesIO(once))
    with_form_again.update_root()
    out = BytesIO()
    with_form_again.write(out)
    with pytest.raises((RuleBroken, InputRefused)):
        actions.take_signed_file(contract=contract.id, content=out.getvalue(), by=cast.giver)  # fmt: skip
    assert not Signature.objects.exists()
