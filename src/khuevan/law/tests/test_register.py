from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.law import actions, basis
from khuevan.law.actions import DocumentEntry
from khuevan.law.models import LegalDocument, LegalRelation
from khuevan.law.public import (
    RuleBasis,
    Status,
    check_rules,
    cite,
    cite_all,
    live,
    register_rules,
    warn_if_dead,
)
from khuevan.law.rules import Kind, Level, Relation
from khuevan.platform.errors import RuleBroken


pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
ENTRY = DocumentEntry(
    number="1/2026/QĐ-UBND",
    title="Quy định thử",
    kind=Kind.DECISION,
    level=Level.CITY,
    issuer="Ủy ban nhân dân thành phố Hà Nội",
    source="Công báo",
    issued_on=date(2026, 1, 5),
    effective_from=date(2026, 2, 1),
)


@pytest.fixture
def keeper():
    return make_person(Role.COMMITTEE_OFFICE)


@pytest.fixture(autouse=True)
def own_rules(monkeypatch):
    monkeypatch.setattr(basis, "_sources", {})


@pytest.mark.parametrize(
    ("number", "article", "day", "status"),
    [
        ("57-NQ/TW", "", TODAY, Status.IN_FORCE),
        ("366-QĐ/TW", "", TODAY, Status.IN_FORCE),
        ("124-QĐ/TW", "", TODAY, Status.REPEALED),
        ("224/2026/NĐ-CP", "19", TODAY, Status.IN_FORCE),
        ("224/2026/NĐ-CP", "19", date(2026, 6, 30), Status.NOT_YET_IN_FORCE),
        ("42/2022/NĐ-CP", "", date(2026, 6, 30), Status.IN_FORCE),
        ("42/2022/NĐ-CP", "", TODAY, Status.REPEALED),
        ("367/2025/NĐ-CP", "", TODAY, Status.PARTLY_REPEALED),
        ("367/2025/NĐ-CP", "1(9)", TODAY, Status.REPEALED),
        ("47/2020/NĐ-CP", "", TODAY, Status.REPEALED),
        ("13/2023/NĐ-CP", "", date(2025, 12, 31), Status.IN_FORCE),
        ("13/2023/NĐ-CP", "", date(2026, 1, 1), Status.REPEALED),
        ("66.7/2025/NQ-CP", "", date(2027, 3, 1), Status.EXPIRED),
        ("03/2026/QH16", "", TODAY, Status.NOT_YET_IN_FORCE),
        ("39/2024/QH15", "", TODAY, Status.REPEALED),
    ],
)
def test_the_seeded_register_tells_what_holds(number, article, day, status):
    assert cite(number, article, on=day).status is status


def test_a_citation_names_kind_number_and_article():
    citation = cite("224/2026/nđ-cp", "90", on=TODAY)
    assert citation.text == "Nghị định 224/2026/NĐ-CP, Điều 90"
    assert citation.warning is None
    assert citation.slug == "224-2026-nd-cp"


def test_a_dead_or_unknown_basis_warns_in_a_sentence():
    assert warn_if_dead("42/2022/NĐ-CP", TODAY) == (
        "Nghị định 42/2022/NĐ-CP hết hiệu lực kể từ ngày 01/07/2026."
    )
    assert "999/2099/NĐ-CP" in (warn_if_dead("999/2099/NĐ-CP", TODAY) or "")
    assert live("57-NQ/TW", TODAY)
    assert not live("367/2025/NĐ-CP", TODAY, "1(9)")


def test_many_citations_cost_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        found = cite_all([("57-NQ/TW", ""), ("x", ""), ("42/2022/NĐ-CP", "")])
    assert [c.slug for c in found] == ["57-nq-tw", None, "42-2022-nd-cp"]


def test_registered_rules_are_checked(monkeypatch):
    register_rules(
        "thử",
        lambda: [
            RuleBasis("57-NQ/TW", "", "tốt"),
            RuleBasis("42/2022/NĐ-CP", "", "chết"),
            RuleBasis("không/có", "", "thiếu"),
            RuleBasis("66.7/2025/NQ-CP", "", "sắp hết"),
        ],
    )
    found = {f.basis.where: f.fatal for f in check_rules(date(2027, 1, 15))}
    assert found == {"chết": True, "thiếu": True, "sắp hết": False}


def test_the_check_command_fails_only_on_dead_or_missing():
    out = StringIO()
    register_rules(
        "thử", lambda: [RuleBasis("66.7/2025/NQ-CP", "", "Bảng thay giấy tờ")]
    )
    call_command("law", "check", on=date(2027, 1, 15), stdout=out)
    assert "Bảng thay giấy tờ" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("law", "check", on=date(2027, 3, 1), stdout=out)


def test_a_document_is_added_and_recorded(keeper):
    document = actions.add_document(entry=ENTRY, by=keeper)
    assert cite("1/2026/QĐ-UBND", on=TODAY).status is Status.IN_FORCE
    assert [f.kind for f in facts_about(document.ref)] == ["law.document_added"]


def test_a_number_is_entered_once(keeper):
    actions.add_document(entry=ENTRY, by=keeper)
    with pytest.raises(RuleBroken):
        actions.add_document(entry=ENTRY, by=keeper)


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.INSPECTOR, Role.HEAD])
def test_only_keepers_change_the_register(role):
    before = LegalDocument.objects.count()
    with pytest.raises(PermissionDenied):
        actions.add_document(entry=ENTRY, by=make_person(role))
    assert LegalDocument.objects.count() == before


def test_a_missing_date_needs_a_doubt(keeper):
    entry = DocumentEntry("2/QĐ", "t", Kind.DECISION, Level.CITY, "UBND", "Công báo")
    with pytest.raises(RuleBroken) as refusal:
        actions.add_document(entry=entry, by=keeper)
    assert refusal.value.field == "doubt"


def test_stating_a_repeal_kills_its_target(keeper):
    new = actions.add_document(entry=ENTRY, by=keeper)
    old = LegalDocument.objects.get(number="5918/QĐ-UBND")
    actions.relate_documents(source=new, target=old, kind=Relation.REPLACES, by=keeper)
    actions.relate_documents(source=new, target=old, kind=Relation.REPLACES, by=keeper)
    assert LegalRelation.objects.filter(source=new).count() == 1
    assert not live("5918/QĐ-UBND", TODAY)
    assert live("5918/QĐ-UBND", date(2026, 1, 31))


def test_a_correction_says_what_changed(keeper):
    document = LegalDocument.objects.get(number="47/2024/NĐ-CP")
    entry = DocumentEntry(
        **{name: getattr(document, name) for name in DocumentEntry.__slots__}
        | {"effective_from": date(2024, 5, 9), "doubt": ""}
    )
    actions.correct_document(document=document, entry=entry, by=keeper)
    fact = facts_about(document.ref)[-1]
    assert fact.figures["changed"] == ["doubt", "effective_from"]


def test_strangers_read_the_register(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        page = client.get(reverse("law-list"), {"q": "thu do", "level": "national"})
    assert "02/2026/QH16" in page.content.decode()
    assert "57-NQ/TW" not in page.content.decode()
    page = client.get(reverse("law-document", args=["42-2022-nd-cp"]))
    text = page.content.decode()
    assert "224/2026/NĐ-CP" in text
    assert "bị bãi bỏ bởi" in text
    assert client.get(reverse("law-document", args=["khong-co"])).status_code == 404


def test_strangers_and_officials_cannot_keep_it(client):
    assert client.get(reverse("law-new")).status_code == 302
    client.force_login(make_person(Role.OFFICIAL))
    assert client.get(reverse("law-new")).status_code == 403


def test_a_keeper_adds_corrects_and_relates_by_form(client, keeper):
    client.force_login(keeper)
    fields = {name: getattr(ENTRY, name) or "" for name in DocumentEntry.__slots__}
    assert client.post(reverse("law-new"), fields).status_code == 302
    again = client.post(reverse("law-new"), fields)
    assert "đã có trong danh mục" in again.content.decode()
    slug = "1-2026-qd-ubnd"
    assert client.get(reverse("law-correct", args=[slug])).status_code == 200
    fixed = fields | {"title": "Quy định đã sửa"}
    assert client.post(reverse("law-correct", args=[slug]), fixed).status_code == 302
    relation = {"kind": "guides", "target": "57-nq/tw", "article": "2"}
    assert client.post(reverse("law-relate", args=[slug]), relation).status_code == 302
    page = client.get(reverse("law-document", args=[slug])).content.decode()
    assert "Quy định đã sửa" in page
    assert "57-NQ/TW" in page


def test_a_number_never_changes(keeper):
    document = actions.add_document(entry=ENTRY, by=keeper)
    with pytest.raises(RuleBroken) as refusal:
        actions.correct_document(
            document=document, entry=replace(ENTRY, number="2/2026/QĐ-UBND"), by=keeper
        )
    assert refusal.value.field == "number"
    assert LegalDocument.objects.filter(number=ENTRY.number).exists()


def test_a_document_does_nothing_to_itself(keeper):
    document = LegalDocument.objects.get(number="57-NQ/TW")
    with pytest.raises(RuleBroken):
        actions.relate_documents(
            source=document, target=document, kind=Relation.AMENDS, by=keeper
        )
    assert not LegalRelation.objects.filter(source=document).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effective_to": date(2026, 1, 31)}, "effective_to"),
        ({"effective_from": date(2026, 1, 4)}, "effective_from"),
    ],
)
def test_dates_that_contradict_are_refused(keeper, changes, field):
    with pytest.raises(RuleBroken) as refusal:
        actions.add_document(entry=replace(ENTRY, **changes), by=keeper)
    assert refusal.value.field == field
    assert not LegalDocument.objects.filter(number=ENTRY.number).exists()


def test_a_form_names_a_document_the_register_lacks(client, keeper):
    client.force_login(keeper)
    address = reverse("law-relate", args=["57-nq-tw"])
    page = client.post(address, {"kind": "amends", "target": "0/2099"})
    assert "Danh mục chưa có văn bản" in page.content.decode()
