"""The backend itself: Django looks for this module by name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import OperationalError


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects; where nobody listens yet, starts this checkout's server first."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            if settings.EMBEDDED_POSTGRES.running():
                raise
            settings.EMBEDDED_POSTGRES.start()
            return super().get_new_connection(conn_params)
