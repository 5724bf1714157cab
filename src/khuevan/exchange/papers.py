"""The words of papers, taken out by the worker after the paper was attached."""

from __future__ import annotations

from pathlib import PurePath

from khuevan.platform import files

from .actions import keep_reading
from .extracting import words_of
from .models import ListingPaper
from .rules.papers import Reading, Unreadable


def read_paper(paper: ListingPaper) -> ListingPaper:
    """Read the words of a paper and keep them, or why there are none; once."""
    if paper.reading != Reading.WAITING:
        return paper
    ending = PurePath(paper.file.name).suffix[1:].lower()
    try:
        text = words_of(files.read(paper.file), ending)
        reading = Reading.READ if text else Reading.EMPTY
    except Unreadable as found:
        text, reading = "", found.why
    return keep_reading(paper=paper, reading=reading, text=text, by=None)
