"""Tables, fees, what is held, forms, differences and costs."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from khuevan.catalogue.dated import databases, life_events, publicity_rules, reliefs
from khuevan.catalogue.queries import (
    components_due,
    databases_for,
    declare_once_rate,
    fees_for,
)
from khuevan.catalogue.rules.checking import check_content, check_form
from khuevan.catalogue.rules.codec import from_json, to_json
from khuevan.catalogue.rules.cost import (
    Sheet,
    Task,
    Way,
    cost,
    sheet_from_json,
    sheet_to_json,
)
from khuevan.catalogue.rules.definition import (
    Channel,
    Component,
    Fee,
    FeeKind,
    Initiative,
    Offer,
    Proactive,
    Subject,
    Supply,
    TestCase,
)
from khuevan.catalogue.rules.diff import changes
from khuevan.catalogue.rules.fees import Filing, Payer, Relief, check_fees, fee_lines
from khuevan.catalogue.rules.holding import check_may_ask, recognise
from khuevan.catalogue.rules.tables import (
    check_expression,
    check_table,
    evaluate,
    evaluate_table,
    plain_table,
    table_of,
)
from khuevan.platform.errors import RuleBroken

from .factories import FORM, make_definition, make_running


NOVEMBER, JANUARY, AUGUST = date(2025, 11, 20), date(2026, 1, 5), date(2026, 8, 20)


# --------------------------------------------------------------------- tables


def test_a_plain_amount_is_a_table_of_one_row():
    assert check_table(plain_table(8_000, "x"), "t") == []
    assert evaluate_table(plain_table(8_000, "x"), {}) == {
        "amount": 8000,
        "reason": "x",
    }


@pytest.mark.parametrize(
    "table",
    [
        {}, [], None, 3, "x", {"nodes": []}, {"nodes": [1], "edges": []},
        {"nodes": [{"id": "f", "type": "functionNode"}], "edges": []},
        {"nodes": [{"id": "t", "type": "decisionTableNode", "content": 3}], "edges": []},
        table_of([({"channel": "'a' >"}, {"amount": "1"})]),
        table_of([({}, {"amount": "1 *"})]),
    ],
)  # fmt: skip
def test_a_broken_table_is_told_where(table):
    problems = check_table(table, "fees[0].table")
    assert problems
    assert all(p.where.startswith("fees[0].table") and str(p) for p in problems)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["nodes", "edges", "id", "type", "content", "rules", "inputs", "outputs"]), x, max_size=4), max_leaves=20))  # fmt: skip
def test_no_table_breaks_the_check(table):
    check_table(table, "t")


@given(st.text(max_size=40))
def test_no_expression_breaks_the_check(expression):
    if not check_expression(expression, "e"):
        with suppress(RuleBroken):
            evaluate(expression, {"answers": {}})


def test_an_expression_does_not_walk_a_made_up_list():
    assert check_expression("sum(map([1..1000000000], #))", "e")
    assert not check_expression("age in [18..60]", "e")


def test_a_table_without_a_fitting_row_is_a_sentence():
    with pytest.raises(RuleBroken):
        evaluate_table(table_of([({"channel": "'x'"}, {"amount": "1"})]), {"channel": "y"})  # fmt: skip


# ----------------------------------------------------------------------- fees


def fee(definition, on, channel=Channel.PORTAL, **told):
    [line] = fees_for(
        definition,
        **{"answers": {}, "subject": Subject.CITIZEN, **told},
        channel=channel,
        on=on,
    )
    return line.amount, line.payer


COUNCIL = make_definition()
MINISTRY = make_definition(
    fees=(Fee("f1", "Phí", FeeKind.CHARGE, "finance_ministry", amount=200_000),)
)
APPRAISAL = make_definition(
    fees=(Fee("f1", "Phí thẩm định", FeeKind.APPRAISAL, "council", amount=500_000),)
)
HOUSEHOLD = make_definition(
    code="1.001612",
    fees=(Fee("f1", "Lệ phí", FeeKind.FEE, "other", amount=100_000),),
)


@pytest.mark.parametrize(
    ("definition", "on", "channel", "expected"),
    [
        (COUNCIL, NOVEMBER, Channel.PORTAL, (8_000, Payer.APPLICANT)),
        (COUNCIL, JANUARY, Channel.PORTAL, (0, Payer.APPLICANT)),
        (COUNCIL, JANUARY, Channel.VNEID, (0, Payer.APPLICANT)),
        (COUNCIL, JANUARY, Channel.ASSISTED, (0, Payer.APPLICANT)),
        (COUNCIL, JANUARY, Channel.COUNTER, (8_000, Payer.APPLICANT)),
        (COUNCIL, JANUARY, Channel.POST, (8_000, Payer.APPLICANT)),
        (MINISTRY, NOVEMBER, Channel.PORTAL, (200_000, Payer.APPLICANT)),
        (MINISTRY, JANUARY, Channel.PORTAL, (200_000, Payer.CITY_BUDGET)),
        (MINISTRY, JANUARY, Channel.COUNTER, (200_000, Payer.APPLICANT)),
        (APPRAISAL, JANUARY, Channel.PORTAL, (500_000, Payer.APPLICANT)),
        (HOUSEHOLD, JANUARY, Channel.PORTAL, (100_000, Payer.APPLICANT)),
        (HOUSEHOLD, date(2026, 7, 24), Channel.PORTAL, (100_000, Payer.APPLICANT)),
        (HOUSEHOLD, date(2026, 7, 25), Channel.PORTAL, (0, Payer.APPLICANT)),
        (HOUSEHOLD, AUGUST, Channel.COUNTER, (100_000, Payer.APPLICANT)),
    ],
)
def test_hanois_online_fees(definition, on, channel, expected):
    """Golden: Resolutions 77/2025 and 78/2026 of the city's council."""
    assert fee(definition, on, channel) == expected


def test_a_relief_says_why():
    [line] = fees_for(COUNCIL, answers={}, channel=Channel.PORTAL, subject=Subject.CITIZEN, on=JANUARY)  # fmt: skip
    assert "77/2025/NQ-HĐND" in line.reason


def test_a_digital_citizens_share_is_not_guessed():
    """The figure of Resolution 66.22/2026 was not seen: nothing is taken off."""
    assert fee(COUNCIL, AUGUST, Channel.COUNTER, digital_citizen=True) == (8_000, Payer.APPLICANT)  # fmt: skip


def relief(percent, *, city_pays=False, digital=False):
    return Relief("r", frozenset(), frozenset(), frozenset(), False, digital, percent, city_pays, JANUARY, None, "1/NQ", "", "Vì")  # fmt: skip


def test_the_best_relief_for_the_person_wins():
    filing = Filing({}, Channel.COUNTER, Subject.CITIZEN, AUGUST, digital_citizen=True)
    both = (relief(30), relief(50, digital=True))
    [line] = fee_lines(COUNCIL, filing, both)
    assert line.amount == 4_000
    [plain] = fee_lines(COUNCIL, replace(filing, digital_citizen=False), both)
    assert plain.amount == 5_600


TABLE = table_of(
    [
        ({"answers.copies": "> 5"}, {"amount": "answers.copies * 2000", "reason": "'theo bản'"}),
        ({"channel": "'portal', 'vneid'"}, {"amount": "0", "reason": "'trực tuyến'"}),
        ({}, {"amount": "10000", "reason": "''"}),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("copies", "channel", "amount"),
    [(6, Channel.PORTAL, 12_000), (1, Channel.VNEID, 0), (1, Channel.COUNTER, 10_000)],
)
def test_a_fee_table_reads_answers_and_channel(copies, channel, amount):
    definition = make_definition(
        fees=(Fee("f", "Phí", FeeKind.CHARGE, "other", table=TABLE),),
        tests=(TestCase("ít", {"copies": 1}), TestCase("nhiều", {"copies": 9})),
    )
    assert check_fees(definition, JANUARY, ()) == []
    assert fee(definition, JANUARY, channel, answers={"copies": copies})[0] == amount


@pytest.mark.parametrize(
    "fees",
    [
        Fee("f", "Phí", FeeKind.FEE, "other"),
        Fee("f", "Phí", FeeKind.FEE, "other", amount=-1),
        Fee("f", "Phí", FeeKind.FEE, "other", table={}),
        Fee("f", "Phí", FeeKind.FEE, "other", table=table_of([({"channel": "'x'"}, {"amount": "1"})])),
        Fee("f", "Phí", FeeKind.FEE, "other", table=table_of([({}, {"amount": "'x'"})])),
        Fee("f", "Phí", FeeKind.FEE, "other", table=table_of([({}, {"amount": "1.5"})])),
        Fee("f", "Phí", FeeKind.FEE, "other", table=table_of([({}, {"amount": "-1"})])),
    ],
)  # fmt: skip
def test_a_broken_fee_is_a_sentence_before_publishing_and_at_filing(fees):
    definition = make_definition(fees=(fees,))
    assert check_fees(definition, JANUARY, ())
    if fees.table is not None:
        with pytest.raises(RuleBroken):
            fee(definition, JANUARY)


# ---------------------------------------------------------------- what is held


def test_the_map_of_databases_is_dated():
    assert databases_for("identity", NOVEMBER) == ()
    [held] = databases_for("identity", JANUARY)
    assert held.document == "66.7/2025/NQ-CP"
    assert databases_for("identity", date(2027, 3, 1)) == ()
    assert databases_for("nothing", JANUARY) == ()


def test_what_is_inferred_only_warns():
    birth = make_definition(components=(Component("c1", "Giấy khai sinh", content="birth"),))  # fmt: skip
    refused, doubtful = check_may_ask(birth, JANUARY, databases())
    assert (len(refused), len(doubtful)) == (0, 1)


def may_ask(day=JANUARY, **told):
    asked = make_definition(components=(Component("c1", **told),))
    refused, doubtful = check_may_ask(asked, day, databases())
    return len(refused), len(doubtful)


def test_a_name_that_speaks_of_held_information_is_refused():
    card = "Bản sao thẻ Căn cước công dân"
    assert may_ask(name=card) == (1, 0)
    assert may_ask(name=card, content="lease") == (1, 0)
    assert may_ask(name=card, supply=Supply.DATA) == (0, 0)
    assert may_ask(name="Bản vẽ") == (0, 0)


def test_an_author_can_say_that_it_is_another_paper():
    power = "Giấy ủy quyền kèm số thẻ căn cước của người được ủy quyền"
    assert may_ask(name=power) == (1, 0)
    why = "Giấy ủy quyền: không cơ sở dữ liệu nào giữ việc ủy quyền."
    assert may_ask(name=power, another=why) == (0, 1)
    assert may_ask(name=power, another="  ") == (1, 0)
    assert may_ask(name="Thẻ căn cước", content="identity", another=why) == (1, 0)


def test_what_will_be_held_is_told_ahead():
    assert may_ask(name="Thẻ căn cước", content="identity", day=NOVEMBER) == (0, 1)
    assert may_ask(name="Thẻ căn cước", content="identity", day=date(2027, 3, 1)) == (0, 0)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Bản sao thẻ Căn cước công dân", "identity"),
        ("Giấy chứng nhận quyền sử dụng đất", "land_certificate"),
        ("Giấy khám sức khỏe của người lái xe", "health_certificate"),
        ("Giấy phép lái xe", "driving_licence"),
        ("Đơn đề nghị cấp giấy phép lái xe", ""),
        ("Bản vẽ thiết kế", ""),
    ],
)
def test_papers_are_recognised_by_their_names(name, content):
    assert recognise(name, databases()) == content


def test_the_declare_once_rate_counts_what_is_held(db):
    components = (
        Component("a", "CCCD", Supply.DATA, content="identity"),
        Component("b", "Sổ BHXH", content="social_insurance"),
        Component("c", "Bản vẽ"),
    )
    found = declare_once_rate(make_definition(components=components), JANUARY)
    assert (found.components, found.held, found.reused, found.rate) == (3, 2, 1, 0.5)
    assert found.asked_again == ("Sổ BHXH",)
    assert declare_once_rate(make_definition(), JANUARY).rate is None


def test_components_depend_on_answers():
    definition = make_definition(
        components=(Component("a", "A"), Component("b", "B", when="answers.copies > 1"), Component("c", "C", when="married == true"))
    )  # fmt: skip
    due = [c.code for c in components_due(definition, {"copies": 2, "married": False})]
    assert due == ["a", "b"]
    assert [c.code for c in components_due(definition, {})] == ["a"]


# ---------------------------------------------------------------------- forms


def form(**changes):
    return {**FORM, **changes}


@pytest.mark.parametrize(
    "wrong",
    [
        form(type="objekt"),
        form(properties={}),
        form(properties={"name": {"type": "string"}}),
        form(**{"x-pages": []}),
        form(**{"x-pages": [{"title": "Trang", "fields": ["name"]}]}),
        form(**{"x-pages": [{"title": "Trang", "fields": ["name", "copies", "name"]}]}),
        form(**{"x-pages": [{"title": "Trang", "fields": ["name", "copies", "other"]}]}),
        form(**{"x-pages": [{"fields": ["name", "copies"]}]}),
        form(**{"x-pages": [3]}),
    ],
)  # fmt: skip
def test_a_form_that_would_not_stand_is_told(wrong):
    assert check_form(wrong)
    assert check_form(FORM) == []


def test_codes_are_used_once():
    twins = (Component("a", "A"), Component("a", "B"))
    problems = check_content(make_definition(components=twins))
    assert [p.where for p in problems] == ["components"]


# ----------------------------------------------------- difference, there and back


def test_differences_are_told_by_place():
    before = make_running()
    after = replace(
        before,
        title="Khai sinh",
        channels=(replace(before.channels[0], note="mới"), *before.channels[1:], Offer(Channel.POST)),
    )  # fmt: skip
    found = {c.where: (c.before, c.after) for c in changes(before, after)}
    assert found["title"] == ("Đăng ký khai sinh", "Khai sinh")
    assert found["channels[portal].note"] == (None, "mới")
    assert found["channels[post]"] == (None, {"channel": "post"})
    assert changes(before, before) == ()


def test_a_definition_survives_json():
    for definition in (make_running(), HOUSEHOLD, make_definition(process="")):
        assert from_json(json.loads(json.dumps(to_json(definition)))) == definition


# ----------------------------------------------------------------------- cost


def test_the_circulars_formula_on_dong_nais_example():
    """Golden: 80 hours at 40,000 đồng, 10 dossiers; a tenth is saved."""
    sheet = Sheet(
        40_000,
        Way((Task("wait", "10 ngày làm việc", Decimal(80)),)),
        Way((Task("wait", "9 ngày làm việc", Decimal(72)),)),
        subjects_per_year=10,
    )
    found = cost(sheet)
    assert (found.year, found.year_after) == (32_000_000, 28_800_000)
    assert found.saved_percent == Decimal("10.00")


def test_the_circulars_formula_on_hanois_example():
    """Golden: Decision 1811/QĐ-TTPVHCC, procedure 2.000635, 3,228 subjects."""
    sheet = Sheet(40_000, Way(other=1_024_000), Way(other=231_000), subjects_per_year=3_228)  # fmt: skip
    found = cost(sheet)
    assert (found.once, found.once_after) == (1_024_000, 231_000)
    assert found.saved_percent == Decimal("77.44")
    assert found.saved == 793_000 * 3_228


WAYS = st.builds(
    Way,
    st.lists(
        st.builds(
            Task,
            st.sampled_from(["wait", "travel"]),
            st.just("x"),
            st.decimals(0, 500, places=2),
            st.integers(0, 10**7),
            st.integers(0, 10**7),
        ),
        max_size=4,
    ).map(tuple),
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.integers(0, 10**7),
)


@given(WAYS, WAYS, st.integers(1, 200_000), st.integers(0, 12), st.integers(0, 10**5))
def test_costs_add_up(before, after, income, times, subjects):
    sheet = Sheet(income, before, after, times, subjects)
    found = cost(sheet)
    assert found.saved == found.year - found.year_after
    assert found.year == found.once * times * subjects
    assert sheet_from_json(json.loads(json.dumps(sheet_to_json(sheet)))) == sheet


@pytest.mark.parametrize(
    "sheet",
    [
        Sheet(0, Way()),
        Sheet(1, Way(fee=-1)),
        Sheet(1, Way((Task("x"),))),
        Sheet(1, Way((Task("wait", hours=Decimal(-1)),))),
        Sheet(1, Way(), times_per_year=-1),
    ],
)
def test_a_cost_sheet_makes_sense(sheet):
    with pytest.raises(RuleBroken):
        cost(sheet)


def test_the_dated_data_can_be_read():
    assert {r.code for r in reliefs()} == {"council_online", "ministry_online", "household_business_online", "digital_citizen"}  # fmt: skip
    assert len({e.code for e in life_events()}) == len(life_events()) == 15
    assert {r.level for r in publicity_rules()} == {"ministry", "city", "shortened"}


def test_a_proactive_service_says_when_and_who_states_it():
    told = Proactive(Initiative.REMIND, date(2026, 1, 1), "Thẻ căn cước hết hạn, theo CSDL dân cư", "Nguyễn Văn A, Chủ tịch")  # fmt: skip
    whole = make_definition(proactive=told)
    assert [p for p in check_content(whole) if p.where.startswith("proactive")] == []
    assert from_json(to_json(whole)) == whole
    silent = replace(whole, proactive=replace(told, moment=" ", stated_by=""))
    assert [p.where for p in check_content(silent) if p.where.startswith("proactive")] == ["proactive.moment", "proactive.stated_by"]  # fmt: skip
