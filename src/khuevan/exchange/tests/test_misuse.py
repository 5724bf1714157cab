"""What may not be listed: prohibited technology, contacts in public words, copies."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given, strategies as st

from khuevan.exchange import actions
from khuevan.exchange.dated import criteria, criteria_on
from khuevan.exchange.queries.looking import alike
from khuevan.exchange.rules.contacts import Contact, contacts_in
from khuevan.exchange.rules.likeness import guessed, likeness, sketch
from khuevan.exchange.rules.listings import State
from khuevan.exchange.rules.screening import Screening, screen, standing
from khuevan.journal.public import facts_about
from khuevan.law.public import check_rules
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import NEED, OFFER, make_listing, make_member


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


SYLLABLES = st.lists(st.sampled_from(["ba", "ca", "da", "ga", "ha", "la", "ma", "na"]), min_size=3, max_size=40)  # fmt: skip


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
