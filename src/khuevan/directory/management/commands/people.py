"""Accounts from the machine itself: the first operator of an installation, and rescue."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext

from khuevan.directory.actions.people import (
    add_person,
    disable_person,
    enable_person,
    set_password,
)
from khuevan.directory.actions.register import appoint
from khuevan.directory.attempts import person_named
from khuevan.directory.models import Organisation, Person
from khuevan.directory.rules import Role
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, KhuevanError


class Command(BaseCommand):
    help = "Make, list, disable and enable accounts, and set their passwords."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        add = verbs.add_parser(
            "add", help="make an account, with a post if one is named"
        )
        add.add_argument("username")
        add.add_argument("full_name")
        add.add_argument("--email", default="")
        add.add_argument("--national-id", default="")
        add.add_argument("--role", choices=[role.value for role in Role])
        add.add_argument("--organisation", help="identifier, such as H26.KHCN")
        add.add_argument("--title", default="")
        for verb in ("disable", "enable", "set-password"):
            one = verbs.add_parser(verb)
            one.add_argument("username", help="user name or e-mail address")
        verbs.add_parser("list").add_argument("words", nargs="*")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        do = getattr(self, verb.replace("-", "_"))
        try:
            with transaction.atomic():
                do(**options)
        except InputRefused as refusal:
            said = [gettext(p.what) % p.params for p in refusal.problems]
            raise CommandError("\n".join(said)) from refusal
        except KhuevanError as refusal:
            raise CommandError(gettext(refusal.sentence) % refusal.params) from refusal

    def add(self, username: str, full_name: str, **options: Any) -> None:
        person = add_person(
            username=username,
            full_name=full_name,
            email=options["email"],
            national_id=options["national_id"],
            by=None,
        )
        if options["role"]:
            self._appoint(person, **options)
        self.stdout.write(f"{person.username}: {person.full_name}")

    def _appoint(self, person: Person, **options: Any) -> None:
        unit = Organisation.objects.filter(code=options["organisation"]).first()
        if unit is None:
            raise CommandError("--role needs --organisation with a known identifier.")
        appoint(
            person=person,
            organisation=unit,
            role=Role(options["role"]),
            title=options["title"] or options["role"],
            valid_from=clock.today(),
            by=None,
        )

    def disable(self, username: str, **options: Any) -> None:
        disable_person(person=_found(username), by=None)
        self.stdout.write("disabled")

    def enable(self, username: str, **options: Any) -> None:
        enable_person(person=_found(username), by=None)
        self.stdout.write("enabled")

    def set_password(self, username: str, **options: Any) -> None:
        """Ask for the password, or read one line where the input is not a terminal."""
        person = _found(username)
        if sys.stdin.isatty():
            password = getpass("New password: ")
            if password != getpass("New password once more: "):
                raise CommandError("The two differ. Nothing was changed.")
        else:
            password = sys.stdin.readline().rstrip("\n")
        set_password(person=person, password=password, by=None)
        self.stdout.write("set")

    def list(self, words: list[str], **options: Any) -> None:
        found = Person.objects.order_by("sort_key")
        for word in words:
            found = found.filter(folded__contains=word.lower())
        for person in found.prefetch_related("appointments__organisation"):
            posts = ", ".join(
                f"{post.role} {post.organisation.code}"
                for post in person.appointments.all()
            )
            state = "" if person.is_active else " (disabled)"
            self.stdout.write(f"{person.username}{state}: {person.full_name} {posts}")


def _found(username: str) -> Person:
    person = person_named(username)
    if person is None:
        raise CommandError(f"There is no account “{username}”.")
    return person
