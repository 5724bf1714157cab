"""Saved searches that tell once, matches with their reasons, and what people say of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.directory.tests.factories import PersonFactory
from khuevan.exchange import actions, index
from khuevan.exchange.dated import Matches as Terms
from khuevan.exchange.entries import entry_of
from khuevan.exchange.filters import FILTERS, in_words
from khuevan.exchange.models import MatchTold, MatchWord, SavedSearch, SearchAnswer
from khuevan.exchange.queries.disclosing import reader_of
from khuevan.exchange.queries.matching import feedback, matches_of
from khuevan.exchange.readers import tell_waiting
from khuevan.exchange.rules.disclosing import Level
from khuevan.exchange.rules.listings import Field, Kind, Licence, State, Territory
from khuevan.journal.public import facts_about, facts_of
from khuevan.matching.public import BANDS, TRL_BANDS, UNPRICED, Feedback, Verdict
from khuevan.notices.tests.factories import notices_of
from khuevan.platform.errors import RuleBroken

from .factories import NEED, OFFER, PROFILE, different, make_listing, make_member


pytestmark = pytest.mark.django_db
LEAK = replace(
    NEED,
    title_vi="Lọc màu nước thải dệt nhuộm ở làng nghề",
    summary_vi="Nước thải dệt nhuộm của làng nghề còn màu và muối; cần lọc để dùng lại trong xưởng.",
)
"""A need the institute's membrane answers."""


@pytest.fixture
def buyers(cast):
    """Let the firm list needs as the institute lists offers."""
    return replace(cast, institute=cast.firm, lister=cast.buyer)


@pytest.fixture
def told(indexed):
    """Return a way to let the worker do all it does with new facts."""
    tell_waiting()

    def work():
        indexed()
        while tell_waiting():
            pass
        indexed()

    return work


def refused(act, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        act()


# -------------------------------------------------------------- saved searches


def test_a_new_listing_tells_the_searches_it_answers_once(cast, told):
    told()
    search = actions.save_search(
        query="words=mang+loc&field=environment&page=3", by=cast.buyer
    )
    other = actions.save_search(query="field=energy", by=cast.buyer)
    listing = make_listing(cast, State.PUBLISHED)
    told()
    [notice] = notices_of("exchange.search_answered")
    assert notice.person == cast.buyer
    assert listing.code in notice.subject
    assert search.query == "words=mang+loc&field=environment"
    assert not SearchAnswer.objects.filter(search=other).exists()
    actions.revise_listing(listing=listing, by=cast.lister)
    actions.submit_listing(listing=listing, by=cast.lister)
    actions.check_listing(listing=listing, by=cast.first)
    actions.publish_listing(listing=listing, by=cast.second)
    told()
    assert len(notices_of("exchange.search_answered")) == 1


def test_a_search_is_told_nothing_its_owner_may_not_read(cast, told):
    told()
    for person in (cast.buyer, PersonFactory.create()):
        SavedSearch.objects.create(person=person, query="words=mark")
        SavedSearch.objects.create(person=person, query="words=secret")
    make_listing(cast, State.PUBLISHED, licence_terms="mark", description="secret")
    told()
    answered = SearchAnswer.objects.get().search
    assert (answered.person, answered.query) == (cast.buyer, "words=mark")


def test_alerts_that_are_off_and_ones_own_listings_tell_nothing(cast, told):
    told()
    search = actions.save_search(query="words=mang", by=cast.buyer)
    actions.set_alerts(search=search, alerts=False, by=cast.buyer)
    actions.save_search(query="words=mang", by=cast.lister)
    make_listing(cast, State.PUBLISHED)
    told()
    assert not SearchAnswer.objects.exists()


def test_what_was_published_before_anybody_listened_is_no_news(cast, indexed):
    actions.save_search(query="words=mang", by=cast.buyer)
    make_listing(cast, State.PUBLISHED)
    indexed()
    assert tell_waiting() == 0
    assert not SearchAnswer.objects.exists()


def test_a_search_that_cannot_be_kept_says_why(cast, monkeypatch):
    refused(lambda: actions.save_search(query="page=2&kind=x", by=cast.buyer), "asks for nothing")  # fmt: skip
    actions.save_search(query="words=nuoc", by=cast.buyer)
    refused(lambda: actions.save_search(query="words=nuoc&page=2", by=cast.buyer), "already")  # fmt: skip
    monkeypatch.setattr(actions.finding, "MOST_SEARCHES", 1)
    refused(lambda: actions.save_search(query="words=dat", by=cast.buyer), "Remove one")
    with pytest.raises(PermissionDenied):
        actions.save_search(query="words=dat", by=cast.outsider)
    assert SavedSearch.objects.count() == 1


def test_a_search_belongs_to_one_person(client, cast):
    search = actions.save_search(query="words=nuoc", by=cast.buyer)
    for act in (
        lambda: actions.set_alerts(search=search, alerts=False, by=cast.lister),
        lambda: actions.forget_search(search=search, by=cast.lister),
    ):
        with pytest.raises(PermissionDenied):
            act()
    client.force_login(cast.lister)
    assert client.post(reverse("exchange-search-forget", args=[search.pk])).status_code == 404  # fmt: skip
    search.refresh_from_db()
    assert search.alerts


def test_a_member_keeps_switches_and_removes_a_search_on_its_page(client, cast):
    client.force_login(cast.buyer)
    assert "Báo cho tôi" in client.get(reverse("exchange"), {"words": "nước"}).text
    client.post(reverse("exchange-search-save"), {"query": "words=n%C6%B0%E1%BB%9Bc&kind=need"})  # fmt: skip
    [search] = SavedSearch.objects.all()
    page = client.get(reverse("exchange-searches")).text
    assert "“nước” · Bài toán" in page
    client.post(reverse("exchange-search-switch", args=[search.pk]))
    search.refresh_from_db()
    assert not search.alerts
    client.post(reverse("exchange-search-forget", args=[search.pk]))
    assert not SavedSearch.objects.exists()
    kinds = [fact.kind for fact in facts_about(search.ref)]
    assert kinds == ["exchange.search_saved", "exchange.search_alerts_set", "exchange.search_forgotten"]  # fmt: skip


# --------------------------------------------------------------------- matches


def test_a_need_shows_its_offers_with_reasons_and_an_offer_its_needs(client, cast, buyers, indexed):  # fmt: skip
    offer = make_listing(cast, State.PUBLISHED)
    for number in range(3):
        make_listing(cast, State.PUBLISHED, replace(different(number), field=Field.ENERGY))  # fmt: skip
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    indexed()
    best, *others = matches_of(need, reader_of(cast.buyer)).fitting
    assert best.shown.code == offer.code
    assert best.score > max(other.score for other in others)
    told = " | ".join(best.reasons)
    assert "dùng lại" in told
    assert "Môi trường và nước" in told
    assert "TRL 7" in told
    assert "900.000.000" in told
    client.force_login(cast.buyer)
    page = reverse("exchange-listing", args=[need.code])
    assert offer.title_vi in client.get(page).text
    client.force_login(cast.first)
    assert offer.title_vi not in client.get(page).text
    [back] = matches_of(offer, reader_of(cast.lister)).fitting
    assert (back.shown.code, back.score) == (need.code, best.score)


def test_the_same_data_gives_the_same_matches(cast, buyers, indexed, settings):
    for number in range(6):
        make_listing(cast, State.PUBLISHED, different(number))
    gone = make_listing(cast, State.PUBLISHED, different(9))
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    indexed()
    actions.withdraw_listing(listing=gone, words="Không chuyển giao nữa", by=cast.lister)  # fmt: skip
    indexed()
    first = matches_of(need, reader_of(cast.buyer))
    assert matches_of(need, reader_of(cast.buyer)) == first
    index.rebuild_index()
    assert matches_of(need, reader_of(cast.buyer)) == first
    assert len(first.fitting) == 6


def test_matches_speak_only_of_what_the_reader_may_read(cast, buyers, indexed):
    need = make_listing(buyers, State.PUBLISHED, LEAK, levels={"terms": "nda"})
    offer = make_listing(cast, State.PUBLISHED, description="làng nghề", levels={"provider": "nda"})  # fmt: skip
    indexed()
    for person in (cast.buyer, cast.first, cast.lister):
        [one] = matches_of(need, reader_of(person)).fitting
        assert one.shown.code == offer.code
        assert "đồng" not in " ".join(one.reasons)
        assert "làng nghề" not in " ".join(one.reasons)


def test_nothing_is_matched_with_its_own_member_even_where_it_hides(cast, indexed):
    need = make_listing(cast, State.PUBLISHED, LEAK, levels={"provider": "nda"})
    make_listing(cast, State.PUBLISHED, levels={"provider": "nda"})
    indexed()
    found = matches_of(need, reader_of(cast.lister))
    assert (found.fitting, found.near) == ((), ())


def test_a_near_miss_says_what_keeps_it_apart(cast, buyers, indexed):
    dear = make_listing(cast, State.PUBLISHED, price_from=9_000_000_000, price_to=9_500_000_000)  # fmt: skip
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    indexed()
    found = matches_of(need, reader_of(cast.buyer))
    assert found.fitting == ()
    [miss] = found.near
    assert miss.shown.code == dear.code
    assert miss.reasons == ("Giá thấp nhất 9.000.000.000 đồng, ngân sách chỉ có 2.000.000.000 đồng",)  # fmt: skip


def test_only_members_and_reviewers_open_the_page_of_matches(client, cast, buyers, indexed):  # fmt: skip
    make_listing(cast, State.PUBLISHED)
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    draft = make_listing(buyers, State.DRAFT, LEAK)
    indexed()
    address = reverse("exchange-matches", args=[need.code])
    assert client.get(address).status_code == 302
    for person, status in ((cast.outsider, 403), (cast.buyer, 200), (cast.first, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status
        assert (address in client.get(reverse("exchange-listing", args=[need.code])).text) is (status == 200)  # fmt: skip
    client.force_login(cast.buyer)
    assert client.get(reverse("exchange-matches", args=[draft.code])).status_code == 404


def test_without_an_index_the_page_of_matches_says_so(client, cast, buyers):
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    client.force_login(cast.buyer)
    page = client.get(reverse("exchange-matches", args=[need.code]))
    assert page.status_code == 200
    assert "đang được dựng lại" in page.text


def test_a_new_offer_tells_the_owner_of_the_need_it_fits_once(cast, buyers, told):
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    told()
    offer = make_listing(cast, State.PUBLISHED)
    told()
    [notice] = notices_of("exchange.match_found")
    assert notice.person == cast.buyer
    assert need.code in notice.subject
    assert offer.code in notice.subject
    assert notice.link == reverse("exchange-matches", args=[need.code])
    actions.answer_searches(listing=offer, by=None)
    assert actions.tell_matches(listing=offer, by=None) == 0
    assert actions.tell_matches(listing=need, by=None) == 0


@pytest.mark.parametrize(("least", "told_of"), [(20, 3), (100, 0)])
def test_few_are_told_and_only_of_what_fits_well(cast, buyers, told, monkeypatch, least, told_of):  # fmt: skip
    monkeypatch.setattr(actions.finding, "matches_on", lambda day: Terms(10, 3, least))
    for number in range(5):
        made = replace(LEAK, title_vi=f"{LEAK.title_vi} {number}", summary_vi=f"{LEAK.summary_vi} {different(number).summary_vi}")  # fmt: skip
        make_listing(buyers, State.PUBLISHED, made)
    told()
    make_listing(cast, State.PUBLISHED)
    told()
    assert MatchTold.objects.count() == told_of


def test_what_somebody_says_of_a_match_is_kept_and_sets_it_aside_for_them(client, cast, buyers, indexed):  # fmt: skip
    offer = make_listing(cast, State.PUBLISHED)
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    indexed()
    client.force_login(cast.buyer)
    judge = reverse("exchange-judge", args=[need.code, offer.code])
    client.post(judge, {"verdict": "relevant"})
    word = MatchWord.objects.get()
    score = matches_of(need, reader_of(cast.buyer)).fitting[0].score
    assert feedback() == (Feedback(need.code, offer.code, Verdict.RELEVANT, score),)
    client.post(judge, {"verdict": "not_ready", "note": "Mới chạy thử"})
    word.refresh_from_db()
    assert (word.verdict, word.note) == ("not_ready", "Mới chạy thử")
    assert matches_of(need, reader_of(cast.buyer)).fitting == ()
    assert matches_of(need, reader_of(cast.buyer)).aside[0].shown.code == offer.code
    assert matches_of(need, reader_of(cast.first)).fitting[0].shown.code == offer.code
    assert "Bạn đã gạt" in client.get(reverse("exchange-matches", args=[need.code])).text  # fmt: skip
    facts = facts_of(["exchange.match_judged"])[::-1]
    assert [fact.figures["verdict"] for fact in facts] == ["relevant", "not_ready"]


def test_a_word_that_cannot_be_said_changes_nothing(cast, buyers, indexed):
    offer, second = make_listing(cast, State.PUBLISHED), make_listing(cast, State.PUBLISHED, different(2))  # fmt: skip
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    indexed()
    judge = actions.judge_match
    refused(lambda: judge(one=offer, other=second, verdict=Verdict.RELEVANT, by=cast.buyer), "between a need and an offer")  # fmt: skip
    refused(lambda: judge(one=need, other=offer, verdict=Verdict.OTHER, by=cast.buyer), "what the reason is")  # fmt: skip
    with pytest.raises(PermissionDenied):
        judge(one=need, other=offer, verdict=Verdict.RELEVANT, by=cast.outsider)
    assert not MatchWord.objects.exists()


def test_equipment_under_licence_is_sold_too(cast, buyers, indexed):
    """What passes on is known from the kind as well as from the licence."""
    offer = make_listing(cast, State.PUBLISHED, kind=Kind.EQUIPMENT, licence=Licence.EXCLUSIVE)  # fmt: skip
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    indexed()
    assert matches_of(need, reader_of(cast.buyer)).fitting[0].shown.code == offer.code


def test_every_filter_knows_the_values_matching_counts():
    known = {one.facet: set(one.values) for one in FILTERS}
    assert known["bands"] == {str(start) for start in BANDS} | {UNPRICED}
    assert known["trl_bands"] == set(TRL_BANDS)


def test_an_expired_membership_asks_as_a_stranger(cast, told):
    told()
    firm, person = make_member()
    actions.save_search(query="words=mark", by=person)
    person.appointments.all().delete()
    make_listing(cast, State.PUBLISHED, replace(OFFER, licence_terms="mark"))
    told()
    assert firm.name
    assert not SearchAnswer.objects.exists()


def test_what_somebody_saved_and_what_became_of_it_is_for_them_alone(client, cast):
    search = actions.save_search(query="words=nuoc&kind=offer", by=cast.buyer)
    traces = reverse("journal:traces", args=[search.ref])
    client.force_login(cast.buyer)
    assert "Một tìm kiếm được lưu" in client.get(traces).text
    client.force_login(cast.lister)
    assert client.get(traces).status_code == 404
    assert in_words(search.query) == "“nuoc” · Mọi tin chào"


def test_what_a_listing_does_not_say_of_its_terms_narrows_nothing(cast):
    service = make_listing(cast, State.PUBLISHED, kind=Kind.SERVICE, licence=None, price_from=None, price_to=None)  # fmt: skip
    entry = entry_of(service, Level.MEMBERS)
    assert (entry.licences, entry.price) == ((), None)
    dear = make_listing(
        cast, State.PUBLISHED, different(4), price_from=None, price_to=7
    )
    assert entry_of(dear, Level.MEMBERS).price == (0, 7)


def test_what_cannot_be_said_of_a_match_is_told_on_its_page(client, cast, buyers):
    offer = make_listing(cast, State.PUBLISHED)
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    client.force_login(cast.buyer)
    judge = reverse("exchange-judge", args=[need.code, offer.code])
    page = client.post(judge, {"verdict": "nonsense"}, follow=True)
    assert "Hãy cho biết có phù hợp không" in page.text
    page = client.post(judge, {"verdict": "other"}, follow=True)
    assert "Hãy nêu lý do." in page.text
    assert not MatchWord.objects.exists()
    page = client.post(
        reverse("exchange-search-save"), {"query": "page=2"}, follow=True
    )
    assert "Tìm kiếm này chưa hỏi gì" in page.text


def test_a_word_on_what_is_withdrawn_is_refused(cast, buyers, indexed):
    offer = make_listing(cast, State.PUBLISHED)
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    indexed()
    actions.withdraw_listing(listing=offer, words="Không chuyển giao nữa", by=cast.lister)  # fmt: skip
    offer.refresh_from_db()
    refused(lambda: actions.judge_match(one=need, other=offer, verdict=Verdict.RELEVANT, by=cast.buyer), "not published any more")  # fmt: skip
    assert not MatchWord.objects.exists()


def test_a_member_works_in_a_province_there_is(cast):
    refused(lambda: actions.describe_member(member=cast.firm, profile_vi=PROFILE, region="00", by=cast.buyer), "No province")  # fmt: skip
    cast.firm.refresh_from_db()
    assert cast.firm.region == ""


# -------------------------------------------------------------- what a need insists on


@pytest.mark.parametrize(
    ("wants", "has", "fits"),
    [
        ({"licence": Licence.EXCLUSIVE}, {"licence": Licence.NON_EXCLUSIVE}, False),
        ({"licence": Licence.EXCLUSIVE}, {"licence": Licence.ASSIGNMENT}, True),
        ({"licence": Licence.NON_EXCLUSIVE}, {"licence": Licence.EXCLUSIVE}, True),
        ({"territory": Territory.COUNTRY}, {"territory": Territory.CITY}, False),
        ({"territory": Territory.CITY}, {"territory": Territory.ASEAN}, True),
        ({"territory": Territory.WORLD}, {"territory": Territory.ASEAN}, False),
        ({"territory": Territory.WORLD}, {"territory": Territory.WORLD}, True),
        ({"trl": 4, "trl_most": 6}, {"trl": 7}, False),
        ({"trl": None, "trl_most": 8}, {"trl": 7}, True),
    ],
)
def test_what_a_need_insists_on_keeps_offers_apart(cast, buyers, told, wants, has, fits):  # fmt: skip
    offer = make_listing(cast, State.PUBLISHED, replace(OFFER, **has))
    need = make_listing(buyers, State.PUBLISHED, replace(LEAK, price_to=900_000_000, **wants))  # fmt: skip
    told()
    matches = matches_of(need, reader_of(cast.buyer))
    assert [one.shown.code for one in matches.fitting] == ([offer.code] if fits else [])
    if not fits:
        [near] = matches.near
        assert near.shown.code == offer.code
        assert near.reasons


def test_a_need_says_whether_restricted_technology_will_do(cast, buyers, told):
    told_so = replace(OFFER, description="Dùng chủng vi khuẩn biến đổi gen phân hủy phẩm nhuộm")  # fmt: skip
    offer = make_listing(cast, State.PUBLISHED, told_so)
    need = make_listing(buyers, State.PUBLISHED, LEAK)
    takes = make_listing(buyers, State.PUBLISHED, replace(LEAK, title_vi="Khử màu nước thải nhuộm, vi sinh cũng được", summary_vi="Nước thải nhuộm còn màu; cần lọc, nhận cả giải pháp vi sinh đã có giấy phép của Bộ.", takes_restricted=True))  # fmt: skip
    told()
    reader = reader_of(cast.buyer)
    assert matches_of(need, reader).fitting == ()
    assert [one.shown.code for one in matches_of(takes, reader).fitting] == [offer.code]
