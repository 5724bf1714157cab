"""A procedure officer brings a process as a file, looks at it and saves it."""

from __future__ import annotations

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuevan.catalogue.models import Version
from khuevan.catalogue.rules.states import VersionState
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.process.public import read_bpmn, to_bpmn
from khuevan.process.tests.factories import GOOD_TABLE, STUCK

from .factories import make_definition, make_running, make_version


pytestmark = pytest.mark.django_db


def bring(client, version, content, name="buoc.csv"):
    content = content if isinstance(content, bytes) else content.encode()
    address = reverse("catalogue-draft-process", args=[version.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def kept(version):
    version.refresh_from_db()
    return version.definition.get("process", "")


@pytest.fixture
def draft(client, officer):
    client.force_login(officer)
    return make_version(VersionState.DRAFT, by=officer)


def test_a_table_is_drawn_first_and_saved_when_the_officer_says_so(client, draft):
    shown = bring(client, draft, GOOD_TABLE)
    page = shown.content.decode()
    assert (shown.status_code, kept(draft)) == (200, "")
    assert page.count('<g class="step">') == 4
    assert "15.5 giờ" in page
    xml = unescape(page.split('name="process" value="')[1].split('"')[0])
    address = reverse("catalogue-draft-process", args=[draft.pk])
    assert client.post(address, {"process": xml}).status_code == 302
    names = [n.name for n in read_bpmn(kept(draft)).nodes if n.duty]
    assert names == ["Tiếp nhận hồ sơ", "Thẩm định", "Kiểm tra", "Ký"]
    draft_page = client.get(reverse("catalogue-draft", args=[draft.pk])).content.decode()  # fmt: skip
    assert draft_page.count('<g class="step">') == 4
    file = client.get(reverse("catalogue-process-file", args=[draft.pk]))
    assert file.content.decode() == kept(draft)


def test_faults_are_told_by_row_and_nothing_is_saved(client, draft):
    refused = bring(client, draft, GOOD_TABLE.replace("Chuyên viên thụ lý;15,5", "Thủ kho;nhiều"))  # fmt: skip
    page = refused.content.decode()
    assert (refused.status_code, kept(draft)) == (422, "")
    assert "Dòng 4, duty" in page
    assert "“nhiều”" in page
    assert 'name="process" value="<' not in page


def test_a_file_of_bpmn_that_strands_dossiers_is_drawn_with_its_fault(client, draft):
    shown = bring(client, draft, to_bpmn(STUCK), "quy-trinh.bpmn").content.decode()
    assert "svg" in shown
    assert "Hồ sơ có thể" in shown


def test_a_file_that_is_none_is_told(client, draft):
    for content in (b"", b"\xff\xfe"):
        assert bring(client, draft, content).status_code == 422
    address = reverse("catalogue-draft-process", args=[draft.pk])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"process": "<a"}).status_code == 422
    assert kept(draft) == ""


def test_a_published_version_and_another_person_are_turned_away(client, officer):
    version = make_version(definition=make_running(), by=officer)
    before = kept(version)
    client.force_login(officer)
    assert bring(client, version, GOOD_TABLE).status_code == 404
    draft = make_version(VersionState.DRAFT, definition=make_definition(), by=officer)
    client.force_login(make_person(Role.OFFICIAL))
    assert bring(client, draft, GOOD_TABLE).status_code == 403
    assert (kept(version), kept(draft)) == (before, "")
    assert Version.objects.count() == 2
