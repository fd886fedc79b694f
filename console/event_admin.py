"""Staff's side of events: review, conflicts, sign-up rules, who signed up, check-in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from werkzeug.wrappers import Response as AnyResponse

from bot.event_wording import LABELS, changes
from bot.moving import moment, when
from bot.signups import SignUp, Signups, State
from console.accounts import Accounts, Role
from console.admin_room import beijing
from knowledge.documents import EventKind
from knowledge.moments import first_moment, last_moment
from knowledge.programme import FIELDS, MOMENTS, Happening, Programme, Said

NAMES = {"title": "名称", **LABELS, "starts": "开始", "ends": "结束"}
MOST_PLACES = 100_000
STATES = {State.CONFIRMED: "已报名", State.WAITING: "候补"}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field with where it stands.

    Attributes:
        shown: as people read it; ``value`` as it is corrected.
        others: what other texts say, with their titles.
    """

    name: str
    label: str
    shown: str
    value: str
    said: Said | None
    corrected: bool
    others: tuple[tuple[str, str], ...]


def event_admin_pages(
    programme: Programme, signups: Signups, accounts: Accounts, now: Callable[[], datetime]
) -> Blueprint:
    """Build ``/admin/events``.

    Args:
        accounts: its audit log keeps who did what.
        now: the moment in China, without zone.
    """
    blueprint = Blueprint(
        "event_admin", __name__, url_prefix="/admin/events", template_folder="templates"
    )

    def page(template: str, **values: Any) -> Response:
        html = render_template(template, user=g.user, **values)
        return Response(html, headers={"Cache-Control": "no-store"})

    def found(happening_id: int) -> Happening:
        known = programme.happening(happening_id, now().date())
        if known is None:
            abort(404)
        return known

    def back(happening_id: int) -> AnyResponse:
        return redirect(url_for("event_admin.event", happening_id=happening_id))

    @blueprint.get("")
    def listing() -> Response:
        """Every event, those to look at first marked."""
        moment_ = now()
        every = programme.happenings(moment_.date())
        only = request.args.get("only", "coming")
        rows = [
            (h, state_of(h, moment_), signups.rule(h.id))
            for h in every
            if only == "all"
            or (only == "doubt" and (h.conflicts or h.doubts) and not h.confirmed)
            or (only == "coming" and state_of(h, moment_) not in ("已结束", "已截止"))
        ]
        return page("admin_events.html", rows=rows, total=len(every), only=only, when=when)

    @blueprint.get("/<int:happening_id>")
    def event(happening_id: int) -> Response:
        """One event: each field beside its line, what texts say otherwise, what to decide."""
        happening = found(happening_id)
        others = [
            h for h in programme.happenings(now().date())
            if h.id != happening.id and h.kind is not EventKind.APPLICATION
        ]  # fmt: skip
        return page(
            "admin_event.html", happening=happening, state=state_of(happening, now()),
            fields=field_rows(happening), changes=changes(happening), others=others,
            rule=signups.rule(happening_id), moment=moment,
            takes_signups=happening.kind is not EventKind.APPLICATION,
            may_edit=g.user.role is Role.ADMIN, may_see_people=g.user.role is not Role.AUDITOR,
        )  # fmt: skip

    @blueprint.post("/<int:happening_id>")
    def decide(happening_id: int) -> AnyResponse:
        """Correct, confirm, cancel, or say that two are one."""
        happening = found(happening_id)
        action = request.form.get("action", "")
        try:
            match action:
                case "correct":
                    given = {n: _line(request.form[n]) for n in FIELDS if n in request.form}
                    values = {n: _entered(n, v, happening) for n, v in given.items()}
                    changed = {n: v for n, v in values.items() if v is not None}
                    _in_order(changed, happening)
                    programme.correct(happening_id, changed)
                    said = "更正活动"
                case "confirm":
                    programme.confirm(happening_id)
                    said = "确认活动"
                case "cancel" | "restore":
                    programme.cancel(happening_id, back=action == "restore")
                    said = "取消活动" if action == "cancel" else "恢复活动"
                case "join":
                    other = found(request.form.get("other", 0, type=int))
                    if signups.people(other.id):
                        raise ValueError("那一项已有人报名，不能并入；请先处理它的报名")
                    programme.join(happening_id, other.id)
                    said = "合并活动"
                case _:
                    abort(404)
        except ValueError as error:
            flash(str(error), "bad")
            return back(happening_id)
        accounts.record(g.user.name, said, happening.title)
        flash(f"已{said}：{happening.title}", "good")
        return back(happening_id)

    @blueprint.post("/<int:happening_id>/rule")
    def rule(happening_id: int) -> AnyResponse:
        """Decide whether and how one signs up here."""
        happening = found(happening_id)
        typed = request.form.get("capacity", "").strip()
        if happening.kind is EventKind.APPLICATION or (
            typed and not (re.fullmatch(r"\d{1,6}", typed) and 1 <= int(typed) <= MOST_PLACES)
        ):
            flash(f"名额请填 1 到 {MOST_PLACES} 的整数，不限名额就留空", "bad")
            return back(happening_id)
        signups.set_rule(
            happening, is_open=request.form.get("is_open") == "1",
            capacity=int(typed) if typed else None,
            asks_name=request.form.get("asks_name") == "1",
            asks_phone=request.form.get("asks_phone") == "1",
        )  # fmt: skip
        accounts.record(g.user.name, "设置报名", happening.title)
        flash("报名设置已保存", "good")
        return back(happening_id)

    @blueprint.get("/<int:happening_id>/people")
    def people(happening_id: int) -> Response:
        """Who signed up, and the field for check-in codes."""
        happening = found(happening_id)
        listed = signups.people(happening_id)
        return page(
            "admin_people.html", happening=happening, people=listed, states=STATES,
            rule=signups.rule(happening_id), here=sum(p.here_at is not None for p in listed),
            signed=_clock, when=when,
        )  # fmt: skip

    @blueprint.post("/<int:happening_id>/people")
    def act(happening_id: int) -> AnyResponse:
        """Check somebody in by their code, or cancel a sign-up for them."""
        happening = found(happening_id)
        if request.form.get("action") == "cancel":
            wanted = request.form.get("signup", 0, type=int)
            if any(p.id == wanted for p in signups.people(happening_id)):
                signups.cancel(wanted)
                accounts.record(g.user.name, "取消报名", f"{happening.title} #{wanted}")
                flash("已取消这个报名，名额按顺序递补", "good")
        else:
            code = _line(request.form.get("code", ""))[:20]
            known = signups.by_code(happening_id, code)
            person = signups.check_in(happening_id, code)
            if person is None:
                waiting = known is not None and known.state is State.WAITING
                flash("这是候补码，还没有名额" if waiting else f"没有这个签到码：{code}", "bad")
            elif known is not None and known.here_at is not None:
                flash(f"{person.name or code} 已在 {_clock(known.here_at)} 签到过", "wait")
            else:
                flash(f"签到成功：{person.name or code}", "good")
        return redirect(url_for("event_admin.people", happening_id=happening_id))

    @blueprint.get("/<int:happening_id>/people.xlsx")
    def export(happening_id: int) -> Response:
        """The list as a workbook."""
        happening = found(happening_id)
        accounts.record(g.user.name, "导出报名名单", happening.title)
        return Response(
            workbook(signups.people(happening_id)),
            mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers={
                "Content-Disposition": f'attachment; filename="event-{happening_id}.xlsx"',
                "Cache-Control": "no-store",
            },
        )

    return blueprint


def state_of(happening: Happening, now: datetime) -> str:
    """One word for the list."""
    if happening.cancelled:
        return "已取消"
    over = happening.over_at
    if over is None:
        return "时间待定"
    if happening.kind is EventKind.APPLICATION:
        begins = happening.begins_at
        is_ahead = begins is not None and begins > now
        return "已截止" if over < now else "尚未受理" if is_ahead else "受理中"
    if over < now:
        return "已结束"
    return "有变动" if happening.changes else "即将举办"


def field_rows(happening: Happening) -> list[FieldRow]:
    """Every field beside its line."""
    rows = []
    for name in FIELDS:
        said = happening.said.get(name)
        value = said.value if said else ""
        rows.append(
            FieldRow(
                name, NAMES[name], moment(value) if name in MOMENTS and value else value, value,
                said, name in happening.corrected,
                tuple(
                    (moment(c.other.value) if name in MOMENTS else c.other.value, c.other.document)
                    for c in happening.conflicts if c.name == name
                ),
            )
        )  # fmt: skip
    return rows


def workbook(people: list[SignUp]) -> bytes:
    """The list as XLSX; every cell is text, so that nothing a stranger wrote is a formula."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "报名名单"
    head = ("序号", "状态", "姓名", "手机号", "签到码", "报名时间", "签到时间", "来源")
    rows = [
        (
            str(number), STATES[p.state], p.name, p.phone or "", p.code, _clock(p.signed_at),
            _clock(p.here_at) if p.here_at else "", "微信" if p.openid else "网页",
        )
        for number, p in enumerate(people, 1)
    ]  # fmt: skip
    for at, row in enumerate((head, *rows), 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(at, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
            cell.data_type = "s"  # openpyxl takes a leading = for a formula
            cell.quotePrefix = text[:1] in ("=", "+", "-", "@")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _entered(name: str, value: str, happening: Happening) -> str | None:
    """What a correction form says of a field; None where it is as it was read.

    Raises:
        ValueError: a moment that is none, in words for staff.
    """
    if value == happening.value(name):
        return None
    if name in MOMENTS and value:
        bare = value.replace(" ", "T")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?|\d{4}-\d\d", bare):
            raise ValueError(
                f"“{NAMES[name]}”请写成 2026-12-19 09:00 或 2026-12-19，现在是“{value}”"
            )
        try:
            datetime.fromisoformat(bare if len(bare) > 7 else f"{bare}-01")
        except ValueError:
            raise ValueError(f"“{NAMES[name]}”没有这一天或这个钟点：{value}") from None
        return bare
    return value


def _in_order(changed: Mapping[str, str], happening: Happening) -> None:
    """Refuse moments that contradict each other once a correction is made.

    Raises:
        ValueError: it would end before it begins, or be signed up to after its end; for staff.
    """
    if not changed.keys() & set(MOMENTS):
        return
    told = {n: changed.get(n) or happening.value(n) for n in MOMENTS}
    kept = "ends" not in changed and "ends" not in happening.corrected
    if "starts" in changed and kept and told["ends"][:10] != told["starts"][:10]:
        told["ends"] = told["starts"][:10]  # as the programme moves it
    starts, ends, until = (told[n] for n in MOMENTS)
    if starts and ends and last_moment(ends) < first_moment(starts):
        raise ValueError(f"结束（{moment(ends)}）早于开始（{moment(starts)}），没有更正，请核对")
    over = ends or starts
    if until and over and first_moment(until) > last_moment(over):
        raise ValueError(
            f"报名截止（{moment(until)}）晚于活动结束（{moment(over)}），没有更正，请核对"
        )


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()[:500]


def _clock(stamp: float) -> str:
    return beijing(datetime.fromtimestamp(stamp, UTC))
