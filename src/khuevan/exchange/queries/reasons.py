"""Why a search found a listing, in words, from nothing but what the reader sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from khuevan.platform.text import fold, syllables

from .disclosing import Shown


_WORD = re.compile(r"\w+")
_SUMMARY = ("title_en", "summary_vi", "summary_en", "outcome", "outcome_en")


def why_found(shown: Shown, words: str) -> tuple[str, ...]:
    """Return sentences that say where the words of a search stand; none without words."""
    left = dict.fromkeys(syllables(words))
    typed = _spelled(words)
    told = []
    for sentence, text in _places(shown):
        spelled = _spelled(text)
        exact = set(_WORD.findall(text.lower()))
        spelled |= {key: word for key, word in typed.items() if word in exact}
        if here := [word for word in left if word in spelled]:
            told.append(sentence % {"words": ", ".join(spelled[word] for word in here)})
        left = {word: None for word in left if word not in here}
        if not left:
            break
    return tuple(told)


def _spelled(text: str) -> dict[str, str]:
    """Return by folded word how a text spells it first."""
    return {fold(word): word for word in reversed(_WORD.findall(text.lower()))}


def _places(shown: Shown) -> Iterator[tuple[str, str]]:
    """Yield where words may stand, papers last: their text is read only where it is asked for."""
    summary = " ".join(shown.fields[name] for name in _SUMMARY if name in shown.fields)
    apart = {"title_vi", *_SUMMARY}
    others = [v for name, v in shown.fields.items() if name not in apart and isinstance(v, str)]  # fmt: skip
    owners = [name for name, _share in shown.fields.get("owners", ())]
    told = " ".join([shown.code, *others, *owners])
    yield _("In the title: %(words)s"), shown.fields["title_vi"]
    yield _("In the summary: %(words)s"), summary
    yield _("In what else is open to you: %(words)s"), told
    papers = " ".join(f"{paper.title} {paper.text}" for paper in shown.papers)
    yield _("In its papers: %(words)s"), papers
