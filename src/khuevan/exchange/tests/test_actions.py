"""Members and listings: every action, who may, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.directory.public import OrganisationKind, Role
from khuevan.directory.tests.factories import PersonFactory, make_person
from khuevan.exchange import actions, tasks
from khuevan.exchange.models import Listing, Member, NdaNote, Review
from khuevan.exchange.queries.disclosing import reader_of, shown
from khuevan.exchange.rules.disclosing import Clearance
from khuevan.exchange.rules.listings import (
    MOVES,
    IpStatus,
    Kind,
    Move,
    Owner,
    State,
    Verification,
)
from khuevan.exchange.rules.members import MemberKind, Tier
from khuevan.exchange.tasks import watch
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import (
    DAYS,
    NEED,
    NOON,
    OFFER,
    PROFILE,
    different,
    make_listing,
    make_member,
    operator,
)


REASON = "Lợi thế chưa có số đo so với công nghệ đang dùng"


def kinds_of(listing):
    return [fact.kind.partition(".")[2] for fact in facts_about(listing.ref)]


def unchanged(listing):
    """Return everything a refused action must have left as it was."""
    row = Listing.objects.values().get(pk=listing.pk)
    return row, list(listing.steps.values()), kinds_of(listing)


# --------------------------------------------------------------------- members


def test_an_organisation_joins_through_its_own_people_once(cast):
    member, person = make_member(verified=False)
    assert (member.tier, member.kind) == (Tier.REGISTERED, MemberKind.ENTERPRISE)
    with pytest.raises(RuleBroken, match="joined already"):
        actions.join_exchange(kind=MemberKind.ENTERPRISE, organisation=member.organisation, profile_vi=PROFILE, by=person)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.join_exchange(kind=MemberKind.AGENCY, organisation=operator(), profile_vi=PROFILE, by=person)  # fmt: skip
    assert Member.objects.count() == 3


def test_a_person_joins_as_an_expert_for_nobody_else(cast):
    expert = actions.join_exchange(kind=MemberKind.EXPERT, person=cast.outsider, profile_vi=PROFILE, by=cast.outsider)  # fmt: skip
    assert expert.name == cast.outsider.full_name
    with pytest.raises(PermissionDenied):
        actions.join_exchange(kind=MemberKind.EXPERT, person=PersonFactory.create(), profile_vi=PROFILE, by=cast.outsider)  # fmt: skip
    with pytest.raises(RuleBroken):
        actions.join_exchange(kind=MemberKind.EXPERT, profile_vi=PROFILE, by=cast.outsider)  # fmt: skip


def test_only_the_exchange_vouches_and_never_for_its_own(cast):
    member, person = make_member(verified=False)
    for who in (person, cast.buyer, cast.inspector):
        with pytest.raises(PermissionDenied):
            actions.set_tier(member=member, tier=Tier.VERIFIED, by=who)
    member.refresh_from_db()
    assert member.tier == Tier.REGISTERED
    assert actions.set_tier(member=member, tier=Tier.VERIFIED, by=cast.first).tier == "verified"  # fmt: skip
    own = actions.join_exchange(kind=MemberKind.AGENCY, organisation=operator(), profile_vi=PROFILE, by=cast.second)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.set_tier(member=own, tier=Tier.PARTNER, by=cast.second)


def test_a_member_describes_itself(cast):
    words = PROFILE + " Nhận đặt hàng nghiên cứu."
    actions.describe_member(member=cast.firm, profile_vi=words, by=cast.buyer)
    cast.firm.refresh_from_db()
    assert cast.firm.profile_vi == words
    with pytest.raises(PermissionDenied):
        actions.describe_member(member=cast.firm, profile_vi=PROFILE, by=cast.lister)


# ------------------------------------------------------------- a listing's life


def test_a_listing_goes_through_two_reviews_by_two_people(cast):
    listing = make_listing(cast, State.SUBMITTED)
    assert listing.code == f"CN{clock.today():%y}-{listing.code[5:]}"
    review = Review.objects.get(ended_at=None)
    assert (review.code, review.reviewer) == ("first_review", cast.first)
    listing = actions.check_listing(listing=listing, by=cast.first)
    review = Review.objects.get(ended_at=None)
    assert (review.code, review.reviewer) == ("second_review", cast.second)
    before = unchanged(listing)
    with pytest.raises(RuleBroken, match="other than in the first"):
        actions.publish_listing(listing=listing, by=cast.first)
    assert unchanged(listing) == before
    listing = actions.publish_listing(listing=listing, by=cast.second)
    assert listing.state == State.PUBLISHED
    assert listing.expires_on.year == clock.today().year + 1
    assert not Review.objects.filter(ended_at=None).exists()
    assert kinds_of(listing) == [
        "listing_drafted", "listing_submitted", "listing_checked", "listing_published",
    ]  # fmt: skip


def test_an_incomplete_listing_is_not_submitted_and_all_gaps_are_named(cast):
    listing = make_listing(cast, trl=None, advantage="Rất tốt")
    before = unchanged(listing)
    with pytest.raises(InputRefused) as refused:
        actions.submit_listing(listing=listing, by=cast.lister)
    assert {problem.where for problem in refused.value.problems} == {"trl", "advantage"}
    assert unchanged(listing) == before


def test_a_listing_comes_back_with_reasons_and_goes_again(cast):
    listing = make_listing(cast, State.SUBMITTED)
    with pytest.raises(RuleBroken, match="Say why"):
        actions.return_listing(listing=listing, words="Không", by=cast.first)
    listing = actions.return_listing(listing=listing, words=REASON, by=cast.first)
    assert listing.steps.last().words == REASON
    told = replace(OFFER, advantage="Tốn 0,7 kWh thay vì 1,5 kWh")
    listing = actions.edit_listing(listing=listing, told=told, by=cast.lister)
    listing = actions.submit_listing(listing=listing, by=cast.lister)
    assert (listing.state, listing.checked_by) == (State.SUBMITTED, None)


def test_who_submitted_or_speaks_for_the_member_reviews_nothing_of_it(cast):
    listing = make_listing(cast, State.SUBMITTED)
    both = make_person(Role.OFFICIAL, operator())
    body = cast.institute.organisation
    both.appointments.create(organisation=body, role=Role.MEMBER, title="Cộng tác viên")
    before = unchanged(listing)
    for who in (both, cast.lister, cast.buyer, cast.inspector, None):
        with pytest.raises(PermissionDenied):
            actions.check_listing(listing=listing, by=who)
    assert unchanged(listing) == before


def test_the_operators_own_need_is_reviewed_by_its_other_people(cast):
    own = actions.join_exchange(kind=MemberKind.AGENCY, organisation=operator(), profile_vi=PROFILE, by=cast.second)  # fmt: skip
    listing = actions.draft_listing(member=own, told=OFFER, by=cast.second)
    listing = actions.submit_listing(listing=listing, by=cast.second)
    with pytest.raises(PermissionDenied):
        actions.check_listing(listing=listing, by=cast.second)
    assert actions.check_listing(listing=listing, by=cast.first).state == State.CHECKED


def test_nobody_unverified_is_published(cast):
    listing = make_listing(cast, State.CHECKED)
    before_tier = cast.institute.tier
    actions.set_tier(member=cast.institute, tier=Tier.REGISTERED, words=REASON, by=cast.first)  # fmt: skip
    before = unchanged(listing)
    with pytest.raises(RuleBroken, match="verified this member"):
        actions.publish_listing(listing=listing, by=cast.second)
    row, steps, kinds = before
    assert unchanged(listing) == (row, steps, [*kinds, "misuse_refused"])
    assert facts_about(listing.ref)[-1].figures["rule"] == "unverified_member"
    actions.set_tier(member=cast.institute, tier=before_tier, by=cast.first)
    assert actions.publish_listing(listing=listing, by=cast.second).published_by == cast.second  # fmt: skip


def test_a_review_falls_late_once_and_is_handed_on(cast):
    listing = make_listing(cast, State.SUBMITTED)
    review = Review.objects.get()
    with clock.telling(review.due_at + timedelta(minutes=1)):
        watch()
        watch()
    assert kinds_of(listing).count("review_fell_late") == 1
    review.refresh_from_db()
    assert review.late_at is not None
    actions.hand_on_review(listing=listing, reviewer=cast.second, by=cast.first)
    review.refresh_from_db()
    assert review.reviewer == cast.second
    for wrong in (cast.second, cast.lister, cast.buyer):
        with pytest.raises(RuleBroken):
            actions.hand_on_review(listing=listing, reviewer=wrong, by=cast.first)


def test_the_least_busy_reviewer_is_named(cast):
    first = make_listing(cast, State.SUBMITTED)
    second = make_listing(cast, State.SUBMITTED, different(2))
    names = {r.reviewer for r in Review.objects.filter(listing__in=[first, second])}
    assert names == {cast.first, cast.second}


# ------------------------------------------------------------ renewing and ending


def at(day):
    return clock.telling(clock.at_local(day, NOON))


def test_a_listing_expires_after_its_last_day_and_not_on_it(cast):
    listing = make_listing(cast, State.PUBLISHED)
    with at(listing.expires_on):
        watch()
    listing.refresh_from_db()
    assert listing.state == State.PUBLISHED
    with at(listing.expires_on + DAYS):
        watch()
        watch()
    listing.refresh_from_db()
    assert listing.state == State.EXPIRED
    assert kinds_of(listing).count("listing_expired") == 1


def test_a_listing_whose_protection_is_over_goes_back_to_its_member(cast):
    listing = make_listing(cast, State.PUBLISHED, ip_until=clock.today() + DAYS)
    with at(listing.ip_until):
        watch()
    listing.refresh_from_db()
    assert listing.state == State.PUBLISHED
    with at(listing.ip_until + DAYS):
        watch()
        watch()
    listing.refresh_from_db()
    assert listing.state == State.RETURNED
    [fact] = [f for f in facts_about(listing.ref) if f.kind == "exchange.listing_returned"]  # fmt: skip
    assert fact.figures["rule"] == "protection_over"
    assert f"{listing.ip_until:%d/%m/%Y}" in listing.steps.last().words
    with pytest.raises(PermissionDenied):
        actions.take_off_unprotected(listing=listing, by=cast.lister)


def test_a_listing_is_renewed_in_its_last_days_or_after_them(cast):
    listing = make_listing(cast, State.PUBLISHED)
    before = unchanged(listing)
    with pytest.raises(RuleBroken, match="Renew it in its last 60 days"):
        actions.renew_listing(listing=listing, by=cast.lister)
    assert unchanged(listing) == before
    first = listing.expires_on
    with at(first - 60 * DAYS):
        listing = actions.renew_listing(listing=listing, by=cast.lister)
    assert listing.expires_on > first
    gone = make_listing(cast, State.EXPIRED, different(2))
    with at(gone.expires_on + DAYS):
        gone = actions.renew_listing(listing=gone, by=cast.lister)
        assert gone.expires_on > clock.today()
    assert gone.state == State.PUBLISHED


def test_what_is_protected_no_more_is_not_renewed(cast):
    soon = clock.today() + 30 * DAYS
    listing = make_listing(cast, State.PUBLISHED, ip_until=soon)
    with at(listing.expires_on), pytest.raises(InputRefused) as refused:
        actions.renew_listing(listing=listing, by=cast.lister)
    assert [problem.where for problem in refused.value.problems] == ["ip_until"]


def test_what_is_rewritten_is_reviewed_again(cast):
    listing = make_listing(cast, State.PUBLISHED)
    with pytest.raises(RuleBroken, match="Only a draft"):
        actions.edit_listing(listing=listing, told=OFFER, by=cast.lister)
    listing = actions.revise_listing(listing=listing, by=cast.lister)
    assert listing.state == State.DRAFT
    listing = actions.submit_listing(listing=listing, by=cast.lister)
    with pytest.raises(RuleBroken):
        actions.publish_listing(listing=listing, by=cast.second)


def test_withdrawing_ends_a_review_and_is_final(cast):
    listing = make_listing(cast, State.SUBMITTED)
    listing = actions.withdraw_listing(listing=listing, words="Đã chuyển giao trọn gói", by=cast.lister)  # fmt: skip
    assert Review.objects.get().ended_at is not None
    before = unchanged(listing)
    with pytest.raises(RuleBroken):
        actions.submit_listing(listing=listing, by=cast.lister)
    assert unchanged(listing) == before


DOES = {
    Move.SUBMIT: lambda cast, one: actions.submit_listing(listing=one, by=cast.lister),
    Move.CHECK: lambda cast, one: actions.check_listing(listing=one, by=cast.first),
    Move.PUBLISH: lambda cast, one: actions.publish_listing(listing=one, by=cast.second),
    Move.SEND_BACK: lambda cast, one: actions.return_listing(listing=one, words=REASON, by=cast.first),
    Move.REVISE: lambda cast, one: actions.revise_listing(listing=one, by=cast.lister),
    Move.WITHDRAW: lambda cast, one: actions.withdraw_listing(listing=one, words=REASON, by=cast.lister),
}  # fmt: skip


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("move", list(DOES))
def test_every_action_obeys_the_table_of_moves(cast, state, move):
    listing = make_listing(cast, state)
    before = unchanged(listing)
    sources, target = MOVES[move]
    if state in sources:
        DOES[move](cast, listing)
        listing.refresh_from_db()
        assert listing.state == target
        assert len(kinds_of(listing)) == len(before[2]) + 1
    else:
        with pytest.raises(RuleBroken):
            DOES[move](cast, listing)
        assert unchanged(listing) == before


# --------------------------------------------------------------- words and rights


def test_others_change_nothing_of_a_listing(cast):
    listing = make_listing(cast)
    before = unchanged(listing)
    for who in (cast.buyer, cast.first, cast.outsider, cast.inspector):
        for do in (
            lambda by: actions.edit_listing(listing=listing, told=OFFER, by=by),
            lambda by: actions.submit_listing(listing=listing, by=by),
            lambda by: actions.withdraw_listing(listing=listing, words=REASON, by=by),
        ):
            with pytest.raises(PermissionDenied):
                do(who)
    assert unchanged(listing) == before


def test_an_offer_does_not_become_a_need(cast):
    listing = make_listing(cast)
    with pytest.raises(RuleBroken, match="stays an offer"):
        actions.edit_listing(listing=listing, told=replace(OFFER, kind=Kind.NEED), by=cast.lister)  # fmt: skip
    told = replace(OFFER, kind=Kind.SOFTWARE, owners=(Owner("Viện", 10_000),))
    listing = actions.edit_listing(listing=listing, told=told, by=cast.lister)
    assert (listing.kind, listing.owners.get().share) == (Kind.SOFTWARE, 10_000)


def test_somebody_vouches_for_what_is_published_and_says_on_what(client, cast):
    listing = make_listing(cast, State.PUBLISHED)
    level = Verification.PAPERS_CHECKED
    listing = actions.verify_listing(listing=listing, level=level, words=REASON, by=cast.first)  # fmt: skip
    assert (listing.verification, listing.verified_on) == (level, clock.today())
    page = client.get(reverse("exchange-listing", args=[listing.code])).text
    assert REASON in page
    before = unchanged(listing)
    with pytest.raises(RuleBroken, match="already"):
        actions.verify_listing(listing=listing, level=level, words=REASON, by=cast.first)  # fmt: skip
    with pytest.raises(RuleBroken, match="Say why"):
        actions.verify_listing(listing=listing, level=Verification.TRIALLED, words="ok", by=cast.first)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.verify_listing(listing=listing, level=Verification.TRIALLED, words=REASON, by=cast.lister)  # fmt: skip
    assert unchanged(listing) == before


def test_a_level_that_was_too_high_is_lowered_with_the_reason(cast):
    listing = make_listing(cast, State.PUBLISHED)
    for level in (Verification.TRIALLED, Verification.DECLARED):
        listing = actions.verify_listing(listing=listing, level=level, words=REASON, by=cast.first)  # fmt: skip
    assert listing.verification == Verification.DECLARED
    moves = list(listing.steps.values_list("move", "words"))
    assert moves[-2:] == [(Move.VERIFY, REASON)] * 2


@pytest.mark.parametrize(
    "leave",
    [
        lambda one, cast: actions.revise_listing(listing=one, by=cast.lister),
        lambda one, cast: actions.return_listing(listing=one, words=REASON, by=cast.first),
    ],
    ids=["rewritten", "sent back"],
)  # fmt: skip
def test_what_may_be_rewritten_stands_as_declared_again(cast, leave):
    listing = make_listing(cast, State.PUBLISHED)
    actions.verify_listing(listing=listing, level=Verification.TRIALLED, words=REASON, by=cast.first)  # fmt: skip
    listing = leave(listing, cast)
    listing.refresh_from_db()
    assert (listing.verification, listing.verified_on, listing.verified_by_words) == (Verification.DECLARED, None, "")  # fmt: skip


def test_a_right_that_is_held_no_more_takes_its_listing_off(cast):
    listing = make_listing(cast, State.PUBLISHED)
    day = clock.today()
    told = {"words": "Bị hủy theo Quyết định 12/QĐ-SHTT", "on": day}
    before = unchanged(listing)
    with pytest.raises(RuleBroken, match="has come already"):
        actions.end_protection(listing=listing, by=cast.lister, **told | {"on": day + timedelta(days=1)})  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.end_protection(listing=listing, by=cast.outsider, **told)
    assert unchanged(listing) == before
    listing = actions.end_protection(listing=listing, by=cast.first, **told)
    assert (listing.state, listing.ip_until) == (State.RETURNED, day - timedelta(days=1))  # fmt: skip
    assert facts_about(listing.ref)[-1].figures["rule"] == "protection_over"
    with pytest.raises(InputRefused) as refused:
        actions.submit_listing(listing=listing, by=cast.lister)
    assert "ip_until" in {problem.where for problem in refused.value.problems}


def test_what_names_no_protection_has_none_that_ends(cast):
    listing = make_listing(cast, State.PUBLISHED, replace(OFFER, ip_status=IpStatus.KNOW_HOW, ip_number="", ip_until=None))  # fmt: skip
    before = unchanged(listing)
    with pytest.raises(RuleBroken, match="no protection"):
        actions.end_protection(listing=listing, on=clock.today(), words=REASON, by=cast.lister)  # fmt: skip
    assert unchanged(listing) == before


def test_a_member_found_out_loses_what_members_have(client, cast):
    listing = make_listing(cast, State.PUBLISHED)
    assert reader_of(cast.lister).verified
    with pytest.raises(RuleBroken, match="Say why"):
        actions.set_tier(member=cast.institute, tier=Tier.REGISTERED, by=cast.first)
    listing.refresh_from_db()
    assert listing.state == State.PUBLISHED
    actions.set_tier(member=cast.institute, tier=Tier.REGISTERED, words=REASON, by=cast.first)  # fmt: skip
    listing.refresh_from_db()
    assert (listing.state, listing.steps.last().words) == (State.RETURNED, REASON)
    assert facts_about(listing.ref)[-1].figures["rule"] == "unverified_member"
    assert not reader_of(cast.lister).verified


def test_whoever_just_joined_reads_what_strangers_read(cast):
    listing = make_listing(cast, State.PUBLISHED)
    _member, person = make_member(verified=False)
    assert shown(listing, reader_of(person)).clearance == Clearance.PUBLIC
    assert shown(listing, reader_of(cast.buyer)).clearance == Clearance.MEMBERS


def test_a_profile_names_no_telephone(cast):
    member = cast.institute
    with pytest.raises(InputRefused) as refused:
        actions.describe_member(member=member, profile_vi=f"{PROFILE} Gọi 0912 345 678", by=cast.lister)  # fmt: skip
    assert [problem.where for problem in refused.value.problems] == ["profile_vi"]
    member.refresh_from_db()
    assert "0912" not in member.profile_vi
    fact = facts_about(member.ref)[-1]
    assert (fact.kind, fact.figures["rule"]) == ("exchange.member_refused", "contact_in_public")  # fmt: skip


def test_an_nda_opens_and_closes_for_one_member(cast):
    listing = make_listing(cast, State.PUBLISHED)
    note = actions.note_nda(listing=listing, member=cast.firm, signed_on=clock.today(), by=cast.lister)  # fmt: skip
    refused = [
        (cast.institute, clock.today(), cast.lister, RuleBroken),
        (cast.firm, clock.today(), cast.lister, RuleBroken),
        (cast.firm, clock.today() + DAYS, cast.lister, RuleBroken),
        (cast.firm, clock.today(), cast.buyer, PermissionDenied),
    ]
    for member, day, by, fault in refused:
        with pytest.raises(fault):
            actions.note_nda(listing=listing, member=member, signed_on=day, by=by)
    assert NdaNote.objects.count() == 1
    note = actions.end_nda(note=note, by=cast.lister)
    with pytest.raises(RuleBroken):
        actions.end_nda(note=note, by=cast.lister)
    assert kinds_of(listing)[-2:] == ["nda_noted", "nda_ended"]


def test_only_public_words_can_be_searched(cast):
    listing = make_listing(cast, levels={"provider": "members", "advantage": "nda"})
    assert "mang loc gom" in listing.folded
    for hidden in ("0,8 kwh", "titan", "1-2021-01234", "thu nghiem"):
        assert hidden not in listing.folded


def test_reviews_move_with_the_calendar(cast):
    make_listing(cast, State.SUBMITTED)
    review = Review.objects.get()
    Review.objects.update(due_at=review.due_at + 2 * DAYS)
    [moved] = actions.move_reviews(day=clock.today(), by=None)
    review.refresh_from_db()
    assert moved.due_after == review.due_at


def test_kinds_of_organisations_join_as_what_they_are(cast):
    fund, person = make_member(OrganisationKind.INSTITUTE)
    assert fund.kind == MemberKind.INSTITUTE
    with pytest.raises(RuleBroken, match="directory says"):
        actions.join_exchange(kind=MemberKind.AGENCY, organisation=fund.organisation, profile_vi=PROFILE, by=person)  # fmt: skip


def test_a_need_stands_no_longer_than_its_deadline(cast):
    soon = clock.today() + timedelta(days=40)
    need = make_listing(cast, State.PUBLISHED, replace(NEED, deadline=soon))
    assert need.expires_on == soon
    late = make_listing(cast, State.PUBLISHED, replace(NEED, title_vi="Việc khác hẳn cần làm", summary_vi=different(3).summary_vi, outcome="Giảm 3 phần trăm"))  # fmt: skip
    assert late.expires_on < late.deadline


def test_a_member_is_told_once_that_a_listing_expires_soon(cast):
    listing = make_listing(cast, State.PUBLISHED)
    tasks.watch()
    assert "listing_expires_soon" not in kinds_of(listing)
    for days in (30, 20):
        with clock.telling(clock.at_local(listing.expires_on - timedelta(days=days), NOON)):  # fmt: skip
            tasks.watch()
    assert kinds_of(listing).count("listing_expires_soon") == 1
    with clock.telling(clock.at_local(listing.expires_on - timedelta(days=5), NOON)):
        listing = actions.renew_listing(listing=listing, by=cast.lister)
    with clock.telling(clock.at_local(listing.expires_on - timedelta(days=5), NOON)):
        tasks.watch()
    assert kinds_of(listing).count("listing_expires_soon") == 2


def test_one_listing_that_refuses_keeps_no_other_waiting(cast, monkeypatch):
    first = make_listing(cast, State.PUBLISHED)
    second = make_listing(cast, State.PUBLISHED, different(4))

    def refusing(*, listing, by):
        if listing == first:
            raise RuleBroken("no")
        return actions.expire_listing(listing=listing, by=by)

    monkeypatch.setattr(tasks, "expire_listing", refusing)
    with clock.telling(clock.at_local(first.expires_on + timedelta(days=1), NOON)):
        tasks.watch()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.PUBLISHED, State.EXPIRED)
