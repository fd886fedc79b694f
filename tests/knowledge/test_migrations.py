"""The migrations and the tables that the packages declare are one schema."""

import importlib

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from database import metadata, migrate, open_engine
from knowledge.catalogue import Catalogue
from knowledge.documents import VersionStatus
from knowledge.fulltext import FullText
from tests.knowledge.conftest import ROOT


@pytest.fixture
def engine(tmp_path):
    made = open_engine(f"sqlite:///{tmp_path / 'zhihui.db'}")
    migrate(made)
    yield made
    made.dispose()


def declaring_modules():
    """Every module of ours that declares a table on the one MetaData."""
    found = []
    for folder in ("bot", "knowledge", "console"):
        for path in (ROOT / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "from database import" in source and "Table(" in source:
                found.append(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return found


def test_the_migrated_schema_is_the_declared_one(engine):
    modules = declaring_modules()
    assert {"knowledge.tables", "knowledge.jobs"} <= set(modules)
    for name in modules:
        importlib.import_module(name)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: (
                    kind != "table" or not name.startswith("passages_")
                ),
            },
        )
        assert compare_metadata(context, metadata) == []


def test_the_full_text_tables_are_made(engine):
    assert FullText(engine).count() == 0
    assert FullText(engine).frequencies(["词"]) == {}


def schema(engine):
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"))
        return rows.all(), connection.execute(text("SELECT * FROM alembic_version")).all()


def test_migrating_again_changes_nothing_and_keeps_the_rows(engine):
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO state VALUES ('a', 'b')"))
    before = schema(engine)
    migrate(engine)
    assert schema(engine) == before
    with engine.connect() as connection:
        assert connection.execute(text("SELECT value FROM state")).scalar() == "b"


def test_documents_of_an_older_release_stay_published_under_their_names(tmp_path):
    made = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with made.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO documents VALUES (1, '办法.txt', '2026-01-02 03:04:05')")
        )
        facts = '{"title": "办法", "kind": "regulation", "repeals": []}'
        connection.execute(
            text(
                "INSERT INTO versions (id, document_id, content_hash, format, status, facts, "
                "notes, doubts, model, created_at) VALUES (1, 1, 'h', 'text', 'published', "
                ":facts, '[]', '[]', 'm', '2026-01-02 03:04:05')"
            ),
            {"facts": facts},
        )
        connection.execute(
            text("INSERT INTO clauses VALUES (1, 0, NULL, 'article', '', '', '第一条', '[]', NULL)")
        )
        connection.execute(
            text(
                "INSERT INTO passages VALUES (1, 1, 0, '第一条', '[]', '第一条', 'article', '[0]', "
                "'[]', '[]', '', x'00000000')"
            )
        )
    migrate(made)
    catalogue = Catalogue(made)
    (version,) = catalogue.versions()
    assert (version.file_name, version.status) == ("办法.txt", VersionStatus.PUBLISHED)
    assert version.published_at == version.created_at
    assert catalogue.remembers("samples"), "samples that were retired would come back"
    with made.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    migrate(made)
    assert Catalogue(made).versions() == [version]
    assert Catalogue(made).live_ids() == {1}
    made.dispose()


def test_sqlite_keeps_foreign_keys_and_waits_for_locks(engine):
    with engine.connect() as connection:
        settings = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 1, 10000]
    assert inspect(engine).get_foreign_keys("passages")


def test_a_clause_of_no_version_cannot_be_stored(engine):
    row = "INSERT INTO clauses VALUES (99, 0, NULL, 'item', '', '', '', '[]', NULL)"
    with pytest.raises(Exception, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(text(row))


def test_another_database_than_sqlite_is_refused_with_a_way_on():
    class Postgres:
        class dialect:
            name = "postgresql"

    with pytest.raises(ValueError, match="ZHIHUI_DATABASE_URL"):
        FullText(Postgres())
