"""Building and land: a permit with opinions side by side, a change of land use that waits for money."""

from __future__ import annotations

from dataclasses import replace

from khuevan.catalogue.public import (
    Channel,
    Definition,
    FeeKind,
    Guide,
    Limit,
    Result,
    Stage,
    Subject,
    TestCase,
)
from khuevan.process.public import Kind, Node

from .common import (
    AN,
    by_data,
    choice,
    counted,
    fee,
    form,
    graph,
    hand_back,
    identity,
    known,
    laws,
    limits,
    made_form,
    number,
    offers,
    paper,
    person,
    receive,
    step,
    text,
    way,
    work,
    yes_no,
)


def definitions() -> list[Definition]:
    permit = _permit()
    return [permit, _big_permit(permit), _land()]


HOUSE = AN | {
    "dia_chi_xay_dung": "12 Hàng Trống, phường Hoàn Kiếm", "so_thua": "Thửa 57, tờ bản đồ 12",
    "loai": "nha_o", "dien_tich_san": 180, "so_tang": 4, "giap_ho_lien_ke": "co",
}  # fmt: skip


def _permit_process() -> str:
    nodes = (
        Node("start", Kind.START),
        work("s1", "Tiếp nhận, kiểm tra hồ sơ", "reception", 2, "receiver"),
        work("s2", "Phân công thụ lý", "assign", 2),
        Node("split", Kind.PARALLEL),
        work("s3", "Kiểm tra thực địa", "handle", 16),
        Node("s4", Kind.OPINIONS, "Lấy ý kiến quy hoạch và phòng cháy", hours=40, asked=("H26.QHKT", "H26.CATP")),
        Node("join", Kind.PARALLEL),
        Node("again", Kind.EXCLUSIVE),
        work("s5", "Thẩm định hồ sơ thiết kế", "handle", 20),
        work("s6", "Lãnh đạo phòng kiểm tra", "check", 8),
        Node("back", Kind.EXCLUSIVE),
        work("s7", "Ký giấy phép", "sign", 4),
        work("s8", "Vào số, đóng dấu", "clerk", 1),
        work("s9", "Trả kết quả", "return", 1, "returner"),
        Node("end", Kind.END),
    )  # fmt: skip
    flows = (
        "start > s1", "s1 > s2", "s2 > split", "split > s3", "split > s4", "s3 > join", "s4 > join",
        "join > again", "again > s5", "s5 > s6", "s6 > back", "back > again ? outcome == 'redo'",
        "back > s7 *", "s7 > s8", "s8 > s9", "s9 > end",
    )  # fmt: skip
    return graph("p1_013225", "Cấp giấy phép xây dựng", nodes, flows)


def _permit() -> Definition:
    return known(
        "1.013225",
        process=_permit_process(),
        steps=("Tiếp nhận", "Phân công", "Kiểm tra thực địa, đồng thời lấy ý kiến", "Thẩm định", "Kiểm tra, ký", "Trả kết quả"),
        subjects=(Subject.CITIZEN, Subject.ENTERPRISE, Subject.ORGANISATION),
        form=form({
            "Chủ đầu tư": person("Họ và tên chủ đầu tư"),
            "Thửa đất": {
                "dia_chi_xay_dung": text("Địa điểm xây dựng"),
                "so_thua": text("Số thửa, tờ bản đồ", "Ghi như trên Giấy chứng nhận quyền sử dụng đất."),
            },
            "Công trình": {
                "loai": choice("Loại công trình", nha_o="Nhà ở riêng lẻ", cong_trinh="Công trình khác cấp III, cấp IV"),
                "dien_tich_san": number("Tổng diện tích sàn (m²)", 10, 20_000),
                "so_tang": number("Số tầng", 1, 12),
                "giap_ho_lien_ke": yes_no("Có công trình liền kề?", "Có thì kèm cam kết bảo đảm an toàn cho nhà bên."),
            },
        }),
        channels=offers(Limit(20, "day")),
        limit_table=limits([({"answers.loai": "'nha_o'"}, 15, "day"), ({}, 20, "day")]),
        components=(
            made_form("Đơn đề nghị cấp giấy phép xây dựng"),
            identity("Giấy tờ tùy thân của chủ đầu tư"),
            by_data("dat", "Giấy chứng nhận quyền sử dụng đất", "land_certificate"),
            paper("ban_ve", "Bản vẽ thiết kế xây dựng", "Tệp PDF đã ký số của đơn vị thiết kế."),
            paper("cam_ket", "Bản cam kết bảo đảm an toàn công trình liền kề", "", "answers.giap_ho_lien_ke == 'co'"),
        ),
        fees=(
            fee("f1", "Lệ phí cấp giấy phép xây dựng", [({"answers.loai": "'nha_o'"}, 75_000), ({}, 150_000)]),
            counted("f2", "Phí thẩm định thiết kế xây dựng (mức giả định)", [({"answers.loai": "'nha_o'"}, "0"), ({}, "answers.dien_tich_san * 1000")], FeeKind.APPRAISAL, "finance_ministry"),
        ),
        legal=laws("50/2014/QH13|95", "175/2024/NĐ-CP", "118/2025/NĐ-CP"),
        conditions="Phù hợp quy hoạch và mục đích sử dụng đất; bảo đảm an toàn cho công trình lân cận.",
        result=Result("KQ.G17.000311", "Giấy phép xây dựng", valid_months=12, template="dia_chi_xay_dung, so_thua, loai, dien_tich_san, so_tang\nĐược phép xây dựng công trình theo hồ sơ thiết kế kèm theo giấy phép này."),
        tests=(
            TestCase("Nhà ở riêng lẻ", HOUSE, way(9), 15, 75_000, due_unit="day"),
            TestCase("Công trình khác, có phí thẩm định", HOUSE | {"loai": "cong_trinh", "dien_tich_san": 600}, way(9), 20, 750_000, due_unit="day"),
            TestCase("Không giáp nhà bên", HOUSE | {"giap_ho_lien_ke": "khong"}, way(9), 15, 75_000, Channel.COUNTER, due_unit="day"),
        ),
        guide=Guide(
            "Xin phép trước khi xây nhà mới hoặc công trình nhỏ.",
            "Chủ nhà, chủ đầu tư có quyền sử dụng đất.",
            "Bản vẽ; cam kết an toàn nếu sát nhà bên. Sổ đỏ đã có trong dữ liệu đất đai.",
            "Phường hỏi ý kiến quy hoạch và phòng cháy cùng lúc; bạn không phải đi từng nơi.",
            ("build", "home"), ("xây nhà", "xin phép xây dựng", "giấy phép sửa nhà"),
        ),
    )  # fmt: skip


def _big_permit(small: Definition) -> Definition:
    """The same way at the department, for works of the first and second class."""
    return known(
        "1.013236",
        agency="H26.XD",
        process=small.process.replace("p1_013225", "p1_013236"),
        steps=small.steps,
        subjects=small.subjects,
        form=small.form,
        channels=small.channels,
        components=small.components,
        fees=small.fees,
        legal=small.legal,
        conditions=small.conditions,
        result=replace(small.result, code="KQ.G17.000312") if small.result else None,
        tests=tuple(
            TestCase(name, HOUSE | {"loai": "cong_trinh", "dien_tich_san": area, "so_tang": 12}, way(9), 20, 150_000 + area * 1_000, channel, due_unit="day")
            for name, area, channel in (("Tòa nhà 12 tầng", 9_000, Channel.PORTAL), ("Trung tâm hội nghị", 15_000, Channel.VNEID), ("Nộp tại quầy", 5_000, Channel.COUNTER))
        ),
        guide=Guide(
            "Xin phép xây công trình lớn: nhà cao tầng, trung tâm thương mại, nhà xưởng cấp I, II.",
            "Chủ đầu tư có quyền sử dụng đất.",
            "Bản vẽ đã ký số; cam kết an toàn nếu có công trình liền kề.",
            "Sở Xây dựng hỏi ý kiến quy hoạch và phòng cháy cùng lúc với kiểm tra thực địa.",
            ("build", "business"), ("giấy phép xây tòa nhà", "xin phép xây chung cư"),
        ),
    )  # fmt: skip


PLOT = AN | {
    "so_thua": "Thửa 102, tờ bản đồ 8", "dien_tich": 120, "muc_dich_cu": "vuon", "muc_dich_moi": "dat_o",
    "trong_han_muc": "co", "noi_nhan_thong_bao": "dien_tu",
}  # fmt: skip


def _land() -> Definition:
    """Two planned appointments: the tax notice first, the result after the money."""
    return known(
        "1.013949",
        name="Chuyển mục đích sử dụng đất",
        table=[
            receive(2),
            step("Thẩm tra hồ sơ, kiểm tra thực địa", "handle", 20),
            step("Lấy ý kiến cơ quan đất đai Thành phố", "", 16, asked="H26.NNMT"),
            step("Chuyển thông tin địa chính sang cơ quan thuế", "handle", 8),
            {"name": "Thông báo nghĩa vụ tài chính, dừng đồng hồ", "service": "finance"},
            {"name": "Chờ hoàn thành nghĩa vụ tài chính", "service": "wait:payment"},
            step("Trình ký quyết định", "handle", 8),
            step("Ký quyết định cho phép chuyển mục đích", "sign", 8),
            step("Vào số, đóng dấu", "clerk", 2),
            hand_back(),
        ],
        subjects=(Subject.CITIZEN, Subject.ORGANISATION),
        form=form({
            "Người sử dụng đất": person("Họ và tên người sử dụng đất"),
            "Thửa đất": {
                "so_thua": text("Số thửa, tờ bản đồ"),
                "dien_tich": number("Diện tích xin chuyển (m²)", 1, 100_000),
                "muc_dich_cu": choice("Đang sử dụng làm", vuon="Đất vườn, ao cùng thửa có nhà ở", lua="Đất trồng lúa", khac="Đất khác"),
                "muc_dich_moi": choice("Xin chuyển sang", dat_o="Đất ở", kinh_doanh="Đất thương mại, dịch vụ"),
                "trong_han_muc": yes_no("Diện tích nằm trong hạn mức giao đất ở?"),
            },
            "Nhận thông báo": {
                "noi_nhan_thong_bao": choice("Nhận thông báo nghĩa vụ tài chính qua", dien_tu="Thông báo điện tử", giay="Bản giấy gửi bưu điện"),
            },
        }),
        channels=offers(Limit(15, "day")),
        stages=(
            Stage("thue", "Hẹn lần một: thông báo nghĩa vụ tài chính", Limit(10, "day")),
            Stage("ket_qua", "Hẹn lần hai: trả quyết định, sau khi nộp tiền", Limit(5, "day")),
        ),
        components=(
            made_form("Đơn đề nghị chuyển mục đích sử dụng đất"),
            identity(),
            by_data("dat", "Giấy chứng nhận quyền sử dụng đất", "land_certificate"),
            paper("trich_luc", "Trích lục hoặc trích đo thửa đất", "Chỉ khi thửa đất chưa có bản đồ địa chính.", "answers.muc_dich_cu == 'khac'"),
        ),
        fees=(counted("f1", "Phí thẩm định hồ sơ đất đai (mức giả định)", [({"answers.dien_tich": "<= 500"}, "300000"), ({}, "300000 + (answers.dien_tich - 500) * 200")], FeeKind.APPRAISAL, "council"),),
        legal=laws("31/2024/QH15|121", "102/2024/NĐ-CP", "118/2025/NĐ-CP"),
        conditions="Phù hợp quy hoạch sử dụng đất; hoàn thành nghĩa vụ tài chính trước khi nhận quyết định.",
        result=Result("KQ.G10.000868", "Quyết định cho phép chuyển mục đích sử dụng đất", template="so_thua, dien_tich, muc_dich_cu, muc_dich_moi\nCho phép {ho_ten} chuyển mục đích sử dụng đất như trên."),
        tests=(
            TestCase("Đất vườn sang đất ở", PLOT, way(10), 15, 300_000, due_unit="day"),
            TestCase("Diện tích lớn", PLOT | {"dien_tich": 1_500}, way(10), 15, 500_000, due_unit="day"),
            TestCase("Nộp tại quầy", PLOT | {"noi_nhan_thong_bao": "giay"}, way(10), 15, 300_000, Channel.COUNTER, due_unit="day"),
        ),
        guide=Guide(
            "Đổi đất vườn, ao hay đất khác thành đất ở hoặc đất kinh doanh.",
            "Người có quyền sử dụng đất.",
            "Sổ đỏ lấy từ dữ liệu đất đai; bản chính chỉ mang khi nhận kết quả.",
            "Có hai lần hẹn: lần một nhận thông báo nộp tiền, lần hai nhận quyết định. Từ lúc thông báo đến lúc nộp tiền không tính vào thời hạn.",
            ("land", "home"), ("lên thổ cư", "chuyển đất vườn sang đất ở", "chuyển mục đích"),
        ),
    )  # fmt: skip
