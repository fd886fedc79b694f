"""``/admin/knowledge/questions``: what the office asks its own bot, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.office_questions import (
    BadQuestion,
    OfficeQuestion,
    OfficeQuestionRuns,
    OfficeQuestions,
    Run,
    compare,
)
from console.accounts import Accounts
from console.care.frame import care_page, done, lines, refused, typed
from console.care.trend import Trend, trend
from knowledge.catalogue import Catalogue
from knowledge.documents import VersionStatus

TREND_RUNS = 30


@dataclass(frozen=True, slots=True)
class Fall:
    """The newest run has answers wrong that were right before it.

    Attributes:
        run: the newest run.
        before: the one before it.
        asked: the questions that got worse.
    """

    run: Run
    before: Run
    asked: Sequence[str]


def question_pages(
    catalogue: Catalogue, questions: OfficeQuestions, runs: OfficeQuestionRuns,
    accounts: Accounts,
) -> Blueprint:  # fmt: skip
    """Build the pages. The owner of the data folder does the runs that are asked for here."""
    pages = Blueprint("questions", __name__, url_prefix="/admin/knowledge/questions")

    @pages.app_context_processor
    def _loud() -> dict[str, Callable[[], Fall | None]]:  # asked only by pages that show it
        return {"fall": lambda: fall(runs)}

    def titles() -> dict[int, str]:
        published = [v for v in catalogue.versions() if v.status is VersionStatus.PUBLISHED]
        return {v.document_id: v.facts.title for v in reversed(published)}

    @pages.get("")
    def page() -> Response:
        """Every question with its last judgement, and the trend."""
        kept = runs.newest(TREND_RUNS)
        ended = [r for r in kept if r.ended_at and not r.error]
        last = {row.question_id: row for row in ended[0].results.rows} if ended else {}
        return care_page(
            "care_questions.html", questions=questions.all(), titles=titles(), last=last,
            runs=kept[:10], newest=ended[0] if ended else None, waiting=runs.waiting(),
            trend=_trend(ended), fallen=fall(runs),
        )  # fmt: skip

    @pages.get("/new")
    def new() -> Response:
        """The form for a further question; ``asked`` may come from elsewhere."""
        asked = request.args.get("asked", "").strip()
        return _form(OfficeQuestion(0, (asked,) if asked else ()))

    @pages.get("/<int:question_id>")
    def edit(question_id: int) -> Response:
        """The form for one question."""
        try:
            return _form(questions.get(question_id))
        except KeyError:
            abort(404)

    def _form(question: OfficeQuestion) -> Response:
        return care_page("care_question.html", question=question, titles=titles())

    @pages.post("/save")
    def save() -> AnyResponse:
        """Keep a new question, or a change of one."""
        document = request.form.get("document", 0, type=int)
        question = OfficeQuestion(
            request.form.get("id", 0, type=int), tuple(lines("turns")),
            tuple(lines("must_contain")), tuple(lines("must_not_contain")), document or None,
            typed("clause"), bool(typed("abstains")),
        )  # fmt: skip
        try:
            if document and document not in titles():
                raise BadQuestion("选的文件已不在发布中，请重新选择")
            questions.save(question, g.user.name)
            runs.ask_for("评测问题有改动", g.user.name)
        except BadQuestion as error:
            flash(str(error), "bad")
            return _form(question)
        except KeyError:
            return refused(BadQuestion("这个问题已被别人删除"), "questions.page")
        return done(accounts, "保存评测问题", " → ".join(question.turns), "questions.page")

    @pages.post("/<int:question_id>/remove")
    def remove(question_id: int) -> AnyResponse:
        """Delete a question."""
        try:
            removed = questions.remove(question_id)
        except KeyError:
            return refused(BadQuestion("这个问题已被别人删除"), "questions.page")
        return done(accounts, "删除评测问题", " → ".join(removed.turns), "questions.page")

    @pages.post("/run")
    def start() -> AnyResponse:
        """Ask all of them now."""
        if not questions.all():
            return refused(BadQuestion("还没有评测问题，请先添加"), "questions.page")
        runs.ask_for("手动运行", g.user.name)
        accounts.record(g.user.name, "运行评测问题", "")
        return redirect(url_for("questions.page"))

    @pages.get("/runs/<int:run_id>")
    def one_run(run_id: int) -> Response:
        """One run, and what it changed against the one before it."""
        kept = [r for r in runs.newest() if r.ended_at and not r.error]
        found = next((r for r in kept if r.id == run_id), None)
        if found is None:
            abort(404)
        before = next((r for r in kept if r.id < run_id), None)
        changed = compare(before.results, found.results) if before else []
        return care_page("care_run.html", run=found, before=before, changed=changed)

    @pages.get("/state")
    def state() -> dict[str, Any]:
        """Whether a run waits or is under way, for the page's script."""
        return {"running": runs.waiting() is not None}

    return pages


def fall(runs: OfficeQuestionRuns) -> Fall | None:
    """What the newest run made worse; None when nothing."""
    ended = [r for r in runs.newest(4) if r.ended_at and not r.error and r.results.total]
    if len(ended) < 2:
        return None
    worse = [d for d in compare(ended[1].results, ended[0].results) if d.worse]
    return Fall(ended[0], ended[1], [d.after.asked for d in worse]) if worse else None


def _trend(ended: Sequence[Run]) -> Trend | None:
    shares = [
        (
            100 * r.results.right / r.results.total,
            r.ended_at,
            f"{r.results.right}/{r.results.total}",
        )
        for r in reversed(ended)
        if r.results.total and r.ended_at
    ]
    return trend(shares) if len(shares) > 1 else None
