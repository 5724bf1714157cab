"""What a published version of a procedure says: the whole of it, frozen.

Decree 63/2010 Art. 8(2) (as amended by Decree 92/2017) lists what a procedure must
contain; Decree 224/2026 Art. 14 adds why a service is only partly online. A version
is stored as the JSON of this class and never changed once published, so whoever
runs dossiers may keep it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How far a service is online (Decree 224/2026 Art. 14)."""

    FULL = "full"  # toàn trình
    PART = "part"  # một phần


class PartialReason(StrEnum):
    """The only lawful reasons for a service to be partly online (Art. 14)."""

    PRESENCE = "presence"  # luật yêu cầu có mặt trực tiếp
    FIELD_CHECK = "field_check"  # luật yêu cầu kiểm tra thực địa
    INCIDENT = "incident"  # sự cố kỹ thuật chưa khắc phục
    TECHNICAL = "technical"  # vấn đề kỹ thuật khác chưa giải quyết được


class Initiative(StrEnum):
    """How far a service comes by itself (Decree 224/2026 Art. 16), levels 1 to 4."""

    REMIND = "1"  # nhắc
    PREPARE = "2"  # nhắc và chuẩn bị hồ sơ
    RECOMMEND = "3"  # và đề xuất
    EXECUTE = "4"  # và thực hiện


class Tier(StrEnum):
    """The level of government that decides."""

    MINISTRY = "ministry"
    CITY = "city"
    COMMUNE = "commune"


class Channel(StrEnum):
    """How a dossier comes in (Decree 118/2025 as amended by Decree 367/2025).

    ASSISTED is filed online by a supporter for the person, and told apart from what
    people file themselves.
    """

    COUNTER = "counter"  # trực tiếp
    POST = "post"  # bưu chính công ích
    ASSISTED = "assisted"  # hỗ trợ nộp hộ
    PORTAL = "portal"  # Cổng Dịch vụ công quốc gia
    VNEID = "vneid"  # ứng dụng VNeID


ONLINE = frozenset({Channel.ASSISTED, Channel.PORTAL, Channel.VNEID})
"""Channels the national payload calls online (KenhThucHien = 2)."""


class Subject(StrEnum):
    """Who may apply (LoaiDoiTuong)."""

    CITIZEN = "citizen"
    HOUSEHOLD_BUSINESS = "household_business"
    ENTERPRISE = "enterprise"
    ORGANISATION = "organisation"
    FOREIGNER = "foreigner"


class Supply(StrEnum):
    """How a component of a dossier comes in: services.md 7.2."""

    SUBMIT = "submit"  # phải nộp
    SHOW = "show"  # xuất trình để đối chiếu
    DATA = "replaced_by_data"  # thay bằng dữ liệu
    STORE = "already_in_store"  # đã có trong kho dữ liệu điện tử
    GENERATED = "generated_by_system"  # hệ thống tạo từ tờ khai
    WAIVED = "waived"  # được miễn


class ClockStart(StrEnum):
    """What a supplement does to the legal clock, by the stage it is asked in."""

    PAUSE = "pause"
    RESTART = "restart"


class FeeKind(StrEnum):
    FEE = "fee"  # lệ phí
    CHARGE = "charge"  # phí
    APPRAISAL = "appraisal"  # phí thẩm định: không được miễn theo NQ 77


class Collect(StrEnum):
    """When a fee is collected (HinhThucThu)."""

    ON_RECEIPT = "on_receipt"
    ON_SUPPLEMENT = "on_supplement"
    ON_RETURN = "on_return"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as the law states it: never converted. `unit` is worktime's."""

    amount: int
    unit: str  # hour | working_day | day | month
    cut_off: str = "none"  # none | 15:00 | last_hour


@dataclass(frozen=True, slots=True)
class Offer:
    """One channel a procedure is offered through."""

    channel: Channel
    limit: Limit | None = None
    note: str = ""
    fee: str = ""  # the fee in the source's own words


@dataclass(frozen=True, slots=True)
class Component:
    """One paper of the dossier (thành phần hồ sơ).

    `content` is the key of the information it carries in the map of databases
    (identity, residence, land_certificate …), empty for a paper of its own kind.
    `result_of` is the procedure whose result it is. `when` is an expression over the
    answers; empty means always. `another` says why a paper whose name speaks of held
    information is another one.
    """

    code: str
    name: str
    supply: Supply = Supply.SUBMIT
    originals: int = 0
    copies: int = 1
    content: str = ""
    result_of: str = ""
    when: str = ""
    template: str = ""
    hint: str = ""
    another: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee: who set it, when it is collected, and the table that gives the amount.

    `table` is a decision in JDM: inputs `answers`, `channel`, `subject`, `day`;
    output `amount` (đồng) and `reason`. A plain amount is a table of one row.
    """

    code: str
    name: str
    kind: FeeKind
    set_by: str  # council | finance_ministry | other
    collect: Collect = Collect.ON_RECEIPT
    amount: int | None = None
    table: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What the applicant gets."""

    code: str
    name: str
    is_document: bool = True
    electronic: bool = True
    valid_months: int | None = None
    template: str = ""
    content: str = ""  # the key of the information this result proves


@dataclass(frozen=True, slots=True)
class Stage:
    """A planned appointment before the last one: no re-appointment."""

    code: str
    name: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class SupplementRules:
    """What asking for more does to the clock, and how long the applicant has."""

    at_reception: ClockStart = ClockStart.RESTART
    at_settlement: ClockStart = ClockStart.PAUSE
    expires_after_days: int = 15


@dataclass(frozen=True, slots=True)
class Legal:
    """A document the procedure stands on."""

    number: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class TestCase:
    """An author's own case: given these answers, this is what must come out.

    It states the path (ids of steps), the time limit (`due_days` of `due_unit`) and the
    fee in đồng; `because` says why one of them is left out.
    """

    __test__ = False  # not a test of ours

    name: str
    answers: dict[str, Any]
    path: tuple[str, ...] = ()
    due_days: int | None = None
    fee: int | None = None
    channel: Channel = Channel.PORTAL
    due_unit: str = "working_day"
    because: str = ""

    @property
    def unsaid(self) -> tuple[str, ...]:
        """Return what the case leaves open: path, due_days, fee."""
        stated = {"path": self.path, "due_days": self.due_days is not None, "fee": self.fee is not None}  # fmt: skip
        return tuple(name for name, there in stated.items() if not there)


@dataclass(frozen=True, slots=True)
class Guide:
    """The procedure in plain words: what for, who, what to bring, how long."""

    summary: str = ""
    who: str = ""
    bring: str = ""
    after: str = ""
    events: tuple[str, ...] = ()  # life events it answers: birth, marriage, business …
    also: tuple[str, ...] = ()  # other words people use


@dataclass(frozen=True, slots=True)
class Proactive:
    """A service offered before it is asked for: since when, and who states it.

    `moment` is the event or day the city knows of, and from which data; `stated_by`
    the name and post of who answers for the statement.
    """

    level: Initiative
    since: date
    moment: str
    stated_by: str


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything one version of a procedure says."""

    code: str
    title: str
    sector: str  # lĩnh vực
    level: Level
    tier: Tier
    agency: str  # organisation's code, or "commune": the one of the applicant's place
    decision: str = ""
    decided_on: date | None = None
    sector_code: str = ""
    partial_reason: PartialReason | None = None
    partial_basis: tuple[Legal, ...] = ()
    handled_by_system: str = "city"  # city | portal | ministry:<name>
    subjects: tuple[Subject, ...] = (Subject.CITIZEN,)
    sets: int = 1
    steps: tuple[str, ...] = ()
    manner: str = ""
    conditions: str = ""
    result: Result | None = None
    channels: tuple[Offer, ...] = ()
    components: tuple[Component, ...] = ()
    fees: tuple[Fee, ...] = ()
    stages: tuple[Stage, ...] = ()
    forms: tuple[str, ...] = ()
    legal: tuple[Legal, ...] = ()
    supplement: SupplementRules = field(default_factory=SupplementRules)
    form: dict[str, Any] = field(default_factory=dict)  # JSON Schema 2020-12, x-pages
    limit_table: dict[str, Any] | None = None  # JDM: answers → amount, unit
    process: str = ""  # BPMN 2.0 XML; empty: described, not executable
    tests: tuple[TestCase, ...] = ()
    guide: Guide = field(default_factory=Guide)
    is_key: bool = False  # one of the 50 procedures to restructure
    is_party: bool = False  # counts and times only
    is_business: bool = False  # belongs to the enterprise group
    tiers: tuple[Tier, ...] = ()  # every tier that decides it, where there are several
    agency_name: str = ""  # the deciding agency in the source's own words
    executing: str = ""  # who carries it out, in the source's own words
    proactive: Proactive | None = None
    basis_effective_on: date | None = None  # latest day its legal basis takes effect
    receiving: str = ""  # who receives, in the source's own words; empty: any point
    shortened: bool = False  # its document was issued in the shortened way (rút gọn)

    @property
    def executable(self) -> bool:
        """Tell whether dossiers can run through this version."""
        return bool(self.process and self.form)

    def data_for(self, case: TestCase) -> dict[str, Any]:
        """Return what a case's conditions are computed over.

        The same names a running dossier has, as on a way without incidents: nothing
        else, so that a condition on another name fails here and not on a dossier.
        """
        subject = self.subjects[0] if self.subjects else Subject.CITIZEN
        return {
            "answers": case.answers,
            "channel": case.channel.value,
            "subject": subject.value,
            "supplements": 0,
            "finance": "none",
            "outcome": "",
            "decision": "",
        }

    def limit_for(self, channel: Channel) -> Limit | None:
        """Return the limit of a channel, else the first one stated."""
        own = next((o.limit for o in self.channels if o.channel == channel), None)
        return own or next((o.limit for o in self.channels if o.limit), None)
