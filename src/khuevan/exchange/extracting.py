"""The words in a paper: PDF, Word and plain text. Pictures and scans have none.

A paper may be broken or made to do harm, so `words_of` reads it in a program of its own, within
bounds of time and memory: `python -m khuevan.exchange.extracting pdf < paper`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from khuevan.exchange.rules.papers import (
    MOST_CHARACTERS,
    MOST_MEMORY,
    MOST_PAGES,
    MOST_SECONDS,
    Reading,
    Unreadable,
)


def words_of(content: bytes, ending: str, seconds: int = MOST_SECONDS) -> str:
    """Return the words of a paper, at most 200,000 characters; "" where it has none.

    Raises Unreadable for a paper that cannot be opened, is locked, has over 300 pages, or
    takes longer than so many seconds.
    """
    if ending not in READ:
        return ""
    if ending == "txt":  # Nothing in it acts on its reader.
        return read_here(content, ending)
    child = [sys.executable, "-m", "khuevan.exchange.extracting", ending, str(seconds)]
    try:
        done = subprocess.run(child, input=content, capture_output=True, timeout=seconds + 10, check=False)  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise Unreadable(Reading.SLOW) from late
    if done.returncode < 0:  # Ended by the system: its time was over.
        raise Unreadable(Reading.SLOW)
    if done.returncode:
        raise Unreadable(Reading.BROKEN)
    told = json.loads(done.stdout)
    if why := told.get("why"):
        raise Unreadable(Reading(why))
    return str(told["words"])


def read_here(content: bytes, ending: str) -> str:
    """Return the words of a paper as `words_of` does, without bounds of time and memory."""
    # PostgreSQL keeps no NUL, and a cut between two halves of a letter is none.
    clean = READ[ending](content).replace("\0", " ").encode("utf-8", "ignore").decode()
    return " ".join(clean.split())[:MOST_CHARACTERS]


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig")


def _pdf(content: bytes) -> str:
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise Unreadable(Reading.LOCKED)
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(Reading.LONG)
        parts, length = [], 0
        for page in reader.pages:
            parts.append(page.extract_text())
            length += len(parts[-1])
            if length > MOST_CHARACTERS:
                break
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as fault:  # fmt: skip
        raise Unreadable(Reading.BROKEN) from fault
    return "\n".join(parts)


def _docx(content: bytes) -> str:
    try:
        document = Document(BytesIO(content))
        edges = [edge for s in document.sections for edge in (s.header, s.footer)]
        parts = [document.element.body, *(edge.part.element for edge in edges)]
        # Tables within tables and boxes of text are paragraphs like the others.
        lines = (
            "".join(run.text or "" for run in paragraph.iter(qn("w:t")))
            for part in dict.fromkeys(parts)
            for paragraph in part.iter(qn("w:p"))
        )
        return "\n".join(lines)
    except (PackageNotFoundError, zipfile.BadZipFile, SyntaxError, KeyError, ValueError) as fault:  # fmt: skip
        raise Unreadable(Reading.BROKEN) from fault


READ: dict[str, Callable[[bytes], str]] = {"pdf": _pdf, "docx": _docx, "txt": _text}
"""Endings whose words are looked for, and how."""


def main(ending: str, seconds: str) -> None:
    """Read a paper from standard input and tell its words, or why there are none."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        told = {"words": read_here(sys.stdin.buffer.read(), ending)}
    except Unreadable as found:
        told = {"why": found.why.value}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
