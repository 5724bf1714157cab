"""What terms lack or say wrongly, held against the fourteen contents of a contract.

Law 07/2017/QH14 names them in Article 23. Caps come from the caller: they are dated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from khuevan.platform.errors import N_, Problem

from .terms import WHOLE, Form, Method, Object, Right, Royalty, Terms


CONTENT_OF = {
    "name": 1,
    "objects": 2, "content": 2, "product": 2, "standards": 2, "form": 2, "crossing": 2,
    "right": 3, "exclusive": 3, "sub_transfer": 3, "field_of_use": 3, "territory": 3,
    "methods": 4,
    "improvements": 5, "confidential_years": 5,
    "price": 6, "royalty": 6, "equity": 6, "taxes": 6, "broker": 6,
    "term_months": 7, "ending": 7,
    "milestones": 9, "place": 9,
    "warranty_months": 10, "warranty": 10,
    "penalty": 11, "liability": 12, "disputes": 13, "other": 14,
}  # fmt: skip
"""Under which of the fourteen contents each term stands; 8, definitions, needs none."""
LONGEST_NAME = 250
LONGEST_TEXT = 5_000
LONGEST_MONTHS = 600
DAYS_A_MONTH = 31

_SAID = {
    "name": N_("Name the technology as its papers do."),
    "content": N_("Say what is handed over, piece by piece."),
    "product": N_("Say what the technology makes."),
    "standards": N_("Name the standard or the figures the product must reach."),
    "place": N_("Say where it is handed over."),
    "taxes": N_("Say who bears which tax."),
    "improvements": N_("Say whose improvements are and who may use them."),
    "liability": N_("Say who makes good which damage."),
    "ending": N_("Say how the contract ends before its time."),
    "disputes": N_("Name the court or the arbitration that decides."),
}
"""The terms that must say something, and how to mend those that do not."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The most the law allows, in hundredths of a per cent; `broker` None: no cap."""

    penalty: int
    broker: int | None = None


def faults(terms: Terms, caps: Caps) -> tuple[Problem, ...]:
    """Return everything that keeps these terms from becoming a contract, in their order.

    `where` names the term, `milestones.2` the second milestone. Empty: all is there.
    """
    return (
        *_texts(terms),
        *_object(terms),
        *_right(terms),
        *_payment(terms, caps),
        *_schedule(terms),
        *_spans(terms),
        *_penalty(terms, caps),
    )


def _texts(terms: Terms) -> Iterator[Problem]:
    for field, mend in _SAID.items():
        if not getattr(terms, field).strip():
            yield Problem(field, N_("It says nothing"), mend)
    if len(terms.name) > LONGEST_NAME:
        yield _long("name", LONGEST_NAME)
    for field in (*_SAID, "field_of_use", "territory", "warranty", "other"):
        if len(getattr(terms, field)) > LONGEST_TEXT:
            yield _long(field, LONGEST_TEXT)


def _long(field: str, most: int) -> Problem:
    return Problem(
        field,
        N_("It is longer than %(most)s letters"),
        N_("Shorten it, and attach the rest as a paper."),
        {"most": most},
    )


def _object(terms: Terms) -> Iterator[Problem]:
    if not terms.objects:
        yield Problem(
            "objects", N_("No object is chosen"), N_("Choose what is transferred.")
        )
    elif set(terms.objects) == {Object.MACHINERY}:
        yield Problem(
            "objects",
            N_("Machinery alone is no technology (Law 07/2017, Art. 4)"),
            N_("Choose the knowledge or process it accompanies, or sell it as goods."),
        )
    if not terms.methods:
        yield Problem(
            "methods", N_("No way is chosen"), N_("Choose how knowledge passes.")
        )
    elif set(terms.methods) == {Method.EQUIPMENT}:
        yield Problem(
            "methods",
            N_("Equipment alone passes no knowledge (Law 07/2017, Art. 6)"),
            N_("Choose documents, training or experts beside it."),
        )


def _right(terms: Terms) -> Iterator[Problem]:
    if terms.right is Right.OWNERSHIP:
        if terms.sub_transfer:
            yield Problem(
                "sub_transfer",
                N_("Whoever owns a technology needs no leave to pass it on"),
                N_("Take this term out, or transfer the right to use."),
            )
        return
    for field, mend in (
        ("field_of_use", N_("Say for what it may be used.")),
        ("territory", N_("Say where it may be used.")),
    ):
        if not getattr(terms, field).strip():
            yield Problem(field, N_("The right to use has no bounds"), mend)


def _payment(terms: Terms, caps: Caps) -> Iterator[Problem]:
    if not (terms.price or terms.royalty or terms.equity):
        yield Problem(
            "price",
            N_("Nothing is paid"),
            N_("Give a milestone its sum, a royalty, or a share of capital."),
        )
    if terms.royalty:
        yield from _royalty(terms.royalty, terms.term_months)
    if not 0 <= terms.equity <= WHOLE:
        yield _share("equity")
    elif terms.form is Form.CAPITAL and not terms.equity:
        yield Problem(
            "equity",
            N_("A contribution of capital names no share"),
            N_("Say which share of the capital the technology is worth."),
        )
    if not 0 <= terms.broker <= WHOLE:
        yield _share("broker")
    elif caps.broker is not None and terms.broker > caps.broker:
        yield Problem(
            "broker",
            N_("The broker gets more than %(most)s per cent of a State-funded result"),
            N_("Lower the broker's share."),
            {"most": per_cent(caps.broker)},
        )


def _royalty(royalty: Royalty, term_months: int) -> Iterator[Problem]:
    if not 0 < royalty.rate <= WHOLE:
        yield _share("royalty")
    if royalty.every_months < 1 or royalty.months < royalty.every_months:
        yield Problem(
            "royalty",
            N_("It does not run for one whole period"),
            N_("Let it run at least as long as one period."),
        )
    if royalty.months > term_months:
        yield Problem(
            "royalty",
            N_("It runs longer than the contract: %(months)s months"),
            N_("Shorten it, or lengthen the contract."),
            {"months": term_months},
        )
    if royalty.least < 0:
        yield Problem(
            "royalty", N_("A least sum below zero"), N_("Write 0 where there is none.")
        )


def _share(field: str) -> Problem:
    return Problem(
        field,
        N_("It is no share of a whole"),
        N_("Write more than 0 and at most 100 per cent."),
    )


def _schedule(terms: Terms) -> Iterator[Problem]:
    if not terms.milestones:
        yield Problem(
            "milestones",
            N_("There is no plan"),
            N_("Name at least one step, what shows it, and its day."),
        )
    for number, milestone in enumerate(terms.milestones, 1):
        where = f"milestones.{number}"
        if not (milestone.title.strip() and milestone.shown_by.strip()):
            yield Problem(
                where,
                N_("Nobody could tell when it is done"),
                N_("Name the step and the paper or test that shows it."),
            )
        if milestone.amount < 0:
            yield Problem(
                where, N_("A sum below zero"), N_("Write 0 where nothing is paid.")
            )
        if milestone.days < 1 or milestone.days > terms.term_months * DAYS_A_MONTH:
            yield Problem(
                where,
                N_("Its day lies outside the contract's time"),
                N_("Count the days from when the contract takes effect."),
            )


def _spans(terms: Terms) -> Iterator[Problem]:
    if not 0 < terms.term_months <= LONGEST_MONTHS:
        yield Problem(
            "term_months",
            N_("The contract has no time of 1 to %(most)s months"),
            N_("Write how many months it runs."),
            {"most": LONGEST_MONTHS},
        )
    if terms.warranty_months < 0:
        yield Problem(
            "warranty_months", N_("A time below zero"), N_("Write 0 where there is none.")
        )  # fmt: skip
    if not terms.warranty.strip():
        yield Problem(
            "warranty",
            N_("It says nothing"),
            N_("Say what is warranted, or why nothing is."),
        )
    if terms.confidential_years < 0:
        yield Problem(
            "confidential_years",
            N_("A time below zero"),
            N_("Write 0 where nothing is secret."),
        )


def _penalty(terms: Terms, caps: Caps) -> Iterator[Problem]:
    if terms.penalty < 0:
        yield _share("penalty")
    elif terms.penalty > caps.penalty:
        yield Problem(
            "penalty",
            N_("It is above %(most)s per cent of the breached part"),
            N_("Lower it; damage is made good beside it."),
            {"most": per_cent(caps.penalty)},
        )


def per_cent(share: int, comma: str = ",") -> str:
    """Return hundredths of a per cent as people write per cent: 250 is 2,5."""
    whole, rest = divmod(share, 100)
    return f"{whole}{comma}{rest:02d}".rstrip("0") if rest else str(whole)
