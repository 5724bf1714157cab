"""What the codebase promises about itself."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.db.models import Manager, Model, QuerySet


LINE = [
    "platform",
    "journal",
    "directory",
    "law",
    "worktime",
    "books",
    "notices",
    "clients",
    "indicators",
    "analytics",
    "matching",
    "process",
    "payments",
    "valuation",
    "auctions",
    "feedback",
    "events",
    "experts",
    "catalogue",
    "centre",
    "counter",
    "measures",
    "exchange",
    "federation",
    "contracts",
    "deals",
    "dtmarket",
    "results",
    "steering",
    "web",
]
"""Every app, lowest first: the same order as the layers contract."""


def test_foreign_keys_point_downward():
    level = {name: n for n, name in enumerate(LINE)}
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
        if {model._meta.app_label, field.related_model._meta.app_label} <= set(level)
        if level[field.related_model._meta.app_label] > level[model._meta.app_label]
    ]
    assert upward == []


def test_the_journal_points_at_nothing():
    pointing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config("journal").get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model._meta.app_label != "journal"
    ]
    assert pointing == []


@pytest.mark.parametrize("app", [a for a in LINE if a not in {"directory", "platform"}])
def test_no_model_leaves_its_app(app):
    """Functions, enums and frozen dataclasses cross; models do not (decision 3)."""
    if find_spec(f"khuevan.{app}.public") is None:
        pytest.skip(f"{app} offers nothing to other apps")
    public = import_module(f"khuevan.{app}.public")
    leaked = [
        name
        for name in public.__all__
        if inspect.isclass(item := getattr(public, name))
        if issubclass(item, (Model, QuerySet, Manager))
    ]
    assert leaked == []


def _modules(package_name):
    if find_spec(package_name) is None:
        return
    module = import_module(package_name)
    yield module
    if hasattr(module, "__path__"):
        for found in pkgutil.iter_modules(module.__path__):
            yield import_module(f"{package_name}.{found.name}")


def _actions():
    for app in LINE:
        for module in _modules(f"khuevan.{app}.actions"):
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if module.__name__.endswith("common"):
                    continue  # what actions share is no action
                if function.__module__ == module.__name__ and not name.startswith("_"):
                    yield pytest.param(function, id=f"{app}.{name}")


@pytest.mark.parametrize("action", list(_actions()))
def test_every_action_takes_keywords_and_says_by_whom(action):
    parameters = inspect.signature(action).parameters
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values())
    assert list(parameters)[-1] == "by"


@pytest.mark.parametrize(
    "model",
    [m for m in apps.get_models() if m.__module__.startswith("khuevan.directory")],
    ids=lambda m: m.__name__,
)
def test_personal_data_is_declared_beside_every_field(model):
    declared = set(model.Privacy.personal) | set(model.Privacy.open)
    fields = {field.name for field in model._meta.get_fields() if field.concrete}
    assert declared == fields
