"""Fixtures of the runtime's tests: a real Postgres, and a fresh database of each kind of store."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from engine_threads import no_thread_is_left
from postgres_fixtures import postgres_server, postgres_url, store_url

__all__ = ["no_thread_is_left", "postgres_server", "postgres_url", "store_url"]
