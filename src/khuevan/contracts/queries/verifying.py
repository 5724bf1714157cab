"""Whether a contract is real: by its code, and by a file somebody holds."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khuevan.contracts.models import Contract, ContractQuerySet, Signature
from khuevan.contracts.rules.clauses import Paper
from khuevan.contracts.rules.states import State
from khuevan.platform.errors import InputRefused
from khuevan.platform.signing import SignatureReport, verify_pdf


NUMBER = re.compile(r"\b(?:HDCG|BGN)-\d{4}-\d{5,}\b")
"""How our signatures name their contract in the reason they give."""


class Verdict(StrEnum):
    """What an uploaded document is."""

    OURS = "ours"  # the contract as it stands, not a byte changed
    EARLIER = "earlier"  # as it stood before the other side signed
    CHANGED = "changed"  # names a contract of ours, and is none of its files
    FOREIGN = "foreign"  # signed, not here
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"  # no PDF, or a damaged one


@dataclass(frozen=True, slots=True)
class Known:
    """What whoever holds the paper may know of it here."""

    number: str
    paper: Paper
    state: State
    giver: str
    taker: str
    signed_on: date | None
    in_force_on: date | None
    ended_on: date | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What an uploaded document turned out to be; `known` where it is one of our files."""

    verdict: Verdict
    sha256: str
    signatures: list[SignatureReport]
    known: Known | None


def known_by_code(code: str) -> Known | None:
    """Return what a code on a paper stands for; None where it stands for nothing."""
    found = _rows().filter(verification=code).first()
    return _known(found) if found else None


def check_file(content: bytes) -> Checked:
    """Judge a file: its signatures, and whether its bytes are those of a contract here."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        if not content.startswith(b"%PDF-"):
            return Checked(Verdict.UNREADABLE, digest, [], None)
        reports = verify_pdf(content)
    except InputRefused:
        return Checked(Verdict.UNREADABLE, digest, [], None)
    if same := _rows().filter(file__sha256=digest).first():
        return Checked(Verdict.OURS, digest, reports, _known(same))
    earlier = Signature.objects.filter(file__sha256=digest).values("contract")
    if before := _rows().filter(pk__in=earlier).first():
        return Checked(Verdict.EARLIER, digest, reports, _known(before))
    if not reports:
        return Checked(Verdict.UNSIGNED, digest, reports, None)
    named = {number for report in reports for number in NUMBER.findall(report.reason)}
    changed = Contract.objects.filter(number__in=named).exists()
    return Checked(Verdict.CHANGED if changed else Verdict.FOREIGN, digest, reports, None)  # fmt: skip


def _rows() -> ContractQuerySet:
    return Contract.objects.select_related("giver", "taker", "file")


def _known(contract: Contract) -> Known:
    return Known(
        number=contract.number,
        paper=Paper(contract.paper),
        state=State(contract.state),
        giver=contract.giver.name,
        taker=contract.taker.name,
        signed_on=contract.signed_on,
        in_force_on=contract.in_force_on,
        ended_on=contract.ended_on,
        sha256=contract.file.sha256,
    )
