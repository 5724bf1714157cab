"""The words in a paper: PDF, Word and plain text. Pictures and scans have none."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.files import ALLOWED


MOST_PAGES = 300
MOST_CHARACTERS = 200_000
READ = {ALLOWED["pdf"], ALLOWED["docx"], ALLOWED["txt"]}
"""Types whose words are looked for."""


def text_of(content: bytes, media_type: str) -> str:
    """Return the words of a paper, at most 200,000 characters; "" where it has none.

    Raises RuleBroken for a paper that cannot be opened, is locked or has over 300 pages.
    """
    if media_type == ALLOWED["pdf"]:
        text = _pdf(content)
    elif media_type == ALLOWED["docx"]:
        text = _docx(content)
    elif media_type == ALLOWED["txt"]:
        text = content.decode("utf-8-sig")
    else:
        return ""
    # PostgreSQL keeps no NUL, and a cut between two halves of a letter is none.
    clean = text.replace("\0", " ").encode("utf-8", "ignore").decode()
    return " ".join(clean.split())[:MOST_CHARACTERS]


def _pdf(content: bytes) -> str:
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise _unreadable(N_("The paper is locked by a password. Unlock it first."))
        if len(reader.pages) > MOST_PAGES:
            raise _unreadable(
                N_(
                    "The paper has more than %(most)s pages. Send the part that counts."
                ),
                most=MOST_PAGES,
            )
        parts, length = [], 0
        for page in reader.pages:
            parts.append(page.extract_text())
            length += len(parts[-1])
            if length > MOST_CHARACTERS:
                break
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as fault:  # fmt: skip
        raise _unreadable(
            N_("The paper cannot be read. Save it again as PDF.")
        ) from fault
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
        raise _unreadable(
            N_("The paper cannot be read. Save it again as .docx.")
        ) from fault


def _unreadable(sentence: str, **params: Any) -> RuleBroken:
    return RuleBroken(sentence, field="file", **params)
