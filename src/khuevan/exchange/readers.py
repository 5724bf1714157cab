"""Has the worker keep the copies of the catalogue that are searched."""

from __future__ import annotations

from khuevan.platform.readers import register

from .index import follow


register("exchange.index", follow)
