"""What a part of an Office file refers to, by the ids of its relations."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from knowledge.readers.archive import Archive


class Relation(NamedTuple):
    """One part's word of another: ``kind`` is the last word of its type, ``target`` a member."""

    id: str
    kind: str
    target: str


def relations(archive: Archive, part: str = "") -> Iterator[Relation]:
    """What a part refers to within the archive; without one, what the archive itself does."""
    folder, file = posixpath.split(part)
    member = posixpath.join(folder, "_rels", f"{file}.rels")
    if member not in archive.names:
        return
    for relation in archive.xml(member):
        if isinstance(relation.tag, str) and relation.get("TargetMode") != "External":
            # An absolute target starts at the archive's root; join honours that.
            target = posixpath.join("/" + folder, str(relation.get("Target", "")))
            kind = str(relation.get("Type", "")).rsplit("/", 1)[-1]
            path = posixpath.normpath(target).lstrip("/")
            yield Relation(str(relation.get("Id")), kind, path)
