"""What other apps may use: what a procedure says on a day, its fees, its papers."""

from .access import may_keep_catalogue
from .actions import import_catalogue, load_builtin
from .actions.importing import Imported
from .budgets import limit_of
from .builtin import builtin_definitions
from .comparing import Edition, costs_of, editions_of, key_codes
from .labels import INITIATIVES
from .publicity import Publicity, publicities
from .publishing import publish_definition
from .queries import (
    Hit,
    Offered,
    Published,
    components_due,
    cost_of,
    counts,
    databases_for,
    declare_once_rate,
    fees_for,
    find_procedures,
    in_force,
    offered,
    published,
    titles_of,
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
    Initiative,
    Legal,
    Level,
    Limit,
    Offer,
    PartialReason,
    Proactive,
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
from .rules.templates import Template, read_template
from .uses import mark_used


__all__ = [
    "INITIATIVES",
    "ONLINE",
    "Channel",
    "ClockStart",
    "Collect",
    "Component",
    "Cost",
    "DeclareOnce",
    "Definition",
    "Edition",
    "Fee",
    "FeeKind",
    "FeeLine",
    "Guide",
    "Held",
    "Hit",
    "Imported",
    "Initiative",
    "Legal",
    "Level",
    "Limit",
    "Offer",
    "Offered",
    "PartialReason",
    "Payer",
    "Proactive",
    "Publicity",
    "Published",
    "Result",
    "Sheet",
    "Stage",
    "Subject",
    "SupplementRules",
    "Supply",
    "Task",
    "Template",
    "TestCase",
    "Tier",
    "Way",
    "builtin_definitions",
    "components_due",
    "cost_of",
    "costs_of",
    "counts",
    "databases_for",
    "declare_once_rate",
    "editions_of",
    "evaluate",
    "fees_for",
    "find_procedures",
    "from_json",
    "import_catalogue",
    "in_force",
    "key_codes",
    "limit_of",
    "load_builtin",
    "mark_used",
    "may_keep_catalogue",
    "offered",
    "publicities",
    "publish_definition",
    "published",
    "read_template",
    "table_of",
    "titles_of",
    "to_json",
    "version",
    "versions_of",
]
