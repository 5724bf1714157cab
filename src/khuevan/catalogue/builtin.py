"""The facts of province and commune level procedures shipped with the platform.

Code, title, field, tier, agency, channels with time limit and fee, numbers of the
legal documents and of the decision: facts, without the source's prose.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .rules.codec import from_json
from .rules.definition import Definition, Offer, Result, Tier


FILE = Path(__file__).parent / "data" / "procedures.jsonl.gz"
_OURS = {Tier.CITY, Tier.COMMUNE}


def builtin_definitions() -> list[Definition]:
    """Return the shipped definitions in order of their codes."""
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        return [from_json(json.loads(line)) for line in lines]


def facts_of(definitions: Iterable[Definition]) -> list[Definition]:
    """Return the facts of the procedures the city and its communes decide."""
    ours = [d for d in definitions if d.tier in _OURS]
    return sorted(map(_facts, ours), key=lambda d: d.code)


def _facts(definition: Definition) -> Definition:
    result = definition.result
    return replace(
        definition,
        steps=(),
        conditions="",
        components=(),
        channels=tuple(_bare(offer) for offer in definition.channels),
        result=Result(result.code, "") if result and result.code else None,
    )


def _bare(offer: Offer) -> Offer:
    """Keep the amount a channel names, not the sentences around it."""
    return replace(offer, fee=offer.fee.split("(")[0].strip()[:40])
