"""The result of a dossier as an official document; a no is a written, reasoned notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from khuevan.catalogue.public import Template, read_template
from khuevan.counter.definitions import definition_of
from khuevan.counter.models import Dossier, Result
from khuevan.counter.rules.results import in_words
from khuevan.counter.rules.states import Outcome
from khuevan.counter.schema_forms import options_of
from khuevan.directory.public import Person, letterhead, signature_of
from khuevan.platform.official.as_pdf import as_pdf
from khuevan.platform.official.form import Block, Document, Facts, Paragraph, text
from khuevan.platform.official.pieces import day

from .heads import check_address


BASIS = "Nghị định số 118/2025/NĐ-CP ngày 09 tháng 6 năm 2025 của Chính phủ"


def result_pdf(result: Result, signer: Person) -> bytes:
    """Return the unsigned result as PDF/A-2b: the same bytes for the same content."""
    return as_pdf(result_document(result, signer))


def result_document(result: Result, signer: Person) -> Document:
    """Compose a numbered result."""
    dossier = result.dossier
    assert dossier.agency is not None
    assert result.issued_on is not None
    said = definition_of(dossier).result
    approved = result.outcome == Outcome.APPROVED
    name = said.name if said else dossier.title
    return Document(
        letterhead=letterhead(dossier.agency),
        number=result.number,
        type_code="KQ",
        type_name=name.upper() if approved else "THÔNG BÁO",
        about=dossier.title
        if approved
        else f"Về việc không chấp thuận hồ sơ {dossier.code}",
        dated=result.issued_on,
        blocks=tuple(_granted(result) if approved else _refused(result)),
        signature=signature_of(signer, dossier.agency, "Thủ trưởng cơ quan"),
        recipients=(dossier.applicant_name, "Lưu: hồ sơ"),
        own_symbol=f"Số: {result.number}",
        qr=check_address(result),
        qr_words="Kiểm tra văn bản này có thật, còn hiệu lực hay không:",
    )


def _granted(result: Result) -> Iterator[Block]:
    dossier = result.dossier
    yield Facts(
        (
            ("Người được cấp", text(dossier.applicant_name)),
            ("Hồ sơ số", text(dossier.code)),
            *_answers(dossier),
        )
    )
    for words in _paragraphs(granted_text(dossier)) + _paragraphs(result.text):
        yield Paragraph(text(words))
    if result.valid_to:
        yield Paragraph(text(f"Có giá trị đến hết ngày {day(result.valid_to)}."))


def _refused(result: Result) -> Iterator[Block]:
    dossier = result.dossier
    assert dossier.agency is not None
    yield Paragraph(text(f"Kính gửi: {dossier.applicant_name}"))
    yield Paragraph(
        text(
            f"Căn cứ {BASIS}, sau khi xem xét hồ sơ số {dossier.code} về thủ tục "
            f"“{dossier.title}” ({dossier.procedure}), {dossier.agency.name} thông báo "
            "không chấp thuận với lý do sau:"
        )
    )
    for words in _paragraphs(result.reason) + _paragraphs(result.text):
        yield Paragraph(text(words))
    yield Paragraph(
        text(
            "Nếu không đồng ý, người nộp hồ sơ có quyền khiếu nại hoặc khởi kiện theo "
            "quy định của pháp luật."
        )
    )


def granted_text(dossier: Dossier) -> str:
    """Return the procedure's sentences with the applicant's answers in them."""
    return _template(dossier).filled(lambda name: _said(dossier, name))


def _answers(dossier: Dossier) -> list[tuple[str, Any]]:
    """Return the answers the procedure's template lists, with their questions."""
    asked = definition_of(dossier).form.get("properties", {})
    return [
        (asked.get(name, {}).get("title", name), text(_said(dossier, name)))
        for name in _template(dossier).listed
    ]


def _template(dossier: Dossier) -> Template:
    said = definition_of(dossier).result
    return read_template(said.template if said else "")


def _said(dossier: Dossier, name: str) -> str:
    """Return an answer as a paper writes it: a choice by its label."""
    ours = {"applicant": dossier.applicant_name, "code": dossier.code}
    if name in ours:
        return str(ours[name])
    value = dossier.application.answers.get(name)
    asked = definition_of(dossier).form.get("properties", {}).get(name, {})
    labels = dict(options_of(asked))
    return labels.get(str(value)) or in_words(value)


def _paragraphs(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]
