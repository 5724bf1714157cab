"""Processes for tests, written short."""

from __future__ import annotations

from khuevan.process.public import Duty, Flow, Kind, Node, Process


def process(nodes: str, flows: str) -> Process:
    """`s:start a:user x:exclusive` and `s>a a>x[n > 1] x>e*` (* is the default way)."""
    kinds = dict(word.split(":") for word in nodes.split())
    made = []
    for number, word in enumerate(flows.split(" | "), start=1):
        ways, _, condition = word.partition("[")
        source, target = ways.rstrip("*").split(">")
        made.append(Flow(f"f{number}", source, target, condition.rstrip("]"), ways.endswith("*")))  # fmt: skip
    return Process(
        "p",
        "P",
        tuple(
            Node(key, Kind(kind), key, Duty.HANDLE, hours=1, service="x", asked=("A",), procedure="1")
            for key, kind in kinds.items()
        ),
        tuple(made),
    )  # fmt: skip


STUCK = process(
    "s:start x:exclusive a:user b:user j:parallel e:end",
    "s>x | x>a[n == 1] | x>b* | a>j | b>j | j>e",
)
"""Dossiers wait at its join for ever."""
GOOD_TABLE = """Tên bước;Trách nhiệm;Thời gian (giờ);Quay lại bước;Quay lại khi
Tiếp nhận hồ sơ;Cán bộ tiếp nhận;2;;

Thẩm định;Chuyên viên thụ lý;15,5;;
Kiểm tra;Lãnh đạo phòng;4;Thẩm định;outcome == 'redo'
Ký;Lãnh đạo cơ quan;2;;
"""
