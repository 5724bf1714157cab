"""What the state already holds, and what may therefore not be asked again.

Resolution 66.7/2025/NQ-CP: databases replace papers from 1 January 2026 to 28 February
2027. Decree 45/2020/NĐ-CP Art. 16: results kept in a person's electronic store are
used again. Decree 224/2026/NĐ-CP Art. 18(4): a paper whose information is in an
announced database is not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from khuevan.platform.errors import N_, Problem
from khuevan.platform.text import fold

from .definition import Component, Definition, Supply


ASKED = frozenset({Supply.SUBMIT, Supply.SHOW})
"""Ways to supply a component that cost the person a paper."""


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of information a database holds, and the article that says so.

    `content` is the key components name. `words` are folded phrases by which papers
    of this content are recognised. `certain` is False where the source could only be
    inferred: then the gate warns and does not refuse. Both days are included.
    """

    content: str
    database: str
    owner: str
    fields: tuple[str, ...]
    words: tuple[str, ...]
    document: str
    article: str
    valid_from: date | None
    valid_to: date | None
    certain: bool = True

    def holds_on(self, day: date) -> bool:
        """Tell whether the article is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """The result of a published procedure, which its owner's electronic store keeps.

    `content` is the information it proves, empty for a paper of its own kind.
    """

    code: str
    name: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class DeclareOnce:
    """How much of what the state holds a procedure does not ask for again.

    `held` components carry information somebody holds, `reused` of them are not asked
    for; `components` is all of them. `asked_again` names the others.
    """

    components: int
    held: int
    reused: int
    asked_again: tuple[str, ...] = ()

    @property
    def rate(self) -> float | None:
        """Return reused/held from 0 to 1, None where nothing is held."""
        return self.reused / self.held if self.held else None


def held_for(content: str, on: date, known: Iterable[Held]) -> tuple[Held, ...]:
    """Return the databases that hold a content on a day."""
    return tuple(h for h in known if h.content == content and h.holds_on(on))


def recognise(name: str, known: Iterable[Held]) -> str:
    """Return the content a paper's name seems to speak of, empty when none.

    The longest phrase wins; a form or an application is never one of these papers.
    """
    folded = _MARKER.sub("", fold(name))
    if folded.startswith(_OWN_PAPERS):
        return ""
    found = [
        (len(word), h.content) for h in known for word in h.words if word in folded
    ]
    return max(found, default=(0, ""))[1]


_OWN_PAPERS = (
    "don ",
    "de nghi",
    "phieu de nghi",
    "to khai",
    "van ban ",
    "giay de nghi",
    "bao cao",
    "danh sach",
)
_MARKER = re.compile(r"^(?:[-+*•\s]+|\(?[a-z0-9]{1,2}[.)]\s*)+")


def content_of(component: Component, known: Sequence[Held]) -> str:
    """Return the declared content of a component, else what its name speaks of."""
    return component.content or recognise(component.name, known)


def declare_once(
    definition: Definition,
    on: date,
    known: Sequence[Held],
    issued: Sequence[Issued] = (),
) -> DeclareOnce:
    """Return how far a procedure keeps to asking once, on a day."""
    held, again = 0, []
    for component in definition.components:
        others = [one for one in issued if one.code != definition.code]
        if not _is_held(component, on, known, others):
            continue
        held += 1
        if component.supply in ASKED:
            again.append(component.name)
    return DeclareOnce(
        len(definition.components), held, held - len(again), tuple(again)
    )


def _is_held(
    component: Component, on: date, known: Sequence[Held], issued: Sequence[Issued]
) -> bool:
    if _issuer(component, known, issued):
        return True
    if component.supply in {Supply.DATA, Supply.STORE} or component.result_of:
        return True
    content = content_of(component, known)
    return any(h.certain for h in held_for(content, on, known))


def _issuer(
    component: Component, known: Sequence[Held], issued: Sequence[Issued]
) -> str:
    """Return the code of the procedure whose result a paper is, empty where there is none.

    Declared by the component; else told by what it carries; else by the very name of
    the result, unless its author says why it is another paper.
    """
    if component.result_of:
        return component.result_of
    contents = {component.content} if component.another.strip() else _contents(component, known)  # fmt: skip
    name = _MARKER.sub("", fold(component.name))
    for one in issued:
        if one.content and one.content in contents:
            return one.code
        if name == fold(one.name) and not component.another.strip():
            return one.code
    return ""


def check_may_ask(
    definition: Definition,
    on: date,
    known: Sequence[Held],
    issued: Sequence[Issued] = (),
) -> tuple[list[Problem], list[Problem]]:
    """Return what a procedure asks though it is held: (refused, doubtful).

    Refused: a content in a database, declared or told by the paper's name, and the
    result of another procedure (`issued`), which the store keeps. Doubtful: an inferred line of the map, a
    name its author says means another paper, and what will be held from a later day on.
    """
    refused: list[Problem] = []
    doubtful: list[Problem] = []
    others = [one for one in issued if one.code != definition.code]
    for number, component in enumerate(definition.components):
        if component.supply not in ASKED:
            continue
        where = f"components[{number}]"
        found = [
            h for h in known if h.content in _contents(component, known)
            if h.valid_to is None or on <= h.valid_to
        ]  # fmt: skip
        now = [held for held in found if held.holds_on(on)]
        sure = [held for held in now if _is_sure(component, held)]
        issuer = _issuer(component, known, others)
        if component.result_of or (issuer and not sure):
            refused.append(_in_store(component, issuer, where))
        elif sure:
            refused.append(_in_database(component, sure[0], where))
        elif now:
            doubtful.append(_in_database(component, now[0], where))
        elif found:
            doubtful.append(_later(component, found[0], where))
    return refused, doubtful


def _contents(component: Component, known: Sequence[Held]) -> set[str]:
    """Return what a component says it carries, and what its name speaks of."""
    return {component.content, recognise(component.name, known)} - {""}


def _is_sure(component: Component, held: Held) -> bool:
    declared = component.content == held.content
    return held.certain and (declared or not component.another.strip())


def _in_database(component: Component, held: Held, where: str) -> Problem:
    return Problem(
        where,
        N_("“%(name)s” may not be asked for: %(database)s holds it (%(document)s, Article %(article)s)."),
        N_("Mark it as replaced by data, or say in “another” why this paper is another one."),
        {"name": component.name, "database": held.database, "document": held.document, "article": held.article},
    )  # fmt: skip


def _later(component: Component, held: Held, where: str) -> Problem:
    return Problem(
        where,
        N_("From %(day)s on “%(name)s” may not be asked for: %(database)s will hold it (%(document)s, Article %(article)s)."),
        N_("Prepare a version that takes it from there."),
        {
            "day": f"{held.valid_from:%d/%m/%Y}", "name": component.name, "database": held.database,
            "document": held.document, "article": held.article,
        },
    )  # fmt: skip


def _in_store(component: Component, code: str, where: str) -> Problem:
    return Problem(
        where,
        N_("“%(name)s” may not be asked for: it is the result of procedure %(code)s and is in the person's electronic store (45/2020/NĐ-CP, Article 16)."),
        N_("Mark it as already in the store, or say in “another” why this paper is another one."),
        {"name": component.name, "code": code},
    )  # fmt: skip
