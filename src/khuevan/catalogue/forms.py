"""The shape of what keepers of the catalogue type in."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from khuevan.platform.errors import InputRefused
from khuevan.platform.forms import MoneyField

from .labels import CHANNELS, limit_words
from .rules.codec import from_json
from .rules.cost import KINDS, Sheet, Task, Way
from .rules.definition import Definition, Limit


MOST_BYTES = 2 * 1024**2
UNITS = {
    "working_day": _("working days"),
    "day": _("days"),
    "hour": _("hours"),
    "month": _("months"),
}


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


class DefinitionForm(forms.Form):
    """The whole definition as JSON, pasted or as a file; simple fields beside it."""

    title = forms.CharField(label=_("Title"), max_length=1200, required=False)
    sector = forms.CharField(label=_("Sector"), max_length=300, required=False)
    decision = forms.CharField(label=_("Decision"), max_length=80, required=False)
    decided_on = forms.DateField(
        label=_("Decided on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    handled_by_system = forms.CharField(
        label=_("Where dossiers are handled"),
        max_length=200,
        required=False,
        help_text=_("city, portal, or ministry: with the system's name"),
    )
    receiving = forms.CharField(
        label=_("Where dossiers are received"), max_length=1000, required=False
    )
    form_names = forms.CharField(
        label=_("Forms to fill in"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line"),
    )
    summary = forms.CharField(
        label=_("What it is for, in plain words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    conditions = forms.CharField(
        label=_("Conditions"),
        required=False,
        max_length=8000,
        widget=forms.Textarea({"rows": 3}),
    )
    result_name = forms.CharField(
        label=_("What the applicant gets"), max_length=500, required=False
    )
    file = forms.FileField(label=_("Definition as a file (JSON)"), required=False)
    definition = forms.CharField(
        label=_("Definition as JSON"),
        required=False,
        widget=forms.Textarea({"rows": 22, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, definition: Definition | None = None, **kw: Any):
        super().__init__(*args, **kw)
        self.kept = definition
        self.made: Definition | None = None
        self._offer_limits()
        self._say_what_stands(json.loads(self.initial.get("definition") or "{}"))

    def _offer_limits(self) -> None:
        """Add two fields a channel: its time limit as a number and a unit."""
        # The JSON and its file come last: they are the expert's way.
        expert = {name: self.fields.pop(name) for name in ("file", "definition")}
        for channel, words in CHANNELS.items():
            limit = gettext("time limit")
            self.fields[f"limit_{channel}"] = forms.IntegerField(
                label=f"{words}: {limit}", min_value=1, max_value=3650, required=False
            )
            self.fields[f"unit_{channel}"] = forms.ChoiceField(
                label=f"{words}: {gettext('unit')}",
                choices=UNITS.items(),
                required=False,
            )
        self.fields.update(expert)

    def _say_what_stands(self, told: dict[str, Any]) -> None:
        """Write beside every simple field what the definition says now."""
        guide = told.get("guide") or {}
        day = date.fromisoformat(told["decided_on"]) if told.get("decided_on") else None
        standing = {
            "title": told.get("title"),
            "sector": told.get("sector"),
            "decision": told.get("decision"),
            "decided_on": day and f"{day:%d/%m/%Y}",
            "handled_by_system": told.get("handled_by_system"),
            "receiving": told.get("receiving"),
            "form_names": "; ".join(told.get("forms") or ()),
            "summary": guide.get("summary"),
            "conditions": told.get("conditions"),
            "result_name": (told.get("result") or {}).get("name"),
        }
        for offer in told.get("channels") or ():
            limit = offer.get("limit")
            if limit:
                standing[f"limit_{offer['channel']}"] = limit_words(Limit(**limit))
        for name, value in standing.items():
            if value:
                now = gettext("Now: %(value)s") % {"value": value}
                hint = self.fields[name].help_text
                self.fields[name].help_text = f"{hint}. {now}" if hint else now

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        told = self._told(data)
        if told is None:
            return data
        self._type_in(data, told)
        try:
            self.made = from_json(told)
        except InputRefused as refused:
            for problem in refused.problems[:30]:
                words = gettext(problem.what) % problem.params
                self.add_error("definition", f"{problem.where}: {words}")
        return data

    def _type_in(self, data: dict[str, Any], told: dict[str, Any]) -> None:
        """Let what was typed into the simple fields win over the JSON."""
        plain = (
            "title",
            "sector",
            "decision",
            "handled_by_system",
            "receiving",
            "conditions",
        )
        for name in plain:
            if data.get(name):
                told[name] = data[name]
        if data.get("form_names"):
            told["forms"] = list(filter(None, map(str.strip, data["form_names"].splitlines())))  # fmt: skip
        if data.get("decided_on"):
            told["decided_on"] = data["decided_on"].isoformat()
        if data.get("summary"):
            guide = told.get("guide")
            told["guide"] = (guide if isinstance(guide, dict) else {}) | {
                "summary": data["summary"]
            }

        if data.get("result_name"):
            result = told.get("result")
            named = result if isinstance(result, dict) else {"code": ""}
            told["result"] = named | {"name": data["result_name"]}
        self._type_in_limits(data, told)

    def _type_in_limits(self, data: dict[str, Any], told: dict[str, Any]) -> None:
        """Let a typed limit win; a channel that was not offered is offered from here on."""
        offers = told.get("channels")
        if offers is not None and not isinstance(offers, list):
            return  # told with the JSON's other faults
        offers = list(offers or ())
        for channel in CHANNELS:
            amount = data.get(f"limit_{channel}")
            if not amount:
                continue
            limit = {"amount": amount, "unit": data.get(f"unit_{channel}") or "working_day"}  # fmt: skip
            same = [o for o in offers if isinstance(o, dict) and o.get("channel") == channel]  # fmt: skip
            if not same:
                offers.append({"channel": channel.value, "limit": limit})
            for offer in same:
                before = offer.get("limit")
                cut_off = before.get("cut_off") if isinstance(before, dict) else None
                offer["limit"] = limit | ({"cut_off": cut_off} if cut_off else {})
            told["channels"] = offers

    def _told(self, data: dict[str, Any]) -> dict[str, Any] | None:
        text = data.get("definition") or ""
        upload = data.get("file")
        if upload is not None:
            if upload.size > MOST_BYTES:
                self.add_error("file", _("The file is larger than 2 MB."))
                return None
            text = upload.read().decode("utf-8", "replace")
        try:
            told = json.loads(text, parse_constant=_refuse_constant)
            # What the database could not keep: NUL, half characters, endless numbers.
            if "\\u0000" in json.dumps(told, allow_nan=False, ensure_ascii=False):
                raise ValueError
            json.dumps(told, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            self.add_error("definition", _("This is not JSON. Paste the whole definition."))  # fmt: skip
            return None
        if not isinstance(told, dict):
            self.add_error("definition", _("This must be an object."))
            return None
        return told


class ProcessForm(forms.Form):
    """A process as a file; or, once its picture was looked at, as the text of it."""

    file = forms.FileField(
        label=_("Process as a file"),
        required=False,
        help_text=_("A step table (.xlsx, .csv) with one row a step, or BPMN 2.0 (.bpmn, .xml)"),
    )  # fmt: skip
    process = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    @property
    def content(self) -> bytes:
        """Return the bytes that came, of the file where there is one."""
        upload = self.cleaned_data["file"]
        text: str = self.cleaned_data["process"]
        return bytes(upload.read()) if upload else text.encode()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("file") and data["file"].size > MOST_BYTES:
            self.add_error("file", _("The file is larger than 2 MB."))
        elif not self.errors and not data.get("file") and not data.get("process"):
            self.add_error("file", _("Choose a file."))
        return data


class PublishForm(forms.Form):
    valid_from = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput({"type": "date"})
    )


class CorrectForm(forms.Form):
    value = forms.CharField(label=_("The right value"), max_length=1200)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class AcceptForm(forms.Form):
    note = forms.CharField(label=_("Why this may stand as it is"), max_length=300)


class CatalogueFileForm(forms.Form):
    file = forms.FileField(
        label=_("File of the national catalogue"),
        help_text=_("JSON lines (.jsonl, .jsonl.gz) or Excel (.xlsx), with the source's column names"),
    )  # fmt: skip


class CostForm(forms.Form):
    """A cost sheet: a line a task, before and after."""

    income_per_hour = MoneyField(
        label=_("Average income per hour (đồng)"), min_value=1, max_value=10**7
    )
    source = forms.CharField(
        label=_("Source of the income"), max_length=200, required=False
    )
    times_per_year = forms.IntegerField(
        label=_("Times a year"), min_value=0, max_value=10**4, initial=1
    )
    subjects_per_year = forms.IntegerField(
        label=_("Applicants a year"), min_value=0, max_value=10**8, initial=1
    )

    def __init__(self, *args: Any, **kw: Any):
        super().__init__(*args, **kw)
        for way, words in (("before", gettext("now")), ("after", gettext("after"))):
            hours, paid = gettext("hours"), gettext("Fees and other payments")
            for kind, name in KINDS.items():
                self.fields[f"{way}_{kind}"] = forms.DecimalField(
                    label=f"{gettext(name)} ({words}, {hours})",
                    min_value=0,
                    max_value=100_000,
                    decimal_places=2,
                    required=False,
                )
            self.fields[f"{way}_paid"] = MoneyField(
                label=f"{paid} ({words}, đồng)",
                max_value=10**11,
                required=False,
            )

    def sheet(self) -> Sheet:
        """Return what was typed in; no line after means no simplification yet."""
        data = self.cleaned_data
        return Sheet(
            data["income_per_hour"],
            self._way("before"),
            self._way("after") if self._is_filled("after") else None,
            data["times_per_year"],
            data["subjects_per_year"],
            data["source"],
        )

    def _way(self, way: str) -> Way:
        data = self.cleaned_data
        tasks = tuple(
            Task(kind, KINDS[kind], data[f"{way}_{kind}"])
            for kind in KINDS
            if data[f"{way}_{kind}"]
        )
        return Way(tasks, other=data[f"{way}_paid"] or 0)

    def _is_filled(self, way: str) -> bool:
        names = [f"{way}_{kind}" for kind in KINDS] + [f"{way}_paid"]
        return any(self.cleaned_data[name] is not None for name in names)
