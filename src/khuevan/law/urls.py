"""Addresses of the register of legal documents."""

from django.urls import path

from . import views


urlpatterns = [
    path("", views.document_list, name="law-list"),
    path("new/", views.document_new, name="law-new"),
    path("<slug:slug>/", views.document_detail, name="law-document"),
    path("<slug:slug>/correct/", views.document_correct, name="law-correct"),
    path("<slug:slug>/relate/", views.document_relate, name="law-relate"),
]
