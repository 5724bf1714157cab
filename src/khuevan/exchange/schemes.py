"""Patent classes and branches as filters call them: the code, and the section it stands in.

The names of 130 classes and 88 divisions are not kept here: code and section tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


IPC_SECTIONS = {
    "A": _("Human necessities"), "B": _("Performing operations, transporting"),
    "C": _("Chemistry, metallurgy"), "D": _("Textiles, paper"), "E": _("Fixed constructions"),
    "F": _("Mechanical engineering, lighting, heating, weapons, blasting"),
    "G": _("Physics"), "H": _("Electricity"),
}  # fmt: skip
"""The eight sections of the International Patent Classification (WIPO)."""
NACE_SECTIONS = (
    (1, 3, _("Agriculture, forestry, fishing")), (5, 9, _("Mining and quarrying")),
    (10, 33, _("Manufacturing")), (35, 35, _("Electricity, gas, steam")),
    (36, 39, _("Water supply, sewerage, waste")), (41, 43, _("Construction")),
    (45, 47, _("Trade, repair of vehicles")), (49, 53, _("Transport and storage")),
    (55, 56, _("Accommodation and food")), (58, 63, _("Information and communication")),
    (64, 66, _("Finance and insurance")), (68, 68, _("Real estate")),
    (69, 75, _("Professional, scientific and technical work")),
    (77, 82, _("Administrative and support services")), (84, 84, _("Public administration, defence")),
    (85, 85, _("Education")), (86, 88, _("Health and social work")),
    (90, 93, _("Arts, sport, recreation")), (94, 96, _("Other services")),
    (97, 99, _("Households and international bodies")),
)  # fmt: skip
"""Divisions from, to, and their section. Rev. 2 and 2.1 letter some sections differently, so letters are left out."""


def _patent_classes() -> Mapping[str, Any]:
    return {
        f"{section}{number:02}": format_lazy("{} · {}", f"{section}{number:02}", name)
        for section, name in IPC_SECTIONS.items()
        for number in range(1, 100)
    }


def _divisions() -> Mapping[str, Any]:
    named = {
        f"{number:02}": format_lazy("{} · {}", f"{number:02}", name)
        for first, last, name in NACE_SECTIONS
        for number in range(first, last + 1)
    }
    others = {f"{n:02}": lazystr(f"{n:02}") for n in range(1, 100)}
    return dict(sorted((others | named).items()))


PATENT_CLASSES: Mapping[str, Any] = _patent_classes()
DIVISIONS: Mapping[str, Any] = _divisions()
