"""Tells the register of law which documents the calendar stands on."""

from khuevan.law.public import register_rules

from .queries import bases


register_rules("worktime", bases)
