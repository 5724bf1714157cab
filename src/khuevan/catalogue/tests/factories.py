"""Definitions and versions for tests, reached through the actions that lead there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from typing import Any

from khuevan.catalogue import actions
from khuevan.catalogue.models import Procedure, Version
from khuevan.catalogue.public import Published, publish_definition, published
from khuevan.catalogue.rules.definition import (
    Channel,
    Component,
    Definition,
    Fee,
    FeeKind,
    Legal,
    Level,
    Limit,
    Offer,
    Result,
    TestCase,
    Tier,
)
from khuevan.catalogue.rules.states import VersionState
from khuevan.directory.public import Person, Role
from khuevan.directory.tests.factories import make_person
from khuevan.platform import clock
from khuevan.process.public import Duty, Step, from_steps, to_bpmn


_numbers = count(100_000)
FROM = date(2025, 7, 1)
"""A day before anything other apps' tests tell of."""

FORM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "name": {"type": "string", "title": "Họ và tên"},
        "copies": {"type": "integer", "title": "Số bản sao", "minimum": 0},
    },
    "required": ["name"],
    "x-pages": [{"title": "Người yêu cầu", "fields": ["name", "copies"]}],
}


def make_officer() -> Person:
    return make_person(Role.PROCEDURE_OFFICER)


def make_definition(**changes: Any) -> Definition:
    """Return a complete described procedure of the city."""
    plain = Definition(
        code=f"1.{next(_numbers)}",
        title="Đăng ký khai sinh",
        sector="Hộ tịch",
        level=Level.FULL,
        tier=Tier.COMMUNE,
        agency="commune",
        decision="100/QĐ-UBND",
        decided_on=date(2025, 7, 10),
        steps=("Bước 1: nộp hồ sơ", "Bước 2: nhận kết quả"),
        manner="Trực tiếp hoặc trực tuyến",
        result=Result("KQ.1", "Giấy khai sinh"),
        channels=(
            Offer(Channel.PORTAL, Limit(1, "working_day")),
            Offer(Channel.COUNTER, Limit(1, "working_day")),
        ),
        components=(Component("c1", "Giấy chứng sinh", originals=1, copies=0),),
        fees=(Fee("f1", "Lệ phí hộ tịch", FeeKind.FEE, "council", amount=8_000),),
        legal=(Legal("118/2025/NĐ-CP"),),
    )
    return replace(plain, **changes)


STEPS = (
    Step("Tiếp nhận", Duty.RECEPTION, 1),
    Step("Thẩm tra", Duty.HANDLE, 4),
    Step("Ký", Duty.SIGN, 1),
)


def make_running(steps: Sequence[Step] = STEPS, **changes: Any) -> Definition:
    """Return a definition dossiers can run through: form, process, a case of all steps."""
    path = tuple(f"s{number}" for number in range(1, len(steps) + 1))
    plain = make_definition(
        form=FORM,
        process=to_bpmn(from_steps("p", "Khai sinh", steps)),
        tests=(TestCase("thường", {"name": "An", "copies": 1}, path, 1, 8_000),),
    )
    return replace(plain, **changes)


def make_version(
    state: VersionState = VersionState.PUBLISHED,
    *,
    by: Person | None = None,
    definition: Definition | None = None,
    valid_from: date | None = None,
) -> Version:
    state = VersionState(state)
    definition = definition or make_definition()
    procedure = Procedure.objects.filter(code=definition.code).first()
    version = actions.draft_version(definition=definition, procedure=procedure, by=by)
    if state is VersionState.CHECKED:
        actions.check_version(version=version, by=by)
    if state in {VersionState.PUBLISHED, VersionState.WITHDRAWN}:
        start = valid_from or clock.today()
        version = actions.publish_version(version=version, valid_from=start, by=by)
    if state is VersionState.WITHDRAWN:
        version = actions.withdraw_publication(version=version, by=by)
    version.refresh_from_db()
    return version


def publish(definition: Definition) -> Published:
    """Publish a definition for other apps' tests: from last week, or a day after the one before."""
    held = published(definition.code)
    start = held.valid_from + timedelta(days=1) if held else FROM
    with clock.telling(clock.at_local(start, time(7))):
        return publish_definition(definition=definition, valid_from=start, by=None)


def take_back(wrong: Published) -> None:
    """Undo a publication that nobody used."""
    version = Version.objects.get(pk=wrong.id)
    actions.withdraw_publication(version=version, by=make_officer())
