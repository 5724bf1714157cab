"""Money is typed as people write it, and never cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

import khuevan
from khuevan.platform.forms import MOST_MONEY, MoneyField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("500.000", 500_000),
        ("500 000", 500_000),
        ("1\u00a0500\u202f000", 1_500_000),
        (" 1.500.000 ", 1_500_000),
        ("1500000", 1_500_000),
        ("0", 0),
        (700, 700),
        ("", None),
    ],
)
def test_money_is_read_as_it_is_written(typed, amount):
    assert MoneyField(required=False).clean(typed) == amount


@pytest.mark.parametrize(
    "typed",
    ["500.00", "1.5", "1,500", "1.500,00", "1500.000", "1.500 000", "5e5", "-5", "٥٠٠", "1..500"],
)  # fmt: skip
def test_what_could_mean_another_amount_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match=r"1\.500\.000"):
        MoneyField().clean(typed)


def test_a_slip_of_the_key_is_refused():
    with pytest.raises(ValidationError, match=str(MOST_MONEY)):
        MoneyField().clean(str(MOST_MONEY + 1))
    with pytest.raises(ValidationError):
        MoneyField(min_value=1).clean("0")


def test_no_form_reads_money_any_other_way():
    """A label that speaks of đồng stands on no plain field of whole numbers."""
    plain = re.compile(
        r'(?:Integer|Decimal|Float|Char)Field\(\s*label=\w*\(?f?"[^"]*đồng'
    )
    package = Path(khuevan.__file__).parent
    found = [
        str(file.relative_to(package))
        for file in package.rglob("*forms.py")
        if plain.search(file.read_text())
    ]
    assert found == []
