"""Taking a dossier through its life by the actions people use: one step at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from khuevan.catalogue.public import Channel, Definition, Supply, TestCase
from khuevan.counter import actions
from khuevan.counter.actions import interlinking
from khuevan.counter.actions.duties import SERVICE
from khuevan.counter.definitions import process_of
from khuevan.counter.models import Dossier, Step, StoredPaper
from khuevan.counter.queries.page import checklist
from khuevan.counter.rules.states import ENDED, Outcome
from khuevan.directory.public import Appointment, Organisation, Person, Role
from khuevan.payments.public import State, orders_of, take_cash
from khuevan.platform import clock
from khuevan.process.public import Duty, Kind

from .scans import scan


ROLES = {
    Duty.RECEPTION: (Role.OFFICIAL,), Duty.HANDLE: (Role.OFFICIAL,), Duty.RETURN: (Role.OFFICIAL,),
    Duty.ASSIGN: (Role.DIVISION_HEAD, Role.HEAD), Duty.CHECK: (Role.DIVISION_HEAD, Role.HEAD),
    Duty.SIGN: (Role.HEAD,), Duty.CLERK: (Role.CLERK,),
}  # fmt: skip
AT_A_DESK = frozenset({Channel.COUNTER, Channel.POST, Channel.ASSISTED})
AT_THE_DESK = frozenset({Duty.RECEPTION, Duty.RETURN})
MOST_TURNS = 60


class Walker:
    """Knows who does which duty where, and does the next step of a dossier."""

    def __init__(self) -> None:
        posts = Appointment.objects.select_related("person", "organisation").order_by("id")  # fmt: skip
        self._posts: dict[tuple[object, Role], list[Person]] = {}
        for post in posts:
            held = self._posts.setdefault((post.organisation_id, Role(post.role)), [])
            held.append(post.person)
        self.bodies = {unit.code: unit for unit in Organisation.objects.all()}

    def worker(self, organisation: Organisation | None, duty: Duty) -> Person:
        """Return who does a duty there: at the desk the receptionist, elsewhere others."""
        assert organisation is not None
        people = [p for role in ROLES[duty] for p in self._posts.get((organisation.pk, role), ())]  # fmt: skip
        desk = duty in AT_THE_DESK
        people.sort(key=lambda p: ("reception" in p.username) != desk)
        # Whoever was named for the duty (handler, signer) does it before others.
        people.sort(key=lambda p: not p.username.endswith(NAMED.get(duty, "-")))
        return people[0]

    def file(
        self,
        definition: Definition,
        case: TestCase,
        applicant: Person | None,
        agency: Organisation | None = None,
        name: str = "",
    ) -> Dossier:
        """File what an author's case answers.

        Whoever has no account comes to the desk, or is sent here by the portal.
        """
        agency = agency or self.bodies[definition.agency]
        at_desk = case.channel in AT_A_DESK
        by = self.worker(agency, Duty.RECEPTION) if at_desk else applicant
        dossier = actions.start_draft(
            procedure=definition.code, channel=case.channel, applicant=applicant,
            point=agency if at_desk else None, by=by,
        )  # fmt: skip
        if applicant is None:
            told = str(case.answers.get("so_dinh_danh", ""))
            actions.describe_applicant(dossier=dossier, name=name, national_id=told, phone=str(case.answers["dien_thoai"]), by=by)  # fmt: skip
        actions.save_draft(dossier=dossier, answers=case.answers, page=9, by=by)
        dossier.refresh_from_db()
        self._add_papers(dossier, digitised=at_desk, by=by)
        return actions.file_dossier(dossier=dossier, agency=agency, by=by)

    def _add_papers(self, dossier: Dossier, *, digitised: bool, by: Person | None) -> None:  # fmt: skip
        """Attach what has to be brought; take from the owner's store what is there."""
        for row in checklist(dossier):
            one = row.component
            if one.supply in {Supply.SUBMIT, Supply.SHOW}:
                content = scan(one.name, f"{dossier.applicant_name} ({dossier.pk.hex[-6:]})", dossier.title)  # fmt: skip
                actions.attach_paper(dossier=dossier, component=one.code, content=content, name=f"{one.code}.pdf", digitised=digitised, by=by)  # fmt: skip
            elif one.supply is Supply.STORE and by is not None:
                held = StoredPaper.objects.filter(owner=dossier.applicant_id, result_of=one.result_of).first()  # fmt: skip
                if held is not None:
                    actions.use_stored_paper(dossier=dossier, component=one.code, stored=held, by=by)  # fmt: skip

    def next_step(self, dossier: Dossier) -> Step | None:
        found = dossier.work.waiting().select_related("organisation").order_by("entered_at", "node")  # fmt: skip
        return found.first()

    def advance(self, dossier: Dossier) -> bool:
        """Do the next step of a dossier; return whether there was one to do."""
        step = self.next_step(dossier)
        if step is None:
            return False
        if step.kind == Kind.OPINIONS:
            self.speak(step)
        elif step.kind == Kind.CALL:
            self._through_child(dossier)
        elif step.kind == Kind.MESSAGE:
            self.pay(dossier, step.organisation)
        else:
            self._do(dossier, step)
        dossier.refresh_from_db()
        return True

    def until(self, dossier: Dossier, wanted: Callable[[Step], bool]) -> Dossier:
        """Advance a dossier until the step it waits at is a wanted one, or to its end."""
        for _turn in range(MOST_TURNS):
            step = self.next_step(dossier)
            if step is None or wanted(step) or not self.advance(dossier):
                break
        return dossier

    def to_duty(self, dossier: Dossier, duty: Duty) -> Dossier:
        return self.until(dossier, lambda step: step.duty == duty)

    def to_end(self, dossier: Dossier) -> Dossier:
        return self.until(dossier, lambda step: False)

    def draft(self, dossier: Dossier, by: Person) -> None:
        """Draft the result as the procedure's template says, unless it is there."""
        if hasattr(dossier, "result"):
            return
        actions.draft_result(dossier=dossier, outcome=Outcome.APPROVED, by=by)
        dossier.refresh_from_db()

    def speak(self, step: Step) -> None:
        """Let every agency that was asked agree."""
        for opinion in step.opinions.filter(given_at=None).select_related("organisation"):  # fmt: skip
            by = self.worker(opinion.organisation, Duty.HANDLE)
            actions.give_opinion(opinion=opinion, agrees=True, text="Thống nhất với hồ sơ.", by=by)  # fmt: skip

    def _do(self, dossier: Dossier, step: Step) -> None:
        duty = Duty(step.duty)
        by = self.worker(step.organisation, duty)
        if duty is Duty.RECEPTION:
            actions.accept_dossier(dossier=dossier, by=by)
        elif duty is Duty.ASSIGN:
            handler = self.worker(step.organisation, Duty.HANDLE)
            actions.finish_step(step=step, handler=handler, by=by)
        elif duty is Duty.SIGN:
            self.draft(dossier, self.worker(step.organisation, Duty.HANDLE))
            actions.sign_results(dossiers=[dossier], by=by)
        elif duty is Duty.CLERK:
            actions.seal_result(dossier=dossier, by=by)
        elif duty is Duty.RETURN:
            self.pay(dossier, step.organisation)
            actions.return_result(dossier=dossier, by=by)
        else:
            if duty is Duty.HANDLE:
                self.draft(dossier, by)
            if _duty_follows(dossier, step):
                self.name_duty(dossier, by)
            outcome = "ok" if duty is Duty.CHECK else ""
            actions.finish_step(step=step, outcome=outcome, by=by)

    def name_duty(self, dossier: Dossier, by: Person) -> None:
        """Notify what the tax office reckoned, an invented sum, before the clock stands."""
        actions.ask_finance(
            dossier=dossier, what="Tiền sử dụng đất, thông báo số 118/TB-CCT (giả định)", amount=186_000_000,
            due_on=clock.today() + timedelta(days=30), by=by,
        )  # fmt: skip

    def pay(self, dossier: Dossier, organisation: Organisation | None) -> None:
        """Pay at the desk whatever the dossier still owes."""
        for order in orders_of(dossier.ref):
            if order.state is State.WAITING:
                take_cash(order_id=order.id, by=self.worker(organisation, Duty.RETURN))

    def _through_child(self, dossier: Dossier) -> None:
        """Open the child if it is not there, see it to its end, let the parent go on."""
        interlinking.open_called()
        for child in dossier.children.exclude(business__in=list(ENDED)):
            self.to_end(child)
        interlinking.close_ended()


def _duty_follows(dossier: Dossier, step: Step) -> bool:
    process = process_of(dossier)
    after = process.outgoing.get(step.node, ())
    return any(process.by_id[flow.target].service == SERVICE for flow in after)


NAMED = {Duty.HANDLE: "handler", Duty.SIGN: "signer", Duty.ASSIGN: "division", Duty.CHECK: "division"}  # fmt: skip
