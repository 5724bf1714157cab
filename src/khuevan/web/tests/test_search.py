"""One search over everything somebody may see, and nothing else."""

import pytest

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.steering.rules import Visibility
from khuevan.steering.tests.factories import make_cast, make_task


pytestmark = pytest.mark.django_db


def found(client, text):
    return client.get("/search/", {"q": text}).content.decode()


@pytest.fixture
def world(db):
    cast = make_cast()
    make_task(cast=cast, title="Mở dữ liệu hộ tịch kín")
    make_task(cast=cast, title="Mở dữ liệu hộ tịch chung", visibility=Visibility.PUBLIC)
    return cast


@pytest.mark.parametrize("text", ["hộ tịch", "ho tich", "HO TICH", "tich ho"])
def test_a_stranger_finds_only_what_is_public(client, world, text):
    page = found(client, text)
    assert "hộ tịch chung" in page
    assert "hộ tịch kín" not in page


def test_those_who_take_part_find_it_all(client, world):
    client.force_login(world.official)
    page = found(client, "ho tich")
    assert "hộ tịch chung" in page
    assert "hộ tịch kín" in page


def test_units_figures_laws_and_papers_are_found(client, world):
    client.force_login(world.office)
    assert "Sở Khoa học và Công nghệ" in found(client, "khoa hoc cong nghe")
    assert "/indicators/steering.overdue/" in found(client, "qua han")
    assert "/law/" in found(client, "57-nq tw")
    assert "/steering/sources/" in found(client, "ke hoach thu")


def test_people_are_found_by_those_who_may_see_them(client, world):
    name = "Đặng Quý Hiếm"
    make_person(Role.OFFICIAL, world.lead, full_name=name)
    assert name not in found(client, "quy hiem")
    client.force_login(world.official)
    assert name in found(client, "quy hiem")


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "'", "zzzz qqqq", "a" * 500, "\0"]
)
def test_odd_words_are_no_fault(client, world, text):
    assert client.get("/search/", {"q": text}).status_code == 200
