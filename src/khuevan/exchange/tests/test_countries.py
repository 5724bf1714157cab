"""Where a member has its seat: said on joining, put right by the exchange alone."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.directory.public import OrganisationKind, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.exchange import actions
from khuevan.exchange.models import Member
from khuevan.exchange.public import member_with
from khuevan.exchange.rules.members import MemberKind
from khuevan.journal.public import facts_about
from khuevan.platform.errors import RuleBroken

from .factories import PROFILE


pytestmark = pytest.mark.django_db


def test_a_member_says_its_country_on_joining(client):
    body = OrganisationFactory.create(kind=OrganisationKind.ENTERPRISE)
    person = make_person(Role.MEMBER, body)
    client.force_login(person)
    told = {"organisation": body.pk, "kind": "enterprise", "profile_vi": PROFILE, "country": "QQ"}  # fmt: skip
    assert client.post(reverse("exchange-join"), told).status_code == 422
    assert not Member.objects.filter(organisation=body).exists()
    client.post(reverse("exchange-join"), {**told, "country": "JP"})
    assert Member.objects.get(organisation=body).country == "JP"


def test_a_country_no_state_has_joins_nobody(db):
    body = OrganisationFactory.create(kind=OrganisationKind.ENTERPRISE)
    person = make_person(Role.MEMBER, body)
    with pytest.raises(RuleBroken, match="No country"):
        actions.join_exchange(kind=MemberKind.ENTERPRISE, organisation=body, profile_vi=PROFILE, country="EU", by=person)  # fmt: skip
    assert not Member.objects.filter(organisation=body).exists()


def test_the_exchange_puts_a_country_right_and_the_member_does_not(client, cast):
    address = reverse("exchange-member-country", args=[cast.institute.pk])
    for person in (cast.lister, cast.buyer, cast.outsider):
        with pytest.raises(PermissionDenied):
            actions.set_country(member=cast.institute, country="JP", by=person)
        client.force_login(person)
        assert client.post(address, {"country": "JP"}).status_code == 403
    assert member_with(cast.institute.pk).abroad is False
    client.force_login(cast.first)
    client.post(address, {"country": "JP"})
    assert member_with(cast.institute.pk).abroad is True
    page = client.get(reverse("exchange-member", args=[cast.institute.pk])).text
    assert "Nhật Bản" in page
    assert facts_about(cast.institute.ref)[-1].figures["after"] == "JP"
    with pytest.raises(RuleBroken, match="there already"):
        actions.set_country(member=cast.institute, country="JP", by=cast.first)
