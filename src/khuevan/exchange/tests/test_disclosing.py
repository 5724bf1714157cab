"""Every way a listing leaves the exchange shows the same listings and the same fields."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from khuevan.exchange import actions
from khuevan.exchange.public import find_offers_and_needs
from khuevan.exchange.queries.disclosing import reader_of
from khuevan.exchange.queries.listings import Wanted, find_listings
from khuevan.exchange.rules.disclosing import (
    FIELDS,
    Clearance,
    Group,
    Level,
    visible_fields,
)
from khuevan.exchange.rules.listings import Owner, State
from khuevan.platform import clock

from .factories import OFFER, different, make_listing, make_member


pytestmark = pytest.mark.django_db

# A word of its own for every field that is free text, and a figure where it is not.
MARKED = replace(
    OFFER,
    title_en="mark-title-en Ceramic membrane",
    summary_en="mark-summary-en takes dye out of water",
    trl_evidence="mark-evidence",
    advantage="mark-advantage 47",
    advantage_en="mark-better 47",
    description_en="mark-wholly",
    outcome_en="mark-outcome",
    criteria_en="mark-choosing",
    advantage_against="mark-against",
    description="mark-description",
    ip_number="mark-number",
    owners=(Owner("mark-owner", 10_000),),
    licence_terms="mark-terms",
    ip_until=date(2043, 7, 19),
    price_from=611_222_333,
    price_to=722_333_444,
)
MARKS = {
    "title_en": ("mark-title-en",),
    "summary_en": ("mark-summary-en",),
    "trl_evidence": ("mark-evidence",),
    "advantage": ("mark-advantage",),
    "advantage_against": ("mark-against",),
    "description": ("mark-description",),
    "advantage_en": ("mark-better",),
    "description_en": ("mark-wholly",),
    "outcome_en": ("mark-outcome",),
    "criteria_en": ("mark-choosing",),
    "ip_number": ("mark-number",),
    "ip_until": ("19/07/2043", "2043-07-19"),
    "owners": ("mark-owner",),
    "licence_terms": ("mark-terms",),
    "price_from": ("611222333", "611.222.333"),
    "price_to": ("722333444", "722.333.444"),
}
CLEARED = {
    "stranger": Clearance.PUBLIC,
    "outsider": Clearance.PUBLIC,
    "firm": Clearance.MEMBERS,
    "signed": Clearance.NDA,
    "lister": Clearance.ALL,
    "reviewer": Clearance.ALL,
    "inspector": Clearance.ALL,
}
IN_DUBLIN_CORE = {"title_en", "summary_en", "licence_terms", "ip_number", "owners"}
ON_CARDS = {"title_vi", "summary_vi", "member"}


def marks_in(text):
    return {
        name for name, marks in MARKS.items() if any(mark in text for mark in marks)
    }


@pytest.fixture
def people(cast):
    firm_two, signed = make_member()
    return {
        "stranger": None,
        "outsider": cast.outsider,
        "firm": cast.buyer,
        "signed": signed,
        "lister": cast.lister,
        "reviewer": cast.first,
        "inspector": cast.inspector,
    }, firm_two


def sign_in(client, person):
    client.logout()
    if person:
        client.force_login(person)


DICE = random.Random(57)
CHOICES = [
    {group: DICE.choice(list(Level)) for group in Group if group is not Group.HEADLINE}
    for _ in range(6)
]


@pytest.mark.parametrize("levels", CHOICES, ids=lambda c: "-".join(v[0] for v in c.values()))  # fmt: skip
def test_every_way_out_shows_the_same_fields(client, cast, people, levels):
    who, second = people
    listing = make_listing(cast, State.PUBLISHED, MARKED, levels=levels)
    actions.note_nda(listing=listing, member=second, signed_on=clock.today(), by=cast.lister)  # fmt: skip
    page = reverse("exchange-listing", args=[listing.code])
    for name, person in who.items():
        sign_in(client, person)
        allowed = visible_fields(listing.levels, CLEARED[name]) & set(MARKS)
        told = client.get(f"/api/v1/exchange/listings/{listing.code}").json()
        assert set(told["fields"]) & set(MARKS) == allowed, name
        assert marks_in(client.get(page).text) == allowed, name
        [row] = client.get("/api/v1/exchange/listings").json()["listings"]
        assert row["fields"] == told["fields"]
        table = b"".join(client.get(reverse("exchange-file")).streaming_content)
        assert marks_in(table.decode()) == allowed, name
        harvested = client.get(reverse("exchange-dublin-core", args=[listing.code]))
        assert marks_in(harvested.text) == allowed & IN_DUBLIN_CORE, name
        for address in (reverse("exchange"), reverse("exchange-member", args=[cast.institute.pk])):  # fmt: skip
            assert marks_in(client.get(address).text) <= allowed & ON_CARDS, name


@pytest.mark.parametrize("state", list(State))
def test_every_way_out_knows_the_same_listings(client, cast, people, state):
    who, _second = people
    listing = make_listing(cast, state, MARKED)
    listed = state is State.PUBLISHED
    for name, person in who.items():
        sign_in(client, person)
        seen = listed or CLEARED[name] is Clearance.ALL
        expected = 200 if seen else 404
        for route in ("exchange-listing", "exchange-dublin-core"):
            assert client.get(reverse(route, args=[listing.code])).status_code == expected  # fmt: skip
        told = client.get(f"/api/v1/exchange/listings/{listing.code}")
        assert told.status_code == expected
        in_lists = [
            client.get("/api/v1/exchange/listings").json()["count"] == 1,
            listing.code in client.get(reverse("exchange")).text,
            listing.code in b"".join(client.get(reverse("exchange-file")).streaming_content).decode(),
            bool(find_offers_and_needs(person=person or AnonymousUser(), text="mang loc gom")),
        ]  # fmt: skip
        assert in_lists == [listed] * 4, name


def test_a_search_finds_nothing_by_words_that_are_not_public(cast):
    make_listing(cast, State.PUBLISHED, MARKED, levels={"provider": "nda"})
    for person in (None, cast.buyer, cast.lister, cast.first):
        reader = reader_of(person)
        assert find_listings(reader, Wanted(words="màng lọc gốm"))[1] == 1
        for hidden in ("mark-description", "mark-terms", "mark-owner", "Sở Thử nghiệm"):
            assert find_listings(reader, Wanted(words=hidden))[1] == 0


def test_an_ended_nda_closes_again(client, cast):
    listing = make_listing(cast, State.PUBLISHED, MARKED)
    note = actions.note_nda(listing=listing, member=cast.firm, signed_on=clock.today(), by=cast.lister)  # fmt: skip
    client.force_login(cast.buyer)
    page = reverse("exchange-listing", args=[listing.code])
    assert "mark-description" in client.get(page).text
    actions.end_nda(note=note, by=cast.lister)
    assert "mark-description" not in client.get(page).text


def test_a_hidden_member_is_not_betrayed_by_its_own_page(client, cast):
    listing = make_listing(cast, State.PUBLISHED, levels={"provider": "members"})
    address = reverse("exchange-member", args=[cast.institute.pk])
    assert listing.code not in client.get(address).text
    assert cast.institute.name not in client.get(reverse("exchange-listing", args=[listing.code])).text  # fmt: skip
    client.force_login(cast.buyer)
    assert listing.code in client.get(address).text


def test_fields_of_all_groups_are_marked_or_plain():
    """A new field has to be thought of here, too."""
    plain = {
        "title_vi", "summary_vi", "field", "ipc", "nace", "stage", "trl", "outcome",
        "deadline", "trial_possible", "trl_most", "takes_restricted", "member",
            "data_available", "criteria",
        "ip_status", "state_funded", "territory", "licence",
    }  # fmt: skip
    assert set(MARKS) | plain == {name for names in FIELDS.values() for name in names}


def test_reading_a_page_of_the_catalogue_asks_few_questions(
    cast, django_assert_max_num_queries
):
    for number in range(4):
        make_listing(cast, State.PUBLISHED, different(number))
    with django_assert_max_num_queries(8):
        found, count = find_listings(reader_of(cast.buyer), Wanted())
    assert (len(found), count) == (4, 4)
