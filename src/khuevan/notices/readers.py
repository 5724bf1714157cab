"""Has the worker make notices of new facts and carry them to people."""

from __future__ import annotations

from khuevan.platform.readers import register

from .making import take_facts
from .outbox import deliver_due
from .posting import deliver_posted


register("notices", take_facts)
register("notices.deliveries", deliver_due)
register("notices.postings", deliver_posted)
