"""The admin's side of eligibility: what clauses seem to demand, confirmed or corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from console.accounts import Accounts
from knowledge.benefits import Benefits, BenefitStatus, NotBound, StoredBenefit
from knowledge.catalogue import Catalogue
from knowledge.conditions import (
    DEGREES,
    SKILLS,
    TITLES,
    VALUED,
    Benefit,
    Condition,
    Kind,
    Line,
    holds_words,
)
from knowledge.documents import Clause, Version
from knowledge.reports import STATUS, state

KINDS = {
    Kind.CLASS: "人才类别",
    Kind.DEGREE: "学历学位",
    Kind.TITLE: "职称",
    Kind.SKILL: "技能等级",
    Kind.AGE: "年龄（岁）",
    Kind.GRADUATED: "毕业时间（月）",
    Kind.INSURED: "社保（月）",
    Kind.INCOME: "年薪（元）",
    Kind.CONTRACT: "合同",
    Kind.EMPLOYER: "就业单位",
    Kind.HOME: "住房",
    Kind.HOUSEHOLD: "户籍",
    Kind.FAMILY: "家庭",
    Kind.ZONE: "所在园区",
    Kind.EXCLUDED: "排除情形",
    Kind.OTHER: "其他",
}
LEVELS = {Kind.DEGREE: DEGREES, Kind.TITLE: TITLES, Kind.SKILL: SKILLS}
DECISIONS = {
    "confirm": (BenefitStatus.CONFIRMED, "确认"),
    "off": (BenefitStatus.OFF, "停用"),
    "open": (BenefitStatus.PROPOSED, "退回待确认"),
}
STATUS_WORDS = {
    BenefitStatus.PROPOSED: "待确认",
    BenefitStatus.CONFIRMED: "已确认",
    BenefitStatus.OFF: "已停用",
}


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A version with how many of its benefits stand where."""

    version: Version
    state: str
    proposed: int
    confirmed: int
    off: int


def benefit_pages(
    catalogue: Catalogue, benefits: Benefits, accounts: Accounts, today: Callable[[], date]
) -> Blueprint:
    """Build ``/admin/eligibility``.

    Args:
        accounts: its audit log keeps who decided what.
        today: the day on which a version is in force or not.
    """
    blueprint = Blueprint(
        "benefits", __name__, url_prefix="/admin/eligibility", template_folder="templates"
    )

    def page(template: str, **values: Any) -> Response:
        html = render_template(template, user=g.user, kinds=KINDS, words=STATUS_WORDS, **values)
        return Response(html, headers={"Cache-Control": "no-store"})

    def stored_or_404(benefit_id: int) -> StoredBenefit:
        found = benefits.get(benefit_id) if benefit_id < 2**31 else None
        if found is None:
            abort(404)
        return found

    @blueprint.get("")
    def overview() -> Response:
        """Every document that seems to grant something, those with open proposals first."""
        counts = benefits.counts()
        sources = catalogue.sources()
        rows = [
            PaperRow(
                v, state(v, sources.get(v.id), today()),
                counts[v.id][BenefitStatus.PROPOSED], counts[v.id][BenefitStatus.CONFIRMED],
                counts[v.id][BenefitStatus.OFF],
            )
            for v in catalogue.versions()
            if v.id in counts
        ]  # fmt: skip
        rows.sort(key=lambda r: (r.state in ("失效", "旧版", "撤回"), not r.proposed))
        return page("admin_benefits.html", rows=rows, status_words=STATUS)

    @blueprint.get("/<int:version_id>")
    def paper(version_id: int) -> Response:
        """A version's benefits, each condition beside the clause that it stands in."""
        if version_id >= 2**31:
            abort(404)
        try:
            version = catalogue.version(version_id)
        except KeyError:
            abort(404)
        clauses = catalogue.clauses(version_id)
        return page(
            "admin_benefit_list.html", version=version, found=benefits.of_version(version_id),
            clause_text=lambda ordinal: clause_text(clauses, ordinal), value=value_text,
            state=state(version, catalogue.sources().get(version_id), today()),
        )  # fmt: skip

    @blueprint.post("/<int:version_id>/again")
    def again(version_id: int) -> AnyResponse:
        """Read the clauses again; what was decided about this version goes."""
        if version_id >= 2**31 or not catalogue.clauses(version_id):
            abort(404)
        count = benefits.propose_again(version_id)
        title = catalogue.version(version_id).facts.title
        accounts.record(g.user.name, "重新提取待遇条件", f"《{title}》版本 {version_id}")
        flash(f"已重新提取 {count} 项，请逐项核对", "good")
        return redirect(url_for("benefits.paper", version_id=version_id))

    @blueprint.post("/benefit/<int:benefit_id>")
    def decide(benefit_id: int) -> AnyResponse:
        """Confirm, switch off, or leave open again."""
        stored = stored_or_404(benefit_id)
        decision = request.form.get("decision", "")
        if decision not in DECISIONS:
            abort(404)
        status, word = DECISIONS[decision]
        try:
            benefits.decide(benefit_id, status, g.user.name)
        except NotBound as error:
            flash(str(error), "bad")
        else:
            accounts.record(g.user.name, f"{word}待遇条件", _subject(catalogue, stored))
            flash(f"已{word}：{stored.benefit.title}", "good")
        return redirect(
            url_for("benefits.paper", version_id=stored.version_id, _anchor=f"b{benefit_id}")
        )

    @blueprint.get("/benefit/<int:benefit_id>")
    def edit(benefit_id: int) -> Response:
        """The form to correct one benefit in."""
        stored = stored_or_404(benefit_id)
        clauses = catalogue.clauses(stored.version_id)
        return page(
            "admin_benefit_edit.html", stored=stored, bound=bound_text, valued=VALUED,
            version=catalogue.version(stored.version_id),
            clause_text=lambda ordinal: clause_text(clauses, ordinal),
        )  # fmt: skip

    @blueprint.post("/benefit/<int:benefit_id>/correct")
    def correct(benefit_id: int) -> AnyResponse:
        """Keep a correction whose words stand in the clauses; it has to be confirmed after."""
        stored = stored_or_404(benefit_id)
        clauses = catalogue.clauses(stored.version_id)
        try:
            benefits.correct(
                benefit_id, corrected(stored.benefit, request.form, clauses), g.user.name
            )
        except NotBound as error:
            flash(str(error), "bad")
            return redirect(url_for("benefits.edit", benefit_id=benefit_id))
        accounts.record(g.user.name, "改正待遇条件", _subject(catalogue, stored))
        flash("已保存，请核对后确认", "good")
        return redirect(
            url_for("benefits.paper", version_id=stored.version_id, _anchor=f"b{benefit_id}")
        )

    return blueprint


def _subject(catalogue: Catalogue, stored: StoredBenefit) -> str:
    title = catalogue.version(stored.version_id).facts.title
    return f"《{title}》：{stored.benefit.title}"


def clause_text(clauses: Sequence[Clause], ordinal: int) -> str:
    """A clause as it reads, a row with its cells, "" for none of this ordinal."""
    if not 0 <= ordinal < len(clauses):
        return ""
    clause = clauses[ordinal]
    return "｜".join(clause.cells) if clause.cells else clause.text


def value_text(condition: Condition) -> str:
    """The value that a condition is held against, in words; its kind alone for a question.

    >>> value_text(Condition(Kind.AGE, "年龄未满50周岁", 1, most=49))
    '≤ 49'
    """
    if not condition.is_valued:
        return (
            "答“不属于”为符合" if condition.kind is Kind.EXCLUDED else "用原文提问，答“符合”为符合"
        )
    if condition.classes:
        any_class = condition.classes == ("*",)
        said = "持有证书即可" if any_class else "、".join(condition.classes) + "类"
    else:
        low, high = bound_text(condition, True), bound_text(condition, False)
        if condition.least == condition.most:
            said = low
        else:
            said = "，".join(t for t in (low and f"≥ {low}", high and f"≤ {high}") if t)
    if condition.only:
        said += f"（只对{'、'.join(DEGREES[n] for n in condition.only)}）"
    if not condition.firm:
        said += "，不达到时转人工"
    return said if condition.exact else f"{said}，达到后再用原文提问"


def bound_text(condition: Condition, lower: bool) -> str:
    """A bound as it is typed in the form: a level's name or a number, "" where it is open."""
    bound = condition.least if lower else condition.most
    if bound is None:
        return ""
    names = LEVELS.get(condition.kind)
    return names[bound] if names and 0 <= bound < len(names) else str(bound)


def corrected(benefit: Benefit, form: MultiDict[str, str], clauses: Sequence[Clause]) -> Benefit:
    """The benefit as a form leaves it; fields are named by the place of what they correct.

    Raises:
        NotBound: a value cannot be read, or new words stand in no clause.
    """

    def condition(name: str, old: Condition | None) -> Condition | None:
        words = form.get(f"{name}-words", "").strip()
        if form.get(f"{name}-drop") or not words:
            return None
        try:
            kind = Kind(form.get(f"{name}-kind", ""))
        except ValueError:
            raise NotBound("请选择条件的类型") from None
        clause = _clause_of(words, old.clause if old else -1, clauses)
        letters = form.get(f"{name}-classes", "").upper()
        classes = tuple(dict.fromkeys(c for c in letters if c.isascii() and c.isalpha()))
        return Condition(
            kind, words, clause,
            _bound(kind, form.get(f"{name}-least", "")), _bound(kind, form.get(f"{name}-most", "")),
            (("*",) if "*" in letters else classes) if kind is Kind.CLASS else (),
            f"{name}-ask" not in form, f"{name}-loose" not in form, old.only if old else (),
        )  # fmt: skip

    def conditions(prefix: str, old: Sequence[Condition]) -> tuple[Condition, ...]:
        made = [condition(f"{prefix}{n}", c) for n, c in enumerate(old)]
        made.append(condition(f"{prefix}new", None))
        return tuple(c for c in made if c)

    ways = []
    for n, way in enumerate(benefit.ways):
        gets = form.get(f"w{n}-gets", "").strip()
        if gets and not form.get(f"w{n}-drop"):
            clause = _clause_of(gets, way.clause, clauses)
            ways.append(
                replace(
                    way, gets=gets, clause=clause, conditions=conditions(f"w{n}c", way.conditions)
                )
            )
    title = form.get("title", "").strip()
    if not ways or not title:
        raise NotBound("名称和至少一种情形不能为空；整项不用请点“停用”")
    if not (common := conditions("c", benefit.conditions)) and not all(w.conditions for w in ways):
        raise NotBound("每种情形至少要有一个条件，没有条件的不能拿来核对")
    said = form.get("deadline", "").strip()
    before = benefit.deadline.clause if benefit.deadline else -1
    deadline = Line(said, _clause_of(said, before, clauses)) if said else None
    rules = tuple(r for n, r in enumerate(benefit.rules) if not form.get(f"r{n}-drop"))
    return replace(
        benefit, title=title[:80], ways=tuple(ways), conditions=common, deadline=deadline,
        rules=rules,
    )  # fmt: skip


def _clause_of(words: str, before: int, clauses: Sequence[Clause]) -> int:
    """The clause that words stand in: the one they were bound to, else the first that has them."""

    def has(clause: Clause) -> bool:
        return holds_words(f"{clause.text} {' '.join(clause.cells)}", words)

    if 0 <= before < len(clauses) and has(clauses[before]):
        return before
    found = next((c.ordinal for c in clauses if has(c)), None)
    if found is None:
        raise NotBound(f"“{words}”不是文件中的原话，请照原文填写")
    return found


def _bound(kind: Kind, text: str) -> int | None:
    text = text.strip()
    if not text or kind not in VALUED:
        return None
    if text in LEVELS.get(kind, ()):
        return LEVELS[kind].index(text)
    if kind not in LEVELS and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise NotBound(f"“{text}”读不成{KINDS[kind]}，请填{'、'.join(LEVELS.get(kind, ('整数',)))}")
