"""VietQR: every collected payload gets its verdict; what is built can be read."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from khuevan.payments.rules.vietqr import (
    Fault,
    Service,
    Transfer,
    build,
    check,
    crc,
    parse,
    plain_words,
)
from khuevan.platform.errors import RuleBroken


VECTORS = Path(__file__).parent / "data" / "vietqr.csv"
"""Payloads other projects' tests collected, each a fact with the verdict we give it."""
OURS = Transfer("970415", "0011001932418", 20_000, "ung ho lu lut")


def test_every_collected_payload_gets_its_verdict():
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [
        ((fault := check(row["payload"])) and fault.value) or "valid" for row in rows
    ]
    assert found == [row["our_check"] for row in rows]
    assert (len(rows), found.count("valid")) == (45, 26)


def test_the_crc_is_the_standards_own_example():
    assert crc("123456789") == "29B1"


def test_a_payload_is_built_as_banks_build_it():
    plain = Transfer("970415", "0011001932418", 20_000)
    expected = "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454052000058"
    assert build(plain).startswith(expected)
    assert check(build(plain)) is None


def test_without_an_amount_the_picture_is_static():
    assert build(Transfer("970415", "1")).startswith("000201010211")
    assert build(OURS).startswith("000201010212")


@given(
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    st.none() | st.integers(1, 10**13 - 1),
    st.text(max_size=60),
    st.sampled_from(Service),
)
def test_what_is_built_reads_back(bin_, account, amount, words, service):
    wanted = Transfer(bin_, account, amount, plain_words(words), service)
    assert parse(build(Transfer(bin_, account, amount, words, service))) == wanted


@given(st.integers(0, 120), st.characters(codec="ascii", categories=["Lu", "Nd"]))
def test_one_changed_letter_is_noticed(at, letter):
    payload = build(OURS)
    at %= len(payload)
    changed = payload[:at] + letter + payload[at + 1 :]
    assert (check(changed) is None) == (changed.upper() == payload)


@given(st.text(max_size=200))
def test_any_text_gets_a_verdict(text):
    assert check(text) in {None, *Fault}


def test_words_are_folded_and_cut_as_banks_keep_them():
    assert (
        plain_words("Nộp phí: hồ sơ đất-đai số 12/2026!") == "NOP PHI HO SO DAT DAI SO"
    )
    assert len(plain_words("x" * 99)) == 25


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"bin": "97041"}, "bin"),
        ({"bin": "９７０４１５"}, "bin"),
        ({"account": ""}, "account"),
        ({"account": "1" * 20}, "account"),
        ({"amount": 0}, "amount"),
        ({"amount": 10**13}, "amount"),
    ],
)
def test_what_no_bank_could_read_is_not_built(changes, field):
    fields = {"bin": "970415", "account": "1", "amount": 1} | changes
    with pytest.raises(RuleBroken) as refused:
        build(Transfer(**fields))
    assert refused.value.field == field


def test_a_damaged_or_foreign_code_is_refused_with_a_sentence():
    with pytest.raises(RuleBroken, match="damaged"):
        parse(build(OURS)[:-1] + "0")
    body = "000201010211" + "6304"
    with pytest.raises(RuleBroken, match="no bank transfer"):
        parse(body + crc(body))
