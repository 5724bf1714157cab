"""Who registers machines, who lets them write, and what a refusal leaves."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.clients import actions
from khuevan.clients.models import Client, ClientSecret
from khuevan.clients.rules import Scope, State
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.journal.public import facts_about
from khuevan.platform.errors import RuleBroken

from .factories import make_client


pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return OrganisationFactory.create()


def register(body, by, *scopes):
    return actions.register_client(
        organisation=body, name="Phần mềm bán hàng", contact="a@example.org",
        scopes=scopes or [Scope.EXCHANGE_READ], by=by,
    )  # fmt: skip


def test_a_head_registers_a_machine_that_reads_at_once(body):
    head = make_person(Role.HEAD, body)
    client, secret = register(body, head)
    assert client.state is State.ACTIVE
    assert secret.startswith("kvs_")
    assert client.account.authority.has_in(body.pk, Role.MACHINE)
    [fact] = facts_about(client.ref)
    assert (fact.kind, fact.actor) == ("clients.client_registered", head.ref)
    assert secret not in str(fact.figures)


def test_a_machine_that_writes_waits_for_an_operator(body):
    head, operator = make_person(Role.HEAD, body), make_person(Role.OPERATOR)
    client, _secret = register(body, head, Scope.DOSSIERS_WRITE)
    assert client.state is State.WAITING
    with pytest.raises(PermissionDenied):
        actions.approve_client(client=client, by=head)
    assert Client.objects.get().state is State.WAITING
    assert actions.approve_client(client=client, by=operator).state is State.ACTIVE
    kinds = [fact.kind for fact in facts_about(client.ref)]
    assert kinds == ["clients.client_registered", "clients.client_approved"]
    with pytest.raises(RuleBroken, match="does not wait"):
        actions.approve_client(client=client, by=operator)


def test_an_operator_does_not_approve_what_they_registered(body):
    both = make_person(Role.HEAD, body)
    register(body, both, Scope.DOSSIERS_WRITE)
    client = Client.objects.get()
    make_person(Role.OPERATOR)
    both.appointments.create(organisation=body, role=Role.OPERATOR, title="Quản trị")
    with pytest.raises(PermissionDenied):
        actions.approve_client(client=client, by=type(both).objects.get(pk=both.pk))
    assert Client.objects.get().state is State.WAITING


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.CLERK, Role.INSPECTOR])
def test_other_people_register_nothing(body, role):
    with pytest.raises(PermissionDenied):
        register(body, make_person(role, body))
    with pytest.raises(PermissionDenied):
        register(body, make_person(Role.HEAD))
    assert not Client.objects.exists()


def test_a_third_secret_is_refused(body):
    client, _secret = make_client()
    actions.add_secret(client=client, by=None)
    with pytest.raises(RuleBroken, match="Two secrets"):
        actions.add_secret(client=client, by=None)
    assert ClientSecret.objects.count() == 2


def test_a_revoked_machine_stays_revoked(body):
    head = make_person(Role.HEAD, body)
    client, _secret = register(body, head)
    revoked = actions.revoke_client(client=client, by=head)
    assert not revoked.account.is_active
    for act in (actions.revoke_client, actions.add_secret):
        with pytest.raises(RuleBroken, match="revoked already"):
            act(client=client, by=head)
    assert not revoked.secrets.filter(ended_at=None).exists()


def test_a_nameless_machine_or_one_without_scope_is_refused(body):
    for name, scopes, field in (("x", [Scope.EXCHANGE_READ], "name"), ("Phần mềm", [], "scopes")):  # fmt: skip
        with pytest.raises(RuleBroken) as refused:
            actions.register_client(organisation=body, name=name, contact="a@example.org", scopes=scopes, by=None)  # fmt: skip
        assert refused.value.field == field
    assert not Client.objects.exists()


def test_people_see_the_machines_they_answer_for(body):
    make_client(organisation=body)
    seen = {
        role: Client.objects.visible_to(make_person(role, body)).exists()
        for role in (Role.HEAD, Role.MEMBER, Role.OPERATOR, Role.OFFICIAL)
    }
    assert seen == {Role.HEAD: True, Role.MEMBER: True, Role.OPERATOR: True, Role.OFFICIAL: False}  # fmt: skip
    assert not Client.objects.visible_to(make_person(Role.HEAD)).exists()


def test_the_page_shows_the_secret_once(client, body):
    client.force_login(make_person(Role.HEAD, body))
    sent = {"organisation": body.pk, "name": "Phần mềm", "contact": "a@example.org", "scopes": ["exchange:read"]}  # fmt: skip
    answer = client.post(reverse("client-new"), sent)
    assert answer["Cache-Control"] == "no-store"
    assert "kvs_" in answer.content.decode()
    page = client.get(reverse("client", args=[Client.objects.get().pk]))
    assert "kvs_" not in page.content.decode()


def test_the_page_keeps_secrets_and_shuts_out(client, body):
    registered, _secret = make_client(organisation=body)
    client.force_login(make_person(Role.HEAD, body))
    again = client.post(reverse("client-secret", args=[registered.pk]))
    assert "kvs_" in again.content.decode()
    old = registered.secrets.order_by("made_at").first()
    client.post(reverse("client-secret-end", args=[registered.pk, old.pk]))
    assert registered.secrets.filter(ended_at=None).count() == 1
    client.post(reverse("client-revoke", args=[registered.pk]))
    assert Client.objects.get().state is State.REVOKED


def test_a_stranger_to_the_organisation_finds_no_page(client, body):
    registered, _secret = make_client(organisation=body)
    client.force_login(make_person(Role.HEAD))
    assert client.get(reverse("client", args=[registered.pk])).status_code == 404
    assert (
        client.post(reverse("client-revoke", args=[registered.pk])).status_code == 404
    )
    assert Client.objects.get().state is State.ACTIVE
