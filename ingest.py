#!/usr/bin/env python3
"""The knowledge base on the command line. See ``python ingest.py --help``."""

from __future__ import annotations

import argparse
import glob
import json
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # nothing heavy is imported before the arguments are understood
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from config import Settings
    from knowledge.base import KnowledgeBase
    from knowledge.catalogue import Catalogue
    from knowledge.intake import IntakeResult
    from knowledge.jobs import IntakeJobs

EPILOG = """When a server owns the data folder the command hands its work over and follows it.
Exit status 0 only if everything named was taken in or found in order."""

STATUS_WORDS = {"added": "已收录", "updated": "新版本", "unchanged": "未变化", "refused": "未收录"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = _parser().parse_args(argv)
    from config import ConfigError, load_settings

    try:
        settings = load_settings(data=arguments.data)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    from database import Unavailable
    from knowledge.embedding import ModelMissing
    from knowledge.vectors import WrongModel

    try:
        return int(arguments.run(arguments, settings))
    except (WrongModel, ModelMissing, Unavailable) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ingest.py", description="Manage Zhihui's knowledge base.", epilog=EPILOG
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, help="folder that holds all state (default: data)")
    common.add_argument("--json", action="store_true", help="print JSON instead of text")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[common], help=text, description=text)
        made.set_defaults(run=run)
        return made

    add = command("add", add_files, "take in files, folders or globs")
    add.add_argument("paths", nargs="+", metavar="PATH")
    command("list", list_documents, "list the documents with their validity")
    show = command("show", show_document, "show a document: facts with sources, clauses, passages")
    show.add_argument("document", help="document id or part of its file name")
    retire = command("retire", retire_document, "take a document out of answers")
    retire.add_argument("document", help="document id or part of its file name")
    command("rebuild", rebuild_index, "make the vector index anew, with the configured model")
    check = command("check", check_indexes, "compare SQL with the vector and lexical indexes")
    check.add_argument("--repair", action="store_true", help="make the indexes agree with SQL")
    return parser


# -- opening -----------------------------------------------------------------------------


def _engine(settings: Settings) -> Engine:
    from database import open_database

    return open_database(settings.sql_url, settings.data)


@contextmanager
def _owned(settings: Settings, engine: Engine, discard: bool = False) -> Iterator[KnowledgeBase]:
    """The knowledge base, held alone. Raises Owned when a server has it."""
    from knowledge.base import open_knowledge_base
    from knowledge.embedding import load_encoder
    from knowledge.ownership import Ownership

    ownership = Ownership(settings.data)
    try:
        encoder = load_encoder(settings.embedding_model)
        yield open_knowledge_base(engine, settings.data, encoder, settings.chroma_url, discard)
    finally:
        ownership.release()


def _follow(jobs: IntakeJobs, job_id: int, settings: Settings, engine: Engine) -> Any:
    """Wait for the owner to finish a job; raises SystemExit when it failed.

    An owner that is no server, or that died, leaves its queue behind: as soon as the folder is
    free this process works the queue off itself.
    """
    from knowledge.jobs import DONE, FAILED, work_off
    from knowledge.ownership import Owned

    waited = 0
    while True:
        job = jobs.get(job_id)
        if job.state == DONE:
            return job.result
        if job.state == FAILED:
            raise SystemExit(f"{job.name or job.kind}: {job.result['error']}")
        time.sleep(0.2)
        waited += 1
        if waited % 10 == 0:
            try:
                with _owned(settings, engine) as base:
                    work_off(jobs, base.intake)
            except Owned:
                continue


# -- commands ----------------------------------------------------------------------------


def add_files(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take in every file named; list what was not taken in, with its reason."""
    from knowledge.intake import IntakeResult, IntakeStatus, cannot_open, distinct_names
    from knowledge.jobs import IntakeJobs
    from knowledge.ownership import Owned

    paths, missing = expand(arguments.paths)
    results = [
        IntakeResult(name, IntakeStatus.REFUSED, reason="找不到这个文件，或文件夹里没有文件")
        for name in missing
    ]
    show = None if arguments.json else print_progress
    engine = _engine(settings)
    try:
        with _owned(settings, engine) as base:
            results += base.intake.add_all(paths, show)
    except Owned:
        jobs = IntakeJobs(engine, settings.data)
        submitted = []
        for path, name in distinct_names(paths).items():
            try:
                submitted.append(jobs.submit_file(path, name))
            except OSError as error:
                reason = cannot_open(name, error).why
                results.append(IntakeResult(name, IntakeStatus.REFUSED, reason=reason))
        for done, job_id in enumerate(submitted, 1):
            result = IntakeResult(**_follow(jobs, job_id, settings, engine))
            results.append(result)
            if show:
                show(done, len(submitted), result)
    refused = [r for r in results if r.status == IntakeStatus.REFUSED]
    if arguments.json:
        print(json.dumps([asdict(r) for r in results], ensure_ascii=False, indent=1))
    else:
        _summarise(results, refused)
    return 1 if refused else 0


def expand(names: Sequence[str]) -> tuple[list[Path], list[str]]:
    """(files, names that match nothing) of files, folders (searched through) and globs."""
    files: list[Path] = []
    missing: list[str] = []
    for name in names:
        path = Path(name)
        matches = [path] if path.exists() else [Path(m) for m in sorted(glob.glob(name))]
        named: list[Path] = []
        for match in matches:
            if match.is_dir():
                # hidden files, Word's lock files and links out of it are nobody's policy
                inside = (f for f in sorted(match.rglob("*")) if f.is_file() and not f.is_symlink())
                named += [f for f in inside if not f.name.startswith((".", "~$"))]
            elif match.is_file():
                named.append(match)
        if not named:
            missing.append(name)
        files += named
    return list(dict.fromkeys(files)), missing


def print_progress(done: int, total: int, result: IntakeResult) -> None:
    """A bar on stderr that moves with each file."""
    width = 24
    filled = width * done // total
    bar = "█" * filled + "░" * (width - filled)
    print(f"\r{bar} {done}/{total}  {result.name[:40]}\033[K", end="", file=sys.stderr, flush=True)
    if done == total:
        print(file=sys.stderr)


def _summarise(results: Sequence[IntakeResult], refused: Sequence[IntakeResult]) -> None:
    for result in results:
        word = STATUS_WORDS[str(result.status)]
        counts = (
            f"  {result.articles} 条 / {result.tables} 表 / {result.passages} 段"
            f"，未覆盖 {result.uncovered} 字"
            if result.passages
            else ""
        )
        print(f"{word}  {result.name}{counts}{'  ' + result.reason if result.reason else ''}")
        for note in result.notes:
            print(f"        提示：{note}")
    print(
        f"共 {len(results)} 个文件，{len(results) - len(refused)} 个已在库，{len(refused)} 个未收录"
    )


def list_documents(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line a document: id, validity, dates, 文号, title."""
    from datetime import date, timedelta

    from knowledge.catalogue import PUBLISHED, Catalogue

    catalogue = Catalogue(_engine(settings))
    sources = catalogue.sources()
    rows = []
    day = settings.today or date.today()  # noqa: DTZ011 - a civil date on the operator's machine
    for version in reversed(catalogue.versions()):
        if version.status != PUBLISHED:
            continue
        source = sources[version.id]
        rows.append(
            {
                "document": version.document_id,
                "file": version.file_name,
                "title": source.title,
                "number": source.number,
                "kind": source.kind.value,
                "in_force": source.in_force(day),
                "effective": str(source.effective_on or ""),
                "lapses": str(source.lapsed_on or ""),
                "repealed_by": source.repealed_by,
            }
        )
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        lapses = str(row["lapses"])
        ended = bool(lapses) and lapses <= str(day)
        state = "有效" if row["in_force"] else "失效" if ended else "未施行"
        last = str(date.fromisoformat(lapses) - timedelta(1)) if lapses else "-"
        print(
            f"{row['document']:>4}  {state}  {row['effective'] or '-':10}"
            f"  至{last:10}  {row['number'] or '-'}  {row['title']}"
        )
    print(f"共 {len(rows)} 份文件")
    return 0


def show_document(arguments: argparse.Namespace, settings: Settings) -> int:
    """Facts with the lines they were read from, the clause tree and the passages."""
    from knowledge.catalogue import Catalogue
    from knowledge.documents import Fact
    from knowledge.intake import uncovered_characters

    catalogue = Catalogue(_engine(settings))
    document_id = _find(catalogue, arguments.document)
    version = catalogue.versions(document_id)[0]
    clauses = catalogue.clauses(version.id)
    passages = [s.passage for s in catalogue.passages_of(version.id)]
    uncovered = uncovered_characters(clauses, passages)
    if arguments.json:
        record = {
            "document": document_id,
            "file": version.file_name,
            "status": version.status,
            "format": version.format,
            "facts": asdict(version.facts),
            "clauses": [asdict(c) for c in clauses],
            "passages": [asdict(p) for p in passages],
            "uncovered": uncovered,
            "notes": version.notes,
            "doubts": version.doubts,
        }
        print(json.dumps(record, ensure_ascii=False, indent=1))
        return 0
    facts = version.facts
    print(f"《{facts.title}》  {version.file_name}  [{version.status}]  {facts.kind.value}")
    for name in ("number", "issuer", "issued", "effective", "expires", "region"):
        fact = getattr(facts, name)
        if isinstance(fact, Fact):
            print(f"  {name:10} {fact.value}    ← {fact.source[:60]}")
    for fact in facts.repeals:
        print(f"  {'repeals':10} {fact.value}    ← {fact.source[:60]}")
    print(f"-- {len(clauses)} 个条款单元，{len(passages)} 个段落，未覆盖 {uncovered} 字")
    depth: dict[int | None, int] = {None: -1}
    for clause in clauses:
        depth[clause.ordinal] = depth.get(clause.parent, -1) + 1
        text = " ".join(clause.text.split())
        print(f"{'  ' * depth[clause.ordinal]}[{clause.kind.value}] {text[:70]}")
    for note in (*version.notes, *version.doubts):
        print(f"提示：{note}")
    return 0


def retire_document(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take a document out of answers; its texts stay stored."""
    from knowledge.catalogue import Catalogue
    from knowledge.jobs import IntakeJobs
    from knowledge.ownership import Owned

    engine = _engine(settings)
    document_id = _find(Catalogue(engine), arguments.document)
    try:
        with _owned(settings, engine) as base:
            base.intake.retire(document_id)
    except Owned:
        jobs = IntakeJobs(engine, settings.data)
        _follow(jobs, jobs.submit("retire", str(document_id)), settings, engine)
    print(f"已下架：文件 {document_id}，不再用于答复")
    return 0


def rebuild_index(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make the vector index anew from SQL with the configured model."""
    from knowledge.jobs import IntakeJobs
    from knowledge.ownership import Owned

    engine = _engine(settings)
    try:
        with _owned(settings, engine, discard=True) as base:
            count = base.intake.rebuild()
    except Owned:
        jobs = IntakeJobs(engine, settings.data)
        count = _follow(jobs, jobs.submit("rebuild"), settings, engine)["passages"]
    print(f"向量索引已重建：{count} 个段落")
    return 0


def check_indexes(arguments: argparse.Namespace, settings: Settings) -> int:
    """Compare SQL with both indexes; exit status 1 when they differ."""
    from knowledge.intake import IndexCheck
    from knowledge.jobs import IntakeJobs
    from knowledge.ownership import Owned

    engine = _engine(settings)
    try:
        with _owned(settings, engine) as base:
            found = base.intake.check(arguments.repair)
    except Owned:
        jobs = IntakeJobs(engine, settings.data)
        job = jobs.submit("check", "repair" if arguments.repair else "")
        found = IndexCheck(**_follow(jobs, job, settings, engine))
    if arguments.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        print(f"在用段落 {found.published}")
        print(f"向量索引：缺 {found.missing_vectors}，多 {found.orphan_vectors}")
        print(f"全文索引：缺 {found.missing_words}，多 {found.orphan_words}")
        print("一致" if found.clean else "不一致，请运行 python ingest.py check --repair")
    return 0 if found.clean else 1


def _find(catalogue: Catalogue, named: str) -> int:
    """The document meant by an id or part of a file name; SystemExit when not exactly one."""
    names = {v.document_id: v.file_name for v in catalogue.versions()}
    if named.isdigit() and int(named) in names:
        return int(named)
    found = [i for i, name in names.items() if named in name]
    if len(found) == 1:
        return found[0]
    many = "；".join(f"{i} {names[i]}" for i in found)
    raise SystemExit(
        f"不止一份文件叫“{named}”：{many}" if found else f"没有文件叫“{named}”，可先运行 list"
    )


if __name__ == "__main__":
    sys.exit(main())
