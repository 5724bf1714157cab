"""What books call things on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .rules import HoldState, Kind


KINDS = {
    Kind.ASSET: _("Assets"),
    Kind.LIABILITY: _("Liabilities"),
    Kind.EQUITY: _("Equity"),
    Kind.INCOME: _("Income"),
    Kind.EXPENSE: _("Expenses"),
}
HOLD_STATES = {
    HoldState.OPEN: _("set aside"),
    HoldState.POSTED: _("moved"),
    HoldState.VOID: _("let go"),
}
