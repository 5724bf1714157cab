"""Science and technology: recognition, registration, sandbox, vouchers."""

from __future__ import annotations

from khuevan.catalogue.public import (
    Channel,
    Definition,
    FeeKind,
    Guide,
    Limit,
    Result,
    Subject,
    TestCase,
    Tier,
)

from .common import (
    FIRM,
    by_data,
    choice,
    counted,
    day,
    days,
    firm,
    form,
    hand_back,
    in_store,
    laws,
    made_form,
    number,
    offers,
    own,
    paper,
    receive,
    redo,
    step,
    text,
    way,
    yes_no,
)


AGENCY = "H26.KHCN"
RECOGNITION, VOUCHER = "9.900006", "9.900009"
WHO = (Subject.ENTERPRISE, Subject.ORGANISATION)


def definitions() -> list[Definition]:
    return [_recognition(), _transfer(), _sandbox(), _voucher()]


RESEARCHER = FIRM | {
    "san_pham": "Cảm biến chất lượng không khí KV-1 (giả định)", "nguon_goc": "tu_nghien_cuu",
    "doanh_thu": 12_000_000_000, "doanh_thu_khcn": 5_000_000_000, "moi_thanh_lap": "khong",
}  # fmt: skip


def _recognition() -> Definition:
    return own(
        RECOGNITION,
        "Cấp Giấy chứng nhận doanh nghiệp khoa học và công nghệ (mã giả định)",
        sector="Hoạt động khoa học và công nghệ",
        tier=Tier.CITY,
        agency=AGENCY,
        is_business=True,
        subjects=(Subject.ENTERPRISE,),
        table=[
            receive(2),
            step("Phân công thụ lý", "assign", 2),
            step("Thẩm định kết quả khoa học và công nghệ", "handle", 32),
            step("Lấy ý kiến chuyên gia", "handle", 24, when="answers.nguon_goc == 'nhan_chuyen_giao'"),
            redo("Lãnh đạo phòng kiểm tra", 8, "Thẩm định kết quả khoa học và công nghệ"),
            step("Ký Giấy chứng nhận", "sign", 4),
            step("Vào số, đóng dấu", "clerk", 1),
            hand_back(),
        ],
        form=form({
            "Doanh nghiệp": firm(),
            "Kết quả khoa học và công nghệ": {
                "san_pham": text("Sản phẩm hình thành từ kết quả khoa học và công nghệ"),
                "nguon_goc": choice("Kết quả có từ đâu?", tu_nghien_cuu="Tự nghiên cứu", nhan_chuyen_giao="Nhận chuyển giao", dat_hang="Nhiệm vụ nhà nước đặt hàng"),
            },
            "Doanh thu": {
                "doanh_thu": number("Tổng doanh thu năm gần nhất (đồng)", 0, 10_000_000_000_000),
                "doanh_thu_khcn": number("Doanh thu từ sản phẩm khoa học và công nghệ (đồng)", 0, 10_000_000_000_000, "Ít nhất 30 % tổng doanh thu, trừ doanh nghiệp mới thành lập dưới 5 năm."),
                "moi_thanh_lap": yes_no("Thành lập dưới 5 năm?"),
            },
        }),
        channels=offers(days(10)),
        components=(
            made_form("Đề nghị chứng nhận doanh nghiệp khoa học và công nghệ"),
            by_data("dkdn", "Giấy chứng nhận đăng ký doanh nghiệp", "enterprise"),
            paper("phuong_an", "Phương án sản xuất, kinh doanh sản phẩm"),
            paper("hop_dong_cg", "Hợp đồng chuyển giao công nghệ", "", "answers.nguon_goc == 'nhan_chuyen_giao'"),
        ),
        legal=laws("13/2019/NĐ-CP|6", "118/2025/NĐ-CP"),
        result=Result("KQ.H26.900006", "Giấy chứng nhận doanh nghiệp khoa học và công nghệ", content="science_enterprise", template="ma_so, san_pham\nChứng nhận {to_chuc} là doanh nghiệp khoa học và công nghệ."),
        tests=(
            TestCase("Tự nghiên cứu", RESEARCHER, way(8, 4), 10, 0),
            TestCase("Nhận chuyển giao: hỏi chuyên gia", RESEARCHER | {"nguon_goc": "nhan_chuyen_giao"}, way(8), 10, 0),
            TestCase("Qua bưu chính", RESEARCHER, way(8, 4), 10, 0, Channel.POST),
        ),
        guide=Guide("Được công nhận để hưởng ưu đãi thuế, đất đai và tín dụng.", "Doanh nghiệp có sản phẩm từ kết quả nghiên cứu.", "Phương án sản xuất, kinh doanh; hợp đồng nếu nhận chuyển giao.", "Giấy chứng nhận vào kho dữ liệu của doanh nghiệp và được dùng lại khi xin hỗ trợ.", ("business",), ("doanh nghiệp KH&CN", "chứng nhận doanh nghiệp công nghệ")),
    )  # fmt: skip


CONTRACT = FIRM | {
    "ben_giao": "Trường Đại học Kỹ thuật Thăng Long (giả định)", "cong_nghe": "Quy trình lọc bụi mịn (giả định)",
    "gia_hop_dong": 2_000_000_000, "ngay_ky": "2025-10-01", "nuoc_ngoai": "khong", "han_che": "khong",
}  # fmt: skip


def _transfer() -> Definition:
    return own(
        "9.900007",
        "Cấp Giấy chứng nhận đăng ký chuyển giao công nghệ (mã giả định)",
        sector="Hoạt động khoa học và công nghệ",
        tier=Tier.CITY,
        agency=AGENCY,
        is_business=True,
        subjects=WHO,
        table=[
            receive(1),
            step("Thẩm tra hợp đồng", "handle", 16),
            step("Lấy ý kiến về công nghệ hạn chế chuyển giao", "", 8, asked="H26.CT H26.NNMT", when="answers.han_che == 'co'"),
            redo("Lãnh đạo phòng kiểm tra", 4, "Thẩm tra hợp đồng"),
            step("Ký Giấy chứng nhận", "sign", 4),
            step("Vào số, đóng dấu", "clerk", 1),
            hand_back(),
        ],
        form=form({
            "Bên nhận": firm("Tên bên nhận công nghệ"),
            "Hợp đồng": {
                "ben_giao": text("Bên giao công nghệ", most=250),
                "cong_nghe": text("Công nghệ được chuyển giao", most=250),
                "gia_hop_dong": number("Giá hợp đồng (đồng)", 0, 10_000_000_000_000),
                "ngay_ky": day("Ngày ký hợp đồng", "Đăng ký trong 90 ngày kể từ ngày ký."),
                "nuoc_ngoai": yes_no("Có bên nước ngoài?"),
                "han_che": yes_no("Công nghệ thuộc danh mục hạn chế chuyển giao?"),
            },
        }),
        channels=offers(days(5)),
        components=(
            made_form("Đơn đăng ký chuyển giao công nghệ"),
            by_data("dkdn", "Giấy chứng nhận đăng ký doanh nghiệp", "enterprise"),
            paper("hop_dong", "Hợp đồng chuyển giao công nghệ"),
        ),
        fees=(counted("f1", "Phí thẩm định hợp đồng chuyển giao công nghệ", [
            ({}, "max([min([answers.gia_hop_dong * 0.001, 10000000]), 5000000])"),
        ], FeeKind.APPRAISAL, "finance_ministry"),),
        legal=laws("07/2017/QH14|31", "76/2018/NĐ-CP", "118/2025/NĐ-CP"),
        result=Result("KQ.H26.900007", "Giấy chứng nhận đăng ký chuyển giao công nghệ", template="ben_giao, cong_nghe, gia_hop_dong, ngay_ky\nChứng nhận hợp đồng chuyển giao công nghệ giữa {ben_giao} và {to_chuc} đã được đăng ký."),
        tests=(
            TestCase("Hợp đồng trong nước", CONTRACT, way(7, 3), 5, 5_000_000),
            TestCase("Giá lớn: phí tối đa", CONTRACT | {"gia_hop_dong": 90_000_000_000}, way(7, 3), 5, 10_000_000),
            TestCase("Công nghệ hạn chế: hỏi hai sở", CONTRACT | {"han_che": "co"}, way(7), 5, 5_000_000),
        ),
        guide=Guide("Đăng ký hợp đồng mua bán, chuyển giao công nghệ.", "Bên nhận hoặc bên giao công nghệ.", "Hợp đồng đã ký.", "Giấy chứng nhận trong 5 ngày làm việc; dùng khi thanh toán, khấu trừ thuế.", ("business",), ("mua công nghệ", "bán công nghệ", "hợp đồng licence")),
    )  # fmt: skip


TRIAL = FIRM | {
    "giai_phap": "Xe giao hàng tự hành tốc độ thấp (giả định)", "linh_vuc": "giao_thong", "khu_vuc": "Khu công nghệ cao Hòa Lạc",
    "so_thang": 12, "so_nguoi": 200, "rui_ro": "cao", "bao_hiem": "co",
}  # fmt: skip


def _sandbox() -> Definition:
    """A month's limit, four bodies asked at once for what touches people's safety."""
    return own(
        "9.900008",
        "Đề nghị thử nghiệm có kiểm soát giải pháp công nghệ mới (mã giả định)",
        sector="Đổi mới sáng tạo",
        tier=Tier.CITY,
        agency=AGENCY,
        is_business=True,
        is_key=True,
        subjects=WHO,
        table=[
            receive(2),
            step("Phân công thụ lý", "assign", 2),
            step("Đánh giá tính mới, phạm vi và rủi ro", "handle", 40),
            step("Lấy ý kiến các cơ quan liên quan", "", 40, asked="H26.CATP H26.XD H26.YT H26.TP", when="answers.rui_ro == 'cao'"),
            step("Họp hội đồng tư vấn", "handle", 24),
            redo("Lãnh đạo phòng kiểm tra", 8, "Đánh giá tính mới, phạm vi và rủi ro"),
            step("Ký văn bản cho phép thử nghiệm", "sign", 8),
            step("Vào số, đóng dấu", "clerk", 2),
            hand_back(),
        ],
        form=form({
            "Tổ chức đề nghị": firm("Tên tổ chức"),
            "Giải pháp": {
                "giai_phap": text("Giải pháp công nghệ"),
                "linh_vuc": choice("Lĩnh vực", giao_thong="Giao thông", y_te="Y tế", tai_chinh="Tài chính", nang_luong="Năng lượng", khac="Khác"),
                "khu_vuc": text("Khu vực thử nghiệm"),
                "so_thang": number("Thời gian thử nghiệm (tháng)", 1, 36),
            },
            "An toàn": {
                "so_nguoi": number("Số người tham gia dự kiến", 1, 100_000),
                "rui_ro": choice("Mức rủi ro tự đánh giá", thap="Thấp", cao="Cao: có thể ảnh hưởng sức khỏe, tài sản"),
                "bao_hiem": yes_no("Đã mua bảo hiểm trách nhiệm?"),
            },
        }),
        channels=offers(Limit(1, "month"), (Channel.PORTAL, Channel.VNEID, Channel.ASSISTED, Channel.COUNTER)),
        components=(
            made_form("Đơn đề nghị thử nghiệm có kiểm soát"),
            by_data("dkdn", "Giấy chứng nhận đăng ký doanh nghiệp", "enterprise"),
            paper("thuyet_minh", "Thuyết minh giải pháp và phương án thử nghiệm"),
            paper("phuong_an_rui_ro", "Phương án quản trị rủi ro, bồi thường", "", "answers.rui_ro == 'cao'"),
        ),
        legal=laws("39/2024/QH15|25", "118/2025/NĐ-CP"),
        conditions="Giải pháp mới, chưa có quy định hoặc vướng quy định hiện hành; có phương án bảo vệ người tham gia. Nghị quyết 29/2025/NQ-HĐND của Thành phố quy định chi tiết.",
        result=Result("KQ.H26.900008", "Văn bản cho phép thử nghiệm có kiểm soát", valid_months=36, template="giai_phap, linh_vuc, khu_vuc, so_thang, so_nguoi\nCho phép {to_chuc} thử nghiệm có kiểm soát trong phạm vi và thời gian nêu trên."),
        tests=(
            TestCase("Rủi ro cao: hỏi bốn cơ quan", TRIAL, way(9), 1, 0, due_unit="month"),
            TestCase("Rủi ro thấp", TRIAL | {"rui_ro": "thap"}, way(9, 4), 1, 0, due_unit="month"),
            TestCase("Nộp tại quầy", TRIAL, way(9), 1, 0, Channel.COUNTER, due_unit="month"),
        ),
        guide=Guide("Chạy thử công nghệ mới trong phạm vi được phép, dưới sự giám sát.", "Doanh nghiệp, viện, trường.", "Thuyết minh và phương án quản trị rủi ro.", "Trong một tháng có văn bản cho phép, kèm điều kiện theo dõi.", ("business",), ("sandbox", "thử nghiệm công nghệ", "thí điểm")),
    )  # fmt: skip


TRY = FIRM | {
    "cong_nghe": "Phần mềm tối ưu lộ trình giao hàng (giả định)", "nha_cung_cap": "Công ty TNHH Giải pháp dữ liệu Khuê (giả định)",
    "gia_tri": 120_000_000, "quy_mo": "nho", "ket_qua_mong_doi": "Giảm 15 % quãng đường chạy rỗng.",
}  # fmt: skip


def _voucher() -> Definition:
    return own(
        VOUCHER,
        "Hỗ trợ phiếu dùng thử công nghệ mới cho doanh nghiệp nhỏ (mã giả định)",
        sector="Đổi mới sáng tạo",
        tier=Tier.CITY,
        agency=AGENCY,
        is_business=True,
        subjects=(Subject.ENTERPRISE, Subject.HOUSEHOLD_BUSINESS),
        table=[
            receive(1),
            step("Xét điều kiện, tính mức hỗ trợ", "handle", 24),
            step("Thẩm định giá công nghệ", "handle", 24, when="answers.gia_tri > 200000000"),
            redo("Lãnh đạo phòng kiểm tra", 4, "Xét điều kiện, tính mức hỗ trợ"),
            step("Ký phiếu hỗ trợ", "sign", 4),
            hand_back(),
        ],
        form=form({
            "Doanh nghiệp": firm(),
            "Công nghệ muốn thử": {
                "cong_nghe": text("Công nghệ, phần mềm, thiết bị"),
                "nha_cung_cap": text("Nhà cung cấp"),
                "gia_tri": number("Giá trị dùng thử (đồng)", 1_000_000, 500_000_000),
                "quy_mo": choice("Quy mô doanh nghiệp", sieu_nho="Siêu nhỏ", nho="Nhỏ", vua="Vừa"),
                "ket_qua_mong_doi": text("Kết quả mong đợi", "Viết ngắn, đo được.", most=500),
            },
        }),
        channels=offers(Limit(15, "day"), (Channel.PORTAL, Channel.VNEID, Channel.ASSISTED)),
        components=(
            made_form("Đề nghị hỗ trợ phiếu dùng thử"),
            by_data("dkdn", "Giấy chứng nhận đăng ký doanh nghiệp", "enterprise"),
            in_store("dn_khcn", "Giấy chứng nhận doanh nghiệp khoa học và công nghệ", RECOGNITION, "science_enterprise", "answers.quy_mo == 'vua'"),
            paper("bao_gia", "Báo giá của nhà cung cấp"),
        ),
        legal=laws("39/2024/QH15|23", "118/2025/NĐ-CP"),
        conditions="Mỗi doanh nghiệp một phiếu một năm; Thành phố trả một phần giá trị dùng thử (mức giả định). Nghị quyết 34/2025/NQ-HĐND quy định hỗ trợ khởi nghiệp sáng tạo.",
        result=Result("KQ.H26.900009", "Phiếu hỗ trợ dùng thử công nghệ mới", valid_months=6, template="cong_nghe, nha_cung_cap, gia_tri"),
        tests=(
            TestCase("Giá trị nhỏ", TRY, way(6, 3), 15, 0, due_unit="day"),
            TestCase("Giá trị lớn: thẩm định giá", TRY | {"gia_tri": 300_000_000}, way(6), 15, 0, due_unit="day"),
            TestCase("Nộp hộ", TRY, way(6, 3), 15, 0, Channel.ASSISTED, due_unit="day"),
        ),
        guide=Guide("Thành phố trả một phần chi phí để doanh nghiệp nhỏ dùng thử công nghệ mới.", "Doanh nghiệp nhỏ và siêu nhỏ, hộ kinh doanh.", "Báo giá. Đăng ký doanh nghiệp đã có trong dữ liệu.", "Phiếu điện tử dùng với nhà cung cấp trong 6 tháng.", ("business",), ("voucher công nghệ", "phiếu đổi mới sáng tạo", "hỗ trợ chuyển đổi số")),
    )  # fmt: skip
