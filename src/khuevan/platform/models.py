"""The shape every stored thing shares."""

from __future__ import annotations

from django.db import models

from .ids import uuid7


class Entity(models.Model):
    """A stored thing with a time-ordered key and a reference for the journal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True

    @property
    def ref(self) -> str:
        """Return `app.model:key`, the only way the journal names this thing."""
        return f"{self._meta.label_lower}:{self.pk}"
