"""The lexical index: SQLite FTS5 over segmented text, in the same transaction as the passages.

It only proposes candidates; the retriever scores them, so that one formula holds everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, Engine, text

from knowledge.documents import Passage
from knowledge.lexicon import index_terms


def passage_terms(passage: Passage, title: str) -> list[str]:
    """What the lexical index holds of a passage."""
    return index_terms(" ".join((title, *passage.path, passage.caption, passage.text)))


def _quoted(terms: Iterable[str]) -> str:
    return " OR ".join('"' + t.replace('"', '""') + '"' for t in dict.fromkeys(terms))


_OF_VERSIONS = "JOIN passages ON passages.id = passages_fts.rowid AND passages.version_id IN ({})"


def _listed(versions: Iterable[int]) -> str:
    return ", ".join(str(int(v)) for v in versions)


class FullText:
    """Which passages hold any of some terms, and how common each term is."""

    def __init__(self, engine: Engine) -> None:
        if engine.dialect.name != "sqlite":
            raise ValueError(
                f"the lexical index needs SQLite; {engine.dialect.name} is not supported yet: "
                "leave ZHIHUI_DATABASE_URL empty"
            )
        self._engine = engine

    @staticmethod
    def put(connection: Connection, terms: Mapping[int, Sequence[str]]) -> None:
        """Index passages, given their terms by id, within the caller's transaction."""
        if terms:
            connection.execute(
                text("INSERT INTO passages_fts(rowid, terms) VALUES (:id, :terms)"),
                [{"id": i, "terms": " ".join(of_one)} for i, of_one in terms.items()],
            )

    @staticmethod
    def remove(connection: Connection, passage_ids: Sequence[int]) -> None:
        """Take passages out within the caller's transaction."""
        if passage_ids:
            connection.execute(
                text("DELETE FROM passages_fts WHERE rowid = :id"),
                [{"id": i} for i in passage_ids],
            )

    def search(
        self, terms: Sequence[str], limit: int, versions: Collection[int] | None = None
    ) -> list[int]:
        """Ids of the passages that hold any term, best by BM25 first.

        Args:
            terms: as they are indexed.
            limit: how many at most.
            versions: only passages of these; None for all.
        """
        if not terms:
            return []
        among = "" if versions is None else _OF_VERSIONS.format(_listed(versions))
        with self._engine.connect() as connection:
            rows = connection.execute(
                text(
                    f"SELECT passages_fts.rowid FROM passages_fts {among} "
                    "WHERE passages_fts MATCH :query ORDER BY bm25(passages_fts) LIMIT :limit"
                ),
                {"query": _quoted(terms), "limit": limit},
            )
            return [row[0] for row in rows]

    def ranks(self, term: str) -> list[tuple[int, float]]:
        """(passage id, BM25) of every passage that holds a term; higher is better."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT rowid, -bm25(passages_fts) FROM passages_fts "
                    "WHERE passages_fts MATCH :query"
                ),
                {"query": _quoted([term])},
            )
            return [(row[0], row[1]) for row in rows]

    def holds_all(self, terms: Sequence[str]) -> bool:
        """Is there a passage that holds every one of these terms?

        A term with spaces in it stands for terms behind one another: every Chinese character is a
        term of its own, in the order of the text.
        """
        query = " AND ".join('"' + t.replace('"', '""') + '"' for t in dict.fromkeys(terms))
        with self._engine.connect() as connection:
            row = connection.execute(
                text("SELECT 1 FROM passages_fts WHERE passages_fts MATCH :query LIMIT 1"),
                {"query": query},
            )
            return row.first() is not None

    def holds_one(self, wordings: Sequence[Sequence[str]], versions: Collection[int]) -> bool:
        """Does a passage of these versions hold every term of one of the wordings?"""
        query = " OR ".join(
            "(" + " AND ".join('"' + t.replace('"', '""') + '"' for t in terms) + ")"
            for terms in wordings
            if terms
        )
        if not query or not versions:
            return False
        among = _OF_VERSIONS.format(_listed(versions))
        with self._engine.connect() as connection:
            row = connection.execute(
                text(f"SELECT 1 FROM passages_fts {among} WHERE passages_fts MATCH :query LIMIT 1"),
                {"query": query},
            )
            return row.first() is not None

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term occurs; terms that occur nowhere are missing."""
        if not terms:
            return {}
        names = {f"t{i}": t for i, t in enumerate(dict.fromkeys(terms))}
        places = ", ".join(f":{n}" for n in names)
        with self._engine.connect() as connection:
            rows = connection.execute(
                text(f"SELECT term, doc FROM passages_vocab WHERE term IN ({places})"),
                names,
            )
            return {row[0]: row[1] for row in rows}

    def vocabulary(self, least: int = 2) -> list[str]:
        """Terms that at least ``least`` passages hold, the most frequent first."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                text("SELECT term FROM passages_vocab WHERE doc >= :least ORDER BY doc DESC, term"),
                {"least": least},
            )
            return [row[0] for row in rows]

    def count(self) -> int:
        """How many passages are indexed."""
        with self._engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM passages_fts")).scalar() or 0)

    def ids(self) -> set[int]:
        """Every passage id in the index."""
        with self._engine.connect() as connection:
            return {row[0] for row in connection.execute(text("SELECT rowid FROM passages_fts"))}
