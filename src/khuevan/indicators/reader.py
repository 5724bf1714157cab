"""Has the worker keep live figures live."""

from khuevan.platform.readers import register

from .projector import fold, project


def read_and_fold() -> int:
    """Read one batch and fold; return how many facts were read."""
    read = project()
    fold()
    return read


register("indicators", read_and_fold)
