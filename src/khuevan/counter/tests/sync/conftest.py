"""A trial portal of its own for every test of the exchange with the national portal."""

from __future__ import annotations

import pytest

from khuevan.counter.sync import sandbox
from khuevan.counter.sync.http_adapter import HttpPortal
from khuevan.directory.public import OrganisationKind, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person


@pytest.fixture(autouse=True)
def open_sandbox(settings, tmp_path):
    settings.NATIONAL_PORTAL = "sandbox"
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"


@pytest.fixture
def portal():
    return HttpPortal(sandbox.in_process, sandbox.USER, sandbox.secret())


@pytest.fixture
def keeper(db):
    centre = OrganisationFactory.create(kind=OrganisationKind.SERVICE_CENTRE)
    return make_person(Role.OFFICIAL, centre)
