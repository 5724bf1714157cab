"""Dossiers of other systems are seen here under their own codes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from khuevan.counter.actions.mirroring import Mirrored, mirror_dossier
from khuevan.counter.models import (
    Dossier,
    SyncMessage,
)
from khuevan.counter.rules.states import Business, Delivery, Status
from khuevan.counter.sync.mirror_file import mirror_file
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused

from .carrying import read


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
