"""Pages of contracts, and who sees which."""

from __future__ import annotations

import json

import pytest
from defusedxml import ElementTree
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuevan.contracts.models import Contract
from khuevan.contracts.public import find_contracts
from khuevan.contracts.queries.verifying import Verdict, check_file
from khuevan.contracts.rules.clauses import Paper
from khuevan.contracts.rules.states import State
from khuevan.contracts.rules.terms import Crossing
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.platform import clock, files
from khuevan.platform.signing import sign_pdf

from .factories import STATE_MONEY, draw, make_contract


pytestmark = pytest.mark.django_db
CLOSED = ("contract", "contract-paper", "contract-json", "contract-xml")


def row(contract) -> Contract:
    return Contract.objects.get(pk=contract.id)


def get(client, name, *args):
    return client.get(reverse(name, args=args))


# -------------------------------------------------------------- who sees what


@pytest.mark.parametrize("state", State)
def test_both_sides_and_the_exchange_see_a_contract_in_every_state(client, cast, state):
    contract = make_contract(cast, state)
    official = make_person(Role.OFFICIAL, cast.institute)
    for person in (cast.giver, cast.taker, cast.staff, official, make_person(Role.INSPECTOR)):  # fmt: skip
        client.force_login(person)
        assert get(client, "contract", contract.number).status_code == 200
        assert contract.number in get(client, "contracts").text


def test_for_everybody_else_there_is_no_such_contract(client, cast):
    contract = make_contract(cast, State.IN_FORCE)
    client.force_login(cast.stranger)
    for name in CLOSED:
        assert get(client, name, contract.number).status_code == 404
    act = reverse("contract-action", args=[contract.number, "end"])
    assert client.post(act).status_code == 404
    assert contract.number not in get(client, "contracts").text


def test_the_list_is_read_by_state_in_few_queries(client, cast, django_assert_max_num_queries):  # fmt: skip
    for _ in range(3):
        draw(cast)
    signed = make_contract(cast, State.HALF_SIGNED)
    client.force_login(cast.staff)
    with django_assert_max_num_queries(12):
        answer = client.get(reverse("contracts") + "?state=half_signed")
    assert answer.text.count("HDCG-") == answer.text.count(signed.number)
    assert get(client, "contracts").text.count(">HDCG-") == 4


def test_the_page_is_read_in_few_queries(client, cast, django_assert_max_num_queries):
    contract = make_contract(cast, State.SIGNED)
    client.force_login(cast.taker)
    with django_assert_max_num_queries(22):
        assert get(client, "contract", contract.number).status_code == 200


def test_contracts_are_found_by_number_technology_and_side_without_accents(client, cast):  # fmt: skip
    contract = make_contract(cast, State.IN_FORCE)
    other = draw(cast, name="Giống lúa chịu mặn")
    client.force_login(cast.taker)
    for words in (contract.number, "mang loc gom", cast.institute.name):
        page = client.get(reverse("contracts"), {"q": words}).text
        assert contract.number in page
    assert other.number not in client.get(reverse("contracts"), {"q": "mang loc"}).text
    address = reverse("contract", args=[contract.number])
    assert address in client.get(reverse("search"), {"q": "mang loc gom"}).text
    client.force_login(cast.stranger)
    assert address not in client.get(reverse("search"), {"q": "mang loc gom"}).text
    assert find_contracts(person=cast.taker, text=" ") == []


# --------------------------------------------------------------- what it says


def test_before_both_sign_the_page_foresees_what_it_will_owe(client, cast):
    contract = draw(cast, origin=STATE_MONEY)
    client.force_login(cast.taker)
    text = get(client, "contract", contract.number).text
    assert "nếu bên sau cùng ký hôm nay" in text
    assert "Phải đăng ký" in text
    assert row(contract).duty is None


def test_the_page_says_what_the_contract_owes_and_until_when(client, cast):
    contract = make_contract(cast, State.SIGNED)
    client.force_login(cast.taker)
    text = get(client, "contract", contract.number).text
    assert "Phải đăng ký" in text
    assert "Sở Khoa học và Công nghệ" in text
    assert f"{contract.due_on:%d/%m/%Y}" in text
    assert "Chưa chắc chắn" in text  # the amended law was not read
    assert "Mở hồ sơ đăng ký" in text


def test_somebody_signs_on_the_page_and_only_once(client, cast):
    contract = draw(cast)
    client.force_login(cast.giver)
    act = reverse("contract-action", args=[contract.number, "sign"])
    assert client.get(act).status_code == 200
    assert client.post(act, {}).status_code == 422
    assert row(contract).state == State.DRAWN_UP
    sent = {"read": "on", "idempotency_key": "a"}
    assert client.post(act, sent).url == reverse("contract", args=[contract.number])
    assert client.post(act, sent).status_code == 302
    assert row(contract).signatures.count() == 1
    assert client.get(act).status_code == 403


def test_somebody_sends_a_paper_signed_elsewhere(client, cast, settings):
    contract = draw(cast)
    client.force_login(cast.giver)
    act = reverse("contract-action", args=[contract.number, "signed-file"])
    paper = files.read(row(contract).file)
    wrong = client.post(act, {"file": SimpleUploadedFile("a.pdf", paper)})
    assert wrong.status_code == 422
    assert "không có chữ ký mới" in wrong.text
    other = client.post(act, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n")})  # fmt: skip
    assert "hoặc là văn bản khác" in other.text
    signed = sign_pdf(paper, signer_name="X", organisation="Y", reason="Z")
    assert client.post(act, {"file": SimpleUploadedFile("a.pdf", signed)}).status_code == 302  # fmt: skip
    assert row(contract).state == State.HALF_SIGNED
    settings.SIGNING_PKCS12 = "/etc/city.p12"
    client.force_login(cast.taker)
    text = get(client, "contract", contract.number).text
    assert reverse("contract-action", args=[contract.number, "sign"]) not in text
    assert reverse("contract-action", args=[contract.number, "signed-file"]) in text


def test_calling_off_needs_a_reason(client, cast):
    contract = draw(cast)
    client.force_login(cast.taker)
    act = reverse("contract-action", args=[contract.number, "call-off"])
    assert client.post(act, {"words": " "}).status_code == 422
    client.post(act, {"words": "Chưa thống nhất giá"})
    assert row(contract).state == State.CANCELLED
    assert "Chưa thống nhất giá" in get(client, "contract", contract.number).text


def test_the_exchange_notes_what_the_ministry_decided(client, cast):
    contract = make_contract(cast, State.SIGNED, crossing=Crossing.INBOUND)
    act = reverse("contract-action", args=[contract.number, "decision"])
    client.force_login(cast.taker)
    assert client.get(act).status_code == 403
    client.force_login(cast.staff)
    told = {"approved": "no", "number": "1", "decided_on": clock.today()}
    wrong = client.post(act, told)
    assert wrong.status_code == 422
    assert "Hãy ghi lý do từ chối" in wrong.text
    client.post(act, told | {"approved": "yes"})
    assert row(contract).state == State.IN_FORCE


def test_a_contract_in_force_is_ended_on_the_page(client, cast):
    contract = make_contract(cast, State.IN_FORCE)
    client.force_login(cast.giver)
    act = reverse("contract-action", args=[contract.number, "end"])
    assert client.post(act, {"ending": "terminated"}).status_code == 422
    client.post(act, {"ending": "completed"})
    assert row(contract).state == State.ENDED


def test_nobody_does_what_the_page_does_not_offer(client, cast):
    contract = draw(cast)
    client.force_login(cast.giver)
    for slug, status in (("end", 403), ("register", 403), ("decision", 403), ("x", 404)):  # fmt: skip
        act = reverse("contract-action", args=[contract.number, slug])
        assert client.post(act, {}).status_code == status
    assert row(contract).state == State.DRAWN_UP


# ------------------------------------------------------------ structured copies


def test_json_and_xml_say_the_same_with_the_versions_of_the_clauses(client, cast):
    contract = make_contract(cast, State.SIGNED)
    client.force_login(cast.taker)
    told = json.loads(get(client, "contract-json", contract.number).content)
    root = ElementTree.fromstring(get(client, "contract-xml", contract.number).content)
    assert root.findtext("number") == told["number"] == contract.number
    clauses = [c for s in told["text"]["sections"] for c in s["clauses"]]
    assert [e.text for e in root.iterfind("text/sections/item/clauses/item/sha256")] == [c["sha256"] for c in clauses]  # fmt: skip
    assert all(c["version"] and len(c["sha256"]) == 64 and c["document"] for c in clauses)  # fmt: skip
    assert [s["side"] for s in told["signatures"]] == ["giver", "taker"]
    assert told["file"]["sha256"] == row(contract).file.sha256
    assert told["terms"]["penalty"] == 800


# --------------------------------------------------------------------- library


@pytest.mark.parametrize("paper", Paper)
def test_everybody_reads_the_library_with_its_law(client, paper, django_assert_max_num_queries):  # fmt: skip
    with django_assert_max_num_queries(6):
        text = client.get(reverse("contract-clauses") + f"?paper={paper}").text
    assert "{Tên công nghệ}" in text
    assert "{Name of the technology}" in text
    if paper is not Paper.MEMORANDUM:
        assert "14. Nội dung khác" in text


def test_a_paper_the_library_does_not_know_shows_the_licence(client, db):
    assert client.get(reverse("contract-clauses") + "?paper=x").status_code == 200


# ------------------------------------------------------------------- verifying


def uploaded(client, content):
    file = SimpleUploadedFile("hop-dong.pdf", content, "application/pdf")
    return client.post(reverse("contract-verify"), {"file": file})


def test_the_code_on_the_paper_leads_to_what_anybody_may_know(client, cast):
    contract = row(make_contract(cast, State.IN_FORCE))
    text = get(client, "contract-check", contract.verification).text
    assert contract.number in text
    assert contract.file.sha256[:32] in text
    assert cast.giver.full_name not in text
    assert get(client, "contract-check", "nothing").status_code == 404


def test_a_file_is_ours_earlier_changed_or_somebody_elses(client, cast):
    half = row(make_contract(cast, State.HALF_SIGNED))
    before = files.read(half.file)
    assert check_file(before).verdict is Verdict.OURS
    client.force_login(cast.taker)
    client.post(reverse("contract-action", args=[half.number, "sign"]), {"read": "on"})
    client.logout()
    whole = files.read(row_again(half).file)
    assert check_file(before).verdict is Verdict.EARLIER
    assert check_file(whole).verdict is Verdict.OURS
    flipped = bytearray(whole)
    flipped[whole.index(b"</x:xmpmeta>") - 1] ^= 1  # in the signed metadata
    assert check_file(bytes(flipped)).verdict is Verdict.CHANGED
    added = sign_pdf(whole, signer_name="X", organisation="Y", reason="Z")
    assert check_file(added).verdict is Verdict.CHANGED
    assert check_file(b"hello").verdict is Verdict.UNREADABLE
    answer = uploaded(client, whole)
    assert "không byte nào bị sửa" in answer.text
    assert cast.firm.name in answer.text
    assert "đã có chỗ bị sửa" in uploaded(client, bytes(flipped)).text


def row_again(contract: Contract) -> Contract:
    return Contract.objects.select_related("file").get(pk=contract.pk)


def test_a_file_without_our_signatures_is_told_so(cast):
    drawn = files.read(row(draw(cast)).file)
    assert check_file(drawn + b"\n").verdict is Verdict.UNSIGNED
    foreign = sign_pdf(drawn, signer_name="X", organisation="Y", reason="Đồng ý")
    assert check_file(foreign).verdict is Verdict.FOREIGN


def test_a_file_too_large_or_damaged_is_told_so(client, db, monkeypatch):
    assert check_file(b"%PDF-1.7 but not really").verdict is Verdict.UNREADABLE
    monkeypatch.setattr("khuevan.contracts.forms.ORDINARY_LIMIT", 3)
    assert "20 MB" in uploaded(client, b"%PDF-1.4").text


def test_the_paper_opens_for_those_who_see_the_contract(client, cast):
    contract = draw(cast)
    client.force_login(cast.taker)
    answer = get(client, "contract-paper", contract.number)
    assert answer.content.startswith(b"%PDF")
    assert contract.number in answer["Content-Disposition"]
    client.logout()
    assert get(client, "contracts").status_code == 302
    assert not Contract.objects.visible_to(AnonymousUser()).exists()


def test_no_file_is_no_answer(client, db):
    assert client.post(reverse("contract-verify"), {}).status_code == 422


def test_traces_are_for_those_who_see_the_contract(client, cast):
    contract = make_contract(cast, State.IN_FORCE)
    traces = reverse("journal:traces", args=[contract.ref])
    client.force_login(cast.stranger)
    assert contract.number not in client.get(traces).text
    client.force_login(cast.taker)
    assert contract.number in client.get(traces).text
