"""A draft on its way to the public, in four steps: the file, its facts, its clauses, the effect.

Every step has its own address, so that it can be left and gone on with, by somebody else too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.answering.answer import Answerer
from bot.answering.result import Abstain
from bot.office_questions import Difference, OfficeQuestions, Results, run
from bot.office_questions import compare as compare_results
from bot.wording import Office, abstention, answer_text
from console.admin_room import AdminRoom
from console.told import Told, touched_texts
from knowledge.base import KnowledgeBase, ReadingRoom
from knowledge.corrections import (
    FIELDS,
    LEVELS,
    LISTS,
    BadFact,
    FactRuling,
    Value,
    contradictions,
    lines_of,
    oddities,
    required,
    shown,
    typed,
    value_of,
)
from knowledge.diff import compare
from knowledge.documents import (
    UNPUBLISHED,
    Clause,
    ClauseKind,
    DocumentKind,
    Version,
    VersionStatus,
)
from knowledge.drafts import DraftStanding, Outdated
from knowledge.edits import EDIT_WORDS, BadEdit, Edit, EditKind
from knowledge.faqs import Faqs
from knowledge.intake import uncovered_characters
from knowledge.jobs import JobKind
from knowledge.lifecycle import SECOND_PERSON, NotPossible
from knowledge.likeness import likeness, shingles
from knowledge.readers import TYPES
from knowledge.rehearsal import alone, as_if_published
from knowledge.reports import FACTS, KINDS, STATUS, change_counts, depths
from knowledge.structure import article_count
from knowledge.synonyms import Synonyms
from knowledge.validity import CHINA

FIELD_WORDS = {**FACTS, "title": "标题", "kind": "类型", "expires": "有效期至", "topics": "主题"}

STEP_NAMES = (
    ("draft_file", "文件"),
    ("draft_facts", "信息"),
    ("draft_clauses", "分条"),
    ("draft_effect", "影响与发布"),
)

LONGEST_QUESTION = 200
"""Characters; as much as somebody types on WeChat."""

FARTHEST = timedelta(days=366)
"""How far ahead a publication can be timed."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What tells how a publication changes the answers.

    Attributes:
        base: finds and embeds.
        office: who answers.
        told: menu entries, canned texts and topics as they are now.
    """

    base: KnowledgeBase | ReadingRoom
    office: Office
    told: Callable[[], Sequence[Told]]


@dataclass(frozen=True, slots=True)
class FactField:
    """One fact in the form.

    Attributes:
        state: missing, unconfirmed, confirmed, corrected or absent (not stated, need not be).
        value: as the form shows it; raw: in normal form, as JSON.
        lines: (text, clause's ordinal or None) of the lines it was read from.
        remark: what is odd about it, "" when nothing is.
        wrong: the remark names a contradiction.
        was: what was read of it, as shown, where a person corrected it.
    """

    field: str
    word: str
    state: str
    value: str
    raw: str
    lines: tuple[tuple[str, int | None], ...]
    remark: str
    wrong: bool
    ruling: FactRuling | None
    was: str

    @property
    def is_open(self) -> bool:
        """Does somebody still have to look at it?"""
        return self.state in ("missing", "unconfirmed")


def fact_fields(
    version: Version, clauses: Sequence[Clause], standing: DraftStanding, today: date
) -> list[FactField]:
    """Every fact with its line, whether somebody looked at it, and what is odd about it."""
    facts = version.facts
    wrong, odd = contradictions(facts), dict(oddities(facts, today))
    if facts.kind is DocumentKind.SPEECH:
        odd["kind"] = "只作背景, 不作依据"
    found = []
    for field in FIELDS:
        value, ruling = value_of(facts, field), standing.rulings.get(field)
        if ruling is not None:
            state = "corrected" if ruling.is_correction else "confirmed"
        elif value:
            state = "unconfirmed"
        else:
            state = "missing" if field in required(facts) else "absent"
        lines = tuple((line, _ordinal(line, clauses)) for line in lines_of(facts, field))
        if field == "title" and not lines and (at := _ordinal(facts.title, clauses)) is not None:
            lines = ((clauses[at].text, at),)
        found.append(
            FactField(
                field, FIELD_WORDS[field], state, shown(field, value), json.dumps(value), lines,
                wrong.get(field) or odd.get(field, ""), field in wrong, ruling,
                shown(field, ruling.read) if ruling and ruling.is_correction else "",
            )
        )  # fmt: skip
    return found


def _ordinal(line: str, clauses: Sequence[Clause]) -> int | None:
    """The clause that a line is of; None when it is no line of the text (a card beside it)."""
    plain = re.sub(r"\s+", "", line)
    texts = [(c.ordinal, re.sub(r"\s+", "", c.text)) for c in clauses if c.text]
    for fits in (
        lambda text: text == plain,
        lambda text: bool(plain) and plain in text,
        lambda text: len(text) >= 6 and text in plain,
    ):
        if found := next((o for o, text in texts if fits(text)), None):
            return found
        if texts and fits(texts[0][1]):
            return texts[0][0]
    return None


def doubts_with_places(
    doubts: Sequence[str], clauses: Sequence[Clause]
) -> list[tuple[str, int | None]]:
    """Each doubt with the clause that it names by its first words."""
    found = []
    for doubt in doubts:
        quoted = re.findall(r"“([^”]{2,})”", doubt)
        places = (c.ordinal for q in reversed(quoted) for c in clauses if c.text.startswith(q))
        found.append((doubt, next(places, None)))
    return found


def changed_facts(before: Version, after: Version) -> list[tuple[str, str, str]]:
    """(field's name, before, after) of every fact that differs between two versions."""
    found = []
    for field in FIELDS:
        old, new = (value_of(v.facts, field) for v in (before, after))
        if old != new:
            words = ["\n".join(v) if isinstance(v, list) else _words(field, v) for v in (old, new)]
            found.append((FIELD_WORDS[field], words[0], words[1]))
    return found


def add_draft_routes(
    blueprint: Blueprint, room: AdminRoom, effects: Effects, files: Path
) -> None:  # fmt: skip
    """Add the four steps of a draft to the admin's pages."""
    catalogue, drafts, jobs = room.catalogue, room.drafts, room.jobs
    questions, synonyms = OfficeQuestions(catalogue.engine), Synonyms(catalogue.engine)

    def step_page(template: str, version: Version, status: int = 200, **values: Any) -> Response:
        fields = fact_fields(
            version, catalogue.clauses(version.id), drafts.standing(version.id), room.today()
        )
        return room.page(
            template, status, version=version, step_names=STEP_NAMES,
            kind=KINDS[version.facts.kind], open_facts=sum(f.is_open for f in fields),
            status_word=STATUS[version.status],
            is_draft=version.status in UNPUBLISHED, fields=fields, **values,
        )  # fmt: skip

    def step_of(endpoint: str, version_id: int) -> AnyResponse:
        return redirect(url_for(f"admin.{endpoint}", version_id=version_id))

    # -- the file ------------------------------------------------------------------------

    @blueprint.get("/drafts/<int:version_id>/file")
    def draft_file(version_id: int) -> Response:
        """What file this is, and whether it is a paper that we have already."""
        version = room.version(version_id)
        others = [v for v in catalogue.versions() if v.document_id != version.document_id]
        mine = shingles(c.text for c in catalogue.clauses(version_id))
        likes = [
            (likeness(mine, shingles(c.text for c in catalogue.clauses(v.id))), v)
            for v in others
            if v.status is VersionStatus.PUBLISHED
            and _maybe_same(v.facts.title, version.facts.title)
        ]
        path = _original(files, version)
        return step_page(
            "draft_file.html", version,
            format_word=TYPES.get(version.format, (version.format, ()))[0],
            size=path.stat().st_size if path else None,
            siblings=[v for v in catalogue.versions(version.document_id) if v.id != version.id],
            alike=sorted(likes, key=lambda found: -found[0])[:5], status_words=STATUS,
        )  # fmt: skip

    @blueprint.post("/drafts/<int:version_id>/place")
    def place_draft(version_id: int) -> AnyResponse:
        """Say which document this is a version of, or that it is one of its own."""
        version = room.version(version_id)
        chosen = request.form.get("document", "")
        document_id = int(chosen) if chosen.isdigit() else None
        try:
            drafts.place(version_id, document_id)
            words = f"作为文件 {document_id} 的新版本" if document_id else "作为单独的文件"
            room.note("认定版本关系", f"《{version.facts.title}》{words}")
            flash(f"已{words}", "good")
        except NotPossible as refusal:
            flash(str(refusal), "bad")
        return step_of("draft_file", version_id)

    @blueprint.post("/drafts/<int:version_id>/discard")
    def discard_draft(version_id: int) -> AnyResponse:
        """Throw a draft away."""
        room.version(version_id)
        try:
            gone = drafts.discard(version_id)
            if waiting := jobs.scheduled().get(version_id):
                jobs.cancel(waiting.id)
            room.note("删除草稿", f"《{gone.facts.title}》版本 {version_id}")
            flash(f"已删除草稿：《{gone.facts.title}》", "good")
        except NotPossible as refusal:
            flash(str(refusal), "bad")
            return step_of("draft_file", version_id)
        return redirect(url_for("admin.policies"))

    @blueprint.get("/drafts/<int:version_id>/original")
    def original(version_id: int) -> AnyResponse:
        """The file as it was uploaded: to be saved, never shown by our site."""
        version = room.version(version_id)
        path = _original(files, version)
        if path is None:
            abort(404)
        reply = send_file(
            path, mimetype="application/octet-stream", as_attachment=True,
            download_name=version.file_name,
        )  # fmt: skip
        reply.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return reply

    # -- facts ---------------------------------------------------------------------------

    def facts_page(version_id: int, status: int = 200, **values: Any) -> Response:
        version = room.version(version_id)
        part = "draft_fact_rows.html" if request.args.get("part") else "draft_facts.html"
        return step_page(
            part, version, status, clauses=depths(catalogue.clauses(version_id)), kinds=KINDS,
            levels=LEVELS, lists=LISTS, **values,
        )  # fmt: skip

    @blueprint.get("/drafts/<int:version_id>/facts")
    def draft_facts(version_id: int) -> Response:
        """Every fact beside the line it was read from."""
        return facts_page(version_id)

    @blueprint.post("/drafts/<int:version_id>/facts/<field>")
    def rule_fact(version_id: int, field: str) -> AnyResponse:
        """Confirm or correct one fact."""
        version = room.version(version_id)
        if field not in FIELDS:
            abort(404)
        said, seen = request.form.get("value", ""), request.form.get("seen", "")
        tried = {"field": field, "value": said}
        try:
            before = _normal(field, seen)
            # a value that was read is confirmed as it is, however it was read
            same = said.replace("\r\n", "\n").strip() == shown(field, before)
            value = before if same else typed(field, said, room.today())
            line = request.form.get("line", "")[:2000]
            drafts.rule(version_id, field, value, before, g.user.name, line)
        except (BadFact, NotPossible) as refusal:
            return facts_page(version_id, 422, tried=tried | {"error": str(refusal)})
        except Outdated as conflict:
            words = _words(field, conflict.now)
            return facts_page(
                version_id,
                409,
                tried=tried | {"theirs": words, "by": conflict.by or "另一位管理员"},
            )
        was = value_of(version.facts, field)
        action = "确认信息" if was == value else "更正信息"
        room.note(action, f"《{version.facts.title}》{FIELD_WORDS[field]}：{said or '未写明'}")
        if request.args.get("part"):
            return facts_page(version_id)
        return redirect(url_for("admin.draft_facts", version_id=version_id) + f"#f-{field}")

    # -- clauses -------------------------------------------------------------------------

    def clauses_page(version_id: int, status: int = 200, **values: Any) -> Response:
        version = room.version(version_id)
        standing = drafts.standing(version_id)
        edited = standing.edited
        passages = [s.passage for s in catalogue.passages_of(version_id)]
        silent = edited.silent
        answering = [c for c in edited.clauses if c.ordinal not in silent]
        held = {o for p in passages for o in p.clauses}
        lost = next((c.ordinal for c in answering if c.text and c.ordinal not in held), None)
        read = {c.text for c in standing.as_read}
        return step_page(
            "draft_clauses.html", version, status,
            tree=depths(edited.clauses), as_read=depths(standing.as_read), silent=silent,
            off=edited.off, revision=standing.revision, edits=standing.edits,
            edit_words=EDIT_WORDS, articles=article_count(edited.clauses),
            tables=[c.ordinal for c in edited.clauses if c.kind is ClauseKind.TABLE],
            uncovered=uncovered_characters(answering, passages), lost=lost,
            doubts=doubts_with_places(version.doubts, edited.clauses),
            changed={c.ordinal for c in edited.clauses if c.text not in read},
            partner=_partners(standing.as_read, edited.clauses), **values,
        )  # fmt: skip

    @blueprint.get("/drafts/<int:version_id>/clauses")
    def draft_clauses(version_id: int) -> Response:
        """The text as read beside the clause tree that is answered from."""
        return clauses_page(version_id)

    @blueprint.post("/drafts/<int:version_id>/edits")
    def edit_clause(version_id: int) -> AnyResponse:
        """Reword, split, join or switch off a clause."""
        version = room.version(version_id)
        kind = request.form.get("kind", "")
        if kind not in set(EditKind):
            abort(404)
        edit = Edit(
            EditKind(kind), request.form.get("clause", -1, type=int), request.form.get("text", ""),
            request.form.get("place", 0, type=int), tuple(request.form.getlist("cell")),
        )  # fmt: skip
        revision = request.form.get("revision", -1, type=int)
        was = request.form.get("was", "").replace("\r\n", "\n")
        mine = edit.text or " | ".join(edit.cells)
        try:
            beside = drafts.edit(version_id, edit, revision, was, g.user.name)
        except (BadEdit, NotPossible) as refusal:
            if request.form.get("kind") == EditKind.TEXT:  # what was typed is not thrown away
                tried = {"clause": edit.clause, "text": mine, "error": str(refusal)}
                return clauses_page(version_id, 422, tried=tried)
            flash(str(refusal), "bad")
            return redirect(_clause(version_id, edit.clause))
        except Outdated as conflict:
            return clauses_page(version_id, 409, conflict=conflict, mine=mine, edit=edit, seen=was)
        room.note("修改条款", f"《{version.facts.title}》{EDIT_WORDS[edit.kind]}：{was[:40]}")
        if beside:
            flash("已保存。同时有人改了别的条款，两边的修改都在", "wait")
        return redirect(_clause(version_id, edit.clause))

    @blueprint.post("/drafts/<int:version_id>/undo")
    def undo_edit(version_id: int) -> AnyResponse:
        """Take back the last edit."""
        version = room.version(version_id)
        try:
            drafts.undo(version_id, request.form.get("edit", 0, type=int), g.user.name)
            room.note("撤销修改", f"《{version.facts.title}》")
            flash("已撤销最后一次修改", "good")
        except (BadEdit, NotPossible) as refusal:
            flash(str(refusal), "bad")
        except Outdated as conflict:
            flash(f"没有撤销：{conflict.by or '另一位管理员'}刚又做了修改，请看过再撤销", "bad")
        return step_of("draft_clauses", version_id)

    @blueprint.post("/drafts/<int:version_id>/ask")
    def ask_draft(version_id: int) -> Response:
        """Ask this draft alone, as WeChat would answer once it holds."""
        version = room.version(version_id)
        asked = request.form.get("question", "").strip()[:LONGEST_QUESTION]
        day = _first_day(version, room.today())
        text = ""
        if asked:
            with alone(catalogue, effects.base.encoder, version_id) as base:
                answerer = Answerer(base.retriever, synonyms.current())
                found = answerer.answer(asked, day)
            text = (
                abstention(found.reason, effects.office, (), found.place)
                if isinstance(found, Abstain)
                else answer_text(found.parts, found.beside, lambda _: "", found.missed)
            )
        return room.page("draft_answer.html", asked=asked, text=text, day=day, today=room.today())

    # -- effect --------------------------------------------------------------------------

    @blueprint.get("/drafts/<int:version_id>/effect")
    def draft_effect(version_id: int) -> Response:
        """What publishing this changes, and how it is released."""
        version = room.version(version_id)
        before = next(
            (
                v
                for v in catalogue.versions(version.document_id)
                if v.status is VersionStatus.PUBLISHED and v.id != version.id
            ),
            None,
        )
        clauses = catalogue.clauses(version_id)
        changes = compare(catalogue.clauses(before.id), clauses) if before else []
        standing = drafts.standing(version_id)
        waiting = jobs.scheduled().get(version_id)
        return step_page(
            "draft_effect.html", version, before=before, changes=changes,
            counts=change_counts(changes), articles=article_count(clauses),
            facts_changed=changed_facts(before, version) if before else [],
            wrong=contradictions(version.facts), odd=oddities(version.facts, room.today()),
            faqs=Faqs(catalogue).touched_by(version_id, room.today()),
            touched=touched_texts(effects.told(), version, changes),
            asked=len(questions.all()), second_person=catalogue.remembers(SECOND_PERSON),
            review=standing.review, revision=standing.revision, waiting=waiting,
            due=datetime.fromtimestamp(waiting.due_at or 0, UTC) if waiting else None,
            edits=len(standing.edits), doubts=len(version.doubts),
        )  # fmt: skip

    @blueprint.get("/drafts/<int:version_id>/questions")
    def draft_questions(version_id: int) -> Response:
        """The office's own questions, answered before and after."""
        version = room.version(version_id)
        day = _first_day(version, room.today())
        some, table = questions.all(), synonyms.current()
        before = run(some, Answerer(effects.base.retriever, table), day, effects.office)
        try:
            with as_if_published(catalogue.engine, effects.base.encoder, version_id) as base:
                after = run(some, Answerer(base.retriever, table), day, effects.office)
        except NotPossible as refusal:
            return room.page("draft_questions.html", error=str(refusal))
        changed: list[Difference] = compare_results(before, after)
        results: tuple[Results, Results] = (before, after)
        return room.page(
            "draft_questions.html", error="", results=results, changed=changed, day=day
        )

    @blueprint.post("/drafts/<int:version_id>/approve")
    def approve_draft(version_id: int) -> AnyResponse:
        """Approve what another admin handed over."""
        version = room.version(version_id)
        try:
            drafts.approve(version_id, request.form.get("revision", -1, type=int), g.user.name)
            room.note("批准发布", f"《{version.facts.title}》版本 {version_id}")
            flash("已批准，可以发布", "good")
        except NotPossible as refusal:
            flash(str(refusal), "bad")
        return step_of("draft_effect", version_id)

    @blueprint.post("/drafts/<int:version_id>/schedule")
    def schedule(version_id: int) -> AnyResponse:
        """Publish at a time: kept as a job that the owner begins then."""
        version = room.version(version_id)
        now = datetime.now(CHINA)
        try:
            due = datetime.fromisoformat(request.form.get("at", "")).replace(tzinfo=CHINA)
        except ValueError:
            due = now
        wrong = next(iter(contradictions(version.facts).values()), "")
        review = drafts.standing(version_id).review
        if version.status not in UNPUBLISHED:
            wrong = "这个版本已不是草稿，不能定时发布"
        elif not now < due < now + FARTHEST:
            wrong = "请选择一年之内、现在之后的时间"
        elif catalogue.remembers(SECOND_PERSON) and not review.approved_by:
            wrong = "尚未经另一位管理员批准，不能定时发布；请先送审"
        if wrong:
            flash(wrong, "bad")
            return step_of("draft_effect", version_id)
        if known := jobs.scheduled().get(version_id):
            jobs.cancel(known.id)
        name = f"《{version.facts.title}》版本 {version_id}"
        jobs.submit(JobKind.PUBLISH, str(version_id), name, due_at=due.timestamp())
        room.note("定时发布", f"{name}，{due:%Y-%m-%d %H:%M}")
        flash(f"已定于 {due:%Y-%m-%d %H:%M} 发布", "good")
        return step_of("draft_effect", version_id)


def _normal(field: str, raw: str) -> Value:
    """The value that a form says was there; BadFact when it is none."""
    try:
        value = json.loads(raw)
        if field == "expires" and value:
            date.fromisoformat(value)
    except (ValueError, TypeError):
        raise BadFact("表单不完整，请刷新后再改") from None
    wanted = list if field in LISTS else str
    if not isinstance(value, wanted) or not all(isinstance(v, str) for v in value):
        raise BadFact("表单不完整，请刷新后再改")
    return value


def _words(field: str, value: str) -> str:
    """A value as people read it."""
    return KINDS[DocumentKind(value)] if field == "kind" else shown(field, value)


def _first_day(version: Version, today: date) -> date:
    """Today, or the first day on which the version holds."""
    return max(today, version.facts.effective_on or today)


def _clause(version_id: int, ordinal: int) -> str:
    return url_for("admin.draft_clauses", version_id=version_id) + f"#c{ordinal}"


def _maybe_same(one: str, other: str) -> bool:
    """Do two titles share enough that their texts are worth comparing?"""
    pairs = [{t[i : i + 2] for i in range(len(t) - 1)} for t in (one, other)]
    return len(pairs[0] & pairs[1]) * 2 >= min(map(len, pairs))


def _original(files: Path, version: Version) -> Path | None:
    """The kept file of a version; None when it is not there."""
    return next(iter(sorted(files.glob(f"{version.content_hash}*"))), None)


def _partners(as_read: Sequence[Clause], edited: Sequence[Clause]) -> dict[int, int]:
    """Ordinal of a clause now -> ordinal of the line as read that it is, for what is unchanged."""
    places: dict[str, list[int]] = {}
    for clause in as_read:
        places.setdefault(clause.text, []).append(clause.ordinal)
    found = {}
    for clause in edited:
        if some := places.get(clause.text):
            found[clause.ordinal] = some.pop(0) if len(some) > 1 else some[0]
    return found
