"""The copies that are searched follow the catalogue, and betray nothing of it."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from khuevan.exchange import actions, index
from khuevan.exchange.filters import in_words, kept_query
from khuevan.exchange.queries.disclosing import reader_of
from khuevan.exchange.queries.listings import PAGE
from khuevan.exchange.queries.saved import waiting_for
from khuevan.exchange.queries.searching import (
    last_page,
    search_listings,
    suggest_titles,
)
from khuevan.exchange.rules.disclosing import Clearance, Level, visible_fields
from khuevan.exchange.rules.listings import Licence, State
from khuevan.journal.public import skip_to_end
from khuevan.matching.public import LAST_HIT, Asked, Kind, search

from .factories import NEED, OFFER, PROFILE, different, make_listing
from .test_disclosing import CHOICES, MARKED, MARKS


pytestmark = pytest.mark.django_db
WORDED = [name for name, marks in MARKS.items() if marks[0].startswith("mark-")]
REASON = "Lợi thế chưa có số đo so với công nghệ đang dùng"


def codes(person=None, **asked):
    return [row.code for row in search_listings(reader_of(person), Asked(**asked)).rows]


def found(level=Level.PUBLIC, **asked):
    """Return what a copy holds, whoever asks it."""
    return search(index.index_for(level), Asked(**asked), tokens=frozenset({"public"}))


@pytest.mark.parametrize(
    ("leave", "by"),
    [
        (lambda listing, cast: actions.withdraw_listing(listing=listing, words=REASON, by=cast.lister), "its member withdraws it"),
        (lambda listing, cast: actions.revise_listing(listing=listing, by=cast.lister), "it is rewritten"),
        (lambda listing, cast: actions.return_listing(listing=listing, words=REASON, by=cast.first), "it is sent back"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_leaves_the_catalogue_leaves_the_index(cast, indexed, leave, by):
    listing = make_listing(cast, State.PUBLISHED)
    indexed()
    assert codes(text="mang loc gom") == [listing.code]
    leave(listing, cast)
    # Before the worker looked: neither found nor counted nor suggested.
    answer = search_listings(reader_of(None), Asked(text="mang loc gom"))
    assert (answer.count, answer.rows, answer.simple) == (0, (), False)
    assert not any(answer.facets.values())
    assert suggest_titles(reader_of(None), "mang loc") == ()
    assert found().total == 1
    indexed()
    assert found().total == found(Level.MEMBERS).total == 0


def test_an_expired_listing_leaves_the_index(cast, indexed):
    make_listing(cast, State.EXPIRED)
    indexed()
    assert found().total == 0


def test_a_draft_never_enters_it(cast, indexed):
    for state in (State.DRAFT, State.SUBMITTED, State.CHECKED, State.RETURNED):
        make_listing(cast, state, different(len(state)))
    indexed()
    assert found(Level.MEMBERS).total == 0


def test_each_circle_finds_only_by_what_it_may_read(cast, indexed):
    make_listing(cast, State.PUBLISHED, MARKED, levels={"advantage": "public", "rights": "members", "technical": "nda"})  # fmt: skip
    indexed()
    for word, strangers, members in (
        ("mark-advantage", 1, 1),
        ("mark-owner", 0, 1),
        ("mark-description", 0, 0),
        ("mark-evidence", 0, 0),
    ):
        assert found(text=word).total == strangers, word
        for person in (cast.buyer, cast.lister, cast.first):
            assert len(codes(person, text=word)) == members, word
        assert len(codes(None, text=word)) == strangers, word
        assert len(codes(cast.outsider, text=word)) == strangers, word


@pytest.mark.parametrize("levels", CHOICES, ids=lambda c: "-".join(v[0] for v in c.values()))  # fmt: skip
def test_every_word_is_found_by_exactly_those_whose_circle_reads_it(
    cast, indexed, levels
):
    listing = make_listing(cast, State.PUBLISHED, MARKED, levels=levels)
    indexed()
    for person, level in ((None, Level.PUBLIC), (cast.outsider, Level.PUBLIC), (cast.buyer, Level.MEMBERS), (cast.lister, Level.MEMBERS), (cast.inspector, Level.MEMBERS)):  # fmt: skip
        read = visible_fields(listing.levels, Clearance(level.value))
        for name in WORDED:
            answer = search_listings(reader_of(person), Asked(text=MARKS[name][0]))
            assert (answer.count, len(answer.rows)) == ((name in read),) * 2, name
            assert bool(answer.facets["sorts"]) == (name in read)


def test_the_copies_hold_no_mark_their_circle_may_not_read(cast, indexed, settings):
    make_listing(cast, State.PUBLISHED, MARKED, levels=dict.fromkeys(("provider", "advantage", "technical", "rights", "terms"), "nda"))  # fmt: skip
    indexed()
    for level in index.CIRCLES:
        [hit] = found(level).hits
        for name in set(MARKS) - {"title_en", "summary_en", "outcome_en"}:
            assert not any(mark in repr(hit.entry) for mark in MARKS[name]), name
        assert (hit.entry.owner, hit.entry.region, hit.entry.house) == ("", "", "")
        assert hit.entry.price is None


def test_counts_tell_strangers_nothing_of_prices_for_members(cast, indexed):
    make_listing(cast, State.PUBLISHED)
    indexed()
    stranger, buyer = reader_of(None), reader_of(cast.buyer)
    assert dict(search_listings(stranger, Asked()).facets["bands"]) == {"unstated": 1}
    assert dict(search_listings(buyer, Asked()).facets["bands"]) == {"500000000": 1}
    band = frozenset({"500000000"})
    assert search_listings(stranger, Asked(bands=band)).count == 0
    assert search_listings(buyer, Asked(bands=band)).count == 1


def test_a_lost_index_is_made_anew_and_meanwhile_the_database_answers(
    client, cast, indexed, settings
):
    listing = make_listing(cast, State.PUBLISHED)
    indexed()
    shutil.rmtree(settings.EXCHANGE_INDEX)
    page = client.get(reverse("exchange"), {"words": "mang loc"})
    assert page.status_code == 200
    assert listing.code in page.text
    assert "được dựng lại" in page.text
    index.follow()
    page = client.get(reverse("exchange"), {"words": "mang loc"})
    assert listing.code in page.text
    assert "được dựng lại" not in page.text


def test_an_index_of_another_database_is_made_anew(cast, indexed, settings):
    make_listing(cast, State.PUBLISHED)
    indexed()
    (settings.EXCHANGE_INDEX / "place").write_text("1-1")
    index.index_for(Level.PUBLIC).remove([row.code for row in search_listings(reader_of(None), Asked()).rows])  # fmt: skip
    index.follow()
    assert found().total == 1


def test_a_reader_killed_before_its_place_moved_repeats_itself(
    cast, indexed, monkeypatch
):
    indexed()
    listing = make_listing(cast, State.PUBLISHED)
    with monkeypatch.context() as broken:
        broken.setattr(index, "_stamp", lambda place: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.follow()
    index.follow()
    assert codes(text="mang loc") == [listing.code]
    assert found().total == 1


def test_a_reader_too_far_behind_is_not_asked(cast, indexed, monkeypatch):
    listing = make_listing(cast, State.PUBLISHED)
    indexed()
    make_listing(cast, State.PUBLISHED, different(1))
    monkeypatch.setattr(index, "MOST_BEHIND", 2)
    answer = search_listings(reader_of(None), Asked())
    assert answer.simple
    assert listing.code in {row.code for row in answer.rows}


def test_a_member_who_moves_is_found_where_they_work(cast, indexed):
    listing = make_listing(cast, State.PUBLISHED)
    indexed()
    actions.describe_member(member=cast.institute, profile_vi=PROFILE, region="31", by=cast.lister)  # fmt: skip
    indexed()
    assert codes(regions=frozenset({"31"})) == [listing.code]


def test_a_rebuild_and_following_give_the_same(cast, indexed):
    indexed()
    for number in range(3):
        make_listing(cast, State.PUBLISHED, different(number))
    make_listing(cast, State.PUBLISHED, NEED)
    indexed()
    followed = {level: {h.entry for h in found(level).hits} for level in index.CIRCLES}
    assert index.rebuild_index() == 4
    rebuilt = {level: {h.entry for h in found(level).hits} for level in index.CIRCLES}
    assert followed == rebuilt
    assert len(followed[Level.PUBLIC]) == 4


def test_a_first_rebuild_skips_the_past(cast, settings, feed_shows_this_transaction):
    make_listing(cast, State.PUBLISHED)
    assert index.rebuild_index() == 1
    assert index.follow() == 0
    skip_to_end(index.READER)
    assert found().total == 1


def test_filters_are_links_with_numbers_that_hold(client, cast, indexed):
    make_listing(cast, State.PUBLISHED)
    make_listing(cast, State.PUBLISHED, NEED)
    make_listing(cast, State.PUBLISHED, replace(different(5), field="energy"))
    indexed()
    page = client.get(reverse("exchange")).text
    assert 'href="?kind=need"' in page
    assert 'href="?field=energy"' in page
    narrowed = client.get(reverse("exchange"), {"field": "energy", "words": "zzz"})
    assert 'href="?words=zzz"' in narrowed.text
    both = client.get(reverse("exchange"), {"kind": ["need", "technology"], "field": "environment"})  # fmt: skip
    assert both.text.count('<section class="card">') == 2


def test_nonsense_in_an_address_narrows_nothing(client, cast, indexed):
    make_listing(cast, State.PUBLISHED)
    indexed()
    page = client.get(reverse("exchange") + "?kind=%00&field=y&trl=99&price=-1&page=99999999&region=%E2%82%AC")  # fmt: skip
    assert page.status_code == 200
    assert client.get(reverse("exchange-suggestions") + "?words=%00").status_code == 200


def test_suggestions_are_titles_that_go_on(client, cast, indexed):
    make_listing(cast, State.PUBLISHED)
    make_listing(cast, State.SUBMITTED, replace(different(1), title_vi="Màng lọc chưa đăng"))  # fmt: skip
    indexed()
    told = client.get(reverse("exchange-suggestions"), {"words": "mang l"}).text
    assert OFFER.title_vi in told
    assert "chưa đăng" not in told


def test_without_an_index_offers_and_needs_are_still_told_apart(client, cast):
    offer, need = make_listing(cast, State.PUBLISHED), make_listing(cast, State.PUBLISHED, NEED)  # fmt: skip
    for kind, code in ((Kind.OFFER, offer.code), (Kind.NEED, need.code)):
        answer = search_listings(reader_of(None), Asked(kinds=frozenset({kind})))
        assert [row.code for row in answer.rows] == [code]
        assert answer.simple


class Silk:
    """A model that knows one thing: whether a text speaks of filtering."""

    name, size, low, high = "silk", 2, 0.0, 1.0

    def vectors(self, texts):
        spoken = [any(w in text.lower() for w in ("lọc", "tách cặn")) for text in texts]
        return np.array([(1.0, 0.0) if one else (0.0, 1.0) for one in spoken], np.float32)  # fmt: skip


def test_where_a_model_is_installed_the_worker_reads_what_is_published(
    cast, indexed, monkeypatch
):
    monkeypatch.setattr("khuevan.matching.meanings.installed", Silk)
    index._opened.cache_clear()
    index._meanings.cache_clear()
    listing = make_listing(cast, State.PUBLISHED)
    indexed()
    assert codes(text="tách cặn") == []
    assert index.learn() > 0
    assert codes(text="tách cặn") == [listing.code]
    assert index.learn() == 0
    actions.withdraw_listing(listing=listing, words=REASON, by=cast.lister)
    assert codes(text="tách cặn") == []
    index.rebuild_index()
    assert (settings.EXCHANGE_INDEX / "silk.vectors").stat().st_size == 0


def test_without_a_model_or_an_index_there_is_nothing_to_learn(cast):
    assert index.learn() == 0


def test_listings_are_narrowed_by_patent_class_branch_and_right(client, cast, indexed):
    water = make_listing(cast, State.PUBLISHED)
    drug = make_listing(cast, State.PUBLISHED, replace(different(2), ipc=("A61K 31/00", "A61P"), nace=("21.10", "J"), licence=Licence.EXCLUSIVE))  # fmt: skip
    need = make_listing(cast, State.PUBLISHED, NEED, ipc=(), nace=("36",))
    indexed()

    def page(**asked):
        return client.get(reverse("exchange"), asked).text

    assert "A61 · Nhu cầu con người" in page()
    assert "21 · Công nghiệp chế biến" in page()
    assert drug.code in page(ipc="A61")
    assert water.code not in page(ipc="A61")
    assert water.code in page(nace="13")
    assert need.code not in page(nace=["13", "21"])
    # Licences are for members here: a stranger is told of none, and narrows by none.
    assert "right=non_exclusive" not in page()
    assert water.code not in page(right="non_exclusive")
    client.force_login(cast.buyer)
    assert "right=non_exclusive" in page()
    assert water.code in page(right="non_exclusive")
    assert need.code not in page(right="non_exclusive")


def test_a_saved_search_keeps_class_branch_and_right(cast):
    kept = kept_query(QueryDict("ipc=C02&nace=13&right=exclusive&ipc=Z99"))
    assert kept == "right=exclusive&ipc=C02&nace=13"
    with translation.override("vi"):
        assert "C02 · Hóa học, luyện kim" in in_words(kept)
    water = make_listing(cast, State.PUBLISHED)
    search = actions.save_search(query="ipc=C02&nace=13", by=cast.buyer)
    other = actions.save_search(query="ipc=A61", by=cast.buyer)
    assert waiting_for(water) == [search]
    assert other not in waiting_for(water)


def test_the_pager_ends_where_the_index_reads_no_further():
    assert [last_page(count) for count in (0, 20, 21, 10_020, 10_021, 30_000)] == [1, 1, 2, 501, 501, 501]  # fmt: skip
    assert (last_page(30_000) - 1) * PAGE <= LAST_HIT < last_page(30_000) * PAGE
