from __future__ import annotations

from django.urls import path

from .views import (
    aside,
    assigning,
    bulk,
    dossiers,
    examining,
    filing,
    following,
    intake,
    moving,
    offers,
    papers,
    store,
    syncing,
    verifying,
    work,
)


urlpatterns = [
    path("inbox/", work.inbox_page, name="counter-inbox"),
    path("bulk/", bulk.bulk, name="counter-bulk"),
    path("steps/<uuid:pk>/", work.step, name="counter-step"),
    path("opinions/<uuid:pk>/", work.opinion, name="counter-opinion"),
    path("moving/<str:code>/", moving.moving, name="counter-moving"),
    path("moves/<uuid:pk>/", moving.move_page, name="counter-move"),
    path("moves/<uuid:pk>/undo/", moving.move_undo, name="counter-move-undo"),
    path("papers/<uuid:pk>/", dossiers.paper_file, name="paper-file"),
    path("", following.my_dossiers, name="my-dossiers"),
    path("new/<str:code>/", filing.new, name="filing-new"),
    path("follow/", following.follow, name="dossier-follow"),
    path("follow/<str:token>/", following.followed_page, name="dossier-followed"),
    path("store/", store.my_store, name="my-store"),
    path("store/<uuid:pk>/", store.stored_file, name="stored-file"),
    path("doubts/", store.doubts, name="counter-doubts"),
    path("doubts/<uuid:pk>/", store.doubt, name="counter-doubt"),
    path("aside/", aside.aside_page, name="counter-aside"),
    path("aside/absences/", aside.absence_new, name="counter-absence-new"),
    path(
        "aside/absences/<uuid:pk>/end/", aside.absence_end, name="counter-absence-end"
    ),
    path("aside/interests/", aside.interest_new, name="counter-interest-new"),
    path(
        "aside/interests/<uuid:pk>/withdraw/",
        aside.interest_withdraw,
        name="counter-interest-withdraw",
    ),
    path("assigning/", assigning.assigning_page, name="counter-assigning"),
    path(
        "assigning/<uuid:pk>/drop/",
        assigning.assignment_drop,
        name="counter-assignment-drop",
    ),
    path("intake/", intake.start, name="intake"),
    path("intake/<uuid:pk>/", intake.intake_page, name="intake-page"),
    path("<uuid:pk>/filing/", filing.draft, name="filing"),
    path("<uuid:pk>/version/", filing.renew, name="filing-version"),
    path("<uuid:pk>/pages/<int:number>/", filing.page, name="filing-page"),
    path("<uuid:pk>/papers/", filing.papers, name="filing-papers"),
    path("<uuid:pk>/check/", filing.check, name="filing-check"),
    path("<uuid:pk>/receipt/", filing.receipt, name="filing-receipt"),
    path("<uuid:pk>/discard/", filing.discard, name="filing-discard"),
    path("<uuid:pk>/wrong/<str:field>/", filing.doubt, name="filing-wrong"),
    path("<uuid:pk>/examine/", examining.examine, name="dossier-examine"),
    path("<uuid:pk>/supplement/", following.supplement, name="dossier-supplement"),
    path("<uuid:pk>/withdraw/", following.withdraw, name="dossier-withdraw"),
    path("<uuid:pk>/rate/", following.rate, name="dossier-rate"),
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
