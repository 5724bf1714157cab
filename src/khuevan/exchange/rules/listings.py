"""What is listed on the exchange, and what may become of a listing.

An offer says what somebody has, a need (bài toán) what somebody wants solved. Which way
the money flows decides: who pays is the one with the need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class Kind(StrEnum):
    """What is listed."""

    TECHNOLOGY = "technology"  # công nghệ
    EQUIPMENT = "equipment"  # thiết bị
    IP_RIGHT = "ip_right"  # quyền sở hữu trí tuệ
    RESEARCH_RESULT = "research_result"  # kết quả nghiên cứu
    SOFTWARE = "software"  # phần mềm
    SERVICE = "service"  # dịch vụ khoa học và công nghệ
    EXPERT = "expert"  # chuyên gia
    NEED = "need"  # bài toán


OFFERS = tuple(kind for kind in Kind if kind is not Kind.NEED)
WITH_RIGHTS = frozenset(
    {Kind.TECHNOLOGY, Kind.IP_RIGHT, Kind.RESEARCH_RESULT, Kind.SOFTWARE}
)
"""Kinds that are transferred by right: owners, protection and readiness are asked for."""


class Field(StrEnum):
    """Where it is used; the exchange's ten shelves."""

    DIGITAL = "digital"
    DATA_AI = "data_ai"
    BIOTECH = "biotech"
    MATERIALS = "materials"
    ENERGY = "energy"
    ENVIRONMENT = "environment"
    AGRICULTURE = "agriculture"
    HEALTH = "health"
    MANUFACTURING = "manufacturing"
    CONSTRUCTION = "construction"


class Stage(StrEnum):
    """How far the development has come."""

    CONCEPT = "concept"
    PROTOTYPE = "prototype"
    PILOT = "pilot"
    MARKET = "market"


class IpStatus(StrEnum):
    """How it is protected."""

    NONE = "none"
    KNOW_HOW = "know_how"
    FILED = "filed"
    GRANTED = "granted"
    COPYRIGHT = "copyright"


PROTECTED = frozenset({IpStatus.FILED, IpStatus.GRANTED, IpStatus.COPYRIGHT})
"""Protection that may be refused, declared void, given up or lapse."""
REGISTERED = frozenset({IpStatus.FILED, IpStatus.GRANTED})
"""Protection that has a number in a register."""


class Licence(StrEnum):
    """What is given: ownership or use, alone or beside others (Law 07/2017, Article 7)."""

    ASSIGNMENT = "assignment"
    EXCLUSIVE = "exclusive"
    NON_EXCLUSIVE = "non_exclusive"
    OPEN = "open"


class Territory(StrEnum):
    """Where it may be used, the smallest first."""

    CITY = "city"
    COUNTRY = "country"
    ASEAN = "asean"
    WORLD = "world"


class Verification(StrEnum):
    """How much of what is said somebody else has looked at, the least first."""

    DECLARED = "declared"
    PAPERS_CHECKED = "papers_checked"
    EXPERT_EVALUATED = "expert_evaluated"
    TRIALLED = "trialled"


class State(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    RETURNED = "returned"
    PUBLISHED = "published"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What somebody does to it."""

    SUBMIT = "submit"
    CHECK = "check"
    PUBLISH = "publish"
    SEND_BACK = "return"
    RENEW = "renew"
    EXPIRE = "expire"
    REVISE = "revise"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    UNPROTECT = "unprotect"


_EDITED = frozenset({State.DRAFT, State.RETURNED})
MOVES: Mapping[Move, tuple[frozenset[State], State]] = {
    Move.SUBMIT: (_EDITED, State.SUBMITTED),
    Move.CHECK: (frozenset({State.SUBMITTED}), State.CHECKED),
    Move.PUBLISH: (frozenset({State.CHECKED}), State.PUBLISHED),
    Move.SEND_BACK: (
        frozenset({State.SUBMITTED, State.CHECKED, State.PUBLISHED}),
        State.RETURNED,
    ),
    Move.RENEW: (frozenset({State.PUBLISHED, State.EXPIRED}), State.PUBLISHED),
    Move.EXPIRE: (frozenset({State.PUBLISHED}), State.EXPIRED),
    Move.REVISE: (frozenset({State.PUBLISHED, State.EXPIRED}), State.DRAFT),
    Move.WITHDRAW: (frozenset(set(State) - {State.WITHDRAWN}), State.WITHDRAWN),
    Move.VERIFY: (frozenset({State.PUBLISHED}), State.PUBLISHED),
    Move.UNPROTECT: (frozenset({State.PUBLISHED}), State.PUBLISHED),
}
"""From which states a move leads, and where to."""
EDITABLE = _EDITED
IN_REVIEW = frozenset({State.SUBMITTED, State.CHECKED})
SHORTEST_REASON = 10


def after(state: State, move: Move) -> State:
    """Return the state after a move; raises RuleBroken where it leads nowhere."""
    sources, target = MOVES[move]
    if state not in sources:
        raise RuleBroken(N_("This listing has moved on. Look at it again."))
    return target


def check_reason(words: str) -> str:
    """Return the reasons of a refusal, trimmed; refuse too few for anybody to act on."""
    told = words.strip()
    if len(told) < SHORTEST_REASON:
        raise RuleBroken(
            N_("Say why in at least %(least)s characters, and how to mend it."),
            field="words",
            least=SHORTEST_REASON,
        )
    return told


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns a part; `share` in hundredths of a per cent (10,000 is all of it)."""

    name: str
    share: int


@dataclass(frozen=True, slots=True)
class Told:
    """Everything the member says in a listing. Money in đồng.

    For a need `trl` is the least readiness accepted and `trl_most` the most, `price_…` the
    budget, `licence` and `territory` what is wanted and where.
    """

    kind: Kind
    title_vi: str
    title_en: str = ""
    summary_vi: str = ""
    summary_en: str = ""
    field: Field | None = None
    ipc: tuple[str, ...] = ()
    nace: tuple[str, ...] = ()
    territory: Territory | None = None
    stage: Stage | None = None
    trl: int | None = None
    trl_most: int | None = None
    trl_evidence: str = ""
    advantage: str = ""
    advantage_en: str = ""
    advantage_against: str = ""
    description: str = ""
    description_en: str = ""
    ip_status: IpStatus | None = None
    ip_number: str = ""
    ip_until: date | None = None
    owners: tuple[Owner, ...] = ()
    state_funded: bool | None = None
    licence: Licence | None = None
    licence_terms: str = ""
    price_from: int | None = None
    price_to: int | None = None
    outcome: str = ""
    outcome_en: str = ""
    data_available: str = ""
    criteria: str = ""
    criteria_en: str = ""
    deadline: date | None = None
    trial_possible: bool | None = None
    takes_restricted: bool | None = None
    levels: Mapping[str, str] | None = None
