"""The words definitions are written in: fields, pages, ways in, steps, fees.

Titles, codes and result codes of procedures in the national catalogue are the
catalogue's own. Decisions of the city, most amounts and all budgets in hours are
invented: what they show is that the platform runs them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from khuevan.catalogue.public import (
    Channel,
    Collect,
    Component,
    Definition,
    Fee,
    FeeKind,
    Legal,
    Level,
    Limit,
    Offer,
    Supply,
    builtin_definitions,
    table_of,
)
from khuevan.process.public import (
    Duty,
    Flow,
    Kind,
    Node,
    Process,
    from_steps,
    read_steps,
    to_bpmn,
)


Schema = dict[str, Any]
Rows = list[dict[str, str]]
DECIDED = date(2025, 6, 18)
INVENTED = "giả định"
EVERYWHERE = tuple(Channel)
HERE_ONLY = (Channel.COUNTER, Channel.POST)

# ------------------------------------------------------------------ fields

PHONE = "^0\\d{9}$"
NATIONAL_ID = "^\\d{12}$"


def text(title: str, hint: str = "", *, bind: str = "", most: int = 150, **more: Any) -> Schema:  # fmt: skip
    return _part(title, hint, bind, type="string", minLength=1, maxLength=most, **more)


def pattern(title: str, shape: str, rule: str, *, bind: str = "") -> Schema:
    """Return a field with a shape; the rule is said before anybody breaks it."""
    return _part(title, "", bind, type="string", pattern=shape) | {"x-rule": rule}


def number(title: str, least: int, most: int, hint: str = "") -> Schema:
    return _part(title, hint, "", type="integer", minimum=least, maximum=most)


def day(title: str, hint: str = "", *, bind: str = "") -> Schema:
    return _part(title, hint, bind, type="string", format="date")


def choice(title: str, hint: str = "", **values: str) -> Schema:
    told = _part(title, hint, "", type="string", enum=list(values))
    return told | {"x-labels": dict(values)}


def yes_no(title: str, hint: str = "") -> Schema:
    return choice(title, hint, co="Có", khong="Không")


def optional(schema: Schema) -> Schema:
    """Return a field that may stay empty."""
    return schema | {"x-optional": True}


def _part(title: str, hint: str, bind: str, **rest: Any) -> Schema:
    told: Schema = {"title": title, **rest}
    if hint:
        told["description"] = hint
    return told | ({"x-bind": bind} if bind else {})


def person(label: str = "Họ và tên người yêu cầu") -> dict[str, Schema]:
    """Return who applies: all of it known to whoever signed in."""
    return {
        "ho_ten": text(label, bind="person.full_name", most=100),
        "so_dinh_danh": pattern("Số định danh cá nhân", NATIONAL_ID, "Đủ 12 chữ số, không có dấu cách.", bind="person.national_id"),
        "ngay_sinh": day("Ngày sinh", bind="person.birth_date"),
        "dien_thoai": pattern("Số điện thoại", PHONE, "10 chữ số, bắt đầu bằng số 0.", bind="person.phone"),
        "email": optional(_part("Thư điện tử", "Để trống nếu không dùng.", "person.email", type="string", format="email")),
    }  # fmt: skip


def firm(label: str = "Tên doanh nghiệp") -> dict[str, Schema]:
    """Return which organisation applies, and who signs for it."""
    return {
        "to_chuc": text(label, bind="organisation.name", most=250),
        "ma_so": text("Mã số doanh nghiệp hoặc mã tổ chức", bind="organisation.code", most=20),
        "nguoi_dai_dien": text("Người đại diện nộp hồ sơ", bind="person.full_name", most=100),
        "dien_thoai": pattern("Số điện thoại liên hệ", PHONE, "10 chữ số, bắt đầu bằng số 0.", bind="person.phone"),
        "email": _part("Thư điện tử nhận kết quả", "", "person.email", type="string", format="email"),
    }  # fmt: skip


def form(pages: Mapping[str, Mapping[str, Schema]]) -> dict[str, Any]:
    """Return a JSON Schema 2020-12 with pages; every field is required but optional ones."""
    parts = {name: part for fields in pages.values() for name, part in fields.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {n: {k: v for k, v in p.items() if k != "x-optional"} for n, p in parts.items()},
        "required": [n for n, p in parts.items() if not p.get("x-optional")],
        "x-pages": [{"title": title, "fields": list(fields)} for title, fields in pages.items()],
    }  # fmt: skip


AN = {
    "ho_ten": "Nguyễn Thu An", "so_dinh_danh": "001190000057", "ngay_sinh": "1990-05-07",
    "dien_thoai": "0912000057",
}  # fmt: skip
"""The invented person of the authors' cases."""
FIRM = {
    "to_chuc": "Công ty cổ phần Công nghệ Sông Hồng (giả định)", "ma_so": "DN.01",
    "nguoi_dai_dien": "Lương Gia Huy", "dien_thoai": "0912000058", "email": "enterprise@example.org",
}  # fmt: skip
"""The invented firm of the authors' cases."""

# --------------------------------------------------------------- ways, papers


def offers(limit: Limit, channels: Iterable[Channel] = EVERYWHERE) -> tuple[Offer, ...]:
    return tuple(Offer(channel, limit) for channel in channels)


def days(amount: int, cut_off: str = "none") -> Limit:
    return Limit(amount, "working_day", cut_off)


def made_form(name: str = "Tờ khai theo mẫu điện tử") -> Component:
    """Return the application itself: the system makes it from the answers."""
    return Component("to_khai", name, supply=Supply.GENERATED, copies=0)


def identity(name: str = "Giấy tờ tùy thân của người yêu cầu") -> Component:
    return Component("tuy_than", name, supply=Supply.DATA, content="identity", copies=0)


def by_data(code: str, name: str, content: str) -> Component:
    return Component(code, name, supply=Supply.DATA, content=content, copies=0)


def in_store(code: str, name: str, result_of: str, content: str = "", when: str = "") -> Component:  # fmt: skip
    return Component(
        code, name, supply=Supply.STORE, result_of=result_of, content=content, copies=0, when=when,
        hint="Kết quả đã có trong kho dữ liệu điện tử của bạn được dùng lại.",
    )  # fmt: skip


def paper(code: str, name: str, hint: str = "", when: str = "") -> Component:
    return Component(code, name, originals=1, copies=0, hint=hint, when=when)


def fee(
    code: str,
    name: str,
    rows: list[tuple[dict[str, str], int]],
    *,
    kind: FeeKind = FeeKind.FEE,
    set_by: str = "council",
    collect: Collect = Collect.ON_RECEIPT,
) -> Fee:
    """Return a fee with its decision table: cells by field, amount in đồng."""
    told = [(cells, {"amount": str(amount)}) for cells, amount in rows]
    return Fee(code, name, kind, set_by, collect, table=table_of(told))


def counted(code: str, name: str, rows: list[tuple[dict[str, str], str]], kind: FeeKind, set_by: str) -> Fee:  # fmt: skip
    """Return a fee whose amount is computed from the answers."""
    told = [(cells, {"amount": amount}) for cells, amount in rows]
    return Fee(code, name, kind, set_by, table=table_of(told))


def limits(rows: list[tuple[dict[str, str], int, str]]) -> dict[str, Any]:
    """Return a table of time limits: cells by field, amount, unit."""
    return table_of([(c, {"amount": str(n), "unit": json.dumps(u)}) for c, n, u in rows])  # fmt: skip


def laws(*numbers: str) -> tuple[Legal, ...]:
    """Return documents, each given as `number` or `number|article`."""
    return tuple(Legal(*one.split("|")) for one in numbers)


# -------------------------------------------------------------------- steps


def step(name: str, duty: str, hours: float, **more: str) -> dict[str, str]:
    return {"name": name, "duty": duty, "hours": f"{hours:g}", **more}


def way(last: int, *without: int) -> tuple[str, ...]:
    """Return the ids of the steps of a table from the first to a last one, some left out."""
    return tuple(f"s{n}" for n in range(1, last + 1) if n not in without)


def receive(hours: float = 2) -> dict[str, str]:
    return step("Tiếp nhận, kiểm tra hồ sơ", "reception", hours, party="receiver")


def hand_back(hours: float = 1) -> dict[str, str]:
    return step("Trả kết quả", "return", hours, party="returner")


def redo(name: str, hours: float, to: str) -> dict[str, str]:
    """Return the division head's check, with the way back to the examination."""
    return step(name, "check", hours, back_to=to, back_when="outcome == 'redo'")


def bpmn(key: str, name: str, rows: Rows) -> str:
    return to_bpmn(from_steps(key, name, read_steps(rows)))


# ---------------------------------------------------------------- catalogue


@lru_cache(maxsize=1)
def _known() -> dict[str, Definition]:
    return {d.code: d for d in builtin_definitions()}


def known(code: str, **said: Any) -> Definition:
    """Return a procedure of the national catalogue with what the demo city adds."""
    found = _known()[code]
    plain = replace(
        found, level=Level.FULL, partial_reason=None, partial_basis=(), channels=(),
        components=(), fees=(), legal=(), steps=(), conditions="", executing="",
        agency_name="", tiers=(), basis_effective_on=None,
    )  # fmt: skip
    return settle(plain, said)


def own(code: str, title: str, **said: Any) -> Definition:
    """Return a procedure whose national code is not known here: its code is invented."""
    plain = Definition(
        code=code, title=title, sector=said["sector"], level=Level.FULL, tier=said["tier"],
        agency=said["agency"],
    )  # fmt: skip
    return settle(plain, said)


def settle(plain: Definition, said: dict[str, Any]) -> Definition:
    name = said.pop("name", plain.title)
    rows: Rows = said.pop("table", [])
    if rows:
        said["process"] = bpmn("p" + plain.code.replace(".", "_"), name, rows)
        said.setdefault("steps", tuple(row["name"] for row in rows))
    said.setdefault("decision", f"{plain.code[2:]}/QĐ-UBND ({INVENTED})")
    said.setdefault("decided_on", DECIDED)
    said.setdefault("manner", "Trực tuyến, trực tiếp hoặc qua bưu chính công ích, tại bất kỳ điểm tiếp nhận nào của Thành phố.")  # fmt: skip
    return replace(plain, **said)


def graph(key: str, name: str, nodes: Iterable[Node], flows: Iterable[str]) -> str:
    """Return BPMN from nodes and arrows written `from > to`, `from > to ? condition` or `from > to *`.

    A star marks the default way of a choice.
    """
    told = [_arrow(number, line) for number, line in enumerate(flows, 1)]
    return to_bpmn(Process(key, name, tuple(nodes), tuple(told)))


def _arrow(number: int, line: str) -> Flow:
    ends, _, condition = line.partition("?")
    source, _, target = ends.partition(">")
    default = target.strip().endswith("*")
    return Flow(f"f{number}", source.strip(), target.strip(" *"), condition.strip(), default)  # fmt: skip


def work(key: str, name: str, duty: str, hours: float, party: str = "agency") -> Node:
    return Node(key, Kind.USER, name, Duty(duty), party, hours)
