"""What a procedure's result says: its template, read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


_PLACE = re.compile(r"\{(\w+)\}")
_FIELDS = re.compile(r"[a-z][a-z0-9_]*(?:[\s,;]+[a-z][a-z0-9_]*)*[\s,;]*", re.ASCII)
_WORD = re.compile(r"[^\s,;]+")


@dataclass(frozen=True, slots=True)
class Template:
    """What a result says: sentences, and answers listed with their questions.

    A line of field names alone, separated by commas or spaces, lists these answers;
    any other line is a sentence, in which `{field}` stands for an answer.
    """

    listed: tuple[str, ...] = ()
    text: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return every field it names."""
        return tuple(dict.fromkeys((*self.listed, *_PLACE.findall(self.text))))

    def filled(self, say: Callable[[str], str]) -> str:
        """Return the text with its places filled; `say` gives the words of a field."""
        return _PLACE.sub(lambda place: say(place.group(1)), self.text)


def read_template(template: str) -> Template:
    """Return what a template of the catalogue asks for."""
    lines = [line.strip() for line in template.splitlines() if line.strip()]
    listed = [line for line in lines if _FIELDS.fullmatch(line)]
    names = (name for line in listed for name in _WORD.findall(line))
    text = "\n".join(line for line in lines if line not in listed)
    return Template(tuple(dict.fromkeys(names)), text)
