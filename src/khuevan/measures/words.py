"""What groups, items and bands of the index are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khuevan.analytics.public import Kind


GROUPS = {
    "publicity": _("Publicity and transparency"),
    "progress": _("Progress of settlement"),
    "online": _("Online services"),
    "payment": _("Online payment"),
    "digitisation": _("Digitisation of dossiers"),
    "satisfaction": _("Satisfaction"),
}
BANDS = {
    "excellent": _("excellent"),
    "good": _("good"),
    "fair": _("fair"),
    "average": _("average"),
    "weak": _("weak"),
}
ITEMS = {
    "PUBLISH_ON_TIME": (_("Procedures decided in time"), _("procedures whose decision was published in time ÷ procedures to be published")),
    "PUBLIC_UPDATE_ON_TIME": (_("Made public in time"), _("procedures made public within the limit after the decision ÷ procedures to be made public")),
    "PUBLIC_CONTENT_FULL": (_("Content complete"), _("published procedures with all parts the decree asks for ÷ published procedures")),
    "DOSSIER_SYNC": (_("On the national portal"), _("accepted dossiers the portal acknowledged ÷ dossiers accepted")),
    "PROGRESS_ON_TIME": (_("Settled on time"), _("dossiers ended on time or still within their time ÷ dossiers settled or in process")),
    "PROCESSING_TIME": (_("Time to settle"), _("hours from acceptance to the end ÷ dossiers ended")),
    "ONLINE_SERVICE_RATIO": (_("Procedures offered online"), _("procedures offered online ÷ procedures within competence")),
    "ONLINE_SERVICE_USED": (_("Online services in use"), _("online services with online dossiers ÷ online services")),
    "ONLINE_DOSSIER_RATIO": (_("Dossiers filed online"), _("dossiers filed online, with an electronic result where one is due ÷ all dossiers, times the share on the portal")),
    "FULL_ONLINE_DOSSIER_RATIO": (_("Dossiers of fully online services"), _("dossiers filed online ÷ dossiers of procedures that are fully online")),
    "PAY_DOSSIER": (_("Dossiers paid online"), _("dossiers paid online ÷ dossiers with a fee")),
    "PAY_PROCEDURE_USED": (_("Procedures paid online"), _("procedures with online payments ÷ procedures with fees")),
    "PAY_PROCEDURE_OFFERED": (_("Procedures that can be paid online"), _("procedures with a fee offered for online payment ÷ procedures with fees")),
    "ORIGINAL_RESULT_AVAILABLE": (_("Electronic results"), _("dossiers with a valid electronic result ÷ decided dossiers whose result is a document")),
    "SO_HOA_GIAY_TO_GIAI_QUYET": (_("Digitised papers"), _("papers digitised ÷ papers to digitise")),
    "ELECTRONIC_CERTIFIED_COPY": (_("Electronic certified copies"), _("communes that issued one ÷ communes")),
    "REUSED_DIGITIZED_DATA": (_("Digitised data used again"), _("dossiers with a paper from the store ÷ decided dossiers")),
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": (_("Owner's store used or fed"), _("dossiers using or feeding the store ÷ decided dossiers")),
    "CITIZEN_DATA_CONNECTED_DOSSIER": (_("Dossiers on population data"), _("dossiers that used population data ÷ decided dossiers")),
    "CITIZEN_DATA_CONNECTED_FORMALITY": (_("Procedures on population data"), _("procedures connected to population data ÷ procedures")),
    "PETITION_PROCESSING_ON_TIME": (_("Petitions handled on time"), _("petitions handled on time ÷ petitions")),
    "PETITION_HANDLING_SATISFACTION": (_("Satisfied with the answer"), _("petitions nobody was dissatisfied with ÷ petitions")),
    "DOSSIER_RECEIVING_SATISFACTION": (_("Satisfied with the service"), _("dossiers neither late nor complained of ÷ dossiers ended")),
    "PROACTIVE_SERVICES": (_("Proactive services"), _("procedures offered before they are asked for ÷ procedures")),
    "DOSSIERS_ONLINE": (_("Dossiers through online channels"), _("dossiers filed on the portal, in VNeID or with help ÷ dossiers filed")),
    "DOSSIERS_ASSISTED": (_("Dossiers filed with help"), _("dossiers a supporter filed for somebody ÷ dossiers filed online")),
    "PROCEDURES_WITH_DATA": (_("Procedures with papers replaced"), _("procedures with a paper replaced by data, by the store or left out ÷ procedures")),
    "PROCEDURES_ALL_BY_DATA": (_("Procedures wholly on data"), _("procedures all of whose papers are replaced by data ÷ procedures")),
}  # fmt: skip
"""Title and formula in words of every item."""
FLAGS = {
    "NATIONAL_REPORT": _("compared with the national report"),
    "TEMP_NATIONAL_REPORT_DENOMINATOR": _(
        "the national report of this time is not there yet: divided by last year's share"
    ),
    "NO_NATIONAL_REPORT_DATA": _(
        "no national report to compare with: divided by the dossiers accepted here"
    ),
}
"""What a denominator stands on; see `rules.national`."""
GUARDS = {
    "assisted": _("Filed by a supporter"),
    "filed_by_staff": _("Filed online by an official for somebody"),
    "split": _("Several of one person on one day"),
    "received_late": _("Not received within eight working hours"),
    "decided_just_before": _("Decided in the last hours before the date"),
    "ended_just_before": _("Stopped within a day of the date"),
    "asked_just_before": _("Asked for papers within a day of the date"),
    "reappointed": _("Date moved with an apology"),
    "refiled": _("Filed again by the same person"),
}
"""Ways to a good rate without good service."""
PARTIES = {
    "supplement": _("the applicant (papers)"),
    "finance": _("the applicant (payment)"),
}
"""For whom a dossier waits while its clock stands."""
VISITS = {
    "file": _("to file"),
    "supplement": _("to bring what was asked for"),
    "fetch": _("to fetch the result"),
}
"""What applicants come in person for."""
LEVERS = {
    "steps": _("Steps"),
    "papers": _("Papers asked for"),
    "fields": _("Fields typed"),
    "trips": _("Trips"),
    "hours": _("Hours of work"),
    "cost": _("Cost (đồng)"),
}
"""What restructuring is measured by."""
KINDS_OF_DEVIATION = {
    Kind.SKIPPED: _("Steps left out"),
    Kind.UNEXPECTED: _("Steps the process has no place for"),
    Kind.WRONG_ORDER: _("Steps out of their turn"),
    Kind.UNFINISHED: _("Ended before the last step"),
}
