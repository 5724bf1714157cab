"""The invented people of the demo city and the posts they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import cycle
from uuid import UUID

from khuevan.directory.public import Appointment, Organisation, Person, Role
from khuevan.platform.text import fold


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody a visitor can be with one click."""

    username: str
    full_name: str
    organisation: str
    role: Role
    title: str


PERSONAS = (
    Persona("leader", "Lê Thị Minh", "TU", Role.LEADER, "Lãnh đạo Thành ủy, Trưởng Ban Chỉ đạo 57"),
    Persona("office", "Phạm Quang Huy", "TU.BCD57", Role.COMMITTEE_OFFICE, "Chuyên viên chính, cơ quan thường trực Ban Chỉ đạo 57"),
    Persona("inspector", "Đỗ Hải Yến", "TU.UBKT", Role.INSPECTOR, "Kiểm tra viên"),
    Persona("justice-head", "Nguyễn Văn An", "H26.TP", Role.HEAD, "Giám đốc Sở"),
    Persona("justice", "Trần Thu Hà", "H26.TP", Role.OFFICIAL, "Chuyên viên"),
    Persona("science-head", "Hoàng Đức Thịnh", "H26.KHCN", Role.HEAD, "Giám đốc Sở"),
    Persona("science", "Vũ Ngọc Lan", "H26.KHCN", Role.OFFICIAL, "Chuyên viên"),
    Persona("verifier", "Bùi Thanh Tùng", "H26.VP", Role.OFFICIAL, "Chuyên viên theo dõi, kiểm chứng"),
    Persona("commune", "Đặng Thị Hoa", "H26.00070", Role.HEAD, "Chủ tịch UBND phường"),
    Persona("operator", "Ngô Gia Bảo", "H26.KHCN", Role.OPERATOR, "Quản trị hệ thống"),
)  # fmt: skip
CITIZEN = ("citizen", "Nguyễn Thu An")
WARD = "H26.00070"
AT_THE_COUNTER = (
    Persona("reception", "Lý Thu Trang", WARD, Role.OFFICIAL, "Công chức tiếp nhận và trả kết quả"),
    Persona("handler", "Phan Đức Nam", WARD, Role.OFFICIAL, "Chuyên viên thụ lý"),
    Persona("division", "Trịnh Ngọc Mai", WARD, Role.DIVISION_HEAD, "Trưởng phòng Kinh tế, Hạ tầng và Đô thị"),
    Persona("signer", "Đào Minh Sơn", WARD, Role.HEAD, "Phó Chủ tịch UBND phường"),
    Persona("clerk", "Tạ Thanh Linh", WARD, Role.CLERK, "Văn thư"),
    Persona("procedures", "Cao Hải Giang", "H26.TTPVHCC", Role.PROCEDURE_OFFICER, "Cán bộ kiểm soát thủ tục hành chính"),
    Persona("centre", "Mai Quang Phúc", "H26.TTPVHCC", Role.HEAD, "Giám đốc Trung tâm Phục vụ hành chính công"),
    Persona("enterprise", "Lương Gia Huy", "DN.01", Role.MEMBER, "Người được ủy quyền nộp hồ sơ"),
)  # fmt: skip
"""Who works on dossiers, with a username that says what they do."""
SECOND_CITIZEN = ("citizen2", "Trần Quang Việt")
KNOWN = {
    "citizen": ("001190000057", date(1990, 5, 7), "0912000057", "female", "12 ngõ Giả Định, phường Hoàn Kiếm, Hà Nội"),
    "citizen2": ("001088000021", date(1988, 3, 15), "0912000021", "male", "8 phố Giả Định, phường Hoàn Kiếm, Hà Nội"),
    "enterprise": ("001085000058", date(1985, 9, 2), "0912000058", "male", "20 phố Giả Định, phường Cầu Giấy, Hà Nội"),
}  # fmt: skip
"""Invented identity data, so that forms are filled in for them."""
DEPARTMENTS = ("H26.TP", "H26.KHCN", "H26.XD", "H26.YT", "H26.CT", "H26.NNMT")
POSTS = (
    ("reception", Role.OFFICIAL, "Công chức tại Bộ phận Một cửa"),
    ("division", Role.DIVISION_HEAD, "Trưởng phòng"),
    ("clerk", Role.CLERK, "Văn thư"),
)
"""The posts departments need to run dossiers, beside their head and official."""

_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
)
_MIDDLE = ("Văn", "Thị", "Quang", "Thu", "Minh", "Đức", "Ngọc", "Hải", "Thanh")
_GIVEN = ("Anh", "Bình", "Chi", "Dũng", "Giang", "Hạnh", "Khánh", "Linh", "Mai", "Nam", "Phúc", "Quân", "Sơn", "Trang", "Việt")  # fmt: skip


INVENTED = (
    (
        "DN.01",
        "enterprise",
        "Công ty cổ phần Công nghệ Sông Hồng (giả định)",
        "Sông Hồng Tech",
    ),
    (
        "DN.02",
        "enterprise",
        "Công ty TNHH Giải pháp dữ liệu Khuê (giả định)",
        "Khuê Data",
    ),
    ("VT.01", "institute", "Viện Nghiên cứu đô thị thông minh (giả định)", "Viện ĐTTM"),
    (
        "VT.02",
        "institute",
        "Trường Đại học Kỹ thuật Thăng Long (giả định)",
        "ĐH KT Thăng Long",
    ),
)
"""Firms and institutes of the demo, plainly invented."""


def settle() -> dict[str, Organisation]:
    """Appoint everybody; return the organisations by code."""
    for code, kind, name, short_name in INVENTED:
        Organisation.objects.create(
            code=code, kind=kind, name=name, short_name=short_name
        )
    bodies = {unit.code: unit for unit in Organisation.objects.all()}
    for persona in PERSONAS:
        person = _create(persona.username, persona.full_name)
        _appoint(person, bodies[persona.organisation], persona.role, persona.title)
    held = set(Appointment.objects.values_list("organisation_id", "role"))
    for persona in AT_THE_COUNTER:
        person = _create(persona.username, persona.full_name)
        _appoint(person, bodies[persona.organisation], persona.role, persona.title)
    for username, name in (CITIZEN, SECOND_CITIZEN):
        _create(username, name)
    _staff(bodies, held)
    _staff_departments(bodies)
    return bodies


def _create(username: str, name: str) -> Person:
    national_id, birth_date, phone, gender, residence = KNOWN.get(
        username, ("", None, "", "", "")
    )
    return Person.objects.create(
        username=username, full_name=name, email=f"{username}@example.org",
        national_id=national_id, birth_date=birth_date, phone=phone,
        gender=gender, residence=residence, is_invented=True,
    )  # fmt: skip


def _staff_departments(bodies: dict[str, Organisation]) -> None:
    """Give departments that run dossiers a desk, a head of division and a clerk."""
    given, names = cycle(reversed(_GIVEN)), cycle(_FAMILY[5:] + _FAMILY[:5])
    for code in DEPARTMENTS:
        for word, role, title in POSTS:
            name = f"{next(names)} {_MIDDLE[len(word) % len(_MIDDLE)]} {next(given)}"
            person = _create(f"{fold(code).replace('.', '-')}-{word}", name)
            _appoint(person, bodies[code], role, title)


def _appoint(person: Person, unit: Organisation, role: Role, title: str) -> None:
    Appointment.objects.create(person=person, organisation=unit, role=role, title=title)


def _staff(bodies: dict[str, Organisation], held: set[tuple[UUID, str]]) -> None:
    """Give every body a head and an official, unless a post is held."""
    names = (
        f"{family} {middle} {given}"
        for middle in cycle(_MIDDLE)
        for given, family in zip(_GIVEN, cycle(_FAMILY), strict=False)
    )
    posts = ((Role.HEAD, "Người đứng đầu đơn vị"), (Role.OFFICIAL, "Chuyên viên"))
    for code, unit in bodies.items():
        for role, title in posts:
            if (unit.pk, role) in held:
                continue
            person = Person.objects.create(
                username=f"{fold(code).replace('.', '-')}-{role.value}",
                full_name=next(names),
                is_invented=True,
            )
            _appoint(person, unit, role, title)
