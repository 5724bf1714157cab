"""Where django-allauth asks this city: who may sign in, how it is counted and told."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.platform import clock
from khuevan.platform.errors import N_

from .actions.people import set_password
from .actions.sign_in import (
    disable_idle_person,
    record_failure,
    record_identity_linked,
    record_second_step_changed,
    record_session_end,
    record_sign_in,
)
from .attempts import (
    counter_of,
    forget_attempts,
    locked_sentence,
    person_named,
    take_attempt,
)
from .middleware import PASSWORD_TOO_OLD, SECOND_STEP_MISSING
from .models import Person
from .security import profile
from .sessions import BROWSER, browser_of


WRONG = _("The name or the password is not right.")
SAID = {
    "account/messages/password_changed.txt": N_("Your password is changed. Other browsers are signed out."),
    "mfa/messages/totp_activated.txt": N_("The authenticator app is switched on."),
    "mfa/messages/totp_deactivated.txt": N_("The authenticator app is switched off."),
    "mfa/messages/recovery_codes_generated.txt": N_("New recovery codes are made; the old ones are void."),
    "mfa/messages/webauthn_added.txt": N_("The security key is added."),
    "mfa/messages/webauthn_removed.txt": N_("The security key is removed."),
}  # fmt: skip
"""What is worth telling; allauth's other messages are not said."""

STEPS = {
    "mfa/email/totp_activated": ("totp", True),
    "mfa/email/totp_deactivated": ("totp", False),
    "mfa/email/webauthn_added": ("webauthn", True),
    "mfa/email/webauthn_removed": ("webauthn", False),
    "mfa/email/recovery_codes_generated": ("recovery_codes", True),
}


def display_name(person: Person) -> str:
    return person.full_name


def sign_in_now(request: HttpRequest, person: Person, method: str) -> None:
    """Open a session for somebody who proved who they are."""
    before = request.user
    if isinstance(before, Person) and before != person:
        record_session_end(why="signed_out", by=before)
    person.backend = settings.AUTHENTICATION_BACKENDS[0]
    DefaultAccountAdapter.login(AccountAdapter(), request, person)
    request.session[BROWSER] = browser_of(request.headers.get("User-Agent", ""))
    request.session.pop(SECOND_STEP_MISSING, None)
    if needs_second_step(person) and not has_second_step(person):
        request.session[SECOND_STEP_MISSING] = True
    if _password_too_old(person, method):
        request.session[PASSWORD_TOO_OLD] = True
    record_sign_in(method=method, by=person)


def needs_second_step(person: Person) -> bool:
    """Tell whether the profile asks this person for two steps; never in the demo."""
    return not settings.DEMO and person.authority.has(*profile().second_step_for)


def has_second_step(person: Person) -> bool:
    return bool(
        Authenticator.objects.filter(user=person)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .exists()
    )


def _password_too_old(person: Person, method: str) -> bool:
    days = profile().password_max_age
    if not days or not method.startswith("password"):
        return False
    since = person.password_changed_at or person.created_at
    return (clock.now() - since).days >= days


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Local accounts: no sign-up, failures counted in the database, facts recorded."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The current password is not right."),
        "invalid_password_reset": _("This link has been used or is too old."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes."),
        "rate_limited": _("Too many attempts. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        login = credentials.get("email") or credentials.get("username") or ""
        person = person_named(login)
        self.counted = counter_of(login, person), person
        if until := take_attempt(self.counted[0]):
            raise ValidationError(locked_sentence(until))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        counter, person = self.counted
        record_failure(counter=counter, person=person, method="password")

    def reauthenticate(self, user: Person, password: str) -> bool:
        right = bool(super().reauthenticate(user, password))
        if right:
            forget_attempts(counter_of("", user))
        return right

    def pre_login(
        self, request: HttpRequest, user: Person, **kwargs: Any
    ) -> HttpResponse | None:
        if not settings.DEMO and disable_idle_person(person=user, by=None):
            user.is_active = False
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def login(self, request: HttpRequest, user: Person) -> None:
        steps = request.session.get("account_authentication_methods", [])
        sign_in_now(request, user, "+".join(step["method"] for step in steps))

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, Person):
            record_session_end(why="signed_out", by=request.user)
        super().logout(request)

    def set_password(self, user: Person, password: str) -> None:
        # The session that goes on is bound to the new password.
        user.password = set_password(person=user, password=password, by=user).password
        self.request.session.pop(PASSWORD_TOO_OLD, None)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        words = message or gettext(SAID.get(message_template or "", ""))
        if message or message_template in SAID:
            messages.add_message(request, level, words)

    def send_notification_mail(
        self, template_prefix: str, user: Person, *args: Any, **kwargs: Any
    ) -> None:
        if template_prefix in STEPS:
            step, added = STEPS[template_prefix]
            record_second_step_changed(step=step, added=added, by=user)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second steps: secrets encrypted at rest, the QR code drawn without scripts."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right. Use the newest one."),
        "cannot_delete_authenticator": _("Your role needs a second step. Add another one before you remove this."),
    }  # fmt: skip

    def get_totp_issuer(self) -> str:
        return "Khuê Văn"

    def _get_user_identifier(self, user: Person) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> str:
        drawn: str = segno.make(url, error="m").svg_inline(
            scale=5, border=4, light="#fff", title=gettext("QR code"), omitsize=False
        )
        return drawn

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not needs_second_step(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(
            pk=authenticator.pk
        )
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def generate_authenticator_name(
        self,
        user: Person,
        type: Authenticator.Type,  # noqa: A002 - allauth's name
    ) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Key %(number)s") % {"number": count + 1}


class VouchingAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in services vouch for people the city knows; they make no accounts."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Link a service's account to the one active person it proves to be.

        By the national identity number where the service states it, else by an
        e-mail address that the service has verified. What it told is not kept.
        """
        claims = sociallogin.account.extra_data
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
            return
        person = _person_vouched_for(sociallogin, claims)
        if person is not None:
            sociallogin.connect(request, person)
            service = sociallogin.account.provider
            record_identity_linked(person=person, service=service, by=person)


def _person_vouched_for(sociallogin: Any, claims: dict[str, Any]) -> Person | None:
    told = {**claims.get("id_token", {}), **claims.get("userinfo", {})}
    claim = sociallogin.provider.app.settings.get("national_id_claim", "")
    active = Person.objects.filter(is_active=True)
    if claim and told.get(claim):
        found = list(active.filter(national_id=str(told[claim]))[:2])
    else:
        verified = [e.email for e in sociallogin.email_addresses if e.verified]
        found = [p for e in verified for p in active.filter(email__iexact=e)[:2]]
    return found[0] if len(found) == 1 else None


def _cipher() -> Fernet:
    key = sha256(b"khuevan.second-step:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(key))
