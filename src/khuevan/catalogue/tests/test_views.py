"""The pages: open ones for everybody, the desk for procedure officers."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings, strategies as st

from khuevan.catalogue import actions, forms, reading
from khuevan.catalogue.models import Fault, Version
from khuevan.catalogue.public import published, to_json
from khuevan.catalogue.rules.codec import from_json
from khuevan.catalogue.rules.cost import Sheet, Way
from khuevan.catalogue.rules.definition import Component, Limit, Supply
from khuevan.catalogue.rules.states import FaultState, VersionState
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.platform.models import Job

from .factories import make_definition, make_running, make_version
from .test_importing import HEAD, lines, row


pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def text(answer):
    return answer.content.decode()


def test_a_stranger_finds_and_reads_a_procedure(client, officer):
    components = (
        Component("a", "Thẻ căn cước", Supply.DATA, content="identity"),
        Component("b", "Giấy chứng sinh"),
    )
    version = make_version(
        definition=make_definition(components=components), by=officer
    )
    actions.enter_cost(version=version, sheet=Sheet(1, Way(fee=12_345)), by=officer)
    found = client.get(reverse("procedures"), {"q": "khai sinh"})
    assert version.procedure.code in text(found)
    assert version.procedure.code in text(client.get(reverse("procedures"), {"event": "birth"}))  # fmt: skip
    shown = text(client.get(reverse("procedure", args=[version.procedure.code])))
    for words in ("Đăng ký khai sinh", "Giấy chứng sinh", "12.345", "118/2025/NĐ-CP"):
        assert words in shown, words


def test_where_it_is_received_and_handled_is_typed_shown_and_compared(client, officer):  # fmt: skip
    version = make_version(by=officer)
    code = version.procedure.code
    assert "mọi điểm tiếp nhận" in text(client.get(reverse("procedure", args=[code])))
    client.force_login(officer)
    typed = {
        "definition": json.dumps(version.definition), "handled_by_system": "ministry:VBDLIS",
        "receiving": "Bộ phận Một cửa Bộ Tư pháp", "form_names": "Mẫu 01/TP\n\nMẫu 02/TP",
    }  # fmt: skip
    client.post(f"{reverse('catalogue-draft-new')}?code={code}", typed)
    draft = Version.objects.get(number=2)
    assert draft.definition["forms"] == ["Mẫu 01/TP", "Mẫu 02/TP"]
    shown = text(client.get(reverse("procedure", args=[code]), {"version": 2}))
    changed = text(client.get(reverse("procedure-changes", args=[code]), {"from": 1, "to": 2}))  # fmt: skip
    for words in ("VBDLIS", "Bộ phận Một cửa Bộ Tư pháp", "Mẫu 01/TP; Mẫu 02/TP"):
        assert words in shown, words
        assert words in changed, words
    actions.publish_version(version=draft, valid_from=clock.today() + DAY, by=officer)


def test_limits_conditions_and_the_result_are_typed_into_fields(client, officer):
    definition = make_definition()
    client.force_login(officer)
    typed = {
        "definition": json.dumps(to_json(definition)), "conditions": "Trong 60 ngày",
        "result_name": "Giấy khai sinh (bản điện tử)", "limit_portal": "4", "unit_portal": "hour",
        "limit_post": "3",
    }  # fmt: skip
    client.post(reverse("catalogue-draft-new"), typed)
    made = from_json(Version.objects.get().definition)
    assert [(o.channel, o.limit) for o in made.channels] == [
        ("portal", Limit(4, "hour")), ("counter", Limit(1, "working_day")), ("post", Limit(3, "working_day")),
    ]  # fmt: skip
    assert (made.conditions, made.result.name) == ("Trong 60 ngày", "Giấy khai sinh (bản điện tử)")  # fmt: skip
    page = text(client.get(reverse("catalogue-draft", args=[Version.objects.get().pk])))
    assert "Hiện nay: 4 giờ" in page
    refused = client.post(reverse("catalogue-draft-new"), typed | {"limit_portal": "-1"})  # fmt: skip
    assert refused.status_code == 422
    assert Version.objects.count() == 1


def test_a_fee_the_source_lost_a_part_of_is_not_told_as_the_price(client, officer):
    wrong = row(cach_thuc_thuc_hien=f"{HEAD}Trực tiếp5 Ngày làm việc135 VNĐ(Lệ phí)")
    actions.import_catalogue(content=lines(wrong), name="a", by=officer)
    shown = text(client.get(reverse("procedure", args=["1.000001"])))
    assert "<strong>135" not in shown
    assert "135 ₫" in shown


def test_the_page_of_a_procedure_asks_few_questions(client, officer, django_assert_max_num_queries):  # fmt: skip
    version = make_version(by=officer)
    with django_assert_max_num_queries(12):
        client.get(reverse("procedure", args=[version.procedure.code]))


def test_drafts_are_not_there_for_others(client, officer):
    version = make_version(VersionState.DRAFT, by=officer)
    address = reverse("procedure", args=[version.procedure.code])
    assert client.get(address).status_code == 404
    client.force_login(make_person(Role.OFFICIAL))
    assert client.get(address).status_code == 404
    client.force_login(officer)
    assert client.get(address).status_code == 200


def test_two_versions_are_compared(client, officer):
    first = make_version(by=officer)
    code = first.procedure.code
    make_version(
        VersionState.DRAFT, definition=make_definition(code=code, title="Tên mới"), by=officer
    )  # fmt: skip
    address = reverse("procedure-changes", args=[code])
    assert client.get(address, {"from": 1, "to": 2}).status_code == 404
    client.force_login(officer)
    assert "Tên mới" in text(client.get(address, {"from": 1, "to": 2}))
    for wrong in ({}, {"from": "x", "to": "²"}, {"from": 9, "to": 1}):
        assert client.get(address, wrong).status_code == 404


def test_a_new_paper_is_told_by_its_name(client, officer):
    old, new = Component("b", "Giấy chứng sinh"), Component("anh", "Ảnh chân dung", hint="Nền trắng")  # fmt: skip
    first = make_version(definition=make_definition(components=(old,)), by=officer)
    code = first.procedure.code
    components = (old, new)
    make_version(
        VersionState.DRAFT, definition=make_definition(code=code, components=components), by=officer
    )  # fmt: skip
    client.force_login(officer)
    address = reverse("procedure-changes", args=[code])
    shown = text(client.get(address, {"from": 1, "to": 2}))
    assert "<ins>Ảnh chân dung – Nền trắng</ins>" in shown


DESK = ("catalogue-desk", "catalogue-import", "catalogue-faults", "catalogue-draft-new")


@pytest.mark.parametrize("name", DESK)
def test_the_desk_is_for_procedure_officers(client, officer, name):
    assert client.get(reverse(name)).status_code == 302
    client.force_login(make_person(Role.HEAD))
    assert client.get(reverse(name)).status_code == 403
    client.force_login(officer)
    assert client.get(reverse(name)).status_code == 200


def test_a_procedure_is_drafted_checked_published_and_undone_on_pages(client, officer):
    client.force_login(officer)
    definition = make_definition(components=())
    told = json.dumps(to_json(definition))
    answer = client.post(reverse("catalogue-draft-new"), {"definition": told})
    version = Version.objects.get()
    assert answer.url == reverse("catalogue-draft", args=[version.pk])
    address = reverse("catalogue-draft", args=[version.pk])
    assert "components" in text(client.get(address))
    day = {"publish-valid_from": clock.today().isoformat()}
    publish = reverse("catalogue-draft-publish", args=[version.pk])
    client.post(publish, day)
    assert published(definition.code) is None
    whole = make_definition(code=definition.code)
    client.post(address, {"definition": json.dumps(to_json(whole)), "title": "Tên hay"})
    client.post(reverse("catalogue-draft-check", args=[version.pk]))
    client.post(publish, day)
    assert published(definition.code).definition.title == "Tên hay"
    client.post(reverse("catalogue-withdraw", args=[version.pk]))
    assert published(definition.code) is None
    client.post(publish, day)
    version.refresh_from_db()
    assert version.state == VersionState.WITHDRAWN


def test_the_editor_says_what_the_definition_says_now(client, officer):
    version = make_version(definition=make_definition(title="Tên đang dùng"), by=officer)  # fmt: skip
    client.force_login(officer)
    page = text(client.get(reverse("catalogue-draft-new"), {"code": version.procedure.code}))  # fmt: skip
    assert 'id="title-hint">' in page
    assert "Tên đang dùng</div>" in page


@pytest.mark.parametrize("told", ["", "{", "[]", '{"code": 3}', "[" * 20_000, '{"x": NaN}'])  # fmt: skip
def test_a_broken_definition_comes_back_with_words(client, officer, told):
    client.force_login(officer)
    answer = client.post(reverse("catalogue-draft-new"), {"definition": told})
    assert answer.status_code == 422
    assert not Version.objects.exists()


def test_a_definition_comes_as_a_file(client, officer):
    client.force_login(officer)
    content = json.dumps(to_json(make_definition())).encode()
    file = SimpleUploadedFile("thu-tuc.json", content)
    client.post(reverse("catalogue-draft-new"), {"file": file})
    assert Version.objects.count() == 1


def test_a_fault_is_corrected_or_accepted_on_pages(client, officer):
    wrong = row(
        co_quan_thuc_hien="UBND huyện",
        cach_thuc_thuc_hien=f"{HEAD}Trực tuyến3Miễn phí",
    )
    actions.import_catalogue(content=lines(wrong), name="a", by=officer)
    client.force_login(officer)
    listed = text(client.get(reverse("catalogue-faults")))
    assert "UBND huyện" in listed
    limit = Fault.objects.get(rule="limit_without_unit")
    assert client.get(reverse("catalogue-fault", args=[limit.pk])).status_code == 200
    correct = reverse("catalogue-fault-correct", args=[limit.pk])
    assert client.post(correct, {"value": "3"}).status_code == 422
    assert client.post(correct, {"value": "3 ngày"}).status_code == 302
    district = Fault.objects.get(rule="district_named")
    accept = reverse("catalogue-fault-accept", args=[district.pk])
    assert client.post(accept, {"note": "x"}).status_code == 422
    assert client.post(accept, {"note": "Tên riêng"}).status_code == 302
    decided = Fault.objects.exclude(rule="level_guessed")
    assert set(decided.values_list("state", flat=True)) == {FaultState.CORRECTED, FaultState.ACCEPTED}  # fmt: skip
    client.force_login(make_person(Role.OFFICIAL))
    assert client.get(reverse("catalogue-fault", args=[limit.pk])).status_code == 403


def test_a_file_is_handed_to_the_worker(client, officer):
    client.force_login(officer)
    good = SimpleUploadedFile("tthc.jsonl", lines(row()))
    assert client.post(reverse("catalogue-import"), {"file": good}).status_code == 302
    assert Job.objects.get().kind == "catalogue.import_catalogue"
    bad = SimpleUploadedFile("tthc.jsonl", b"nonsense")
    assert client.post(reverse("catalogue-import"), {"file": bad}).status_code == 422
    assert Job.objects.count() == 1


def test_costs_are_entered_on_a_page(client, officer):
    version = make_version(by=officer)
    client.force_login(officer)
    address = reverse("catalogue-cost", args=[version.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"source": "x"}).status_code == 422
    data = {"income_per_hour": 40_000, "times_per_year": 1, "subjects_per_year": 10, "before_wait": "80", "after_wait": "72"}  # fmt: skip
    assert client.post(address, data).status_code == 302
    shown = text(client.get(reverse("procedure", args=[version.procedure.code])))
    assert "32.000.000" in shown


def test_the_deadlines_are_open_to_all(client, officer):
    make_version(by=officer)
    draft = make_version(VersionState.DRAFT, definition=make_definition(decided_on=date(2026, 3, 2)), by=officer)  # fmt: skip
    address = reverse("procedure-publicity")
    assert draft.procedure.code not in text(client.get(address))
    client.force_login(officer)
    assert draft.procedure.code in text(client.get(address))
    assert "1 bản thảo đã quá hạn" in text(client.get(reverse("catalogue-desk")))


@pytest.mark.parametrize("asked", ["?q=%00", "?q=" + "a" * 5000, "?event=x", "?q=%F0%9F%98%80"])  # fmt: skip
def test_odd_searches_are_answered(client, asked):
    assert client.get(reverse("procedures") + asked).status_code == 200


def test_programs_list_search_and_read(client, officer):
    first, second = make_version(by=officer), make_version(by=officer)
    make_version(VersionState.DRAFT, by=officer)
    codes = [first.procedure.code, second.procedure.code]
    page = client.get("/api/v1/procedures", {"limit": 1}).json()
    assert [one["code"] for one in page["procedures"]] == codes[:1]
    rest = client.get("/api/v1/procedures", {"cursor": page["next_cursor"]}).json()
    assert ([one["code"] for one in rest["procedures"]], rest["next_cursor"]) == (codes[1:], None)  # fmt: skip
    found = client.get("/api/v1/procedures", {"q": "khai sinh"}).json()
    assert {one["code"] for one in found["procedures"]} == set(codes)
    told = client.get(f"/api/v1/procedures/{codes[0]}").json()
    assert told["definition"] == to_json(published(codes[0]).definition)
    assert client.get("/api/v1/procedures/0.000000").status_code == 404
    assert client.get("/api/v1/procedures", {"limit": 0}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    ['"a\\u0000b"', '"\\ud800"', "NaN", "1e999", '"' + "x" * 400 + '"', '"1/2"'],
    ids=str,
)
def test_what_the_database_cannot_keep_is_refused(client, officer, wrong):
    client.force_login(officer)
    told = json.dumps(to_json(make_definition(code="1.1")))
    for place in ('"1.1"', '"Hộ tịch"'.encode("unicode_escape").decode()):
        changed = told.replace(place, wrong) if place in told else told
        if changed == told:
            continue
        answer = client.post(reverse("catalogue-draft-new"), {"definition": changed})
        assert answer.status_code in {302, 422}


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12).filter(lambda t: t.isprintable()), st.just([]), st.just({}), st.just([[]]), st.just({"a": {"b": 1}}),
)  # fmt: skip


def _places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for key, item in items:
        yield from _places(item, (*path, key))


WHOLE = to_json(make_running(code="1.000777"))
PATHS = [path for path in _places(WHOLE) if path]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)  # fmt: skip
@given(path=st.sampled_from(PATHS), odd=ODD)
def test_no_definition_breaks_a_page(officer, path, odd):
    told = json.loads(json.dumps(WHOLE))
    at = told
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = odd
    form = forms.DefinitionForm({"definition": json.dumps(told)})
    if not form.is_valid():
        return
    with transaction.atomic():
        with suppress(RuleBroken):
            version = actions.draft_version(definition=form.made, by=officer)
            actions.check_version(version=version, by=officer)
            reading.procedure_page(version, [version], clock.today())
        transaction.set_rollback(True)
