"""What other apps may use: what a procedure says on a day, its fees, its papers."""

from .access import may_keep_catalogue
from .actions import import_catalogue, load_builtin
from .actions.importing import Imported
from .builtin import builtin_definitions
from .executing import limit_of
from .publishing import publish_definition
from .queries import (
    Hit,
    Publicity,
    Published,
    components_due,
    cost_of,
    counts,
    databases_for,
    declare_once_rate,
    fees_for,
    find_procedures,
    in_force,
    publicities,
    published,
    version,
    versions_of,
)
from .rules.codec import from_json, to_json
from .rules.cost import Cost, Sheet, Task, Way
from .rules.definition import (
    ONLINE,
    Channel,
    ClockStart,
    Collect,
    Component,
    Definition,
    Fee,
    FeeKind,
    Guide,
    Legal,
    Level,
    Limit,
    Offer,
    PartialReason,
    Result,
    Stage,
    Subject,
    SupplementRules,
    Supply,
    TestCase,
    Tier,
)
from .rules.fees import FeeLine, Payer
from .rules.holding import DeclareOnce, Held
from .rules.tables import evaluate, table_of
from .uses import mark_used


__all__ = [
    "ONLINE",
    "Channel",
    "ClockStart",
    "Collect",
    "Component",
    "Cost",
    "DeclareOnce",
    "Definition",
    "Fee",
    "FeeKind",
    "FeeLine",
    "Guide",
    "Held",
    "Hit",
    "Imported",
    "Legal",
    "Level",
    "Limit",
    "Offer",
    "PartialReason",
    "Payer",
    "Publicity",
    "Published",
    "Result",
    "Sheet",
    "Stage",
    "Subject",
    "SupplementRules",
    "Supply",
    "Task",
    "TestCase",
    "Tier",
    "Way",
    "builtin_definitions",
    "components_due",
    "cost_of",
    "counts",
    "databases_for",
    "declare_once_rate",
    "evaluate",
    "fees_for",
    "find_procedures",
    "from_json",
    "import_catalogue",
    "in_force",
    "limit_of",
    "load_builtin",
    "mark_used",
    "may_keep_catalogue",
    "publicities",
    "publish_definition",
    "published",
    "table_of",
    "to_json",
    "version",
    "versions_of",
]
