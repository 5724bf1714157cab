"""The invented people of the demo city and the posts they hold."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

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
        person = Person.objects.create(
            username=persona.username,
            full_name=persona.full_name,
            email=f"{persona.username}@example.org",
            is_invented=True,
        )
        _appoint(person, bodies[persona.organisation], persona.role, persona.title)
    username, name = CITIZEN
    Person.objects.create(
        username=username, full_name=name, email="citizen@example.org", is_invented=True
    )
    _staff(bodies)
    return bodies


def _appoint(person: Person, unit: Organisation, role: Role, title: str) -> None:
    Appointment.objects.create(person=person, organisation=unit, role=role, title=title)


def _staff(bodies: dict[str, Organisation]) -> None:
    """Give every body that has nobody yet a head and an official."""
    names = (
        f"{family} {middle} {given}"
        for middle in cycle(_MIDDLE)
        for given, family in zip(_GIVEN, cycle(_FAMILY), strict=False)
    )
    held = set(Appointment.objects.values_list("organisation_id", "role"))
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
