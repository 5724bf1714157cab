"""Entries for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from khuevan.matching.public import PUBLIC, Entry, Kind


EVERYBODY = frozenset({PUBLIC})
MEMBERS = frozenset({PUBLIC, "members"})


def make_entry(code="O-1", title="Màng lọc nước", **told):
    """Make a public offer; what is told replaces what it says."""
    return Entry(
        **{
            "code": code,
            "kind": Kind.OFFER,
            "title": title,
            "owner": f"owner of {code}",
            "seen_by": (PUBLIC,),
            "body_seen_by": (PUBLIC,),
            "published_at": datetime(2026, 11, 2, tzinfo=UTC),
        }
        | told
    )


def make_need(code="N-1", title="Cần màng lọc nước", **told):
    """Make a public need."""
    return make_entry(code, title, kind=Kind.NEED, **told)
