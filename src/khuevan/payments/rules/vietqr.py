"""VietQR: the text inside the QR picture of a bank transfer.

A payload is a row of fields (two digits name, two digits length, value) as in EMVCo's
Merchant-Presented Mode, closed by a CRC; field 38 names the account, by Napas'
specification of QR transfers. Nothing here talks to a bank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.text import fold


NAPAS = "A000000727"
VIETNAM, DONG = "VN", "704"
MOST_WORDS = 25
"""Letters of a transfer's text that every bank keeps. A guard, not a rule of law."""
MOST_DIGITS = 13
_LENGTH_AT, _VALUE_AT = 2, 4
_CRC_AT = "6304"
_CRC_LENGTH = 8
_POLYNOMIAL, _START, _MASK = 0x1021, 0xFFFF, 0xFFFF
_TOP = 0x8000


class Fault(StrEnum):
    """What is wrong with a payload."""

    BAD_TLV = "bad_tlv"
    BAD_CRC = "bad_crc"


class Service(StrEnum):
    """Whom the money goes to: an account, or a card."""

    ACCOUNT = "QRIBFTTA"
    CARD = "QRIBFTTC"


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a payer's bank reads from a picture.

    Without an amount (đồng) the picture is static: the payer types it.
    """

    bin: str
    account: str
    amount: int | None = None
    words: str = ""
    service: Service = Service.ACCOUNT


def check(payload: str) -> Fault | None:
    """Return what is wrong with a payload, None where it can be read."""
    try:
        fields = _fields(payload)
    except ValueError:
        return Fault.BAD_TLV
    if not fields or "63" not in dict(fields):
        return Fault.BAD_TLV
    told = payload[-_CRC_LENGTH:]
    if not told.startswith(_CRC_AT) or told[4:].upper() != crc(payload[:-4]):
        return Fault.BAD_CRC
    return None


def build(transfer: Transfer) -> str:
    """Return the payload of a transfer; its words are folded to plain letters.

    Raises RuleBroken where the bank, the account or the amount cannot be written.
    """
    _check(transfer)
    to = _field("00", transfer.bin) + _field("01", transfer.account)
    account = _field("00", NAPAS) + _field("01", to) + _field("02", transfer.service)
    words = plain_words(transfer.words)
    payload = "".join(
        (
            _field("00", "01"),
            _field("01", "11" if transfer.amount is None else "12"),
            _field("38", account),
            _field("53", DONG),
            "" if transfer.amount is None else _field("54", str(transfer.amount)),
            _field("58", VIETNAM),
            _field("62", _field("08", words)) if words else "",
            _CRC_AT,
        )
    )
    return payload + crc(payload)


def parse(payload: str) -> Transfer:
    """Return the transfer a payload asks for.

    Raises RuleBroken where the payload is broken or is no bank transfer of Napas.
    """
    fault = check(payload)
    if fault is not None:
        raise RuleBroken(N_("This QR code is damaged (%(fault)s)."), fault=fault.value)
    fields = dict(_fields(payload))
    try:
        account = dict(_fields(fields["38"]))
        to = dict(_fields(account["01"]))
        service = Service(account["02"])
        amount = int(fields["54"]) if "54" in fields else None
        words = dict(_fields(fields.get("62", ""))).get("08", "")
        found = Transfer(to["00"], to["01"], amount, words, service)
    except (KeyError, ValueError) as lacking:
        raise RuleBroken(N_("This QR code is no bank transfer.")) from lacking
    return found


def plain_words(text: str) -> str:
    """Return words as banks carry them: capital letters, digits and single spaces."""
    bare = re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()
    return bare.upper()[:MOST_WORDS].strip()


def crc(text: str) -> str:
    """Return CRC-16/CCITT-FALSE of a text as four capital hexadecimal digits."""
    value = _START
    for byte in text.encode():
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ (_POLYNOMIAL if value & _TOP else 0)
            value &= _MASK
    return f"{value:04X}"


def _fields(text: str) -> list[tuple[str, str]]:
    """Cut a text into fields; raises ValueError where lengths do not fit."""
    found, at = [], 0
    while at < len(text):
        head = text[at : at + _VALUE_AT]
        if len(head) < _VALUE_AT or not (head.isascii() and head.isdigit()):
            raise ValueError(head)
        end = at + _VALUE_AT + int(head[_LENGTH_AT:])
        if end > len(text):
            raise ValueError(head)
        found.append((head[:_LENGTH_AT], text[at + _VALUE_AT : end]))
        at = end
    return found


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"


def _check(transfer: Transfer) -> None:
    if not re.fullmatch(r"\d{6}", transfer.bin, re.ASCII):
        raise RuleBroken(N_("A bank is named by six digits (BIN)."), field="bin")
    if not re.fullmatch(r"[0-9A-Za-z]{1,19}", transfer.account, re.ASCII):
        raise RuleBroken(
            N_("An account number has at most 19 letters and digits."), field="account"
        )
    amount = transfer.amount
    if amount is not None and not 0 < amount < 10**MOST_DIGITS:
        raise RuleBroken(
            N_("The amount must be a whole number of đồng above 0."), field="amount"
        )
