"""What was read of a folder of files, as a table: ``python -m evaluation.reading --corpus DIR``.

With ``--truth`` each file is compared with the text of the same name there: the share of its
characters, blanks and table marks aside, that were read in order, and how many rows of its tables
(``cell | cell`` a line, the first of a table its header) are passages that know their header.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

from knowledge.documents import BlockKind, ClauseKind, DocumentFacts, Fact, Reading, Unreadable
from knowledge.metadata import document_facts
from knowledge.readers import read_file
from knowledge.structure import Structure, structure


@dataclass(frozen=True, slots=True)
class Read:
    """One file's outcome.

    Attributes:
        share: of the true characters; None without a true text.
        rows: true table rows that were read with their header, and all true rows.
    """

    name: str
    seconds: float
    reading: Reading
    built: Structure
    facts: DocumentFacts
    share: float | None = None
    rows: tuple[int, int] = (0, 0)


def read_one(path: Path, truth: Path | None = None) -> Read:
    """Read a file as intake does.

    Raises:
        Unreadable: the file is refused.
    """
    begun = time.perf_counter()
    reading = read_file(path)
    built = structure(reading.blocks)
    facts = document_facts(built.clauses, path.name, reading.metadata.get("title", ""))
    seconds = time.perf_counter() - begun
    if truth is None:
        return Read(path.name, seconds, reading, built, facts)
    true = truth.read_text(encoding="utf-8")
    rows = headed_rows(true, built)
    return Read(path.name, seconds, reading, built, facts, shared(true, reading), rows)


def shared(truth: str, reading: Reading) -> float:
    """The share of a true text's characters that a reading holds in the same order."""
    wanted = re.sub(r"[\s|\-]", "", truth)
    pieces = []
    for block in reading.blocks:
        rows = "".join(cell for row in block.rows for cell in row)
        pieces.append(block.text + block.caption + rows)
    found = re.sub(r"[\s|\-]", "", "".join(pieces))
    matcher = SequenceMatcher(None, wanted, found, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(len(wanted), 1)


def headed_rows(truth: str, built: Structure) -> tuple[int, int]:
    """How many rows of a true text's tables were read with their header, and how many there are.

    A row counts when one passage holds all its cells and, as column names, all of the header's.
    A merged cell may be written once in the truth and is repeated in every row of a passage.
    """
    read = [
        ([_plain(cell) for cell in p.cells], "".join(map(_plain, p.header)))
        for p in built.passages
        if p.cells
    ]
    right = total = 0
    for is_table, lines in groupby(truth.splitlines(), lambda line: " | " in line):
        if not is_table:
            continue
        head, *rows = [[_plain(c) for c in line.split("|") if c.strip()] for line in lines]
        total += len(rows)
        right += sum(
            any(
                all(any(cell in held for held in cells) for cell in wanted)
                and all(name in header for name in head)
                for cells, header in read
            )
            for wanted in rows
        )
    return right, total


def _plain(text: str) -> str:
    return re.sub(r"[\s|\-]", "", text)


def row(read: Read) -> str:
    """A file's line of the table, in Markdown."""
    kinds = [clause.kind for clause in read.built.clauses]
    headless = sum(
        block.kind is BlockKind.TABLE and not block.header_rows for block in read.reading.blocks
    )
    facts = read.facts
    cells = [
        read.name,
        read.reading.format,
        str(kinds.count(ClauseKind.ARTICLE)),
        str(len(kinds)),
        f"{kinds.count(ClauseKind.TABLE)}/{kinds.count(ClauseKind.ROW)}"
        + (f" ({headless} without header)" if headless else ""),
        "" if read.share is None else f"{100 * read.share:.2f} %",
        f"{read.rows[0]}/{read.rows[1]}" if read.rows[1] else "",
        facts.title,
        *map(_value, (facts.number, facts.issued, facts.effective, facts.expires)),
        "、".join(fact.value for fact in facts.repeals),
        _value(facts.level),
        "；".join((*read.reading.notes, *read.built.doubts)),
        f"{read.seconds:.1f}",
    ]
    return _line(cells)


def _value(fact: Fact | None) -> str:
    return fact.value if fact else ""


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(re.sub(r"\s*\|\s*|\s+", " ", cell) for cell in cells) + " |"


_HEAD = (
    *("file", "format", "articles", "clauses", "tables/rows", "of the truth"),
    *("true rows with header", "title", "文号"),
    *("成文", "施行", "失效", "废止", "level", "notes and doubts", "s"),
)


def sources(read: Read) -> str:
    """The lines a file's dates, number and repeals were read from."""
    facts = read.facts
    named = [
        *(("文号", facts.number), ("成文", facts.issued), ("施行", facts.effective)),
        *(("失效", facts.expires), *(("废止", fact) for fact in facts.repeals)),
    ]
    return "\n".join(
        _line([read.facts.title, name, fact.value, fact.source[:80]])
        for name, fact in named
        if fact
    )


def summary(found: Sequence[Read]) -> str:
    """What was read of all files with a true text, in one line."""
    shares = [read.share for read in found if read.share is not None]
    right, total = (sum(read.rows[at] for read in found) for at in (0, 1))
    return (
        f"{len(shares)} files with a truth: the least share of characters "
        f"{100 * min(shares, default=0.0):.2f} %, {right} of {total} table rows with their header"
    )


def main(argv: list[str] | None = None) -> int:
    """Print the table; returns 0 when every file was read or refused in words."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.reading", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of files")
    parser.add_argument("--truth", type=Path, help="folder of true texts, by stem")
    parser.add_argument("--sources", action="store_true", help="print the lines of the facts")
    asked = parser.parse_args(argv)
    if not asked.corpus.is_dir():
        parser.error(f"no such folder: {asked.corpus}")
    print(_line(_HEAD))
    print(_line(["---"] * len(_HEAD)))
    found: list[Read] = []
    for path in sorted(path for path in asked.corpus.iterdir() if path.is_file()):
        truth = asked.truth / f"{path.stem}.txt" if asked.truth else None
        try:
            found.append(read_one(path, truth if truth and truth.exists() else None))
        except Unreadable as refused:
            print(
                _line([path.name, "refused", *[""] * (len(_HEAD) - 4), refused.why, ""]), flush=True
            )
        else:
            print(row(found[-1]), flush=True)
    if asked.truth:
        print(f"\n{summary(found)}")
    if asked.sources:
        print("\n" + _line(["title", "fact", "value", "read from"]) + "\n" + _line(["---"] * 4))
        print("\n".join(filter(None, map(sources, found))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
