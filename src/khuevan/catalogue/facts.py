"""What each fact of the catalogue says on a timeline."""

from __future__ import annotations

from khuevan.platform.errors import N_


WORDS: dict[str, str] = {
    "catalogue.version_drafted": N_("Version %(number)s was drafted"),
    "catalogue.version_changed": N_("The draft of version %(number)s was changed"),
    "catalogue.version_checked": N_("Version %(number)s was checked and may be published"),
    "catalogue.version_published": N_("Version %(number)s was published, valid from %(valid_from)s"),
    "catalogue.publication_withdrawn": N_("The publication of version %(number)s was undone, unused"),
    "catalogue.cost_entered": N_("The compliance cost of version %(number)s was entered"),
    "catalogue.catalogue_imported": N_("The national catalogue was imported: %(rows)s rows"),
    "catalogue.builtin_loaded": N_("The built-in catalogue was loaded: %(created)s procedures"),
    "catalogue.fault_corrected": N_("A fault of an import was corrected"),
    "catalogue.fault_accepted": N_("A fault of an import was accepted as it is"),
}  # fmt: skip
