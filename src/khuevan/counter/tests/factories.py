"""Procedures and dossiers in a given state, reached only through actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from khuevan.catalogue.public import (
    Channel,
    Component,
    Definition,
    Legal,
    Level,
    Limit,
    Offer,
    Published,
    Result,
    Subject,
    Supply,
    TestCase,
    Tier,
)
from khuevan.catalogue.tests.factories import publish
from khuevan.counter import actions
from khuevan.counter.actions import moving
from khuevan.counter.models import Dossier, Step
from khuevan.counter.rules.states import Business, Outcome
from khuevan.counter.rules.supplements import Asked
from khuevan.directory.public import Organisation, Person, Role
from khuevan.directory.tests.factories import (
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.platform import clock
from khuevan.process.public import Duty, from_steps, read_steps, to_bpmn


_numbers = count(1)

STEPS = [
    {"name": "Tiếp nhận", "duty": "reception", "hours": "2", "party": "receiver"},
    {"name": "Phân công", "duty": "assign", "hours": "2"},
    {"name": "Thẩm định", "duty": "handle", "hours": "8"},
    {"name": "Kiểm tra", "duty": "check", "hours": "2",
     "back_to": "Thẩm định", "back_when": "outcome == 'redo'"},
    {"name": "Ký", "duty": "sign", "hours": "2"},
    {"name": "Vào số, đóng dấu", "duty": "clerk", "hours": "1"},
    {"name": "Trả kết quả", "duty": "return", "hours": "1", "party": "returner"},
]  # fmt: skip
FORM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "ho_ten": {"type": "string", "title": "Họ và tên", "minLength": 1, "x-bind": "person.full_name"},
        "dien_thoai": {"type": "string", "title": "Điện thoại", "pattern": "^0\\d{9}$", "x-bind": "person.phone"},
        "ten_ho": {"type": "string", "title": "Tên hộ kinh doanh", "minLength": 1},
        "von": {"type": "integer", "title": "Vốn (đồng)", "minimum": 1},
    },
    "required": ["ho_ten", "ten_ho", "von"],
    "x-pages": [
        {"title": "Người nộp", "fields": ["ho_ten", "dien_thoai"]},
        {"title": "Hộ kinh doanh", "fields": ["ten_ho", "von"]},
    ],
}  # fmt: skip
GOOD = {"ten_ho": "Phở Sen", "von": 50_000_000}


def definition(steps: list[dict[str, str]] | None = None, **changes: Any) -> Definition:
    """Return a small whole procedure; give it another code, steps or anything."""
    code = changes.pop("code", None) or f"9.{next(_numbers):06d}"
    made = from_steps("p", "Quy trình", read_steps(steps or STEPS))
    plain = Definition(
        code=code,
        title="Đăng ký hộ kinh doanh",
        sector="Thành lập và hoạt động của hộ kinh doanh",
        level=Level.FULL,
        tier=Tier.COMMUNE,
        agency="commune",
        subjects=(Subject.CITIZEN,),
        manner="Trực tiếp, trực tuyến, bưu chính",
        steps=("Nộp hồ sơ", "Xem xét", "Trả kết quả"),
        channels=tuple(Offer(c, Limit(3, "working_day")) for c in Channel),
        components=(
            Component("giay_de_nghi", "Giấy đề nghị", supply=Supply.GENERATED),
            Component("giay_to_tuy_than", "Giấy tờ tùy thân", supply=Supply.DATA, content="identity"),
            Component("hop_dong_thue", "Hợp đồng thuê địa điểm"),
        ),
        decision="1/QĐ-UBND",
        decided_on=date(2025, 6, 1),
        legal=(Legal("118/2025/NĐ-CP"),),
        result=Result("KQ.H26.000001", "Giấy chứng nhận đăng ký hộ kinh doanh", content="household_business"),
        form=FORM,
        process=to_bpmn(made),
    )  # fmt: skip
    return stated(replace(plain, **changes), changes)


def stated(made: Definition, changes: dict[str, Any]) -> Definition:
    """Give a definition its author's case, unless a test brings its own."""
    limit = made.limit_for(Channel.PORTAL)
    if "tests" in changes or limit is None:
        return made
    case = TestCase(
        "Đủ hồ sơ", GOOD | {"ho_ten": "Nguyễn Văn A"}, due_days=limit.amount, due_unit=limit.unit,
        because="Mỗi kiểm thử đặt quy trình và phí riêng",
    )  # fmt: skip
    return replace(made, tests=(case,))


def with_time(steps: list[dict[str, str]], **changes: Any) -> Definition:
    """Return a procedure whose limit leaves its children their time as well."""
    offers = tuple(Offer(c, Limit(10, "working_day")) for c in Channel)
    return definition(steps=steps, channels=offers, **changes)


@dataclass
class Cast:
    """Everybody a dossier needs, in one commune that receives and decides."""

    commune: Organisation
    citizen: Person
    receiver: Person
    officer: Person
    division: Person
    head: Person
    clerk: Person
    stranger: Person
    procedure: str


def make_cast(procedure: Definition | None = None) -> Cast:
    commune = OrganisationFactory.create(
        code=f"H26.T{next(_numbers):04d}", kind="commune"
    )
    return Cast(
        commune=commune,
        citizen=PersonFactory.create(phone="0912345678", national_id="001190000001"),
        receiver=make_person(Role.OFFICIAL, commune),
        officer=make_person(Role.OFFICIAL, commune),
        division=make_person(Role.DIVISION_HEAD, commune),
        head=make_person(Role.HEAD, commune),
        clerk=make_person(Role.CLERK, commune),
        stranger=make_person(Role.OFFICIAL),
        procedure=publish(procedure or definition()).code,
    )  # fmt: skip


def make_draft(cast: Cast, **answers: Any) -> Dossier:
    dossier = actions.start_draft(
        procedure=cast.procedure, channel=Channel.PORTAL, applicant=cast.citizen,
        by=cast.citizen,
    )  # fmt: skip
    actions.save_draft(dossier=dossier, answers=GOOD | answers, page=1, by=cast.citizen)
    actions.attach_paper(
        dossier=dossier, component="hop_dong_thue", content=b"%PDF-1.4\n%%EOF\n" + str(dossier.pk).encode(),
        name="hop-dong.pdf", by=cast.citizen,
    )  # fmt: skip
    dossier.refresh_from_db()
    return dossier


def waiting(dossier: Dossier, duty: Duty) -> Step:
    return dossier.work.waiting().get(duty=duty)


LACKING = [Asked("hop_dong_thue", "Thiếu trang ký")]
BASIS = "168/2025/NĐ-CP"


def ask(dossier: Dossier, cast: Cast) -> None:
    """Ask the applicant of a dossier in process for more."""
    actions.ask_supplement(dossier=dossier, items=LACKING, legal_basis=BASIS, by=cast.officer)  # fmt: skip


def stop(dossier: Dossier, cast: Cast) -> None:
    """Stop a dossier in process, as the law may ask."""
    actions.stop_dossier(dossier=dossier, reason="Theo yêu cầu của luật", by=cast.head)


def named(ref: str) -> Dossier:
    """Return the dossier of a reference another app keeps."""
    return Dossier.objects.get(pk=ref.partition(":")[2])


def refuse(dossier: Dossier, cast: Cast) -> None:
    """Refuse a filed dossier at reception."""
    actions.refuse_dossier(dossier=dossier, reason="Không thuộc thẩm quyền", by=cast.receiver)  # fmt: skip


def discard(dossier: Dossier, by: Person) -> None:
    """Throw a draft away."""
    actions.discard_draft(dossier=dossier, by=by)


def seal(dossier: Dossier, cast: Cast) -> None:
    """Seal the signed result of a dossier: it is decided."""
    actions.seal_result(dossier=dossier, by=cast.clerk)


def examine(dossier: Dossier, cast: Cast) -> None:
    """Finish the examination of a dossier in process."""
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)


def make_dossier(state: Business, *, cast: Cast, **answers: Any) -> Dossier:
    """Return a dossier that went through the actions that lead to a state."""
    dossier = make_draft(cast, **answers)
    if state is Business.DRAFT:
        return dossier
    dossier = actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.citizen)  # fmt: skip
    if state is Business.TO_COMPLETE:
        actions.ask_supplement(dossier=dossier, items=LACKING, legal_basis=BASIS, by=cast.receiver)  # fmt: skip
    elif state is Business.REFUSED:
        refuse(dossier, cast)
    elif state is not Business.FILED:
        dossier = _accepted(state, dossier, cast)
    dossier.refresh_from_db()
    return dossier


def _accepted(state: Business, dossier: Dossier, cast: Cast) -> Dossier:
    dossier = actions.accept_dossier(dossier=dossier, by=cast.receiver)
    if state is Business.ACCEPTED:
        return dossier
    dossier = actions.finish_step(step=waiting(dossier, Duty.ASSIGN), handler=cast.officer, by=cast.division)  # fmt: skip
    if state is Business.SUPPLEMENT:
        ask(dossier, cast)
    elif state is Business.WITHDRAWING:
        actions.ask_withdrawal(dossier=dossier, by=cast.citizen)
    elif state is Business.STOPPED:
        stop(dossier, cast)
    elif state is Business.WITHDRAWN:
        actions.ask_withdrawal(dossier=dossier, by=cast.citizen)
        actions.decide_withdrawal(dossier=dossier, granted=True, by=cast.officer)
    elif state is Business.DECIDED:
        make_signed(dossier, cast)
        seal(dossier, cast)
    return dossier


def move_all(source: Published, target: Published) -> None:
    """Move what runs under a version to another."""
    officer = make_person(Role.PROCEDURE_OFFICER)
    moving.move_dossiers(source=source.id, target=target.id, by=officer)


def waive_fees(dossier: Dossier, cast: Cast) -> None:
    actions.waive_fees(dossier=dossier, reason="Hộ nghèo", by=cast.head)


def name_duty(dossier: Dossier, cast: Cast, *, waiting: bool = True) -> Dossier:
    """Notify a duty of twelve million đồng, to be paid within ten days."""
    return actions.ask_finance(
        dossier=dossier, what="Tiền sử dụng đất, thông báo số 12/TB-CCT", amount=12_000_000,
        due_on=clock.today() + timedelta(days=10), waiting=waiting, by=cast.officer,
    )  # fmt: skip


def settle_duty(dossier: Dossier, cast: Cast) -> Dossier:
    """Note that the duty was paid outside its order."""
    return actions.settle_finance(dossier=dossier, note="Biên lai kho bạc 0012345", by=cast.officer)  # fmt: skip


def make_signed(dossier: Dossier, cast: Cast, *, refused: str = "") -> Dossier:
    """Take a dossier in process up to the leader's signature; `refused` is why it is a no."""
    outcome = Outcome.REJECTED if refused else Outcome.APPROVED
    actions.draft_result(dossier=dossier, outcome=outcome, text="" if refused else "Chấp thuận", reason=refused, by=cast.officer)  # fmt: skip
    examine(dossier, cast)
    actions.finish_step(step=waiting(dossier, Duty.CHECK), outcome="ok", by=cast.division)  # fmt: skip
    [signed] = actions.sign_results(dossiers=[dossier], by=cast.head)
    return signed


def walk_in(cast: Cast, channel: Channel, national_id: str = "") -> Dossier:
    """File for somebody without an account, as an official at the commune does."""
    return actions.file_application(
        procedure=cast.procedure, channel=channel,
        applicant=actions.Declared("Bà Sáu", national_id=national_id, phone="0987654321"),
        answers=GOOD | {"ho_ten": "Bà Sáu"}, shown=["hop_dong_thue"],
        agency=cast.commune, point=cast.commune, by=cast.receiver,
    )  # fmt: skip


def ask_for(dossier: Dossier, cast: Cast, reason: str) -> None:
    """Ask for the contract again, for another reason; beyond the limit the head does."""
    actions.ask_supplement(
        dossier=dossier, items=[Asked("hop_dong_thue", reason)], legal_basis=BASIS,
        override="Lãnh đạo cho phép yêu cầu thêm", by=cast.head,
    )  # fmt: skip


def bring(dossier: Dossier, cast: Cast, *, form: int = 2) -> None:
    """Give what was asked for, as a file or as a paper brought to the counter."""
    request = dossier.requests.get(completed_at=None)
    by = cast.citizen if form == 2 else cast.receiver
    for item in request.items.all():
        actions.answer_item(item=item, content=b"%PDF-1.4\n%%EOF\n", name="bo-sung.pdf", form=form, by=by)  # fmt: skip
    actions.complete_supplement(dossier=dossier, by=by)
    dossier.refresh_from_db()


def promise(dossier: Dossier, cast: Cast, days: int = 14) -> None:
    """Apologise and name a new date so many days after the old one."""
    assert dossier.due_at is not None
    new_date = clock.local_day(dossier.due_at) + timedelta(days=days)
    actions.apologise(dossier=dossier, new_date=new_date, reason="Chờ", by=cast.officer)
    dossier.refresh_from_db()


def speak(dossier: Dossier, organisation: Organisation) -> None:
    """Give the opinion an agency was asked for."""
    step = dossier.work.waiting().get(kind="opinions")
    opinion = step.opinions.get(organisation=organisation)
    speaker = make_person(Role.OFFICIAL, organisation)
    actions.give_opinion(opinion=opinion, agrees=True, text="Thống nhất", by=speaker)
