"""Petitions from the first word to the published answer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.feedback import actions, tasks
from khuevan.feedback.models import Petition
from khuevan.feedback.queries.judging import judged_on, petition_counts
from khuevan.feedback.queries.petitions import Wanted, answers, inbox, limits_of
from khuevan.feedback.rules.codes import read_code
from khuevan.feedback.rules.petitions import Cause, Channel, Refusal, Severity, State
from khuevan.indicators.public import audit, declared
from khuevan.journal.public import facts_about
from khuevan.law.public import check_rules
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.platform.tries import TRIES_OF_A_CODE
from khuevan.worktime.public import DayKind, add_override

from .factories import ANSWER, PHONE, TEXT, make_petition, send


WORDS = "Xin cho biết thêm số cột đèn và giờ quan sát"


def hanoi(day, hour, minute=0):
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def due_of(petition, code):
    return petition.clocks.get(code=code).due_at


def test_a_petition_gets_its_code_and_its_limits_at_once(cast, monday):
    petition = send(cast)
    assert read_code(petition.code) == petition.code
    # 8 working hours from Monday 09:00; Tuesday is a day off (1207/QĐ-UBND).
    assert due_of(petition, "accept") == hanoi(25, 9)
    # 15 working days: Tuesday 15 December (766/QĐ-TTg).
    assert clock.local_day(due_of(petition, "settle")) == date(2026, 12, 15)
    assert petition.next_due_at == hanoi(25, 9)
    limits = {
        limit.code: clock.local_day(limit.due_at) for limit in limits_of(petition)
    }
    assert limits["triage"] == date(2026, 11, 26)
    assert limits["forward"] == limits["ask_more"] == date(2026, 12, 1)


def test_facts_hold_no_words_of_the_sender(cast):
    petition = send(cast, contact_name="Nguyễn Thị Bí Mật", email="mat@example.org")
    told = str(facts_about(petition.ref))
    for secret in ("Đèn đường", "Bí Mật", "example.org", "345678"):
        assert secret not in told


def test_an_urgent_one_is_handled_within_four_working_hours(cast, monday):
    petition = send(cast)
    petition = actions.accept_petition(
        petition=petition, severity=Severity.URGENT, handler=cast.official, by=cast.official
    )  # fmt: skip
    assert petition.next_due_at == hanoi(23, 14)
    with clock.telling(hanoi(23, 14, 1)):
        tasks.watch()
        tasks.watch()
    late = [
        f for f in facts_about(petition.ref) if f.kind == "feedback.petition_fell_late"
    ]
    assert [f.figures["clocks"] for f in late] == [["urgent"]]


def test_only_the_body_that_has_it_handles_it(cast):
    petition = send(cast)
    for person in (cast.outsider, cast.inspector, cast.citizen, None):
        with pytest.raises(PermissionDenied):
            actions.refuse_petition(
                petition=petition, reason=Refusal.COURT, words=WORDS, by=person
            )
    petition.refresh_from_db()
    assert petition.state == State.RECEIVED
    with pytest.raises(RuleBroken) as refused:
        actions.accept_petition(
            petition=petition, severity=Severity.NORMAL, handler=cast.outsider, by=cast.head
        )  # fmt: skip
    assert refused.value.field == "handler"


def test_who_sees_which_petition(cast):
    petition = send(cast, by=cast.citizen)
    sees = {
        name: petition in Petition.objects.visible_to(person)
        for name, person in vars(cast).items() if name not in {"ward", "other"}
    }  # fmt: skip
    assert sees == {"official": True, "head": True, "citizen": True, "outsider": False, "inspector": True}  # fmt: skip


@pytest.mark.parametrize(("day", "late"), [(26, []), (27, ["triage"])])
def test_turning_away_after_two_working_days_is_late(cast, monday, day, late):
    petition = send(cast)
    with clock.telling(hanoi(day, 16)):
        petition = actions.refuse_petition(
            petition=petition, reason=Refusal.COMPLAINT, words=WORDS, by=cast.official
        )
    noted = petition.clocks.filter(code="triage", late_at__isnull=False)
    assert list(noted.values_list("code", flat=True)) == late
    assert petition.next_due_at is None
    assert petition.answer == WORDS


def test_passing_on_starts_the_limits_anew_there(cast, monday):
    petition = send(cast)
    with clock.telling(hanoi(25, 9)):
        petition = actions.forward_petition(
            petition=petition, receiver=cast.other, words=WORDS, by=cast.head
        )
    assert (petition.state, petition.organisation) == (State.RECEIVED, cast.other)
    assert petition.next_due_at == hanoi(26, 9)
    assert petition in Petition.objects.visible_to(cast.outsider)
    assert petition not in Petition.objects.visible_to(cast.head)
    with pytest.raises(PermissionDenied):
        actions.ask_more(petition=petition, words=WORDS, by=cast.head)


def test_passing_to_another_system_ends_it_here(cast):
    petition = actions.forward_petition(
        petition=send(cast), receiver=None, words="Thuộc Bộ Công an, đã chuyển", by=cast.head
    )  # fmt: skip
    assert petition.state == State.FORWARDED
    assert not petition.clocks.filter(ended_at=None).exists()


def test_time_stands_while_the_sender_is_asked(cast, monday):
    petition = make_petition(cast, State.HANDLING)
    before = due_of(petition, "settle")
    with clock.telling(hanoi(25, 9)):
        petition = actions.ask_more(petition=petition, words=WORDS, by=cast.official)
    assert petition.next_due_at is None
    with clock.telling(hanoi(30, 9)):
        tasks.watch()
        with pytest.raises(PermissionDenied):
            actions.give_more(petition=petition, words=WORDS, by=cast.outsider)
        petition = actions.give_more(
            petition=petition, words=WORDS, followed=True, by=None
        )
    assert petition.state == State.HANDLING
    # Three working days did not count.
    assert clock.local_day(petition.next_due_at) - clock.local_day(before) == timedelta(
        3
    )


def test_the_answer_is_published_by_a_second_person_without_personal_data(cast):
    petition = make_petition(cast, State.ANSWERED)
    words = {"public_text": TEXT, "public_answer": ANSWER}
    with pytest.raises(RuleBroken, match="second look"):
        actions.publish_petition(petition=petition, **words, by=cast.official)
    with pytest.raises(RuleBroken, match="personal data"):
        actions.publish_petition(
            petition=petition, **(words | {"public_text": f"{TEXT} {PHONE}"}), by=cast.head
        )  # fmt: skip
    assert answers()[1] == 0
    petition = actions.publish_petition(petition=petition, **words, by=cast.head)
    assert petition.state == State.PUBLISHED
    assert petition.next_due_at is None


def test_answers_are_found_without_accents(cast):
    petition = make_petition(cast, State.PUBLISHED)
    make_petition(cast, State.ANSWERED)
    assert [row.pk for row in answers("den duong")[0]] == [petition.pk]
    assert [row.pk for row in answers("ĐÈN đường bóng")[0]] == [petition.pk]
    assert answers("cống")[1] == 0


def test_a_sender_opens_it_again_once_and_it_counts_as_repeated(cast):
    petition = make_petition(cast, State.PUBLISHED)
    with pytest.raises(PermissionDenied):
        actions.reopen_petition(petition=petition, words=WORDS, by=cast.outsider)
    petition = actions.reopen_petition(
        petition=petition, words=WORDS, followed=True, by=None
    )
    assert petition.state == State.HANDLING
    assert answers()[1] == 0
    petition = actions.answer_petition(
        petition=petition, answer=ANSWER, cause=Cause.PERSON, by=cast.official
    )
    with pytest.raises(RuleBroken, match="once already"):
        actions.reopen_petition(petition=petition, words=WORDS, followed=True, by=None)
    today = clock.today()
    counts = petition_counts(since=today, until=today, organisation=cast.ward.pk)
    assert (counts.items, counts.repeated, counts.dissatisfied) == (1, 1, 1)


def test_duplicates_are_joined_and_chains_stay_flat(cast):
    first, second, third = (make_petition(cast) for _ in range(3))
    actions.merge_petition(petition=first, into=second, by=cast.official)
    actions.merge_petition(petition=second, into=third, by=cast.official)
    first.refresh_from_db()
    assert (first.state, first.merged_into) == (State.MERGED, third)
    for bad in (first, third):
        with pytest.raises(RuleBroken) as refused:
            actions.merge_petition(petition=third, into=bad, by=cast.official)
        assert refused.value.field == "into"


def test_readers_judge_a_published_answer_once_each(cast):
    petition = make_petition(cast, State.ANSWERED)
    with pytest.raises(PermissionDenied):
        actions.react(petition=petition, like=False, by=cast.outsider)
    actions.react(petition=petition, like=True, followed=True, by=None)
    petition = actions.publish_petition(
        petition=petition, public_text=TEXT, public_answer=ANSWER, by=cast.head
    )
    for like in (True, False):
        actions.react(petition=petition, like=like, by=cast.outsider)
        actions.react(petition=petition, like=False, by=cast.inspector)
    assert sorted(petition.reactions.values_list("like", flat=True)) == [
        False,
        False,
        True,
    ]
    assert petition_counts(since=clock.today(), until=clock.today()).dissatisfied == 1
    assert facts_about(petition.ref)[-1].actor is None


def test_the_contact_is_the_second_factor_and_guessing_is_stopped(cast):
    petition = send(cast)

    def prove(contact):
        return actions.prove_contact(
            code=petition.code, contact=contact, address="192.0.2.7"
        )

    assert prove("0912345678") == petition
    for _ in range(TRIES_OF_A_CODE - 1):
        assert prove("0900000000") is None
    with pytest.raises(RuleBroken, match="too many"):
        prove(PHONE)
    with clock.telling(clock.now() + timedelta(hours=1)):
        assert prove(PHONE) == petition


def test_an_official_enters_what_came_by_telephone(cast):
    petition = send(cast, by=cast.official, channel=Channel.PHONE)
    assert petition.reporter is None
    with pytest.raises(RuleBroken):
        send(cast, by=cast.official, channel=Channel.PHONE, phone="")


def test_counts_follow_time(cast, monday):
    on_time = make_petition(cast, State.ANSWERED, procedure="1.000001")
    late = make_petition(cast, State.HANDLING)
    make_petition(cast)
    actions.refuse_petition(
        petition=make_petition(cast), reason=Refusal.COURT, words=WORDS, by=cast.head
    )
    with clock.telling(datetime(2026, 12, 16, 3, tzinfo=UTC)):
        tasks.watch()
        late = actions.answer_petition(
            petition=late, answer=ANSWER, cause=Cause.NONE, by=cast.official
        )
    span = {"since": date(2026, 11, 23), "until": date(2026, 11, 23)}
    counts = petition_counts(**span, organisation=cast.ward.pk)
    assert (counts.filed, counts.items, counts.on_time, counts.late) == (3, 3, 1, 2)
    assert petition_counts(**span, procedure="1.000001").items == 1
    assert {on_time.state, late.state} == {State.ANSWERED}


def test_a_new_day_off_moves_running_limits(cast, monday):
    petition = make_petition(cast, State.HANDLING)
    before = petition.next_due_at
    changed = add_override(
        day=date(2026, 12, 1), kind=DayKind.OFF, reason="Nghỉ bù", document="1/QĐ", by=None
    )  # fmt: skip
    petition.refresh_from_db()
    assert petition.next_due_at == before + timedelta(days=1)
    assert [m.reference for m in changed.moved] == [petition.ref]


def test_the_inbox_is_sorted_by_due_time_in_few_queries(
    cast, monday, django_assert_max_num_queries
):
    handled = make_petition(cast, State.HANDLING)
    fresh = make_petition(cast)
    for _ in range(4):
        make_petition(cast, State.PUBLISHED)
    person = type(cast.head).objects.get(pk=cast.head.pk)
    with django_assert_max_num_queries(5):
        rows, count = inbox(person, Wanted())
        [(row.organisation.name, row.handler) for row in rows]
    assert ([row.pk for row in rows], count) == ([fresh.pk, handled.pk], 2)
    assert inbox(person, Wanted(state="published", words="den duong"))[1] == 4
    assert inbox(cast.official, Wanted(mine=True))[1] == 1
    assert inbox(cast.head, Wanted(words=fresh.code.lower()))[1] == 1
    assert inbox(cast.head, Wanted(words="không sáng"))[1] == 2
    assert inbox(cast.outsider, Wanted(state=""))[1] == 0


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_live_figures_agree_with_the_records(cast):
    make_petition(cast, State.PUBLISHED)
    make_petition(cast, State.HANDLING)
    link = actions.issue_link(
        subject="x.y:1", organisation=cast.ward, procedure="1.1", by=None
    )
    advice = actions.issue_link(subject="x.y:2", organisation=cast.ward, by=None)
    actions.rate(link=advice, stars=5)
    actions.rate(link=link, good=False)
    actions.rate(link=link, good=True)
    ours = [i for i in declared() if i.code.startswith("feedback.")]
    found = {i.code: audit(i) for i in ours}
    assert [code for code, one in found.items() if not one.sound] == []
    assert found["feedback.petitions_on_time"].live.denominator == 1
    assert found["feedback.thumbs"].live.numerator == 1


def test_a_past_day_is_read_from_the_journal(cast, monday):
    make_petition(cast, State.ANSWERED)
    with clock.telling(monday + timedelta(days=2)):
        [one] = judged_on(date(2026, 11, 23))
        assert one.judged.settled
        assert list(judged_on(date(2026, 11, 22))) == []


def test_limits_stand_on_documents_of_the_register(db):
    assert [f for f in check_rules(date(2026, 11, 23)) if f.source == "feedback"] == []
