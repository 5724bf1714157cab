"""Everything that writes to the catalogue; each action leaves one fact."""

from .faults import accept_fault, correct_fault
from .importing import import_catalogue, load_builtin
from .versions import (
    change_draft,
    check_version,
    draft_version,
    enter_cost,
    publish_version,
    withdraw_publication,
)


__all__ = [
    "accept_fault",
    "change_draft",
    "check_version",
    "correct_fault",
    "draft_version",
    "enter_cost",
    "import_catalogue",
    "load_builtin",
    "publish_version",
    "withdraw_publication",
]
