"""What scopes and states are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .rules import Scope, State


SCOPES = {
    Scope.PROCEDURES_READ: _("Read the catalogue of procedures"),
    Scope.EXCHANGE_READ: _("Read listings of the technology exchange"),
    Scope.EXCHANGE_WRITE: _("Write and hand in the organisation's listings"),
    Scope.EXCHANGE_SUBSCRIBE: _("Be told of changes of the exchange"),
    Scope.STEERING_READ: _("Read the tasks the organisation may see"),
    Scope.STEERING_WRITE: _("Report and claim the organisation's tasks"),
    Scope.DOSSIERS_READ: _("Read the dossiers the organisation may see"),
    Scope.DOSSIERS_WRITE: _("File and accept dossiers at the organisation's points"),
}
STATES = {
    State.WAITING: _("Waits for approval"),
    State.ACTIVE: _("Active"),
    State.REVOKED: _("Revoked"),
}
DELIVERIES = {
    "waiting": _("On its way"),
    "delivered": _("Taken"),
    "dead": _("Not taken"),
}
