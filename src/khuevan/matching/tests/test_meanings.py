"""Where a model is installed, texts are found and matched by what they mean, too.

The model here knows five meanings by their words, so that a test can say why two texts
are alike; what the real one is worth, `python -m bench matching` prints.
"""

from __future__ import annotations

import numpy as np
import pytest

from khuevan.matching.meanings import E5
from khuevan.matching.public import (
    Asked,
    Index,
    Kind,
    Meanings,
    installed,
    match,
    search,
)

from .factories import EVERYBODY, MEMBERS, make_entry, make_need


MEANT = (
    {"nhuộm", "dệt", "vải"},
    {"nước", "thải", "lọc"},
    {"tôm", "ao", "thuỷ"},
    {"lúa", "gạo"},
    {"điện", "pin"},
)


class Concepts:
    """Reads a text as how often it speaks of each of five things."""

    name, size, low, high = "concepts", len(MEANT) + 1, 0.0, 1.0

    def __init__(self):
        self.read = []

    def vectors(self, texts):
        self.read.extend(texts)
        rows = np.array([self._counts(text) for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def _counts(self, text):
        words = text.lower().split()
        told = [sum(word in meant for word in words) for meant in MEANT]
        return [*told, 0 if any(told) else 1]


@pytest.fixture
def model():
    return Concepts()


@pytest.fixture
def index(tmp_path, model):
    made = Index(tmp_path / "index", Meanings(tmp_path, model))
    made.rebuild(list)
    return made


DYEING = make_entry("O-1", "Khử màu cho xưởng vải", summary="Tách nhuộm bằng màng.")
RICE = make_entry("O-2", "Giống lúa ngắn ngày", summary="Gạo thơm.")


def _found(index, text, tokens=EVERYBODY, **asked):
    return [hit.entry.code for hit in search(index, Asked(text=text, **asked), tokens=tokens).hits]  # fmt: skip


def test_what_says_the_same_in_other_words_is_found(index):
    index.put([DYEING, RICE])
    index.learn(most=10)
    assert _found(index, "dệt") == ["O-1"]


def test_words_typed_without_accents_are_looked_for_as_words_only(index, model):
    index.put([DYEING, RICE])
    index.learn(most=10)
    assert _found(index, "det") == []
    assert "det" not in model.read


def test_what_both_words_and_meaning_speak_for_comes_first(index):
    index.put([DYEING, RICE, make_entry("O-3", "Máy dệt vải"), make_entry("O-4", "Bản đồ dệt ánh sáng lúa gạo")])  # fmt: skip
    index.learn(most=10)
    found = search(index, Asked(text="dệt"), tokens=EVERYBODY)
    assert [hit.entry.code for hit in found.hits] == ["O-3", "O-1", "O-4"]
    assert found.total == 3
    assert all(0 < hit.score <= 1 for hit in found.hits)


def test_what_means_nothing_alike_is_not_found(index):
    index.put([DYEING, RICE])
    index.learn(most=10)
    assert _found(index, "điện") == []


def test_filters_and_counts_hold_for_what_is_found_by_meaning(index):
    index.put([DYEING, make_entry("O-5", "Xưởng vải", fields=("textile",))])
    index.learn(most=10)
    found = search(index, Asked(text="dệt"), tokens=EVERYBODY)
    assert dict(found.facets["fields"]) == {"textile": 1}
    assert _found(index, "dệt", fields=frozenset({"textile"})) == ["O-5"]


def test_pages_follow_each_other_without_a_gap_or_a_double(index):
    index.put(make_entry(f"O-{n:02}", "Vải nhuộm" if n % 2 else "Máy dệt kim") for n in range(30))  # fmt: skip
    index.learn(most=50)
    pages = [
        hit.entry.code
        for start in range(0, 30, 7)
        for hit in search(index, Asked(text="dệt"), tokens=EVERYBODY, offset=start, limit=7).hits
    ]  # fmt: skip
    assert len(pages) == len(set(pages)) == 30


def test_who_may_not_see_an_entry_does_not_find_it_by_meaning(index):
    index.put([make_entry("O-1", "Xưởng vải", seen_by=("members",), body_seen_by=("members",))])  # fmt: skip
    index.learn(most=10)
    assert _found(index, "dệt") == []
    assert _found(index, "dệt", MEMBERS) == ["O-1"]


def test_a_body_for_members_means_nothing_to_others(index, model):
    index.put([make_entry("O-1", "Giải pháp mới", body="Nhuộm vải.", body_seen_by=("members",))])  # fmt: skip
    index.learn(most=10)
    assert _found(index, "dệt") == []
    assert not any("Nhuộm" in text for text in model.read)


def test_a_need_is_matched_by_meaning_and_told_so(index):
    index.put([DYEING, RICE])
    index.learn(most=10)
    need = make_need(title="Dệt may cần giúp", summary="")
    found = match(index, need, tokens=EVERYBODY)
    assert found[0].entry.code == "O-1"
    assert [str(r.what) for r in found[0].reasons] == [
        "Both mean much the same, in other words"
    ]


def test_a_need_typed_without_accents_is_matched_as_if_there_were_no_model(
    index, tmp_path
):
    index.put([DYEING, RICE, make_entry("O-3", "Máy dệt vải")])
    index.learn(most=10)
    need = make_need(title="Det may can giup loc nuoc", summary="xu ly mau vai")
    bare = match(Index(index.folder), need, tokens=EVERYBODY)
    assert bare
    assert match(index, need, tokens=EVERYBODY) == bare


def test_an_entry_not_learned_yet_is_scored_by_its_words_alone(index):
    index.put([make_entry("O-3", "Máy dệt vải")])
    need = make_need(title="Cần máy dệt vải", summary="")
    bare = match(Index(index.folder), need, tokens=EVERYBODY)
    assert match(index, need, tokens=EVERYBODY) == bare
    index.learn(most=10)
    assert match(index, need, tokens=EVERYBODY)[0].score > bare[0].score


def test_each_text_is_read_once_and_so_many_at_a_time(index, model):
    index.put([DYEING, RICE, make_entry("O-9", DYEING.title, summary=DYEING.summary)])
    assert index.learn(most=1) == 1
    assert index.learn(most=10) == 1
    assert index.learn(most=10) == 0
    index.rebuild(lambda: [DYEING, RICE])
    assert index.learn(most=10) == 0
    assert len(model.read) == 2


def test_a_changed_text_is_read_again_and_the_old_meaning_finds_it_no_more(index):
    index.put([DYEING])
    index.learn(most=10)
    index.put([make_entry("O-1", "Giống lúa", summary="Gạo thơm.")])
    assert _found(index, "dệt") == []
    index.learn(most=10)
    assert _found(index, "gạo lúa") == ["O-1"]


def test_another_reader_knows_what_one_has_learned(index, tmp_path):
    other = Concepts()
    reader = Index(index.folder, Meanings(tmp_path, other))
    index.put([DYEING])
    assert _found(reader, "dệt") == []
    index.learn(most=10)
    assert _found(reader, "dệt") == ["O-1"]
    assert DYEING.title not in " ".join(other.read)


def test_half_a_row_left_by_a_crash_harms_nothing(index, tmp_path):
    index.put([DYEING])
    index.learn(most=10)
    with (tmp_path / "concepts.vectors").open("ab") as file:
        file.write(b"half of a row")
    index.put([make_entry("O-5", "Ao tôm")])
    assert index.learn(most=10) == 1
    assert _found(index, "dệt") == ["O-1"]
    assert _found(index, "thuỷ") == ["O-5"]


def test_meanings_that_no_index_holds_are_forgotten(index, tmp_path):
    index.put([DYEING, RICE])
    index.learn(most=10)
    size = (tmp_path / "concepts.vectors").stat().st_size
    index.remove(["O-2"])
    index.meanings.keep(index.read().told)
    assert (tmp_path / "concepts.vectors").stat().st_size == size / 2
    assert _found(index, "dệt") == ["O-1"]
    assert index.learn(most=10) == 0


def test_without_a_model_words_alone_decide(tmp_path):
    index = Index(tmp_path / "index")
    index.rebuild(lambda: [DYEING])
    assert index.learn(most=10) == 0
    assert _found(index, "dệt") == []


def test_newest_first_is_not_changed_by_a_model(index):
    index.put([DYEING, RICE])
    index.learn(most=10)
    assert _found(index, "", kinds=frozenset({Kind.OFFER})) == ["O-1", "O-2"]


@pytest.mark.skipif(installed() is None, reason="an option: make meanings")
def test_the_model_of_the_package_knows_what_is_closer():
    rows = E5().vectors(
        ["xử lý nước thải dệt nhuộm", "Tẩy màu nước xưởng nhuộm", "Hợp đồng mua nhà"]
    )
    assert rows.shape == (3, E5.size)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
