"""What readers say of a log, in one place because both say the same."""

from khuevan.platform.errors import N_


ALL_INCOMPLETE = N_("%(count)s event(s) that are not “complete” were left out")
ZONE_ASSUMED = N_("%(count)s time(s) without a zone were read as %(about)s")
LOOSE_EVENTS = N_("%(count)s event(s) outside any trace were left out")
EMPTY_TRACES = N_("%(count)s trace(s) without events were left out")
DEFAULTED = N_("%(count)s time(s) the log's own default filled in %(about)s")

NO_CASE = N_("The event has no case")
NO_ACTIVITY = N_("The event has no activity")
NO_TIME = N_("The event has no time")
BAD_TIME = N_("“%(value)s” is not an instant")
NO_ZONE = N_("The time “%(value)s” has no zone")

FILL = N_("Fill it in, or take the row out.")
WRITE_INSTANT = N_("Write it as 2026-11-20T08:00:00+07:00.")
SAY_ZONE = N_(
    "Write the offset as in 2026-11-20T08:00:00+07:00, or say which zone is meant."
)
