"""The public page of an event: what it is, what has changed, signing up, a calendar file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from bot import signup_wording as words
from bot.event_wording import changes, closed_text, fields, is_closed
from bot.signups import KEEP_DAYS, Door, Rule, SignUp, Signups, State, door
from console.calendar_file import calendar_file
from console.pace import Pace
from knowledge.documents import EventKind
from knowledge.programme import Happening, Programme

MOST_PER_MINUTE = 30
"""Sign-ups and cancellations from one address in a minute; a proxy may stand for a whole city."""
KEPT = "signups"
"""Key of the visitor's own codes in the signed session cookie."""
MOST_KEPT = 12
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")

DOORS = {
    Door.CLOSED: "报名已经截止。",
    Door.OVER: "活动已经结束。",
    Door.CANCELLED: "活动已取消举办。",
}


def event_pages(
    programme: Programme, signups: Signups, now: Callable[[], datetime],
    service: str = "人才政策智能问答",
) -> Blueprint:  # fmt: skip
    """Build ``/e/<id>``.

    Args:
        now: the moment in China, without zone.
    """
    blueprint = Blueprint("events", __name__, template_folder="templates")
    pace = Pace(MOST_PER_MINUTE, 60.0)

    def found(happening_id: int) -> Happening:
        known = programme.happening(happening_id, now().date())
        if known is None or known.kind is EventKind.APPLICATION:
            abort(Response(render_template("missing.html", service=service), 404))
        return known

    def own(happening_id: int) -> SignUp | None:
        code = session.get(KEPT, {}).get(str(happening_id), "")
        return signups.by_code(happening_id, code) if code else None

    def keep(happening_id: int, code: str) -> None:
        kept = {k: v for k, v in session.get(KEPT, {}).items() if k != str(happening_id)}
        if code:
            kept[str(happening_id)] = code
        session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])

    def page(happening: Happening, status: int = 200, **values: Any) -> Response:
        rule, moment = signups.rule(happening.id), now()
        over = happening.over_at
        standing = "已取消" if happening.cancelled else ""
        if not standing and over is not None:
            standing = "已结束" if over < moment else "即将举办"
            if happening.begins_at and happening.begins_at <= moment <= over:
                standing = "进行中"
        html = render_template(
            "event.html",
            service=service,
            happening=happening,
            standing=standing or "时间待定",
            changes=[c.removeprefix("请注意：") for c in changes(happening)],
            fields=[f.split("：", 1) for f in fields(happening)],
            sources=_sources(happening),
            rule=rule,
            door=door(happening, rule, moment),
            closed=shut(happening, rule, moment),
            consent=words.CONSENT_WEB.format(days=KEEP_DAYS),
            mine=own(happening.id),
            has_day=len(happening.value("starts")) >= 10,
            checked_on=f"{moment:%Y-%m-%d %H:%M}",
            **{"typed": {}, "wrong": "", **values},
        )
        return Response(html, status, headers={"Cache-Control": "no-store"})

    def shut(happening: Happening, rule: Rule | None, moment: datetime) -> str:
        """Why one can no longer sign up, "" where one can or never could here."""
        stands = door(happening, rule, moment)
        if stands in (Door.CLOSED, Door.NOT_HERE) and is_closed(happening, moment):
            return closed_text(happening)
        return DOORS.get(stands, "") if rule else ""

    def too_fast() -> bool:
        return not pace.allows(request.remote_addr or "")

    @blueprint.get("/e/<int:happening_id>")
    def event(happening_id: int) -> Response:
        """An event as it stands now; 404 when no text in force tells of it."""
        return page(found(happening_id))

    @blueprint.get("/e/<int:happening_id>.ics")
    def calendar(happening_id: int) -> Response:
        """The event for a calendar; 404 while it has no day."""
        happening = found(happening_id)
        try:
            text = calendar_file(
                happening, request.host.split(":")[0],
                url_for("events.event", happening_id=happening_id, _external=True), now(),
            )  # fmt: skip
        except ValueError:
            abort(404)
        headers = {"Content-Disposition": f'attachment; filename="event-{happening_id}.ics"'}
        return Response(text, mimetype="text/calendar", headers=headers)

    @blueprint.post("/e/<int:happening_id>/sign-up")
    def sign_up(happening_id: int) -> AnyResponse:
        """Sign up with a phone number, by which one person is known and may cancel."""
        happening = found(happening_id)
        rule = signups.rule(happening_id)
        typed = {
            "name": _line(request.form.get("name", ""), 40),
            "phone": _line(request.form.get("phone", ""), 20),
        }
        if too_fast():
            return page(happening, 429, typed=typed, wrong="操作太频繁，请一分钟后再试。")
        phone = _MOBILE.fullmatch(re.sub(r"[\s-]", "", typed["phone"]))
        wrong = ""
        if rule is None or door(happening, rule, now()) is not Door.OPEN:
            wrong = "现在不能报名。"
        elif not phone:
            wrong = "请填写11位手机号，用来识别重复报名和取消报名。"
        elif rule.asks_name and not typed["name"]:
            wrong = "请填写姓名。"
        elif request.form.get("agree") != "1":
            wrong = "请先勾选同意。"
        if wrong or phone is None or rule is None:
            return page(happening, 400, typed=typed, wrong=wrong)
        signed = signups.sign(
            happening_id, f"tel:{phone[1]}", consent=words.CONSENT_WEB.format(days=KEEP_DAYS),
            name=typed["name"] if rule.asks_name else "", phone=phone[1],
        )  # fmt: skip
        if signed is None:
            return page(happening, 400, typed=typed, wrong="现在不能报名。")
        person, is_new = signed
        if not is_new:
            # a stranger who knows the number must not learn the code
            return page(happening, 409, typed=typed, wrong="这个手机号已经报过名，不用重复报名。")
        keep(happening_id, person.code)
        if person.state is State.CONFIRMED:
            flash("报名成功，请记下签到码。", "good")
        else:
            flash(f"名额已满，您排在候补第{person.place}位，请记下候补码。", "wait")
        return redirect(url_for("events.event", happening_id=happening_id))

    @blueprint.post("/e/<int:happening_id>/cancel")
    def cancel(happening_id: int) -> AnyResponse:
        """Cancel by the code; what was given is erased."""
        happening = found(happening_id)
        if too_fast():
            return page(happening, 429, wrong="操作太频繁，请一分钟后再试。")
        person = signups.by_code(happening_id, request.form.get("code", "")[:20])
        if person is None:
            return page(happening, 404, wrong="没有查到这个签到码，请核对后再试。")
        signups.cancel(person.id)
        keep(happening_id, "")
        flash("已取消报名，您留下的信息已删除。", "good")
        return redirect(url_for("events.event", happening_id=happening_id))

    return blueprint


def _sources(happening: Happening) -> list[tuple[str, int]]:
    """(title, passage to open) of every text that tells of it, the newest word first."""
    found = []
    titles = {s.version_id: s.title for s in happening.sources}
    for stored in happening.tellers:
        if title := titles.pop(stored.version_id, ""):
            found.append((title, stored.id))
    return found


def _line(text: str, most: int) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()[:most]
