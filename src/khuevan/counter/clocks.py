"""The open clocks of dossiers, for whoever changes the calendar."""

from khuevan.worktime.public import register_clocks

from .actions.watch import reckon_clocks


register_clocks("counter", reckon_clocks)
