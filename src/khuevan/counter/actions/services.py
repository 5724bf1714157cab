"""What the platform itself does at service steps of a process.

`finance` tells the applicant of a financial duty the law makes the agency wait for:
the clock stands until it is settled. A message step `payment` after it waits for that.
"""

from __future__ import annotations

from khuevan.counter.engine import register_service
from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Finance
from khuevan.process.public import Node

from .common import begin_duty


FINANCE = "finance"


def _ask_duty(dossier: Dossier, node: Node) -> None:
    if Finance(dossier.finance) is not Finance.WAITING:
        begin_duty(dossier, waiting=True, by=None)


register_service(FINANCE, _ask_duty)
