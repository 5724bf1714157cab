"""Listings from spreadsheets: all or nothing, with faults by row and column."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from khuevan.exchange.models import Listing
from khuevan.exchange.rules.listings import Field, Kind, Licence
from khuevan.exchange.sheets import COLUMNS, read_rows, template
from khuevan.exchange.words import LEVELS
from khuevan.platform.errors import InputRefused

from .factories import NEED, OFFER
from .test_papers import cut


pytestmark = pytest.mark.django_db
OFFERED = {
    "kind": "Công nghệ", "title_vi": OFFER.title_vi, "summary_vi": OFFER.summary_vi,
    "field": "Môi trường và nước", "ipc": "C02F 1/44", "trl": "7",
    "owners": "Viện A: 60; Công ty B: 40", "state_funded": "Có",
    "licence": "non_exclusive", "price_to": "900000000", "ip_until": "04/05/2041",
}  # fmt: skip
WANTED = {
    "kind": "bai toan", "title_vi": NEED.title_vi, "outcome": NEED.outcome,
    "deadline": "31/12/2030", "trial_possible": "không", "price_to": "2000000000",
}  # fmt: skip


def sheet(*rows):
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def whose(cast, row):
    return {"member": cast.institute.organisation.code, **row}


def faults(content, name="tin.csv"):
    with pytest.raises(InputRefused) as refused:
        read_rows(content, name)
    return {problem.where for problem in refused.value.problems}


def test_offers_and_needs_are_read_as_people_write_them(cast):
    one, two = read_rows(sheet(whose(cast, OFFERED), whose(cast, WANTED)), "tin.csv")
    assert (one.told.kind, one.told.field, one.told.licence) == (Kind.TECHNOLOGY, Field.ENVIRONMENT, Licence.NON_EXCLUSIVE)  # fmt: skip
    assert (one.told.trl, one.told.state_funded, one.told.ip_until) == (7, True, date(2041, 5, 4))  # fmt: skip
    assert sum(owner.share for owner in one.told.owners) == 10_000
    assert (two.told.kind, two.told.trial_possible) == (Kind.NEED, False)
    assert (two.told.deadline, two.told.price_to) == (date(2030, 12, 31), 2_000_000_000)


def test_every_fault_is_named_by_row_and_column(cast):
    wrong = whose(cast, OFFERED) | {"trl": "12", "ipc": "xyz"}
    nobody = OFFERED | {"member": "DN.KHONG-CO"}
    odd = whose(cast, OFFERED) | {"kind": "Phép màu", "title_vi": ""}
    found = faults(sheet(whose(cast, OFFERED), wrong, nobody, odd))
    assert found == {"3:trl", "3:ipc", "4:member", "5:kind", "5:title_vi"}


@pytest.mark.parametrize(
    ("content", "name", "where"),
    [
        (b"", "tin.csv", "file"),
        (b"\xff\xfe\x00", "tin.csv", "file"),
        (b"no spreadsheet", "tin.xlsx", "file"),
        (b"a,b\n1,2\n", "tin.csv", "1:kind"),
        (sheet(), "tin.csv", "file"),
    ],
)
def test_a_file_that_is_none_is_refused(db, content, name, where):
    assert where in faults(content, name)


def test_the_command_takes_all_or_nothing(cast, tmp_path, capsys):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(sheet(whose(cast, OFFERED), whose(cast, WANTED)))
    bad.write_bytes(sheet(whose(cast, OFFERED), whose(cast, OFFERED) | {"trl": "0"}))
    with pytest.raises(CommandError, match="1 problem"):
        call_command("exchange", "import", str(bad))
    assert "row 3, column trl" in capsys.readouterr().err
    call_command("exchange", "import", str(good), "--dry-run")
    assert not Listing.objects.exists()
    call_command("exchange", "import", str(good))
    assert sorted(one.code[:2] for one in Listing.objects.all()) == ["BT", "CN"]
    with pytest.raises(CommandError, match="no file"):
        call_command("exchange", "import", str(tmp_path / "none.csv"))


def test_a_file_sent_twice_makes_nothing_twice(cast, tmp_path, capsys):
    good = tmp_path / "good.csv"
    good.write_bytes(sheet(whose(cast, OFFERED), whose(cast, WANTED)))
    call_command("exchange", "import", str(good))
    before, made = list(Listing.objects.values()), Listing.objects.earliest("code")
    with pytest.raises(CommandError, match="2 problem"):
        call_command("exchange", "import", str(good))
    assert made.code in capsys.readouterr().err
    assert list(Listing.objects.values()) == before


def test_a_damaged_spreadsheet_is_refused(cast):
    assert faults(cut(template(), "xl/worksheets/sheet1.xml"), "tin.xlsx") == {"file"}


def test_the_filled_template_is_read_back(cast, client, tmp_path):
    client.force_login(cast.lister)
    answer = client.get(reverse("exchange-template"))
    book = load_workbook(BytesIO(answer.content))
    page = book.worksheets[0]
    for column, value in (whose(cast, OFFERED) | {"trl": 7, "ip_until": date(2041, 5, 4)}).items():  # fmt: skip
        page.cell(2, COLUMNS.index(column) + 1, value)
    content = BytesIO()
    book.save(content)
    [row] = read_rows(content.getvalue(), "tin.xlsx")
    assert (row.member, row.told.trl, row.told.ip_until.year) == (cast.institute, 7, 2041)  # fmt: skip
    call_command("exchange", "template", "-o", str(tmp_path / "mau.xlsx"))
    assert (tmp_path / "mau.xlsx").read_bytes()[:2] == template()[:2] == b"PK"


def send(client, person, content, name="tin.csv", button="take"):
    client.force_login(person)
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("exchange-import"), {"file": file, button: "1"})


def test_a_member_sends_a_spreadsheet_and_has_drafts(cast, client):
    content = sheet(whose(cast, OFFERED), whose(cast, WANTED))
    looked = send(client, cast.lister, content, button="look")
    assert looked.status_code == 200
    assert "2 tin hợp lệ" in looked.text
    assert Listing.objects.count() == 0
    assert send(client, cast.lister, content).status_code == 302
    assert Listing.objects.filter(state="draft").count() == 2


def test_faults_of_a_sent_spreadsheet_stand_by_row_and_column(cast, client):
    broken = sheet(whose(cast, OFFERED), whose(cast, {**WANTED, "trl": "mười"}))
    answer = send(client, cast.lister, broken)
    assert answer.status_code == 422
    assert "1 chỗ cần sửa" in answer.text
    assert Listing.objects.count() == 0


def test_rows_of_somebody_elses_member_are_refused_whole(cast, client):
    mixed = sheet(whose(cast, OFFERED), {"member": cast.firm.organisation.code, **WANTED})  # fmt: skip
    answer = send(client, cast.lister, mixed)
    assert answer.status_code == 422
    assert "không đại diện" in answer.text
    assert Listing.objects.count() == 0


def test_a_file_that_is_no_spreadsheet_is_refused_with_a_sentence(cast, client):
    for content, name in ((b"%PDF-1.7", "tin.xlsx"), (b"\xff\xfe\x00", "tin.csv"), (b"a", "tin.csv")):  # fmt: skip
        assert send(client, cast.lister, content, name).status_code == 422
    assert Listing.objects.count() == 0


def test_who_has_not_joined_is_asked_to_first(cast, client):
    client.force_login(cast.outsider)
    assert client.get(reverse("exchange-import")).url == reverse("exchange-join")


def test_a_file_says_who_reads_what_and_says_it_in_english(cast):
    row = whose(cast, {
        **OFFERED, "level_advantage": "Thành viên của sàn", "level_terms": "public",
        "advantage_en": "Uses half the power", "description_en": "A ceramic layer",
    })  # fmt: skip
    [read] = read_rows(sheet(row), "tin.csv")
    assert read.told.levels == {
        "provider": "public", "advantage": "members", "technical": "nda",
        "rights": "members", "terms": "public",
    }  # fmt: skip
    assert (read.told.advantage_en, read.told.description_en) == ("Uses half the power", "A ceramic layer")  # fmt: skip
    need = whose(cast, {**WANTED, "outcome_en": "Leaks down to 12 per cent", "criteria_en": "Cost per km"})  # fmt: skip
    [read] = read_rows(sheet(need), "tin.csv")
    assert (read.told.outcome_en, read.told.criteria_en) == ("Leaks down to 12 per cent", "Cost per km")  # fmt: skip
    assert faults(sheet(row | {"level_rights": "ai cũng được"})) == {"2:level_rights"}


def test_the_template_offers_the_levels_to_choose_from():
    book = load_workbook(BytesIO(template()))
    heads = [cell.value for cell in book["Tin"][1]]
    at = heads.index("Ai được đọc: Lợi thế")
    sources = {str(one.sqref): one.formula1 for one in book["Tin"].data_validations.dataValidation}  # fmt: skip
    column = next(source for place, source in sources.items() if place.startswith(f"{get_column_letter(at + 1)}2"))  # fmt: skip
    letter = column[column.index("$") + 1]
    assert [cell.value for cell in book["Danh mục"][letter] if cell.value][1:] == [str(words) for words in LEVELS.values()]  # fmt: skip
