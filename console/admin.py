"""The admin's side: policies in, what was read of them, what changes, publish and take back."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from console.accounts import Accounts
from console.standing import last_day
from console.uploads import SLICE, BadUpload, Uploads
from knowledge.catalogue import Catalogue
from knowledge.diff import compare
from knowledge.documents import UNPUBLISHED, DocumentFacts, Fact, Source, Version, VersionStatus
from knowledge.intake import uncovered_characters
from knowledge.jobs import FILE_JOBS, IntakeJobs, Job, JobKind, JobState
from knowledge.likeness import SamePaper
from knowledge.reports import FACTS, KINDS, RESULTS, STATUS, change_counts, depths, state

CHINA = ZoneInfo("Asia/Shanghai")

LAPSING = timedelta(days=30)
"""How long before its end a policy is marked as ending."""

STEPS = {
    "publish": "发布",
    "submit": "送审",
    "back": "退回修改",
    "withdraw": "撤回发布",
    "retire": "下架文件",
}

SAME_WORDS = {
    SamePaper.NEW_VERSION: "作为已有文件的新版本",
    SamePaper.KEEP_BOTH: "两份都保留",
    SamePaper.CANCEL: "不再收录",
}

JOB_WORDS = {
    JobState.QUEUED: "排队中",
    JobState.RUNNING: "处理中",
    JobState.DONE: "完成",
    JobState.FAILED: "失败",
}

STEP_S = 8.0
"""Seconds for which a page waits until a step is done; it goes on in any case."""

_JOBS: dict[str, tuple[JobKind, dict[str, Any]]] = {
    "publish": (JobKind.PUBLISH, {}),
    "submit": (JobKind.SUBMIT, {}),
    "back": (JobKind.SUBMIT, {"back": True}),
    "withdraw": (JobKind.WITHDRAW, {}),
    "retire": (JobKind.RETIRE, {}),
}
_DECISIONS = {"yes": True, "no": False, "open": None}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One document in the list.

    Attributes:
        state: one word, see ``reports.state``; ``waiting`` names a draft beside a published text.
    """

    version: Version
    state: str
    ending: bool
    last_day: date | None
    waiting: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact, with the line it was read from; ``missing`` where a policy should have it."""

    name: str
    value: str
    source: str
    missing: bool


def admin_pages(
    catalogue: Catalogue, jobs: IntakeJobs, accounts: Accounts, uploads: Uploads,
    today: Callable[[], date],
) -> Blueprint:  # fmt: skip
    """Build ``/admin``.

    Args:
        jobs: where uploads and steps are queued; the owner of the data folder does them.
        accounts: its audit log keeps who did what.
        today: the day on which a text is in force or not.
    """
    blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")

    def page(template: str, **values: Any) -> Response:
        html = render_template(template, user=g.user, **values)
        return Response(html, headers={"Cache-Control": "no-store"})

    def versions_of(document_id: int) -> list[Version]:
        found = catalogue.versions(document_id)
        if not found:
            abort(404)
        return found

    def note(action: str, subject: str) -> None:
        accounts.record(g.user.name, action, subject)

    def done(job_id: int, action: str, subject: str) -> None:
        """Wait for a step that the owner does, and say what came of it."""
        note(action, subject)
        limit = time.monotonic() + STEP_S
        while (job := jobs.get(job_id)).state in (JobState.QUEUED, JobState.RUNNING):
            if time.monotonic() > limit:
                flash(f"{action}已排队，前面还有文件在处理，稍后刷新查看", "wait")
                return
            time.sleep(0.05)
        if job.state is JobState.FAILED:
            flash(str(job.result["error"]), "bad")
        else:
            flash(f"已{action}：{subject}", "good")

    @blueprint.get("")
    def front() -> AnyResponse:
        """The list is where everything begins."""
        return redirect(url_for("admin.policies"))

    @blueprint.get("/policies")
    def policies() -> Response:
        """Every document with its state, searched by title, 文号 or file name."""
        wanted, only = request.args.get("q", "").strip(), request.args.get("state", "")
        rows = policy_rows(catalogue.versions(), catalogue.sources(), today())
        states = sorted({row.state for row in rows})
        shown = [
            row
            for row in rows
            if (not only or row.state == only) and (not wanted or wanted in _searched(row.version))
        ]
        return page(
            "admin_policies.html", rows=shown, total=len(rows), states=states, wanted=wanted,
            only=only, kinds=KINDS,
        )  # fmt: skip

    @blueprint.get("/policies/<int:document_id>")
    def policy(document_id: int) -> Response:
        """One version: its facts with their lines, its clauses, what it changes, what to do."""
        versions = versions_of(document_id)
        chosen = request.args.get("version", type=int)
        version = next((v for v in versions if v.id == chosen), versions[0])
        clauses = catalogue.clauses(version.id)
        passages = [s.passage for s in catalogue.passages_of(version.id)]
        published = next((v for v in versions if v.status is VersionStatus.PUBLISHED), None)
        before = published if published and published.id != version.id else None
        changes = compare(catalogue.clauses(before.id), clauses) if before else []
        related = [
            s
            for s in catalogue.supersessions()
            if document_id in (s.newer.document_id, s.older.document_id)
        ]
        return page(
            "admin_policy.html",
            version=version,
            versions=versions,
            state=state(version, catalogue.sources().get(version.id), today()),
            status_words=STATUS,
            kind=KINDS[version.facts.kind],
            facts=fact_rows(version.facts),
            clauses=depths(clauses),
            articles=sum(c.kind == "article" for c in clauses),
            tables=sum(c.kind == "table" for c in clauses),
            passages=len(passages),
            uncovered=uncovered_characters(clauses, passages),
            before=before,
            changes=changes,
            counts=change_counts(changes),
            related=related,
            steps=[(step, STEPS[step]) for step in possible_steps(version)],
        )

    @blueprint.get("/policies/<int:document_id>/difference")
    def difference(document_id: int) -> Response:
        """What changed between two versions of one document."""
        versions = {v.id: v for v in versions_of(document_id)}
        old = versions.get(request.args.get("old", 0, type=int))
        new = versions.get(request.args.get("new", 0, type=int))
        if old is None or new is None:
            abort(404)
        changes = compare(catalogue.clauses(old.id), catalogue.clauses(new.id))
        return page(
            "admin_difference.html", old=old, new=new, changes=changes,
            counts=change_counts(changes), status_words=STATUS,
        )  # fmt: skip

    @blueprint.post("/policies/<int:document_id>/step")
    def step(document_id: int) -> AnyResponse:
        """Take one step in a document's life and say what came of it."""
        wanted = request.form.get("step", "")
        version = next(
            (v for v in versions_of(document_id) if v.id == request.form.get("version", type=int)),
            None,
        )
        if version is None or wanted not in STEPS:
            abort(404)
        kind, options = _JOBS[wanted]
        about = document_id if kind is JobKind.RETIRE else version.id
        subject = f"《{version.facts.title}》版本 {version.id}"
        done(jobs.submit(kind, str(about), **options), STEPS[wanted], subject)
        return redirect(url_for("admin.policy", document_id=document_id, version=version.id))

    @blueprint.post("/policies/<int:document_id>/rule")
    def rule(document_id: int) -> AnyResponse:
        """Confirm or overrule that one document supersedes another."""
        newer = request.form.get("newer", 0, type=int)
        older = request.form.get("older", 0, type=int)
        decision = request.form.get("decision", "")
        if decision not in _DECISIONS or document_id not in (newer, older):
            abort(404)
        decided = _DECISIONS[decision]
        titles = [versions_of(i)[0].facts.title for i in (newer, older)]
        words = {True: "替代", False: "不替代", None: "是否替代以原文为准："}[decided]
        job = jobs.submit(JobKind.RULE, newer=newer, older=older, supersedes=decided)
        done(job, "认定替代关系", f"《{titles[0]}》{words}《{titles[1]}》")
        return redirect(url_for("admin.policy", document_id=document_id))

    @blueprint.get("/policies/new")
    def new() -> Response:
        """Choose files; each is read and kept as a draft."""
        return page("admin_upload.html", same=SAME_WORDS, slice=SLICE)

    @blueprint.post("/policies/new")
    def upload() -> AnyResponse:
        """Files from the form itself, for browsers without script."""
        same = _same(request.form.get("same", ""))
        files = [f for f in request.files.getlist("files") if f.filename]
        if not files:
            flash("请先选择文件", "bad")
            return redirect(url_for("admin.new"))
        for file in files:
            name = _base_name(file.filename or "")
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"upload{Path(name).suffix[:8]}"
                file.save(path)
                jobs.submit_file(path, name, draft=True, same=same.value)
            note("上传文件", name)
        flash(f"已接收 {len(files)} 个文件，正在读取", "good")
        return redirect(url_for("admin.jobs_page"))

    @blueprint.post("/uploads")
    def begin_upload() -> tuple[dict[str, Any], int]:
        """Announce a file; answers the id to send its slices to."""
        asked = request.get_json()
        try:
            upload_id = uploads.begin(int(asked.get("size", 0)))
        except (BadUpload, AttributeError, TypeError, ValueError) as error:
            return {"error": str(error)}, 400
        return {"id": upload_id, "held": 0}, 200

    @blueprint.post("/uploads/<upload_id>")
    def continue_upload(upload_id: str) -> tuple[dict[str, Any], int]:
        """Send a slice from ``offset`` on; the last one, with ``name``, queues the file."""
        try:
            held = uploads.put(upload_id, request.args.get("offset", 0, type=int), request.data)
            size = request.args.get("size", 0, type=int)
            if held < size:
                return {"held": held}, 200
            name = _base_name(request.args.get("name", "") or "未命名")
            path = uploads.finished(upload_id, size)
            named = path.rename(path.with_suffix(Path(name).suffix[:8] or ".bin"))
            same = _same(request.args.get("same", ""))
            job = jobs.submit_file(named, name, draft=True, same=same.value)
            named.unlink()
        except BadUpload as error:
            return {"error": str(error)}, 400
        note("上传文件", name)
        return {"held": held, "job": job}, 200

    @blueprint.get("/jobs")
    def jobs_page() -> Response:
        """What was uploaded and how far it is."""
        return page("admin_jobs.html", **_job_values(jobs))

    @blueprint.get("/jobs/rows")
    def job_rows() -> Response:
        """The rows alone, for the page's script."""
        return page("admin_job_rows.html", **_job_values(jobs))

    @blueprint.get("/log")
    def log() -> Response:
        """Who did what, newest first."""
        return page("admin_log.html", entries=accounts.log(), china=CHINA)

    return blueprint


def policy_rows(
    versions: Sequence[Version], sources: dict[int, Source], day: date
) -> list[PolicyRow]:
    """One row a document: its published version, or else its newest one."""
    documents: dict[int, list[Version]] = {}
    for version in versions:  # newest first
        documents.setdefault(version.document_id, []).append(version)
    rows = []
    for group in documents.values():
        shown = next((v for v in group if v.status is VersionStatus.PUBLISHED), group[0])
        source = sources.get(shown.id)
        lapses = source.lapsed_on if source else shown.facts.expires_on
        waiting = next((v for v in group if v.status in UNPUBLISHED and v is not shown), None)
        ending = source is not None and source.in_force(day) and lapses is not None
        rows.append(
            PolicyRow(
                shown,
                state(shown, source, day),
                bool(ending and lapses and lapses - day <= LAPSING),
                last_day(lapses) if lapses else None,
                STATUS[waiting.status] if waiting else "",
            )
        )
    return rows


def fact_rows(facts: DocumentFacts) -> list[FactRow]:
    """Every fact with its line; the ones every policy should state are marked when missing."""
    rows = []
    for field in fields(DocumentFacts):
        value = getattr(facts, field.name)
        found = [f for f in (value if isinstance(value, tuple) else (value,)) if _is_fact(f)]
        word = FACTS.get(field.name, "")
        if word:
            rows += [FactRow(word, f.value, f.source, False) for f in found]
            if not found and field.name in ("number", "issuer", "effective"):
                rows.append(FactRow(word, "", "", True))
    return rows


def _is_fact(value: object) -> bool:
    return isinstance(value, Fact)


def possible_steps(version: Version) -> list[str]:
    """What may be done with a version now."""
    return {
        VersionStatus.DRAFT: ["publish", "submit"],
        VersionStatus.IN_REVIEW: ["publish", "back"],
        VersionStatus.PUBLISHED: ["withdraw", "retire"],
        VersionStatus.SUPERSEDED: [],
        VersionStatus.WITHDRAWN: ["publish"],
    }[version.status]


def _searched(version: Version) -> str:
    number = version.facts.number
    return f"{version.facts.title} {version.file_name} {number.value if number else ''}"


def _same(word: str) -> SamePaper:
    return SamePaper(word) if word in set(SamePaper) else SamePaper.NEW_VERSION


def _base_name(name: str) -> str:
    """A file's own name: browsers and attackers may send folders before it."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][:200] or "未命名"


def _job_values(jobs: IntakeJobs) -> dict[str, Any]:
    recent = [job for job in jobs.recent() if job.kind in FILE_JOBS]
    running = any(job.state in (JobState.QUEUED, JobState.RUNNING) for job in recent)
    return {"jobs": recent, "running": running, "words": JOB_WORDS, "results": RESULTS,
            "reason": _reason}  # fmt: skip


def _reason(job: Job) -> str:
    """Why a file was not taken in; "" when it was."""
    if job.state is JobState.FAILED:
        return str(job.result.get("error", ""))
    return str(job.result.get("reason", "")) if job.result else ""
