"""What the demo's procedures give people: certificates that say what was applied for."""

from __future__ import annotations

import pytest

from demo.procedures import definitions
from khuevan.catalogue.public import read_template


GIVING = [d for d in definitions() if d.result and d.result.template]


@pytest.mark.parametrize("definition", GIVING, ids=lambda d: d.code)
def test_a_result_names_answers_by_their_questions(definition):
    template = read_template(definition.result.template)
    asked = definition.form["properties"]
    assert template.fields
    for name in template.fields:
        assert asked[name]["title"], name
    for line in template.text.splitlines():
        assert line.endswith((".", ":")), line
