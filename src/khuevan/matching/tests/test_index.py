"""The index on disk: durable, read by many, whole after a crash."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from khuevan.matching.public import Asked, Entry, Index, Kind, NotBuilt, search

from .factories import EVERYBODY, make_entry, make_need


def _codes(index, text=""):
    found = search(index, Asked(text=text), tokens=EVERYBODY)
    return sorted(hit.entry.code for hit in found.hits)


def test_an_index_that_was_never_built_says_so(tmp_path):
    index = Index(tmp_path / "none")
    with pytest.raises(NotBuilt, match="build it from its listings"):
        index.read()
    with pytest.raises(NotBuilt):
        index.put([make_entry()])


def test_an_index_of_another_format_asks_for_a_rebuild(index):
    name = next(p for p in index.folder.glob("[1-9]-*") if not p.is_symlink())
    pointer = index.folder / "current"
    pointer.unlink()
    pointer.symlink_to(f"0{name.name[1:]}")
    with pytest.raises(NotBuilt):
        index.read()
    index.rebuild(lambda: [make_entry()])
    assert _codes(index) == ["O-1"]


def test_every_value_of_an_entry_comes_back(index):
    entry = make_need(
        summary="Tóm tắt",
        body="Nội dung",
        fields=("water", "environment"),
        region="01",
        trl=(6, 9),
        licences=("exclusive",),
        territories=("VN",),
        price=(0, 500_000_000),
        deals=3,
        takes_restricted=True,
    )
    index.put([entry])
    assert search(index, Asked(), tokens=EVERYBODY).hits[0].entry == entry


def test_a_new_entry_is_found_and_replaces_the_one_before(index):
    index.put([make_entry("O-1", "Màng lọc nước"), make_entry("O-2", "Robot hàn")])
    index.put([make_entry("O-1", "Máy sấy nông sản")])
    assert _codes(index, "may say") == ["O-1"]
    assert _codes(index, "màng lọc") == []
    assert _codes(index) == ["O-1", "O-2"]


def test_a_removed_entry_is_gone_and_removing_again_does_no_harm(index):
    index.put([make_entry("O-1"), make_entry("O-2")])
    index.remove(["O-1"])
    index.remove(["O-1", "never there"])
    assert _codes(index) == ["O-2"]


def test_another_process_sees_what_this_one_wrote(index):
    reader = Index(index.folder)
    assert _codes(reader) == []
    script = (
        "import sys, pathlib;"
        "from khuevan.matching.public import Index;"
        "from khuevan.matching.tests.factories import make_entry;"
        "Index(pathlib.Path(sys.argv[1])).put([make_entry('O-7')])"
    )
    subprocess.run([sys.executable, "-c", script, str(index.folder)], check=True)
    assert _codes(reader) == ["O-7"]


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(index):
    index.put([make_entry("O-1")])

    def broken():
        yield make_entry("O-2")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        index.rebuild(broken)
    assert _codes(index) == ["O-1"]
    index.rebuild(lambda: [make_entry("O-3")])
    assert _codes(index) == ["O-3"]
    assert len(list(index.folder.glob("*-*"))) == 2  # this one and the one before


def test_a_rebuild_killed_halfway_leaves_the_index_as_it_was(index):
    index.put([make_entry("O-1")])
    script = (
        "import os, sys, pathlib\n"
        "from khuevan.matching.public import Index\n"
        "from khuevan.matching.tests.factories import make_entry\n"
        "def dying():\n"
        "    yield make_entry('O-2')\n"
        "    os.kill(os.getpid(), 9)\n"
        "Index(pathlib.Path(sys.argv[1])).rebuild(dying)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(index.folder)], check=False
    )
    assert done.returncode == -9
    assert _codes(index) == ["O-1"]
    index.put([make_entry("O-3")])
    assert _codes(index) == ["O-1", "O-3"]
    index.rebuild(lambda: [make_entry("O-4")])
    index.rebuild(lambda: [make_entry("O-5")])
    assert _codes(index) == ["O-5"]
    assert len(list(index.folder.glob("*-*"))) == 2  # this one and the one before


def test_what_is_added_during_a_rebuild_is_not_lost(index):
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        begun.set()
        go_on.wait(10)
        yield make_entry("O-1")

    rebuilding = threading.Thread(target=index.rebuild, args=(slow,))
    rebuilding.start()
    begun.wait(10)
    adding = threading.Thread(target=index.put, args=([make_entry("O-2")],))
    adding.start()
    go_on.set()
    rebuilding.join()
    adding.join()
    assert _codes(index) == ["O-1", "O-2"]


def test_a_reader_follows_a_rebuild_by_somebody_else(index):
    reader = Index(index.folder)
    assert _codes(reader) == []
    for code in ("O-1", "O-2", "O-3"):
        index.rebuild(lambda code=code: [make_entry(code)])
    assert _codes(reader) == ["O-3"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": " "}, "needs a code"),
        ({"trl": (7, 3)}, "no window within 1 to 9"),
        ({"trl": (0, 3)}, "no window within 1 to 9"),
        ({"price": (5, 1)}, "no range of đồng"),
        ({"published_at": make_entry().published_at.replace(tzinfo=None)}, "time zone"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_with_a_sentence(wrong, sentence):
    told = {
        "code": "O-1",
        "kind": Kind.OFFER,
        "title": "x",
        "published_at": make_entry().published_at,
    }
    with pytest.raises(ValueError, match=sentence):
        Entry(**(told | wrong))


WRITER = """
import pathlib, sys
from khuevan.matching.public import Index
from khuevan.matching.tests.factories import make_entry
index = Index(pathlib.Path(sys.argv[1]))
for n in range(1000):
    code = f"{sys.argv[2]}-{n}"
    index.put([make_entry(code)])
    print(code, flush=True)
"""


@pytest.mark.slow
def test_writers_killed_at_any_instant_lose_nothing_they_said_was_written(index):
    stop, faults = threading.Event(), []

    def read():
        reader = Index(index.folder)
        while not stop.is_set():
            try:
                _codes(reader)
            except Exception as fault:  # noqa: BLE001 - whatever a reader meets
                faults.append(fault)

    reading = threading.Thread(target=read)
    reading.start()
    told = []
    for turn in range(3):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(index.folder), f"{turn}{side}"],
                stdout=subprocess.PIPE,
                text=True,
            )
            for side in "ab"
        ]
        for writer in writers:
            told.append(writer.stdout.readline().strip())
        time.sleep(0.1 + turn * 0.037)
        for writer in writers:
            writer.kill()
            rest, _none = writer.communicate()
            told += [line for line in rest.splitlines() if line]
        if turn == 1:
            index.rebuild(lambda: _all(index))
    stop.set()
    reading.join()
    assert faults == []
    assert len(told) > 6
    assert set(told) <= {entry.code for entry in _all(index)}


def _all(index):
    found = search(index, Asked(), tokens=EVERYBODY, limit=100)
    pages = range(0, found.total, 100)
    return [
        hit.entry
        for offset in pages
        for hit in search(
            index, Asked(), tokens=EVERYBODY, offset=offset, limit=100
        ).hits
    ]
