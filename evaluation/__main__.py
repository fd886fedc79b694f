"""Read a folder of documents, ask a question set, print the figures.

python -m evaluation --corpus DIR --questions FILE.jsonl --out PREDICTIONS.jsonl [--limit N]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Evaluate; exit status 1 when a figure lies below the floor given."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "samples", help="folder of documents")
    parser.add_argument(
        "--questions", type=Path, default=ROOT / "evaluation/linjiang/questions.jsonl"
    )
    parser.add_argument("--out", type=Path, help="write the predictions here, one JSON line each")
    parser.add_argument("--limit", type=int, default=0, help="ask only the first N questions")
    parser.add_argument("--max-chars", type=int, default=600, help="longer answers count as wrong")
    parser.add_argument(
        "--errors", type=int, default=0, metavar="N",
        help="list the first N errors, each with the stage that failed and what was found",
    )  # fmt: skip
    parser.add_argument("--model", default="", help="any SentenceTransformer model")
    parser.add_argument("--floor", type=Path, help="JSON of figures that may not be undercut")
    parser.add_argument(
        "--without", action="append", default=[], metavar="PART",
        help="take a part away (repeatable): dense, lexical, headings, aspects, characters, "
        "classes, synonyms, sounds",
    )  # fmt: skip
    parser.add_argument(
        "--beside",
        action="store_true",
        help="print the search beside BM25 and the encoder alone",
    )
    arguments = parser.parse_args(argv)

    from evaluation.asking import ABLATIONS, Day, ask_all, dialogue_over, read_corpus, watched
    from evaluation.beside import beside
    from evaluation.questions import load_questions
    from evaluation.scoring import format_report, score
    from evaluation.stages import faults, table

    if unknown := set(arguments.without) - set(ABLATIONS):
        parser.error(f"--without {', '.join(sorted(unknown))}: choose from {', '.join(ABLATIONS)}")
    questions = load_questions(arguments.questions)
    if arguments.limit:
        questions = questions[: arguments.limit]
    with tempfile.TemporaryDirectory(prefix="zhihui-evaluation-") as store:
        base, results = read_corpus(arguments.corpus, Path(store), arguments.model)
        for result in results:
            if result.reason:
                print(f"not taken in: {result.name}: {result.reason}", file=sys.stderr)
        day = Day(date.today())  # noqa: DTZ011 - rows carry their own as_of
        searches = watched(base, arguments.without)
        dialogue = dialogue_over(base, day, arguments.without, searches)
        predictions = ask_all(questions, dialogue, day, searches.begin)
        report = score(questions, predictions, arguments.max_chars)
        wrong = list(faults(report.rows, {p.id: p.citations for p in predictions}, searches))
        compared = beside(base, questions, searches) if arguments.beside else ""
        base.catalogue.engine.dispose()
    if arguments.out:
        lines = "".join(p.as_line() + "\n" for p in predictions)
        arguments.out.write_text(lines, encoding="utf-8")
    print(format_report(report))
    if wrong:
        print(table(wrong))
    if compared:
        print(compared)
    for fault in wrong[: arguments.errors]:
        print(fault.line())
    return _below(arguments.floor, report.summary) if arguments.floor else 0


def _below(floor: Path, summary: dict[str, float | int | None]) -> int:
    """Print every figure under its floor; 1 when there is one."""
    status = 0
    for name, least in json.loads(floor.read_text(encoding="utf-8")).items():
        value = summary.get(name)
        if value is None or value < least:
            print(f"below the floor: {name} is {value}, at least {least} is demanded")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
