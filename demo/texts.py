"""What the demo's tasks are about: invented, but of the kind such registers hold."""

from __future__ import annotations

from khuevan.steering.rules import Group, Proof


TOPICS: dict[Group, tuple[tuple[str, str, Proof], ...]] = {
    Group.AWARENESS: (
        ("Tổ chức học tập, quán triệt Nghị quyết 57 cho {who}", "Báo cáo kết quả kèm danh sách người tham dự và bài kiểm tra", Proof.COUNT),
        ("Ban hành kế hoạch hành động chuyển đổi số của {who}", "Kế hoạch có chỉ tiêu lượng hóa được ký ban hành", Proof.DOCUMENT),
        ("Phát động phong trào “Bình dân học vụ số” tại {who}", "Số người hoàn thành chương trình kỹ năng số cơ bản", Proof.COUNT),
    ),
    Group.INSTITUTIONS: (
        ("Trình ban hành văn bản hướng dẫn về {law}", "Văn bản hướng dẫn được cấp có thẩm quyền ký ban hành", Proof.DOCUMENT),
        ("Rà soát, kiến nghị sửa đổi quy định vướng mắc về {law}", "Danh mục quy định vướng mắc kèm phương án sửa đổi", Proof.DOCUMENT),
    ),
    Group.INFRASTRUCTURE: (
        ("Chuẩn hóa, làm sạch và kết nối cơ sở dữ liệu {data}", "Dịch vụ dữ liệu trả lời được qua nền tảng chia sẻ của thành phố", Proof.COUNT),
        ("Số hóa hồ sơ lưu trữ {data}", "Số hồ sơ đã số hóa và kiểm tra chất lượng", Proof.COUNT),
        ("Bảo đảm an toàn thông tin hệ thống {data}", "Hồ sơ cấp độ được phê duyệt, kiểm tra an toàn đạt yêu cầu", Proof.DOCUMENT),
    ),
    Group.PEOPLE: (
        ("Đào tạo “Công chức số Thủ đô” cho {who}", "Số công chức được cấp chứng nhận sau bài thi", Proof.COUNT),
        ("Xây dựng tổ chuyên gia tư vấn về {field}", "Quyết định thành lập và quy chế hoạt động", Proof.DOCUMENT),
    ),
    Group.GOVERNMENT: (
        ("Tái cấu trúc quy trình thủ tục hành chính lĩnh vực {data}", "Quy trình nội bộ mới được công bố, số bước giảm ít nhất 30 %", Proof.DOCUMENT),
        ("Xử lý dứt điểm văn bản gửi, nhận ngoài hệ thống điện tử tại {who}", "Tỷ lệ văn bản điện tử ký số đạt 100 % trong tháng", Proof.COUNT),
        ("Hoàn thành điểm tiếp nhận, trả kết quả theo mô hình mới tại {who}", "Điểm phục vụ hoạt động, có ảnh hiện trường và biên bản", Proof.PHOTO),
    ),
    Group.ENTERPRISES: (
        ("Hỗ trợ doanh nghiệp đổi mới công nghệ trong {field}", "Số doanh nghiệp ký hợp đồng chuyển giao công nghệ", Proof.COUNT),
        ("Thử nghiệm có kiểm soát giải pháp {field}", "Báo cáo thử nghiệm với số đo trước và sau", Proof.REPORT),
    ),
    Group.COOPERATION: (
        ("Ký kết hợp tác quốc tế về {field}", "Biên bản ghi nhớ có hiệu lực và kế hoạch thực hiện", Proof.DOCUMENT),
        ("Thu hút chuyên gia nước ngoài trong {field}", "Số chuyên gia làm việc theo hợp đồng", Proof.COUNT),
    ),
}  # fmt: skip
# fmt: off
DATA = {
    "đất đai": "H26.NNMT", "hộ tịch": "H26.TP", "y tế dự phòng": "H26.YT", "khám chữa bệnh": "H26.YT",
    "giáo dục phổ thông": "H26.GDDT", "giáo dục mầm non": "H26.GDDT", "xây dựng": "H26.XD", "quy hoạch": "H26.QHKT",
    "nhà ở": "H26.XD", "giao thông": "H26.XD", "cấp thoát nước": "H26.XD", "môi trường không khí": "H26.NNMT",
    "chợ và siêu thị": "H26.CT", "hóa chất": "H26.CT", "công chứng": "H26.TP", "lý lịch tư pháp": "H26.CATP",
    "cán bộ, công chức": "H26.NV", "người có công": "H26.NV", "lao động, việc làm": "H26.NV", "di tích": "H26.VHTT",
    "lễ hội": "H26.VHTT", "thể thao thành tích cao": "H26.VHTT", "lưu trú du lịch": "H26.DL", "doanh nghiệp": "H26.TC",
    "hộ kinh doanh": "H26.TC", "đầu tư công": "H26.TC", "giá cả": "H26.TC", "tài sản công": "H26.TC",
    "nông sản an toàn": "H26.NNMT", "thủy lợi": "H26.NNMT",
}
"""What data is about, and which department keeps it."""
LAW = ("quỹ đầu tư mạo hiểm", "sàn giao dịch công nghệ", "trung tâm đổi mới sáng tạo", "thử nghiệm có kiểm soát", "khoán chi nhiệm vụ khoa học", "đặt hàng nghiên cứu", "thu hút nhân tài", "hạ tầng số dùng chung", "chia sẻ dữ liệu", "mua sắm phần mềm", "ưu đãi khu công nghệ cao", "phí, lệ phí trực tuyến")
DRAFTERS = ("H26.KHCN", "H26.TC", "H26.NV", "H26.TP", "H26.KCN", "TU.UBND")
FIELD = ("bán dẫn", "trí tuệ nhân tạo", "công nghệ sinh học", "vật liệu mới", "năng lượng tái tạo", "nông nghiệp đô thị", "giao thông thông minh", "y tế số", "giáo dục số", "công nghiệp văn hóa", "xử lý rác thải", "an ninh mạng", "thiết bị bay không người lái", "thương mại điện tử")
SUPPORTERS = ("H26.KHCN", "H26.CT", "H26.KCN", "H26.NNMT", "H26.XD", "H26.GDDT")

# fmt: on

CLOSED_DATA = (
    ("H26.YT", "Mở và kết nối dữ liệu khám chữa bệnh, tiêm chủng với nền tảng chia sẻ của thành phố"),
    ("H26.CT", "Mở và kết nối dữ liệu thương mại, công nghiệp, hóa chất với nền tảng chia sẻ của thành phố"),
    ("H26.TP", "Mở và kết nối dữ liệu hộ tịch, công chứng với nền tảng chia sẻ của thành phố"),
)  # fmt: skip
"""The three departments named on 14 November 2025 for data they keep closed."""

BOUND = {"TP-0317": "steering.overdue", "TP-0310": "deals.transfers"}
"""Tasks an indicator proves, and which one."""
ORDERS = (
    ("TP-0301", "TU.VP", "Hợp nhất Ban Chỉ đạo 57 và 204; thành lập Tổ tư vấn chuyên gia", "Quyết định hợp nhất và quyết định thành lập Tổ tư vấn", Proof.DOCUMENT, Group.AWARENESS, "2025-11-30", "1"),
    ("TP-0302", "H26.KHCN", "Làm việc với các đơn vị chưa mở dữ liệu, hoàn thành mở và kết nối", "Ba sở đã mở dữ liệu, dịch vụ trả lời được qua nền tảng chia sẻ", Proof.COUNT, Group.INFRASTRUCTURE, "2025-11-30", "3"),
    ("TP-0303", "H26.KHCN", "Công bố Danh mục dữ liệu dùng chung của Thành phố", "Quyết định công bố Danh mục, có trên cổng dữ liệu", Proof.DOCUMENT, Group.INFRASTRUCTURE, "2025-12-30", "3"),
    ("TP-0304", "H26.NV", "Xây dựng chính sách thu hút nhân tài khoa học, công nghệ", "Dự thảo nghị quyết trình HĐND Thành phố", Proof.DOCUMENT, Group.PEOPLE, "2025-12-31", "4"),
    ("TP-0305", "H26.NV", "Triển khai chương trình đào tạo “Công chức số Thủ đô”", "Số công chức hoàn thành khóa đầu tiên", Proof.COUNT, Group.PEOPLE, "2025-12-31", "4"),
    ("TP-0306", "H26.VP", "Tái cấu trúc toàn bộ 50 thủ tục hành chính trọng điểm", "50 quy trình nội bộ mới được công bố", Proof.COUNT, Group.GOVERNMENT, "2025-12-31", "5"),
    ("TP-0307", "H26.TTPVHCC", "Cung cấp dịch vụ công trực tuyến toàn trình cho 100 % thủ tục lĩnh vực doanh nghiệp", "Toàn bộ thủ tục lĩnh vực doanh nghiệp ở mức toàn trình trong danh mục", Proof.COUNT, Group.GOVERNMENT, "2025-12-19", "5"),
    ("TP-0308", "H26.TTPVHCC", "Hoàn thành kiện toàn Trung tâm Phục vụ hành chính công, kết nối đồng bộ 100 % xã, phường", "126 điểm của xã, phường kết nối một hệ thống", Proof.COUNT, Group.GOVERNMENT, "2025-12-04", "5"),
    ("TP-0309", "H26.KHCN", "Đưa Trung tâm Đổi mới sáng tạo Thành phố Hà Nội vào hoạt động", "Trung tâm hoạt động, có ảnh hiện trường và biên bản", Proof.PHOTO, Group.ENTERPRISES, "2025-12-31", "6"),
    ("TP-0310", "H26.KHCN", "Hoàn thiện Sàn Giao dịch công nghệ, đưa vào vận hành", "Sàn vận hành, số chuyển giao hoàn thành theo kịp lộ trình của đề án", Proof.INDICATOR, Group.ENTERPRISES, "2025-12-15", "6"),
    ("TP-0311", "H26.TC", "Hoàn thiện Quỹ Đầu tư mạo hiểm Thành phố, đưa vào vận hành", "Quỹ được cấp phép hoạt động, có điều lệ", Proof.DOCUMENT, Group.ENTERPRISES, "2025-12-15", "6"),
    ("TP-0312", "TU.UBND", "Hoàn thiện văn bản hướng dẫn đưa 7 nghị quyết của HĐND về khoa học, công nghệ vào cuộc sống", "Đủ văn bản hướng dẫn cho cả 7 nghị quyết", Proof.COUNT, Group.INSTITUTIONS, "2025-12-31", "2"),
    ("TP-0313", "H26.KHCN", "Bảo đảm toàn bộ hệ thống khoa học, công nghệ, chuyển đổi số vận hành đồng bộ từ 01/01/2026", "Báo cáo kiểm tra vận hành liên thông các hệ thống", Proof.REPORT, Group.INFRASTRUCTURE, "2025-12-31", "3"),
    (
        "TP-0317",
        "TU.BCD57",
        "Hoàn thành dứt điểm 12 nhiệm vụ quá hạn của Trung ương và 18 của Thành phố",
        "Không còn nhiệm vụ nào đang triển khai bị quá hạn",
        Proof.INDICATOR,
        Group.AWARENESS,
        "",
        "1",
    ),
    (
        "TP-0318",
        "TU.UBKT",
        "Kiểm tra, giám sát việc thực hiện Nghị quyết 57, kỷ luật số và chế độ báo cáo",
        "Báo cáo về tập thể, cá nhân thiếu trách nhiệm, vi phạm kỷ luật số",
        Proof.REPORT,
        Group.AWARENESS,
        "",
        "1",
    ),
)  # fmt: skip
"""The orders of the conference of 14 November 2025, with the dates given there."""
