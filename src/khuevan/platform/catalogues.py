"""Message catalogues: from sources to `locale/vi/LC_MESSAGES/django.po` and `.mo`.

Babel does the reading and writing, so nobody needs the gettext programs. Entries
are sorted by message and carry file names without line numbers: two branches that
add sentences rarely touch the same lines. Nothing here needs a database.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError

from .errors import InputRefused, Problem


LANGUAGE = "vi"
SOURCES = Path(__file__).parents[1]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# The same as khuevan.web.jinja, or the sentences read here are not those shown.
TEMPLATE_OPTIONS = {
    "extensions": "jinja2.ext.do",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "silent": "false",
}
_NOT_SOURCES = {"tests", "migrations", "locale", "static"}
_PLACES = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%[sdr]|\{\w*\}")
_STRAY = re.compile(r"%")
_DATED_HEADERS = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By|'
    rb'Language-Team|Project-Id-Version|Report-Msgid-Bugs-To).*"\n',
    re.MULTILINE,
)


@dataclass(frozen=True)
class AppCatalogue:
    """The sentences of one app, and where their translations are kept."""

    folder: Path

    @property
    def app(self) -> str:
        return self.folder.name

    @property
    def path(self) -> Path:
        return self.folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    def wanted(self) -> Catalog:
        """Collect every sentence of the app's sources, untranslated."""
        catalogue = Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)
        for source, line, found, comments, context in self._sentences():
            _refuse_unfit_template_text(source, line, found)
            catalogue.add(
                found,
                None,
                [(source.relative_to(self.folder.parent).as_posix(), line)],
                auto_comments=comments,
                context=context,
            )
        return catalogue

    def kept(self) -> Catalog:
        """Read the translations as they are, or an empty catalogue."""
        if not self.path.exists():
            return Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)
        with self.path.open("rb") as file:
            return read_po(file, locale=LANGUAGE, charset="utf-8", abort_invalid=True)

    def merged(self) -> Catalog:
        """Return the wanted sentences with every translation that is kept."""
        wanted, kept = self.wanted(), self.kept()
        for message in _messages(wanted):
            old = kept.get(message.id, message.context)
            if old is not None and type(old.id) is type(message.id):
                message.string = old.string
                message.flags |= old.flags & {"fuzzy"}
                message.user_comments = old.user_comments
        return wanted

    def write(self, catalogue: Catalog) -> bool:
        """Write the .po; return whether it changed. No sentences, no file."""
        if not len(catalogue) and not self.path.exists():
            return False
        buffer = BytesIO()
        write_po(buffer, catalogue, sort_output=True, include_lineno=False, width=88)
        content = _DATED_HEADERS.sub(b"", buffer.getvalue())
        content = content[content.index(b"#\nmsgid ") + 2 :]
        if self.path.exists() and self.path.read_bytes() == content:
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(content)
        return True

    def compile(self) -> bool:
        """Write the .mo beside the .po; return whether there is one."""
        if not self.path.exists():
            return False
        buffer = BytesIO()
        write_mo(buffer, self.kept())
        target = self.path.with_suffix(".mo")
        draft = target.with_suffix(".mo.new")
        draft.write_bytes(buffer.getvalue())
        draft.replace(target)
        return True

    def problems(self) -> Iterator[Problem]:
        """Name every sentence that is missing, doubtful, unused or misfilled."""
        wanted, kept = self.wanted(), self.kept()
        for message in _messages(wanted):
            yield from self._problems_of(message, kept.get(message.id, message.context))
        for message in _messages(kept):
            if wanted.get(message.id, message.context) is None:
                yield self._problem(message, "obsolete: no source uses it")
        for message in kept.obsolete.values():
            yield self._problem(message, "obsolete: no source uses it")

    def _problems_of(self, message: Message, old: Message | None) -> Iterator[Problem]:
        if old is None or not all(_forms(old.string)):
            yield self._problem(message, "missing: it has no translation")
        elif old.fuzzy:
            yield self._problem(message, "fuzzy: nobody has confirmed the translation")
        else:
            # Vietnamese has one form for every number: the plural is what it fills.
            places = Counter(_PLACES.findall(_forms(message.id)[-1]))
            for form in _forms(old.string):
                if set(_PLACES.findall(form)) != set(places):
                    yield self._problem(
                        message, f"the places to fill differ: {sorted(places)}"
                    )
                if _STRAY.search(_PLACES.sub("", form).replace("%%", "")):
                    # Templates fill every sentence, so a bare per cent sign is a fault.
                    yield self._problem(message, "a per cent sign must be written %%")

    def _problem(self, message: Message, what: str) -> Problem:
        return Problem(self.app, f"“{_forms(message.id)[0]}” — {what}")

    def _sentences(self) -> Iterator[tuple[Path, int, Any, list[str], str | None]]:
        for source in sorted(self.folder.rglob("*")):
            inside = source.relative_to(self.folder).parts
            if _NOT_SOURCES & set(inside):
                continue
            if source.suffix == ".py":
                method, options = "python", {}
            elif "jinja2" in inside and source.is_file():
                method, options = "jinja2.ext:babel_extract", TEMPLATE_OPTIONS
            else:
                continue
            yield from _read(source, method, options)


def catalogues(sources: Path = SOURCES) -> list[AppCatalogue]:
    """List the catalogue of every app, by name."""
    return [
        AppCatalogue(folder)
        for folder in sorted(sources.iterdir())
        if (folder / "apps.py").exists()
    ]


def extract(found: list[AppCatalogue]) -> list[str]:
    """Bring every .po up to its sources; return the apps whose file changed."""
    return [c.app for c in found if c.write(c.merged())]


def check(found: list[AppCatalogue]) -> list[Problem]:
    """List every fault of the catalogues; none means they are complete."""
    problems = [problem for c in found for problem in c.problems()]
    return problems + list(_disagreements(found))


def compile_all(found: list[AppCatalogue]) -> list[str]:
    """Write every .mo; return the apps that have one."""
    return [c.app for c in found if c.compile()]


def _disagreements(found: list[AppCatalogue]) -> Iterator[Problem]:
    """Django shows one translation of a sentence, whichever app asks for it."""
    seen: dict[tuple[str, str | None], tuple[str, Any]] = {}
    for catalogue in found:
        for message in _messages(catalogue.kept()):
            key = (_forms(message.id)[0], message.context)
            app, string = seen.setdefault(key, (catalogue.app, message.string))
            if string != message.string:
                yield Problem(
                    catalogue.app,
                    f"“{key[0]}” — translated otherwise in {app}: “{string}”",
                )


def _read(
    source: Path, method: str, options: dict[str, str]
) -> Iterator[tuple[Path, int, Any, list[str], str | None]]:
    with source.open("rb") as file:
        try:
            for line, found, comments, context in babel_extract(
                method,
                file,
                KEYWORDS,
                ["Translators:"],
                options,
                strip_comment_tags=True,
            ):
                yield source, line, found, comments, context
        except TemplateSyntaxError as fault:
            raise InputRefused(
                [Problem(f"{source}:{fault.lineno}", str(fault.message))]
            ) from fault


def _refuse_unfit_template_text(source: Path, line: int, found: Any) -> None:
    """Templates fill every sentence, so a lone per-cent sign breaks the page."""
    if source.suffix == ".py":
        return
    for form in _forms(found):
        if "%" in re.sub(r"%%|%\(\w+\)s", "", form):
            raise InputRefused(
                [Problem(f"{source}:{line}", f"“{form}” has a lone %", "Write %%.")]
            )


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
