"""Answers that the office writes itself: written by one, released by another, then watched."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.answering.result import Part
from bot.privacy import masked
from bot.staff_side import Gist
from bot.unanswered import GroupState, Unanswered
from bot.wording import BASIS, REVIEWED, UNWRITTEN, UNWRITTEN_BASIS, Office, answer_text
from console.accounts import Accounts
from console.frame import desk_page
from console.nearest import Near, Nearest
from console.snippet import with_figures
from console.unanswered import number, when
from knowledge.catalogue import Catalogue
from knowledge.diff import changed_figures
from knowledge.documents import CitedClause
from knowledge.faqs import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    MOST_WORDINGS,
    Faq,
    Faqs,
    FaqState,
    Wording,
    wordings_of,
)
from knowledge.jobs import IntakeJobs, JobKind, JobState
from knowledge.lifecycle import NotPossible

STATES = {
    FaqState.NEW: "待撰写",
    FaqState.DRAFTED: "待审核",
    FaqState.APPROVED: "发布中",
    FaqState.PUBLISHED: "已发布",
    FaqState.STALE: "已失效",
    FaqState.RETIRED: "已下线",
}

TABS: Mapping[str, tuple[str, tuple[FaqState, ...]]] = {
    "waiting": ("待审核", (FaqState.DRAFTED, FaqState.APPROVED)),
    "new": ("待撰写", (FaqState.NEW,)),
    "stale": ("已失效", (FaqState.STALE,)),
    "published": ("已发布", (FaqState.PUBLISHED,)),
    "retired": ("已下线", (FaqState.RETIRED,)),
}

STEP_S = 8.0
"""Seconds for which a page waits until an answer is out; it goes on in any case."""
LONGEST_WORDS = 200
BASIS_LINE = BASIS.partition("{")[0]
UNWRITTEN_CHOICE = "none"
"""Value of the choice that no paper speaks of the matter."""


@dataclass(frozen=True, slots=True)
class Now:
    """How a clause that an answer rests on reads today.

    Attributes:
        passage_id: 0 where nothing stands under its label any more.
        text: "" likewise.
        figures: (then, now) of the figures that changed.
        repealed_by: title of the paper that ended its paper, "" when none did.
    """

    passage_id: int
    text: str
    figures: tuple[tuple[str, str], ...]
    repealed_by: str


def faq_pages(
    faqs: Faqs, unanswered: Unanswered, nearest: Nearest, catalogue: Catalogue, jobs: IntakeJobs,
    accounts: Accounts, today: Callable[[], date], office: Office,
    gist: Callable[[int, str], Gist | None],
) -> Blueprint:  # fmt: skip
    """Build ``/desk/faqs``.

    Args:
        gist: takes (hand-off, staff): what a conversation of theirs was about.
        jobs: where publications are queued; the owner of the data folder does them.
        office: who signs.
    """
    blueprint = Blueprint("faqs", __name__, template_folder="templates")

    def known(faq_id: int) -> Faq:
        try:
            return faqs.get(faq_id, today())
        except KeyError:
            abort(404)

    @blueprint.get("/desk/faqs")
    def page() -> Response:
        """The answers of one tab."""
        tab = request.args.get("show", "waiting")
        if tab not in TABS:
            abort(404)
        every = faqs.all(today())
        counts = {name: sum(f.state in states for f in every) for name, (_, states) in TABS.items()}
        shown = [f for f in every if f.state in TABS[tab][1]]
        return desk_page(
            "faqs.html", faqs=shown, tab=tab, tabs={n: t for n, (t, _) in TABS.items()},
            counts=counts, states=STATES, when=when, longest=LONGEST_QUESTION,
        )  # fmt: skip

    @blueprint.get("/desk/faqs/<int(max=2147483647):faq_id>")
    def faq_page(faq_id: int) -> Response:
        """One answer as WeChat will show it, beside the clause it rests on, then and now."""
        faq = known(faq_id)
        return desk_page(
            "faq.html", faq=faq, states=STATES, State=FaqState, when=when,
            shown=as_shown(faq, office), now=clause_now(faq, catalogue, today()),
            clause=with_figures(faq.clause.text) if faq.clause else (),
            group_id=unanswered.of_faq(faq_id), is_own=faq.author == g.user.name,
            passage_id=_own_passage(faq, catalogue),
        )  # fmt: skip

    @blueprint.route("/desk/faqs/new", methods=["GET", "POST"])
    def new() -> AnyResponse:
        """Write an answer: to a group of questions, in place of a stale one, from a conversation
        that has ended, or to any question."""
        group_id, replaces = number(request.values, "group"), number(request.values, "replaces")
        talk_id = number(request.values, "talk")
        if request.method == "POST":
            saved = save(lambda wording: faqs.write(wording, g.user.name, replaces or None))
            if isinstance(saved, int):
                if group_id:
                    _decide(group_id, saved)
                is_theirs = talk_id and gist(talk_id, g.user.name)
                source = f"（会话 {talk_id}）" if is_theirs else ""
                accounts.record(g.user.name, "写问答", known(saved).question + source)
                return redirect(url_for("faqs.faq_page", faq_id=saved))
            typed = saved
        else:
            typed = from_talk(talk_id) if talk_id else prefilled(group_id, replaces)
        return editor(typed, group=group_id, replaces=replaces, talk=talk_id)

    def _decide(group_id: int, faq_id: int) -> None:
        try:
            unanswered.decide(group_id, GroupState.WRITTEN, g.user.name, faq_id=faq_id)
        except KeyError:
            abort(404)

    @blueprint.route("/desk/faqs/<int(max=2147483647):faq_id>/edit", methods=["GET", "POST"])
    def edit(faq_id: int) -> AnyResponse:
        """Change what is not released yet."""
        faq = known(faq_id)
        if request.method == "POST":

            def rewritten(wording: Wording) -> int:
                faqs.rewrite(faq_id, wording, g.user.name)
                return faq_id

            saved = save(rewritten)
            if isinstance(saved, int):
                accounts.record(g.user.name, "改问答", faq.question)
                return redirect(url_for("faqs.faq_page", faq_id=faq_id))
            return editor(saved, faq=faq)
        return editor(_typed(faq), faq=faq)

    def save(keep: Callable[[Wording], int]) -> int | dict[str, Any]:
        """Keep what was typed and return its id; the form again when it cannot be kept yet."""
        form = request.form
        typed = {
            name: form.get(name, "") for name in ("question", "wordings", "answer", "basis", "find")
        }
        if form.get("act") == "find":
            if linked := re.search(r"/p/(\d{1,9})\b", typed["find"]):
                typed |= {"basis": linked[1], "find": ""}
            return typed
        try:
            is_unwritten = typed["basis"] == UNWRITTEN_CHOICE
            clause = faqs.clause(number(typed, "basis")) if number(typed, "basis") else None
            return keep(
                Wording(
                    typed["question"], typed["answer"], wordings_of(typed["wordings"]), clause,
                    is_unwritten,
                )
            )  # fmt: skip
        except NotPossible as refusal:
            flash(str(refusal), "bad")
            return typed

    def from_talk(talk_id: int) -> dict[str, Any]:
        """What the form begins with after a conversation: what was asked and what staff replied."""
        found = gist(talk_id, g.user.name)
        accounts.record(g.user.name, "查看会话" if found else "查看会话被拒", f"会话 {talk_id}")
        if found is None:
            abort(404)
        # an answer names its basis by itself
        lines = [line for line in found.answer.splitlines() if not line.startswith(BASIS_LINE)]
        return {
            "question": found.question[:LONGEST_QUESTION], "wordings": "",
            "answer": "\n".join(lines).strip(),
            "basis": str(next(iter(found.passages), "")), "find": "",
        }  # fmt: skip

    def prefilled(group_id: int, replaces: int) -> dict[str, Any]:
        """What the form begins with."""
        if replaces:
            old = known(replaces)
            now = clause_now(old, catalogue, today())
            return _typed(old) | {"basis": str(now.passage_id) if now and now.passage_id else ""}
        question = masked(" ".join(request.args.get("q", "").split()))[:LONGEST_QUESTION]
        wordings: Sequence[str] = ()
        if group_id:
            try:
                group = unanswered.group(group_id)
            except KeyError:
                abort(404)
            question = group.question[:LONGEST_QUESTION]
            wordings = [w for w in group.wordings if w != group.question]
        return {
            "question": question, "wordings": "\n".join(wordings), "answer": "",
            "basis": str(number(request.args, "passage") or ""), "find": "",
        }  # fmt: skip

    def editor(typed: Mapping[str, Any], faq: Faq | None = None, **hidden: int) -> Response:
        question = (typed["find"].strip() or typed["question"].strip())[:LONGEST_WORDS]
        near = nearest.clauses(question) if question else []
        chosen = _chosen(typed["basis"], near)
        return desk_page(
            "faq_edit.html", typed=typed, near=near, chosen=chosen, faq=faq,
            hidden={k: v for k, v in hidden.items() if v},
            lead=UNWRITTEN.format(office=office.name),
            longest=LONGEST_QUESTION, longest_answer=LONGEST_ANSWER, most=MOST_WORDINGS,
            unwritten=UNWRITTEN_CHOICE,
        )  # fmt: skip

    def _chosen(basis: str, near: Sequence[Near]) -> CitedClause | None:
        """The chosen clause where it is not among those listed."""
        if not number({"basis": basis}, "basis") or any(str(n.passage_id) == basis for n in near):
            return None
        try:
            return faqs.clause(int(basis))
        except NotPossible:
            return None

    @blueprint.post("/desk/faqs/<int(max=2147483647):faq_id>/step")
    def step(faq_id: int) -> AnyResponse:
        """Release, return, discard, take down, or try once more to publish."""
        faq, wanted = known(faq_id), request.form.get("step", "")
        here = redirect(url_for("faqs.faq_page", faq_id=faq_id))
        try:
            match wanted:
                case "approve":
                    revision = number(request.form, "revision")
                    faqs.approve(faq_id, revision, g.user.name, today())
                    accounts.record(g.user.name, "审核通过问答", faq.question)
                    _follow(JobKind.PUBLISH_FAQ, faq, "发布")
                case "publish":
                    _follow(JobKind.PUBLISH_FAQ, faq, "发布")
                case "return":
                    remark = " ".join(request.form.get("remark", "").split())
                    if not remark:
                        raise NotPossible("请写明退回的原因")
                    faqs.give_back(faq_id, remark)
                    accounts.record(g.user.name, "退回问答", faq.question)
                    flash("已退回撰写人修改", "good")
                case "discard":
                    faqs.discard(faq_id)
                    accounts.record(g.user.name, "放弃问答", faq.question)
                    flash("已放弃这条答复", "good")
                case "retire":
                    accounts.record(g.user.name, "下线问答", faq.question)
                    _follow(JobKind.RETIRE_FAQ, faq, "下线")
                case _:
                    abort(404)
        except NotPossible as refusal:
            flash(str(refusal), "bad")
        return here

    def _follow(kind: JobKind, faq: Faq, action: str) -> None:
        """Have the owner do it, and say what came of it."""
        job_id = jobs.submit(
            kind, str(faq.id), faq.question, day=today().isoformat(), issuer=office.name,
            lead=UNWRITTEN.format(office=office.name),
        )  # fmt: skip
        limit = time.monotonic() + STEP_S
        while (job := jobs.get(job_id)).state in (JobState.QUEUED, JobState.RUNNING):
            if time.monotonic() > limit:
                flash(f"{action}已排队，稍后刷新查看", "wait")
                return
            time.sleep(0.05)
        if job.state is JobState.DONE:
            flash(f"已{action}：{faq.question}", "good")
        else:
            flash(str((job.result or {}).get("error", f"{action}没有完成")), "bad")

    return blueprint


def as_shown(faq: Faq, office: Office) -> str:
    """An answer as WeChat shows it, without the link."""
    if not faq.answer:
        return ""
    if faq.clause is None:
        body, note = UNWRITTEN.format(office=office.name) + faq.answer, ""
        named = UNWRITTEN_BASIS.format(title=f"常见问题答复第{faq.id}号")
    else:
        number = f"（{faq.clause.number}）" if faq.clause.number else ""
        body, note = faq.answer, REVIEWED
        named = f"《{faq.clause.title}》{number}{faq.clause.label}"
    return answer_text([Part("", body, named, 0, note)], [], lambda _: "")


def clause_now(faq: Faq, catalogue: Catalogue, day: date) -> Now | None:
    """How the clause of an answer reads on a day; None where it rests on none."""
    clause = faq.clause
    if clause is None:
        return None
    theirs = [s for s in catalogue.sources().values() if s.document_id == clause.document_id]
    current = next((s for s in theirs if s.in_force(day)), None)
    repealed_by = next((s.repealed_by for s in theirs if s.repealed_by), "")
    if current is None:
        return Now(0, "", (), repealed_by)
    same = [s for s in catalogue.passages_of(current.version_id) if s.passage.label == clause.label]
    if not same:
        return Now(0, "", (), repealed_by)
    text = same[0].passage.text
    return Now(same[0].id, text, changed_figures(clause.text, text), repealed_by)


def _own_passage(faq: Faq, catalogue: Catalogue) -> int:
    """Id of a published answer's own page, 0 while it has none."""
    if faq.version_id is None or faq.state not in (FaqState.PUBLISHED, FaqState.STALE):
        return 0
    return next((s.id for s in catalogue.passages_of(faq.version_id)), 0)


def _typed(faq: Faq) -> dict[str, Any]:
    """An answer as the fields of its form."""
    basis = str(faq.clause.passage_id) if faq.clause else ""
    return {
        "question": faq.question, "wordings": "\n".join(faq.wordings), "answer": faq.answer,
        "basis": UNWRITTEN_CHOICE if faq.is_unwritten else basis, "find": "",
    }  # fmt: skip
