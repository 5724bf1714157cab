"""Numbers, counts and money in sentences are written the reader's way."""

from __future__ import annotations

from django.template import engines
from django.utils.translation import override

from khuevan.web.jinja import say


def test_a_count_in_a_sentence_is_grouped():
    template = engines["jinja2"].from_string(
        "{{ ngettext('%(num)s dossier', '%(num)s dossiers', 12345) }}"
    )
    with override("vi"):
        assert template.render({}).startswith("12.345")
    with override("en"):
        assert template.render({}) == "12,345 dossiers"


def test_a_count_does_not_open_a_sentence_to_markup():
    template = engines["jinja2"].from_string(
        "{{ ngettext('%(num)s of %(name)s', '%(num)s of %(name)s', 2, name='<b>') }}"
    )
    assert template.render({}) == "2 of &lt;b&gt;"


def test_money_of_the_records_is_grouped():
    with override("vi"):
        assert say("A: %(amount)s đồng, %(year)s", {"amount": 150000, "year": 2025}) == "A: 150.000 đồng, 2025"  # fmt: skip
