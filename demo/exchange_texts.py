"""Parts of which the demo's offers and needs are made; everything here is invented."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from khuevan.exchange.rules.listings import Field


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """What is offered, in both languages, its advantage, and the three ways it is made."""

    vi: str
    en: str
    measure: str
    against: str
    ways: tuple[Pair, Pair, Pair]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One field: for whom things are offered, and what is sought."""

    ipc: str
    nace: str
    users: tuple[str, ...]
    problems: tuple[Pair, ...]


def _things() -> dict[Field, tuple[Thing, ...]]:
    """Read what is offered in each field from the table beside this file."""
    path = Path(__file__).with_name("exchange_things.csv")
    found: dict[Field, tuple[Thing, ...]] = dict.fromkeys(Field, ())
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            first, second, third = ((row[f"way{n}_vi"], row[f"way{n}_en"]) for n in (1, 2, 3))  # fmt: skip
            thing = Thing(row["thing_vi"], row["thing_en"], row["measure"], row["against"], (first, second, third))  # fmt: skip
            found[Field(row["field"])] += (thing,)
    return found


THINGS = _things()


SHELVES: dict[Field, Shelf] = {
    Field.DIGITAL: Shelf(
        "G06F 21/64", "62.10",
        ("ủy ban nhân dân phường", "bệnh viện tuyến quận", "doanh nghiệp vừa và nhỏ"),
        (("Rút ngắn thời gian tìm hồ sơ lưu trữ giấy", "thời gian tìm một hồ sơ từ {high} xuống {low} phút"), ("Giảm số lần nhập lại cùng một dữ liệu giữa các phần mềm", "số trường nhập lại từ {high} xuống {low} mỗi hồ sơ"), ("Phát hiện sớm sự cố đường truyền tại điểm tiếp nhận", "thời gian phát hiện từ {high} xuống {low} phút")),
    ),
    Field.DATA_AI: Shelf(
        "G06N 20/00", "62.20",
        ("sở, ngành của thành phố", "công ty điện lực khu vực", "trung tâm thương mại"),
        (("Dự báo số lượt khách đến bộ phận một cửa", "sai số dự báo ngày từ {high} xuống {low} phần trăm"), ("Phân loại phản ánh của người dân theo lĩnh vực", "tỷ lệ phân loại sai từ {high} xuống {low} phần trăm"), ("Đọc tự động chỉ số đồng hồ nước từ ảnh chụp", "tỷ lệ đọc sai từ {high} xuống {low} phần nghìn")),
    ),
    Field.BIOTECH: Shelf(
        "C12N 1/20", "72.10",
        ("hợp tác xã nông nghiệp", "cơ sở chế biến thực phẩm", "trung tâm giống cây trồng"),
        (("Rút ngắn thời gian ủ phân từ rác chợ", "thời gian ủ từ {high} xuống {low} ngày"), ("Kéo dài thời gian tươi của hoa cắt cành", "tỷ lệ hoa héo sau bảy ngày từ {high} xuống {low} phần trăm"), ("Phát hiện nhanh nấm mốc trong kho ngũ cốc", "thời gian có kết quả từ {high} xuống {low} giờ")),
    ),
    Field.MATERIALS: Shelf(
        "C08L 97/02", "20.59",
        ("nhà thầu xây dựng dân dụng", "làng nghề đồ gỗ", "nhà máy bao bì"),
        (("Giảm nứt mặt bê tông của nhà để xe", "chiều dài vết nứt từ {high} xuống {low} mét mỗi trăm mét vuông"), ("Tìm vật liệu thay hộp xốp đựng thức ăn ở chợ", "khối lượng hộp xốp từ {high} xuống {low} kilôgam mỗi ngày"), ("Chống bạc màu biển chỉ đường ngoài trời", "độ phai màu sau một năm từ {high} xuống {low} phần trăm")),
    ),
    Field.ENERGY: Shelf(
        "H02S 40/38", "35.12",
        ("khu công nghiệp ngoại thành", "tòa nhà văn phòng", "trường học công lập"),
        (("Giảm điện năng điều hòa của trụ sở", "điện tiêu thụ từ {high} xuống {low} kWh mỗi mét vuông một năm"), ("Tận dụng nhiệt thải của trung tâm dữ liệu", "phần nhiệt bỏ đi từ {high} xuống {low} phần trăm"), ("Giữ đèn đường sáng khi mất điện lưới", "số đèn tắt từ {high} xuống {low} mỗi sự cố")),
    ),
    Field.ENVIRONMENT: Shelf(
        "C02F 3/30", "37.00",
        ("khu đô thị mới", "làng nghề ven đô", "ban quản lý hồ nội đô"),
        (("Giảm mùi ở điểm tập kết rác khu phố cổ", "số phản ánh về mùi từ {high} xuống {low} mỗi tháng"), ("Cảnh báo ngập trước khi nước lên vỉa hè", "thời gian báo chậm từ {high} xuống {low} phút"), ("Tách rác hữu cơ tại chợ dân sinh", "phần rác hữu cơ lẫn lộn từ {high} xuống {low} phần trăm")),
    ),
    Field.AGRICULTURE: Shelf(
        "A01G 25/16", "01.13",
        ("hợp tác xã rau sạch", "trang trại chăn nuôi ngoại thành", "vùng trồng hoa"),
        (("Giảm tỷ lệ dập nát rau khi đưa về chợ đầu mối", "tỷ lệ dập nát từ {high} xuống {low} phần trăm"), ("Theo dõi sâu bệnh trên vùng lúa chất lượng cao", "số lần đi thăm đồng từ {high} xuống {low} mỗi vụ"), ("Sấy hoa cúc khi trời nồm", "thời gian sấy từ {high} xuống {low} giờ")),
    ),
    Field.HEALTH: Shelf(
        "A61B 5/02", "86.10",
        ("trạm y tế phường", "bệnh viện đa khoa", "trung tâm chăm sóc người cao tuổi"),
        (("Giảm thời gian chờ khám ở phòng tiếp đón", "thời gian chờ từ {high} xuống {low} phút"), ("Nhắc lịch tiêm chủng cho trẻ vãng lai", "tỷ lệ bỏ mũi từ {high} xuống {low} phần trăm"), ("Theo dõi nhiệt độ tủ vắc xin ở trạm y tế", "số lần vượt ngưỡng từ {high} xuống {low} mỗi quý")),
    ),
    Field.MANUFACTURING: Shelf(
        "B25J 9/16", "28.99",
        ("xưởng cơ khí nhỏ", "nhà máy dệt may", "làng nghề thủ công"),
        (("Phát hiện mẻ gốm lỗi trước khi nung", "tỷ lệ phế phẩm từ {high} xuống {low} phần trăm"), ("Giảm thời gian thay khuôn ở xưởng nhựa", "thời gian thay khuôn từ {high} xuống {low} phút"), ("Báo trước hỏng vòng bi của quạt lò", "số lần dừng máy từ {high} xuống {low} mỗi năm")),
    ),
    Field.CONSTRUCTION: Shelf(
        "E01C 11/22", "42.11",
        ("ban quản lý dự án giao thông", "công ty thoát nước", "chủ nhà khu phố cũ"),
        (("Vá ổ gà trong ngày mưa", "thời gian chờ thông xe từ {high} xuống {low} giờ"), ("Theo dõi nứt của khu tập thể cũ", "số lần đo thủ công từ {high} xuống {low} mỗi năm"), ("Giảm ồn khi thi công ở khu dân cư", "số phản ánh về tiếng ồn từ {high} xuống {low} mỗi công trình")),
    ),
}  # fmt: skip
MARK = "Tin giả định của thành phố mẫu."
"""Stands in every summary, beside the banner of the demo."""
DESCRIPTIONS = (
    "Gồm {parts} cụm lắp rời, hai người lắp tại {user} trong một buổi. Mỗi năm bảo trì {times} lần; phụ tùng mua được trong nước.",
    "Nhóm làm bắt đầu từ một lần đến {user} và thấy {against} không còn đáp ứng. Bản hiện nay là bản thứ {times}, đã bỏ những chi tiết hay hỏng; tài liệu hướng dẫn dài {parts} trang.",
    "Người dùng ở {user} học trong {times} buổi. Số đo của {parts} tuần đầu được giữ lại và gửi kèm khi bàn giao.",
    "So với {against}, phần khác biệt nằm ở khâu vận hành: {parts} thao tác được rút còn {times}. Bên mua nhận bản vẽ, danh mục vật tư và quy trình kiểm tra.",
    "Đã chạy song song với {against} trong {parts} tuần tại {user}; bảng so sánh có chữ ký của hai bên. Cần {times} người vận hành mỗi ca.",
    "Bên nhận được đào tạo {times} ngày và hỗ trợ {parts} tháng sau bàn giao. Những điểm còn hạn chế khi dùng ở {user} được ghi rõ trong báo cáo thử.",
)
"""How what is offered is described; each speaks of other things."""
EXPERTS = (
    (Field.DIGITAL, "Tư vấn chuyển đổi hồ sơ giấy sang dữ liệu", "Advice on turning paper files into data", "lập lộ trình, kiểm mẫu và nghiệm thu cho cơ quan có kho giấy lâu năm"),
    (Field.DATA_AI, "Tư vấn đánh giá mô hình học máy trước khi đưa vào dịch vụ công", "Advice on judging machine learning before it serves the public", "thiết kế bộ kiểm thử, đo sai lệch giữa các nhóm người dùng"),
    (Field.ENVIRONMENT, "Chuyên gia xử lý nước thải làng nghề", "Expert in craft villages' waste water", "khảo sát, chọn công nghệ theo quỹ đất và giám sát chạy thử"),
    (Field.HEALTH, "Chuyên gia đánh giá thiết bị y tế trong nước", "Expert in judging domestic medical devices", "lập hồ sơ thử nghiệm và đọc kết quả cùng bệnh viện"),
    (Field.MANUFACTURING, "Tư vấn tự động hóa cho xưởng dưới năm mươi người", "Advice on automation for workshops under fifty people", "chọn khâu nên tự động trước và tính thời gian hoàn vốn"),
    (Field.AGRICULTURE, "Chuyên gia bảo quản sau thu hoạch", "Expert in storing harvests", "đo hao hụt tại chỗ, đề xuất cách sấy, làm lạnh và đóng gói"),
)  # fmt: skip
"""Experts who offer their work themselves: field, title in both languages, what they do."""
