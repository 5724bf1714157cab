"""Parts of invented people's names."""

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")  # fmt: skip
MIDDLE = ("Văn", "Thị", "Quang", "Thu", "Minh", "Đức", "Ngọc", "Hải", "Thanh")
GIVEN = ("Anh", "Bình", "Chi", "Dũng", "Giang", "Hạnh", "Khánh", "Linh", "Mai", "Nam", "Phúc", "Quân", "Sơn", "Trang", "Việt")  # fmt: skip
