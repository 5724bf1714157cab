"""People and organisations for tests; every other state is reached through actions."""

from __future__ import annotations

import factory

from khuevan.directory.models import Appointment, Organisation, Person
from khuevan.directory.rules import OrganisationKind, Role


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    class Meta:
        model = Person

    username = factory.Sequence(lambda n: f"nguoi{n}")
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn Thử {n}")
    email = factory.Sequence(lambda n: f"nguoi{n}@example.org")


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    code = factory.Sequence(lambda n: f"H26.T{n}")
    kind = OrganisationKind.DEPARTMENT
    name = factory.Sequence(lambda n: f"Sở Thử nghiệm {n}")
    short_name = factory.SelfAttribute("name")


class AppointmentFactory(factory.django.DjangoModelFactory[Appointment]):
    class Meta:
        model = Appointment

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.OFFICIAL
    title = "Chuyên viên"


def make_person(
    role: Role = Role.OFFICIAL,
    organisation: Organisation | None = None,
    **fields: object,
) -> Person:
    """Return a person who holds one role in one organisation."""
    organisation = organisation or OrganisationFactory.create()
    person = PersonFactory.create(**fields)
    AppointmentFactory.create(person=person, organisation=organisation, role=role)
    return person
