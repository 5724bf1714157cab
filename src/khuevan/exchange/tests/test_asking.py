"""Search and matches for programs: the command and the interface show the same sets."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from khuevan.exchange import actions
from khuevan.exchange.rules.listings import State

from .factories import OFFER, different, make_listing
from .test_finding import LEAK, buyers  # noqa: F401 - a fixture


pytestmark = pytest.mark.django_db


def told(*words):
    out = StringIO()
    call_command("exchange", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def pair(cast, buyers, indexed):  # noqa: F811 - the fixture
    offer = make_listing(cast, State.PUBLISHED)
    make_listing(cast, State.PUBLISHED, replace(different(3), title_vi="Bơm chân không trục vít chạy êm"))  # fmt: skip
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    indexed()
    return offer, need


def test_the_command_searches_as_a_stranger_unless_told_otherwise(cast, pair):
    offer, _need = pair
    [found] = json.loads(told("search", "mang gom", "--json"))
    assert list(found) == ["code", "title", "score", "reasons"]
    assert (found["code"], found["title"]) == (offer.code, OFFER.title_vi)
    assert found["score"] > 0
    assert found["reasons"] == ["Trong tiêu đề: màng, gốm"]
    hidden = "tra truoc doanh thu"
    assert json.loads(told("search", hidden, "--json")) == []
    known = json.loads(told("search", hidden, "--json", "--as", cast.buyer.username))
    assert known[0]["reasons"] == ["Trong phần khác bạn được đọc: trả, trước, doanh, thu"]  # fmt: skip


def test_the_command_matches_with_reasons(cast, pair):
    offer, need = pair
    asked = json.loads(told("match", need.code.lower(), "--json"))
    assert asked[0]["code"] == offer.code
    assert "900.000.000 đồng" in " ".join(asked[0]["reasons"])
    member = json.loads(told("match", need.code, "--json", "--as", cast.buyer.username))
    assert "900.000.000 đồng" in " ".join(member[0]["reasons"])
    assert json.loads(told("match", offer.code, "--json"))[0]["code"] == need.code
    assert told("match", need.code, "--json") == told("match", need.code, "--json")


def test_without_json_a_person_can_read_it(pair):
    offer, need = pair
    table = told("match", need.code)
    assert f"{offer.code}  " in table
    assert "- TRL 7" in table
    assert told("search", "khong co gi nhu the") == "Chưa có tin nào phù hợp.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("match", "BT99-999999", "--json"), "BT99-999999"),
        (("match", "x\0y"), "x y"),
        (("search", "a", "--as", "nobody"), "Nobody here has the username 'nobody'"),
        (("search", "a", "--limit", "0"), "between 1 and 100"),
    ],
)
def test_a_fault_is_a_sentence(pair, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        told(*words)


def test_a_draft_is_matched_for_nobody_by_the_command(cast, pair):
    draft = make_listing(cast, State.DRAFT, different(8))
    with pytest.raises(CommandError, match=draft.code):
        told("match", draft.code, "--as", cast.lister.username)


def test_a_lost_index_is_made_by_the_command_that_needs_it(pair, settings):
    offer, need = pair
    shutil.rmtree(settings.EXCHANGE_INDEX)
    assert json.loads(told("match", need.code, "--json"))[0]["code"] == offer.code
    shutil.rmtree(settings.EXCHANGE_INDEX)
    assert told("index") == "indexed: 3 published listings\n"


def test_nobody_who_only_wants_to_search_needs_words(pair):
    assert len(json.loads(told("search", "", "--json"))) == 3


def test_the_interface_gives_what_the_pages_give(client, cast, pair):
    offer, need = pair
    address = "/api/v1/exchange/search"
    [found] = client.get(address, {"words": "mang gom"}).json()["found"]
    assert (found["code"], found["reasons"]) == (offer.code, ["Trong tiêu đề: màng, gốm"])  # fmt: skip
    told_all = client.get(address, {"kind": ["need"]}).json()
    assert [row["code"] for row in told_all["found"]] == [need.code]
    assert told_all["filters"]["kind"] == {"technology": 2, "need": 1}
    assert client.get(address, {"words": "tra truoc doanh thu"}).json()["count"] == 0
    matches = f"/api/v1/exchange/listings/{need.code}/matches"
    assert client.get(matches).json()[0]["code"] == offer.code
    client.force_login(cast.buyer)
    assert client.get(address, {"words": "tra truoc doanh thu"}).json()["count"] == 2
    page = client.get(reverse("exchange-matches", args=[need.code])).text
    for row in client.get(matches).json():
        for reason in row["reasons"]:
            assert reason in page


def test_the_interface_says_what_it_cannot_do(client, cast, pair, settings):
    _offer, need = pair
    assert client.get("/api/v1/exchange/listings/none/matches").status_code == 404
    assert client.get("/api/v1/exchange/search?field=nonsense").status_code == 422
    assert client.get("/api/v1/exchange/search?limit=1000").status_code == 422
    shutil.rmtree(settings.EXCHANGE_INDEX)
    answer = client.get(f"/api/v1/exchange/listings/{need.code}/matches")
    assert answer.status_code == 503
    actions.withdraw_listing(listing=need, words="Không cần giải nữa", by=cast.buyer)
    assert client.get(f"/api/v1/exchange/listings/{need.code}/matches").status_code == 404  # fmt: skip
