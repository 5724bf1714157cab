"""What listings are made of: codes, completeness, states, levels of disclosure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from khuevan.exchange.rules.codes import make_code, read_code, read_ipc, read_nace
from khuevan.exchange.rules.completeness import gaps
from khuevan.exchange.rules.disclosing import (
    FIELDS,
    Clearance,
    Group,
    Level,
    check_levels,
    visible_fields,
)
from khuevan.exchange.rules.listings import (
    MOVES,
    IpStatus,
    Kind,
    Move,
    Owner,
    State,
    Told,
    after,
)
from khuevan.exchange.rules.members import MemberKind, check_kind
from khuevan.platform.errors import RuleBroken

from .factories import NEED, OFFER


TODAY = date(2026, 11, 23)


def lacking(told):
    return {gap.field for gap in gaps(told, TODAY) if gap.needed}


def test_a_whole_offer_and_a_whole_need_lack_nothing():
    assert lacking(OFFER) == set()
    assert lacking(NEED) == set()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title_vi": "Màng lọc"}, "title_vi"),
        ({"summary_vi": "Ngắn"}, "summary_vi"),
        ({"advantage": "Tốt hơn nhiều"}, "advantage"),
        ({"advantage_against": ""}, "advantage_against"),
        ({"trl": None}, "trl"),
        ({"trl_evidence": " "}, "trl_evidence"),
        ({"owners": (Owner("Viện", 6000), Owner("Công ty", 3999))}, "owners"),
        ({"owners": ()}, "owners"),
        ({"ip_number": ""}, "ip_number"),
        ({"ip_until": None}, "ip_until"),
        ({"ip_until": date(2026, 11, 22)}, "ip_until"),
        ({"state_funded": None}, "state_funded"),
        ({"price_from": 10, "price_to": 9}, "price_to"),
        ({"summary_en": ""}, "summary_en"),
        ({"kind": Kind.IP_RIGHT, "ip_status": IpStatus.KNOW_HOW, "ip_until": None}, "ip_status"),
    ],
)  # fmt: skip
def test_what_an_offer_lacks_is_named(change, field):
    assert lacking(replace(OFFER, **change)) == {field}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"outcome": "Giảm thất thoát thật nhiều"}, "outcome"),
        ({"criteria": ""}, "criteria"),
        ({"data_available": ""}, "data_available"),
        ({"price_to": None}, "price_to"),
        ({"trial_possible": None}, "trial_possible"),
        ({"deadline": TODAY}, "deadline"),
    ],
)
def test_what_a_need_lacks_is_named(change, field):
    assert lacking(replace(NEED, **change)) == {field}


def test_protection_holds_to_the_end_of_its_last_day():
    assert lacking(replace(OFFER, ip_until=TODAY)) == set()


def test_an_expert_needs_no_rights_and_english_is_only_advised():
    expert = Told(kind=Kind.EXPERT, title_vi=OFFER.title_vi, summary_vi=OFFER.summary_vi, field=OFFER.field)  # fmt: skip
    assert lacking(expert) == set()
    assert {gap.field for gap in gaps(expert, TODAY)} == {"title_en", "nace"}


# ----------------------------------------------------------------------- codes


@given(st.sampled_from(Kind), st.integers(2020, 2090), st.integers(1, 999_999))
def test_a_code_is_read_back_however_it_is_typed(kind, year, number):
    code = make_code(kind, year, number)
    assert read_code(code) == code
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code
    assert code.startswith("BT" if kind is Kind.NEED else "CN")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("c02f", ("C02F",)),
        ("C02F 1/44; A01", ("C02F 1/44", "A01")),
        ("C02F1/44, C02F 1/44", ("C02F 1/44",)),
        ("", ()),
    ],
)
def test_ipc_codes_are_taken_in_their_usual_writing(typed, read):
    assert read_ipc(typed) == read


@pytest.mark.parametrize("typed", ["I02F", "C2F", "C00", "C02F 1", "C02F 1/4", "xyz"])
def test_what_is_no_ipc_code_is_named(typed):
    with pytest.raises(RuleBroken, match="no IPC code"):
        read_ipc(typed)


def test_nace_codes_are_taken_with_and_without_their_section():
    assert read_nace("j; 62; J62.1; 62.10") == ("J", "62", "62.1", "62.10")


@pytest.mark.parametrize("typed", ["V", "6", "62.123", "00", "62,1x"])
def test_what_is_no_nace_code_is_named(typed):
    with pytest.raises(RuleBroken, match="no NACE code"):
        read_nace(typed)


# ---------------------------------------------------------------------- states


@given(st.sampled_from(State), st.sampled_from(Move))
def test_a_move_leads_where_the_table_says_or_nowhere(state, move):
    sources, target = MOVES[move]
    if state in sources:
        assert after(state, move) is target
    else:
        with pytest.raises(RuleBroken):
            after(state, move)


def _reached(without):
    found, waiting = {State.DRAFT}, [State.DRAFT]
    while waiting:
        state = waiting.pop()
        for move, (sources, target) in MOVES.items():
            if move is not without and state in sources and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def test_every_state_is_reached_and_nothing_is_public_without_both_reviews():
    assert _reached(None) == set(State)
    for review in (Move.CHECK, Move.PUBLISH, Move.SUBMIT):
        assert State.PUBLISHED not in _reached(review)


def test_what_is_withdrawn_stays_withdrawn():
    assert not [m for m, (sources, _) in MOVES.items() if State.WITHDRAWN in sources]


# ------------------------------------------------------------------ disclosure

LEVELS = st.fixed_dictionaries(
    {}, optional={g: st.sampled_from(Level) for g in Group if g is not Group.HEADLINE}
)


@given(LEVELS)
def test_whoever_is_cleared_further_reads_no_less(levels):
    levels = check_levels(levels)
    sets = [visible_fields(levels, clearance) for clearance in Clearance]
    assert all(less <= more for less, more in pairwise(sets))
    everything = {name for names in FIELDS.values() for name in names}
    assert sets[-1] == everything
    assert set(FIELDS[Group.HEADLINE]) <= sets[0]


def test_every_field_a_member_tells_stands_in_one_group():
    told = set(Told.__dataclass_fields__) - {"kind", "levels"}
    grouped = [name for names in FIELDS.values() for name in names]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == told | {"member"}


@pytest.mark.parametrize(
    "levels", [{"headline": "nda"}, {"price": "public"}, {"terms": "secret"}]
)
def test_a_level_that_is_none_is_refused(levels):
    with pytest.raises(RuleBroken):
        check_levels(levels)


@pytest.mark.parametrize(
    ("kind", "organisation", "fits"),
    [
        (MemberKind.EXPERT, None, True),
        (MemberKind.ENTERPRISE, None, False),
        (MemberKind.EXPERT, "enterprise", False),
        (MemberKind.FUND, "enterprise", True),
        (MemberKind.AGENCY, "department", True),
        (MemberKind.AGENCY, "enterprise", False),
        (MemberKind.ENTERPRISE, "department", False),
    ],
)
def test_a_member_is_what_the_directory_says(kind, organisation, fits):
    if fits:
        check_kind(kind, organisation)
    else:
        with pytest.raises(RuleBroken):
            check_kind(kind, organisation)
