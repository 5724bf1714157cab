"""Acting for another: given by whose authority it is, ended by either side."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.models import Mandate, Person
from khuevan.directory.queries import conflicts_of, may_be_delegate
from khuevan.directory.rules import Lending, Scope, check_mandate
from khuevan.journal import public as journal
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken


@transaction.atomic
def give_mandate(
    *,
    delegate: Person,
    scope: Scope,
    valid_from: date,
    valid_to: date,
    reason: str,
    despite_conflicts: bool = False,
    by: Person,
) -> Mandate:
    """Lend one's own posts to a colleague for a while.

    Only what `by` holds in person is lent, so a mandate is never passed on; posts
    that end or begin meanwhile take their authority with them. Conflicts refuse
    unless the principal has read them.
    """
    Person.objects.select_for_update().get(pk=by.pk)
    lending = Lending(by.pk, delegate.pk, Scope(scope), valid_from, valid_to)
    check_mandate(lending, clock.today(), reason)
    _check_parties(delegate, by)
    conflicts = conflicts_of(lending, delegate)
    if conflicts and not despite_conflicts:
        raise RuleBroken(
            N_("Read the warnings first, then confirm the mandate."), field="anyway"
        )
    mandate = Mandate.objects.create(
        principal=by,
        delegate=delegate,
        scope=lending.scope,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
    )
    journal.record(
        "directory.mandate_given",
        subject=mandate.ref,
        by=by,
        delegate=delegate.ref,
        scope=lending.scope.value,
        valid_from=valid_from,
        valid_to=valid_to,
        conflicts=[conflict.value for conflict in conflicts],
    )
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, by: Person) -> Mandate:
    """End a mandate before its time: the principal takes it back, the delegate lays it down."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if by.pk not in {mandate.principal_id, mandate.delegate_id}:
        raise PermissionDenied
    if mandate.ended_at:
        raise RuleBroken(N_("This mandate has already been ended."))
    mandate.ended_at = clock.now()
    mandate.save(update_fields=["ended_at"])
    journal.record("directory.mandate_ended", subject=mandate.ref, by=by)
    return mandate


def _check_parties(delegate: Person, by: Person) -> None:
    """Refuse to lend what one does not hold, or to somebody out of reach."""
    if not by.authority.own:
        raise RuleBroken(
            N_("You hold no post yourself, so there is nothing to lend. What was lent to you cannot be passed on.")
        )  # fmt: skip
    if not may_be_delegate(delegate, by):
        raise RuleBroken(
            N_("Choose an active colleague from your own organisation or one below it."),
            field="delegate",
        )  # fmt: skip
