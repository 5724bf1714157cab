"""The backend itself: Django looks for this module by name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base, features
from psycopg import OperationalError


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = (15,)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects to PostgreSQL 15 or later.

    Where that is this checkout's own server and nobody listens yet, starts it first.
    """

    features_class = DatabaseFeatures

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
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
