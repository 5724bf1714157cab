"""Dossiers in flight go over to a new version of their procedure, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.catalogue.public import Fee, FeeKind, Limit, Offer, published
from khuevan.catalogue.tests.factories import publish
from khuevan.counter import actions
from khuevan.counter.actions import moving
from khuevan.counter.models import StepState
from khuevan.counter.queries.foreseeing import foresee
from khuevan.counter.queries.moving import plan_move
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.platform.errors import RuleBroken
from khuevan.process.public import Duty, from_steps, read_steps, to_bpmn

from .factories import STEPS, definition, make_cast, make_dossier, waiting


LONGER = [*STEPS[:3], {"name": "Thẩm tra pháp lý", "duty": "handle", "hours": "4"}, *STEPS[3:]]  # fmt: skip


@pytest.fixture
def moved(db):
    """Return a cast, three dossiers in flight, and both versions' keys."""
    cast = make_cast()
    dossiers = [make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(3)]
    old = published(cast.procedure)
    new = publish(
        replace(
            old.definition,
            process=to_bpmn(from_steps("p", "Quy trình", read_steps(LONGER))),
        )
    )
    officer = make_person(Role.PROCEDURE_OFFICER)
    return cast, dossiers, old.id, new.id, officer


def test_a_move_is_shown_before_it_is_done(moved):
    _cast, _dossiers, old, new, _ = moved
    plan = plan_move(old, new)
    assert plan.total == 3
    [stand] = plan.stands
    assert (stand.name, stand.dossiers, stand.target) == ("Thẩm định", 3, "s3")
    assert "Thẩm tra pháp lý" in {n.name for n in plan.changes.added} | {
        after.name for _, after in plan.changes.changed
    }


def test_dossiers_go_on_under_the_new_version_and_can_be_put_back(moved):
    cast, dossiers, old, new, officer = moved
    told = []
    move = moving.move_dossiers(
        source=old, target=new, told=lambda *numbers: told.append(numbers), by=officer
    )
    assert told[-1] == (3, 3)
    first, second, _ = dossiers
    actions.finish_step(step=waiting(first, Duty.HANDLE), by=cast.officer)
    assert first.work.waiting().get().name == "Thẩm tra pháp lý"
    assert moving.undo_move(move=move, by=officer) == 2  # the first one went on
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.version, first.version) == (old, new)
    actions.finish_step(step=waiting(second, Duty.HANDLE), by=cast.officer)
    assert second.work.waiting().get().name == "Kiểm tra"


def test_a_step_without_a_counterpart_needs_somebody_to_say(moved):
    cast, dossiers, old, _, officer = moved
    other = publish(
        replace(
            published(cast.procedure).definition,
            process=to_bpmn(
                from_steps("q", "Khác", read_steps([{"name": "Gộp", "duty": "sign", "hours": "1"}]))
            ).replace('"s1"', '"one"'),
        )
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="no target"):
        moving.move_dossiers(source=old, target=other.id, by=officer)
    dossiers[0].refresh_from_db()
    assert dossiers[0].version == old
    moving.move_dossiers(source=old, target=other.id, chosen={"s3": "one"}, by=officer)
    assert dossiers[0].work.waiting().get().name == "Gộp"


def test_only_a_procedure_officer_moves_dossiers(moved):
    cast, _, old, new, _ = moved
    with pytest.raises(PermissionDenied):
        moving.move_dossiers(source=old, target=new, by=cast.head)


# ------------------------------------------------- strands side by side


SIDE = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:kv="urn:khuevan:process">
<process id="p" name="P">
<startEvent id="s"/>{steps}
<parallelGateway id="fork"/><parallelGateway id="{join}"/>
<userTask id="sign" name="Ký" kv:duty="sign" kv:hours="2"/><endEvent id="e"/>
{flows}
</process></definitions>
"""
EACH = {
    "in": '<userTask id="in" name="Tiếp nhận" kv:duty="reception" kv:party="receiver" kv:hours="1"/>',
    "a": '<userTask id="a" name="Thẩm định" kv:duty="handle" kv:hours="4"/>',
    "b": '<userTask id="b" name="Kiểm tra" kv:duty="check" kv:hours="2"/>',
    "d": '<userTask id="d" name="Thẩm tra giá" kv:duty="handle" kv:hours="3"/>',
}


def side_by_side(strands, join="join"):
    """Return a process that does some steps side by side before the signature."""
    ways = ["s>in", "in>fork", *(f"fork>{k}" for k in strands), *(f"{k}>{join}" for k in strands), f"{join}>sign", "sign>e"]  # fmt: skip
    flows = "".join(f'<sequenceFlow id="{join}{n}" sourceRef="{w.split(">")[0]}" targetRef="{w.split(">")[1]}"/>' for n, w in enumerate(ways))  # fmt: skip
    return SIDE.format(
        steps="".join(EACH[k] for k in ("in", *strands)), join=join, flows=flows
    )


@pytest.fixture
def halfway(db):
    """Return a cast and a dossier of which one of two strands waits at the join."""
    cast = make_cast(definition(process=side_by_side("ab")))
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    actions.finish_step(step=waiting(dossier, Duty.CHECK), by=cast.division)
    return cast, dossier, make_person(Role.PROCEDURE_OFFICER)


def go_over(cast, officer, **changes):
    old = published(cast.procedure)
    new = publish(replace(old.definition, **changes))
    return old, new, moving.move_dossiers(source=old.id, target=new.id, by=officer)


def where(dossier):
    return sorted((s.name or s.node, s.state) for s in dossier.work.standing())


def test_a_strand_at_a_join_is_joined_in_the_new_version_too(halfway):
    cast, dossier, officer = halfway
    go_over(cast, officer, process=side_by_side("ab", join="meet"))
    assert where(dossier) == [("Thẩm định", "waiting"), ("meet", "joining")]
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    assert where(dossier) == [("Ký", "waiting")]


def test_a_strand_the_new_version_adds_begins_at_once(halfway):
    cast, dossier, officer = halfway
    go_over(cast, officer, process=side_by_side("abd", join="meet"))
    assert where(dossier) == [
        ("Thẩm tra giá", "waiting"), ("Thẩm định", "waiting"), ("meet", "joining"),
    ]  # fmt: skip
    for name in ("Thẩm định", "Thẩm tra giá"):
        assert not dossier.work.waiting().filter(duty=Duty.SIGN).exists()
        actions.finish_step(step=dossier.work.waiting().get(name=name), by=cast.officer)
    assert where(dossier) == [("Ký", "waiting")]


def test_putting_back_takes_away_the_strand_that_began(halfway):
    cast, dossier, officer = halfway
    before = list(dossier.work.order_by("pk").values())
    _, _, move = go_over(cast, officer, process=side_by_side("abd", join="meet"))
    assert dossier.work.count() == len(before) + 1
    assert moving.undo_move(move=move, by=officer) == 1
    assert list(dossier.work.order_by("pk").values()) == before


LINE = [
    {"name": "Tiếp nhận", "duty": "reception", "hours": "1", "party": "receiver"},
    {"name": "Thẩm định", "duty": "handle", "hours": "4"},
    {"name": "Ký", "duty": "sign", "hours": "2"},
]


def test_what_was_done_beside_is_not_waited_for_in_a_line(halfway):
    cast, dossier, officer = halfway
    process = to_bpmn(from_steps("p", "P", read_steps(LINE)))
    _, _, move = go_over(cast, officer, process=process)
    assert where(dossier) == [("Thẩm định", "waiting")]
    assert dossier.work.filter(state=StepState.LEFT).count() == 1
    assert moving.undo_move(move=move, by=officer) == 1
    assert where(dossier) == [("Thẩm định", "waiting"), ("join", "joining")]


def test_a_step_of_another_duty_goes_to_those_whose_duty_it_is(moved):
    cast, dossiers, old, _, officer = moved
    rows = [STEPS[0], {"name": "Gộp", "duty": "sign", "hours": "1"}]
    new = publish(replace(published(cast.procedure).definition, process=to_bpmn(from_steps("q", "Khác", read_steps(rows)))))  # fmt: skip
    moving.move_dossiers(source=old, target=new.id, chosen={"s3": "s2"}, by=officer)
    step = dossiers[0].work.waiting().get()
    assert (step.duty, step.person_id, step.hours) == (Duty.SIGN, None, 1)


# ------------------------------------------------- the dossier's own answers


def with_choice(condition):
    """Return a longer process with a further step where a condition holds."""
    rows = [*STEPS[:3], {"name": "Kiểm tra vốn", "duty": "check", "hours": "4", "when": condition}, *STEPS[3:]]  # fmt: skip
    return to_bpmn(from_steps("p", "Quy trình", read_steps(rows)))


def test_the_new_conditions_are_tried_on_the_answers_of_every_dossier(cast):
    small = make_dossier(Business.IN_PROCESS, cast=cast)
    large = make_dossier(Business.IN_PROCESS, cast=cast, von=900_000_000)
    old = published(cast.procedure)
    new = publish(replace(old.definition, process=with_choice("answers.von > 100000000")))  # fmt: skip
    told = {one.dossier.pk: one.going for one in foresee(old.id, new.id, {})}
    assert "Kiểm tra vốn" not in told[small.pk].ahead
    assert "Kiểm tra vốn" in told[large.pk].ahead
    assert told[small.pk].now == told[small.pk].then == ("Thẩm định",)
    assert told[large.pk].hours == told[small.pk].hours + 4


def test_a_dossier_whose_answers_do_not_fit_stays_and_the_move_says_why(cast):
    made = make_dossier(Business.IN_PROCESS, cast=cast)
    old = published(cast.procedure)
    case = replace(old.definition.tests[0], answers=old.definition.tests[0].answers | {"so_lao_dong": 3})  # fmt: skip
    officer = make_person(Role.PROCEDURE_OFFICER)
    _, new, move = go_over(
        cast, officer, process=with_choice("answers.so_lao_dong > 10"), tests=(case,)
    )
    made.refresh_from_db()
    assert made.version == old.id
    assert where(made) == [("Thẩm định", "waiting")]
    [row] = move.dossiers.stayed()
    assert "cannot be computed" in row.refusal["sentence"]
    assert (move.dossiers.gone().count(), moving.undo_move(move=move, by=officer)) == (0, 0)  # fmt: skip
    [told] = foresee(old.id, new.id, {})
    assert told.going is None
    assert "answers.so_lao_dong > 10" in str(told.refusal)


def test_another_limit_fee_and_paper_are_told_and_what_was_promised_stays(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    old = published(cast.procedure)
    form = old.definition.form | {
        "properties": old.definition.form["properties"] | {"so_lao_dong": {"type": "integer", "title": "Số lao động"}},
        "required": [*old.definition.form["required"], "so_lao_dong"],
        "x-pages": [*old.definition.form["x-pages"], {"title": "Lao động", "fields": ["so_lao_dong"]}],
    }  # fmt: skip
    case = replace(old.definition.tests[0], answers=old.definition.tests[0].answers | {"so_lao_dong": 3}, due_days=5)  # fmt: skip
    new = publish(
        replace(
            old.definition,
            form=form,
            tests=(case,),
            channels=tuple(Offer(o.channel, Limit(5, "working_day")) for o in old.definition.channels),
            fees=(Fee("f", "Phí thẩm định", FeeKind.APPRAISAL, "council", amount=100_000),),
            components=(*old.definition.components, replace(old.definition.components[-1], code="so_do", name="Sơ đồ địa điểm")),
        )
    )  # fmt: skip
    [told] = foresee(old.id, new.id, {})
    assert told.due_at == dossier.due_at
    assert told.new_due_at > told.due_at
    assert (told.fee, told.new_fee) == (0, 100_000)
    assert told.lacking == ("Sơ đồ địa điểm", "Số lao động")
    moving.move_dossiers(source=old.id, target=new.id, by=make_person(Role.PROCEDURE_OFFICER))  # fmt: skip
    dossier.refresh_from_db()
    assert (dossier.version, dossier.due_at) == (new.id, told.due_at)
