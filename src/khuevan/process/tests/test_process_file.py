"""Step tables and BPMN 2.0 files as officers bring them."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from khuevan.platform.errors import InputRefused
from khuevan.process.public import Kind, from_steps, read_process, read_steps, to_bpmn

from .factories import GOOD_TABLE as GOOD, STUCK


def read(text):
    content = text if isinstance(text, bytes) else text.encode()
    return read_process(content, key="p", name="Quy trình")


def as_sheet(text):
    book = Workbook()
    for line in text.splitlines():
        book.active.append([float(c) if c.isdigit() else c or None for c in line.split(";")])  # fmt: skip
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def told(text):
    with pytest.raises(InputRefused) as refused:
        read(text)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("form", ["csv", "with a mark", "tabs", "xlsx"])
def test_a_table_of_steps_becomes_a_process(form):
    text = {
        "csv": GOOD,
        "with a mark": "\ufeff" + GOOD,
        "tabs": GOOD.replace(";", "\t"),
        "xlsx": as_sheet(GOOD),
    }[form]
    made = read(text)
    steps = [n for n in made.process.nodes if n.kind is Kind.USER]
    assert [(n.name, n.duty, n.hours) for n in steps] == [
        ("Tiếp nhận hồ sơ", "reception", 2), ("Thẩm định", "handle", 15.5),
        ("Kiểm tra", "check", 4), ("Ký", "sign", 2),
    ]  # fmt: skip
    assert (made.problems, made.drawable) == ((), True)
    assert read(made.xml).process.nodes == made.process.nodes


def test_faults_of_a_table_name_the_row_the_sheet_shows_and_the_column():
    wrong = GOOD.replace("Chuyên viên thụ lý;15,5", "Thủ kho;nhiều").replace("outcome == 'redo'", "outcome ==")  # fmt: skip
    faults = told(wrong)
    assert [f.split(":")[0] for f in faults] == ["4, duty", "4, hours", "5, back_when"]
    assert "“Thủ kho” is no duty" in faults[0]
    assert [f.split(":")[0] for f in told(as_sheet(wrong))] == [f.split(":")[0] for f in faults]  # fmt: skip


def test_a_fault_of_the_whole_names_its_row_as_well():
    made = read(GOOD.replace("15,5", "0"))
    assert [str(p) for p in made.problems] == ["4: Give this step its working hours."]
    assert made.drawable


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Thẩm định;outcome", "Ký;outcome", "No earlier step has the name “Ký”"),
        ("Ký;Lãnh", "Thẩm định;Lãnh", "Two steps have the name “Thẩm định”"),
        ("Thẩm định;outcome == 'redo'", "Thẩm định;", "A way back needs both"),
        ("Trách nhiệm", "Người lạ", "This heading is not known"),
        ("15,5", "-3", "“-3” is no number of working hours"),
        ("15,5", "nan", "“nan” is no number of working hours"),
    ],
)
def test_what_is_wrong_in_a_table_is_said(old, new, said):
    assert any(said in fault for fault in told(GOOD.replace(old, new)))


def test_a_file_of_bpmn_is_taken_as_it_is():
    xml = to_bpmn(from_steps("q", "Khác", read_steps([{"name": "Gộp", "duty": "sign", "hours": "1"}])))  # fmt: skip
    made = read(xml)
    assert (made.process.id, made.xml, made.problems) == ("q", xml, ())


def test_a_process_that_strands_dossiers_is_told_and_drawn():
    made = read(to_bpmn(STUCK))
    assert ["can wait here for ever" in p.what for p in made.problems] == [True]
    assert made.drawable


def test_a_loose_end_is_told_and_not_drawn():
    xml = to_bpmn(STUCK).replace('targetRef="a"', 'targetRef="nowhere"')
    made = read(xml)
    assert not made.drawable
    assert any("nowhere" in p.what for p in made.problems)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04nonsense", b"<html/>", b"a,b\n1,2\n", b"\0" * 9, b"x" * 2_000_001])  # fmt: skip
def test_what_is_no_process_is_refused_with_a_sentence(content):
    assert all(len(fault) > 10 for fault in told(content))
