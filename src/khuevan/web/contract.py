"""What programs elsewhere rely on: a description may gain, and loses nothing by itself.

Plain comparing of two OpenAPI documents, the one in the repository and the one of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any


Tree = Mapping[str, Any]
_METHODS = ("get", "put", "post", "delete", "patch")
_DEEPEST = 12


def losses(old: Tree, new: Tree, today: date) -> list[str]:
    """Return what the new description takes from whoever relies on the old one.

    An operation that was marked as leaving may be gone once its last day is over.
    """
    return [
        f"{method.upper()} {path}: {what}"
        for path, methods in old["paths"].items()
        for method in _METHODS
        if (was := methods.get(method)) is not None
        for what in _operation(old, was, new, new["paths"].get(path, {}).get(method), today)
    ]  # fmt: skip


def _operation(
    old: Tree, was: Tree, new: Tree, now: Tree | None, today: date
) -> Iterator[str]:
    if now is None:
        if was.get("x-sunset", "9999") >= today.isoformat():
            yield "it is gone"
        return
    if was["operationId"] != now["operationId"]:
        yield f"its operationId was {was['operationId']}"
    if was.get("security") != now.get("security"):
        yield "another scope opens it"
    yield from _parameters(old, was, new, now)
    yield from _asked(old, _schema(was.get("requestBody")), new, _schema(now.get("requestBody")), "body", 0)  # fmt: skip
    for code, answer in was["responses"].items():
        if int(code) < 400:
            if code not in now["responses"]:
                yield f"it answers no {code} any more"
                continue
            yield from _told(old, _schema(answer), new, _schema(now["responses"][code]), code, 0)  # fmt: skip


def _parameters(old: Tree, was: Tree, new: Tree, now: Tree) -> Iterator[str]:
    before = {(p["in"], p["name"]): p for p in was.get("parameters", [])}
    after = {(p["in"], p["name"]): p for p in now.get("parameters", [])}
    for key, one in before.items():
        if key not in after:
            yield f"the parameter {key[1]} is gone"
        else:
            yield from _asked(old, one["schema"], new, after[key]["schema"], key[1], 0)
    for key, one in after.items():
        if one.get("required") and not before.get(key, {}).get("required"):
            yield f"the parameter {key[1]} is needed now"


def _asked(
    old: Tree, was: Tree, new: Tree, now: Tree, where: str, depth: int
) -> Iterator[str]:
    """Compare what a caller sends: nothing accepted before may be refused."""
    was, now = _resolved(old, was), _resolved(new, now)
    yield from _type(was, now, where)
    gone = {str(v) for v in was.get("enum", ())} - {str(v) for v in now.get("enum", was.get("enum", ()))}  # fmt: skip
    if gone:
        yield f"{where} does not take {', '.join(sorted(gone))} any more"
    for name in sorted(set(now.get("required", ())) - set(was.get("required", ()))):
        yield f"{where}.{name} is needed now"
    yield from _below(_asked, old, was, new, now, where, depth)


def _told(
    old: Tree, was: Tree, new: Tree, now: Tree, where: str, depth: int
) -> Iterator[str]:
    """Compare what a caller is told: nothing told before may be missing."""
    was, now = _resolved(old, was), _resolved(new, now)
    yield from _type(was, now, where)
    for name in sorted(set(was.get("required", ())) - set(now.get("required", ()))):
        if name in now.get("properties", {}):
            yield f"{where}.{name} may be missing now"
    yield from _below(_told, old, was, new, now, where, depth)


def _below(
    compare: Any, old: Tree, was: Tree, new: Tree, now: Tree, where: str, depth: int
) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for name, one in was.get("properties", {}).items():
        there = now.get("properties", {}).get(name)
        if there is None:
            yield f"{where}.{name} is gone"
        else:
            yield from compare(old, one, new, there, f"{where}.{name}", depth + 1)
    if "items" in was and "items" in now:
        yield from compare(old, was["items"], new, now["items"], f"{where}[]", depth + 1)  # fmt: skip


def _type(was: Tree, now: Tree, where: str) -> Iterator[str]:
    if _kinds(was) != _kinds(now):
        yield f"{where} was {_kinds(was)} and is {_kinds(now)}"


def _kinds(schema: Tree) -> str:
    """Return what a schema holds, as one word."""
    choices = schema.get("anyOf", ())
    if choices:
        return "|".join(sorted(one.get("type", one.get("$ref", "any")) for one in choices))  # fmt: skip
    return str(schema.get("type", "any"))


def _resolved(document: Tree, schema: Tree) -> Tree:
    while "$ref" in schema or len(schema.get("allOf", ())) == 1:
        if "$ref" not in schema:
            schema = schema["allOf"][0]
            continue
        name = schema["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
    return schema


def _schema(part: Tree | None) -> Tree:
    """Return the schema of a body or an answer; an empty one where it has none."""
    for content in (part or {}).get("content", {}).values():
        found: Tree = content.get("schema", {})
        return found
    return {}
