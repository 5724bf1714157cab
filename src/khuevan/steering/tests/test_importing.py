"""Taking over the spreadsheets offices really have."""

import csv
import io
import unicodedata
from datetime import date, datetime

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from khuevan.journal.public import facts_about
from khuevan.platform.errors import InputRefused
from khuevan.steering.actions.importing import import_register, preview_import
from khuevan.steering.models import Source, Task
from khuevan.steering.queries.summary import summary
from khuevan.steering.rules import Basis, Level, State


pytestmark = pytest.mark.django_db

HEADER = ["code", "title", "issuer_level", "source", "group", "lead", "coordinators", "output", "assigned_on", "due_on", "accepted_on"]  # fmt: skip


def row(cast, **changes):
    fields = {
        "code": "TW-001",
        "title": "Mở dữ liệu hộ tịch",
        "issuer_level": "central",
        "source": "57-NQ/TW",
        "group": "3",
        "lead": cast.lead.name,
        "coordinators": "",
        "output": "Dịch vụ dữ liệu trả lời được",
        "assigned_on": "2025-02-03",
        "due_on": "2025-06-30",
        "accepted_on": "",
    }
    return fields | changes


def as_csv(*rows, header=HEADER):
    text = io.StringIO()
    writer = csv.DictWriter(text, header)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def take(cast, *rows, name="register.csv"):
    return import_register(content=as_csv(*rows), name=name, by=cast.office)


def problems(cast, *rows):
    with pytest.raises(InputRefused) as refused:
        take(cast, *rows)
    assert not Task.objects.exists()
    assert not Source.objects.exists()
    return refused.value.problems


def test_a_register_becomes_tasks_as_of_their_own_days(cast):
    done = row(cast, code="TW-002", accepted_on="2025-06-30")
    late = row(cast, code="TW-003", accepted_on="2025-07-02")
    take(cast, row(cast), done, late)
    then = summary(on=date(2025, 7, 1))[Level.CENTRAL]
    assert (then.total, then.done_on_time, then.done_late, then.overdue) == (3, 1, 0, 2)
    now = summary(on=date(2025, 11, 14))[Level.CENTRAL]
    assert (now.done_on_time, now.done_late, now.overdue) == (1, 1, 1)
    assert Task.objects.get(code="TW-002").basis == Basis.REPORT


def test_sending_the_file_twice_changes_nothing(cast):
    rows = [row(cast), row(cast, code="TW-002", accepted_on="2025-06-30")]
    take(cast, *rows)
    facts = [len(facts_about(task.ref)) for task in Task.objects.order_by("code")]
    preview = take(cast, *rows)
    assert preview.count("nothing") == 2
    assert facts == [len(facts_about(t.ref)) for t in Task.objects.order_by("code")]


def test_a_later_file_may_bring_an_acceptance(cast):
    take(cast, row(cast))
    preview = take(cast, row(cast, accepted_on="2025-06-01"))
    assert preview.count("accept") == 1
    assert Task.objects.get().state == State.ACCEPTED


def test_a_file_never_changes_a_date_silently(cast):
    take(cast, row(cast))
    with pytest.raises(InputRefused) as refused:
        take(cast, row(cast, due_on="2025-12-31"))
    [problem] = refused.value.problems
    assert problem.where == "2:due_on"
    assert Task.objects.get().due_on == date(2025, 6, 30)


def test_a_preview_writes_nothing(cast):
    preview = preview_import(content=as_csv(row(cast)), name="r.csv", by=cast.office)
    assert preview.count("create") == 1
    assert preview.new_sources == ["57-NQ/TW"]
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"output": ""}, "2:output"),
        ({"output": "ngắn"}, "2:output"),
        ({"lead": "Sở Không có"}, "2:lead"),
        ({"coordinators": "Sở Không có"}, "2:coordinators"),
        ({"group": "8"}, "2:group"),
        ({"issuer_level": "quận"}, "2:issuer_level"),
        ({"assigned_on": "31/02/2025"}, "2:assigned_on"),
        ({"due_on": "cuối quý"}, "2:due_on"),
        ({"due_on": "2025-01-01"}, "2:due_on"),
        ({"assigned_on": "2031-01-01", "due_on": ""}, "2:assigned_on"),
        ({"accepted_on": "2024-01-01"}, "2:accepted_on"),
        ({"title": unicodedata.normalize("NFD", "Mở dữ liệu")}, "2:title"),
        ({"code": "a/b"}, "2:code"),
        ({"source": ""}, "2:source"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_fault_names_row_column_and_how_to_mend(cast, changes, where):
    found = problems(cast, row(cast, **changes))
    assert [problem.where for problem in found] == [where]
    assert found[0].mend


def test_one_fault_stops_the_whole_file(cast):
    found = problems(
        cast,
        row(cast),
        row(cast, code="TW-002", lead="Sở Không có", due_on="mai"),
        row(cast, code="TW-003", output=""),
    )
    assert [p.where for p in found] == ["3:due_on", "4:output"]


def test_the_same_code_twice_is_named(cast):
    [problem] = problems(cast, row(cast), row(cast, code="tw-001"))
    assert problem.params == {"code": "tw-001", "row": 2}


def test_a_near_name_is_suggested(cast):
    cast.lead.name = "Sở Khoa học và Công nghệ thử"
    cast.lead.save()
    [problem] = problems(cast, row(cast, lead="Sở Khoa hoc va Cong nghe thư x"))
    assert problem.params["near"] == "Sở Khoa học và Công nghệ thử"


def test_vietnamese_headers_and_dates_are_read(cast):
    header = {
        "Mã nhiệm vụ": "TP-1", "Nội dung nhiệm vụ": "Công bố danh mục dữ liệu",
        "Cấp giao": "Thành phố", "Nguồn": "KL 14/11", "Nhóm": "Nhóm 3",
        "Đơn vị chủ trì": cast.lead.short_name, "Phối hợp": cast.verifier.name,
        "Sản phẩm": "Quyết định công bố danh mục", "Ngày giao": "03/02/2025",
        "Hạn hoàn thành": "30/06/2025", "Ngày hoàn thành": "",
    }  # fmt: skip
    content = as_csv(header, header=list(header))
    import_register(content=content, name="r.csv", by=cast.office)
    task = Task.objects.get()
    assert (task.level, task.group, task.due_on) == (Level.CITY, 3, date(2025, 6, 30))
    assert task.coordinations.get().organisation == cast.verifier


def test_excel_files_with_real_dates_are_read(cast):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    values = row(cast, assigned_on=datetime(2025, 2, 3), due_on=date(2025, 6, 30))  # noqa: DTZ001
    book.active.append([values[name] for name in HEADER])
    content = io.BytesIO()
    book.save(content)
    import_register(content=content.getvalue(), name="so.xlsx", by=cast.office)
    assert Task.objects.get().assigned_on == date(2025, 2, 3)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "r.csv"),
        ("mã,tên\n".encode("utf-16"), "r.csv"),
        (b"PK\x03\x04 broken", "r.xlsx"),
        (b"code,title\nA,B\n", "r.csv"),
        (",".join(HEADER).encode(), "r.csv"),
        (b"\x00\x01\x02", "r.csv"),
    ],
    ids=["empty", "utf-16", "broken", "columns", "no rows", "binary"],
)
def test_a_file_that_is_no_register_is_refused_in_words(cast, content, name):
    with pytest.raises(InputRefused) as refused:
        import_register(content=content, name=name, by=cast.office)
    assert all(problem.mend for problem in refused.value.problems)
    assert not Task.objects.exists()


def test_only_the_committee_takes_over_registers(cast):
    with pytest.raises(PermissionDenied):
        import_register(content=as_csv(row(cast)), name="r.csv", by=cast.head)
    assert not Task.objects.exists()


def test_the_command_prints_every_fault_and_fails(cast, tmp_path, capsys):
    path = tmp_path / "r.csv"
    path.write_bytes(as_csv(row(cast, lead="Sở Không có", output="")))
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("steering", "import", str(path))
    assert "row 2, column output" in capsys.readouterr().err


def test_the_command_dry_run_writes_nothing(cast, tmp_path, capsys):
    path = tmp_path / "r.csv"
    path.write_bytes(as_csv(row(cast)))
    call_command("steering", "import", str(path), "--dry-run")
    assert "would import: 1 new" in capsys.readouterr().out
    assert not Task.objects.exists()
    call_command("steering", "import", str(path))
    call_command("steering", "summary", "--as-of", "2025-11-14", "--json")
    assert '"central":{"total":1,"done":0,' in capsys.readouterr().out
