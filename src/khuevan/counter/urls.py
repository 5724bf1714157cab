from __future__ import annotations

from django.urls import path

from .views import dossiers, moving, offers, work


urlpatterns = [
    path("inbox/", work.inbox_page, name="counter-inbox"),
    path("bulk/", work.bulk, name="counter-bulk"),
    path("steps/<uuid:pk>/", work.step, name="counter-step"),
    path("opinions/<uuid:pk>/", work.opinion, name="counter-opinion"),
    path("moving/<str:code>/", moving.moving, name="counter-moving"),
    path("moves/<uuid:pk>/", moving.move_page, name="counter-move"),
    path("moves/<uuid:pk>/undo/", moving.move_undo, name="counter-move-undo"),
    path("papers/<uuid:pk>/", dossiers.paper_file, name="paper-file"),
    path("<uuid:pk>/", dossiers.dossier_page, name="dossier"),
    path("<uuid:pk>/result/", dossiers.result_file, name="dossier-result"),
    path("<uuid:pk>/<slug:slug>/", offers.dossier_action, name="dossier-action"),
]
