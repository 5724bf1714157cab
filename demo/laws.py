"""Sector laws the demo's procedures stand on and the platform's register does not hold.

The numbers are those the national catalogue names for these procedures. Days of effect
were written from general knowledge and not compared with the texts: the register says so.
"""

from __future__ import annotations

from datetime import date

from khuevan.directory.public import Person
from khuevan.law.actions import DocumentEntry, add_document
from khuevan.law.rules import Kind, Level


_L, _D = Kind.LAW, Kind.DECREE
_ROWS = (
    ("60/2014/QH13", "Luật Hộ tịch", _L, date(2016, 1, 1)),
    ("123/2015/NĐ-CP", "Quy định chi tiết một số điều và biện pháp thi hành Luật Hộ tịch", _D, date(2016, 1, 1)),
    ("63/2024/NĐ-CP", "Về liên thông điện tử hai nhóm thủ tục khai sinh và khai tử", _D, date(2024, 7, 1)),
    ("52/2014/QH13", "Luật Hôn nhân và gia đình", _L, date(2015, 1, 1)),
    ("68/2020/QH14", "Luật Cư trú", _L, date(2021, 7, 1)),
    ("25/2008/QH12", "Luật Bảo hiểm y tế", _L, date(2009, 7, 1)),
    ("23/2015/NĐ-CP", "Về cấp bản sao từ sổ gốc, chứng thực bản sao từ bản chính, chứng thực chữ ký và chứng thực hợp đồng, giao dịch", _D, date(2015, 4, 10)),
    ("168/2025/NĐ-CP", "Về đăng ký doanh nghiệp", _D, date(2025, 7, 1)),
    ("50/2014/QH13", "Luật Xây dựng", _L, date(2015, 1, 1)),
    ("175/2024/NĐ-CP", "Quy định chi tiết một số điều và biện pháp thi hành Luật Xây dựng về quản lý hoạt động xây dựng", _D, date(2024, 12, 30)),
    ("31/2024/QH15", "Luật Đất đai", _L, date(2024, 8, 1)),
    ("102/2024/NĐ-CP", "Quy định chi tiết thi hành một số điều của Luật Đất đai", _D, date(2024, 8, 1)),
    ("105/2016/QH13", "Luật Dược", _L, date(2017, 1, 1)),
    ("81/2018/NĐ-CP", "Quy định chi tiết Luật Thương mại về hoạt động xúc tiến thương mại", _D, date(2018, 7, 15)),
    ("20/2021/NĐ-CP", "Quy định chính sách trợ giúp xã hội đối với đối tượng bảo trợ xã hội", _D, date(2021, 7, 1)),
    ("72/2020/QH14", "Luật Bảo vệ môi trường", _L, date(2022, 1, 1)),
    ("08/2022/NĐ-CP", "Quy định chi tiết một số điều của Luật Bảo vệ môi trường", _D, date(2022, 1, 10)),
    ("13/2019/NĐ-CP", "Về doanh nghiệp khoa học và công nghệ", _D, date(2019, 3, 20)),
)  # fmt: skip
_DOUBT = "Ngày có hiệu lực ghi theo hiểu biết chung, chưa đối chiếu với văn bản; các sửa đổi về sau chưa nhập."


def register_laws(by: Person) -> None:
    """Add the documents to the register; `by` is an operator."""
    for number, title, kind, effective in _ROWS:
        add_document(
            entry=DocumentEntry(
                number=number,
                title=title,
                kind=kind,
                level=Level.NATIONAL,
                issuer="Quốc hội" if kind is Kind.LAW else "Chính phủ",
                source="Căn cứ pháp lý nêu trong danh mục thủ tục hành chính quốc gia",
                effective_from=effective,
                doubt=_DOUBT,
            ),
            by=by,
        )
