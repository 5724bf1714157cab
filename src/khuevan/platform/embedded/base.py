"""The backend itself: Django looks for this module by name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base, features
from psycopg import OperationalError


PREPARED = {"server_side_binding": True, "prepare_threshold": 3}
"""Options of Django's: a statement is prepared when it comes often on a connection…"""
PREPARED_MOST = 400
"""… and this many are kept, those used last."""


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = (15,)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects to PostgreSQL 15 or later.

    Where that is this checkout's own server and nobody listens yet, starts it first.
    """

    features_class = DatabaseFeatures

    def __init__(
        self, settings_dict: dict[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        settings_dict["OPTIONS"] = PREPARED | settings_dict.get("OPTIONS", {})
        super().__init__(settings_dict, *args, **kwargs)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that prepares its statements but plans them for their values.

        A plan for any value is a trap where values differ much, as lists of one agency
        do. Writes look things up by key and are planned once: `idempotency`.
        """
        connection = self._connected(conn_params)
        connection.prepared_max = PREPARED_MOST
        connection.execute("SET plan_cache_mode = force_custom_plan")
        connection.commit()
        return connection

    def _connected(self, conn_params: dict[str, Any]) -> Any:
        server = settings.EMBEDDED_POSTGRES
        if self.settings_dict["HOST"] != str(server.socket):
            return super().get_new_connection(conn_params)
        server.check_socket()
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            # Another process may have started it meanwhile: then this only waits. Where
            # it ran all along, the second try fails for the same reason as the first.
            server.start()
            return super().get_new_connection(conn_params)
