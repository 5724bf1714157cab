"""Pieces the committee's documents share: tasks, and addresses of lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from khuevan.platform.official.form import Run, Runs


def tasks_address(on: date, wanted: Mapping[str, str]) -> str:
    """Return the address of the list that a figure of a day counts."""
    query = {name: value for name, value in wanted.items() if value}
    return f"{reverse('steering-tasks')}?{urlencode(query | {'on': on.isoformat()})}"


def task(code: str, title: str) -> Runs:
    """Return a task as its code, which leads to its page, and its title."""
    return (Run(code, reverse("steering-task", args=[code])), Run(f" {title}"))
