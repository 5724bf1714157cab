from __future__ import annotations

from django.urls import path

from .views import desk, importing, processes, public


urlpatterns = [
    path("", public.start, name="procedures"),
    path("publicity/", desk.publicity, name="procedure-publicity"),
    path("desk/", desk.desk, name="catalogue-desk"),
    path("desk/import/", importing.import_page, name="catalogue-import"),
    path("desk/faults/", importing.fault_list, name="catalogue-faults"),
    path("desk/faults/<uuid:pk>/", importing.fault_detail, name="catalogue-fault"),
    path("desk/faults/<uuid:pk>/correct/", importing.fault_correct, name="catalogue-fault-correct"),
    path("desk/faults/<uuid:pk>/accept/", importing.fault_accept, name="catalogue-fault-accept"),
    path("desk/drafts/new/", desk.draft_new, name="catalogue-draft-new"),
    path("desk/drafts/<uuid:pk>/", desk.draft, name="catalogue-draft"),
    path("desk/drafts/<uuid:pk>/check/", desk.draft_check, name="catalogue-draft-check"),
    path("desk/drafts/<uuid:pk>/publish/", desk.draft_publish, name="catalogue-draft-publish"),
    path("desk/drafts/<uuid:pk>/process/", processes.draft_process, name="catalogue-draft-process"),
    path("desk/versions/<uuid:pk>/process.bpmn", processes.draft_process_file, name="catalogue-process-file"),
    path("desk/versions/<uuid:pk>/withdraw/", desk.version_withdraw, name="catalogue-withdraw"),
    path("desk/versions/<uuid:pk>/cost/", desk.version_cost, name="catalogue-cost"),
    path("<str:code>/", public.procedure, name="procedure"),
    path("<str:code>/changes/", public.procedure_changes, name="procedure-changes"),
]  # fmt: skip
