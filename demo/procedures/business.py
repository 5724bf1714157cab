"""Business and trade: household business, changes of it, promotion notices."""

from __future__ import annotations

from dataclasses import replace

from khuevan.catalogue.public import (
    Channel,
    Definition,
    Guide,
    Result,
    Subject,
    TestCase,
    Tier,
)

from .common import (
    AN,
    FIRM,
    Schema,
    bpmn,
    by_data,
    choice,
    day,
    days,
    fee,
    firm,
    form,
    hand_back,
    identity,
    in_store,
    known,
    laws,
    made_form,
    number,
    offers,
    optional,
    own,
    paper,
    person,
    receive,
    redo,
    step,
    text,
    way,
)


def definitions() -> list[Definition]:
    return [_household(), _change(), _promotion()]


HOUSEHOLD = "1.001612"
SEN = AN | {
    "gioi_tinh": "female", "noi_thuong_tru": "12 ngõ Giả Định, phường Hoàn Kiếm, Hà Nội",
    "ten_ho": "Phở Sen (giả định)", "nganh": "an_uong", "dia_chi_kinh_doanh": "5 Hàng Trống, phường Hoàn Kiếm",
    "quyen_su_dung": "thue", "von": 200_000_000, "lao_dong": 3, "ngay_bat_dau": "2025-12-01",
}  # fmt: skip


def _trade() -> dict[str, Schema]:
    return {
        "ten_ho": text("Tên hộ kinh doanh", "Không trùng tên hộ khác trong cùng xã, phường.", most=100),
        "nganh": choice("Ngành, nghề chính", an_uong="Dịch vụ ăn uống", ban_le="Bán lẻ", dich_vu="Dịch vụ cá nhân", luu_tru="Lưu trú", khac="Ngành khác"),
        "dia_chi_kinh_doanh": text("Địa điểm kinh doanh", "Số nhà, đường, phường."),
        "quyen_su_dung": choice("Địa điểm thuộc về ai?", so_huu="Của người thành lập", thue="Thuê hoặc mượn"),
    }  # fmt: skip


def _household() -> Definition:
    return known(
        HOUSEHOLD,
        subjects=(Subject.CITIZEN, Subject.HOUSEHOLD_BUSINESS),
        is_key=True,
        table=[
            receive(2),
            step("Phân công thụ lý", "assign", 1),
            step("Kiểm tra tên, ngành nghề, địa điểm", "handle", 10),
            redo("Lãnh đạo phòng kiểm tra", 2, "Kiểm tra tên, ngành nghề, địa điểm"),
            step("Ký Giấy chứng nhận", "sign", 2),
            step("Vào số, đóng dấu", "clerk", 1),
            hand_back(),
        ],
        form=form({
            "Chủ hộ kinh doanh": person("Họ và tên chủ hộ kinh doanh") | {
                "gioi_tinh": choice("Giới tính", male="Nam", female="Nữ") | {"x-bind": "person.gender"},
                "noi_thuong_tru": text("Nơi thường trú", bind="person.residence"),
            },
            "Hộ kinh doanh": _trade(),
            "Vốn và lao động": {
                "von": number("Vốn kinh doanh (đồng)", 1_000_000, 1_000_000_000_000),
                "lao_dong": number("Số lao động dự kiến", 0, 200),
                "ngay_bat_dau": day("Ngày dự kiến bắt đầu"),
            },
        }),
        channels=offers(days(3)),
        components=(
            made_form("Giấy đề nghị đăng ký hộ kinh doanh"),
            identity("Giấy tờ pháp lý của chủ hộ"),
            by_data("cu_tru", "Giấy tờ về nơi cư trú của chủ hộ", "residence"),
            paper("hop_dong_thue", "Hợp đồng thuê, mượn địa điểm", "Chỉ khi địa điểm không phải của bạn.", "answers.quyen_su_dung == 'thue'"),
        ),
        fees=(fee("f1", "Lệ phí đăng ký hộ kinh doanh", [({"channel": "'counter'"}, 50_000), ({}, 150_000)]),),
        legal=laws("168/2025/NĐ-CP|26", "118/2025/NĐ-CP"),
        conditions="Mỗi cá nhân đăng ký một hộ kinh doanh trong phạm vi toàn quốc.",
        result=Result("KQ.G12.001009", "Giấy chứng nhận đăng ký hộ kinh doanh", content="household_business", template="ten_ho, ho_ten, so_dinh_danh, dia_chi_kinh_doanh, nganh, von, ngay_bat_dau"),
        tests=(
            TestCase("Thuê địa điểm, nộp qua cổng", SEN, way(7), 3, 150_000),
            TestCase("Nhà của mình", SEN | {"quyen_su_dung": "so_huu"}, way(7), 3, 150_000),
            TestCase("Nộp tại quầy", SEN, way(7), 3, 50_000, Channel.COUNTER),
        ),
        guide=Guide(
            "Mở cửa hàng, quán ăn hay làm dịch vụ nhỏ dưới tên của bạn.",
            "Công dân từ đủ 18 tuổi; mỗi người một hộ kinh doanh.",
            "Hợp đồng thuê nếu bạn thuê chỗ. Căn cước và nơi cư trú đã có trong dữ liệu.",
            "Giấy chứng nhận điện tử sau 3 ngày làm việc, vào kho dữ liệu của bạn để dùng lại.",
            ("business",), ("mở quán", "mở cửa hàng", "giấy phép kinh doanh cá thể", "đăng ký kinh doanh hộ gia đình"),
        ),
    )  # fmt: skip


def proposal() -> Definition:
    """Return the household registration as the city thinks of restructuring it.

    Nobody assigns, one leader checks and signs, and the lease is stated in the form
    instead of handed in: what the restructuring sheet compares with what holds.
    """
    held = _household()
    table = [
        receive(1),
        step("Kiểm tra tên, ngành nghề, địa điểm", "handle", 8),
        step("Kiểm tra và ký Giấy chứng nhận", "sign", 2),
        step("Vào số, đóng dấu", "clerk", 1),
        hand_back(),
    ]
    return replace(
        held,
        process=bpmn("p1_001612", held.title, table),
        steps=tuple(row["name"] for row in table),
        channels=offers(days(2)),
        components=tuple(c for c in held.components if c.code != "hop_dong_thue"),
        tests=tuple(replace(t, path=way(5), due_days=2) for t in held.tests),
        decision="",
        decided_on=None,
    )


def _change() -> Definition:
    """The change reuses the certificate the registration left in the store."""
    return known(
        "2.000720",
        subjects=(Subject.CITIZEN, Subject.HOUSEHOLD_BUSINESS),
        is_business=False,
        table=[
            receive(2),
            step("Kiểm tra nội dung thay đổi", "handle", 10),
            redo("Lãnh đạo phòng kiểm tra", 2, "Kiểm tra nội dung thay đổi"),
            step("Ký Giấy chứng nhận thay đổi", "sign", 2),
            step("Vào số, đóng dấu", "clerk", 1),
            hand_back(),
        ],
        form=form({
            "Chủ hộ kinh doanh": person("Họ và tên chủ hộ kinh doanh"),
            "Nội dung thay đổi": {
                "ten_ho": optional(text("Tên hộ kinh doanh đang đăng ký", bind="result.household_business.ten_ho", most=100)),
                "so_giay": optional(text("Số Giấy chứng nhận đã cấp", bind="result.household_business.number", most=60)),
                "thay_doi": choice("Thay đổi điều gì?", ten="Tên hộ kinh doanh", dia_chi="Địa điểm", nganh="Ngành, nghề", von="Vốn kinh doanh"),
                "noi_dung_moi": text("Nội dung mới", most=500),
                "ly_do": optional(text("Lý do", most=500)),
            },
        }),
        channels=offers(days(3)),
        components=(
            made_form("Thông báo thay đổi nội dung đăng ký"),
            identity("Giấy tờ pháp lý của chủ hộ"),
            in_store("giay_chung_nhan", "Giấy chứng nhận đăng ký hộ kinh doanh", HOUSEHOLD, "household_business"),
            paper("hop_dong_thue", "Hợp đồng thuê, mượn địa điểm mới", "", "answers.thay_doi == 'dia_chi'"),
        ),
        fees=(fee("f1", "Lệ phí thay đổi đăng ký hộ kinh doanh", [({"channel": "'counter'"}, 30_000), ({}, 100_000)]),),
        legal=laws("168/2025/NĐ-CP|26", "45/2020/NĐ-CP|16", "118/2025/NĐ-CP"),
        result=Result("KQ.G12.001010", "Giấy chứng nhận đăng ký hộ kinh doanh (thay đổi)", content="household_business", template="ho_ten, so_dinh_danh, thay_doi, noi_dung_moi"),
        tests=(
            TestCase("Đổi tên", AN | {"thay_doi": "ten", "noi_dung_moi": "Phở Sen Vàng (giả định)"}, way(6), 3, 100_000),
            TestCase("Đổi địa điểm", AN | {"thay_doi": "dia_chi", "noi_dung_moi": "7 Hàng Trống"}, way(6), 3, 100_000),
            TestCase("Tại quầy", AN | {"thay_doi": "von", "noi_dung_moi": "300.000.000 đồng"}, way(6), 3, 30_000, Channel.COUNTER),
        ),
        guide=Guide("Đổi tên, địa điểm, ngành nghề hoặc vốn của hộ kinh doanh.", "Chủ hộ kinh doanh.", "Giấy chứng nhận cũ lấy từ kho dữ liệu của bạn, không phải nộp lại.", "Giấy chứng nhận mới sau 3 ngày làm việc.", ("business",), ("đổi tên quán", "chuyển địa điểm kinh doanh")),
    )  # fmt: skip


PROMOTION = FIRM | {
    "ten_chuong_trinh": "Tuần lễ công nghệ Sông Hồng (giả định)", "hinh_thuc": "giam_gia",
    "tu_ngay": "2025-12-01", "den_ngay": "2025-12-10", "gia_tri": 150_000_000, "hang_hoa": "Thiết bị đo chất lượng không khí",
    "cam_ket": "co",
}  # fmt: skip


def _promotion() -> Definition:
    return own(
        "9.900002",
        "Thông báo hoạt động khuyến mại (mã giả định)",
        sector="Xúc tiến thương mại",
        tier=Tier.CITY,
        agency="H26.CT",
        is_business=True,
        subjects=(Subject.ENTERPRISE, Subject.ORGANISATION),
        table=[
            receive(1),
            step("Kiểm tra thông báo", "handle", 12),
            step("Lấy ý kiến về giải thưởng", "handle", 8, when="answers.hinh_thuc == 'may_rui'"),
            step("Ký xác nhận tiếp nhận thông báo", "sign", 2),
            hand_back(),
        ],
        form=form({
            "Thương nhân": firm("Tên thương nhân"),
            "Chương trình": {
                "ten_chuong_trinh": text("Tên chương trình khuyến mại"),
                "hinh_thuc": choice("Hình thức", giam_gia="Giảm giá", tang_hang="Tặng hàng, quà", may_rui="Chương trình mang tính may rủi"),
                "hang_hoa": text("Hàng hóa, dịch vụ được khuyến mại"),
                "tu_ngay": day("Từ ngày"),
                "den_ngay": day("Đến ngày"),
                "gia_tri": number("Tổng giá trị giải thưởng (đồng)", 0, 1_000_000_000_000, "Trên 100 triệu đồng phải thông báo trước 3 ngày làm việc."),
                "cam_ket": choice("Cam kết thực hiện đúng nội dung đã thông báo", co="Tôi cam kết"),
            },
        }),
        channels=offers(days(5), (Channel.PORTAL, Channel.VNEID, Channel.ASSISTED, Channel.COUNTER, Channel.POST)),
        components=(
            made_form("Thông báo thực hiện khuyến mại"),
            by_data("dkdn", "Giấy chứng nhận đăng ký doanh nghiệp", "enterprise"),
            paper("the_le", "Thể lệ chương trình", "Chỉ khi có may rủi.", "answers.hinh_thuc == 'may_rui'"),
        ),
        legal=laws("81/2018/NĐ-CP|17", "118/2025/NĐ-CP"),
        result=Result("KQ.H26.900002", "Xác nhận tiếp nhận thông báo khuyến mại", template="ten_chuong_trinh, hinh_thuc, hang_hoa, tu_ngay, den_ngay, gia_tri\nĐã tiếp nhận thông báo hoạt động khuyến mại của {to_chuc}."),
        tests=(
            TestCase("Giảm giá", PROMOTION, way(5, 3), 5, 0),
            TestCase("May rủi", PROMOTION | {"hinh_thuc": "may_rui"}, way(5), 5, 0),
            TestCase("Qua bưu chính", PROMOTION, way(5, 3), 5, 0, Channel.POST),
        ),
        guide=Guide("Báo trước cho Sở Công Thương khi tổ chức khuyến mại lớn.", "Thương nhân có giải thưởng trên 100 triệu đồng.", "Thể lệ nếu chương trình có may rủi.", "Nhận xác nhận điện tử rồi thực hiện đúng như đã báo.", ("business",), ("khuyến mãi", "giảm giá", "bốc thăm trúng thưởng")),
    )  # fmt: skip
