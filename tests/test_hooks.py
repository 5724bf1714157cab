"""A machine is told of what is public, and no word of it: by page, by API, signed."""

import base64
import hashlib
import hmac
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.clients.public import Scope
from khuevan.clients.tests.factories import make_client, token_of
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.exchange import actions
from khuevan.exchange.tests.factories import State, make_cast, make_listing
from khuevan.journal import actions as hooks, webhooks
from khuevan.journal.models import Delivery, Subscription
from khuevan.platform.errors import InputRefused
from khuevan.platform.outside import Answer


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]
API = "/api/v1/exchange/subscriptions"
ASKED = {"url": "https://may.example.org/hook", "kinds": ["exchange.listing_published", "exchange.listing_withdrawn"]}  # fmt: skip
REASON = "Không chuyển giao công nghệ này nữa"


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def machine(cast):
    return make_client(Scope.EXCHANGE_READ, Scope.EXCHANGE_SUBSCRIBE, organisation=cast.firm.organisation)  # fmt: skip


@pytest.fixture
def sent(monkeypatch):
    """Remember what would go out; the network is the journal's own tests' matter."""
    kept = []

    def post(url, body, headers, *, inside):
        kept.append((url, body, headers, inside))
        return Answer(200, "200 OK")

    monkeypatch.setattr(webhooks, "post", post)
    return kept


def subscribe(client, machine, body=ASKED):
    headers = {"Authorization": f"Bearer {token_of(*machine)}"}
    return client.post(API, body, content_type="application/json", headers=headers)


def deliver():
    while webhooks.fan_out():
        pass
    webhooks.deliver_due()


def signed(secret, headers, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()  # fmt: skip


def test_a_subscriber_hears_of_the_public_and_of_no_word(client, cast, machine, sent):
    secret = subscribe(client, machine).json()["secret"]
    listing = make_listing(cast, State.PUBLISHED)
    make_listing(cast, State.WITHDRAWN)
    deliver()
    [(url, body, headers, inside)] = sent
    assert (url, inside) == (ASKED["url"], False)
    assert headers["webhook-signature"] == signed(secret, headers, body)
    told = json.loads(body)
    assert told["type"] == "exchange.listing_published"
    assert set(told["data"]) == {"code", "address"}
    assert told["data"]["code"] == listing.code
    actions.withdraw_listing(listing=listing, words=REASON, by=cast.lister)
    deliver()
    assert json.loads(sent[-1][1])["type"] == "exchange.listing_withdrawn"
    assert len(sent) == 2


def test_a_machine_lists_its_own_subscriptions_only(client, cast, machine):
    assert subscribe(client, machine).status_code == 201
    other = make_client(Scope.EXCHANGE_SUBSCRIBE)
    seen = [
        [row["url"] for row in client.get(API, headers={"Authorization": f"Bearer {token_of(*one)}"}).json()]
        for one in (machine, other)
    ]  # fmt: skip
    assert seen == [[ASKED["url"]], []]


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": ["exchange.member_joined"]},
        {"kinds": ["exchange.*"]},
        {"kinds": ["steering.task_verified"]},
        {"url": "http://may.example.org/hook"},
    ],
)
def test_what_is_not_told_cannot_be_subscribed_to(client, machine, change):
    assert subscribe(client, machine, ASKED | change).status_code == 422
    assert not Subscription.objects.exists()


def test_a_person_subscribes_on_the_page_of_the_machine(client, cast, machine):
    client.force_login(make_person(Role.HEAD, cast.firm.organisation))
    assert client.post(API, ASKED, content_type="application/json").status_code == 403
    address = reverse("client-hooks", args=[machine[0].pk])
    page = client.post(address, ASKED).content.decode()
    assert Subscription.objects.get().secret in page
    assert Subscription.objects.get().secret not in client.get(address).content.decode()
    client.force_login(make_person(Role.HEAD))
    assert client.get(address).status_code == 404


def test_others_keep_their_hands_off(cast, machine, client):
    subscribe(client, machine)
    found = Subscription.objects.get()
    with pytest.raises(PermissionDenied):
        hooks.pause_subscription(subscription=found, by=make_person(Role.HEAD))
    with pytest.raises(PermissionDenied):
        hooks.subscribe(**ASKED, owner=machine[0].ref, by=make_person(Role.HEAD))
    assert Subscription.objects.get().paused_at is None


def test_a_new_secret_is_used_beside_the_old_one_for_a_day(client, cast, machine, sent):
    old = subscribe(client, machine).json()["secret"]
    client.force_login(make_person(Role.HEAD, cast.firm.organisation))
    key = Subscription.objects.get().pk
    client.post(reverse("client-hook-rotate", args=[machine[0].pk, key]))
    new = Subscription.objects.get().secret
    make_listing(cast, State.PUBLISHED)
    deliver()
    [(_url, body, headers, _inside)] = sent
    both = {signed(secret, headers, body) for secret in (old, new)}
    assert set(headers["webhook-signature"].split()) == both


def test_a_message_is_sent_again_from_the_page(client, cast, machine, sent):
    subscribe(client, machine)
    make_listing(cast, State.PUBLISHED)
    deliver()
    client.force_login(make_person(Role.HEAD, cast.firm.organisation))
    args = [machine[0].pk, Delivery.objects.get().pk]
    client.post(reverse("client-hook-again", args=args))
    deliver()
    assert len(sent) == 2
    assert sent[0][2]["webhook-id"] == sent[1][2]["webhook-id"]


def test_a_machine_that_is_shut_out_hears_nothing_more(client, cast, machine, sent):
    subscribe(client, machine)
    registered, _secret = machine
    client.force_login(make_person(Role.HEAD, cast.firm.organisation))
    client.post(reverse("client-revoke", args=[registered.pk]))
    make_listing(cast, State.PUBLISHED)
    deliver()
    assert sent == []


def test_an_owner_has_no_kinds_beside_the_table(cast, machine):
    with pytest.raises(InputRefused):
        hooks.subscribe(url=ASKED["url"], kinds=["journal.checkpoint_signed"], owner=machine[0].ref, by=make_person(Role.HEAD, cast.firm.organisation))  # fmt: skip
    assert not Subscription.objects.exists()
