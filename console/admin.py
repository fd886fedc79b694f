"""The admin's side: the policies, what they say and change, publish and take back, the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.conversations import Conversations
from console.admin_room import AdminRoom, clock
from console.draft_pages import Effects, add_draft_routes, fact_fields
from console.policy_rows import CHIPS, COLOURS, Cited, counts, policy_rows, searched
from console.uploading import add_upload_routes
from console.uploads import Uploads
from console.uses import Uses
from knowledge.corrections import BadFact, contradictions, shown, typed
from knowledge.diff import compare
from knowledge.documents import UNPUBLISHED, Version, VersionStatus
from knowledge.edits import apply
from knowledge.intake import uncovered_characters
from knowledge.jobs import JobKind
from knowledge.lifecycle import SECOND_PERSON
from knowledge.reports import (
    KINDS,
    PROLONGATION,
    STATUS,
    change_counts,
    depths,
    prolongation_words,
    state,
)
from knowledge.structure import article_count

LATELY = timedelta(days=30)

STEPS = {
    "publish": "发布",
    "submit": "送审",
    "back": "退回修改",
    "withdraw": "撤回发布",
    "retire": "下架文件",
}

BATCHES = {"publish": "发布", "retire": "下架"}
"""What can be done with several documents at once."""

_JOBS: dict[str, tuple[JobKind, dict[str, Any]]] = {
    "publish": (JobKind.PUBLISH, {}),
    "submit": (JobKind.SUBMIT, {}),
    "back": (JobKind.SUBMIT, {"back": True}),
    "withdraw": (JobKind.WITHDRAW, {}),
    "retire": (JobKind.RETIRE, {}),
}
_DECISIONS = {"yes": True, "no": False, "open": None}


def admin_pages(room: AdminRoom, uploads: Uploads, effects: Effects, files: Path) -> Blueprint:
    """Build ``/admin``.

    Args:
        effects: what tells how a publication changes the answers.
        files: folder of the originals.
    """
    blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")
    catalogue, jobs = room.catalogue, room.jobs
    conversations, desk_uses = Conversations(catalogue.engine), Uses(catalogue.engine)
    add_upload_routes(blueprint, room, uploads)
    add_draft_routes(blueprint, room, effects, files)

    @blueprint.app_template_filter("beijing_clock")
    def _beijing_clock(seconds: float) -> str:
        return clock(datetime.fromtimestamp(seconds, UTC))

    @blueprint.app_context_processor
    def _shared() -> dict[str, Callable[..., Any]]:
        return {"withdrawable": room.withdrawable, "clock": clock}

    def cited() -> Cited:
        def by_document(since: datetime) -> Counter[int]:
            passages = conversations.cited(since) + desk_uses.counted(since)
            owner = catalogue.documents_of(sorted(passages))
            found: Counter[int] = Counter()
            for passage_id, times in passages.items():
                if passage_id in owner:
                    found[owner[passage_id]] += times
            return found

        now = datetime.now(UTC)
        return Cited(by_document(now - LATELY), by_document(datetime(1970, 1, 1, tzinfo=UTC)))

    @blueprint.get("")
    def front() -> AnyResponse:
        """The list is where everything begins."""
        return redirect(url_for("admin.policies"))

    @blueprint.get("/policies")
    def policies() -> Response:
        """Every document with its badges, searched by title, 文号 or file name."""
        wanted, only = request.args.get("q", "").strip(), request.args.get("state", "")
        due = {
            v: datetime.fromtimestamp(job.due_at or 0, UTC) for v, job in jobs.scheduled().items()
        }
        rows = policy_rows(
            catalogue.versions(), catalogue.sources(), room.today(), due,
            catalogue.article_counts(), cited(),
        )  # fmt: skip
        found = [row for row in rows if not wanted or wanted in searched(row.version)]
        shown = [row for row in found if not only or only in row.tags]
        return room.page(
            "admin_policies.html", rows=shown, total=len(rows), chips=CHIPS, counts=counts(found),
            wanted=wanted, only=only, kinds=KINDS, colours=COLOURS, batches=BATCHES,
        )  # fmt: skip

    @blueprint.post("/policies/batch")
    def batch() -> AnyResponse:
        """Publish or take out several documents: first named, then done."""
        action = request.form.get("action", "")
        if action not in BATCHES:
            abort(404)
        chosen = [_meant(catalogue.versions(i), action) for i in _ids("document")]
        fit = [v for v in chosen if v is not None]
        if not fit:
            words = "选中的文件里没有草稿" if action == "publish" else "选中的文件都没有发布"
            flash(words if chosen else "请先勾选文件", "bad")
            return redirect(url_for("admin.policies"))
        wrong = {v.id: contradictions(v.facts).values() for v in fit} if action == "publish" else {}
        if "confirmed" not in request.form:
            return room.page(
                "admin_batch.html", action=action, word=BATCHES[action], versions=fit,
                left_out=len(chosen) - len(fit), wrong=wrong,
            )  # fmt: skip
        # what was named is what is done, whatever was uploaded since
        named = set(_ids("version"))
        for version in fit:
            if version.id in named and not wrong.get(version.id):
                _take(action, version)
        return redirect(url_for("admin.policies"))

    def _take(step: str, version: Version) -> bool:
        kind, options = _JOBS[step]
        about = version.document_id if kind is JobKind.RETIRE else version.id
        if kind is JobKind.SUBMIT:
            options = {**options, "by": g.user.name}
        subject = f"《{version.facts.title}》版本 {version.id}"
        if kind is JobKind.PUBLISH and (wrong := list(contradictions(version.facts).values())):
            flash(f"没有发布{subject}：{wrong[0]}", "bad")
            return False
        done = room.done(jobs.submit(kind, str(about), **options), STEPS[step], subject)
        waiting = jobs.scheduled().get(version.id)
        if kind is JobKind.PUBLISH and done and waiting is not None:
            jobs.cancel(waiting.id)
        return done

    @blueprint.get("/policies/<int:document_id>")
    def policy(document_id: int) -> Response:
        """One version: its facts with their lines, its clauses, what it changes, what to do."""
        versions = room.versions_of(document_id)
        chosen = request.args.get("version", type=int)
        version = next((v for v in versions if v.id == chosen), versions[0])
        clauses = catalogue.clauses(version.id)
        passages = [s.passage for s in catalogue.passages_of(version.id)]
        standing = room.drafts.standing(version.id)
        silent = apply(standing.as_read, [e.edit for e in standing.edits]).silent
        published = next((v for v in versions if v.status is VersionStatus.PUBLISHED), None)
        before = published if published and published.id != version.id else None
        changes = compare(catalogue.clauses(before.id), clauses) if before else []
        related = [
            s
            for s in catalogue.supersessions()
            if document_id in (s.newer.document_id, s.older.document_id)
        ]
        answering = [c for c in clauses if c.ordinal not in silent]
        return room.page(
            "admin_policy.html",
            version=version,
            versions=versions,
            state=state(version, catalogue.sources().get(version.id), room.today()),
            status_words=STATUS,
            kind=KINDS[version.facts.kind],
            facts=fact_fields(version, clauses, standing, room.today()),
            clauses=depths(clauses),
            silent=silent,
            articles=article_count(clauses),
            tables=sum(c.kind == "table" for c in clauses),
            uncovered=uncovered_characters(answering, passages),
            before=before,
            changes=changes,
            counts=change_counts(changes),
            related=related,
            moves=[
                (p, prolongation_words(p), PROLONGATION[p.ruling])
                for p in catalogue.prolongations()
                if document_id in (p.newer.document_id, p.older.document_id)
            ],
            is_draft=version.status in UNPUBLISHED,
            steps=[(s, STEPS[s]) for s in possible_steps(version, _second_person())],
        )

    def _second_person() -> bool:
        return catalogue.remembers(SECOND_PERSON)

    @blueprint.get("/policies/<int:document_id>/difference")
    def difference(document_id: int) -> Response:
        """What changed between two versions of one document."""
        versions = {v.id: v for v in room.versions_of(document_id)}
        old = versions.get(request.args.get("old", 0, type=int))
        new = versions.get(request.args.get("new", 0, type=int))
        if old is None or new is None:
            abort(404)
        changes = compare(catalogue.clauses(old.id), catalogue.clauses(new.id))
        return room.page(
            "admin_difference.html", old=old, new=new, changes=changes,
            counts=change_counts(changes), status_words=STATUS,
        )  # fmt: skip

    @blueprint.post("/policies/<int:document_id>/step")
    def step(document_id: int) -> AnyResponse:
        """Take one step in a document's life and say what came of it."""
        wanted = request.form.get("step", "")
        version = next(
            (
                v
                for v in room.versions_of(document_id)
                if v.id == request.form.get("version", type=int)
            ),
            None,
        )
        if version is None or wanted not in STEPS:
            abort(404)
        done = _take(wanted, version)
        if request.form.get("from") == "effect" and (not done or wanted in ("submit", "back")):
            return redirect(url_for("admin.draft_effect", version_id=version.id))
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
        titles = [room.versions_of(i)[0].facts.title for i in (newer, older)]
        words = {True: "替代", False: "不替代", None: "是否替代以原文为准："}[decided]
        job = jobs.submit(JobKind.RULE, newer=newer, older=older, supersedes=decided)
        room.done(job, "认定替代关系", f"《{titles[0]}》{words}《{titles[1]}》")
        return redirect(url_for("admin.policy", document_id=document_id))

    @blueprint.post("/policies/<int:document_id>/rule-term")
    def rule_term(document_id: int) -> AnyResponse:
        """Confirm, correct or overrule that one document moves another's last day."""
        newer = request.form.get("newer", 0, type=int)
        older = request.form.get("older", 0, type=int)
        decision, written = request.form.get("decision", ""), request.form.get("until", "")
        if decision not in _DECISIONS or document_id not in (newer, older):
            abort(404)
        decided = _DECISIONS[decision]
        try:
            ends = typed("expires", written if decided else "", room.today())
        except BadFact as wrong:
            flash(f"没有记录：{wrong}", "bad")
            return redirect(url_for("admin.policy", document_id=document_id))
        titles = [room.versions_of(i)[0].facts.title for i in (newer, older)]
        words = {True: "决定", False: "不影响", None: "是否影响以原文为准："}[decided]
        last = f"，至 {shown('expires', ends)}" if ends else ""
        job = jobs.submit(
            JobKind.RULE_TERM, newer=newer, older=older, holds=decided, until=ends or None
        )
        room.done(job, "认定有效期", f"《{titles[0]}》{words}《{titles[1]}》的有效期{last}")
        return redirect(url_for("admin.policy", document_id=document_id))

    return blueprint


def possible_steps(version: Version, second_person: bool = False) -> list[str]:
    """What may be done with a version now; drafts have their own pages."""
    return {
        VersionStatus.DRAFT: ["publish", "submit"],
        VersionStatus.IN_REVIEW: ["publish", "back"],
        VersionStatus.PUBLISHED: ["withdraw", "retire"],
        VersionStatus.SUPERSEDED: [],
        VersionStatus.WITHDRAWN: ["publish", "submit"] if second_person else ["publish"],
    }[version.status]


def _ids(name: str) -> list[int]:
    return list(dict.fromkeys(int(i) for i in request.form.getlist(name) if i.isdigit()))[:500]


def _meant(versions: list[Version], action: str) -> Version | None:
    """The version of a document that a batch is about: its draft, or what is published."""
    wanted = UNPUBLISHED if action == "publish" else (VersionStatus.PUBLISHED,)
    return next((v for v in versions if v.status in wanted), None)
