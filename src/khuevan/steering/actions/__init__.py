"""Everything that changes steering. Nothing else writes these tables."""

from .documents import (
    make_calendar_link,
    revoke_calendar_link,
    sign_report,
)
from .evidence import (
    Shown,
    accept_by_report,
    claim_done,
    reaudit,
    reject_claim,
    verify_claim,
)
from .extensions import ask_extension, decide_extension
from .hindrances import (
    answer_register_entry,
    answer_request,
    ask_agency,
    close_request,
    raise_difficulty,
    resolve_difficulty,
)
from .meetings import add_conclusion, call_meeting, close_meeting
from .policy import decide_policy
from .reporting import close_reporting_period, open_reporting_period, submit_report
from .sources import add_clause, register_source
from .tasks import (
    Helper,
    Order,
    assign_task,
    cancel_task,
    cascade_task,
    finish_part,
    name_lead_person,
    publish_task,
    resume_task,
    save_filter,
    suspend_task,
)


__all__ = [
    "Helper",
    "Order",
    "Shown",
    "accept_by_report",
    "add_clause",
    "add_conclusion",
    "answer_register_entry",
    "answer_request",
    "ask_agency",
    "ask_extension",
    "assign_task",
    "call_meeting",
    "cancel_task",
    "cascade_task",
    "claim_done",
    "close_meeting",
    "close_reporting_period",
    "close_request",
    "decide_extension",
    "decide_policy",
    "finish_part",
    "make_calendar_link",
    "name_lead_person",
    "open_reporting_period",
    "publish_task",
    "raise_difficulty",
    "reaudit",
    "register_source",
    "reject_claim",
    "resolve_difficulty",
    "resume_task",
    "revoke_calendar_link",
    "save_filter",
    "sign_report",
    "submit_report",
    "suspend_task",
    "verify_claim",
]
