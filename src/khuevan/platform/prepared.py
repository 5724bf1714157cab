"""Questions of every request, worded once.

Django words a queryset anew whenever it is asked; for a row looked up by its key that
costs more than the question itself. A `Prepared` queryset is worded when it is first
asked, and asked with other values from then on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError


M = TypeVar("M", bound=models.Model)


class Given(models.Expression):
    """A value of a prepared queryset, told when it is asked."""

    def __init__(self, name: str, output_field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Among(models.Func):
    """Whether a column holds one of the values of a `Given` array, however many these are."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = models.BooleanField()


class Prepared(Generic[M]):
    """A queryset of whole models with `Given` values in it."""

    def __init__(self, build: Callable[[], models.QuerySet[M]]) -> None:
        self._build = build
        self._kept = threading.local()  # a compiler belongs to its thread's connection

    def ask(self, **values: Any) -> list[M]:
        """Return what is found for these values."""
        if not hasattr(self._kept, "compiler"):
            self._word()
        compiler, params = self._kept.compiler, self._kept.params
        if compiler.query.select_for_update and not compiler.connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked within a transaction.")
        compiler.given = tuple(
            values[param.name] if isinstance(param, Given) else param
            for param in params
        )
        return list(ModelIterable(self._kept.queryset))

    def get(self, **values: Any) -> M:
        """Return the only one that is found; raises its DoesNotExist where there is none."""
        found = self.ask(**values)
        if len(found) != 1:
            raise self._kept.queryset.model.DoesNotExist
        return found[0]

    def _word(self) -> None:
        queryset = self._build()
        compiler: Any = queryset.query.get_compiler(connection=connections[queryset.db])
        sql, self._kept.params = compiler.as_sql()
        compiler.as_sql = lambda *_, **__: (sql, compiler.given)
        query: Any = queryset.query
        query.get_compiler = lambda *_, **__: compiler
        self._kept.queryset, self._kept.compiler = queryset, compiler
