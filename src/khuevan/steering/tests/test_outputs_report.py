"""The committee's report: exact figures, as of any day, in three forms."""

import re
from datetime import date, time
from io import BytesIO
from urllib.parse import urlsplit

import docx
import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.urls import reverse
from pypdf import PdfReader

from khuevan.directory.public import Organisation, OrganisationKind
from khuevan.journal.public import facts_of
from khuevan.platform import clock
from khuevan.platform.models import StoredFile
from khuevan.platform.official.as_docx import as_docx
from khuevan.platform.official.as_pdf import as_pdf
from khuevan.platform.official.form import Layout, Run, Table, sentence
from khuevan.platform.signing import verify_pdf
from khuevan.steering import actions
from khuevan.steering.documents.making import official_report
from khuevan.steering.models import Meeting
from khuevan.steering.queries.report import committee_report
from khuevan.steering.queries.tasks import task_rows
from khuevan.steering.rules import Group, Level, State
from khuevan.steering.views.tasks import wanted_from

from .factories import DOCUMENT, make_clause, make_task, order


pytestmark = pytest.mark.django_db

FIRST, LAST = date(2025, 9, 1), date(2025, 11, 14)


def on(day, hour=9):
    return clock.telling(clock.at_local(day, time(hour)))


@pytest.fixture(autouse=True)
def var_of_this_test(settings, tmp_path):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def story(cast):
    """Two months: one done in time, one late, one overdue, one claimed, one by report."""
    with on(FIRST):
        central = make_clause(cast, Level.CENTRAL)
        in_time = make_task(cast=cast, clause=central, due_on=date(2025, 10, 1))
        late = make_task(cast=cast, clause=central, due_on=date(2025, 9, 20))
        overdue = make_task(cast=cast, clause=central, due_on=date(2025, 10, 20))
        claimed = make_task(cast=cast, due_on=date(2025, 12, 1))
        make_task(cast=cast, due_on=date(2025, 12, 31))
        told = make_task(cast=cast, due_on=date(2025, 12, 31))
        make_task(State.CANCELLED, cast=cast)
    with on(date(2025, 9, 25)):
        for task in (in_time, late):
            actions.claim_done(task=task, evidence=[DOCUMENT], by=cast.head)
            actions.verify_claim(task=task, by=cast.checker)
        actions.accept_by_report(
            task=told, accepted_on=date(2025, 9, 24), by=cast.office
        )
    with on(date(2025, 10, 10)):
        actions.submit_report(
            task=overdue, progress=40, figures={"dịch vụ": 2},
            explanation="Chờ bộ ngành hướng dẫn", by=cast.head,
        )  # fmt: skip
        refused = actions.ask_extension(
            task=overdue, new_due_on=date(2025, 12, 20), reason="Chờ hướng dẫn", by=cast.head
        )  # fmt: skip
        actions.raise_difficulty(
            task=overdue, kind="data", text="Chưa có quy định chia sẻ",
            routed_to=cast.verifier, by=cast.head,
        )  # fmt: skip
        actions.ask_agency(
            task=overdue, receiver=cast.verifier, text="Xin ý kiến kết nối", by=cast.head
        )  # fmt: skip
    with on(date(2025, 10, 12)):
        actions.decide_extension(
            extension=refused, granted=False, note="Chưa đủ lý do", by=cast.office
        )
    with on(date(2025, 11, 10)):
        actions.claim_done(task=claimed, evidence=[DOCUMENT], by=cast.head)
    with on(date(2025, 11, 13)):
        actions.ask_extension(
            task=overdue, new_due_on=date(2025, 12, 30), reason="Chờ hướng dẫn", by=cast.head
        )  # fmt: skip
    with on(LAST, 18):
        yield {"overdue": overdue, "claimed": claimed, "told": told}


def figures(line):
    c = line.counts
    return (c.total, c.done, c.done_on_time, c.done_late, c.open, c.overdue)


def test_the_report_has_the_exact_figures_of_its_day(story):
    report = committee_report(on=LAST)
    assert [figures(line) for line in report.levels] == [
        (3, 2, 1, 1, 1, 1),
        (3, 1, 1, 0, 2, 0),
    ]
    assert figures(report.total) == (6, 3, 2, 1, 3, 1)
    assert [line.counts.total for line in report.groups] == [0, 0, 6, 0, 0, 0, 0]
    assert [figures(line) for line in report.units] == [(6, 3, 2, 1, 3, 1)]
    [overdue] = report.overdue
    assert (overdue.code, overdue.days) == (story["overdue"].code, 25)
    assert overdue.told == "Chờ bộ ngành hướng dẫn"
    assert [move.granted for move in overdue.moves] == [False, None]
    assert [line.code for line in report.claimed] == [story["claimed"].code]
    assert [line.code for line in report.reported_only] == [story["told"].code]
    assert [line.code for line in report.upcoming] == [story["claimed"].code]
    assert len(report.extensions) == len(report.late_difficulties) == 1
    assert [request.days for request in report.requests] == [35]
    assert report.long_overdue == report.overdue


def test_a_past_day_gives_that_days_report(story):
    report = committee_report(on=date(2025, 9, 22), since=date(2025, 9, 1))
    assert figures(report.total) == (6, 0, 0, 0, 6, 1)
    assert report.total.before is not None
    assert report.total.before.overdue == 0
    assert (report.overdue[0].told_on, report.overdue[0].moves) == (None, ())
    assert report.difficulties == report.requests == report.extensions == ()
    between = committee_report(on=date(2025, 10, 11))
    assert [e.move.granted for e in between.extensions] == [None]


def runs_of(document):
    for block in document.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    yield from cell
        else:
            yield from getattr(block, "runs", ())


@pytest.mark.parametrize("day", [LAST, date(2025, 9, 22)], ids=str)
def test_every_figure_equals_the_list_it_leads_to(cast, story, day):
    document = official_report(day, None)
    lists = [run for run in runs_of(document) if "/tasks/?" in run.href]
    assert len(lists) > 50
    for run in lists:
        query = QueryDict(urlsplit(run.href).query)
        found = task_rows(person=cast.office, wanted=wanted_from(query))
        assert str(found.total) == run.words, run.href


def test_every_link_of_the_report_opens(client, cast, story):
    client.force_login(cast.office)
    links = {run.href for run in runs_of(official_report(LAST, None)) if run.href}
    for link in links:
        assert client.get(link).status_code == 200, link


def numbers(text):
    return re.findall(r"\d+", text)


def test_word_and_pdf_hold_the_same_figures(story):
    document = official_report(LAST, None)
    said = " ".join(run.words for run in runs_of(document))
    word = docx.Document(BytesIO(as_docx(document)))
    cells = [c for t in word.tables for r in t.rows for c in r.cells]
    wrote = " ".join(
        [p.text for p in word.paragraphs] + [c.text for c in cells]
    )  # fmt: skip
    pdf = PdfReader(BytesIO(as_pdf(document)))
    read = " ".join(page.extract_text() for page in pdf.pages)
    for text in (wrote, read):
        assert not set(numbers(said)) - set(numbers(text))
        assert "BÁO CÁO" in text
        assert "BAN CHỈ ĐẠO" in text
    links = [r.target_ref for r in word.part.rels.values() if "hyperlink" in r.reltype]
    assert any("/steering/tasks/?level=central" in link for link in links)


def test_the_pdf_is_archivable_and_carries_its_fonts(story):
    pdf = as_pdf(official_report(LAST, None))
    assert b"pdfaid:part>2<" in pdf
    assert b"NotoSerif" in pdf
    assert as_pdf(official_report(LAST, None)) == pdf


@pytest.mark.parametrize(
    ("kind", "layout", "head", "symbol"),
    [
        ("party", Layout.PARTY, "ĐẢNG CỘNG SẢN VIỆT NAM", "-BC/BCĐ"),
        ("department", Layout.STATE, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "/BC-BCĐ"),
    ],
)
def test_the_layout_follows_the_issuing_body(cast, story, kind, layout, head, symbol):
    unit = cast.office.authority.holdings[0].organisation_id
    Organisation.objects.filter(pk=unit).update(kind=OrganisationKind(kind))
    document = official_report(LAST, None)
    assert document.letterhead.layout is layout
    assert document.symbol.endswith(symbol)
    read = PdfReader(BytesIO(as_pdf(document))).pages[0].extract_text()
    assert head in read
    assert document.place_and_date in read


def test_a_sentence_keeps_its_figures_as_links():
    runs = sentence("%(n)s of 100%%: %(name)s", n=Run("7", "/x"), name="y")
    assert [(r.words, r.href) for r in runs] == [
        ("7", "/x"),
        (" of 100%: ", ""),
        ("y", ""),
    ]


# ------------------------------------------------------------------- pages


def test_only_readers_of_everything_get_the_report(client, cast, story):
    pages = [
        reverse("steering-report"),
        reverse("steering-report-file", args=["pdf"]),
        reverse("steering-report-file", args=["docx"]),
    ]
    for page in pages:
        client.logout()
        assert client.get(page).status_code == 302
        client.force_login(cast.head)
        assert client.get(page).status_code == 403
        client.force_login(cast.inspector)
        assert client.get(page).status_code == 200
    assert client.get(reverse("steering-report-file", args=["exe"])).status_code == 404


def test_the_page_shows_the_figures_of_its_day(client, cast, story):
    client.force_login(cast.inspector)
    page = client.get(reverse("steering-report"), {"on": "2025-09-22"}).content.decode()
    assert 'status=overdue&amp;on=2025-09-22">1</a>' in page
    assert reverse("steering-report-sign") not in page
    nonsense = client.get(reverse("steering-report"), {"on": "x", "since": "2999-1-1"})
    assert nonsense.status_code == 200


def test_a_signed_report_is_kept_with_its_fact(client, cast, story):
    client.force_login(cast.leader)
    sent = {"on": "2025-11-14", "idempotency_key": "one"}
    for _again in range(2):
        answer = client.post(reverse("steering-report-sign"), sent)
        assert answer.status_code == 302
    file = StoredFile.objects.get()
    [fact] = facts_of(["steering.report_signed"])
    assert fact.figures == {"sha256": file.sha256, "on": "2025-11-14", "since": None}
    signed = client.get(reverse("steering-report-signed", args=[file.pk]))
    [seal] = verify_pdf(signed.content)
    assert (seal.intact, seal.signer) == (True, cast.leader.full_name)


def test_others_cannot_sign(client, cast, story):
    for person in (cast.head, cast.inspector):
        client.force_login(person)
        assert client.post(reverse("steering-report-sign")).status_code == 403
    assert not StoredFile.objects.exists()


def test_only_signed_reports_are_handed_out(client, cast, story):
    other = StoredFile.objects.create(
        sha256="0" * 64, name="x.pdf", media_type="application/pdf", size=1
    )
    client.force_login(cast.inspector)
    page = reverse("steering-report-signed", args=[other.pk])
    assert client.get(page).status_code == 404


def test_the_command_writes_the_report_of_a_day(story, tmp_path, capsys):
    for ending, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        path = tmp_path / f"r.{ending}"
        call_command(
            "steering", "report", "--as-of", "2025-09-22", "--since", "2025-09-01",
            "--format", ending, "-o", str(path),
        )  # fmt: skip
        assert path.read_bytes().startswith(start)
    with pytest.raises(CommandError, match="not after today"):
        call_command("steering", "report", "--as-of", "2030-01-01", "-o", "x.docx")


def test_the_report_costs_the_same_for_more_tasks(
    cast, story, django_assert_max_num_queries
):
    for _n in range(10):
        make_task(cast=cast, due_on=date(2025, 11, 20))
    with django_assert_max_num_queries(16):
        committee_report(on=LAST, since=date(2025, 9, 30))


# ------------------------------------------------------------------ notices


def test_the_notice_names_conclusions_tasks_and_dates(client, cast):
    meeting = actions.call_meeting(
        title="Giao ban tháng 11", held_on=LAST, chaired_by=cast.leader, by=cast.office
    )
    task = actions.add_conclusion(
        meeting=meeting,
        words="Mở dữ liệu hộ tịch trong tháng 12",
        group=Group.INFRASTRUCTURE,
        order=order(cast, code="KL-77"),
        by=cast.office,
    )
    actions.close_meeting(meeting=meeting, number="125-TB/BCĐ", by=cast.office)
    client.force_login(cast.inspector)
    due = f"{task.due_on:%d/%m/%Y}"
    page = reverse("steering-notice-file", args=[meeting.pk, "pdf"])
    pdf = PdfReader(BytesIO(client.get(page).content))
    read = " ".join(" ".join(p.extract_text() for p in pdf.pages).split())
    for words in ("THÔNG BÁO", "125", "KL-77", due, "Mở dữ liệu hộ tịch trong tháng"):
        assert words in read
    word = client.get(page.replace(".pdf", ".docx"))
    assert "THÔNG BÁO" in [
        p.text for p in docx.Document(BytesIO(word.content)).paragraphs
    ]
    client.force_login(cast.head)
    assert client.get(page).status_code == 403


def test_a_meeting_without_conclusions_has_a_notice_too(client, cast):
    meeting = actions.call_meeting(
        title="Họp", held_on=LAST, chaired_by=cast.leader, by=cast.office
    )
    client.force_login(cast.leader)
    page = reverse("steering-notice-file", args=[meeting.pk, "docx"])
    assert client.get(page).status_code == 200
    assert Meeting.objects.count() == 1
