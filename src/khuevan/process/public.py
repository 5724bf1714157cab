"""Read, check, draw and run processes."""

from .bpmn import read_bpmn
from .drawing import draw
from .expressions import evaluate, fault_of, holds
from .process_file import ProcessFile, read_process
from .rules.carrying import Fit, fit
from .rules.graph import (
    GATEWAYS,
    WAITING,
    WORK,
    Duty,
    Flow,
    Kind,
    Node,
    Party,
    Process,
    check as check_shape,
    hangs_together,
)
from .rules.soundness import check_ends
from .rules.tokens import Move, Token, begin, leave
from .simulation import (
    Differences,
    Run,
    budget,
    differences,
    longest_hours,
    path_ahead,
    simulate,
    successor_of,
)
from .tables import COLUMNS, Step, from_steps, read_steps
from .verdict import check
from .writing import to_bpmn


__all__ = [
    "COLUMNS",
    "GATEWAYS",
    "WAITING",
    "WORK",
    "Differences",
    "Duty",
    "Fit",
    "Flow",
    "Kind",
    "Move",
    "Node",
    "Party",
    "Process",
    "ProcessFile",
    "Run",
    "Step",
    "Token",
    "begin",
    "budget",
    "check",
    "check_ends",
    "check_shape",
    "differences",
    "draw",
    "evaluate",
    "fault_of",
    "fit",
    "from_steps",
    "hangs_together",
    "holds",
    "leave",
    "longest_hours",
    "path_ahead",
    "read_bpmn",
    "read_process",
    "read_steps",
    "simulate",
    "successor_of",
    "to_bpmn",
]
