"""What the worker does for the counter: the watch on its clocks, moves of dossiers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from khuevan.directory.public import Person
from khuevan.platform import jobs
from khuevan.platform.errors import N_

from .actions.interlinking import close_ended, open_called
from .actions.moving import move_dossiers, undo_move
from .actions.watch import climb_ladder, close_expired, note_unreceived, wake_timers
from .models import VersionMove


MOVE, UNDO = "counter.move_dossiers", "counter.undo_move"


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
    return {"move": str(move.pk), "moved": move.dossiers.count()}


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
