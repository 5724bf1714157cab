"""Who handles what in an organisation: its heads' rules, the narrowest first."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.models import Entity

from .aside import led_by


class AssignmentRuleQuerySet(models.QuerySet["AssignmentRule"]):
    def visible_to(self, person: Person) -> Self:
        """Keep the rules of organisations whose people somebody answers for."""
        if person.authority.reads_everything:
            return self
        return self.filter(organisation__in=led_by(person))

    def narrowest_first(self) -> Self:
        """Put a procedure's rule before its sector's, and that before the rest."""
        return self.order_by("-procedure", "-sector", "pk")


class AssignmentRule(Entity):
    """The people an organisation's dossiers of a kind go to; load decides among them.

    Of one procedure, of one sector, or of everything else where both are empty.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )
    procedure = models.CharField(max_length=20, blank=True)
    sector = models.CharField(max_length=200, blank=True)
    people: ArrayField[list[UUID], list[UUID]] = ArrayField(models.UUIDField())
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=clock.now)

    objects = AssignmentRuleQuerySet.as_manager()

    class Privacy:
        personal: dict[str, str] = {}
        open = {"id", "organisation", "procedure", "sector", "people", "set_by", "set_at"}  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "procedure", "sector"],
                name="counter_one_rule_for_a_kind_of_dossier",
            ),
            models.CheckConstraint(
                condition=Q(procedure="") | Q(sector=""),
                name="counter_rule_is_of_a_procedure_or_a_sector",
            ),
            models.CheckConstraint(
                condition=Q(people__len__gt=0), name="counter_rule_names_somebody"
            ),
        ]
