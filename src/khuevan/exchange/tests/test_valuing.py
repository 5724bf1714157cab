"""A valuation of a listing takes from it whether the State paid."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from khuevan.platform import clock
from khuevan.valuation.tests.factories import Valuation  # type: ignore[attr-defined]

from .factories import State, make_listing


pytestmark = pytest.mark.django_db


def ask(client, cast, subject, funded):
    """Ask for a valuation through its page, saying that the State paid or did not."""
    client.force_login(cast.lister)
    told = {
        "owner": cast.institute.organisation_id, "title": "Màng lọc gốm", "subject": subject,
        "field": "environment", "kind": "technology", "right": "ownership",
        "purpose": "transfer", "state_funded": funded, "base_day": clock.today(),
    }  # fmt: skip
    return client.post(reverse("valuation-new"), told)


@pytest.mark.parametrize(("paid", "said"), [(True, "no"), (False, "yes")])
def test_the_listing_says_whether_the_state_paid(client, cast, paid, said):
    listing = make_listing(cast, State.PUBLISHED, state_funded=paid)
    ask(client, cast, listing.ref, said)
    assert Valuation.objects.get().state_funded is paid


def test_the_form_shows_what_the_listing_says_and_asks_where_none_does(client, cast):
    listing = make_listing(cast, State.PUBLISHED, state_funded=True)
    client.force_login(cast.lister)
    page = reverse("valuation-new")
    fixed = client.get(f"{page}?{urlencode({'subject': listing.ref})}").context_data[
        "form"
    ]
    assert (fixed["state_funded"].value(), fixed.fields["state_funded"].disabled) == ("yes", True)  # fmt: skip
    free = client.get(page).context_data["form"]
    assert (free["state_funded"].value(), free.fields["state_funded"].disabled) == (None, False)  # fmt: skip


@pytest.mark.parametrize("subject", ["", "exchange.listing:0", "exchange.listing:00000000-0000-0000-0000-000000000000", "other:1"])  # fmt: skip
def test_without_a_listing_the_asker_says_it(client, cast, subject):
    ask(client, cast, subject, "yes")
    assert Valuation.objects.get().state_funded is True
