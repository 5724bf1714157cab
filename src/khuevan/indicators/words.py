"""What standings against a target are called, each with its colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .rules import Rating


RATINGS = {
    Rating.GREEN: ("done", _("on target")),
    Rating.AMBER: ("risk", _("slightly off target")),
    Rating.RED: ("late", _("off target")),
    Rating.NONE: ("none", _("no target")),
}
