"""Who handles petitions, who reads them, and what a reporter may do."""

from __future__ import annotations

from khuevan.directory.public import Person, Role

from .models import Petition


_WORKERS = (Role.HEAD, Role.OFFICIAL)


def may_handle(person: Person | None, petition: Petition) -> bool:
    """Accept, ask, answer, pass on: heads and officials of the body that has it."""
    return (
        person is not None
        and petition.organisation_id in person.authority.organisations
        and person.authority.has(*_WORKERS)
    )


def may_publish(person: Person | None, petition: Petition) -> bool:
    """Take the second look: somebody of the body other than who answered."""
    return may_handle(person, petition) and person is not None and person.pk != petition.answered_by_id  # fmt: skip


def is_reporter(person: Person | None, petition: Petition, *, followed: bool) -> bool:
    """Tell whether somebody sent it: signed in, or proven by code and contact."""
    return followed or (person is not None and person.pk == petition.reporter_id)


def may_read_inbox(person: Person) -> bool:
    """Open the inbox: those who handle, and those who read everything."""
    return person.authority.has(*_WORKERS) or person.authority.reads_everything


def may_issue_links(person: Person | None) -> bool:
    """Hand out a right to rate: the system, and whoever returns results."""
    return person is None or person.authority.has(*_WORKERS)


def may_watch(person: Person | None) -> bool:
    """Note what ran late: the system."""
    return person is None
