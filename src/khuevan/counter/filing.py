"""What the pages of filing show: what is missing, what is used again, where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from khuevan.catalogue.public import Component, Definition, Supply, components_due
from khuevan.directory.public import Organisation, OrganisationKind
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import fold

from .definitions import definition_of
from .models import Application, Dossier, Paper, StoredPaper
from .precheck import check_answers, check_papers
from .schema_forms import page_of, sentence_of


WHY_NOT = {
    Supply.DATA: N_("You need not bring it: the city reads it from the register."),
    Supply.STORE: N_("You need not bring it: it is in your store already."),
    Supply.GENERATED: N_("You need not bring it: it is made from your answers."),
    Supply.WAIVED: N_("You need not bring it: it is waived for you."),
}


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One component of a draft: whether it is asked for, what came in, what could."""

    component: Component
    paper: Paper | None
    why_not: str
    stored: tuple[StoredPaper, ...] = ()

    @property
    def asked(self) -> bool:
        """Tell whether the applicant has to give it."""
        return not self.why_not

    @property
    def shown_only(self) -> bool:
        """Tell whether it is only compared, not kept."""
        return self.component.supply is Supply.SHOW


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands against filing, and where it is mended."""

    sentence: str
    title: str
    page: int | None  # None: on the page of papers
    anchor: str


def paper_rows(dossier: Dossier) -> list[PaperRow]:
    """Return every component that is due with these answers, in the procedure's order."""
    held = {
        paper.component: paper
        for paper in dossier.papers.filter(replaced_at=None).select_related("file", "stored")
    }  # fmt: skip
    store = _store_of(dossier)
    return [
        PaperRow(
            one,
            held.get(one.code),
            WHY_NOT.get(one.supply, ""),
            tuple(s for s in store if fits(s, one)),
        )
        for one in components_due(definition_of(dossier), dossier.application.answers)
    ]


def fits(stored: StoredPaper, component: Component) -> bool:
    """Tell whether a stored paper is what a component asks for."""
    same_content = component.content and stored.content == component.content
    return bool(
        same_content
        or (component.result_of and stored.result_of == component.result_of)
    )


def missing(dossier: Dossier) -> list[Missing]:
    """Return all that stands against filing, at once, each with where it is mended."""
    definition, answers = definition_of(dossier), dossier.application.answers
    parts = definition.form.get("properties", {})
    held = dict(dossier.papers.filter(replaced_at=None).values_list("component", "supply"))  # fmt: skip
    found = [
        Missing(
            sentence_of(p), parts.get(p.where, {}).get("title", p.where),
            page_of(definition.form, p.where), f"id_{p.where}",
        )
        for p in check_answers(definition.form, answers)
    ]  # fmt: skip
    found += [
        Missing(sentence_of(p), _("Papers"), None, f"paper-{p.where}")
        for p in check_papers(definition, answers, held)
    ]
    return found


def agency_of(definition: Definition, chosen: Organisation | None) -> Organisation:
    """Return who decides: the procedure's own agency, or the commune that was chosen."""
    if definition.agency == "commune":
        if chosen is None:
            raise RuleBroken(N_("Choose the ward or commune that decides."), field="agency")  # fmt: skip
        return chosen
    found = Organisation.objects.in_force().filter(code=definition.agency).first()
    if found is None:
        raise RuleBroken(
            N_("The body that decides on this procedure (%(code)s) is not in the directory. Please tell the service centre."),
            code=definition.agency,
        )  # fmt: skip
    return found


def likely_commune(dossier: Dossier) -> Organisation | None:
    """Return the commune an applicant's address names, else the one of their last dossier."""
    said = fold(" ".join(_addresses(dossier.application)))
    communes = Organisation.objects.in_force().filter(kind=OrganisationKind.COMMUNE)
    named = [one for one in communes if said and _bare(one) in said]
    if named:
        return max(named, key=lambda one: len(one.name))
    if dossier.applicant_id is None:
        return None
    last = (
        Dossier.objects.filter(
            applicant=dossier.applicant_id, agency__kind=OrganisationKind.COMMUNE
        )
        .order_by("-filed_at")
        .select_related("agency")
        .first()
    )
    return last.agency if last else None


def _addresses(application: Application) -> list[str]:
    """Return what the application says of where somebody lives."""
    form: Mapping[str, Any] = definition_of(application.dossier).form
    bound = {
        field: str(part.get("x-bind", ""))
        for field, part in form.get("properties", {}).items()
    }
    found = [
        str(value)
        for field, value in application.answers.items()
        if any(w in f"{bound.get(field, '')} {field}" for w in ("address", "residence", "commune", "dia_chi", "thuong_tru", "noi_o"))
    ]  # fmt: skip
    return [application.address, *found]


def _bare(commune: Organisation) -> str:
    """Return a commune's name as it stands in addresses: with its kind."""
    return fold(commune.name)


def _store_of(dossier: Dossier) -> list[StoredPaper]:
    if dossier.applicant is None:
        return []
    mine = StoredPaper.objects.visible_to(dossier.applicant).usable()
    return list(mine.select_related("file", "from_dossier").order_by("-kept_at"))
