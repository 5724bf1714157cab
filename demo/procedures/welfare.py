"""Health, social benefits and the environment."""

from __future__ import annotations

from khuevan.catalogue.public import (
    Channel,
    Definition,
    FeeKind,
    Guide,
    Level,
    Limit,
    PartialReason,
    Result,
    Subject,
    TestCase,
    Tier,
)
from khuevan.process.public import Kind, Node

from .common import (
    AN,
    FIRM,
    by_data,
    choice,
    counted,
    days,
    fee,
    firm,
    form,
    graph,
    hand_back,
    identity,
    laws,
    limits,
    made_form,
    number,
    offers,
    own,
    paper,
    person,
    receive,
    redo,
    step,
    text,
    way,
    work,
    yes_no,
)


def definitions() -> list[Definition]:
    return [_pharmacy(), _benefit(), _environment()]


PHARMACIST = AN | {
    "van_bang": "dai_hoc", "so_van_bang": "DH-2012-057 (giả định)", "thoi_gian_thuc_hanh": 30,
    "noi_thuc_hanh": "Nhà thuốc Bệnh viện Sông Hồng (giả định)", "vi_tri": "nha_thuoc", "da_tung_thu_hoi": "khong",
}  # fmt: skip


def _pharmacy() -> Definition:
    return own(
        "9.900003",
        "Cấp Chứng chỉ hành nghề dược theo hình thức xét hồ sơ (mã giả định)",
        sector="Dược phẩm",
        tier=Tier.CITY,
        agency="H26.YT",
        table=[
            receive(4),
            step("Phân công thụ lý", "assign", 4),
            step("Thẩm định văn bằng và thời gian thực hành", "handle", 40),
            step("Xác minh quyết định thu hồi trước đây", "handle", 16, when="answers.da_tung_thu_hoi == 'co'"),
            redo("Hội đồng tư vấn xem xét", 24, "Thẩm định văn bằng và thời gian thực hành"),
            step("Ký chứng chỉ", "sign", 8),
            step("Vào số, đóng dấu", "clerk", 2),
            hand_back(2),
        ],
        form=form({
            "Người đề nghị": person(),
            "Chuyên môn": {
                "van_bang": choice("Văn bằng", dai_hoc="Đại học dược", cao_dang="Cao đẳng dược", trung_cap="Trung cấp dược"),
                "so_van_bang": text("Số văn bằng"),
                "thoi_gian_thuc_hanh": number("Thời gian thực hành chuyên môn (tháng)", 0, 600, "Nhà thuốc cần ít nhất 24 tháng."),
                "noi_thuc_hanh": text("Nơi thực hành"),
                "vi_tri": choice("Vị trí đề nghị hành nghề", nha_thuoc="Phụ trách chuyên môn nhà thuốc", quay_thuoc="Phụ trách chuyên môn quầy thuốc", ban_buon="Cơ sở bán buôn"),
                "da_tung_thu_hoi": yes_no("Đã từng bị thu hồi chứng chỉ?"),
            },
        }),
        channels=offers(days(20)),
        components=(
            made_form("Đơn đề nghị cấp chứng chỉ hành nghề dược"),
            identity(),
            by_data("ly_lich", "Phiếu lý lịch tư pháp", "judicial_record"),
            by_data("suc_khoe", "Giấy khám sức khỏe", "health_certificate"),
            paper("bang", "Văn bằng chuyên môn", "Bản điện tử có chứng thực, hoặc bản chính để đối chiếu."),
            paper("thuc_hanh", "Giấy xác nhận thời gian thực hành"),
        ),
        fees=(fee("f1", "Phí thẩm định cấp chứng chỉ hành nghề dược", [({}, 500_000)], kind=FeeKind.APPRAISAL, set_by="finance_ministry"),),
        legal=laws("105/2016/QH13|13", "118/2025/NĐ-CP"),
        result=Result("KQ.H26.900003", "Chứng chỉ hành nghề dược", template="van_bang, so_van_bang, vi_tri"),
        tests=(
            TestCase("Xét hồ sơ", PHARMACIST, way(8, 4), 20, 500_000),
            TestCase("Đã từng bị thu hồi", PHARMACIST | {"da_tung_thu_hoi": "co"}, way(8), 20, 500_000),
            TestCase("Quầy thuốc, nộp tại quầy", PHARMACIST | {"vi_tri": "quay_thuoc"}, way(8, 4), 20, 500_000, Channel.COUNTER),
        ),
        guide=Guide("Được phụ trách chuyên môn nhà thuốc, quầy thuốc hay cơ sở dược.", "Người có văn bằng dược và đủ thời gian thực hành.", "Văn bằng và giấy xác nhận thực hành. Lý lịch tư pháp, sức khỏe lấy từ dữ liệu.", "Chứng chỉ điện tử sau 20 ngày làm việc.", ("work", "health"), ("mở nhà thuốc", "chứng chỉ dược sĩ")),
    )  # fmt: skip


ELDER = AN | {
    "nguoi_huong": "Nguyễn Văn Thọ (giả định)", "ngay_sinh_nguoi_huong": "1944-02-11", "doi_tuong": "cao_tuoi",
    "luong_huu": "khong", "hinh_thuc_chi_tra": "tai_khoan", "so_tai_khoan": "0000000057",
}  # fmt: skip


def _benefit() -> Definition:
    return own(
        "9.900004",
        "Thực hiện, điều chỉnh trợ cấp xã hội hằng tháng (mã giả định)",
        sector="Bảo trợ xã hội",
        tier=Tier.COMMUNE,
        agency="commune",
        is_key=True,
        table=[
            receive(2),
            step("Đối chiếu dữ liệu dân cư, bảo hiểm", "handle", 16),
            step("Xác định mức độ khuyết tật", "handle", 24, when="answers.doi_tuong == 'khuyet_tat'"),
            redo("Lãnh đạo phòng kiểm tra", 4, "Đối chiếu dữ liệu dân cư, bảo hiểm"),
            step("Ký quyết định trợ cấp", "sign", 4),
            step("Vào số, đóng dấu", "clerk", 2),
            hand_back(),
        ],
        form=form({
            "Người làm hồ sơ": person(),
            "Người hưởng": {
                "nguoi_huong": text("Họ và tên người hưởng"),
                "ngay_sinh_nguoi_huong": {"title": "Ngày sinh người hưởng", "type": "string", "format": "date"},
                "doi_tuong": choice("Thuộc diện", cao_tuoi="Người cao tuổi", khuyet_tat="Người khuyết tật", mo_coi="Trẻ mồ côi", don_than="Người đơn thân nghèo nuôi con"),
                "luong_huu": yes_no("Đang hưởng lương hưu hoặc trợ cấp bảo hiểm xã hội?"),
            },
            "Cách nhận tiền": {
                "hinh_thuc_chi_tra": choice("Nhận trợ cấp bằng", tai_khoan="Tài khoản ngân hàng", tai_nha="Tiền mặt tại nhà"),
                "so_tai_khoan": text("Số tài khoản", "Ghi 0 nếu nhận tiền mặt.", most=30),
            },
        }),
        channels=offers(days(10)),
        components=(
            made_form("Tờ khai đề nghị trợ giúp xã hội"),
            identity("Giấy tờ tùy thân của người hưởng"),
            by_data("bhxh", "Xác nhận không hưởng bảo hiểm xã hội", "social_insurance"),
            paper("khuyet_tat", "Giấy xác nhận khuyết tật", "Nếu đã có.", "answers.doi_tuong == 'khuyet_tat'"),
        ),
        legal=laws("20/2021/NĐ-CP|8", "118/2025/NĐ-CP"),
        result=Result("KQ.H26.900004", "Quyết định trợ cấp xã hội hằng tháng", template="nguoi_huong, ngay_sinh_nguoi_huong, doi_tuong, hinh_thuc_chi_tra\n{nguoi_huong} được hưởng trợ cấp xã hội hằng tháng."),
        tests=(
            TestCase("Người cao tuổi", ELDER, way(7, 3), 10, 0),
            TestCase("Người khuyết tật", ELDER | {"doi_tuong": "khuyet_tat"}, way(7), 10, 0),
            TestCase("Nộp hộ", ELDER | {"hinh_thuc_chi_tra": "tai_nha", "so_tai_khoan": "0"}, way(7, 3), 10, 0, Channel.ASSISTED),
        ),
        guide=Guide("Trợ cấp hằng tháng cho người già, người khuyết tật, trẻ mồ côi và người khó khăn.", "Người thuộc diện, hoặc người thân làm thay.", "Không phải chứng minh chưa có lương hưu: phường tra dữ liệu.", "Tiền vào tài khoản từ tháng có quyết định; phường mang đến nhà nếu bạn chọn.", ("retire", "health"), ("tiền người già", "trợ cấp người cao tuổi", "trợ cấp khuyết tật")),
    )  # fmt: skip


PLANT = FIRM | {
    "co_so": "Xưởng lắp ráp Sông Hồng (giả định)", "dia_diem": "Khu công nghệ cao Hòa Lạc", "cong_suat": 800,
    "nuoc_thai": "co", "khi_thai": "khong", "luu_luong": 12,
}  # fmt: skip


def _environment_process() -> str:
    """Opinions are asked only where they matter: by what the plant lets out, by its size."""
    nodes = (
        Node("start", Kind.START),
        work("s1", "Tiếp nhận, kiểm tra hồ sơ", "reception", 4, "receiver"),
        work("s2", "Phân công thụ lý", "assign", 4),
        Node("some", Kind.INCLUSIVE),
        Node("s3", Kind.OPINIONS, "Lấy ý kiến về nước thải, thoát nước", hours=32, asked=("H26.XD", "H26.YT")),
        Node("s4", Kind.OPINIONS, "Lấy ý kiến ban quản lý khu công nghiệp", hours=32, asked=("H26.KCN",)),
        work("s5", "Xem xét theo quy trình rút gọn", "handle", 8),
        Node("met", Kind.INCLUSIVE),
        Node("again", Kind.EXCLUSIVE),
        work("s6", "Kiểm tra thực tế, thẩm định báo cáo", "handle", 64),
        work("s7", "Lãnh đạo phòng kiểm tra", "check", 16),
        Node("back", Kind.EXCLUSIVE),
        work("s8", "Ký giấy phép môi trường", "sign", 8),
        work("s9", "Vào số, đóng dấu", "clerk", 2),
        work("s10", "Trả kết quả", "return", 2, "returner"),
        Node("end", Kind.END),
    )  # fmt: skip
    flows = (
        "start > s1", "s1 > s2", "s2 > some", "some > s3 ? answers.nuoc_thai == 'co'",
        "some > s4 ? answers.cong_suat > 1000", "some > s5 *", "s3 > met", "s4 > met", "s5 > met",
        "met > again", "again > s6", "s6 > s7", "s7 > back", "back > again ? outcome == 'redo'",
        "back > s8 *", "s8 > s9", "s9 > s10", "s10 > end",
    )  # fmt: skip
    return graph("p9_900005", "Cấp giấy phép môi trường", nodes, flows)


def _environment() -> Definition:
    return own(
        "9.900005",
        "Cấp giấy phép môi trường thuộc thẩm quyền cấp tỉnh (mã giả định)",
        sector="Môi trường",
        tier=Tier.CITY,
        agency="H26.NNMT",
        level=Level.PART,
        partial_reason=PartialReason.FIELD_CHECK,
        partial_basis=laws("72/2020/QH14|43"),
        is_business=True,
        subjects=(Subject.ENTERPRISE, Subject.ORGANISATION),
        process=_environment_process(),
        steps=("Tiếp nhận", "Phân công", "Lấy ý kiến các cơ quan", "Kiểm tra thực tế, thẩm định", "Ký giấy phép", "Trả kết quả"),
        form=form({
            "Chủ cơ sở": firm("Tên chủ dự án, cơ sở"),
            "Cơ sở": {
                "co_so": text("Tên cơ sở"),
                "dia_diem": text("Địa điểm"),
                "cong_suat": number("Công suất (tấn sản phẩm/năm)", 1, 10_000_000),
            },
            "Chất thải": {
                "nuoc_thai": yes_no("Có phát sinh nước thải phải xử lý?"),
                "luu_luong": number("Lưu lượng nước thải (m³/ngày)", 0, 100_000, "Ghi 0 nếu không có."),
                "khi_thai": yes_no("Có phát sinh bụi, khí thải phải xử lý?"),
            },
        }),
        channels=offers(Limit(45, "day")),
        limit_table=limits([({"answers.cong_suat": "> 1000"}, 45, "day"), ({}, 30, "day")]),
        components=(
            made_form("Văn bản đề nghị cấp giấy phép môi trường"),
            by_data("dkdn", "Giấy chứng nhận đăng ký doanh nghiệp", "enterprise"),
            paper("bao_cao", "Báo cáo đề xuất cấp giấy phép môi trường"),
            paper("quan_trac", "Kết quả quan trắc nước thải", "", "answers.nuoc_thai == 'co'"),
        ),
        fees=(counted("f1", "Phí thẩm định cấp giấy phép môi trường (mức giả định)", [({"answers.cong_suat": "> 1000"}, "50000000"), ({}, "10000000 + answers.luu_luong * 100000")], FeeKind.APPRAISAL, "council"),),
        legal=laws("72/2020/QH14|43", "08/2022/NĐ-CP", "118/2025/NĐ-CP"),
        result=Result("KQ.H26.900005", "Giấy phép môi trường", valid_months=84, template="co_so, dia_diem, cong_suat, luu_luong\nCấp phép cho cơ sở theo báo cáo đề xuất kèm theo hồ sơ."),
        tests=(
            TestCase("Có nước thải, quy mô nhỏ", PLANT, way(10, 4, 5), 30, 11_200_000, due_unit="day"),
            TestCase("Quy mô lớn, có nước thải: hai nơi cho ý kiến cùng lúc", PLANT | {"cong_suat": 5_000}, way(10, 5), 45, 50_000_000, due_unit="day"),
            TestCase("Không xả thải: rút gọn", PLANT | {"nuoc_thai": "khong", "luu_luong": 0}, way(10, 3, 4), 30, 10_000_000, due_unit="day"),
        ),
        guide=Guide("Cơ sở sản xuất có nước thải, khí thải cần giấy phép trước khi vận hành.", "Chủ dự án, cơ sở sản xuất, kinh doanh.", "Báo cáo đề xuất; kết quả quan trắc nếu có nước thải.", "Sở hỏi ý kiến các nơi cùng lúc, kiểm tra thực tế một lần rồi cấp phép.", ("business",), ("giấy phép xả thải", "giấy phép nước thải")),
    )  # fmt: skip
