"""Addresses of steering."""

from __future__ import annotations

from django.urls import path

from .views import (
    board,
    hindrances,
    meetings,
    policy,
    reporting,
    sources,
    task_actions,
    tasks,
)


urlpatterns = [
    path("", board.dashboard, name="steering"),
    path("inbox/", board.inbox_page, name="steering-inbox"),
    path("tasks/", tasks.task_table, name="steering-tasks"),
    path("tasks/new/", sources.task_new, name="steering-task-new"),
    path("tasks/bulk/", tasks.bulk, name="steering-bulk"),
    path("tasks/filters/", tasks.filter_save, name="steering-filter-save"),
    path("tasks/<str:code>/", tasks.task_page, name="steering-task"),
    path(
        "tasks/<str:code>/<slug:slug>/",
        task_actions.task_action,
        name="steering-task-action",
    ),
    path("evidence/<uuid:pk>/", tasks.evidence_file, name="steering-evidence-file"),
    path("commitments/", tasks.commitments, name="steering-commitments"),
    path("units/<uuid:pk>/", board.unit_board, name="steering-unit"),
    path("foresight/", board.foresight, name="steering-foresight"),
    path("register/", board.register_page, name="steering-register"),
    path(
        "register/<int:number>/answer/",
        board.register_answer,
        name="steering-register-answer",
    ),
    path("evaluation/", board.evaluation, name="steering-evaluation"),
    path("sources/", sources.source_list, name="steering-sources"),
    path("sources/new/", sources.source_new, name="steering-source-new"),
    path("sources/<uuid:pk>/", sources.source_page, name="steering-source"),
    path("sources/<uuid:pk>/clauses/", sources.clause_new, name="steering-clause-new"),
    path("difficulties/", hindrances.difficulty_list, name="steering-difficulties"),
    path(
        "difficulties/<uuid:pk>/",
        hindrances.difficulty_resolve,
        name="steering-difficulty",
    ),
    path("requests/<uuid:pk>/", hindrances.request_page, name="steering-request"),
    path(
        "extensions/<uuid:pk>/", hindrances.extension_decide, name="steering-extension"
    ),
    path("meetings/", meetings.meeting_list, name="steering-meetings"),
    path("meetings/new/", meetings.meeting_new, name="steering-meeting-new"),
    path("meetings/<uuid:pk>/", meetings.meeting_page, name="steering-meeting"),
    path(
        "meetings/<uuid:pk>/close/",
        meetings.meeting_close,
        name="steering-meeting-close",
    ),
    path("policy/", policy.policy_page, name="steering-policy"),
    path("reporting/", reporting.reporting, name="steering-reporting"),
    path("reporting/new/", reporting.period_new, name="steering-period-new"),
    path(
        "reporting/<uuid:pk>/close/",
        reporting.period_close,
        name="steering-period-close",
    ),
]
