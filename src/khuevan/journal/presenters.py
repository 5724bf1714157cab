"""What the traces of a thing mean, and who may see them: the apps above say so.

The journal knows no thing it speaks of. An app registers, for each of its models,
who may see a subject's facts and what each fact says in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .access import may_read_every_fact
from .queries import Fact


@dataclass(frozen=True, slots=True)
class Presenter:
    """How the facts of one model are shown."""

    may_see: Callable[[Any, str], bool]
    words: Callable[[Fact], str]


_presenters: dict[str, Presenter] = {}


def register_presenter(
    model: str,
    *,
    may_see: Callable[[Any, str], bool],
    words: Callable[[Fact], str],
) -> None:
    """Say how facts about `app.model` are shown.

    `may_see(person, subject)` decides who reads the facts of one subject;
    `words(fact)` is a sentence in the reader's language.
    """
    _presenters[model] = Presenter(may_see, words)


def may_see_facts(person: Any, subject: str) -> bool:
    """Tell whether a person may read every trace of a subject."""
    if may_read_every_fact(person):
        return True
    presenter = _presenters.get(subject.partition(":")[0])
    return presenter is not None and presenter.may_see(person, subject)


def words_for(fact: Fact) -> str:
    """Return what a fact says in words; its kind where nobody gave words."""
    presenter = _presenters.get(fact.subject.partition(":")[0])
    return presenter.words(fact) if presenter else fact.kind
