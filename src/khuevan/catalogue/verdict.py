"""Every check a definition passes before it is published, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from khuevan.law.public import Status, cite_all
from khuevan.platform.errors import N_, Problem

from .dated import databases, reliefs
from .executing import check_running
from .queries import issued_on, published
from .rules.checking import Verdict, check_content
from .rules.definition import Definition
from .rules.fees import check_fees
from .rules.holding import check_may_ask
from .rules.states import Origin


_LIVE = {Status.IN_FORCE, Status.PARTLY_REPEALED}


def verdict_on(definition: Definition, origin: Origin, day: date) -> Verdict:
    """Return what keeps a definition from being published on a day, and what is odd.

    What mirrors the national catalogue was published by others: its findings are shown
    and stop nothing.
    """
    refused = check_content(definition)
    refused += check_fees(definition, day, reliefs())
    asked, doubtful = check_may_ask(definition, day, databases(), issued_on(day))
    refused += asked
    if not definition.decision or not definition.decided_on:
        what = N_("Name the decision that publishes the procedure, and its day.")
        refused.append(Problem("decision", what))
    refused += _check_law(definition, day)
    if definition.process and definition.form:
        refused += check_running(definition, day, lambda code: _runs_on(code, day))
    verdict = Verdict(tuple(refused), tuple(doubtful))
    return verdict if origin is Origin.CITY else verdict.softened()


def _runs_on(code: str, day: date) -> Definition | None:
    """Return what a procedure says on a day, None where it is not published then."""
    found = published(code, day)
    return found.definition if found else None


def _check_law(definition: Definition, day: date) -> Iterator[Problem]:
    """Yield every document a procedure names that is not in force on a day."""
    if not definition.legal:
        yield Problem("legal", N_("Name at least one document the procedure stands on."))  # fmt: skip
    named = [(f"legal[{n}]", one) for n, one in enumerate(definition.legal)]
    named += [(f"partial_basis[{n}]", one) for n, one in enumerate(definition.partial_basis)]  # fmt: skip
    cited = cite_all([(one.number, one.article) for _place, one in named], on=day)
    for (place, one), citation in zip(named, cited, strict=True):
        if citation.status is None:
            yield Problem(
                place,
                N_("%(number)s is not in the register of legal documents."),
                N_("Add it to the register first."),
                {"number": one.number},
            )
        elif citation.status not in _LIVE:
            what = N_("%(number)s is not in force on %(day)s.")
            params = {"number": one.number, "day": f"{day:%d/%m/%Y}"}
            yield Problem(place, what, "", params)
