"""What the traces of people, posts, mandates and organisations say, and who reads them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from khuevan.journal.public import Fact, register_presenter
from khuevan.platform.errors import N_

from .models import Mandate


WORDS = {
    "directory.person_signed_in": N_("Signed in"),
    "directory.sign_in_failed": N_("An attempt to sign in failed"),
    "directory.account_locked": N_("Too many failed attempts; the account was locked for a while"),
    "directory.session_ended": N_("A session ended"),
    "directory.identity_linked": N_("A sign-in service was linked"),
    "directory.second_step_added": N_("A second step was added"),
    "directory.second_step_removed": N_("A second step was removed"),
    "directory.personal_data_read": N_("Personal data was read"),
    "directory.person_added": N_("The account was made"),
    "directory.person_disabled": N_("The account was disabled"),
    "directory.person_enabled": N_("The account was enabled"),
    "directory.password_changed": N_("The password was changed"),
    "directory.language_chosen": N_("A language was chosen"),
    "directory.mandate_given": N_("A mandate was given"),
    "directory.mandate_ended": N_("The mandate was ended"),
    "directory.person_appointed": N_("Appointed to a post"),
    "directory.appointment_ended": N_("The post ended"),
    "directory.organisation_registered": N_("The organisation was registered"),
    "directory.organisation_renamed": N_("The organisation has a new name"),
    "directory.organisation_closed": N_("The end of the organisation was entered"),
}  # fmt: skip


def words(fact: Fact) -> str:
    """Say in the reader's language what a fact of this app means."""
    return gettext(WORDS.get(fact.kind, fact.kind))


def _is_oneself(person: Any, subject: str) -> bool:
    return bool(person.ref == subject)


def _is_party(person: Any, subject: str) -> bool:
    mandate = Mandate.objects.filter(pk=subject.partition(":")[2]).first()
    return mandate is not None and person.pk in {
        mandate.principal_id,
        mandate.delegate_id,
    }


def _everybody(person: Any, subject: str) -> bool:
    return True


register_presenter("directory.person", may_see=_is_oneself, words=words)
register_presenter("directory.mandate", may_see=_is_party, words=words)
register_presenter("directory.appointment", may_see=_everybody, words=words)
register_presenter("directory.organisation", may_see=_everybody, words=words)
