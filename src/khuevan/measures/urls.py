from __future__ import annotations

from django.urls import path

from .views import open_data, process, restructuring, scores, services


urlpatterns = [
    path("", scores.city, name="measures"),
    path("units/<uuid:pk>/", scores.unit, name="measures-unit"),
    path("units/<uuid:pk>/shadow/", process.unit_shadow, name="measures-unit-shadow"),
    path("dossiers/", scores.dossiers, name="measures-dossiers"),
    path("items/<slug:item>/", scores.item_things, name="measures-things"),
    path("services/", services.service_list, name="measures-services"),
    path("services/<str:code>/", services.service, name="measures-service"),
    path("open/", open_data.about, name="measures-open"),
    path("open/<int:year>.<slug:form>", open_data.file, name="measures-open-file"),
    path("restructuring/", restructuring.sheet, name="measures-restructuring"),
    path(
        "restructuring.xlsx",
        restructuring.sheet_file,
        name="measures-restructuring-file",
    ),
    path("guards/", process.guards, name="measures-guards"),
    path("processes/", process.processes, name="measures-processes"),
    path("processes/<str:code>/", process.process, name="measures-process"),
    path(
        "processes/<str:code>/<slug:form>/",
        process.export,
        name="measures-process-export",
    ),
]
