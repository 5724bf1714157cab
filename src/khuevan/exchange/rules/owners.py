"""Owners and shares as people write them: one line each, “Name: 33.33”."""

from __future__ import annotations

import re

from khuevan.platform.errors import N_, RuleBroken

from .listings import Owner


_LINE = re.compile(r"(.+?)\s*[:=]\s*(\d{1,3})(?:[.,](\d{1,2}))?\s*%?")
MOST_OWNERS = 20


def read_owners(text: str) -> tuple[Owner, ...]:
    """Return the owners with shares in hundredths of a per cent; a lone name owns all.

    Raises RuleBroken naming the line that cannot be read.
    """
    lines = [line.strip() for line in re.split(r"[;\n]", text) if line.strip()]
    if len(lines) > MOST_OWNERS:
        raise RuleBroken(N_("Name at most %(most)s owners."), field="owners", most=MOST_OWNERS)  # fmt: skip
    if len(lines) == 1 and not re.search(r"[:=]", lines[0]):
        return (Owner(lines[0][:200], 10_000),)
    return tuple(_owner(line) for line in lines)


def _owner(line: str) -> Owner:
    found = _LINE.fullmatch(line)
    share = int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0")) if found else 0
    if found is None or not 0 < share <= 10_000:
        raise RuleBroken(
            N_("“%(line)s” names no owner with a share. Write one line each: Name: 60"),
            field="owners",
            line=line[:80],
        )
    return Owner(found[1][:200], share)


def write_owners(owners: tuple[Owner, ...]) -> str:
    """Return owners the way they are read."""
    return "\n".join(f"{o.name}: {o.share // 100},{o.share % 100:02d}" for o in owners)
