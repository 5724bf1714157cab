"""Rows by column as they are stored, kept to be put back later, exact to the microsecond."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Model


def as_stored(row: Model) -> dict[str, Any]:
    """Return what a row holds, by column."""
    found = {f.column: f.value_from_object(row) for f in row._meta.concrete_fields if f.column}  # fmt: skip
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in found.items()
    }


def restore(row: Any, told: dict[str, Any]) -> None:
    """Give a row back what it held, by column, and save it."""
    for field in row._meta.concrete_fields:
        value = told[field.column]
        if isinstance(field, ArrayField) and value is not None:
            value = json.dumps(value)  # which it reads part by part
        setattr(row, field.attname, field.to_python(value))
    row.save()
