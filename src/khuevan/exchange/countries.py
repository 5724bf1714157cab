"""Where members have their seat: ISO 3166-1 codes, named in the reader's language."""

from __future__ import annotations

from functools import cache

from babel import Locale

from khuevan.platform.errors import N_, RuleBroken


HOME = "VN"
_NONE_OF_A_STATE = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "XK", "ZZ"})


@cache
def countries(language: str) -> dict[str, str]:
    """Return code and name of every country, Viet Nam first, then by name."""
    named = Locale.parse(language, sep="-").territories
    found = {
        code: name
        for code, name in named.items()
        if len(code) == 2 and code.isalpha() and code not in _NONE_OF_A_STATE
    }
    order = sorted(found, key=lambda code: (code != HOME, found[code]))
    return {code: found[code] for code in order}


def check_country(code: str) -> str:
    """Return a country's code; refuse what no country has."""
    if code not in countries("en"):
        raise RuleBroken(N_("No country has this code."), field="country")
    return code
