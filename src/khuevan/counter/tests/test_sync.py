"""Telling the national portal: in order, once, whatever goes wrong on the way."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings
from django.urls import reverse
from hypothesis import (
    HealthCheck,
    given,
    settings as hypothesis_settings,
    strategies as st,
)

from khuevan.counter import actions
from khuevan.counter.actions.mirroring import Mirrored, mirror_dossier
from khuevan.counter.actions.syncing import (
    compare_day,
    resolve_conflict,
    settle_difference,
    take_difference,
)
from khuevan.counter.models import (
    Dossier,
    PortalDossier,
    PortalReceipt,
    SyncDay,
    SyncDifference,
    SyncMessage,
)
from khuevan.counter.rules.states import Business, Delivery, Status, Sync
from khuevan.counter.rules.syncing import (
    Choice,
    Held,
    Kind,
    State,
    compare,
    kind_of,
    sync_of,
    wait_after,
    way,
)
from khuevan.counter.sync import reader, sandbox
from khuevan.counter.sync.http_adapter import HttpPortal, Network
from khuevan.counter.sync.mirror_file import mirror_file
from khuevan.counter.sync.payloads import create_payload, stamp
from khuevan.counter.sync.portal import CITIZEN_FIRST, LGSP
from khuevan.counter.sync.sandbox import Behaviour
from khuevan.counter.sync.sender import send_due
from khuevan.directory.public import OrganisationKind, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken, Unavailable

from .factories import make_cast, make_dossier, make_signed


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


def read(*dossiers):
    """Give the reader what is new of some dossiers, as the journal's feed would."""
    facts = [f for d in dossiers for f in facts_about(d.ref)]
    known = set(SyncMessage.objects.values_list("sequence", flat=True))
    new = [f for f in facts if f.number not in known]
    if new:
        reader._write(new)


def send_all(portal, *dossiers, tries=60):
    """Send until nothing is due any more, letting every wait pass."""
    now = clock.now()
    for number in range(tries):
        with clock.telling(now + timedelta(hours=2 * number)):
            send_due(portal)
        left = SyncMessage.objects.filter(state__in=[State.WAITING, State.SENDING])
        if not left.exists():
            break
    for dossier in dossiers:
        dossier.refresh_from_db()


def finished(cast):
    """Return a dossier that went the whole way, result handed over."""
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    make_signed(dossier, cast)
    dossier = actions.seal_result(dossier=dossier, by=cast.clerk)
    return actions.return_result(dossier=dossier, by=cast.receiver)


# -------------------------------------------------------------------- messages


def test_the_facts_of_a_dossier_become_messages_in_their_order(cast):
    dossier = finished(cast)
    read(dossier)
    messages = list(dossier.messages.order_by("sequence"))
    assert messages[0].kind == Kind.CREATE
    statuses = [m.status for m in messages if m.kind != Kind.PROGRESS]
    assert statuses == [1, 2, 4, 9, 10]
    assert {m.sequence for m in messages} <= {
        f.number for f in facts_about(dossier.ref)
    }
    read(dossier)
    assert dossier.messages.count() == len(messages)


def test_a_draft_and_a_mirrored_dossier_are_nobodys_business(cast):
    draft = make_dossier(Business.DRAFT, cast=cast)
    other = make_dossier(Business.FILED, cast=cast)
    Dossier.objects.filter(pk=other.pk).update(origin_system="moj")
    read(draft, other)
    assert not SyncMessage.objects.exists()


def test_a_dossier_the_portal_knew_before_there_was_an_outbox_is_not_told_again(cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    Dossier.objects.filter(pk=dossier.pk).update(synced_at=clock.now(), sync=Sync.ACKNOWLEDGED)  # fmt: skip
    read(dossier)
    assert not SyncMessage.objects.exists()
    actions.accept_dossier(dossier=dossier, by=cast.receiver)
    read(dossier)
    assert [m.kind for m in SyncMessage.objects.all()] == [Kind.STATUS]


def test_a_message_holds_only_what_the_interface_lists(cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    payload = create_payload(dossier)
    listed = {
        "MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "KenhThucHien", "ChuHoSo",
        "LoaiDoiTuong", "LoaiDinhDanh", "SoDinhDanh", "NgaySinh", "Email", "SoDienThoai",
        "DiaChi", "TaiKhoanDuocXacThucVoiVNeID", "NgayNopHoSo", "NgayTiepNhan",
        "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayYeuCauBoSung",
        "NgayHoanThanhBoSung", "NgayTuChoi", "DonViXuLy", "NoiNopHoSo", "HinhThucTra",
        "TaiLieuNop", "HoSoCoThanhPhanSoHoa", "TrangThaiThanhToan", "DanhSachLePhi",
    }  # fmt: skip
    assert payload.keys() <= listed
    assert payload["NgayNopHoSo"] == stamp(dossier.filed_at)
    assert len(payload["NgayNopHoSo"]) == 14
    answers = set(map(str, dossier.application.answers.values())) - {dossier.applicant_name, "0912345678"}  # fmt: skip
    assert not answers & set(map(str, payload.values()))


def test_each_adapter_writes_codes_its_own_way():
    told = {"LoaiDoiTuong": "citizen", "KenhThucHien": "post", "x": [{"LoaiDoiTuong": "enterprise"}]}  # fmt: skip
    assert LGSP.encode(told) == {"LoaiDoiTuong": 1, "KenhThucHien": 3, "x": [{"LoaiDoiTuong": 2}]}  # fmt: skip
    assert CITIZEN_FIRST.encode(told)["LoaiDoiTuong"] == 0


# --------------------------------------------------------------------- sending


def test_a_whole_life_arrives_and_is_acknowledged(cast, portal):
    dossier = finished(cast)
    read(dossier)
    dossier.refresh_from_db()
    assert dossier.sync == Sync.PENDING
    send_all(portal, dossier)
    assert dossier.sync == Sync.ACKNOWLEDGED
    assert dossier.synced_at is not None
    held = PortalDossier.objects.get(code=dossier.code)
    assert held.status == Status.RETURNED == dossier.status
    assert held.applied == dossier.messages.count()
    [paper] = held.payload["TaiLieuNop"]
    assert paper["IdTepTin"].startswith("TT-")
    assert all(json.loads(m.answer)["KetQua"] == "DA_NHAN" for m in dossier.messages.all())  # fmt: skip


def test_while_the_portal_is_down_work_goes_on_and_later_everything_arrives(
    cast, portal
):
    sandbox.misbehave(Behaviour.DOWN, lasting=True)
    dossier = finished(cast)
    read(dossier)
    assert send_due(portal) == 0
    dossier.refresh_from_db()
    assert (dossier.sync, dossier.status) == (Sync.FAILED, Status.RETURNED)
    first = dossier.messages.order_by("sequence").first()
    assert first.attempts == 1
    assert first.next_try_at > clock.now()
    assert "503" in first.answer
    sandbox.behave()
    send_all(portal, dossier)
    assert dossier.sync == Sync.ACKNOWLEDGED
    assert PortalDossier.objects.get(code=dossier.code).status == Status.RETURNED


def test_a_wrong_digest_is_not_believed(cast, portal):
    dossier = make_dossier(Business.FILED, cast=cast)
    read(dossier)
    portal.token()
    portal.request_code(dossier.code)
    sandbox.misbehave(Behaviour.SLOW, Behaviour.WRONG_HASH)
    assert send_due(portal) == 0  # the code came too late
    with clock.telling(clock.now() + timedelta(hours=2)):
        send_due(portal)
        sandbox.misbehave(Behaviour.WRONG_HASH)
    send_all(portal, dossier)
    assert dossier.sync == Sync.ACKNOWLEDGED
    [given_id] = dossier.national_copy.files.values()
    assert given_id.startswith("TT-")


def test_an_acceptance_undone_after_it_was_told_is_for_people_to_sort_out(cast, portal):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    send_all(portal, dossier)
    actions.undo_last(dossier=dossier, by=cast.receiver)
    read(dossier)
    send_all(portal, dossier)
    assert dossier.sync == Sync.CONFLICT
    assert dossier.messages.get(state=State.CONFLICT).held == Status.ACCEPTED


def test_a_message_is_not_sent_before_the_one_before_it(cast, portal):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    first, *rest = dossier.messages.order_by("sequence")
    first.next_try_at = clock.now() + timedelta(hours=1)
    first.save()
    assert send_due(portal) == 0
    assert rest
    assert not PortalDossier.objects.exists()


def test_what_a_killed_process_was_sending_is_sent_again_after_its_lease(cast, portal):
    dossier = make_dossier(Business.FILED, cast=cast)
    read(dossier)
    dossier.messages.update(
        state=State.SENDING, next_try_at=clock.now() + timedelta(minutes=10)
    )
    assert send_due(portal) == 0
    with clock.telling(clock.now() + timedelta(minutes=11)):
        assert send_due(portal) == 1


def test_a_portal_that_lost_a_dossier_is_told_the_whole_again(cast, portal):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    send_all(portal, dossier)
    PortalDossier.objects.all().delete()
    actions.stop_dossier(dossier=dossier, reason="Luật", by=cast.head)
    read(dossier)
    send_all(portal, dossier)
    assert PortalDossier.objects.get(code=dossier.code).status == Status.STOPPED


MOODS = st.lists(
    st.sampled_from([b for b in Behaviour if b is not Behaviour.CONFLICT]), max_size=25
)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(moods=MOODS, early=st.integers(0, 3))
def test_any_order_of_failures_ends_with_both_sides_equal_and_each_message_applied_once(
    told_cast, moods, early
):
    cast, portal = told_cast
    PortalReceipt.objects.all().delete()
    sandbox.behave()
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    if early:
        read(dossier)
    sandbox.misbehave(*moods[: early * 4])
    send_due(portal)
    actions.stop_dossier(dossier=dossier, reason="Luật", by=cast.head)
    read(dossier)
    sandbox.misbehave(*moods[early * 4 :])
    send_all(portal, dossier)
    held = PortalDossier.objects.get(code=dossier.code)
    messages = list(dossier.messages.all())
    assert held.status == dossier.status
    assert dossier.sync == Sync.ACKNOWLEDGED
    assert held.applied == len(messages)
    keys = {m.key for m in messages} | {f"{dossier.code}/code"}
    assert set(PortalReceipt.objects.values_list("key", flat=True)) == keys


@pytest.fixture
def told_cast(db, portal):
    return make_cast(), portal


# ------------------------------------------------------------------- conflicts


@pytest.fixture
def disputed(cast, portal):
    """Return a dossier the applicant withdrew on the portal while we went on."""
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    read(dossier)
    send_all(portal, dossier)
    actions.ask_finance(dossier=dossier, waiting=True, by=cast.officer)
    read(dossier)
    sandbox.misbehave(Behaviour.CONFLICT)
    send_due(portal)
    dossier.refresh_from_db()
    return dossier


def test_a_conflict_is_shown_to_the_service_centre_and_nobody_else(
    disputed, cast, keeper, client
):
    assert disputed.sync == Sync.CONFLICT
    message = disputed.messages.get(state=State.CONFLICT)
    assert message.held == Status.WITHDRAWING
    client.force_login(cast.head)
    assert client.get(reverse("dossier-sync")).status_code == 403
    address = reverse("dossier-sync-conflict", args=[message.pk])
    assert client.post(address, {"choice": "ours"}).status_code == 403
    with pytest.raises(PermissionDenied):
        resolve_conflict(message=message, choice=Choice.OURS, by=cast.head)
    client.force_login(keeper)
    page = client.get(reverse("dossier-sync")).text
    assert disputed.code in page
    assert disputed.applicant_name not in page


def test_ours_is_sent_again_and_replaces_theirs(disputed, keeper, client, portal):
    message = disputed.messages.get(state=State.CONFLICT)
    client.force_login(keeper)
    address = reverse("dossier-sync-conflict", args=[message.pk])
    assert client.post(address, {"choice": "ours"}).status_code == 302
    send_all(portal, disputed)
    assert disputed.sync == Sync.ACKNOWLEDGED
    assert PortalDossier.objects.get(code=disputed.code).status == disputed.status == Status.FINANCE  # fmt: skip
    with pytest.raises(RuleBroken, match="already"):
        resolve_conflict(message=message, choice=Choice.OURS, by=keeper)


def test_theirs_lets_the_dossier_wait_for_a_decision_on_the_withdrawal(
    disputed, keeper, portal
):
    message = disputed.messages.get(state=State.CONFLICT)
    resolve_conflict(message=message, choice=Choice.THEIRS, by=keeper)
    read(disputed)
    send_all(portal, disputed)
    assert disputed.business == Business.WITHDRAWING
    assert disputed.sync == Sync.ACKNOWLEDGED
    assert PortalDossier.objects.get(code=disputed.code).status == Status.WITHDRAWING


def test_what_the_city_cannot_follow_is_not_taken_over(disputed, keeper):
    message = disputed.messages.get(state=State.CONFLICT)
    message.held = Status.PROCESSED
    message.save()
    with pytest.raises(RuleBroken):
        resolve_conflict(message=message, choice=Choice.THEIRS, by=keeper)
    disputed.refresh_from_db()
    assert disputed.sync == Sync.CONFLICT


# ------------------------------------------------------------------- comparing


def test_both_sides_are_compared_by_day_procedure_and_status(cast, portal, keeper, client):  # fmt: skip
    told, silent = (make_dossier(Business.ACCEPTED, cast=cast) for _ in range(2))
    read(told)
    send_all(portal, told)
    day = clock.today()
    found = compare_day(day=day, listed=portal.listed(day), by=keeper)
    assert (found.ours, found.theirs, found.different) == (2, 1, 1)
    [count] = found.counts.all()
    assert (count.procedure, count.status, count.ours, count.theirs) == (cast.procedure, 2, 2, 1)  # fmt: skip
    [open_one] = found.differences.all()
    assert (open_one.code, open_one.ours, open_one.theirs) == (silent.code, 2, None)
    with pytest.raises(PermissionDenied):
        take_difference(difference=open_one, by=cast.head)
    client.force_login(keeper)
    assert silent.code in client.get(reverse("dossier-sync")).text
    address = reverse("dossier-sync-difference", args=[open_one.pk])
    client.post(address, {"does": "take"})
    open_one.refresh_from_db()
    assert open_one.owner == keeper
    read(silent)
    send_all(portal, silent)
    compare_day(day=day, listed=portal.listed(day), by=None)
    open_one.refresh_from_db()
    assert open_one.settled_at is not None
    assert SyncDay.objects.get().different == 0


def test_a_settled_difference_needs_words_and_comes_back_if_it_stays(cast, keeper):
    make_dossier(Business.ACCEPTED, cast=cast)
    day = clock.today()
    compare_day(day=day, listed=[], by=None)
    one = SyncDifference.objects.get()
    with pytest.raises(RuleBroken):
        settle_difference(difference=one, note=" ", by=keeper)
    settle_difference(difference=one, note="Cổng chưa nhận", by=keeper)
    with pytest.raises(RuleBroken):
        settle_difference(difference=one, note="Lại", by=keeper)
    compare_day(day=day, listed=[], by=None)
    one.refresh_from_db()
    assert one.settled_at is None


def test_a_demo_whose_past_was_loaded_gets_a_portal_that_knows_it(cast, portal):
    dossiers = [make_dossier(s, cast=cast) for s in Business if s is not Business.DRAFT]
    Dossier.objects.all().update(sync=Sync.ACKNOWLEDGED)
    assert sandbox.adopt() == len(dossiers)
    assert sandbox.adopt() == 0
    day = clock.today()
    assert compare_day(day=day, listed=portal.listed(day), by=None).different == 0


# ------------------------------------------------------------------- mirroring


def mirrored(cast, **changes):
    now = clock.now()
    plain = {
        "code": "H26.01.02-261120-0007", "system": "moj", "procedure": cast.procedure,
        "agency": cast.commune.code, "status": Status.IN_PROCESS, "filed_at": now,
        "accepted_at": now, "due_at": now + timedelta(days=3), "applicant_name": "Lê Thị B",
    }  # fmt: skip
    return Mirrored(**(plain | changes))


def test_a_dossier_of_a_ministrys_system_is_seen_here_under_its_own_code(cast, client):
    dossier = mirror_dossier(told=mirrored(cast))
    again = mirror_dossier(told=mirrored(cast, filed_at=dossier.filed_at, accepted_at=dossier.accepted_at, due_at=dossier.due_at))  # fmt: skip
    assert dossier.pk == again.pk
    assert [f.kind for f in facts_about(dossier.ref)] == ["counter.dossier_mirrored"]
    client.force_login(cast.head)
    assert client.get(reverse("dossier", args=[dossier.pk])).status_code == 200
    done = mirror_dossier(told=mirrored(cast, status=Status.RETURNED, ended_at=clock.now()))  # fmt: skip
    assert (done.business, done.delivery) == (Business.DECIDED, Delivery.E_DELIVERED)
    read(done)
    assert not SyncMessage.objects.exists()


@pytest.mark.parametrize(
    ("changes", "where"),
    [({"code": "x"}, "code"), ({"agency": "x"}, "agency"), ({"procedure": "x"}, "procedure"),
     ({"due_at": None}, "due_at"), ({"status": Status.PROCESSED}, "ended_at"),
     ({"system": "city"}, "system")],
)  # fmt: skip
def test_a_mirrored_dossier_with_a_fault_is_refused_whole(cast, changes, where):
    with pytest.raises(InputRefused) as refused:
        mirror_dossier(told=mirrored(cast, **changes))
    assert where in {p.where for p in refused.value.problems}
    assert not Dossier.objects.exists()


def test_a_file_of_mirrored_dossiers_is_taken_whole_or_not_at_all(cast):
    row = {
        "MaHoSo": "H26.01.02-261120-0008", "MaTTHC": cast.procedure, "TrangThai": 2,
        "DonViXuLy": cast.commune.code, "NgayNopHoSo": "20261120080000",
        "NgayTiepNhan": "20261120090000", "NgayHenTra": "20261125170000",
    }  # fmt: skip
    bad = row | {"MaHoSo": "x"}
    lines = "\n".join(json.dumps(r) for r in (row, bad)) + "\nnot json\n"
    with pytest.raises(InputRefused) as refused:
        mirror_file(lines.encode(), "moj")
    assert [p.where for p in refused.value.problems] == ["2, code", "3, JSON"]
    assert not Dossier.objects.exists()
    assert mirror_file(json.dumps(row).encode(), "moj") == 1
    assert mirror_file(json.dumps(row).encode(), "moj") == 1
    dossier = Dossier.objects.get()
    assert (dossier.status, dossier.origin_system) == (Status.ACCEPTED, "moj")
    assert len(facts_about(dossier.ref)) == 1


# --------------------------------------------------------------------- the rules


def test_waits_double_up_to_an_hour():
    assert [wait_after(n).seconds for n in (1, 2, 3)] == [10, 20, 40]
    assert wait_after(99) == timedelta(hours=1)


def test_only_what_moves_or_is_progress_is_told():
    assert kind_of("counter.dossier_filed", 1, None) is Kind.CREATE
    assert kind_of("counter.dossier_accepted", 2, 1) is Kind.STATUS
    assert kind_of("counter.step_done", 4, 4) is Kind.PROGRESS
    assert kind_of("counter.application_read", 4, 4) is None
    assert kind_of("counter.draft_saved", None, None) is None


@given(st.sampled_from(Sync), st.sampled_from(Sync))
def test_there_is_a_way_from_every_sync_state_to_every_other(now, target):
    path = way(now, target)
    assert not path or path[-1] is target


def test_the_sync_state_follows_the_messages():
    waiting, conflict = (State.WAITING, 0), (State.CONFLICT, 1)
    assert sync_of([], 3) is Sync.ACKNOWLEDGED
    assert sync_of([], 0) is Sync.PENDING
    assert sync_of([waiting], 0) is Sync.PENDING
    assert sync_of([waiting], 1) is Sync.SENT
    assert sync_of([(State.WAITING, 2), waiting], 1) is Sync.FAILED
    assert sync_of([conflict, waiting], 1) is Sync.CONFLICT


HELD = st.lists(
    st.builds(Held, st.sampled_from("abcdef"), st.sampled_from("pq"), st.integers(1, 10)),
    max_size=6, unique_by=lambda h: h.code,
)  # fmt: skip


@given(HELD, HELD)
def test_counts_add_up_and_equal_sides_do_not_differ(ours, theirs):
    counts, differs = compare(ours, theirs)
    assert sum(c.ours for c in counts) == len(ours)
    assert sum(c.theirs for c in counts) == len(theirs)
    assert (not differs) or set(ours) != set(theirs)
    assert compare(ours, ours)[1] == []


# -------------------------------------------------------------------- the network


@pytest.fixture
def documents(transactional_db):
    """Fill documents and periods again: emptied tables take them away between tests."""
    if apps.get_model("law", "LegalDocument").objects.exists():
        return
    for (app, _name), migration in sorted(
        MigrationLoader(None).disk_migrations.items()
    ):
        for operation in migration.operations if app in {"law", "worktime"} else ():
            if isinstance(operation, RunPython):
                operation.code(apps, None)


def test_the_trial_portal_is_closed_where_nobody_opened_it(client, db):
    address = reverse("sandbox-portal", args=["token"])
    with override_settings(NATIONAL_PORTAL=""):
        assert client.post(address).status_code == 404
    assert (
        client.post(address, "{}", content_type="application/json").status_code == 401
    )
    assert client.get(reverse("sandbox-portal", args=["dossiers"])).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_from_the_journal_over_the_network_and_back(
    documents, live_server, wait_for_readers
):
    cast = make_cast()
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    address = live_server.url + "/sandbox/national-portal"
    portal = HttpPortal(Network(address, seconds=5), sandbox.USER, sandbox.secret())
    wait_for_readers()
    while reader.take_facts():
        pass
    assert send_due(portal) == dossier.messages.count() >= 2
    dossier.refresh_from_db()
    assert dossier.sync == Sync.ACKNOWLEDGED
    day = clock.today()
    assert [h.code for h in portal.listed(day)] == [dossier.code]
    gone = HttpPortal(Network("http://127.0.0.1:9", seconds=1), "x", "y")
    with pytest.raises(Unavailable):
        gone.listed(day)


@pytest.mark.django_db(transaction=True)
def test_several_senders_at_once_tell_each_message_once(documents, portal):
    cast = make_cast()
    dossiers = [make_dossier(Business.ACCEPTED, cast=cast) for _ in range(6)]
    read(*dossiers)

    def send(_number):
        try:
            return send_due(portal)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(send, range(4)))
    sent += send_due(portal)  # what a busy neighbour made the others pass by
    assert sent == SyncMessage.objects.count()
    for dossier in dossiers:
        dossier.refresh_from_db()
        held = PortalDossier.objects.get(code=dossier.code)
        assert (held.applied, held.status) == (dossier.messages.count(), dossier.status)
        assert dossier.sync == Sync.ACKNOWLEDGED


def test_the_network_is_never_used_inside_a_transaction(db):
    with pytest.raises(RuntimeError):
        Network("http://127.0.0.1:9")("GET", "/", {}, b"")
