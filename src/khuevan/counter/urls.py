from __future__ import annotations

from django.urls import path

from .views import dossiers, offers, work


urlpatterns = [
    path("inbox/", work.inbox_page, name="counter-inbox"),
    path("bulk/", work.bulk, name="counter-bulk"),
    path("steps/<uuid:pk>/", work.step, name="counter-step"),
    path("opinions/<uuid:pk>/", work.opinion, name="counter-opinion"),
    path("papers/<uuid:pk>/", dossiers.paper_file, name="paper-file"),
    path("<uuid:pk>/", dossiers.dossier_page, name="dossier"),
    path("<uuid:pk>/result/", dossiers.result_file, name="dossier-result"),
    path("<uuid:pk>/<slug:slug>/", offers.dossier_action, name="dossier-action"),
]
