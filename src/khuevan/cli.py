"""The `khuevan` command: every app's commands behind one name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from khuevan.platform.errors import KhuevanError


def main() -> None:
    """Run `khuevan COMMAND …`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuevan.settings")
    # demo/ and bench/ stand beside src/; the demo command tells its story from there.
    sys.path.append(str(Path(__file__).parents[2]))
    try:
        execute_from_command_line(["khuevan", *sys.argv[1:]])
    except KhuevanError as refused:
        sys.exit(str(refused))
