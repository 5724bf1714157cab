"""What can go wrong, as sentences for people.

No Django here: `rules.py` of every app raises these. A sentence is an English
message id with named parameters; `platform.http` translates it at the edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def N_(sentence: str) -> str:  # noqa: N802 - the name message extractors look for
    """Mark a sentence for the message catalogue without translating it yet."""
    return sentence


class KhuevanError(Exception):
    """Anything this platform says no to.

    `sentence` is the untranslated message, `params` fill its named places. `misuse` names
    the rule where somebody tried what nobody may: that is written down.
    """

    misuse = ""

    def __init__(self, sentence: str = "", **params: Any) -> None:
        self.sentence = sentence
        self.params = params
        super().__init__(sentence % params if params else sentence)


class RuleBroken(KhuevanError):
    """The request was understood, and a rule of the domain says no.

    `field` names the form field to mend where there is one.
    """

    def __init__(
        self, sentence: str, *, field: str = "", misuse: str = "", **params: Any
    ) -> None:
        self.field, self.misuse = field, misuse
        super().__init__(sentence, **params)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input: where it is, what is wrong and how to mend it.

    `what` and `mend` are untranslated sentences; `params` fill their named places.
    """

    where: str
    what: str
    mend: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        what = self.what % self.params if self.params else self.what
        return f"{self.where}: {what}"


class InputRefused(KhuevanError):
    """An input has faults; nothing of it was taken."""

    def __init__(self, problems: list[Problem], *, misuse: str = "") -> None:
        self.problems, self.misuse = problems, misuse
        super().__init__()
        self.args = ("; ".join(str(problem) for problem in problems),)


class Conflict(KhuevanError):
    """The same idempotency key came with another request, or the thing has moved on."""


class TooOften(KhuevanError):
    """Somebody asks more often than is good for all; `seconds` until they may again."""

    def __init__(self, sentence: str, *, seconds: int, **params: Any) -> None:
        self.seconds = seconds
        super().__init__(sentence, seconds=seconds, **params)


class Unavailable(KhuevanError):
    """A service this platform depends on does not answer."""
