"""What the apps that own things say of auctioning them: they know firms and owners."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from khuevan.directory.public import Person
from khuevan.platform.errors import RuleBroken


@dataclass(frozen=True)
class Lots:
    """How one model's things are auctioned; each function is given a thing's reference.

    `check_announcement` (with the auction's code) and `check_bidder` (with who asks and
    who bids already) raise RuleBroken where the owner's app says no. `page` is where a
    thing is described. `doubts` returns who of these people would be refused today, each
    with the refusal: what is declared changes after somebody was admitted. `seller` is the
    name of who sells, and `sells` tells whether somebody acts for them.
    """

    check_announcement: Callable[[str, str], None]
    check_bidder: Callable[[str, Person, Sequence[Person]], None]
    page: Callable[[str], str]
    doubts: Callable[[str, Sequence[Person]], Sequence[tuple[Person, RuleBroken]]] = (
        lambda _subject, _people: ()
    )
    seller: Callable[[str], str] = lambda _subject: ""
    sells: Callable[[str, Person], bool] = lambda _subject, _person: False


_known: dict[str, Lots] = {}


def register_lots(model: str, lots: Lots) -> None:
    """Let the app of a model say how its things are auctioned."""
    _known[model] = lots


def lots_of(subject: str) -> Lots | None:
    """Return what is known of a thing by its reference; None where nobody said anything."""
    return _known.get(subject.partition(":")[0])
