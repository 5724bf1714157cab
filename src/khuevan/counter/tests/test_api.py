"""Dossiers for other programs: filed, worked on and found over HTTP."""

from __future__ import annotations

import pytest
from django.urls import reverse

from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Business
from khuevan.platform.ids import uuid7

from .factories import GOOD, STEPS, definition, make_cast, make_dossier


BASE = "/api/v1/dossiers"


def given(cast, **changes):
    return {
        "procedure": cast.procedure, "channel": "counter", "point": cast.commune.code,
        "agency": cast.commune.code, "applicant": {"name": "Trần Văn Bình", "phone": "0911222333"},
        "answers": GOOD | {"ho_ten": "Trần Văn Bình"}, "shown": ["hop_dong_thue"],
    } | changes  # fmt: skip


def post(client, path, data, key=None):
    """Send under a key of its own, a given one, or (empty) none."""
    headers = {} if key == "" else {"Idempotency-Key": key or str(uuid7())}
    return client.post(path, data, content_type="application/json", headers=headers)


def test_a_dossier_is_filed_worked_on_and_found(db, client):
    cast = make_cast(definition(steps=STEPS[:3], result=None))
    client.force_login(cast.receiver)
    made = post(client, BASE, given(cast))
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["status"], told["steps"]) == (1, ["Tiếp nhận"])
    assert post(client, f"{BASE}/{told['id']}/accept", {}).json()["status"] == 2
    client.force_login(cast.division)
    post(client, f"{BASE}/{told['id']}/step", {"handler": str(cast.officer.pk)})
    client.force_login(cast.officer)
    ended = post(client, f"{BASE}/{told['id']}/step", {"outcome": "ok"}).json()
    # No paper comes out of this procedure: the last step decides and delivers.
    assert (ended["state"], ended["status"]) == ("decided", 10)
    found = client.get(BASE, {"q": "tran van binh"}).json()["dossiers"]
    assert [d["code"] for d in found] == [told["code"]]


def test_a_request_sent_twice_files_once(cast, client):
    client.force_login(cast.receiver)
    first = post(client, BASE, given(cast), key="k1").json()
    again = post(client, BASE, given(cast), key="k1").json()
    assert first["code"] == again["code"]
    assert Dossier.objects.count() == 1


def test_without_a_key_nothing_is_filed(cast, client):
    client.force_login(cast.receiver)
    refused = post(client, BASE, given(cast), key="")
    assert refused.status_code == 422
    assert "ASCII" in refused.text
    assert not Dossier.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"procedure": "0.0"}, 422),
        ({"agency": "nowhere"}, 422),
        ({"answers": {}}, 422),
        ({"shown": []}, 422),
        ({"shown": ["nothing"]}, 422),
        ({"channel": "pigeon"}, 422),
    ],
)
def test_what_cannot_be_filed_is_refused_whole(cast, client, changes, status):
    client.force_login(cast.receiver)
    assert post(client, BASE, given(cast, **changes)).status_code == status
    assert not Dossier.objects.exists()


def test_strangers_and_other_units_get_nothing(cast, client):
    dossier = make_dossier(Business.FILED, cast=cast)
    assert client.get(BASE).status_code == 401
    client.force_login(cast.stranger)
    assert client.get(BASE).json()["dossiers"] == []
    assert client.get(f"{BASE}/{dossier.pk}").status_code == 404
    assert post(client, f"{BASE}/{dossier.pk}/accept", {}).status_code == 404
    assert post(client, BASE, given(cast)).status_code == 403
    assert reverse("dossier", args=[dossier.pk])
