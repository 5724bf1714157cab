from __future__ import annotations

from django.urls import path

from .views import dossiers, offers, papers, syncing, verifying, work


urlpatterns = [
    path("inbox/", work.inbox_page, name="counter-inbox"),
    path("bulk/", work.bulk, name="counter-bulk"),
    path("steps/<uuid:pk>/", work.step, name="counter-step"),
    path("opinions/<uuid:pk>/", work.opinion, name="counter-opinion"),
    path("papers/<uuid:pk>/", dossiers.paper_file, name="paper-file"),
    path("register/", papers.register_page, name="dossier-register"),
    path("sync/", syncing.sync_page, name="dossier-sync"),
    path("sync/conflicts/<uuid:pk>/", syncing.conflict, name="dossier-sync-conflict"),
    path(
        "sync/differences/<uuid:pk>/",
        syncing.difference,
        name="dossier-sync-difference",
    ),
    path("verify/", verifying.verify_file, name="dossier-verify"),
    path("verify/<str:code>/", verifying.verify_code, name="dossier-check"),
    path("<uuid:pk>/forms/<str:number>/", papers.form_page, name="dossier-form"),
    path(
        "<uuid:pk>/forms/<str:number>.pdf", papers.form_file, name="dossier-form-file"
    ),
    path("<uuid:pk>/", dossiers.dossier_page, name="dossier"),
    path("<uuid:pk>/result/", dossiers.result_file, name="dossier-result"),
    path("<uuid:pk>/<slug:slug>/", offers.dossier_action, name="dossier-action"),
]
