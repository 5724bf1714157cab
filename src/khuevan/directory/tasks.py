"""What the worker does for this app: accounts nobody uses, sessions that are over."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from procrastinate.contrib.django import app

from khuevan.platform import clock

from .actions.sign_in import disable_idle_person
from .models import Person, Session, SignInAttempts
from .rules import Role
from .security import profile


@app.periodic(cron="41 2 * * *")
@app.task(name="directory.tidy_up", queueing_lock="directory.tidy_up")
def tidy_up(timestamp: int = 0) -> None:
    """Disable unused accounts where the profile says so; forget what is over."""
    disable_unused_accounts()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    SignInAttempts.objects.filter(last_at__lt=clock.now() - timedelta(days=1)).delete()


def disable_unused_accounts() -> int:
    """Disable every account unused for too long; return how many. Never in the demo."""
    days = profile().disable_after
    if not days or settings.DEMO:
        return 0
    edge = clock.now() - timedelta(days=days)
    unused = Person.objects.filter(
        Q(last_login__isnull=True) | Q(last_login__lt=edge),
        is_active=True,
        enabled_at__lt=edge,
    ).exclude(appointments__role=Role.MACHINE)  # machines never sign in
    return sum(disable_idle_person(person=person, by=None) for person in unused)
