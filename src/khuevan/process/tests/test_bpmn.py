"""BPMN in and out: the subset is kept, everything else is refused with a sentence."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from khuevan.platform.errors import InputRefused
from khuevan.process.public import Duty, Step, draw, from_steps, read_bpmn, to_bpmn


REAL = Path(__file__).parents[4] / "../shared/data/permit_log/receipt.bpmn"
TABLE = from_steps(
    "cap_phep",
    "Cấp phép",
    [
        Step("Tiếp nhận", Duty.RECEPTION, 4, "receiver"),
        Step("Hỏi ý kiến", None, 16, asked=("H26.XD", "H26.CATP"), when="answers.big == true"),
        Step("Khai sinh", procedure="1.001193"),
        Step("Chờ nộp tiền", service="wait:payment"),
        Step("Ký", Duty.SIGN, 2, back_to="Tiếp nhận", back_when="outcome == 'redo'"),
    ],
)  # fmt: skip


def test_what_is_written_is_read_back_the_same():
    again = read_bpmn(to_bpmn(TABLE))
    assert (again.id, again.name) == (TABLE.id, TABLE.name)
    assert set(again.nodes) == set(TABLE.nodes)
    assert set(again.flows) == set(TABLE.flows)
    assert again.places.keys() == TABLE.by_id.keys()


def wrapped(inside: str) -> str:
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:kv="urn:khuevan:process"><process id="p">'
        f"{inside}</process></definitions>"
    )


@pytest.mark.parametrize(
    ("xml", "where"),
    [
        ("not xml", "BPMN"),
        ("<a/>", "BPMN"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "BPMN"),
        (wrapped('<scriptTask id="evil"/>'), "evil"),
        (wrapped('<subProcess id="sub"/>'), "sub"),
        (wrapped('<boundaryEvent id="b" attachedToRef="a"/>'), "b"),
        (wrapped('<startEvent id="s"><timerEventDefinition/></startEvent>'), "s"),
        (wrapped('<userTask id="a" kv:duty="boss"/>'), "a"),
        (wrapped('<userTask id="a" kv:hours="many"/>'), "a"),
        (wrapped('<userTask id="a"/><userTask id="a"/>'), "a"),
        (
            wrapped(
                '<sequenceFlow id="f" sourceRef="a" targetRef="b">'
                "<conditionExpression>1 +</conditionExpression></sequenceFlow>"
            ),
            "f",
        ),
    ],
)
def test_what_is_outside_the_subset_is_refused_by_its_id(xml, where):
    with pytest.raises(InputRefused) as refused:
        read_bpmn(xml)
    assert where in {p.where for p in refused.value.problems}


def test_a_model_drawn_elsewhere_is_read():
    if not REAL.exists():
        pytest.skip("The shared data is not beside this checkout.")
    found = read_bpmn(REAL.read_bytes())
    assert len(found.nodes) > 20
    assert all(f.source in found.by_id and f.target in found.by_id for f in found.flows)


def test_the_picture_marks_where_the_dossier_is():
    svg = draw(
        TABLE,
        title="Cấp phép",
        description="6 bước",
        current={"s5": "chờ 3 ngày <b>"},
        past=frozenset({"s1"}),
    )
    drawn = fromstring(svg)  # noqa: S314 - our own
    assert "chờ 3 ngày <b>" in "".join(drawn.itertext())
    assert "style=" not in svg
    assert svg.count('class="step"') == 5
