"""Questions of participants, votes, answers."""

from __future__ import annotations

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.events.access import may_run, may_use
from khuevan.events.facts import record_question
from khuevan.events.models import Question, Registration, Vote
from khuevan.events.rules.events import (
    LONGEST_QUESTION,
    QUESTIONS_AN_HOUR,
    Standing,
    State,
    check_words,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.tries import count_act

from .common import require, require_state


@transaction.atomic
def ask_question(*, registration: Registration, text: str, by: Person | None) -> Question:  # fmt: skip
    """Ask before the event or during it, so many times an hour; no name is shown."""
    require(may_use(by, registration))
    _check_takes_part(registration)
    words = check_words(text, "text")
    if len(words) > LONGEST_QUESTION:
        raise RuleBroken(N_("Ask in at most %(most)s characters."), field="text", most=LONGEST_QUESTION)  # fmt: skip
    count_act("events.question", registration.token, QUESTIONS_AN_HOUR)
    made = Question.objects.create(
        event=registration.event, registration=registration, text=words, asked_at=clock.now()
    )  # fmt: skip
    record_question("question_asked", made, by=None)
    return made


@transaction.atomic
def vote(*, question: Question, registration: Registration, by: Person | None) -> bool:
    """Say that one would like to hear the answer, too; said again it is taken back.

    Tell whether it counts now. It leaves no fact: who votes for what is nobody's business.
    """
    require(may_use(by, registration) and question.event_id == registration.event_id)
    _check_takes_part(registration)
    if question.registration_id == registration.pk:
        raise RuleBroken(N_("Your own question has your voice already."))
    row, is_new = Vote.objects.get_or_create(question=question, registration=registration)  # fmt: skip
    if not is_new:
        row.delete()
    return is_new


def _check_takes_part(registration: Registration) -> None:
    event = registration.event
    require_state(event, State.PUBLISHED)
    if registration.standing != Standing.REGISTERED:
        raise RuleBroken(N_("Questions are for those who have a seat."))
    if clock.now() > event.ends_at:
        raise RuleBroken(N_("The event is over."))


@transaction.atomic
def answer_question(*, question: Question, answer: str, by: Person) -> Question:
    """As the moderator, answer in writing, or note that it was answered aloud."""
    question = _tended(question, by)
    question.answer, question.answered_at = check_words(answer, "answer", 2), clock.now()  # fmt: skip
    question.save()
    record_question("question_answered", question, by=by)
    return question


@transaction.atomic
def hide_question(*, question: Question, why: str, by: Person) -> Question:
    """As the moderator, hide a question with a reason its asker reads."""
    question = _tended(question, by)
    question.hidden_why, question.hidden_at = check_words(why, "why"), clock.now()
    question.save()
    record_question("question_hidden", question, by=by)
    return question


def _tended(question: Question, by: Person) -> Question:
    rows = Question.objects.select_for_update(of=("self",)).select_related("event")
    found = rows.get(pk=question.pk)
    require(may_run(by, found.event))
    if found.hidden_at is not None:
        raise RuleBroken(N_("This question is hidden."))
    found.tended_by = by
    return found
