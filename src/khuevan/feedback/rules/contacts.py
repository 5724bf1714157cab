"""How a sender without an account is reached, and proves who they are."""

from __future__ import annotations

import re

from khuevan.platform.errors import N_, RuleBroken


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def plain_phone(text: str) -> str:
    """Return a telephone number of Vietnam as +84…, "" where it is none."""
    digits = re.sub(r"[\s.()-]", "", text)
    found = re.fullmatch(r"(?:\+84|0084|84|0)([1-9][0-9]{8,9})", digits)
    return f"+84{found[1]}" if found else ""


def plain_email(text: str) -> str:
    """Return an e-mail address in small letters, "" where it is none."""
    told = text.strip().lower()
    return told if _EMAIL.fullmatch(told) and len(told) <= 254 else ""


def check_contact(phone: str, email: str, *, signed_in: bool) -> tuple[str, str]:
    """Return telephone and e-mail in one form; one of them is needed to follow."""
    if phone.strip() and not plain_phone(phone):
        raise RuleBroken(N_("This is no telephone number of Vietnam."), field="phone")
    if email.strip() and not plain_email(email):
        raise RuleBroken(N_("This is no e-mail address."), field="email")
    if not (phone.strip() or email.strip() or signed_in):
        raise RuleBroken(
            N_("Give a telephone number or an e-mail address: with it you follow your petition."),
            field="phone",
        )  # fmt: skip
    return plain_phone(phone), plain_email(email)


def same_contact(typed: str, phone: str, email: str) -> bool:
    """Tell whether what was typed is the telephone or e-mail given at first."""
    number, address = plain_phone(typed), plain_email(typed)
    return bool(number and number == phone) or bool(address and address == email)
