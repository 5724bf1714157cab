"""Parts of which the demo's offers and needs are made; everything here is invented."""

from __future__ import annotations

from dataclasses import dataclass

from khuevan.exchange.rules.listings import Field


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One field: what is offered, by which way, for whom, how it is measured, what is sought."""

    ipc: str
    nace: str
    things: tuple[Pair, ...]
    ways: tuple[Pair, ...]
    users: tuple[str, ...]
    measure: str
    against: str
    problems: tuple[Pair, ...]


SHELVES: dict[Field, Shelf] = {
    Field.DIGITAL: Shelf(
        "G06F 21/64", "62.10",
        (("Nền tảng ký số hồ sơ nội bộ", "Internal document signing platform"), ("Cổng trao đổi dữ liệu liên thông", "Data exchange gateway"), ("Ứng dụng xếp lịch phòng họp", "Meeting room scheduler"), ("Kho tài liệu số có tìm kiếm tiếng Việt", "Digital archive with Vietnamese search"), ("Bộ công cụ kiểm thử khả năng tiếp cận", "Accessibility testing kit"), ("Hệ thống giám sát hạ tầng máy chủ", "Server monitoring system"), ("Bản đồ số tiện ích phường", "Digital map of ward amenities"), ("Phần mềm quản lý bãi đỗ xe", "Parking management software")),
        (("bằng chuỗi băm kiểm chứng được", "with verifiable hash chains"), ("trên kiến trúc dịch vụ nhỏ gọn", "on a compact service architecture"), ("dùng mã nguồn mở cài tại chỗ", "with open source on premises")),
        ("ủy ban nhân dân phường", "bệnh viện tuyến quận", "doanh nghiệp vừa và nhỏ"),
        "Xử lý một hồ sơ trong {low} giây thay vì {high} giây", "quy trình chuyển tệp thủ công",
        (("Rút ngắn thời gian tìm hồ sơ lưu trữ giấy", "thời gian tìm một hồ sơ từ {high} xuống {low} phút"), ("Giảm số lần nhập lại cùng một dữ liệu giữa các phần mềm", "số trường nhập lại từ {high} xuống {low} mỗi hồ sơ"), ("Phát hiện sớm sự cố đường truyền tại điểm tiếp nhận", "thời gian phát hiện từ {high} xuống {low} phút")),
    ),
    Field.DATA_AI: Shelf(
        "G06N 20/00", "62.20",
        (("Mô hình dự báo ùn tắc nút giao", "Junction congestion forecasting model"), ("Trợ lý trả lời câu hỏi thủ tục", "Assistant for administrative questions"), ("Bộ nhận dạng chữ viết tay tiếng Việt", "Vietnamese handwriting recognition"), ("Công cụ phát hiện bất thường tiêu thụ điện", "Electricity anomaly detector"), ("Hệ thống đếm lượt khách bằng camera", "Camera visitor counter"), ("Bộ tóm tắt văn bản hành chính", "Summariser of administrative texts"), ("Mô hình định giá bất động sản theo ô phố", "Block-level property valuation model"), ("Công cụ ẩn danh dữ liệu cá nhân", "Personal data anonymiser")),
        (("bằng học máy trên dữ liệu lớn", "with machine learning on large data"), ("chạy trên thiết bị biên tiết kiệm điện", "on low-power edge devices"), ("kết hợp luật chuyên gia và thống kê", "combining expert rules and statistics")),
        ("sở, ngành của thành phố", "công ty điện lực khu vực", "trung tâm thương mại"),
        "Sai số trung bình {low} phần trăm thay vì {high} phần trăm", "phương pháp bình quân trượt đang dùng",
        (("Dự báo số lượt khách đến bộ phận một cửa", "sai số dự báo ngày từ {high} xuống {low} phần trăm"), ("Phân loại phản ánh của người dân theo lĩnh vực", "tỷ lệ phân loại sai từ {high} xuống {low} phần trăm"), ("Đọc tự động chỉ số đồng hồ nước từ ảnh chụp", "tỷ lệ đọc sai từ {high} xuống {low} phần nghìn")),
    ),
    Field.BIOTECH: Shelf(
        "C12N 1/20", "72.10",
        (("Chế phẩm vi sinh xử lý phụ phẩm", "Microbial preparation for residues"), ("Quy trình nhân giống lan bản địa", "Native orchid propagation process"), ("Bộ kit phát hiện nhanh vi khuẩn trong sữa", "Rapid test kit for bacteria in milk"), ("Enzyme thủy phân bã đậu", "Enzyme for soy pulp hydrolysis"), ("Môi trường nuôi cấy nấm dược liệu", "Culture medium for medicinal fungi"), ("Màng sinh học bảo quản quả", "Biofilm for fruit storage"), ("Chủng men cho rượu vang quả", "Yeast strain for fruit wine"), ("Phân bón hữu cơ từ rơm", "Organic fertiliser from straw")),
        (("bằng công nghệ sinh học lên men bề mặt", "by surface fermentation"), ("trong hệ phản ứng khuấy nhẹ", "in a gently stirred reactor"), ("từ chủng phân lập tại đồng bằng sông Hồng", "from strains isolated in the Red River delta")),
        ("hợp tác xã nông nghiệp", "cơ sở chế biến thực phẩm", "trung tâm giống cây trồng"),
        "Hoàn thành một mẻ trong {low} giờ thay vì {high} giờ", "chế phẩm nhập khẩu cùng loại",
        (("Rút ngắn thời gian ủ phân từ rác chợ", "thời gian ủ từ {high} xuống {low} ngày"), ("Kéo dài thời gian tươi của hoa cắt cành", "tỷ lệ hoa héo sau bảy ngày từ {high} xuống {low} phần trăm"), ("Phát hiện nhanh nấm mốc trong kho ngũ cốc", "thời gian có kết quả từ {high} xuống {low} giờ")),
    ),
    Field.MATERIALS: Shelf(
        "C08L 97/02", "20.59",
        (("Tấm ốp cách nhiệt từ sợi dừa", "Coir insulation panel"), ("Sơn chống rêu cho tường ẩm", "Anti-moss paint for damp walls"), ("Màng bọc tự phân hủy", "Biodegradable film"), ("Phụ gia tăng bền bê tông", "Concrete durability admixture"), ("Gạch thấm nước vỉa hè", "Permeable paving brick"), ("Vải lọc bụi mịn", "Fine dust filter fabric"), ("Keo dán gỗ không formaldehyd", "Formaldehyde-free wood glue"), ("Lớp phủ chống xước cho kính", "Scratch-resistant glass coating")),
        (("gia cường bằng vật liệu nano silica", "reinforced with nano silica"), ("từ nguyên liệu tái chế trong nước", "from recycled domestic feedstock"), ("ép nóng ở nhiệt độ thấp", "by low-temperature hot pressing")),
        ("nhà thầu xây dựng dân dụng", "làng nghề đồ gỗ", "nhà máy bao bì"),
        "Hao mòn {low} miligam sau thử nghiệm thay vì {high} miligam", "vật liệu polyme thông dụng",
        (("Giảm nứt mặt bê tông của nhà để xe", "chiều dài vết nứt từ {high} xuống {low} mét mỗi trăm mét vuông"), ("Tìm vật liệu thay hộp xốp đựng thức ăn ở chợ", "khối lượng hộp xốp từ {high} xuống {low} kilôgam mỗi ngày"), ("Chống bạc màu biển chỉ đường ngoài trời", "độ phai màu sau một năm từ {high} xuống {low} phần trăm")),
    ),
    Field.ENERGY: Shelf(
        "H02S 40/38", "35.12",
        (("Bộ lưu trữ điện cho trạm sạc", "Storage unit for charging stations"), ("Mái che điện mặt trời lắp ghép", "Modular solar canopy"), ("Bộ điều khiển chiếu sáng công cộng", "Street lighting controller"), ("Lò hơi đốt sinh khối cỡ nhỏ", "Small biomass boiler"), ("Máy nước nóng bơm nhiệt", "Heat pump water heater"), ("Hệ thống đo điện theo tầng", "Floor-by-floor power metering"), ("Bộ thu hồi nhiệt máy nén", "Compressor heat recovery unit"), ("Tủ đổi pin xe máy điện", "Battery swap cabinet for e-scooters")),
        (("với thuật toán cân bằng tải theo giờ", "with hourly load balancing"), ("dùng pin lithium sắt phốt phát", "with lithium iron phosphate cells"), ("theo dõi từ xa qua mạng diện rộng", "monitored over a wide-area network")),
        ("khu công nghiệp ngoại thành", "tòa nhà văn phòng", "trường học công lập"),
        "Tiêu thụ {low} kWh mỗi ngày thay vì {high} kWh", "thiết bị cùng công suất đang lắp",
        (("Giảm điện năng điều hòa của trụ sở", "điện tiêu thụ từ {high} xuống {low} kWh mỗi mét vuông một năm"), ("Tận dụng nhiệt thải của trung tâm dữ liệu", "phần nhiệt bỏ đi từ {high} xuống {low} phần trăm"), ("Giữ đèn đường sáng khi mất điện lưới", "số đèn tắt từ {high} xuống {low} mỗi sự cố")),
    ),
    Field.ENVIRONMENT: Shelf(
        "C02F 3/30", "37.00",
        (("Mô-đun xử lý nước thải sinh hoạt", "Household waste water module"), ("Trạm quan trắc bụi mịn giá thấp", "Low-cost fine dust station"), ("Bè thực vật làm sạch hồ", "Floating plant raft for lakes"), ("Dây chuyền tách rác tái chế", "Recyclables sorting line"), ("Bộ lọc mùi cho trạm trung chuyển", "Odour filter for transfer stations"), ("Thiết bị tách dầu mỡ nhà hàng", "Restaurant grease separator"), ("Cảm biến mực nước ngập phố", "Street flood level sensor"), ("Máy ép bùn thải mini", "Mini sludge press")),
        (("bằng giá thể vi sinh lơ lửng", "with suspended biofilm carriers"), ("vận hành không cần hóa chất", "running without chemicals"), ("tự báo lỗi qua tin nhắn", "reporting faults by itself")),
        ("khu đô thị mới", "làng nghề ven đô", "ban quản lý hồ nội đô"),
        "Tốn {low} nghìn đồng mỗi mét khối thay vì {high} nghìn đồng", "trạm xử lý bể hiếu khí truyền thống",
        (("Giảm mùi ở điểm tập kết rác khu phố cổ", "số phản ánh về mùi từ {high} xuống {low} mỗi tháng"), ("Cảnh báo ngập trước khi nước lên vỉa hè", "thời gian báo chậm từ {high} xuống {low} phút"), ("Tách rác hữu cơ tại chợ dân sinh", "phần rác hữu cơ lẫn lộn từ {high} xuống {low} phần trăm")),
    ),
    Field.AGRICULTURE: Shelf(
        "A01G 25/16", "01.13",
        (("Nhà màng trồng rau lắp nhanh", "Quick-build vegetable greenhouse"), ("Bộ tưới nhỏ giọt theo ẩm độ", "Moisture-driven drip irrigation"), ("Máy sấy nông sản bơm nhiệt", "Heat pump crop dryer"), ("Tem truy xuất nguồn gốc", "Traceability label"), ("Bẫy côn trùng đếm tự động", "Self-counting insect trap"), ("Máy gieo hạt cầm tay", "Hand-held seeder"), ("Hệ thống nuôi cá tuần hoàn", "Recirculating fish farm"), ("Kho lạnh nhỏ cho hợp tác xã", "Small cold store for cooperatives")),
        (("điều khiển bằng cảm biến đất", "controlled by soil sensors"), ("chạy bằng nguồn điện yếu", "running on weak power"), ("thiết kế cho ruộng nhỏ", "designed for small plots")),
        ("hợp tác xã rau sạch", "trang trại chăn nuôi ngoại thành", "vùng trồng hoa"),
        "Dùng {low} lít nước mỗi mét vuông thay vì {high} lít", "cách tưới tràn đang làm",
        (("Giảm tỷ lệ dập nát rau khi đưa về chợ đầu mối", "tỷ lệ dập nát từ {high} xuống {low} phần trăm"), ("Theo dõi sâu bệnh trên vùng lúa chất lượng cao", "số lần đi thăm đồng từ {high} xuống {low} mỗi vụ"), ("Sấy hoa cúc khi trời nồm", "thời gian sấy từ {high} xuống {low} giờ")),
    ),
    Field.HEALTH: Shelf(
        "A61B 5/02", "86.10",
        (("Máy theo dõi nhịp tim đeo tay", "Wrist heart monitor"), ("Phần mềm đọc ảnh X-quang phổi", "Chest X-ray reading software"), ("Giường bệnh chống loét", "Pressure sore prevention bed"), ("Bộ tập phục hồi chức năng tay", "Hand rehabilitation trainer"), ("Tủ thuốc nhắc uống đúng giờ", "Reminder medicine cabinet"), ("Máy lọc khí phòng mổ", "Operating room air cleaner"), ("Cáng gấp cho ngõ hẹp", "Folding stretcher for narrow lanes"), ("Hệ thống gọi y tá không dây", "Wireless nurse call system")),
        (("kiểm chuẩn với dữ liệu bệnh viện trong nước", "validated on domestic hospital data"), ("dùng cảm biến không xâm lấn", "with non-invasive sensors"), ("dễ khử khuẩn, ít bộ phận rời", "easy to disinfect, with few parts")),
        ("trạm y tế phường", "bệnh viện đa khoa", "trung tâm chăm sóc người cao tuổi"),
        "Mỗi lượt mất {low} phút thay vì {high} phút", "thiết bị nhập khẩu tầm trung",
        (("Giảm thời gian chờ khám ở phòng tiếp đón", "thời gian chờ từ {high} xuống {low} phút"), ("Nhắc lịch tiêm chủng cho trẻ vãng lai", "tỷ lệ bỏ mũi từ {high} xuống {low} phần trăm"), ("Theo dõi nhiệt độ tủ vắc xin ở trạm y tế", "số lần vượt ngưỡng từ {high} xuống {low} mỗi quý")),
    ),
    Field.MANUFACTURING: Shelf(
        "B25J 9/16", "28.99",
        (("Cánh tay gắp đặt cỡ nhỏ", "Small pick-and-place arm"), ("Máy phân loại ốc vít", "Screw sorting machine"), ("Bộ kiểm tra lỗi vải", "Fabric defect inspector"), ("Xe tự hành trong kho", "Warehouse guided vehicle"), ("Máy cắt laser bàn nhỏ", "Benchtop laser cutter"), ("Khuôn ép thay nhanh", "Quick-change press mould"), ("Bộ giám sát rung động", "Vibration monitoring kit"), ("Máy đóng gói hương", "Incense packing machine")),
        (("với thị giác máy tự hiệu chỉnh", "with self-calibrating vision"), ("lắp từ linh kiện sẵn có", "built from stock components"), ("lập trình bằng kéo thả", "programmed by drag and drop")),
        ("xưởng cơ khí nhỏ", "nhà máy dệt may", "làng nghề thủ công"),
        "Thời gian một chu kỳ {low} giây thay vì {high} giây", "dây chuyền bán tự động đang dùng",
        (("Phát hiện mẻ gốm lỗi trước khi nung", "tỷ lệ phế phẩm từ {high} xuống {low} phần trăm"), ("Giảm thời gian thay khuôn ở xưởng nhựa", "thời gian thay khuôn từ {high} xuống {low} phút"), ("Báo trước hỏng vòng bi của quạt lò", "số lần dừng máy từ {high} xuống {low} mỗi năm")),
    ),
    Field.CONSTRUCTION: Shelf(
        "E01C 11/22", "42.11",
        (("Cấu kiện hố ga đúc sẵn", "Precast manhole unit"), ("Máy bay không người lái khảo sát mặt cầu", "Bridge survey drone"), ("Dải giảm tốc lắp ghép", "Modular speed hump"), ("Cọc tiêu phản quang tự đứng", "Self-righting reflective post"), ("Hệ thống đo lún công trình", "Settlement measurement system"), ("Nhà chờ xe buýt mô-đun", "Modular bus shelter"), ("Vữa vá đường mưa phùn", "Road patch mortar for drizzle"), ("Thang máy cho nhà cải tạo", "Lift for renovated houses")),
        (("thi công ban đêm không cấm đường", "installed at night without closing roads"), ("từ cốt liệu tro bay", "from fly ash aggregate"), ("gắn cảm biến báo dịch chuyển", "with displacement sensors")),
        ("ban quản lý dự án giao thông", "công ty thoát nước", "chủ nhà khu phố cũ"),
        "Lắp xong trong {low} giờ thay vì {high} giờ", "giải pháp đổ tại chỗ",
        (("Vá ổ gà trong ngày mưa", "thời gian chờ thông xe từ {high} xuống {low} giờ"), ("Theo dõi nứt của khu tập thể cũ", "số lần đo thủ công từ {high} xuống {low} mỗi năm"), ("Giảm ồn khi thi công ở khu dân cư", "số phản ánh về tiếng ồn từ {high} xuống {low} mỗi công trình")),
    ),
}  # fmt: skip
MARK = "Tin giả định của thành phố mẫu."
"""Stands in every summary, beside the banner of the demo."""
