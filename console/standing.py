"""Whether a stored version may be relied on, in words for the public. Pure: no SQL, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.moving import overtaken
from bot.wording import chinese_day, moved_by
from knowledge.documents import DocumentKind, Overtaken, Source, Version


class State(StrEnum):
    """What a version is good for; the value is also the page's style class."""

    IN_FORCE = "in-force"
    NOT_YET = "not-yet"
    LAPSED = "lapsed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a reader must know before relying on a text.

    Attributes:
        state: see State.
        badge: two to eight characters.
        detail: one sentence that says why or until when; "" when the badge says it all.
    """

    state: State
    badge: str
    detail: str = ""


_KINDS = {
    DocumentKind.SPEECH: Standing(
        State.BACKGROUND, "讲话仅供背景", "领导讲话仅供了解背景，不作为办理依据。"
    ),
    DocumentKind.INTERPRETATION: Standing(
        State.BACKGROUND, "政策解读", "本文为政策解读，以政策原文为准。"
    ),
}


def standing(version: Version, source: Source | None, replaced: bool, day: date) -> Standing:
    """What a version is good for on a day.

    Args:
        version: the version looked at.
        source: its entry in ``Catalogue.sources()``; None unless it is published.
        replaced: a newer version of the same document is published.
        day: the day asked about.
    """
    if source is None:
        if replaced:
            return Standing(
                State.REPLACED, "本版本已被新版本替换", "以下是旧版本内容，请以新版本为准。"
            )
        return Standing(
            State.WITHDRAWN, "本文件已撤下", "本文件已不再用于政策答复，请勿作为办理依据。"
        )
    if source.reviewed is not None:
        return _of_answer(source, day)
    source = source.on(day)
    if source.lapsed_on is not None and source.lapsed_on <= day:
        return Standing(State.LAPSED, "已失效", f"{_lapse(version, source)}，不能作为办理依据。")
    if source.effective_on is not None and source.effective_on > day:
        return Standing(State.NOT_YET, "尚未施行", f"自{chinese_day(source.effective_on)}起施行。")
    if source.kind in _KINDS:
        return _KINDS[source.kind]
    if source.kind is DocumentKind.EVENT:
        return Standing(State.IN_FORCE, "活动信息", "活动安排如有调整，以主办单位最新通知为准。")
    return Standing(State.IN_FORCE, "现行有效", _ahead(version, source))


def _of_answer(source: Source, day: date) -> Standing:
    """An answer of the office is worth what its clause is worth."""
    reviewed = source.reviewed
    if not source.in_force(day):
        return Standing(
            State.LAPSED, "已停用", "所依据的条款已修改、失效或撤下，本答复不能作为办理依据。"
        )
    if reviewed is None or reviewed.clause is None:
        return Standing(State.BACKGROUND, "工作人员答复", "暂无明文规定，以后续规定为准。")
    return Standing(State.IN_FORCE, "工作人员答复", "依据现行条款作出，条款修改后自动停用。")


def moved(told: Overtaken) -> Standing:
    """What a text about an event is good for once the event is over, moved or cancelled."""
    badge = "活动已结束" if told.over else "活动已取消" if told.cancelled else "活动有变动"
    return Standing(State.BACKGROUND, badge, overtaken(told).removeprefix("请注意："))


def last_day(first_day_out: date) -> date:
    """The last day of validity; stored ends are exclusive, papers name the last day."""
    return first_day_out - timedelta(days=1)


def _lapse(version: Version, source: Source) -> str:
    """Expired, abolished, or both; a paper that ran out first was not abolished on that day."""
    day, by = source.lapsed_on, source.repealed_by
    if day is None:
        return ""
    if source.replaced_on == day:
        return f"自{chinese_day(day)}起已由新版本替代"
    if not by:
        return f"有效期至{chinese_day(last_day(day))}止"
    if _term(version, source) == day:
        return f"有效期至{chinese_day(last_day(day))}止，并已被《{by}》废止"
    return f"自{chinese_day(day)}起被《{by}》废止"


def _ahead(version: Version, source: Source) -> str:
    """An end that is already known, so that nobody plans past it."""
    day = source.lapsed_on
    if day is None:
        return f"未定截止日{moved_by(source)}。" if source.moved else ""
    if source.replaced_on == day:
        return f"将自{chinese_day(day)}起由新版本替代。"
    if source.repealed_by and _term(version, source) != day:
        return f"将自{chinese_day(day)}起被《{source.repealed_by}》废止。"
    return f"有效期至{chinese_day(last_day(day))}{moved_by(source)}。"


def _term(version: Version, source: Source) -> date | None:
    """The end of its own term, where a later paper has moved it as moved."""
    return source.moved[-1].lapsed_on if source.moved else version.facts.expires_on
