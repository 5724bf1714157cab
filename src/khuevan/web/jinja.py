"""The template environment: filters for Vietnamese dates, money and figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context

from khuevan.platform.clock import HANOI
from khuevan.platform.idempotency import FIELD, new_key


def environment(**options: Any) -> Environment:
    options.setdefault("undefined", StrictUndefined)
    env = Environment(  # noqa: S701 - Django turns autoescape on
        **options, extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True
    )
    env.globals["ngettext"] = _with_grouped_counts(env.globals["ngettext"])
    env.globals.update(
        static=static, url=_url, say=say, new_key=new_key, key_field=FIELD
    )
    env.filters.update(day=day, moment=moment, number=number)
    return env


def say(sentence: str, params: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Translate a sentence kept in the records and fill its places; money is grouped."""
    told = dict(params)
    if isinstance(amount := told.get("amount"), int):
        told["amount"] = number(amount)
    return translation.gettext(sentence) % told


def _with_grouped_counts(plain: Any) -> Any:
    """Return `ngettext` of the templates, writing its count as people read numbers."""

    @pass_context
    def counted(
        context: Context, singular: str, plural: str, count: int, /, **params: Any
    ) -> str:
        told = {"num": count, **params}
        told |= {name: number(told[name]) for name in ("num", "count") if isinstance(told.get(name), int)}  # fmt: skip
        words: str = plain(context, singular, plural, count, **told)
        return words

    return counted


def _url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def day(value: date | datetime | None) -> str:
    """Write a date as dd/mm/yyyy, in Hanoi's calendar."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(HANOI).date()
    return value.strftime("%d/%m/%Y")


def moment(value: datetime | None) -> str:
    """Write an instant as HH:MM dd/mm/yyyy on Hanoi's clock."""
    return "–" if value is None else value.astimezone(HANOI).strftime("%H:%M %d/%m/%Y")


def number(value: float | None, digits: int = 0) -> str:
    """Write a number the reader's way: 1.234,5 in Vietnamese, 1,234.5 in English."""
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}"
    if (translation.get_language() or "vi").startswith("vi"):
        text = text.translate(str.maketrans(",.", ".,"))
    return text
