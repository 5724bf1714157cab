"""What standings, sides and degrees of trust are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .rules import Side, Standing, Trust


TRUSTS = {
    Trust.REVIEWED: _("Somebody here looks at each listing first"),
    Trust.TRUSTED: _("Listed at once; what looks like a copy is looked at"),
}
SIDES = {Side.OFFER: _("Offers"), Side.NEED: _("Needs")}
STANDINGS = {
    Standing.LISTED: _("Listed here"),
    Standing.HELD: _("Waits for somebody to look"),
    Standing.REFUSED: _("Not taken"),
    Standing.GONE: _("Gone"),
}
