"""Sentences travel from sources to catalogues and back without loss."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from khuevan.platform import catalogues
from khuevan.platform.errors import InputRefused


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "fair"
    (folder / "jinja2/fair").mkdir(parents=True)
    (folder / "apps.py").touch()
    (folder / "rules.py").write_text(
        'raise RuleBroken(N_("Due in %(days)s days."), days=3)\n'
        'ngettext("%(n)s booth", "%(n)s booths", n)\n'
    )
    (folder / "jinja2/fair/page.html").write_text(
        "{% trans who=name %}\n  Hello %(who)s\n{% endtrans %}\n"
        "{{ _('Open') }}{% do x() %}".replace("%(who)s", "{{ who }}")
    )
    return folder


def _found(app):
    return catalogues.catalogues(app.parent)


def _translate(app, pairs):
    po = app / "locale/vi/LC_MESSAGES/django.po"
    text = po.read_text()
    for source, translation in pairs.items():
        text = text.replace(
            f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{translation}"'
        )
    po.write_text(text)
    return po


def _whats(app):
    return [problem.what for problem in catalogues.check(_found(app))]


def test_sentences_of_code_and_pages_are_collected(app):
    assert catalogues.extract(_found(app)) == ["fair"]
    po = (app / "locale/vi/LC_MESSAGES/django.po").read_text()
    assert 'msgid "Due in %(days)s days."' in po
    assert 'msgid "Open"' in po
    assert 'msgid_plural "%(n)s booths"' in po
    assert "Hello %(who)s" in po
    assert "#: fair/rules.py\n" in po


def test_extracting_twice_changes_nothing(app):
    catalogues.extract(_found(app))
    assert catalogues.extract(_found(app)) == []


def test_extracting_keeps_translations(app):
    catalogues.extract(_found(app))
    _translate(app, {"Open": "Mở"})
    (app / "more.py").write_text('_("A new one")')
    catalogues.extract(_found(app))
    po = (app / "locale/vi/LC_MESSAGES/django.po").read_text()
    assert 'msgstr "Mở"' in po
    assert 'msgid "A new one"' in po


def test_missing_translations_are_named(app):
    catalogues.extract(_found(app))
    assert "“Open” — missing: it has no translation" in _whats(app)


def test_fuzzy_translations_are_named(app):
    catalogues.extract(_found(app))
    po = _translate(app, {"Open": "Mở"})
    po.write_text(po.read_text().replace('msgid "Open"', '#, fuzzy\nmsgid "Open"'))
    assert "“Open” — fuzzy: nobody has confirmed the translation" in _whats(app)


def test_obsolete_translations_are_named(app):
    catalogues.extract(_found(app))
    _translate(app, {"Due in %(days)s days.": "Còn %(days)s ngày."})
    (app / "rules.py").write_text("")
    assert any("“Due in %(days)s days.” — obsolete" in what for what in _whats(app))


def test_lost_places_are_named(app):
    catalogues.extract(_found(app))
    _translate(app, {"Due in %(days)s days.": "Còn vài ngày."})
    assert any("the places to fill differ" in what for what in _whats(app))


def test_a_lone_per_cent_sign_in_a_translation_is_named(app):
    catalogues.extract(_found(app))
    _translate(app, {"Open": "Mở (%)"})
    assert any("must be written %%" in what for what in _whats(app))


def test_two_translations_of_one_sentence_are_named(app):
    other = app.parent / "market"
    other.mkdir()
    (other / "apps.py").touch()
    (other / "views.py").write_text('_("Open")')
    catalogues.extract(_found(app))
    _translate(app, {"Open": "Mở"})
    _translate(other, {"Open": "Mở cửa"})
    assert any("“Open” — translated otherwise in fair" in what for what in _whats(app))


def test_a_broken_template_is_named(app):
    (app / "jinja2/fair/page.html").write_text("{% trans %}never closed")
    with pytest.raises(InputRefused, match=r"page\.html:1"):
        catalogues.extract(_found(app))


def test_a_lone_per_cent_sign_in_a_template_is_refused(app):
    (app / "jinja2/fair/page.html").write_text("{{ _('100 % done') }}")
    with pytest.raises(InputRefused, match="lone %"):
        catalogues.extract(_found(app))


def test_compiled_catalogues_speak_vietnamese(app):
    catalogues.extract(_found(app))
    _translate(app, {"Open": "Mở"})
    assert catalogues.compile_all(_found(app)) == ["fair"]
    mo = Path(app / "locale/vi/LC_MESSAGES/django.mo")
    with mo.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Open") == "Mở"
