"""What may not be listed: prohibited technology, contacts in public words, copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given, strategies as st

from khuevan.exchange import actions, tasks
from khuevan.exchange.dated import criteria, criteria_on
from khuevan.exchange.queries import looking
from khuevan.exchange.queries.looking import alike
from khuevan.exchange.rules.likeness import (
    TELLING,
    contained,
    groups_of,
    guessed,
    likeness,
    sketch,
)
from khuevan.exchange.rules.listings import State
from khuevan.exchange.rules.screening import Screening, screen, standing
from khuevan.journal.public import facts_about
from khuevan.law.public import check_rules
from khuevan.platform.contacts import Contact, contacts_in
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import NEED, OFFER, Owner, different, make_listing, make_member


TODAY = date(2026, 11, 23)


def lists_of(text):
    return {(f.criterion.code, f.negated) for f in screen(text, criteria_on(TODAY))}


# ------------------------------------------------------------------- screening


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tấm lợp từ amiăng amphibole giá rẻ", {("asbestos", False)}),
        ("TAM LOP TU AMIANG AMPHIBOLE", {("asbestos", False)}),
        ("Sợi thực vật thay thế amiăng amphibole trong tấm lợp", {("asbestos", True)}),
        ("Không dùng nhựa. Tấm lợp amiăng xanh", {("asbestos", False)}),
        ("Cảm biến phát hiện chất phóng xạ trong nước", {("radioactive", True)}),
        ("Tấm lợp a-mi-ăng xanh", {("asbestos", False)}),
        ("Tấm lợp a\u00admiăng\u200b xanh", {("asbestos", False)}),
        ("Tấm lợp sợi crocidolite", {("asbestos", False)}),
        ("Không dùng hoá chất, tấm lợp amiăng xanh", {("asbestos", False)}),
        ("Giống lúa biến đổi gen chịu mặn", {("gmo", False)}),
        ("Nhận dạng biển số bằng trí tuệ nhân tạo", {("ai", False)}),
        ("Điện cực than chì; giảm chi phí", set()),
    ],
)
def test_a_text_is_held_against_the_lists(text, found):
    assert lists_of(text) == found


def test_the_gravest_list_counts_and_what_is_negated_is_looked_at():
    both = screen("Học máy chọn giống lúa biến đổi gen", criteria_on(TODAY))
    assert standing(both) is Screening.RESTRICTED
    replaced = screen("Sợi thay thế amiăng xanh", criteria_on(TODAY))
    assert standing(replaced) is Screening.RESTRICTED
    assert standing([]) is None


def test_every_line_is_dated_doubted_and_of_two_syllables_at_least():
    for line in criteria():
        assert not criteria_on(date(2018, 6, 30))
        assert line.doubt
        assert all(len(words.split()) >= 2 for words in line.words)
        assert [f.criterion for f in screen(line.words[0], [line])] == [line]


@pytest.mark.django_db
def test_the_lists_stand_on_documents_of_the_register():
    dead = [finding for finding in check_rules(TODAY) if "exchange" in str(finding)]
    assert dead == []


@pytest.mark.django_db
def test_prohibited_technology_is_refused_with_the_list_named(cast):
    listing = make_listing(cast, description="Lõi lọc từ amiăng xanh nghiền mịn")
    with pytest.raises(RuleBroken, match="76/2018/NĐ-CP") as refused:
        actions.submit_listing(listing=listing, by=cast.lister)
    assert refused.value.params["words"] == "amiang xanh"
    fact = facts_about(listing.ref)[-1]
    assert (fact.kind, fact.actor, fact.figures["rule"]) == ("exchange.misuse_refused", cast.lister.ref, "prohibited_technology")  # fmt: skip
    listing.refresh_from_db()
    assert (listing.state, listing.reviews.count()) == (State.DRAFT, 0)


@pytest.mark.django_db
def test_restricted_technology_goes_before_the_reviewers_only(client, cast):
    words = "Chủng vi khuẩn biến đổi gen phân hủy phẩm nhuộm"
    listing = make_listing(cast, State.SUBMITTED, description=words)
    assert listing.screening == Screening.RESTRICTED
    page = reverse("exchange-listing", args=[listing.code])
    for who, told in ((cast.first, True), (cast.lister, False)):
        client.force_login(who)
        assert ("bien doi gen" in client.get(page).text) is told


# -------------------------------------------------------------------- contacts


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Gọi 0912 345 678 hoặc +84-24.3825.1234", [Contact.PHONE, Contact.PHONE]),
        ("Viết tới a.b@example.org", [Contact.EMAIL]),
        ("a.b (at) example [dot] org", [Contact.EMAIL]),
        ("Xem https://example.org/x và khue-van.vn", [Contact.LINK, Contact.LINK]),
        ("Zalo: khuevan57", [Contact.MESSENGER]),
        ("Tel.0912345678, ĐT/0912345678", [Contact.PHONE]),
        ("0912_345_678 hay 0912/345/679", [Contact.PHONE, Contact.PHONE]),
        ("０９１２３４５６７８ và 0912\u200b345679 và O912345670", [Contact.PHONE] * 3),
        ("Tổng đài 1900 1234, +1 650 253 0000", [Contact.PHONE, Contact.PHONE]),
        ("không chín một hai ba bốn năm sáu bảy tám", [Contact.PHONE]),
        ("abc at gmail dot com, abd @ gmail . com", [Contact.EMAIL, Contact.EMAIL]),
        ("telegram @khuevan, Zalo khuevan57, WeChat: kv", [Contact.MESSENGER] * 3),
        ("khuevan.tech hoặc khuevan.xyz", [Contact.LINK, Contact.LINK]),
        ("Viết bằng ASP.NET Core, tích hợp Zalo OA", []),
        ("Từ 03/05/2025-06/07/2025, sai số 0.35 0.27 0.81 0.99", []),
        ("Giá 1.084.912.345.678 đồng, năm 1900 1950", []),
        ("Tốn 0,8 kWh thay vì 1,5 kWh, 20.000.000 m³ mỗi năm, TRL 7", []),
        ("Bằng 1-2021-01234, tiêu chuẩn ISO 9001:2015, pH 6.5", []),
        ("Từ 500.000.000 đến 900.000.000 đồng trong 12 tháng", []),
    ],
)
def test_contacts_are_found_and_figures_are_not(text, kinds):
    assert [found.kind for found in contacts_in(text)] == kinds


@pytest.mark.django_db
def test_contacts_in_public_words_are_refused_with_their_place(cast):
    listing = make_listing(
        cast,
        summary_vi=OFFER.summary_vi + " Gọi 0912345678.",
        advantage="Rẻ hơn 20 phần trăm, xem www.example.org",
        description="Liên hệ phòng thí nghiệm: lab@example.org",
    )
    with pytest.raises(InputRefused) as refused:
        actions.submit_listing(listing=listing, by=cast.lister)
    # The description is for after an NDA: there a contact is in its place.
    assert {p.where for p in refused.value.problems} == {"summary_vi", "advantage"}
    listing.refresh_from_db()
    assert listing.state == State.DRAFT


# ---------------------------------------------------------------------- copies


SYLLABLES = st.lists(st.sampled_from(["ba", "ca", "da", "ga", "ha", "la", "ma", "na"]), min_size=3, max_size=60)  # fmt: skip


@given(SYLLABLES, SYLLABLES)
def test_likeness_is_mutual_and_whole_only_for_the_same_groups(one, other):
    first, second = " ".join(one), " ".join(other)
    assert likeness(first, first) == 1
    assert likeness(first, second) == likeness(second, first)
    # Short texts are kept whole, so that the guess is exact.
    assert guessed(sketch(first), sketch(second)) == pytest.approx(likeness(first, second))  # fmt: skip


@pytest.mark.django_db
def test_a_copy_of_another_members_listing_is_refused(cast):
    first = make_listing(cast, State.PUBLISHED)
    member, person = make_member()
    copy = actions.draft_listing(member=member, told=OFFER, by=person)
    with pytest.raises(RuleBroken, match=f"copies {first.code} of another"):
        actions.submit_listing(listing=copy, by=person)
    again = make_listing(cast)
    with pytest.raises(RuleBroken, match=f"the same as {first.code}"):
        actions.submit_listing(listing=again, by=cast.lister)
    copy.refresh_from_db()
    assert copy.state == State.DRAFT


FILLING = "Gian hàng của viện mở cửa từ sáng đến chiều các ngày trong tuần, có người hướng dẫn và chỗ gửi xe rộng rãi cho khách đến xem mẫu máy chạy thử tại xưởng nhỏ sau nhà, mời quý khách ghé qua vào buổi sáng để được nghe kể về quá trình làm ra sản phẩm này từ những ngày đầu tiên còn nhiều khó khăn."  # fmt: skip


@pytest.mark.django_db
def test_a_copy_does_not_hide_behind_words_added(cast):
    first = make_listing(cast, State.PUBLISHED)
    member, person = make_member()
    told = replace(OFFER, summary_vi=f"{OFFER.summary_vi} {FILLING}")
    copy = actions.draft_listing(member=member, told=told, by=person)
    with pytest.raises(RuleBroken, match=f"copies {first.code} of another"):
        actions.submit_listing(listing=copy, by=person)
    copy.refresh_from_db()
    assert copy.state == State.DRAFT


@pytest.mark.django_db
def test_what_another_member_has_not_published_is_refused_without_its_name(cast):
    first = make_listing(cast, State.SUBMITTED)
    member, person = make_member()
    copy = actions.draft_listing(member=member, told=OFFER, by=person)
    with pytest.raises(RuleBroken, match="not published yet") as refused:
        actions.submit_listing(listing=copy, by=person)
    assert first.code not in str(refused.value.params)


@given(SYLLABLES, SYLLABLES)
def test_a_text_is_contained_in_what_says_more_and_short_texts_nowhere(one, other):
    short, long = " ".join(one), " ".join([*one, *other])
    groups = len(groups_of(short))
    told = contained(short, long)
    assert told == contained(long, short)
    assert 0 <= told <= 1
    if groups >= TELLING:
        assert told == 1
    if groups < TELLING:
        assert told == 0


@pytest.mark.django_db
def test_what_comes_to_stand_on_the_list_is_sent_back_overnight(cast, monkeypatch):
    listing = make_listing(cast, State.PUBLISHED)
    other = make_listing(cast, State.PUBLISHED, different(1))
    row = replace(criteria()[0], list=Screening.PROHIBITED, code="new", words=("tach mau va muoi",))  # fmt: skip
    monkeypatch.setattr(looking, "criteria_on", lambda day: [row])
    tasks.screen_all()
    listing.refresh_from_db()
    assert (listing.state, listing.expires_on) == (State.RETURNED, None)
    assert "76/2018/NĐ-CP" in listing.steps.last().words
    fact = facts_about(listing.ref)[-1]
    assert (fact.kind, fact.figures["rule"]) == ("exchange.listing_returned", "prohibited_technology")  # fmt: skip
    other.refresh_from_db()
    assert other.state == State.PUBLISHED


@pytest.mark.django_db
def test_what_comes_to_stand_among_the_restricted_is_marked(cast, monkeypatch):
    listing = make_listing(cast, State.PUBLISHED)
    row = replace(criteria()[0], list=Screening.RESTRICTED, code="new", words=("mang loc gom",))  # fmt: skip
    monkeypatch.setattr(looking, "criteria_on", lambda day: [row])
    tasks.screen_all()
    tasks.screen_all()
    listing.refresh_from_db()
    assert (listing.state, listing.screening) == (State.PUBLISHED, Screening.RESTRICTED)
    kinds = [fact.kind for fact in facts_about(listing.ref)]
    assert kinds.count("exchange.listing_screened") == 1


@pytest.mark.django_db
def test_todays_list_is_asked_again_before_publishing(cast, monkeypatch):
    listing = make_listing(cast, State.CHECKED)
    row = replace(criteria()[0], list=Screening.PROHIBITED, words=("mang loc gom",))
    monkeypatch.setattr(looking, "criteria_on", lambda day: [row])
    with pytest.raises(RuleBroken, match="prohibited"):
        actions.publish_listing(listing=listing, by=cast.second)
    listing.refresh_from_db()
    assert listing.state == State.CHECKED


@pytest.mark.django_db
def test_an_owner_named_with_a_telephone_is_a_contact(cast):
    told = (Owner("Viện Thử nghiệm 0912 345 678", 10_000),)
    listing = make_listing(cast, owners=told, levels={"rights": "public"})
    with pytest.raises(InputRefused) as refused:
        actions.submit_listing(listing=listing, by=cast.lister)
    assert [problem.where for problem in refused.value.problems] == ["owners"]


@pytest.mark.django_db
def test_what_is_partly_alike_goes_before_the_reviewers(client, cast):
    first = make_listing(cast, State.PUBLISHED)
    other = make_listing(
        cast, State.SUBMITTED,
        description="Khung thép không gỉ, bơm tuần hoàn, bảng điều khiển có cảnh báo tắc.",
    )  # fmt: skip
    [found] = alike(other)
    assert found.code == first.code
    assert 50 <= found.percent < 85
    client.force_login(cast.second)
    page = client.get(reverse("exchange-listing", args=[other.code])).text
    assert first.code in page


@pytest.mark.django_db
def test_nothing_is_learnt_of_drafts_of_others_or_withdrawn_listings(cast):
    make_listing(cast)
    make_listing(cast, State.WITHDRAWN)
    member, person = make_member()
    listing = actions.draft_listing(member=member, told=OFFER, by=person)
    assert alike(listing) == []
    assert actions.submit_listing(listing=listing, by=person).state == State.SUBMITTED


@pytest.mark.django_db
def test_a_need_is_not_a_copy_of_an_offer(cast):
    make_listing(cast, State.PUBLISHED)
    assert make_listing(cast, State.SUBMITTED, NEED).state == State.SUBMITTED
