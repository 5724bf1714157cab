"""Listings under auction, and what members declare so that bidders are told apart."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from khuevan.directory.public import Person
from khuevan.exchange.rules.auctioning import PartyKind
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .listings import Listing
from .members import Member


class ListingAuction(Entity):
    """An auction of a listing, by its code: who asked for it, on whose consent."""

    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, related_name="auctions"
    )
    code = models.CharField(max_length=30, unique=True)
    consent = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[ListingAuction]] = models.Manager()

    class Privacy:
        personal = {"consent": "may name owners who agreed"}
        open = {"id", "listing", "code", "decision", "asked_by", "asked_at"}

    class Meta:
        ordering = ["-asked_at", "id"]


class MemberParty(Entity):
    """An owner or a bank account of a member, as it declared it; `key` is what it is known by."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="parties")
    kind = models.CharField(max_length=7, choices=[(k, k.name) for k in PartyKind])
    told = models.CharField(max_length=200)
    key = models.CharField(max_length=200, db_index=True)

    objects: ClassVar[models.Manager[MemberParty]] = models.Manager()

    class Privacy:
        personal = {"told": "an owner or a bank account", "key": "the code in it"}
        open = {"id", "member", "kind"}

    class Meta:
        ordering = ["kind", "told"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "key"], name="exchange_party_is_declared_once"
            )
        ]
