"""What the journal itself has run again and again."""

from __future__ import annotations

from khuevan.platform.readers import register

from .ledger import prepare_partitions
from .transparency import seal
from .webhooks import deliver_due, fan_out


def keep_partitions() -> int:
    """Make the coming months' tables; it reads no facts."""
    prepare_partitions()
    return 0


register("journal.partitions", keep_partitions)
register("journal.sealer", seal)
register("journal.webhooks", fan_out)
register("journal.deliveries", deliver_due)
