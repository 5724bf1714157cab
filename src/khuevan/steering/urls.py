"""Addresses of steering."""

from __future__ import annotations

from django.urls import path, register_converter

from khuevan.platform.idempotency import idempotent as once

from .views import (
    board,
    hindrances,
    importing,
    meetings,
    outputs,
    policy,
    reporting,
    sources,
    task_actions,
    tasks,
)


class TaskCode:
    """A task's code as rules.check_code lets it be; anything else is no address."""

    regex = r"[\w.-]{2,30}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TaskCode, "code")

urlpatterns = [
    path("", board.dashboard, name="steering"),
    path("inbox/", board.inbox_page, name="steering-inbox"),
    path("tasks/", tasks.task_table, name="steering-tasks"),
    path("tasks/new/", once(sources.task_new), name="steering-task-new"),
    path("tasks/bulk/", tasks.bulk, name="steering-bulk"),
    path("tasks/filters/", tasks.filter_save, name="steering-filter-save"),
    path("tasks/<code:code>/", tasks.task_page, name="steering-task"),
    path(
        "tasks/<code:code>/<slug:slug>/",
        once(task_actions.task_action),
        name="steering-task-action",
    ),
    path("evidence/<uuid:pk>/", tasks.evidence_file, name="steering-evidence-file"),
    path("commitments/", tasks.commitments, name="steering-commitments"),
    path("units/<uuid:pk>/", board.unit_board, name="steering-unit"),
    path("foresight/", board.foresight, name="steering-foresight"),
    path("register/", board.register_page, name="steering-register"),
    path(
        "register/<int:number>/answer/",
        once(board.register_answer),
        name="steering-register-answer",
    ),
    path("evaluation/", board.evaluation, name="steering-evaluation"),
    path("sources/", sources.source_list, name="steering-sources"),
    path("sources/new/", once(sources.source_new), name="steering-source-new"),
    path("sources/<uuid:pk>/", sources.source_page, name="steering-source"),
    path(
        "sources/<uuid:pk>/clauses/",
        once(sources.clause_new),
        name="steering-clause-new",
    ),
    path("difficulties/", hindrances.difficulty_list, name="steering-difficulties"),
    path(
        "difficulties/<uuid:pk>/",
        once(hindrances.difficulty_resolve),
        name="steering-difficulty",
    ),
    path("requests/<uuid:pk>/", once(hindrances.request_page), name="steering-request"),
    path(
        "extensions/<uuid:pk>/",
        once(hindrances.extension_decide),
        name="steering-extension",
    ),
    path("meetings/", meetings.meeting_list, name="steering-meetings"),
    path("meetings/new/", once(meetings.meeting_new), name="steering-meeting-new"),
    path("meetings/<uuid:pk>/", once(meetings.meeting_page), name="steering-meeting"),
    path(
        "meetings/<uuid:pk>/close/",
        meetings.meeting_close,
        name="steering-meeting-close",
    ),
    path("policy/", once(policy.policy_page), name="steering-policy"),
    path("reporting/", reporting.reporting, name="steering-reporting"),
    path("reporting/new/", once(reporting.period_new), name="steering-period-new"),
    path(
        "reporting/<uuid:pk>/close/",
        reporting.period_close,
        name="steering-period-close",
    ),
    path("report/", outputs.report_page, name="steering-report"),
    path("report/sign/", outputs.report_sign, name="steering-report-sign"),
    path(
        "report/signed/<uuid:pk>/", outputs.report_signed, name="steering-report-signed"
    ),
    path(
        "report/report.<str:ending>", outputs.report_file, name="steering-report-file"
    ),
    path(
        "meetings/<uuid:pk>/notice.<str:ending>",
        outputs.notice_file,
        name="steering-notice-file",
    ),
    path("export/tasks.<str:ending>", outputs.export, name="steering-export"),
    path("calendar/", outputs.calendar_page, name="steering-calendar-page"),
    path("calendar/link/", outputs.calendar_change, name="steering-calendar-change"),
    path("calendar.ics", outputs.calendar_feed, name="steering-calendar"),
    path("import/", importing.import_page, name="steering-import"),
    path(
        "import/template.xlsx",
        importing.import_template,
        name="steering-import-template",
    ),
    path("import/<uuid:pk>/", importing.import_preview, name="steering-import-preview"),
    path("import/<uuid:pk>/take/", importing.import_take, name="steering-import-take"),
    path(
        "import/<uuid:pk>/problems.csv",
        importing.import_problems,
        name="steering-import-problems",
    ),
]
