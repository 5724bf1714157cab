"""Tables and calendars that leave the platform, and registers that come back."""

import csv
import io
import json
from datetime import date, time

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from icalendar import Calendar

from khuevan.directory.tests.factories import OrganisationFactory
from khuevan.journal.public import facts_of
from khuevan.platform import clock, jobs
from khuevan.platform.errors import RuleBroken
from khuevan.platform.models import Job, StoredFile
from khuevan.steering import actions
from khuevan.steering.actions.importing import import_register, preview_import
from khuevan.steering.models import Task
from khuevan.steering.queries.exports import export_rows
from khuevan.steering.queries.tasks import Wanted, task_rows
from khuevan.steering.rules import State, Visibility
from khuevan.steering.views import importing

from .factories import make_clause, make_task
from .test_importing import HEADER, as_csv, row


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def fetch(client, ending, **query):
    answer = client.get(reverse("steering-export", args=[ending]), query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def sheet(content):
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)


def codes(content):
    return {task["code"] for task in json.loads(content)["tasks"]}


@pytest.fixture
def tasks(cast):
    helper = OrganisationFactory.create()
    clause = make_clause(cast)
    helped = (actions.Helper(helper), actions.Helper(OrganisationFactory.create()))
    made = [
        make_task(cast=cast, clause=clause, helpers=helped),
        make_task(State.CLAIMED, cast=cast, clause=clause),
        make_task(State.ACCEPTED, cast=cast, clause=clause),
        make_task(cast=cast, clause=clause, due_on=None),
        make_task(State.SUSPENDED, cast=cast, clause=clause),
    ]
    told = make_task(cast=cast, clause=clause, title="=1+1 và @SUM(A1)")
    actions.accept_by_report(task=told, accepted_on=clock.today(), by=cast.office)
    return [*made, told]


def test_a_spreadsheet_sent_in_again_changes_nothing(client, cast, tasks):
    client.force_login(cast.office)
    content = fetch(client, "xlsx")
    preview = preview_import(content=content, name="nhiem-vu.xlsx", by=cast.office)
    assert [str(problem) for problem in preview.problems] == []
    assert preview.count("nothing") == len(tasks)
    assert preview.new_sources == []


def test_a_spreadsheet_has_real_dates_and_no_formulas(client, cast, tasks):
    client.force_login(cast.office)
    content = fetch(client, "xlsx", sort="code")
    book = openpyxl.load_workbook(io.BytesIO(content))
    table, meaning = book.worksheets
    assert table.freeze_panes == "C2"
    assert table.auto_filter.ref == f"A1:S{len(tasks) + 1}"
    kinds = {cell.data_type for line in table.iter_rows() for cell in line}
    assert "f" not in kinds
    assert table["I2"].is_date
    words = dict(meaning.values)
    assert f"{clock.today():%d/%m/%Y}" in words.values()


def test_csv_cells_are_never_formulas(client, cast, tasks):
    client.force_login(cast.office)
    text = fetch(client, "csv").decode()
    assert text.startswith("\ufeffMã nhiệm vụ")
    cells = [cell for line in csv.reader(io.StringIO(text[1:])) for cell in line]
    assert "'=1+1 và @SUM(A1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]


def test_exports_show_what_the_table_shows(client, cast, tasks):
    public = make_task(cast=cast, visibility=Visibility.PUBLIC)
    client.force_login(cast.stranger)
    assert codes(fetch(client, "json")) == {public.code}
    client.force_login(cast.head)
    for query in ({}, {"status": "done"}, {"q": "khong co"}, {"status": "claimed"}):
        wanted = Wanted(status=query.get("status", ""), text=query.get("q", ""))
        page = task_rows(person=cast.head, wanted=wanted)
        assert codes(fetch(client, "json", **query)) == {r.code for r in page.rows}


def test_exports_of_a_past_day_show_that_day(client, cast):
    with clock.telling(clock.at_local(date(2025, 5, 5), time(9))):
        make_task(cast=cast, due_on=date(2025, 6, 5), code="T-CU")
    make_task(cast=cast)
    client.force_login(cast.office)
    told = json.loads(fetch(client, "json", on="2025-05-10"))
    assert told["as_of"] == "2025-05-10"
    assert [(t["code"], t["status"]) for t in told["tasks"]] == [("T-CU", "in_time")]
    [_head, line] = sheet(fetch(client, "xlsx", on="2025-06-10"))
    assert "Overdue" in line or "Quá hạn" in line


def test_an_export_asks_once_for_all_rows(cast, tasks, django_assert_max_num_queries):
    for _n in range(12):
        make_task(cast=cast)
    with django_assert_max_num_queries(4):
        rows = list(export_rows(person=cast.office, wanted=Wanted()))
    assert len(rows) == 18
    assert [len(r.coordinators) for r in rows if r.code == tasks[0].code] == [2]


def test_strangers_are_led_to_sign_in(client, cast):
    page = reverse("steering-export", args=["csv"])
    assert client.get(page).status_code == 302
    client.force_login(cast.head)
    bad = reverse("steering-export", args=["exe"])
    assert client.get(bad).status_code == 404


# ---------------------------------------------------------------- calendars


def calendar(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def address_of(client):
    page = client.get(reverse("steering-calendar-page")).context_data
    return page["address"]


def test_a_calendar_opens_without_a_session(client, cast):
    mine, other = (
        make_task(cast=cast),
        make_task(cast=cast, lead=OrganisationFactory.create()),
    )
    make_task(State.ACCEPTED, cast=cast)
    client.force_login(cast.head)
    client.post(reverse("steering-calendar-change"), {"does": "make"})
    address = address_of(client)
    client.logout()
    events = calendar(client, address).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == [f"{mine.code}: {mine.title}"]
    assert events[0].decoded("dtstart") == mine.due_on
    assert other.code not in str(events)


def test_a_withdrawn_address_opens_nothing(client, cast):
    make_task(cast=cast)
    client.force_login(cast.head)
    change = reverse("steering-calendar-change")
    client.post(change, {"does": "make"})
    first = address_of(client)
    client.post(change, {"does": "make"})
    second = address_of(client)
    assert first != second
    assert client.get(first).status_code == 404
    client.post(change, {"does": "revoke"})
    assert client.get(second).status_code == 404
    assert address_of(client) == ""
    assert len(facts_of(["steering.calendar_link_revoked"])) == 1
    with pytest.raises(RuleBroken):
        actions.revoke_calendar_link(by=cast.head)


def test_a_closed_account_has_no_calendar(client, cast):
    client.force_login(cast.head)
    client.post(reverse("steering-calendar-change"), {"does": "make"})
    address = address_of(client)
    cast.head.is_active = False
    cast.head.save()
    client.logout()
    assert client.get(address).status_code == 404
    for token in ("", "x", "x:y"):
        found = client.get(reverse("steering-calendar"), {"token": token})
        assert found.status_code == 404


# ----------------------------------------------------------- the import page


def send(client, content, name="so.csv"):
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("steering-import"), {"file": upload})


def test_a_register_is_previewed_then_taken_once(client, cast):
    client.force_login(cast.office)
    answer = send(client, as_csv(row(cast), row(cast, code="TW-002")))
    page = client.get(answer["Location"])
    assert page.context_data["preview"].count("create") == 2
    assert "57-NQ/TW" in page.content.decode()
    assert not Task.objects.exists()
    take = reverse("steering-import-take", args=[page.context_data["file"].pk])
    for _again in range(2):
        done = client.post(take, {"idempotency_key": page.context_data["key"]})
        assert done["Location"] == reverse("steering-tasks")
    assert Task.objects.count() == 2
    again = client.get(answer["Location"]).context_data["preview"]
    assert again.count("nothing") == 2


def test_faults_name_row_column_and_cure_and_nothing_is_taken(client, cast):
    client.force_login(cast.office)
    answer = send(client, as_csv(row(cast, lead="Sở Không có"), row(cast, code="=A1")))
    page = client.get(answer["Location"])
    faults = page.context_data["faults"]
    assert [(f.row, f.column) for f in faults] == [
        ("2", "Đơn vị chủ trì"),
        ("3", "Mã nhiệm vụ"),
    ]
    assert all(fault.what and fault.mend for fault in faults)
    key = page.context_data["file"].pk
    assert reverse("steering-import-take", args=[key]) not in page.content.decode()
    client.post(reverse("steering-import-take", args=[key]))
    assert not Task.objects.exists()
    told = client.get(reverse("steering-import-problems", args=[key]))
    lines = list(csv.reader(io.StringIO(b"".join(told.streaming_content).decode())))
    assert lines[1][:2] == ["2", "Đơn vị chủ trì"]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"output": "ngắn"}, "output"),
        ({"title": "x" * 501}, "title"),
        ({"source": "x" * 81}, "source"),
        ({"proof": "indicator"}, "proof"),
        ({"coordinators": "SELF"}, "coordinators"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_the_preview_knows_what_the_rules_refuse(cast, changes, column):
    if "coordinators" in changes:
        changes = {"coordinators": cast.lead.name}
    content = as_csv(row(cast, **changes), header=[*HEADER, "proof"])
    preview = preview_import(content=content, name="r.csv", by=cast.office)
    assert [problem.where for problem in preview.problems] == [f"2:{column}"]
    assert preview.problems[0].mend


def test_a_stopped_task_is_not_done_by_a_register(cast):
    import_register(content=as_csv(row(cast)), name="r.csv", by=cast.office)
    actions.suspend_task(task=Task.objects.get(), decision="TB 1", by=cast.office)
    content = as_csv(row(cast, accepted_on="2025-06-01"))
    preview = preview_import(content=content, name="r.csv", by=cast.office)
    assert [problem.where for problem in preview.problems] == ["2:accepted_on"]
    assert Task.objects.get().state == State.SUSPENDED


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7", "so.pdf"),
        (b"", "so.csv"),
        (b"PK\x03\x04 broken", "so.xlsx"),
        ("mã,tên\n".encode("utf-16"), "so.csv"),
    ],
    ids=["pdf", "empty", "broken", "utf-16"],
)
def test_a_file_that_is_no_register_is_refused(client, cast, content, name):
    client.force_login(cast.office)
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert answer.context_data["form"].errors["file"]
    assert not StoredFile.objects.exists()


def test_a_register_with_other_columns_says_which_are_missing(client, cast):
    client.force_login(cast.office)
    answer = send(client, b"code,title\nA,B\n")
    faults = client.get(answer["Location"]).context_data["faults"]
    assert any("Đơn vị chủ trì" in fault.what for fault in faults)


def test_a_long_register_is_left_to_the_worker(client, cast, monkeypatch):
    monkeypatch.setattr(importing, "LONG", 1)
    client.force_login(cast.office)
    answer = send(client, as_csv(row(cast), row(cast, code="TW-002")))
    key = client.get(answer["Location"]).context_data["file"].pk
    started = client.post(reverse("steering-import-take", args=[key]))
    job = Job.objects.get()
    assert started["Location"] == reverse("job", args=[job.pk])
    assert not Task.objects.exists()
    monkeypatch.setattr("khuevan.steering.tasks.ThreadPoolExecutor", Here)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["create"]) == ("done", 2)
    assert Task.objects.count() == 2


class Here:
    """An executor without threads: a test's transaction is seen by nobody else."""

    def __init__(self, **options):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        return None

    def submit(self, function, *arguments):
        if arguments:
            function(*arguments)
        return self

    def result(self):
        return None


def test_only_the_committee_reaches_the_import(client, cast):
    key = StoredFile.objects.create(
        sha256="0" * 64, name="x.csv", media_type="text/csv", size=1
    ).pk
    pages = [
        reverse("steering-import"),
        reverse("steering-import-template"),
        reverse("steering-import-preview", args=[key]),
        reverse("steering-import-problems", args=[key]),
    ]
    take = reverse("steering-import-take", args=[key])
    for page in pages:
        assert client.get(page).status_code == 302
    for person in (cast.head, cast.inspector):
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} == {403}
        assert client.post(take).status_code == 403


def test_the_empty_register_reads_back_with_its_lists(client, cast):
    client.force_login(cast.office)
    content = client.get(reverse("steering-import-template")).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    filled, examples, _lists = book.worksheets
    assert filled.max_row == 1
    assert examples.max_row == 3
    assert len(filled.data_validations.dataValidation) == 7
    for place, value in enumerate(row(cast, group="3")[name] for name in HEADER):
        filled.cell(2, place + 1, value)
    saved = io.BytesIO()
    book.save(saved)
    preview = preview_import(content=saved.getvalue(), name="s.xlsx", by=cast.office)
    assert (preview.problems, preview.count("create")) == ([], 1)
