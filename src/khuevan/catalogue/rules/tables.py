"""Decision tables and expressions of authors: checked when written, safe when run.

A table is a decision in JDM (zen-engine's form): inputs, decision tables, expressions,
an output. Function nodes (JavaScript), calls of other decisions and endless lists are
refused: what an author writes may be wrong, but never run away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import zen

from khuevan.platform.errors import N_, Problem, RuleBroken


KINDS = frozenset({"inputNode", "outputNode", "decisionTableNode", "expressionNode"})
MOST_NODES = 20
MOST_RULES = 500
LONGEST_CELL = 1_000
_LIST_LOOP = re.compile(r"\.\.")
_REASON = re.compile(r'"source":"([^"]*)"')


def check_table(table: Any, where: str) -> list[Problem]:
    """Return everything wrong with a table, each with its place; empty when sound."""
    shape = _check_shape(table, where)
    if shape:
        return shape
    problems = [
        problem
        for node in table["nodes"]
        for problem in _check_node(node, f"{where}.{node.get('name') or node['id']}")
    ]
    if problems:
        return problems
    try:
        _decision(_text(table))
    except RuntimeError as fault:
        return [_broken(where, fault)]
    return []


def check_expression(expression: str, where: str) -> list[Problem]:
    """Return what is wrong with an expression over the answers; empty when sound."""
    if len(expression) > LONGEST_CELL:
        return [_too_long(where)]
    if _LIST_LOOP.search(expression) and "#" in expression:
        return [
            Problem(where, N_("An expression may not walk through a made-up list."))
        ]
    return _told(where, zen.validate_expression(expression))


def evaluate_table(table: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
    """Return what a table answers; RuleBroken where it cannot be run or has no row."""
    try:
        answer = _decision(_text(table)).evaluate(dict(context))["result"]
    except RuntimeError as fault:
        raise RuleBroken(
            N_("A table of this procedure cannot be computed: %(reason)s."),
            reason=_short(fault),
        ) from fault
    if not answer:
        raise RuleBroken(N_("No row of the procedure's table fits this dossier."))
    return answer


def evaluate(expression: str, context: Mapping[str, Any]) -> Any:
    """Return the value of an expression; RuleBroken where it cannot be computed."""
    if check_expression(expression, "."):
        raise RuleBroken(
            N_("The expression “%(expression)s” cannot be read."),
            expression=expression[:100],
        )
    try:
        return _expression(expression).evaluate(dict(context))
    except RuntimeError as fault:
        raise RuleBroken(
            N_("The expression “%(expression)s” cannot be computed: %(reason)s."),
            expression=expression[:100],
            reason=_short(fault),
        ) from fault


def plain_table(amount: int, reason: str = "") -> dict[str, Any]:
    """Return the table of one row that always answers the same amount."""
    return table_of([({}, {"amount": str(amount), "reason": json.dumps(reason)})])


def table_of(rows: list[tuple[dict[str, str], dict[str, str]]]) -> dict[str, Any]:
    """Return a JDM table from rows of (cells by field, outputs by field), first fits."""
    inputs = list(dict.fromkeys(field for cells, _out in rows for field in cells))
    outputs = list(dict.fromkeys(field for _cells, out in rows for field in out))
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in"},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": "table",
                "content": {
                    "hitPolicy": "first",
                    "inputs": [{"id": f"i{n}", "name": f, "field": f} for n, f in enumerate(inputs)],
                    "outputs": [{"id": f"o{n}", "name": f, "field": f} for n, f in enumerate(outputs)],
                    "rules": [
                        {"_id": f"r{number}"}
                        | {f"i{n}": cells.get(f, "") for n, f in enumerate(inputs)}
                        | {f"o{n}": out.get(f, "") for n, f in enumerate(outputs)}
                        for number, (cells, out) in enumerate(rows)
                    ],
                },
            },
            {"id": "out", "type": "outputNode", "name": "out"},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "table"},
            {"id": "e2", "sourceId": "table", "targetId": "out"},
        ],
    }  # fmt: skip


def _check_shape(table: Any, where: str) -> list[Problem]:
    nodes = table.get("nodes") if isinstance(table, Mapping) else None
    edges = table.get("edges") if isinstance(table, Mapping) else None
    if not isinstance(nodes, list) or not isinstance(edges, list):
        return [
            Problem(
                where,
                N_("This is not a decision table."),
                N_("Give a JDM document with “nodes” and “edges”."),
            )
        ]
    if not all(isinstance(n, Mapping) and "id" in n and "type" in n for n in nodes):
        return [Problem(where, N_("Every node needs an “id” and a “type”."))]
    strange = sorted({str(n["type"]) for n in nodes} - KINDS)
    if strange:
        return [
            Problem(
                where,
                N_("Nodes of the type %(types)s are not taken."),
                N_("Use decision tables and expressions only."),
                {"types": ", ".join(strange)},
            )
        ]
    if len(nodes) > MOST_NODES:
        return [Problem(where, N_("A decision has %(most)s nodes at most."), "", {"most": MOST_NODES})]  # fmt: skip
    return []


def _check_node(node: Mapping[str, Any], where: str) -> list[Problem]:
    content = node.get("content")
    if node["type"] == "expressionNode":
        return [p for place, cell in _expressions(content) for p in check_expression(cell, f"{where}.{place}")]  # fmt: skip
    if node["type"] != "decisionTableNode":
        return []
    if not isinstance(content, Mapping) or not all(
        isinstance(content.get(part), list) for part in ("inputs", "outputs", "rules")
    ):
        return [Problem(where, N_("The table needs inputs, outputs and rules."))]
    if len(content["rules"]) > MOST_RULES:
        return [Problem(where, N_("A table has %(most)s rows at most."), "", {"most": MOST_RULES})]  # fmt: skip
    return [
        problem
        for number, rule in enumerate(content["rules"], start=1)
        for problem in _check_row(content, rule, f"{where}.{number}")
    ]


def _check_row(content: Mapping[str, Any], rule: Any, where: str) -> list[Problem]:
    if not isinstance(rule, Mapping):
        return [Problem(where, N_("This must be an object."))]
    problems: list[Problem] = []
    for column in content["inputs"]:
        cell = str(rule.get(column.get("id"), "")).strip()
        place = f"{where}.{column.get('field') or column.get('name')}"
        if len(cell) > LONGEST_CELL:
            problems.append(_too_long(place))
        elif cell:
            if column.get("field"):
                problems += _check_cell(cell, place)
            else:
                problems += check_expression(cell, place)
    for column in content["outputs"]:
        cell = str(rule.get(column.get("id"), "")).strip()
        place = f"{where}.{column.get('field')}"
        problems += check_expression(cell, place) if cell else []
    return problems


def _check_cell(cell: str, where: str) -> list[Problem]:
    """Check a cell that is held against its column's value, such as `> 5`."""
    try:
        zen.compile_unary_expression(cell)
    except RuntimeError as fault:
        return _told(where, {"source": _short(fault)})
    return []


def _expressions(content: Any) -> Iterator[tuple[str, str]]:
    listed = content.get("expressions") if isinstance(content, Mapping) else None
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, Mapping):
            yield str(one.get("key", "")), str(one.get("value", ""))


def _told(where: str, fault: Any) -> list[Problem]:
    if fault is None:
        return []
    reason = (
        str(fault.get("source", fault)) if isinstance(fault, Mapping) else str(fault)
    )
    what = N_("This expression cannot be read: %(reason)s.")
    return [Problem(where, what, "", {"reason": reason})]


def _too_long(where: str) -> Problem:
    return Problem(where, N_("An expression has %(most)s letters at most."), "", {"most": LONGEST_CELL})  # fmt: skip


def _broken(where: str, fault: RuntimeError) -> Problem:
    return Problem(where, N_("The table cannot be built: %(reason)s."), "", {"reason": _short(fault)})  # fmt: skip


def _short(fault: RuntimeError) -> str:
    """Return the reason without the engine's stack."""
    told = str(fault).split("\n", 1)[0]
    found = _REASON.search(told)
    return (found.group(1) if found else told)[:200]


def _text(table: Mapping[str, Any]) -> str:
    return json.dumps(table, sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=512)
def _decision(text: str) -> Any:
    return zen.ZenEngine().create_decision(text)


@lru_cache(maxsize=2048)
def _expression(expression: str) -> Any:
    return zen.compile_expression(expression)
