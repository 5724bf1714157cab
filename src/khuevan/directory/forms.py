"""What people type to sign in, and about accounts, posts and mandates."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm as AllauthReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm as AgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .actions.sign_in import record_failure
from .attempts import counter_of, locked_sentence, take_attempt
from .models import Organisation, Person
from .passwords import ProfileValidator
from .rules import OrganisationKind, Purpose, Role, Scope


SCOPES = {
    Scope.EVERYTHING: _("Everything I may do"),
    Scope.STEERING: _("Tasks and their reports only"),
    Scope.SIGNING: _("Signing only"),
}
ROLES = {
    Role.LEADER: _("Leader of the city"),
    Role.COMMITTEE_OFFICE: _("Standing body of the steering committee"),
    Role.HEAD: _("Head of a unit"),
    Role.DIVISION_HEAD: _("Head of a division"),
    Role.OFFICIAL: _("Official"),
    Role.CLERK: _("Clerk"),
    Role.PROCEDURE_OFFICER: _("Procedure officer"),
    Role.INSPECTOR: _("Inspector (reads only)"),
    Role.OPERATOR: _("Operator of the system"),
    Role.MEMBER: _("Member of an enterprise or institute"),
    Role.MACHINE: _("Machine"),
}
PURPOSES = {
    Purpose.CONTACT: _("To reach the person about shared work"),
    Purpose.STAFF: _("To keep the staff records of the unit"),
    Purpose.ACCOUNT: _("To help with the person's account"),
    Purpose.INSPECTION: _("For an inspection or the answer to a complaint"),
}
KINDS = {
    OrganisationKind.PARTY: _("Party bodies"),
    OrganisationKind.PEOPLES_COMMITTEE: _("People's committees"),
    OrganisationKind.PEOPLES_COUNCIL: _("People's councils"),
    OrganisationKind.DEPARTMENT: _("Departments and agencies"),
    OrganisationKind.COMMUNE: _("Communes and wards"),
    OrganisationKind.SERVICE_CENTRE: _("Public service centres"),
    OrganisationKind.BRANCH: _("Branches"),
    OrganisationKind.POINT: _("Reception points"),
    OrganisationKind.DIVISION: _("Divisions"),
    OrganisationKind.INSTITUTE: _("Institutes and universities"),
    OrganisationKind.ENTERPRISE: _("Enterprises"),
    OrganisationKind.CENTRAL: _("Central agencies"),
}


class Labelled:
    """Our words on the fields of django-allauth's forms, and none of its hints."""

    words: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, bound in self.fields.items():  # type: ignore[attr-defined]
            bound.label = self.words.get(name, bound.label)
            bound.help_text = ""
            bound.widget.attrs.pop("placeholder", None)
        if "password1" in self.fields and "password2" in self.fields:  # type: ignore[attr-defined]
            hint = ProfileValidator().get_help_text()
            self.fields["password1"].help_text = hint  # type: ignore[attr-defined]


NEW_PASSWORDS = {
    "password1": _("New password"),
    "password2": _("New password once more"),
}


class SignInForm(Labelled, LoginForm):  # type: ignore[misc]
    words = {"login": _("User name or e-mail"), "password": _("Password")}


class PasswordChangeForm(Labelled, ChangePasswordForm):  # type: ignore[misc]
    words = {"oldpassword": _("Current password"), **NEW_PASSWORDS}


class PasswordResetForm(Labelled, ResetPasswordForm):  # type: ignore[misc]
    words = {"email": _("E-mail address")}


class PasswordFromKeyForm(Labelled, ResetPasswordKeyForm):  # type: ignore[misc]
    words = NEW_PASSWORDS


class ReauthenticateForm(Labelled, AllauthReauthenticateForm):  # type: ignore[misc]
    words = {"password": _("Password")}


class Counted:
    """Wrong codes count as failed attempts, as wrong passwords do."""

    def clean_code(self) -> str:
        person: Person = self.user  # type: ignore[attr-defined]
        counter = counter_of("", person)
        if until := take_attempt(counter):
            raise ValidationError(locked_sentence(until))
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            record_failure(counter=counter, person=person, method="mfa")
            raise
        return code


class CodeForm(Labelled, Counted, AuthenticateForm):  # type: ignore[misc]
    words = {"code": _("Code of the app, or a recovery code")}


class CodeAgainForm(Labelled, Counted, AgainForm):  # type: ignore[misc]
    words = {"code": _("Code of the app, or a recovery code")}


class FirstCodeForm(Labelled, ActivateTOTPForm):  # type: ignore[misc]
    words = {"code": _("The six digits the app shows")}


class KeyForm(Labelled, AddWebAuthnForm):  # type: ignore[misc]
    words = {"name": _("Name of the key")}


class KeyNameForm(Labelled, EditWebAuthnForm):  # type: ignore[misc]
    words = {"name": _("Name of the key")}


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a date field that uses the browser's own calendar."""
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class MandateForm(forms.Form):
    delegate = forms.ModelChoiceField(
        label=_("Who acts for you"), queryset=Person.objects.none()
    )
    scope = forms.ChoiceField(
        label=_("For what"), choices=list(SCOPES.items()), widget=forms.RadioSelect
    )
    valid_from = day_field(_("From"))
    valid_to = day_field(_("Until (last day)"))
    reason = forms.CharField(label=_("Why"), max_length=250)
    anyway = forms.BooleanField(
        label=_("I have read the warnings and give the mandate all the same"),
        required=False,
    )

    def __init__(self, candidates: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate"].queryset = candidates  # type: ignore[attr-defined]


class RevealForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("What you need it for"),
        help_text=_("The person reads this, with your name and the time."),
        choices=list(PURPOSES.items()),
        widget=forms.RadioSelect,
    )
    about = forms.RegexField(
        r"^[A-Za-z0-9Đđ./-]*$",
        label=_("Number of the task, dossier or document it is about"),
        max_length=60,
        required=False,
        error_messages={"invalid": _("Only letters, digits, “.”, “/” and “-”.")},
    )


class AppointmentForm(forms.Form):
    username = forms.CharField(label=_("User name or e-mail"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=[(role, words) for role, words in ROLES.items() if role is not Role.MACHINE])  # fmt: skip
    title = forms.CharField(label=_("Title of the post"), max_length=150)
    valid_from = day_field(_("From"))
    valid_to = day_field(_("Until (last day)"), required=False)


class OrganisationForm(forms.Form):
    code = forms.CharField(
        label=_("Identifier"),
        help_text=_("Dotted, the city first: H26.35 (Decision 20/2020/QĐ-TTg)."),
        max_length=40,
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    name = forms.CharField(label=_("Full name"), max_length=250)
    short_name = forms.CharField(label=_("Short name"), max_length=120)
    parent = forms.ModelChoiceField(
        label=_("Belongs to"), queryset=Organisation.objects.none(), required=False
    )
    valid_from = day_field(_("From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Organisation.objects.in_force().in_order()  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    name = forms.CharField(label=_("New full name"), max_length=250)
    short_name = forms.CharField(label=_("New short name"), max_length=120)
    since = day_field(_("From"))


class CloseForm(forms.Form):
    last_day = day_field(_("Last day"))
