"""The journal's addresses, below /journal/."""

from django.urls import path

from . import views


app_name = "journal"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("proof/<int:number>", views.proof, name="proof"),
    path("consistency/<int:old>/<int:new>", views.consistency, name="consistency"),
    path("facts/<str:subject>/", views.traces, name="traces"),
    path("facts/<str:subject>/proofs.json", views.proofs_file, name="proofs"),
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/<uuid:pk>/pause", views.subscription_pause, name="pause"),
    path("webhooks/<uuid:pk>/resume", views.subscription_resume, name="resume"),
    path("deliveries/<uuid:pk>/repeat", views.delivery_repeat, name="repeat"),
]
