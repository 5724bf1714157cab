"""Asking the applicant for more: once, with the whole list, and only what is lawful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from khuevan.platform.errors import N_, RuleBroken


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing an applicant is asked for.

    `component` is a code of the procedure's own list, or `form` with `field` where an
    answer is to be mended. `verification` says why a paper is asked for although the
    city has its content.
    """

    component: str
    reason: str
    field: str = ""
    verification: str = ""


FORM = "form"


def check_request(
    asked: Sequence[Asked], known: Iterable[str], closed: Iterable[str]
) -> None:
    """Refuse a request that is empty, unexplained, or asks for what may not be asked.

    `known` are the procedure's components, `closed` those whose content a database or
    the owner's store holds: asking for them again is prohibited except to verify,
    with a reason (Decree 118/2025 Art. 5; Decree 224/2026 Art. 18(4)).
    """
    if not asked:
        raise RuleBroken(
            N_("Tick what is missing: the whole list, once."), field="items"
        )
    names, shut = set(known), set(closed)
    for item in asked:
        if item.component != FORM and item.component not in names:
            raise RuleBroken(
                N_("“%(code)s” is no component of this procedure; it may not be asked for."),
                field="items",
                code=item.component,
            )  # fmt: skip
        if not item.reason.strip():
            raise RuleBroken(
                N_("Say of each paper what is wrong with it."), field="items"
            )
        if item.component in shut and not item.verification.strip():
            raise RuleBroken(
                N_(
                    "The city already holds the content of “%(code)s”. It may be asked "
                    "for only to verify it, with the reason."
                ),
                field="items",
                code=item.component,
            )


def check_round(rounds: int, most: int, authorised: bool, why: str) -> None:
    """Refuse a request beyond the limit that no leader allowed.

    Settlement knows one request (services.md 3.5); another one needs the leader of
    the agency and a reason, and the dossier counts as late (8.3).
    """
    if rounds < most:
        return
    if not authorised or not why.strip():
        raise RuleBroken(
            N_(
                "This dossier was sent back already (%(rounds)s). Another request needs "
                "the agency's leader and a reason, and the dossier counts as late."
            ),
            rounds=rounds,
            field="override",
        )
