"""Questions without an answer, in groups, and what staff do about each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, Response, abort, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.grouping import Grouping
from bot.office_questions import BadQuestion, OfficeQuestion, OfficeQuestions
from bot.unanswered import Group, GroupState, Unanswered
from console.accounts import Accounts
from console.frame import desk_page
from console.nearest import REASONS, Near, Nearest, Told
from console.sheets import Sheet, workbook
from knowledge.faqs import Faq, Faqs, FaqState
from knowledge.lifecycle import NotPossible
from knowledge.synonyms import BadGroup, Synonyms
from knowledge.validity import CHINA

PER_PAGE = 20
ROUNDS = 3
"""Times that one look at the page puts questions into groups."""
LONGEST_DEPARTMENT = 40
LONGEST_WORDS = 200

TABS = {
    "open": "待处理",
    "written": "写答复",
    "passed": "已转办",
    "answered": "原有答案",
    "ignored": "已忽略",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One group in the list.

    Attributes:
        tab: key of TABS.
        told: what the bot says to it now.
        near: the clause nearest to it, None when nothing is near.
        faq: the answer written for it.
        again: how often it was asked since it was thought to be settled.
    """

    group: Group
    tab: str
    told: Told
    near: Near | None
    faq: Faq | None
    again: int


def unanswered_pages(
    unanswered: Unanswered, grouping: Grouping, nearest: Nearest, faqs: Faqs, synonyms: Synonyms,
    questions: OfficeQuestions, accounts: Accounts, today: Callable[[], date],
) -> Blueprint:  # fmt: skip
    """Build ``/desk/unanswered``.

    Args:
        nearest: what stands near a question, and what the bot says to it now.
        synonyms: where a word that people use is taught.
        questions: where a question is kept to be asked again after every change.
    """
    blueprint = Blueprint("unanswered", __name__, template_folder="templates")

    def known(group_id: int) -> Group:
        try:
            return unanswered.group(group_id)
        except KeyError:
            abort(404)

    def written() -> dict[int, Faq]:
        return {f.id: f for f in faqs.all(today())}

    @blueprint.get("/desk/unanswered")
    def page() -> Response:
        """The groups of one tab, the most asked first; below, what was rightly declined."""
        left = put_into_groups(grouping)
        tab = request.args.get("show", "open")
        if tab not in TABS:
            abort(404)
        groups, known_faqs = unanswered.groups(), written()
        placed = [(group, tab_of(group, known_faqs)) for group in groups]
        theirs = [group for group, its in placed if its == tab]
        first = max(0, min(number(request.args, "from"), len(theirs) - 1))
        rows = [row(group, tab, known_faqs) for group in theirs[first : first + PER_PAGE]]
        counts = {name: sum(its == name for _, its in placed) for name in TABS}
        return desk_page(
            "unanswered.html", rows=rows, tab=tab, tabs=TABS, counts=counts, first=first,
            last=min(first + PER_PAGE, len(theirs)), total=len(theirs), per_page=PER_PAGE,
            refusals=unanswered.refusals(), reasons=REASONS, when=when, left=left,
        )  # fmt: skip

    def row(group: Group, tab: str, known_faqs: dict[int, Faq]) -> Row:
        near = nearest.clauses(group.question, 1)
        faq = known_faqs.get(group.faq_id or 0)
        told = nearest.told(group.question)
        return Row(group, tab, told, near[0] if near else None, faq, asked_since(group, faq))

    @blueprint.get("/desk/unanswered/<int(max=2147483647):group_id>")
    def group_page(group_id: int) -> Response:
        """One group: who asked what, what stands nearest, what can be done."""
        group, known_faqs = known(group_id), written()
        find = " ".join(request.args.get("find", "").split())[:LONGEST_WORDS]
        others = [g for g in unanswered.groups() if g.id != group.id and g.state is GroupState.OPEN]
        departments = sorted(
            {g.note for g in unanswered.groups() if g.state is GroupState.PASSED and g.note}
        )
        faq = known_faqs.get(group.faq_id or 0)
        return desk_page(
            "unanswered_group.html", group=group, tab=tab_of(group, known_faqs), tabs=TABS,
            told=nearest.told(group.question), near=nearest.clauses(find or group.question),
            find=find, others=others, departments=departments, faq=faq, reasons=REASONS,
            again=asked_since(group, faq), when=when, states=FaqState,
        )  # fmt: skip

    @blueprint.post("/desk/unanswered/<int(max=2147483647):group_id>/decide")
    def decide(group_id: int) -> AnyResponse:
        """Pass to a department, ignore, or open again."""
        group = known(group_id)
        step = request.form.get("step", "")
        department = " ".join(request.form.get("department", "").split())
        if step == "pass":
            if not 0 < len(department) <= LONGEST_DEPARTMENT:
                flash(f"请填写科室名称（最多{LONGEST_DEPARTMENT}个字）", "bad")
                return back(group_id)
            unanswered.decide(group_id, GroupState.PASSED, g.user.name, note=department)
            accounts.record(g.user.name, "转业务科室", f"{group.question} → {department}")
            flash(f"已转{department}：{group.question}", "good")
        elif step == "ignore":
            unanswered.decide(group_id, GroupState.IGNORED, g.user.name)
            accounts.record(g.user.name, "忽略未答问题", group.question)
            flash(f"已忽略：{group.question}", "good")
        elif step == "open":
            unanswered.decide(group_id, GroupState.OPEN, g.user.name)
            accounts.record(g.user.name, "重新打开未答问题", group.question)
            flash(f"已重新打开：{group.question}", "good")
            return back(group_id)
        else:
            abort(404)
        return redirect(url_for("unanswered.page"))

    @blueprint.post("/desk/unanswered/<int(max=2147483647):group_id>/merge")
    def merge(group_id: int) -> AnyResponse:
        """The same matter as another group."""
        group = known(group_id)
        into = known(number(request.form, "into"))
        try:
            unanswered.merge(group_id, into.id)
        except KeyError:
            flash("已有处理结果的问题不能并入别的问题，请先重新打开", "bad")
            return back(group_id)
        accounts.record(g.user.name, "合并未答问题", f"{group.question} → {into.question}")
        flash(f"已并入：{into.question}", "good")
        return back(into.id)

    @blueprint.post("/desk/unanswered/<int(max=2147483647):group_id>/split")
    def split(group_id: int) -> AnyResponse:
        """A wording is another matter than the others."""
        group, wording = known(group_id), request.form.get("wording", "")
        try:
            new = unanswered.split(group_id, wording)
        except KeyError:
            abort(404)
        accounts.record(g.user.name, "拆分未答问题", f"{group.question} ← {wording}")
        flash(f"已单独列出：{wording}", "good")
        return back(new)

    @blueprint.post("/desk/unanswered/<int(max=2147483647):group_id>/has-answer")
    def has_answer(group_id: int) -> AnyResponse:
        """The papers do answer it: teach the word that people use, or keep the question."""
        group = known(group_id)
        passage_id = number(request.form, "passage")
        try:
            clause = faqs.clause(passage_id)
        except NotPossible:
            flash("请先选出写有答案的条款", "bad")
            return back(group_id)
        place = f"《{clause.title}》{clause.label}"
        try:
            if request.form.get("how") == "word":
                typed, formal = request.form.get("typed", ""), request.form.get("formal", "")
                taught = synonyms.add([formal], [typed], g.user.name)
                note = f"同义词：{taught.typed[0]} → {taught.formal[0]}"
            else:
                kept = OfficeQuestion(
                    0, (group.question,), document_id=clause.document_id, clause=clause.label
                )
                questions.save(kept, g.user.name)
                note = f"评测问题：应据{place}答复"
        except (BadGroup, BadQuestion) as error:
            flash(str(error), "bad")
            return back(group_id)
        unanswered.decide(
            group_id, GroupState.ANSWERED, g.user.name, note=note, passage_id=passage_id
        )
        accounts.record(g.user.name, "未答问题原有答案", f"{group.question}；{note}")
        told = nearest.told(group.question)
        if told.said:
            flash(f"已记下。现在机器人会答：{told.said[:60]}（{told.basis}）", "good")
        else:
            flash("已记下，但机器人现在仍答不上这个问题；可以再教一个词，或写答复", "wait")
        return back(group_id)

    @blueprint.get("/desk/unanswered.xlsx")
    def sheet() -> Response:
        """All groups as a workbook."""
        put_into_groups(grouping)
        accounts.record(g.user.name, "导出未答问题", "全部")
        return workbook([unanswered_sheet(unanswered.groups(), written())], f"未答问题-{today()}")

    def back(group_id: int) -> AnyResponse:
        return redirect(url_for("unanswered.group_page", group_id=group_id))

    return blueprint


def put_into_groups(grouping: Grouping) -> int:
    """Put new questions into their groups, not for long; returns how many are left."""
    for _ in range(ROUNDS):
        if not grouping.group_new():
            return 0
    return grouping.waiting()


def tab_of(group: Group, known_faqs: dict[int, Faq]) -> str:
    """Under which tab a group stands. Pure.

    One whose answer was given up, went stale, or is asked again although it is out, is open.
    """
    if group.state is GroupState.WRITTEN:
        faq = known_faqs.get(group.faq_id or 0)
        if faq is None or faq.state in (FaqState.RETIRED, FaqState.STALE):
            return "open"
        is_out = faq.state is FaqState.PUBLISHED
        return "open" if is_out and asked_since(group, faq) else "written"
    if group.state is GroupState.ANSWERED and asked_since(group, None):
        return "open"
    return group.state.value


def asked_since(group: Group, faq: Faq | None) -> int:
    """How often a group was asked since it was thought to be settled."""
    if group.state is GroupState.OPEN:
        return 0
    out_since = faq.published_at if faq and faq.state is FaqState.PUBLISHED else None
    return group.since(out_since or group.decided_at)


def unanswered_sheet(groups: Sequence[Group], known_faqs: dict[int, Faq]) -> Sheet:
    """The groups as rows of a workbook."""
    return Sheet(
        "未答问题",
        ("问题", "其他问法", "次数", "人数", "最近一次", "原因", "处理", "说明", "处理人"),
        [
            (
                group.question, "；".join(w for w in group.wordings if w != group.question),
                group.times, group.people, when(group.last_at),
                "；".join(f"{cause}{n}次" for cause, n in group.causes),
                TABS[tab_of(group, known_faqs)], group.note, group.decided_by,
            )
            for group in groups
        ],
        (36, 40, 8, 8, 18, 22, 12, 30, 12),
    )  # fmt: skip


def number(values: Mapping[str, str], name: str) -> int:
    """A number that a form or an address gives; 0 for anything that is none of ours."""
    given = values.get(name, "")
    return int(given) if re.fullmatch(r"[0-9]{1,9}", given) else 0


def when(moment: datetime) -> str:
    """A moment as staff read it: 11月22日 14:03."""
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
