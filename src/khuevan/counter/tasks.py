"""What the worker does for the counter: its clocks, moves of dossiers, the national portal."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from khuevan.directory.public import Person
from khuevan.platform import jobs
from khuevan.platform.errors import N_, Unavailable
from khuevan.platform.readers import register

from .actions.interlinking import close_ended, open_called
from .actions.moving import move_dossiers, undo_move
from .actions.watch import climb_ladder, close_expired, note_unreceived, wake_timers
from .models import VersionMove
from .sync.comparing import compare_latest
from .sync.reader import take_facts
from .sync.sender import send_due
from .sync.using import portal_in_use
from .tidying import forget_old


MOVE, UNDO = "counter.move_dossiers", "counter.undo_move"
log = logging.getLogger(__name__)


@jobs.register(MOVE, title=N_("Move dossiers to a new version"))
def move_over(
    progress: jobs.Progress, *, source: str, target: str, chosen: dict[str, str], person: str,
) -> dict[str, Any]:  # fmt: skip
    """Move in batches; a second run goes on where the first stopped.

    A batch is its own transaction, so that progress is told between two of them.
    """
    move = move_dossiers(
        source=UUID(source), target=UUID(target), chosen=chosen, told=progress,
        by=Person.objects.get(pk=UUID(person)),
    )  # fmt: skip
    held = move.dossiers
    return {
        "move": str(move.pk),
        "moved": held.gone().count(),
        "stayed": held.stayed().count(),
    }


@jobs.register(UNDO, title=N_("Put dossiers back to their version"))
def put_back(progress: jobs.Progress, *, move: str, person: str) -> dict[str, Any]:
    """Undo a move for every dossier nobody touched since."""
    back = undo_move(
        move=VersionMove.objects.get(pk=UUID(move)), told=progress,
        by=Person.objects.get(pk=UUID(person)),
    )  # fmt: skip
    return {"move": move, "back": back}


@app.periodic(cron="*/5 * * * *")
@app.task(name="khuevan.counter_watch", queueing_lock="khuevan.counter_watch")
def watch(timestamp: int = 0) -> None:
    """Call out what nobody received, warn, wake timers, close what expired, interlink."""
    note_unreceived()
    climb_ladder()
    wake_timers()
    close_expired()
    open_called()
    close_ended()


@app.task(name="khuevan.counter_sync", queueing_lock="khuevan.counter_sync")
def send_to_portal(timestamp: int = 0) -> None:
    """Carry what waits to the national portal."""
    portal = portal_in_use()
    if portal is not None:
        send_due(portal)


@app.periodic(cron="* * * * *")
@app.task(name="khuevan.counter_sync_tick", queueing_lock="khuevan.counter_sync_tick")
def send_to_portal_again(timestamp: int = 0) -> None:
    """Try every minute what was put off."""
    send_to_portal()


@app.periodic(cron="20 2 * * *")
@app.task(name="khuevan.counter_compare", queueing_lock="khuevan.counter_compare")
def compare_with_portal(timestamp: int = 0) -> None:
    """Compare the latest days with the portal; a silent portal is asked again tomorrow."""
    portal = portal_in_use()
    if portal is None:
        return
    try:
        compare_latest(portal)
    except Unavailable:
        log.warning("the national portal gives no list", exc_info=True)


@app.periodic(cron="27 3 * * *")
@app.task(name="khuevan.counter_tidy_up", queueing_lock="khuevan.counter_tidy_up")
def tidy_up(timestamp: int = 0) -> None:
    """Forget what has served."""
    forget_old()


def read_facts() -> int:
    """Turn new facts into messages and have them sent at once."""
    read = take_facts()
    if read:
        with suppress(AlreadyEnqueued):
            send_to_portal.defer()
    return read


register("counter.sync", read_facts)
