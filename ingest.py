#!/usr/bin/env python3
"""The knowledge base on the command line. See ``python ingest.py --help``."""

from __future__ import annotations

import argparse
import glob
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # nothing heavy is imported before the arguments are understood
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from config import Settings
    from knowledge.base import KnowledgeBase
    from knowledge.catalogue import Catalogue
    from knowledge.documents import Source, Version, VersionStatus
    from knowledge.intake import IntakeResult
    from knowledge.jobs import IntakeJobs, Job, JobKind

EPILOG = """When a server owns the data folder the command hands its work over and follows it.
Exit status 0 only if everything named was taken in or found in order."""


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
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - flushed at exit, to nobody
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ingest.py", description="Manage Zhihui's knowledge base.", epilog=EPILOG
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, help="folder that holds all state (default: data)")
    common.add_argument("--json", action="store_true", help="print JSON instead of text")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, run: Any, text: str, *documents: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[common], help=text, description=text)
        made.set_defaults(run=run)
        for document in documents:
            made.add_argument(document, help="document id or part of its file name")
        return made

    add = command("add", add_files, "take in files, folders or globs")
    add.add_argument("paths", nargs="+", metavar="PATH")
    add.add_argument("--as-draft", action="store_true", help="store for review, do not publish")
    add.add_argument(
        "--same",
        choices=["new-version", "keep-both", "cancel"],
        default="new-version",
        help="what to do with a paper that is here already under another name "
        "(default: new-version)",
    )
    listed = command("list", list_documents, "list the documents with their validity")
    listed.add_argument(
        "--as-of", type=_day, metavar="DAY", help="what was in force on a day, e.g. 2025-06-30"
    )
    listed.add_argument("--all", action="store_true", help="superseded and withdrawn versions too")
    show = command("show", show_document, "show facts with sources, versions, clauses", "document")
    show.add_argument("--version", type=int, help="this version (default: the newest)")
    diff = command("diff", compare_versions, "what changed between two versions", "document")
    diff.add_argument("--old", type=int, help="version id (default: the one before)")
    diff.add_argument("--new", type=int, help="version id (default: the newest)")
    diff.add_argument("--with", dest="other", help="compare with this other, older document")
    submit = command("submit", submit_draft, "hand a draft to its reviewer", "document")
    submit.add_argument("--back", action="store_true", help="hand it back to its author instead")
    publish = command("publish", publish_version, "answer from a draft at once", "document")
    publish.add_argument("--version", type=int, help="this version (default: the newest)")
    back = "take back a publication; the version before it answers again"
    command("withdraw", withdraw_version, back, "document")
    command("retire", retire_document, "take a document out of answers", "document")
    rule = command(
        "supersede", rule_on, "decide whether one document supersedes another", "newer", "older"
    )
    rule.add_argument("--not", dest="denied", action="store_true", help="it does not")
    rule.add_argument("--undecided", action="store_true", help="leave it to the texts again")
    term = command(
        "prolong", rule_on_term, "decide whether one document moves another's last day",
        "newer", "older",
    )  # fmt: skip
    term.add_argument("--until", type=_day, metavar="DAY", help="the last day, e.g. 2027-12-31")
    term.add_argument("--not", dest="denied", action="store_true", help="it does not")
    term.add_argument("--undecided", action="store_true", help="leave it to the texts again")
    out = command("export", export_all, "write the whole knowledge base into one archive")
    out.add_argument("file", type=Path, metavar="FILE")
    into = command("import", import_all, "fill an empty knowledge base from such an archive")
    into.add_argument("file", type=Path, metavar="FILE")
    events = command("events", list_events, "list the events that the documents tell of")
    events.add_argument("--as-of", type=_day, metavar="DAY", help="as they stood on a day")
    events.add_argument("--all", action="store_true", help="past ones too")
    command("rebuild", rebuild_index, "make the vector index anew, with the configured model")
    check = command("check", check_indexes, "compare SQL with the vector and lexical indexes")
    check.add_argument("--repair", action="store_true", help="make the indexes agree with SQL")
    return parser


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is no day like 2025-06-30") from None


def list_events(arguments: argparse.Namespace, settings: Settings) -> int:
    """Events with their fields, what has changed, and what a reviewer should look at."""
    from knowledge.catalogue import Catalogue
    from knowledge.programme import Programme
    from knowledge.reports import event_lines
    from knowledge.validity import CHINA

    day = arguments.as_of or settings.today or datetime.now(CHINA).date()
    catalogue = Catalogue(_engine(settings))
    found = Programme(catalogue).happenings(day)
    if not arguments.all:
        found = [h for h in found if h.over_at is None or h.over_at.date() >= day]
    if arguments.json:
        rows = [
            {
                "id": h.id, "kind": h.kind.value, "cancelled": h.cancelled is not None,
                **{name: said.value for name, said in h.said.items()},
                "lines": {name: said.line for name, said in h.said.items()},
                "changes": [{"kind": c.kind.value, "was": c.was, "now": c.now, "by": c.by.document}
                            for c in h.changes],
                "conflicts": [{"field": c.name, "followed": c.followed.value,
                               "other": c.other.value, "by": c.other.document}
                              for c in h.conflicts],
                "doubts": list(h.doubts), "documents": [s.title for s in h.sources],
            }
            for h in found
        ]  # fmt: skip
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for happening in found:
        print("\n".join(event_lines(happening)))
    print(f"{len(found)} 项" if found else "没有读出活动")
    return 0


# -- opening -----------------------------------------------------------------------------


def _engine(settings: Settings) -> Engine:
    from database import open_database

    return open_database(settings.sql_url, settings.data)


@contextmanager
def _owned(settings: Settings, engine: Engine, any_model: bool = False) -> Iterator[KnowledgeBase]:
    """The knowledge base, held alone. Raises Owned when a server has it."""
    from knowledge.base import open_knowledge_base
    from knowledge.embedding import load_encoder
    from knowledge.ownership import Ownership

    ownership = Ownership(settings.data)
    try:
        encoder = load_encoder(settings.embedding_model)
        yield open_knowledge_base(engine, settings.data, encoder, settings.chroma_url, any_model)
    finally:
        ownership.release()


def _work(
    settings: Settings, engine: Engine, jobs: IntakeJobs, ids: Sequence[int],
    ended: Callable[[Job], None] = lambda _: None, stage: Callable[[Job], None] = lambda _: None,
) -> None:  # fmt: skip
    """See queued jobs to their end: by the owner of the data folder, or as its owner.

    An owner that is no server, or that died, leaves its queue behind: as soon as the folder is
    free this process works the queue off itself.

    Args:
        ended: told each of ``ids``, in order, when it is done or failed.
        stage: told of each that is still running, several times a second.
    """
    from knowledge.jobs import JobState, work_off
    from knowledge.ownership import Owned

    waiting = list(ids)

    def tell() -> None:
        while waiting:
            job = jobs.get(waiting[0])
            if job.state not in (JobState.DONE, JobState.FAILED):
                stage(job)
                return
            waiting.pop(0)
            ended(job)

    polls = 0
    while waiting:
        if polls % 10 == 0:
            try:
                with _owned(settings, engine) as base:
                    work_off(jobs, base, tell)
            except Owned:
                pass
        tell()
        if waiting:
            time.sleep(0.2)
        polls += 1


def _do(
    settings: Settings, engine: Engine, kind: JobKind, argument: str = "", **options: Any
) -> Any:
    """One step done by whoever owns the data folder; SystemExit with its reason when it failed."""
    from knowledge.jobs import IntakeJobs, JobState

    jobs = IntakeJobs(engine, settings.data)
    job_id = jobs.submit(kind, argument, **options)
    _work(settings, engine, jobs, [job_id])
    job = jobs.get(job_id)
    if job.state is JobState.FAILED:
        raise SystemExit(job.result["error"])
    return job.result


# -- commands ----------------------------------------------------------------------------


def add_files(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take in every file named; list what was not taken in, with its reason."""
    from knowledge.intake import IntakeResult, IntakeStatus, cannot_open, distinct_names
    from knowledge.jobs import IntakeJobs, JobState

    paths, missing = expand(arguments.paths)
    results = [
        IntakeResult(name, IntakeStatus.REFUSED, reason="找不到这个文件，或文件夹里没有文件")
        for name in missing
    ]
    engine = _engine(settings)
    jobs = IntakeJobs(engine, settings.data)
    submitted = []
    for path, name in distinct_names(paths).items():
        try:
            submitted.append(
                jobs.submit_file(path, name, draft=arguments.as_draft, same=arguments.same)
            )
        except OSError as error:
            reason = cannot_open(name, error).why
            results.append(IntakeResult(name, IntakeStatus.REFUSED, reason=reason))
    done = 0

    def ended(job: Job) -> None:
        nonlocal done
        done += 1
        if job.state is JobState.DONE:
            result = IntakeResult(**job.result)
        else:
            result = IntakeResult(job.name, IntakeStatus.REFUSED, reason=job.result["error"])
        results.append(result)
        if not arguments.json:
            print_progress(done, len(submitted), job.name)

    def stage(job: Job) -> None:
        if not arguments.json and job.stages:
            print_progress(done, len(submitted), job.name, job.stages[-1][0])

    _work(settings, engine, jobs, submitted, ended, stage)
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


def print_progress(done: int, total: int, name: str, stage: str = "") -> None:
    """A bar on stderr that moves with each file."""
    width = 24
    filled = width * done // total
    bar = "█" * filled + "░" * (width - filled)
    words = f"{name[:40]} {stage}".rstrip()
    print(f"\r{bar} {done}/{total}  {words}\033[K", end="", file=sys.stderr, flush=True)
    if done == total:
        print(file=sys.stderr)


def _summarise(results: Sequence[IntakeResult], refused: Sequence[IntakeResult]) -> None:
    from knowledge.intake import IntakeStatus
    from knowledge.reports import RESULTS

    for result in results:
        word = RESULTS[IntakeStatus(result.status)]
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
    """One line a version: document id, state, dates, 文号, title."""
    from knowledge.catalogue import Catalogue
    from knowledge.documents import VersionStatus
    from knowledge.reports import list_line, state

    catalogue = Catalogue(_engine(settings))
    day = arguments.as_of or settings.today or date.today()  # noqa: DTZ011 - the operator's day
    sources = catalogue.sources(day)
    shown = []
    for version in reversed(catalogue.versions()):
        source = sources.get(version.id)
        past = version.status in (VersionStatus.SUPERSEDED, VersionStatus.WITHDRAWN)
        if arguments.as_of:
            wanted = source is not None and source.in_force(day)
        else:
            wanted = arguments.all or not past
        if wanted:
            shown.append((version, source))
    if arguments.json:
        rows = [
            _row(version, source, state(version, source, day), day) for version, source in shown
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for version, source in shown:
        print(list_line(version, source, day))
    print(f"共 {len({v.document_id for v, _ in shown})} 份文件")
    return 0


def _row(version: Version, source: Source | None, state: str, day: date) -> dict[str, Any]:
    facts = version.facts
    return {
        "document": version.document_id,
        "version": version.id,
        "file": version.file_name,
        "status": version.status.value,
        "state": state,
        "title": facts.title,
        "number": facts.number.value if facts.number else "",
        "kind": facts.kind.value,
        "in_force": source is not None and source.in_force(day),
        "effective": str(facts.effective_on or ""),
        "lapses": str((source.lapsed_on if source else facts.expires_on) or ""),
        "repealed_by": source.repealed_by if source else "",
        "prolonged_by": source.moved[-1].by if source and source.moved else "",
    }


def show_document(arguments: argparse.Namespace, settings: Settings) -> int:
    """Facts with the lines they were read from, versions, relations and the clause tree."""
    from knowledge import reports
    from knowledge.catalogue import Catalogue
    from knowledge.intake import uncovered_characters

    catalogue = Catalogue(_engine(settings))
    document_id = _find(catalogue, arguments.document)
    versions = catalogue.versions(document_id)
    version = _version(versions, arguments.version) if arguments.version else versions[0]
    clauses = catalogue.clauses(version.id)
    passages = [s.passage for s in catalogue.passages_of(version.id)]
    uncovered = uncovered_characters(clauses, passages)
    related = [
        s for s in catalogue.supersessions()
        if document_id in (s.newer.document_id, s.older.document_id)
    ]  # fmt: skip
    moved = [
        p for p in catalogue.prolongations()
        if document_id in (p.newer.document_id, p.older.document_id)
    ]  # fmt: skip
    if arguments.json:
        record = {
            "document": document_id,
            "version": version.id,
            "file": version.file_name,
            "status": version.status,
            "format": version.format,
            "facts": asdict(version.facts),
            "versions": [{"version": v.id, "status": v.status} for v in versions],
            "supersedes": [
                {"newer": s.newer.document_id, "older": s.older.document_id, "day": str(s.day),
                 "ground": s.ground.name.lower(), "source": s.line}
                for s in related
            ],
            "prolongs": [
                {"newer": p.newer.document_id, "older": p.older.document_id,
                 "since": str(p.since), "before": str(p.before or ""),
                 "lapses": str(p.lapses_on or ""), "ruling": p.ruling, "unclear": p.is_unclear,
                 "ground": p.ground.name.lower(), "source": p.line}
                for p in moved
            ],
            "clauses": [asdict(c) for c in clauses],
            "passages": [asdict(p) for p in passages],
            "uncovered": uncovered,
            "notes": version.notes,
            "doubts": version.doubts,
        }  # fmt: skip
        print(json.dumps(record, ensure_ascii=False, indent=1))
        return 0
    facts, status = version.facts, reports.STATUS[version.status]
    print(f"《{facts.title}》  {version.file_name}  [{status}]  {facts.kind.value}")
    lines = [
        *reports.fact_lines(facts),
        *(reports.supersession_line(s, document_id) for s in related),
        *(reports.prolongation_line(p, document_id) for p in moved),
        *(reports.version_line(v) for v in versions),
        f"-- {len(clauses)} 个条款单元，{len(passages)} 个段落，未覆盖 {uncovered} 字",
        *reports.clause_lines(clauses),
        *(f"提示：{note}" for note in (*version.notes, *version.doubts)),
    ]
    print("\n".join(lines))
    return 0


def compare_versions(arguments: argparse.Namespace, settings: Settings) -> int:
    """New, changed and removed clauses, changed figures named."""
    from knowledge.catalogue import Catalogue
    from knowledge.diff import compare
    from knowledge.reports import diff_lines

    catalogue = Catalogue(_engine(settings))
    versions = catalogue.versions(_find(catalogue, arguments.document))
    new = _version(versions, arguments.new) if arguments.new else versions[0]
    past = versions
    if arguments.other:
        past = catalogue.versions(_find(catalogue, arguments.other))
    elif not arguments.old:
        past = [v for v in versions if v.id < new.id]
    if not past:
        raise SystemExit(f"《{new.facts.title}》只有一个版本，没有可对比的旧版本")
    old = _version(past, arguments.old) if arguments.old else past[0]
    changes = compare(catalogue.clauses(old.id), catalogue.clauses(new.id))
    if arguments.json:
        record = {
            "old": old.id, "new": new.id, "changes": [asdict(change) for change in changes]
        }  # fmt: skip
        print(json.dumps(record, ensure_ascii=False, indent=1))
        return 0
    print(f"《{old.facts.title}》版本 {old.id} → 《{new.facts.title}》版本 {new.id}")
    print("\n".join(diff_lines(changes)))
    return 0


def submit_draft(arguments: argparse.Namespace, settings: Settings) -> int:
    """Hand a draft to its reviewer, or back."""
    from knowledge.documents import VersionStatus
    from knowledge.jobs import JobKind

    engine = _engine(settings)
    wanted = VersionStatus.IN_REVIEW if arguments.back else VersionStatus.DRAFT
    version = _newest(engine, arguments.document, (wanted,))
    _do(settings, engine, JobKind.SUBMIT, str(version.id), back=arguments.back)
    print(f"{'已退回修改' if arguments.back else '已送审'}：《{version.facts.title}》")
    return 0


def publish_version(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer from a version from now on; the one before it becomes superseded."""
    from knowledge.catalogue import Catalogue
    from knowledge.documents import UNPUBLISHED, VersionStatus
    from knowledge.jobs import JobKind

    engine = _engine(settings)
    if arguments.version:
        catalogue = Catalogue(engine)
        versions = catalogue.versions(_find(catalogue, arguments.document))
        version = _version(versions, arguments.version)
    else:
        waiting = *UNPUBLISHED, VersionStatus.WITHDRAWN
        version = _newest(engine, arguments.document, waiting)
    _do(settings, engine, JobKind.PUBLISH, str(version.id))
    print(f"已发布：《{version.facts.title}》（版本 {version.id}），即时用于答复")
    return 0


def withdraw_version(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take back a publication; the version before it, if there is one, answers again."""
    from knowledge.catalogue import Catalogue
    from knowledge.documents import VersionStatus
    from knowledge.jobs import JobKind

    engine = _engine(settings)
    version = _newest(engine, arguments.document, (VersionStatus.PUBLISHED,))
    _do(settings, engine, JobKind.WITHDRAW, str(version.id))
    now = Catalogue(engine).versions(version.document_id)
    back = next((v for v in now if v.status is VersionStatus.PUBLISHED), None)
    restored = f"，恢复使用版本 {back.id}" if back else "，该文件不再用于答复"
    print(f"已撤回：《{version.facts.title}》（版本 {version.id}）{restored}")
    return 0


def retire_document(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take a document out of answers; its texts stay stored."""
    from knowledge.catalogue import Catalogue
    from knowledge.jobs import JobKind

    engine = _engine(settings)
    document_id = _find(Catalogue(engine), arguments.document)
    _do(settings, engine, JobKind.RETIRE, str(document_id))
    print(f"已下架：文件 {document_id}，不再用于答复")
    return 0


def rule_on(arguments: argparse.Namespace, settings: Settings) -> int:
    """Confirm or overrule that one document supersedes another."""
    from knowledge.catalogue import Catalogue
    from knowledge.jobs import JobKind

    engine = _engine(settings)
    catalogue = Catalogue(engine)
    newer, older = _find(catalogue, arguments.newer), _find(catalogue, arguments.older)
    decided = None if arguments.undecided else not arguments.denied
    _do(settings, engine, JobKind.RULE, newer=newer, older=older, supersedes=decided)
    words = {True: "替代", False: "不替代", None: "是否替代以原文为准："}[decided]
    print(f"已记录：文件 {newer} {words} 文件 {older}")
    return 0


def rule_on_term(arguments: argparse.Namespace, settings: Settings) -> int:
    """Confirm or overrule that one document moves another's last day."""
    from knowledge.catalogue import Catalogue
    from knowledge.jobs import JobKind

    engine = _engine(settings)
    catalogue = Catalogue(engine)
    newer, older = _find(catalogue, arguments.newer), _find(catalogue, arguments.older)
    decided = None if arguments.undecided else not arguments.denied
    ends = str(arguments.until + timedelta(days=1)) if decided and arguments.until else None
    _do(settings, engine, JobKind.RULE_TERM, newer=newer, older=older, holds=decided, until=ends)
    words = {True: "决定", False: "不影响", None: "是否影响以原文为准："}[decided]
    last = f"，至 {arguments.until}" if ends else ""
    print(f"已记录：文件 {newer} {words} 文件 {older} 的有效期{last}")
    return 0


def rebuild_index(arguments: argparse.Namespace, settings: Settings) -> int:
    """Make the vector index anew from SQL with the configured model."""
    from knowledge.jobs import JobKind
    from knowledge.ownership import Owned

    engine = _engine(settings)
    try:
        with _owned(settings, engine, any_model=True) as base:
            count = base.indexes.rebuild()
    except Owned:
        count = _do(settings, engine, JobKind.REBUILD)["passages"]
    print(f"向量索引已重建：{count} 个段落")
    return 0


def check_indexes(arguments: argparse.Namespace, settings: Settings) -> int:
    """Compare SQL with both indexes; exit status 1 when they differ."""
    from knowledge.indexes import IndexCheck
    from knowledge.jobs import JobKind

    engine = _engine(settings)
    found = IndexCheck(**_do(settings, engine, JobKind.CHECK, repair=arguments.repair))
    if arguments.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        print(f"在用段落 {found.published}")
        print(f"向量索引：缺 {found.missing_vectors}，多 {found.orphan_vectors}")
        print(f"          抽查 {found.sampled} 个，不符 {found.wrong_vectors} 个")
        print(f"全文索引：缺 {found.missing_words}，多 {found.orphan_words}")
        print("一致" if found.clean else "不一致，请运行 python ingest.py check --repair")
    return 0 if found.clean else 1


def export_all(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the archive: documents with their originals, and what the office added."""
    from knowledge.transfer import export_base

    try:
        manifest = export_base(_engine(settings), settings.data, arguments.file)
    except OSError as error:
        raise SystemExit(f"{arguments.file}：无法写入（{error.strerror}），请换一个位置") from None
    if arguments.json:
        print(json.dumps(asdict(manifest), ensure_ascii=False))
    else:
        print(f"已导出到 {arguments.file}：{manifest.summary}")
        print("不含账号、密码、对话和微信用户；在新机器上运行 ingest.py import 即可恢复")
    return 0


def import_all(arguments: argparse.Namespace, settings: Settings) -> int:
    """Fill an empty knowledge base, and make both indexes."""
    from knowledge.base import open_knowledge_base
    from knowledge.embedding import load_encoder
    from knowledge.ownership import Owned, Ownership
    from knowledge.transfer import BadArchive, import_base

    if not arguments.file.is_file():
        raise SystemExit(f"{arguments.file}：找不到这个文件")
    try:
        held = Ownership(settings.data)
    except Owned:
        raise SystemExit(
            f"{settings.data} 正被服务使用，请先停止服务，或用 --data 换一个文件夹"
        ) from None
    try:
        engine = _engine(settings)
        manifest = import_base(engine, settings.data, arguments.file)
        encoder = load_encoder(settings.embedding_model)
        base = open_knowledge_base(
            engine, settings.data, encoder, settings.chroma_url, any_model=True
        )
        found = base.indexes.check(repair=True)
    except BadArchive as error:
        raise SystemExit(str(error)) from None
    finally:
        held.release()
    if arguments.json:
        print(json.dumps({**asdict(manifest), "clean": found.clean}, ensure_ascii=False))
    else:
        print(f"已导入：{manifest.summary}（{manifest.made_at} 导出）")
        print("两个索引已重建" if found.clean else "索引不一致，请运行 ingest.py check --repair")
    return 0 if found.clean else 1


# -- what is meant -----------------------------------------------------------------------


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


def _version(versions: Sequence[Version], version_id: int) -> Version:
    """One of a document's versions; SystemExit when it has none of this id."""
    for version in versions:
        if version.id == version_id:
            return version
    ids = "、".join(str(v.id) for v in versions)
    raise SystemExit(f"这份文件没有版本 {version_id}，现有版本：{ids}")


def _newest(engine: Engine, named: str, statuses: Sequence[VersionStatus]) -> Version:
    """The newest version of a document in one of some statuses; SystemExit when there is none."""
    from knowledge.catalogue import Catalogue
    from knowledge.reports import STATUS

    catalogue = Catalogue(engine)
    versions = catalogue.versions(_find(catalogue, named))
    for version in versions:
        if version.status in statuses:
            return version
    words = "、".join(STATUS[s] for s in statuses)
    raise SystemExit(
        f"《{versions[0].facts.title}》没有可操作的版本（需要：{words}），可先运行 show 查看"
    )


if __name__ == "__main__":
    sys.exit(main())
