"""Temporary."""

from dataclasses import dataclass


@dataclass
class Held:
    held: bool

    def figures(self):
        return {}


def held(code, *, periods, until):
    return Held(False)


def series(code, *, since, until):
    class S:
        points = []

        def worse(self, a, b):
            return False

    return S()
