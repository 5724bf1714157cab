"""Sessions in the database, each knowing whose it is and when it was last used."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from khuevan.platform import clock
from khuevan.platform.ids import uuid7
from khuevan.platform.prepared import Given, Prepared

from .models import Session


BROWSER = "browser"


_LASTING = Prepared(
    lambda: Session.objects.select_related("person").filter(
        session_key=Given("key", CharField()),
        expire_date__gt=Given("now", DateTimeField()),
    )
)


class SessionStore(DatabaseStore):
    """Django's store with our own row: `row` is what was loaded, None for a new one."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        """Return the session that lasts, its person with it: each request needs both."""
        now = timezone.now()  # noqa: TID251 - Django set its end by its own clock
        found = _LASTING.ask(key=self.session_key, now=now)
        self.row = found[0] if found else None
        if self.row is None:
            self._session_key = None
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        person = data.get(SESSION_KEY)
        row.person_id = UUID(person) if person else None
        row.browser = data.get(BROWSER, "")
        now = clock.now()
        # One sign-in is one session, however often it is saved.
        kept = self.row if self.row and self.row.person_id == row.person_id else None
        row.number = kept.number if kept else uuid7()
        row.started_at = kept.started_at if kept else now
        row.seen_at = kept.seen_at if kept else now
        self.row = row
        return row

    def flush(self) -> None:
        super().flush()
        self.row = None


def browser_of(user_agent: str) -> str:
    """Return which browser on which system, in two words: enough to know one's own."""
    browsers = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"),
                ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
    systems = (("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"),
               ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
    words = [
        next((name for mark, name in known if mark in user_agent), "")
        for known in (browsers, systems)
    ]
    return " · ".join(word for word in words if word)
