"""A document as .docx, editable in the offices' own programs."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import docx
from django.conf import settings
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .form import (
    MARGINS_MM,
    NATIONAL_HEAD,
    PARTY_HEAD,
    Block,
    Document,
    Facts,
    Heading,
    Item,
    Layout,
    Paragraph,
    Runs,
    Table,
)


FONT = "Times New Roman"
SIZE = 14
WIDTH_MM = 210 - MARGINS_MM["left"] - MARGINS_MM["right"]
_CENTRE, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def as_docx(document: Document) -> bytes:
    """Return the document's bytes."""
    made = docx.Document()
    _page(made)
    made.core_properties.title = f"{document.type_name} {document.about}"
    made.core_properties.author = document.letterhead.issuer
    made.core_properties.language = "vi-VN"
    _head(made, document)
    _title(made, document)
    for block in document.blocks:
        _write(made, block)
    _foot(made, document)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def _page(made: Any) -> None:
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(6)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, size in MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(size))
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)


def _head(made: Any, document: Document) -> None:
    head = document.letterhead
    left, right = _two_columns(made, (75, WIDTH_MM - 75))
    _lines(left, [(head.parent, "", 13), (head.issuer, "b", 13)])
    if head.layout is Layout.PARTY:
        _lines(left, [("*", "", 13), (document.symbol, "", 13)])
        _lines(right, [(PARTY_HEAD, "bu", 14)])
    else:
        _lines(left, [("_______", "", 8), (document.symbol, "", 13)])
        country, motto = NATIONAL_HEAD
        _lines(right, [(country, "b", 13), (motto, "bu", 13)])
    _lines(right, [("", "", 6), (document.place_and_date, "i", 14)])


def _title(made: Any, document: Document) -> None:
    for words, size, space in (
        (document.type_name, 15, 12),
        (document.about, SIZE, 0),
    ):
        line = made.add_paragraph()
        line.alignment = _CENTRE
        line.paragraph_format.space_before = Pt(space)
        line.paragraph_format.space_after = Pt(0)
        _run(line, words, bold=True, size=size)
    rule = made.add_paragraph("-----" if _is_party(document) else "_________")
    rule.alignment = _CENTRE


def _write(made: Any, block: Block) -> None:
    if isinstance(block, Table):
        _table(made, block)
        return
    if isinstance(block, Facts):
        for name, runs in block.pairs:
            line = made.add_paragraph()
            _run(line, f"{name}: ")
            _runs(line, runs)
        return
    line = made.add_paragraph()
    line.paragraph_format.first_line_indent = Mm(10)
    if isinstance(block, Heading):
        line.paragraph_format.keep_with_next = True
        line.style = made.styles[f"Heading {block.level}"]
        _plain_heading(line.style)
        _run(line, block.words, bold=True, italic=block.level > 1)
        return
    line.alignment = _JUSTIFY
    if isinstance(block, Item):
        _run(line, "- ")
    assert isinstance(block, Item | Paragraph)
    _runs(line, block.runs)


def _plain_heading(style: Any) -> None:
    """Headings keep their level for screen readers and lose Word's blue."""
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(SIZE), None
    style.element.rPr.rFonts.attrib.clear()
    style.element.rPr.rFonts.set(qn("w:ascii"), FONT)
    style.element.rPr.rFonts.set(qn("w:hAnsi"), FONT)
    colour = style.element.rPr.find(qn("w:color"))
    if colour is not None:
        style.element.rPr.remove(colour)
    style.paragraph_format.space_before = Pt(6)
    style.paragraph_format.space_after = Pt(6)


def _table(made: Any, block: Table) -> None:
    table = made.add_table(rows=1, cols=len(block.head), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    share = WIDTH_MM / sum(block.widths)
    widths = [Mm(share * width) for width in block.widths]
    _repeat_on_each_page(table.rows[0])
    for cell, words in zip(table.rows[0].cells, block.head, strict=True):
        cell.paragraphs[0].alignment = _CENTRE
        _run(cell.paragraphs[0], words, bold=True, size=11)
    for row in block.rows:
        for at, (cell, runs) in enumerate(zip(table.add_row().cells, row, strict=True)):
            line = cell.paragraphs[0]
            if at in block.numeric:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _runs(line, runs, size=11)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
            for line in cell.paragraphs:
                line.paragraph_format.space_after = Pt(0)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _foot(made: Any, document: Document) -> None:
    left, right = _two_columns(made, (WIDTH_MM / 2, WIDTH_MM / 2))
    party = _is_party(document)
    first = left.paragraphs[0]
    run = _run(first, "Nơi nhận:", bold=not party, italic=not party, size=12)
    run.underline = party
    for receiver in document.recipients:
        line = left.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        _run(line, f"- {receiver}{_end(receiver, document)}", size=11)
    block = document.signature
    _lines(right, [(block.authority, "b", 14), (block.post, "b" * (not party), 14)])
    _lines(right, [("", "", 14)] * 4 + [(block.name, "b", 14)])


def _end(receiver: str, document: Document) -> str:
    return "." if receiver == document.recipients[-1] else ";"


def _is_party(document: Document) -> bool:
    return document.letterhead.layout is Layout.PARTY


def _two_columns(made: Any, widths: tuple[float, float]) -> tuple[Any, Any]:
    table = made.add_table(rows=1, cols=2)
    table.autofit = False
    cells = table.rows[0].cells
    for cell, width in zip(cells, widths, strict=True):
        cell.width = Mm(width)
    left, right = cells
    return left, right


def _lines(cell: Any, lines: list[tuple[str, str, int]]) -> None:
    """Write centred lines: words, style (b, i, u) and size."""
    for words, style, size in lines:
        fresh = len(cell.paragraphs) == 1 and not cell.paragraphs[0].runs
        line = cell.paragraphs[0] if fresh else cell.add_paragraph()
        line.alignment = _CENTRE
        line.paragraph_format.space_after = Pt(0)
        run = _run(line, words, bold="b" in style, italic="i" in style, size=size)
        run.underline = "u" in style


def _run(
    line: Any, words: str, *, bold: bool = False, italic: bool = False, size: int = 0
) -> Any:
    run = line.add_run(words)
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    return run


def _runs(line: Any, runs: Runs, *, size: int = 0) -> None:
    for part in runs:
        run = _run(line, part.words, bold=part.bold, italic=part.italic, size=size)
        if part.href:
            _link(line, run, urljoin(settings.SITE_URL, part.href))


def _link(line: Any, run: Any, address: str) -> None:
    """Wrap a run in a link: python-docx has no call for it."""
    target = line.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), target)
    run._r.addprevious(link)
    link.append(run._r)


def _repeat_on_each_page(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
