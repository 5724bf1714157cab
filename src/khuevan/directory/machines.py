"""Accounts machines act under: they hold a post, have no password, and never sign in.

The calling action has seen who may do this, and records it.
"""

from __future__ import annotations

from khuevan.platform import clock
from khuevan.platform.ids import uuid7

from .models import Appointment, Organisation, Person
from .rules import Role


def open_machine(*, organisation: Organisation, name: str) -> Person:
    """Make an account for a machine of an organisation; it sees what its people see."""
    machine = Person(username=f"machine-{uuid7().hex}", full_name=name)
    machine.set_unusable_password()
    machine.save()
    Appointment.objects.create(
        person=machine,
        organisation=organisation,
        role=Role.MACHINE,
        title=name,
        valid_from=clock.today(),
    )
    return machine


def close_machine(machine: Person) -> None:
    """Close a machine's account; what it did stays."""
    machine.is_active = False
    machine.save(update_fields=["is_active"])
