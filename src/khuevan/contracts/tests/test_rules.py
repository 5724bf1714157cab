"""Terms and their faults, the library, the duty: without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, strategies as st

from khuevan.contracts.dated import (
    bases,
    caps_on,
    clauses,
    clauses_on,
    duty_rules,
    registering_on,
    sections,
    signing_days_on,
)
from khuevan.contracts.rules.clauses import (
    CONTENTS,
    Paper,
    Tag,
    choose,
    paper_of,
    tags_of,
)
from khuevan.contracts.rules.duty import (
    Authority,
    Case,
    Effect,
    Kind,
    Restriction,
    Side,
    case_of,
    duty,
)
from khuevan.contracts.rules.english import dong_in_english
from khuevan.contracts.rules.faults import CONTENT_OF, faults, per_cent
from khuevan.contracts.rules.intent import Intent, intent_faults
from khuevan.contracts.rules.states import MOVES, State, check_move, plus_months
from khuevan.contracts.rules.terms import (
    WHOLE,
    Crossing,
    Form,
    Method,
    Milestone,
    Object,
    Right,
    Royalty,
    RoyaltyBase,
    Terms,
)
from khuevan.contracts.words import PLACES
from khuevan.law.public import check_rules
from khuevan.platform.errors import RuleBroken

from .factories import INTENT, TERMS


TODAY = date(2026, 11, 22)
CAPS = caps_on(TODAY, state_funded=False)
STATE_CAPS = caps_on(TODAY, state_funded=True)


def wheres(terms: Terms, caps=CAPS) -> list[str]:
    return [problem.where for problem in faults(terms, caps)]


# -------------------------------------------------------------------- faults


def test_good_terms_have_no_fault():
    assert faults(TERMS, STATE_CAPS) == ()


WRONG = {
    "name": {"name": " "},
    "objects": {"objects": (Object.MACHINERY,)},
    "content": {"content": ""},
    "product": {"product": ""},
    "standards": {"standards": ""},
    "sub_transfer": {"right": Right.OWNERSHIP, "sub_transfer": True},
    "field_of_use": {"field_of_use": ""},
    "territory": {"territory": ""},
    "methods": {"methods": (Method.EQUIPMENT,)},
    "place": {"place": ""},
    "price": {"milestones": (Milestone("A", "B", 3, 0),), "royalty": None},
    "royalty": {"royalty": Royalty(RoyaltyBase.NET_PRICE, 500, 6, 60)},
    "equity": {"form": Form.CAPITAL, "equity": 0},
    "taxes": {"taxes": ""},
    "term_months": {"term_months": 601},
    "warranty_months": {"warranty_months": -1},
    "warranty": {"warranty": ""},
    "milestones": {"milestones": ()},
    "milestones.1": {"milestones": (Milestone("A", "", 3, 5),)},
    "improvements": {"improvements": ""},
    "confidential_years": {"confidential_years": -1},
    "penalty": {"penalty": 801},
    "liability": {"liability": ""},
    "ending": {"ending": ""},
    "disputes": {"disputes": ""},
    "other": {"other": "x" * 5_001},
}


@pytest.mark.parametrize("where", WRONG)
def test_each_fault_is_found_where_it_is_and_nowhere_else(where):
    assert wheres(replace(TERMS, **WRONG[where])) == [where]


MORE = {
    "name": {"name": "x" * 251},
    "objects": {"objects": ()},
    "methods": {"methods": ()},
    "equity": {"equity": WHOLE + 1},
    "broker": {"broker": -1},
    "royalty": {"royalty": Royalty(RoyaltyBase.NET_PRICE, 0, 6, 6)},
    "penalty": {"penalty": -1},
    "field_of_use": {"field_of_use": "x" * 5_001},
}


@pytest.mark.parametrize("where", MORE)
def test_the_other_edge_of_a_term_is_watched_too(where):
    assert wheres(replace(TERMS, **MORE[where])) == [where]


@pytest.mark.parametrize("royalty", [
    Royalty(RoyaltyBase.NET_PRICE, 500, 0, 6), Royalty(RoyaltyBase.NET_PRICE, 500, 12, 6),
    Royalty(RoyaltyBase.NET_PRICE, 500, 6, 12, -1),
])  # fmt: skip
def test_a_royalty_that_does_not_run_or_costs_less_than_nothing_is_no_royalty(royalty):
    assert wheres(replace(TERMS, royalty=royalty)) == ["royalty"]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "lack"),
        (TERMS.to_json() | {"colour": 1}, "do not know: colour"),
        (TERMS.to_json() | {"right": "loan"}, "cannot be read"),
    ],
)
def test_terms_that_cannot_be_read_are_refused(told, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        Terms.from_json(told)


def test_every_fault_says_what_is_wrong_and_how_to_mend_it():
    bad = replace(
        TERMS, name="", penalty=10_000, milestones=(), term_months=0, royalty=None
    )
    for problem in faults(bad, CAPS):
        assert str(problem)
        assert problem.mend.endswith(".")
    assert len(faults(bad, CAPS)) == 5  # nothing is paid, either


def test_a_broker_is_capped_only_where_the_state_paid():
    terms = replace(TERMS, broker=1_500)
    assert wheres(terms) == []
    assert wheres(terms, STATE_CAPS) == ["broker"]
    assert wheres(replace(terms, broker=1_000), STATE_CAPS) == []


@given(st.integers(-WHOLE, 2 * WHOLE))
def test_a_penalty_is_taken_up_to_the_cap_and_no_further(penalty):
    assert ("penalty" in wheres(replace(TERMS, penalty=penalty))) is not (0 <= penalty <= CAPS.penalty)  # fmt: skip


@given(st.lists(st.tuples(st.integers(-5, 2_000), st.integers(-5, 10**12)), max_size=5))
def test_milestones_lie_within_the_term_and_cost_nothing_less_than_zero(told):
    terms = replace(TERMS, milestones=tuple(Milestone("A", "B", d, a) for d, a in told))
    wrong = {f"milestones.{n}" for n, (d, a) in enumerate(told, 1) if a < 0 or not 1 <= d <= 36 * 31}  # fmt: skip
    assert {w for w in wheres(terms) if w.startswith("milestones.")} == wrong


def test_every_term_stands_under_one_of_the_fourteen_contents():
    fields = {name for name in TERMS.to_json() if name != "milestones"}
    assert fields <= CONTENT_OF.keys()
    assert set(CONTENT_OF.values()) == set(CONTENTS) - {8}


def test_terms_survive_their_own_json():
    assert Terms.from_json(TERMS.to_json()) == TERMS


@pytest.mark.parametrize(("share", "words"), [(800, "8"), (250, "2,5"), (5, "0,05"), (10_000, "100")])  # fmt: skip
def test_shares_read_as_per_cent(share, words):
    assert per_cent(share) == words


def test_an_intent_that_says_nothing_makes_no_memorandum():
    assert intent_faults(INTENT) == ()
    empty = Intent("", " ", "", 0)
    assert [p.where for p in intent_faults(empty)] == ["name", "purpose", "plan", "term_months"]  # fmt: skip
    assert [p.where for p in intent_faults(replace(INTENT, plan="x" * 5_001))] == ["plan"]  # fmt: skip
    assert Intent.from_json(INTENT.to_json()) == INTENT


# ----------------------------------------------------------------- the library


def test_every_clause_has_its_section_its_law_and_both_languages():
    numbers = {(paper, s.number) for s in sections() for paper in s.papers}
    for clause in clauses():
        assert {(paper, clause.content) for paper in clause.papers} <= numbers
        assert clause.vi
        assert clause.en
        assert clause.document
        assert set(clause.when).isdisjoint(clause.unless)


def test_every_place_of_a_clause_has_its_words():
    named = set().union(*(clause.places for clause in clauses()))
    assert named - PLACES.keys() == set()


def test_clauses_have_a_code_of_their_own_on_every_day():
    codes = [clause.code for clause in clauses_on(TODAY)]
    assert len(codes) == len(set(codes))


TERM_VALUES = st.builds(
    lambda **changes: replace(TERMS, **changes),
    form=st.sampled_from(Form),
    crossing=st.sampled_from(Crossing),
    right=st.sampled_from(Right),
    exclusive=st.booleans(),
    sub_transfer=st.booleans(),
    objects=st.lists(st.sampled_from(Object), min_size=1, unique=True).map(tuple),
    methods=st.lists(st.sampled_from(Method), min_size=1, unique=True).map(tuple),
    royalty=st.sampled_from([None, TERMS.royalty]),
    equity=st.sampled_from([0, 2_000]),
    warranty_months=st.sampled_from([0, 12]),
    penalty=st.sampled_from([0, 500]),
    confidential_years=st.sampled_from([0, 5]),
    broker=st.sampled_from([0, 500]),
    other=st.sampled_from(["", "Không"]),
    milestones=st.sampled_from([TERMS.milestones, TERMS.milestones[:1]]),
)
LAW_TAGS = st.sets(st.sampled_from([Tag.STATE_FUNDED, Tag.CERTIFIED, Tag.AMENDS]))
EFFECT_TAGS = st.sampled_from([set(), {Tag.REGISTERED}, {Tag.LICENSED}])


@given(TERM_VALUES, LAW_TAGS, EFFECT_TAGS)
def test_whatever_the_terms_a_contract_has_all_fourteen_contents(terms, law, effect):
    taken = choose(clauses_on(TODAY), paper_of(terms), tags_of(terms) | law | effect)
    assert [c.content for c in taken] == sorted(c.content for c in taken)
    assert {c.content for c in taken} == set(CONTENTS)


@given(TERM_VALUES)
def test_of_alternatives_exactly_one_is_taken(terms):
    taken = {c.code for c in choose(clauses_on(TODAY), paper_of(terms), tags_of(terms))}
    pairs = [("warranty", "warranty_none"), ("penalty", "penalty_none"), ("language", "language_vi")]  # fmt: skip
    for one, other in pairs:
        assert (one in taken) != (other in taken)
    use = {"use_exclusive", "use_open", "ownership"} & taken
    assert len(use) == 1
    assert ("royalty" in taken) == (terms.royalty is not None)


def test_every_clause_is_used_by_some_terms():
    """What nothing leads to is no part of the library."""
    seen: set[str] = set()
    every = replace(TERMS, exclusive=True, sub_transfer=True, broker=500, other="Có", equity=500,
                    objects=tuple(Object), methods=tuple(Method), crossing=Crossing.INBOUND)  # fmt: skip
    bare = replace(TERMS, milestones=TERMS.milestones[:1], royalty=None, penalty=0, warranty_months=0)  # fmt: skip
    bases = [every, bare, replace(every, right=Right.OWNERSHIP)]
    laws: tuple[set[Tag], ...] = (set(), {Tag.STATE_FUNDED, Tag.CERTIFIED, Tag.REGISTERED, Tag.AMENDS}, {Tag.LICENSED})  # fmt: skip
    for terms, form, law in product(bases, Form, laws):
        shaped = replace(terms, form=form)
        said = tags_of(shaped) | law
        seen |= {c.code for c in choose(clauses_on(TODAY), paper_of(shaped), said)}
    for said in (frozenset({Tag.CONFIDENTIAL}), frozenset()):
        seen |= {c.code for c in choose(clauses_on(TODAY), Paper.MEMORANDUM, said)}
    assert {c.code for c in clauses()} - seen == set()


def test_a_library_that_lacks_a_content_is_refused():
    library = [c for c in clauses_on(TODAY) if c.content != 13]
    with pytest.raises(RuleBroken, match="content 13"):
        choose(library, Paper.LICENCE, tags_of(TERMS))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Zero dong"),
        (1_050_000, "One million fifty thousand dong"),
        (2_000_000_121, "Two billion one hundred twenty-one dong"),
        (90_019, "Ninety thousand nineteen dong"),
    ],
)
def test_sums_read_in_english(amount, words):
    assert dong_in_english(amount) == words


# -------------------------------------------------------------------- the duty


def owed(day=date(2025, 6, 1), *, state=False, certificate=False, restriction=Restriction.NO, **changes):  # fmt: skip
    return duty(
        duty_rules(), terms=replace(TERMS, **changes), state_funded=state,
        result_certificate=certificate, restriction=restriction, signed_on=day,
    )  # fmt: skip


G, T, D, M = Side.GIVER, Side.TAKER, Authority.DEPARTMENT, Authority.MINISTRY
IN, OUT = {"crossing": Crossing.INBOUND}, {"crossing": Crossing.OUTBOUND}
PROJECT = {"form": Form.IN_PROJECT}
VECTORS = [
    # told, kind, filer, authority, days, effect: the table of ecosystem.md 1.4
    ({}, Kind.VOLUNTARY, T, D, None, Effect.SIGNING),
    ({"state": True}, Kind.MANDATORY, T, D, 90, Effect.CERTIFICATE),
    ({"state": True, "certificate": True}, Kind.VOLUNTARY, T, D, None, Effect.SIGNING),
    (IN, Kind.MANDATORY, T, M, 90, Effect.CERTIFICATE),
    (OUT, Kind.MANDATORY, G, M, 90, Effect.CERTIFICATE),
    (IN | PROJECT, Kind.MANDATORY, T, D, 90, Effect.CERTIFICATE),
    (OUT | PROJECT, Kind.MANDATORY, G, D, 90, Effect.CERTIFICATE),
    ({"restriction": Restriction.UNLICENSED}, Kind.LICENCE, T, M, 60, Effect.LICENCE),
    (OUT | {"restriction": Restriction.UNLICENSED}, Kind.LICENCE, G, M, 60, Effect.LICENCE),
    (IN | {"restriction": Restriction.LICENSED}, Kind.NONE, None, None, None, Effect.SIGNING),
]  # fmt: skip


@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2026, 3, 31), date(2026, 4, 1)])
@pytest.mark.parametrize("vector", VECTORS)
def test_the_duty_is_what_the_table_says(vector, day):
    told, kind, filer, authority, days, effect = vector
    found = owed(day, **told)
    assert (found.kind, found.filer, found.authority, found.effect) == (kind, filer, authority, effect)  # fmt: skip
    assert found.due_on == (days and day + timedelta(days=days))


def test_since_the_amended_law_every_duty_says_that_it_is_uncertain():
    for told, *_rest in VECTORS:
        assert owed(date(2026, 4, 1), **told).doubt
        assert owed(date(2026, 4, 1), **told).document == "115/2025/QH15"
    assert not owed(state=True).doubt


def test_before_the_law_no_duty_is_known():
    with pytest.raises(RuleBroken, match="2018-06-30"):
        owed(date(2018, 6, 30))


@given(
    st.dates(date(2018, 7, 1), date(2040, 1, 1)), st.sampled_from(Crossing), st.sampled_from(Form),
    st.booleans(), st.booleans(), st.sampled_from(Restriction),
)  # fmt: skip
def test_every_contract_owes_exactly_one_thing_that_fits_together(
    day, crossing, form, state, certificate, restriction
):
    found = owed(day, state=state, certificate=certificate, restriction=restriction, crossing=crossing, form=form)  # fmt: skip
    must = found.kind in {Kind.MANDATORY, Kind.LICENCE}
    assert must == found.waits == (found.due_on is not None)
    assert (found.kind is Kind.LICENCE) == (restriction is Restriction.UNLICENSED)
    assert (found.filer is None) == (found.authority is None) == (found.kind is Kind.NONE)  # fmt: skip
    if found.filer and crossing is Crossing.OUTBOUND:
        assert found.filer is Side.GIVER
    if must:
        assert found.due_on is not None
        assert found.due_on > day
    same = case_of(crossing, state_funded=state, result_certificate=certificate, restriction=restriction)  # fmt: skip
    assert found.case is same


def test_every_case_but_the_memorandums_has_a_rule():
    assert {rule.case for rule in duty_rules()} == set(Case) - {Case.MEMORANDUM}


@pytest.mark.django_db
def test_every_rule_stands_on_a_document_of_the_register():
    numbers = {basis.reference for basis in bases()}
    assert {"07/2017/QH14", "115/2025/QH15", "36/2005/QH11"} <= numbers
    findings = [found for found in check_rules() if found.source == "contracts"]
    assert [found.sentence for found in findings if found.fatal] == []


def test_before_there_was_a_rule_nothing_is_made_up():
    for ask in (registering_on, signing_days_on):
        with pytest.raises(RuleBroken, match="2001-01-01"):
            ask(date(2001, 1, 1))


# ---------------------------------------------------------------------- states


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_only_the_moves_of_the_table_are_made(before, after):
    if after in MOVES[before]:
        check_move(before, after)
    else:
        with pytest.raises(RuleBroken):
            check_move(before, after)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_on_a_day_that_exists(day, months, last):
    assert plus_months(day, months) == last
