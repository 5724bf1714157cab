"""Addresses of contracts."""

from __future__ import annotations

from django.urls import path

from khuevan.platform.idempotency import idempotent as once

from .views import contracts, library, verifying


urlpatterns = [
    path("", contracts.contract_list, name="contracts"),
    path("clauses/", library.clause_library, name="contract-clauses"),
    path("verify/", verifying.verify_file, name="contract-verify"),
    path("check/<str:code>/", verifying.verify_code, name="contract-check"),
    path("<str:number>/", contracts.contract_page, name="contract"),
    path("<str:number>/paper.pdf", contracts.paper, name="contract-paper"),
    path("<str:number>/archive.json", contracts.archive_json, name="contract-json"),
    path("<str:number>/archive.xml", contracts.archive_xml, name="contract-xml"),
    path("<str:number>/ministry.zip", contracts.ministry, name="contract-ministry"),
    path("<str:number>/<slug:slug>/", once(contracts.act), name="contract-action"),
]
