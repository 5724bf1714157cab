"""Make the built-in catalogue from a file of the national catalogue.

    python tools/builtin_catalogue.py tthc.jsonl.gz

Writes src/khuevan/catalogue/data/procedures.jsonl.gz, the same bytes from the same file.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from khuevan.catalogue.builtin import FILE, facts_of
from khuevan.catalogue.rules.codec import to_json
from khuevan.catalogue.rules.source import read_row
from khuevan.catalogue.source_file import read_source


def main(path: Path) -> None:
    rows = read_source(path.read_bytes(), path.name)
    kept = facts_of({row["ma_thu_tuc"]: read_row(row) for row in rows}.values())
    lines = [json.dumps(to_json(d), ensure_ascii=False) for d in kept]
    FILE.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    print(f"{FILE.name}: {len(kept)} procedures, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
