"""What a new password must be, by the profile in force."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from khuevan.platform.errors import N_

from .models import Person
from .security import profile


LONGEST = 128
TOO_SHORT = N_("Choose a password of at least %(length)s characters; a sentence works well.")  # fmt: skip
TOO_LONG = N_("Choose a password of at most %(length)s characters.")
USED_BEFORE = N_("You have used this password before. Choose another one.")


class ProfileValidator:
    """Length and history; any characters may be used, none must be."""

    def validate(self, password: str, user: Person | None = None) -> None:
        limits = profile()
        if len(password) < limits.password_length:
            raise _refusal(TOO_SHORT, length=limits.password_length)
        if len(password) > LONGEST:
            raise _refusal(TOO_LONG, length=LONGEST)
        if user and limits.password_history and _was_used(password, user):
            raise _refusal(USED_BEFORE)

    def get_help_text(self) -> str:
        return gettext(TOO_SHORT) % {"length": profile().password_length}


def _was_used(password: str, person: Person) -> bool:
    # The one in use counts as the first of the history.
    earlier = person.used_passwords.order_by("-replaced_at").values_list(
        "password", flat=True
    )[: profile().password_history - 1]
    return any(check_password(password, kept) for kept in (person.password, *earlier))


def _refusal(sentence: str, **params: int) -> ValidationError:
    return ValidationError(gettext(sentence) % params)
