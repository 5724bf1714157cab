"""The shape of what a keeper of the register types in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .actions import DocumentEntry
from .labels import KINDS, LEVELS, RELATIONS
from .models import LegalDocument
from .rules import Kind, Level, Relation


def _date(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput({"type": "date"})
    )


class DocumentForm(forms.Form):
    number = forms.CharField(label=_("Document number"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=500)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    level = forms.ChoiceField(label=_("Level"), choices=list(LEVELS.items()))
    issuer = forms.CharField(label=_("Issuer"), max_length=200)
    issued_on = _date(_("Issued on"))
    effective_from = _date(_("In force from"))
    effective_to = _date(_("In force until"))
    source = forms.CharField(label=_("Source"), max_length=300)
    source_url = forms.URLField(
        label=_("Address of the source"), required=False, assume_scheme="https"
    )
    doubt = forms.CharField(
        label=_("Doubt: what still has to be checked"), max_length=300, required=False
    )

    def entry(self) -> DocumentEntry:
        data = self.cleaned_data
        return DocumentEntry(
            **data | {"kind": Kind(data["kind"]), "level": Level(data["level"])}
        )


class RelationForm(forms.Form):
    kind = forms.ChoiceField(label=_("This document"), choices=list(RELATIONS.items()))
    target = forms.CharField(label=_("Number of the other document"), max_length=60)
    article = forms.CharField(label=_("By its article"), max_length=40, required=False)
    part = forms.CharField(
        label=_("Part of the other document, empty for all of it"),
        max_length=40,
        required=False,
    )
    since = _date(_("Since, empty for the day this document takes effect"))

    def clean_kind(self) -> Relation:
        return Relation(self.cleaned_data["kind"])

    def clean_target(self) -> LegalDocument:
        found = LegalDocument.objects.numbered(self.cleaned_data["target"]).first()
        if found is None:
            raise forms.ValidationError(
                _("No document of this number is in the register. Add it first.")
            )
        return found
