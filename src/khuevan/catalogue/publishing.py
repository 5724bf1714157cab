"""Drafting and publishing in one go, for whoever brings finished definitions."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuevan.directory.public import Person

from .actions import draft_version, publish_version
from .models import Procedure
from .queries import Published, version
from .rules.definition import Definition


@transaction.atomic
def publish_definition(
    *, definition: Definition, valid_from: date, by: Person | None
) -> Published:
    """Draft a version and publish it from a day on, with every check.

    Raises InputRefused naming all that stops it; then nothing is left behind.
    """
    procedure = Procedure.objects.filter(code=definition.code).first()
    drafted = draft_version(definition=definition, procedure=procedure, by=by)
    done = publish_version(version=drafted, valid_from=valid_from, by=by)
    return version(done.pk)
