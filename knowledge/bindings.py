"""Which answers of the office still hold: each rests on a clause that must read as it did.

Nothing is stored of it: it follows from the clause kept with the answer, from the versions that
are live and from their days, so that it is right in the very moment in which a version is
published, withdrawn or runs out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, select

from knowledge.documents import CitedClause, Reviewed, Source
from knowledge.tables import faqs, passages


@dataclass(frozen=True, slots=True)
class Standing:
    """A passage of a live version, for comparison only."""

    passage_id: int
    version_id: int
    label: str
    signature: str


_OWN_NUMBER = re.compile(
    r"^\s*(?:第[零〇一二三四五六七八九十百千\d]+[编章节条款项]|[（(][零〇一二三四五六七八九十百\d]+[）)]"
    r"|[零〇一二三四五六七八九十百]+、|\d{1,3}[．.、](?!\d))\s*",
    re.MULTILINE,
)


def signature(path: Sequence[str], caption: str, text: str) -> str:
    """A clause's words with what stands above it; own numbers, spaces and widths left out.

    A clause that only got another number, because one before it came or went, has not changed;
    one that stands below another heading or lead-in has.

    >>> signature(("第二章　住房",), "", "第八条　博士每月2000元，") == signature(
    ...     ("第三章 住房",), "", "第九条 博士每月2000元,")
    True
    """
    lines = "\n".join((*path, caption, text))
    words = re.sub(r"\s+", "", _OWN_NUMBER.sub("\n", lines))
    return words.translate(str.maketrans("，；：（）．", ",;:()."))


def clause_of(row: RowMapping) -> CitedClause | None:
    """The clause that a row of ``faqs`` keeps."""
    kept = row["clause"]
    if kept is None:
        return None
    return CitedClause(
        row["clause_document_id"], row["clause_version_id"], row["clause_passage_id"],
        kept["title"], kept["number"], kept["label"], tuple(kept["path"]), kept["caption"],
        kept["text"],
    )  # fmt: skip


def with_bindings(connection: Connection, sources: dict[int, Source]) -> dict[int, Source]:
    """Live sources by version id, those of reviewed answers with what they rest on.

    Reads within the caller's transaction; one statement where nobody wrote an answer yet.
    """
    rows = connection.execute(select(faqs).where(faqs.c.version_id.is_not(None))).mappings().all()
    clauses = {row["version_id"]: clause_of(row) for row in rows if row["version_id"] in sources}
    documents = {c.document_id for c in clauses.values() if c is not None}
    standing = read_standing(
        connection, [i for i, s in sources.items() if s.document_id in documents]
    )
    by_document: defaultdict[int, list[Standing]] = defaultdict(list)
    for one in standing:
        by_document[sources[one.version_id].document_id].append(one)
    return sources | {
        version_id: replace(
            sources[version_id],
            reviewed=Reviewed(None)
            if c is None
            else rests_on(c, by_document[c.document_id], sources),
        )
        for version_id, c in clauses.items()
    }


def read_standing(connection: Connection, version_ids: Sequence[int]) -> list[Standing]:
    """The passages of some versions, in reading order."""
    if not version_ids:
        return []
    p = passages.c
    rows = connection.execute(
        select(p.id, p.version_id, p.label, p.path, p.caption, p.text)
        .where(p.version_id.in_(version_ids))
        .order_by(p.version_id, p.ordinal)
    )
    return [
        Standing(r.id, r.version_id, r.label, signature(r.path, r.caption, r.text)) for r in rows
    ]


def rests_on(
    clause: CitedClause, standing: Iterable[Standing], sources: Mapping[int, Source]
) -> Reviewed:
    """When a clause reads as it did, given the passages of its document's live versions. Pure."""
    same = same_clause(clause, standing)
    spans = [span for i in sorted(same) for span in sources[i].spans]
    newest = max(same, default=0)
    return Reviewed(clause, same[newest].passage_id if newest else 0, tuple(spans))


def same_clause(clause: CitedClause, standing: Iterable[Standing]) -> dict[int, Standing]:
    """By version id, where a clause reads as it did; under its own label where it stands twice."""
    wanted = signature(clause.path, clause.caption, clause.text)
    found: dict[int, Standing] = {}
    for one in standing:
        if one.signature == wanted and (one.version_id not in found or one.label == clause.label):
            found[one.version_id] = one
    return found
