"""Signing up in the conversation: 报名, 同意, name and phone where asked, 取消报名, 我的报名."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import event_wording
from bot import signup_wording as words
from bot.answering.programme import EventAnswerer
from bot.answering.understanding import Turn
from bot.moving import day_words, plain
from bot.signups import KEEP_DAYS, Door, Facts, Rule, SignUp, Signups, State, door
from bot.wording import Office
from knowledge.programme import Happening, Programme

DETAILS = "［报名信息］"
"""Stands for what a person gave of themselves, everywhere but in the sign-up itself."""
MOST_LISTED = 8

_SIGN = re.compile(
    r"(?:我要|我想|帮我|我来|可以|想)?(?:报名|报个名|参加报名)(?:参加)?(?:吧|了|一下)?"
)
_SIGN_TO = re.compile(r"报名[:：]?(.{2,60})[（(](.{2,20})[）)]")
_SIGN_NUMBER = re.compile(
    r"(?:我?要?)报名(?:第)?([1-9一二三四五六七八九])(?:个|场)?|报第([1-9一二三四五六七八九])[个场]"
)
_CANCEL = re.compile(
    r"(?:我要|我想|帮我)?(?:取消报名|退出报名|撤销报名|不去了|我不去了|参加不了了?)"
)
_CANCEL_TO = re.compile(r"取消报名[:：](.{2,60})[（(](.{2,20})[）)]")
_MINE = re.compile(r"我的报名|我报名?了(?:什么|哪些).{0,3}|报名记录|查?我?的?签到码|我的签到码")
_AGREE = re.compile(r"同意(?:报名)?|我同意|确认报名")
_LEAVE = re.compile(r"不报了|不报名了?|算了|不同意|取消")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,15}|[A-Za-z][A-Za-z .·]{1,30}")


@dataclass(frozen=True, slots=True)
class Said:
    """A reply about a sign-up, and what its numbers ask."""

    text: str
    choices: tuple[str, ...] = ()


class SignUpTalk:
    """Takes sign-ups in a conversation."""

    def __init__(
        self, signups: Signups, programme: Programme, events: EventAnswerer, office: Office,
        event_url: Callable[[int], str],
    ) -> None:  # fmt: skip
        """Take sign-ups to the events of a programme.

        Args:
            event_url: event id -> address of its page, "" without one.
        """
        self._signups, self._programme, self._events = signups, programme, events
        self._office, self._event_url = office, event_url

    def overhear(self, openid: str, text: str) -> str:
        """Keep the phone, and the name beside it, that a person gives where one was asked for.

        Returns:
            What may be stored and shown of the text: itself, or that details were given.
        """
        found = _MOBILE.search(text)
        if found is None:
            return text
        draft = self._signups.draft(openid)
        if draft is None or not draft.agreed:
            return text
        rule = self._signups.rule(draft.happening_id)
        if rule is None or not rule.asks_phone:
            return text
        given = {"phone": "".join(found.groups())}
        name = _name_in(_MOBILE.sub(" ", text)) if rule.asks_name else ""
        if name:
            given["name"] = name
        self._signups.note(openid, **given)
        return DETAILS

    def reply(
        self, openid: str, text: str, bare: str, now: datetime,
        history: Callable[[], Sequence[Turn]],
    ) -> Said | None:  # fmt: skip
        """The reply to what is about a sign-up; None for anything else.

        Args:
            bare: the text without blanks and punctuation.
            history: reads the earlier turns, for which event is meant.
        """
        if cancelled := _CANCEL_TO.fullmatch(text.strip()):
            return self._cancel_named(openid, cancelled[1], cancelled[2])
        if _CANCEL.fullmatch(bare):
            return self._cancel(openid)
        if _MINE.fullmatch(bare):
            return self._mine(openid)
        if named := _SIGN_TO.fullmatch(text.strip()):
            found = [
                h for h in self._programme.events(now.date())
                if h.title == named[1] and _day(h.value("starts")) == named[2]
            ]  # fmt: skip
            return self._begin(openid, found[0], now) if found else None
        if number := _SIGN_NUMBER.fullmatch(bare):
            shown = self._events.of_last_turn(history(), now)
            digit = number[1] or number[2]
            at = (int(digit) if digit.isdigit() else "一二三四五六七八九".index(digit) + 1) - 1
            return self._begin(openid, shown[at], now) if at < len(shown) else None
        if _SIGN.fullmatch(bare):
            return self._which(openid, self._events.of_last_turn(history(), now), now)
        draft = self._signups.draft(openid)
        if draft is None:
            return None
        if _LEAVE.fullmatch(bare):
            self._signups.drop(openid)
            return Said(words.LEFT_OFF)
        happening = self._programme.happening(draft.happening_id, now.date())
        rule = self._signups.rule(draft.happening_id)
        if happening is None or rule is None:
            return None
        if _AGREE.fullmatch(bare) and not draft.agreed:
            self._signups.note(openid, agreed=True)
            return self._go_on(openid, happening, rule, now)
        if draft.agreed and text.strip() == DETAILS:
            return self._go_on(openid, happening, rule, now)
        if draft.agreed and rule.asks_name and not draft.name and _is_name(text):
            self._signups.note(openid, name=text.strip())
            return self._go_on(openid, happening, rule, now)
        return None

    def offer(self, happening: Happening, now: datetime) -> str:
        """The line below an event that says how to sign up here; "" where one cannot."""
        rule = self._signups.rule(happening.id)
        if door(happening, rule, now) is not Door.OPEN or rule is None:
            return ""
        if rule.left == 0:
            return words.MAY_WAIT
        left = words.LEFT.format(number=rule.left) if rule.left is not None else ""
        return words.MAY_SIGN.format(left=left)

    # -- signing up ----------------------------------------------------------------------

    def _which(self, openid: str, shown: Sequence[Happening], now: datetime) -> Said:
        if len(shown) == 1:
            return self._begin(openid, shown[0], now)
        pool = shown or self._programme.events(now.date())
        open_ = [
            h for h in pool if door(h, self._signups.rule(h.id), now) is Door.OPEN
        ][:MOST_LISTED]  # fmt: skip
        if not open_:
            return Said(words.WHICH_NONE)
        if len(open_) == 1 and shown:
            return self._begin(openid, open_[0], now)
        listed = "\n".join(event_wording.several(open_))
        choices = tuple(f"报名：{h.title}（{_day(h.value('starts'))}）" for h in open_)
        return Said(words.WHICH.format(events=listed), choices)

    def _begin(self, openid: str, happening: Happening, now: datetime) -> Said:
        rule = self._signups.rule(happening.id)
        title = plain(happening.title)
        mine = next(
            (p for p in self._signups.of_person(openid) if p.happening_id == happening.id), None
        )
        if mine is not None:
            return Said(words.ALREADY.format(title=title, standing=_standing(mine)))
        if (refused := self._refused(happening, rule, now)) or rule is None:
            return Said(refused)
        self._signups.begin(openid, happening.id)
        return Said(_consent(happening, rule))

    def _refused(self, happening: Happening, rule: Rule | None, now: datetime) -> str:
        title = plain(happening.title)
        joining = happening.value("joining")
        match door(happening, rule, now):
            case Door.CANCELLED:
                return words.CANCELLED_EVENT.format(title=title)
            case Door.OVER:
                return words.OVER.format(title=title)
            case Door.CLOSED:
                return words.CLOSED.format(title=title)
            case Door.NOT_HERE if re.search(r"无需报名|免报名|不[需用]?要?报名|无须报名", joining):
                return words.NO_NEED.format(title=title)
            case Door.NOT_HERE if joining:
                return words.ELSEWHERE.format(title=title, joining=plain(joining))
            case Door.NOT_HERE:
                contact = plain(happening.value("contact"))
                text = words.NOT_HERE.format(
                    title=title, contact=f"（{contact}）" if contact else "",
                    hotline=self._office.hotline,
                )  # fmt: skip
                return text
            case _:
                return ""

    def _go_on(self, openid: str, happening: Happening, rule: Rule, now: datetime) -> Said:
        draft = self._signups.draft(openid)
        if draft is None:
            return Said(words.WHICH_NONE)
        lacks_name = rule.asks_name and not draft.name
        lacks_phone = rule.asks_phone and not draft.phone
        if lacks_name or lacks_phone:
            if lacks_name and lacks_phone:
                return Said(words.ASK_BOTH)
            if rule.asks_name and rule.asks_phone:
                return Said(words.ASK_REST[lacks_name])
            return Said(words.ASK_NAME if lacks_name else words.ASK_PHONE)
        if refused := self._refused(happening, rule, now):
            self._signups.drop(openid)
            return Said(refused)
        signed = self._signups.sign(
            happening.id, openid, consent=_consent(happening, rule), openid=openid,
            name=draft.name, phone=draft.phone,
        )  # fmt: skip
        if signed is None:
            return Said(words.CLOSED.format(title=plain(happening.title)))
        person, is_new = signed
        if not is_new:
            title = plain(happening.title)
            # another's sign-up with this phone tells nothing of itself
            standing = _standing(person) if person.openid == openid else ""
            return Said(words.ALREADY.format(title=title, standing=standing).rstrip())
        return Said(self.confirmation(happening, person))

    def confirmation(self, happening: Happening, person: SignUp) -> str:
        """What somebody reads who has just signed up."""
        title, told = plain(happening.title), Facts.of(happening)
        if person.state is State.WAITING:
            text = words.WAITING.format(title=title, number=person.place, code=person.code)
        else:
            text = words.SIGNED.format(
                title=title, when=words.held(told.starts, told.ends),
                place=words.place_line(told.place), code=person.code,
            )  # fmt: skip
        address = self._event_url(happening.id)
        link = f'<a href="{address}">{event_wording.EVENT_PAGE}</a>' if address else ""
        return text + words.CANCEL_HINT + (words.PAGE.format(link=link) if link else "")

    # -- what there is -------------------------------------------------------------------

    def _mine(self, openid: str) -> Said:
        theirs = self._signups.of_person(openid)[:MOST_LISTED]
        if not theirs:
            return Said(words.NOT_SIGNED)
        lines = [words.MINE]
        for number, person in enumerate(theirs, 1):
            told = self._told(person)
            lines.append(
                words.MINE_LINE.format(
                    number=number, title=plain(told.title), when=words.begins(told.starts),
                    standing="\n   " + _standing(person),
                )
            )  # fmt: skip
        return Said("\n".join(lines) + words.CANCEL_HINT)

    def _cancel(self, openid: str) -> Said:
        theirs = self._signups.of_person(openid)[:MOST_LISTED]
        if not theirs:
            return Said(words.NOT_SIGNED)
        if len(theirs) == 1:
            return self._cancelled(theirs[0])
        told = [self._told(p) for p in theirs]
        listed = "\n".join(
            f"{n}. {plain(t.title)}（{_day(t.starts)}）" for n, t in enumerate(told, 1)
        )
        choices = tuple(f"取消报名：{t.title}（{_day(t.starts)}）" for t in told)
        return Said(words.WHICH_CANCEL.format(events=listed), choices)

    def _cancel_named(self, openid: str, title: str, day: str) -> Said:
        for person in self._signups.of_person(openid):
            told = self._told(person)
            if told.title == title and _day(told.starts) == day:
                return self._cancelled(person)
        return Said(words.NOT_SIGNED)

    def _cancelled(self, person: SignUp) -> Said:
        title = self._told(person).title
        self._signups.cancel(person.id)
        return Said(words.GONE.format(title=plain(title)))

    def _told(self, person: SignUp) -> Facts:
        rule = self._signups.rule(person.happening_id)
        assert rule is not None  # nobody signs up without one
        return rule.told


def _consent(happening: Happening, rule: Rule) -> str:
    told = Facts.of(happening)
    return words.CONSENT.format(
        title=plain(happening.title), when=words.begins(told.starts),
        what=words.what_is_kept(rule.asks_name, rule.asks_phone), days=KEEP_DAYS,
    )  # fmt: skip


def _standing(person: SignUp) -> str:
    if person.state is State.WAITING:
        return words.STANDS_WAITING.format(number=person.place, code=person.code)
    return words.STANDS.format(code=person.code)


def _day(starts: str) -> str:
    return re.sub(r"（.*", "", day_words(starts)) if starts else event_wording.OPEN_DAY


def _name_in(text: str) -> str:
    text = re.sub(r"(?:我叫|我是|姓名|名字|叫|手机号?|电话|联系方式|是)[:：]?", " ", text)
    found = _NAME.search(text)
    return found[0].strip() if found else ""


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text.strip())) and not _is_no_name(text)


def _is_no_name(text: str) -> bool:
    return bool(
        re.search(r"什么|怎么|哪|吗|呢|多少|几|帮助|补贴|报名|人工|活动|谢谢|你好|好的", text)
    )
