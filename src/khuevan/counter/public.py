"""What other apps may use of dossiers.

Analysis reads views of the database, kept by this app as its contract (`views.sql`):
`counter_case`, a row for each filed dossier, `counter_event`, a row for each step done,
`counter_pause`, a row for each time the clock stood, and those on what was asked of
applicants, of other agencies, and on visits; none names an applicant.
"""

from .actions import (
    accept_dossier,
    file_dossier,
    prefill_draft,
    save_draft,
    start_draft,
)
from .cases import CaseRow, case_rows
from .conditions import Asked, try_on_dossiers
from .dated import in_time_sql, most_on
from .finding import find_dossiers
from .providers import Provided, register_provider
from .rules.clocks import Timeliness
from .rules.states import Business, Delivery, Finance, Outcome, Status, Sync
from .standing import DossierStanding, standing_of
from .sync.mirror_file import mirror_file
from .words import STATUSES


CASES = "counter_case"
IN_TIME = in_time_sql()
"""SQL for whether an ended row of CASES ended in time."""
EVENTS = "counter_event"
PAUSES = "counter_pause"

__all__ = [
    "CASES",
    "EVENTS",
    "IN_TIME",
    "PAUSES",
    "STATUSES",
    "Asked",
    "Business",
    "CaseRow",
    "Delivery",
    "DossierStanding",
    "Finance",
    "Outcome",
    "Provided",
    "Status",
    "Sync",
    "Timeliness",
    "accept_dossier",
    "case_rows",
    "file_dossier",
    "find_dossiers",
    "mirror_file",
    "most_on",
    "prefill_draft",
    "register_provider",
    "save_draft",
    "standing_of",
    "start_draft",
    "try_on_dossiers",
]
