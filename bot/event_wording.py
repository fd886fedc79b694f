"""What a talent reads of events. Like wording.py, with whose basis line and links it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot import wording
from bot.answering.programme import Asked, EventAnswer
from bot.moving import (
    CANCELLED,
    CANCELLED_WAS,
    announced_by,
    closed_on,
    day_words,
    moment,
    plain,
    when,
    within,
)
from bot.wording import BASIS, WECHAT_BYTES, Office, clause_link
from knowledge.documents import ChangeKind, EventKind
from knowledge.figures import figures
from knowledge.programme import Happening, Said
from knowledge.query import Period

ROOM = WECHAT_BYTES - 260
"""Bytes of a list, with room below for what is offered."""

LONGEST_CELL = 80
"""Characters of a column that no field holds, up to which a reply has room for it."""

LABELS = {
    "starts": "时间", "place": "地点", "audience": "对象", "capacity": "名额",
    "signup_until": "报名截止", "joining": "参加办法", "contact": "联系",
}  # fmt: skip

MOVED = "请注意：原定{was}，改为{now}（{by}）。"
PUT_OFF = "请注意：原定{was}，现已延期，新的时间另行通知（{by}）。"
PUT_OFF_PLAIN = "请注意：已延期，新的时间另行通知（{by}）。"
PLACE_MOVED = "请注意：地点由“{was}”改为“{now}”（{by}）。"
PLACE_NOW = "请注意：地点改为“{now}”（{by}）。"
OVER = "这项活动已经结束。"
UNDER_WAY = "这项活动正在进行。"
OPEN_STILL = "报名还没有截止{days}。"
OPEN_TODAY = "报名今天截止。"
CLOSED = "报名已经截止。"
CLOSED_ON = "报名已于{day}截止。"
NO_NEED = "这项活动不需要报名。"
NO_LAST_DAY = "通知里没有写报名截止时间。"
NO_FEE = "通知里没有写是否收费，请以主办方答复为准。"
NOTICE = "通知里还写明：{said}"
OPEN_DAY = "具体时间另行通知"
DUE = "“{title}”{span}，今天是{today}，{standing}。"
DUE_SPAN = "的受理时间是{starts}至{ends}"
DUE_UNTIL = "的截止时间是{ends}"
DUE_AHEAD = "还没有开始受理"
DUE_TODAY = "今天截止"
DUE_LEFT = "还来得及，还有{days}天截止"
DUE_PAST = "已经截止"
SAYS_ELSE = "（另有《{document}》写的是{value}，请以主办方确认为准）"

LIST_HEAD = "{when}的{what}："
LIST_ON = "{when}的{what}，接着上面的："
LIST_PAST = "{when}{what}已经结束，目前没有查到新的安排："
LIST_NONE = "{when}没有查到{what}的安排，可能尚未发布。接下来的活动有："
LIST_NONE_PAST = "没有查到{when}举办过{what}。接下来的活动有："
LIST_UNKNOWN = "没有查到“{name}”的活动安排。接下来的其他活动有："
LIST_FOOT = "回复序号看详情"
LIST_MORE = "，后面还有，回复“更多活动”查看"
EVENT_PAGE = "活动页面"
PAGE_LINE = "{link}（可加入日历）"


def changes(happening: Happening) -> list[str]:
    """What has changed, one sentence each; the first plan against what holds now."""
    cancelled = happening.cancelled
    if cancelled:
        was = CANCELLED_WAS.format(was=moment(cancelled.was)) if cancelled.was else ""
        return [CANCELLED.format(by=announced_by(cancelled.by.document), was=was)]
    found = []
    days = [c for c in happening.changes if c.kind is ChangeKind.DATE]
    if days:
        was, now, by = days[0].was, happening.value("starts"), announced_by(days[-1].by.document)
        if now and was:
            found.append(MOVED.format(was=moment(was), now=moment(now), by=by))
        elif not now:
            made = PUT_OFF if was else PUT_OFF_PLAIN
            found.append(made.format(was=moment(was) if was else "", by=by))
    places = [c for c in happening.changes if c.kind is ChangeKind.PLACE]
    if places:
        was, now, by = places[0].was, happening.value("place"), announced_by(places[-1].by.document)
        made = PLACE_MOVED if was else PLACE_NOW
        found.append(made.format(was=was, now=now, by=by))
    return found


def event_text(
    answer: EventAnswer, url: Callable[[int], str], event_url: Callable[[int], str],
    sign_up: Callable[[Happening], str] = lambda _: "",
) -> str:  # fmt: skip
    """The whole reply.

    Args:
        url: passage id -> address of its page, "" without one.
        event_url: event id -> address of its page, "" without one.
        sign_up: what may be done about signing up to an event, "" for nothing.
    """
    if answer.is_list:
        return _list(answer, url)
    happening = answer.shown[0]
    support = _support(answer)
    lines = [plain(happening.title), *changes(happening)]
    if not happening.cancelled:
        lines += _standing(answer, happening)
    lines += fields(happening, support, cancelled=happening.cancelled is not None)
    if answer.notice:
        lines.append(NOTICE.format(said=plain(answer.notice)))
    if Asked.FEE in answer.asked and not _FEE_TOLD.search("\n".join(lines[1:])):
        lines.append(NO_FEE)
    offered = sign_up(happening)
    if offered:
        lines.append(offered)
    lines.append(_basis(answer, 0, url))
    if answer.notice:
        lines.append(_basis(answer, len(answer.citations) - 1, url))
    address = event_url(happening.id)
    if address and not happening.cancelled:
        lines.append(PAGE_LINE.format(link=f'<a href="{address}">{EVENT_PAGE}</a>'))
    return "\n".join(line for line in lines if line)


def fields(happening: Happening, support: str = "", cancelled: bool = False) -> list[str]:
    """名称：value, in reading order; what two texts tell differently is said so.

    Args:
        support: what is cited. A day or hour that is worked out from it otherwise than it is
            written is shown as it is written; "" where nothing is checked.
    """
    lines = []
    for name, label in LABELS.items():
        said = happening.said.get(name)
        if name == "starts" and said is None and not cancelled:
            lines.append(f"{label}：{OPEN_DAY}")
        if said is None or (cancelled and name in ("starts", "signup_until")):
            continue
        value = said.value
        if name == "starts":
            value = _checked(when(value, happening.value("ends")), said, support)
        elif name == "signup_until":
            value = _checked(moment(value), said, support)
        else:
            value = plain(value)
        differing = "".join(
            SAYS_ELSE.format(document=c.other.document, value=_value(name, c.other.value))
            for c in happening.conflicts
            if c.name == name
        )
        lines.append(f"{label}：{value}{differing}")
    if not cancelled:
        told = [plain(cell) for _, cell in happening.further]
        lines += [
            f"{plain(name)}：{cell}"
            for (name, _), cell in zip(happening.further, told, strict=True)
            if len(cell) <= LONGEST_CELL
        ]
    return lines


def nothing_found(office: Office) -> str:
    """What to do when nothing is announced."""
    return wording.addressed("请留意后续通知，或拨打 {hotline} 咨询{office}。", office)


def due(happening: Happening, now: datetime) -> str:
    """Until when something may be applied for, and how that stands today.

    The days left are counted from today to the last day; the last day itself counts as none.
    """
    last, first = happening.over_at, happening.begins_at
    assert last is not None  # an application without an end is none
    ends = moment(happening.value("ends"))
    if first and first.date() != last.date():
        span = DUE_SPAN.format(starts=moment(happening.value("starts")), ends=ends)
    else:
        span = DUE_UNTIL.format(ends=ends)
    days = (last.date() - now.date()).days
    if last < now:
        standing = DUE_PAST
    elif first and first > now and happening.value("starts") != happening.value("ends"):
        standing = DUE_AHEAD
    else:
        standing = DUE_LEFT.format(days=days) if days else DUE_TODAY
    today = f"{now.year}年{now.month}月{now.day}日"
    title = within(happening.title)
    return DUE.format(title=title, span=span, today=today, standing=standing)


_FEE_TOLD = re.compile(r"免费|收费|费用|票价|\d\s*元|不收")

# -- parts -------------------------------------------------------------------------------


def _standing(answer: EventAnswer, happening: Happening) -> list[str]:
    """Whether it is over, under way, or may still be signed up to."""
    now, over, begins = answer.now, happening.over_at, happening.begins_at
    asks, closed = Asked.SIGN_UP in answer.asked, is_closed(happening, now)
    if over is not None and over < now:
        return [OVER, _signing_up(happening, now, answer.notice)] if closed and asks else [OVER]
    found = []
    if begins is not None and begins <= now and len(happening.value("starts")) > 10:
        found.append(UNDER_WAY)
    if asks or closed:
        found.append(_signing_up(happening, now, answer.notice))
    return found


def is_closed(happening: Happening, now: datetime) -> bool:
    """Has the last moment to sign up passed?"""
    return happening.closes_at is not None and happening.closes_at < now


def closed_text(happening: Happening) -> str:
    """报名已于11月26日截止。"""
    day = closed_on(happening.value("signup_until"))
    return CLOSED_ON.format(day=day) if day else CLOSED


def _signing_up(happening: Happening, now: datetime, notice: str) -> str:
    last = happening.closes_at
    if re.search(r"无需报名|免报名|不需要?报名|无须报名|不用报名", happening.value("joining")):
        return NO_NEED
    if last is None:
        return "" if happening.value("joining") or notice else NO_LAST_DAY
    if last < now:
        return closed_text(happening)
    if last.date() == now.date():
        return OPEN_TODAY
    return OPEN_STILL.format(days="")


def _list(answer: EventAnswer, url: Callable[[int], str]) -> str:
    kinds = "、".join(k.value for k in answer.kinds if k is not EventKind.OTHER) or "活动"
    span = _span(answer.period)
    if answer.unknown:
        head = LIST_UNKNOWN.format(name=plain(answer.unknown))
    elif answer.instead and answer.period and answer.period.last < answer.now.date():
        head = LIST_NONE_PAST.format(when=span, what=kinds)
    elif answer.instead:
        head = LIST_NONE.format(when=span if answer.period else "", what=kinds)
    elif answer.is_past:
        head = LIST_PAST.format(when=span if answer.period else "最近的", what=kinds)
    elif answer.offset:
        head = LIST_ON.format(when=span, what=kinds)
    else:
        head = LIST_HEAD.format(when=span, what=kinds)
    support = _support(answer)
    items = [_item(n, h, support, answer.now) for n, h in enumerate(answer.shown, 1)]
    bases: list[tuple[int, str]] = []
    for at, citation in enumerate(answer.citations):
        title = citation.basis.split("》")[0]
        if all(not b[1].startswith(title) for b in bases):
            bases.append((at, citation.basis))
    foot = LIST_FOOT
    left = answer.total - answer.offset - len(answer.shown)
    if left > 0:
        foot += LIST_MORE
    named = [_basis(answer, at, url) for at, _ in bases]
    for count in range(len(named), -1, -1):
        text = "\n".join([head, *items, *named[:count], f"{foot}。"])
        if len(text.encode()) <= ROOM:
            return text
    return "\n".join([head, *(_short(i) for i in items), *named[:1], f"{foot}。"])


def _item(number: int, happening: Happening, support: str, now: datetime) -> str:
    title = f"{number}. {plain(happening.title)}"
    if happening.cancelled:
        return f"{title}：已取消"
    said = happening.said.get("starts")
    day = _checked(when(said.value, happening.value("ends")), said, support) if said else OPEN_DAY
    place = happening.value("place")
    moved = next((c for c in happening.changes if c.kind is ChangeKind.DATE and c.was), None)
    note = (
        f"（原定{day_words(moved.was, year=False)}，已改期）"
        if moved and len(moved.was) > 7
        else ""
    )
    until = happening.said.get("signup_until")
    closes = f"，{day_words(until.value, year=False)}报名截止" if until else ""
    if until and is_closed(happening, now):
        closes = f"，{closed_text(happening).rstrip('。')}"
    return f"{title}\n   {day}{note}{'，' + plain(place) if place else ''}{closes}"


def _short(item: str) -> str:
    return item if len(item) <= 90 else item[:89] + "…"


def _span(wanted: Period | None) -> str:
    if wanted is None:
        return "接下来"
    first, last = wanted.first, wanted.last
    if first == last:
        return f"{first.month}月{first.day}日"
    whole = first.day == 1 and (last + timedelta(1)).day == 1 and first.month == last.month
    if whole:
        return f"{first.year}年{first.month}月"
    return "这段时间"


def _support(answer: EventAnswer) -> str:
    return " ".join(c.text for c in answer.citations)


def _checked(words: str, said: Said, support: str) -> str:
    """The words, or those of the line where a figure of theirs stands in nothing cited."""
    if not support or not said.line or not figures(words) - figures(support):
        return words
    bare = re.sub(r"^20\d\d年", "", words)
    if not figures(bare) - figures(support):
        return bare
    day = re.sub(r"\d{1,2}:\d\d(?:—\d{1,2}:\d\d)?", "", bare)
    if " | " in said.line or not figures(day) - figures(support):
        return day
    line = said.line.split("：", 1)[-1] if "：" in said.line[:12] else said.line
    return plain(line.split("\n")[0][:60])


def _basis(answer: EventAnswer, at: int, url: Callable[[int], str]) -> str:
    if at >= len(answer.citations):
        return ""
    citation = answer.citations[at]
    link = clause_link(url, citation.passage_id)
    return BASIS.format(basis=plain(citation.basis)) + (f"  {link}" if link else "")


def _value(name: str, value: str) -> str:
    return moment(value) if name in ("starts", "ends", "signup_until") else plain(value)


def several(happenings: Sequence[Happening]) -> list[str]:
    """Numbered titles with their days, to choose from."""
    return [
        f"{n}. {plain(h.title)}"
        + (f"（{day_words(h.value('starts'))}）" if h.value("starts") else "")
        for n, h in enumerate(happenings, 1)
    ]
