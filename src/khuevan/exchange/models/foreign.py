"""Listings of other exchanges: the row beside a listing that says where it comes from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from khuevan.exchange.rules.foreign import Origin
from khuevan.platform.models import Entity

from .listings import Listing


class Foreign(Entity):
    """Where a listing comes from, and who lists it there, as declared."""

    listing = models.OneToOneField(
        Listing, on_delete=models.CASCADE, related_name="foreign"
    )
    exchange = models.CharField(max_length=200)
    base = models.CharField(max_length=300)
    code = models.CharField(max_length=60)
    address = models.CharField(max_length=500)
    provider = models.CharField(max_length=250, blank=True)
    licence = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Foreign]] = models.Manager()

    class Privacy:
        personal = {"provider": "may be a person"}
        open = {"id", "listing", "exchange", "base", "code", "address", "licence", "seen_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["base", "code"], name="exchange_foreign_listing_is_here_once"
            )
        ]

    @property
    def origin(self) -> Origin:
        """Return where it comes from as a plain value."""
        return Origin(self.exchange, self.base, self.code, self.address, self.licence, self.seen_at)  # fmt: skip
