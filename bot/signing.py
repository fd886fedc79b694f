"""Signing up in the conversation: 报名, 同意, name and phone where asked, 取消报名, 我的报名."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot import event_wording
from bot import signup_wording as words
from bot.answering.eligibility import facts_in
from bot.answering.programme import EventAnswerer
from bot.answering.understanding import Turn
from bot.moving import day_words, plain, within
from bot.signups import KEEP_DAYS, Door, Facts, Rule, SignUp, Signups, State, door
from bot.wording import Office
from knowledge.lexicon import is_word, tagged
from knowledge.programme import Happening, Programme
from knowledge.structure import chinese_number

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
_LEAVE = re.compile(r"不(?:想)?报了|不报名了?|算了|不用了|不要了|不同意|取消|退出")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_GO_ON = re.compile(r"(?:继续|接着)(?:填|报|报名|填写)")
_CALLED = re.compile(r"(?:我叫|我的名字是|名字是|姓名是?|我是)[:：]?\s*(.+)")
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
        if draft is None:
            return text
        if not draft.agreed:
            # nothing is kept before they agree, neither in the sign-up nor as a turn
            rest = _MOBILE.sub(" ", text)
            return DETAILS if _name_in(rest) or not re.search(r"\w{2}", rest) else text
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
        history: Sequence[Turn], *, may_have_draft: bool = True,
    ) -> Said | None:  # fmt: skip
        """The reply to what is about a sign-up; None for anything else.

        Args:
            bare: the text without blanks and punctuation.
            history: the earlier turns, for which event is meant.
            may_have_draft: False for somebody who is known to have begun nothing.
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
            shown = self._events.of_last_turn(history, now)
            at = chinese_number(number[1] or number[2]) - 1
            return self._begin(openid, shown[at], now) if at < len(shown) else None
        if _SIGN.fullmatch(bare):
            return self._which(openid, self._events.of_last_turn(history, now), now)
        draft = self._signups.draft(openid) if may_have_draft else None
        if draft is None:
            return None
        if _LEAVE.fullmatch(bare):
            self._signups.drop(openid)
            return Said(words.LEFT_OFF)
        happening = self._programme.happening(draft.happening_id, now.date())
        rule = self._signups.rule(draft.happening_id)
        if happening is None or rule is None:
            return None
        if _GO_ON.fullmatch(bare):
            return self._missing(openid, happening, rule, now)
        if _AGREE.fullmatch(bare) and not draft.agreed:
            self._signups.note(openid, agreed=True)
            return self._go_on(openid, happening, rule, now)
        if draft.agreed and text.strip() == DETAILS:
            return self._go_on(openid, happening, rule, now)
        lacks_name = draft.agreed and rule.asks_name and not draft.name
        titled = any(text.strip() in h.title for h in self._programme.events(now.date()))
        if titled and len(text.strip()) > 2:
            return None  # 江畔有约: another event is asked for
        if lacks_name and (name := _told_name(text)):
            self._signups.note(openid, name=name)
            return self._go_on(openid, happening, rule, now)
        if _is_reply(text, bare) or (lacks_name and _is_plain_word(bare)):
            return self._missing(openid, happening, rule, now, text)
        return None

    def since(self, openid: str) -> datetime | None:
        """When the last step of an unfinished sign-up was taken; None without one."""
        draft = self._signups.draft(openid)
        return datetime.fromtimestamp(draft.at, UTC) if draft else None

    def begun(self, openid: str, now: datetime) -> str:
        """What is said below another reply to who has a sign-up unfinished; "" for others."""
        draft = self._signups.draft(openid)
        if draft is None:
            return ""
        happening = self._programme.happening(draft.happening_id, now.date())
        return words.KEPT.format(title=within(happening.title)) if happening else ""

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
        title = within(happening.title)
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
        title = within(happening.title)
        joining = happening.value("joining")
        match door(happening, rule, now):
            case Door.CANCELLED:
                return words.CANCELLED_EVENT.format(title=title)
            case Door.OVER:
                return words.OVER.format(title=title)
            case Door.CLOSED:
                return words.closed(title, happening)
            case Door.NOT_HERE if happening.closes_at and happening.closes_at < now:
                return words.closed(title, happening)
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
            return Said(words.closed(within(happening.title), happening))
        person, is_new = signed
        if not is_new:
            title = within(happening.title)
            # another's sign-up with this phone tells nothing of itself
            standing = _standing(person) if person.openid == openid else ""
            return Said(words.ALREADY.format(title=title, standing=standing).rstrip())
        return Said(self.confirmation(happening, person))

    def _missing(
        self, openid: str, happening: Happening, rule: Rule, now: datetime, said: str = ""
    ) -> Said:
        """What a sign-up still waits for, after something that was no answer to it."""
        draft = self._signups.draft(openid)
        if draft is None or not draft.agreed:
            waits = words.AGREE_FIRST.format(title=within(happening.title))
            return Said(waits if said else _consent(happening, rule))
        asked = self._go_on(openid, happening, rule, now)
        no_name = rule.asks_name and not draft.name and re.search(r"[^\W\d_]", said)
        return Said(
            words.NO_NAME.format(said=plain(said.strip()[:12])) + asked.text
            if no_name and said.strip() != DETAILS
            else asked.text
        )

    def confirmation(self, happening: Happening, person: SignUp) -> str:
        """What somebody reads who has just signed up."""
        title, told = within(happening.title), Facts.of(happening)
        if person.state is State.WAITING:
            text = words.WAITING.format(title=title, number=person.place, code=person.code)
        else:
            text = words.SIGNED.format(
                title=plain(happening.title), when=words.held(told.starts, told.ends),
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
        return Said(words.GONE.format(title=within(title)))

    def _told(self, person: SignUp) -> Facts:
        rule = self._signups.rule(person.happening_id)
        assert rule is not None  # nobody signs up without one
        return rule.told


def _consent(happening: Happening, rule: Rule) -> str:
    told = Facts.of(happening)
    return words.CONSENT.format(
        title=within(happening.title), when=words.begins(told.starts),
        what=words.what_is_kept(rule.asks_name, rule.asks_phone), days=KEEP_DAYS,
    )  # fmt: skip


def _standing(person: SignUp) -> str:
    if person.state is State.WAITING:
        return words.STANDS_WAITING.format(number=person.place, code=person.code)
    return words.STANDS.format(code=person.code)


def _day(starts: str) -> str:
    return re.sub(r"（.*", "", day_words(starts)) if starts else event_wording.OPEN_DAY


def _name_in(text: str) -> str:
    """The name that stands beside a phone; "" where what stands there is no name."""
    text = re.sub(r"(?:我叫|我是|姓名|名字|叫|手机号?|电话|联系方式|是)[:：]?", " ", text)
    return next((f[0].strip() for f in _NAME.finditer(text) if not _is_no_name(f[0])), "")


def _told_name(text: str) -> str:
    """The name that a message is; "" for a command, a question and an ordinary word.

    我叫文静 may be any word that people are called by; 文静 alone is not known to be meant as one.
    """
    bare = re.sub(r"[\s。！!.,，~～]+$", "", text.strip())
    called = _CALLED.fullmatch(bare)
    name = called[1].strip() if called else bare
    if not _NAME.fullmatch(name) or _NO_NAME.search(name) or facts_in(name):
        return ""
    return name if called or not _is_no_name(name) else ""


_NO_NAME = re.compile(
    r"什么|怎么|哪|吗|呢|多少|几[个点时号天]|为啥|如何|是否|能不能|可不可以|有没有|帮助|菜单|补贴|报名|人工|客服|活动|政策|人才|落户|购房|租房|认定"
    r"|谢谢|你好|您好|好的|同意|确认|确定|提交|取消|退出|重来|返回|继续|算了|不用|不要|不想|不知|不清楚|不确定|不告诉|不方便|没有|可以|是的|知道|随便|匿名|保密|投诉"
    r"|姓名|名字|手机|电话|号码|学历|学位|职称|博士|硕士|本科|大专|研究生|请问|我想|我要|我的|查询|办理|申请|时间|地点|下一页|上一步|有用|没用"
    r"|^(?:ok|yes|no|help|hi|hello|test)$",
    re.IGNORECASE,
)


def _is_no_name(text: str) -> bool:
    """Is it an ordinary word, or one that says what to do? A surname alone makes no name of it."""
    if _NO_NAME.search(text) or facts_in(text):
        return True
    return is_word(text) and not any(tag.startswith("nr") for _, tag in tagged(text))


_REPLY = re.compile(
    r"[\d ＋+-]{1,20}|第?[一二三四五六七八九十]个?|是的?|对的?|好的?|可以|行|嗯+|确认|确定|提交|没有?|不是|不知道|不清楚|不告诉|不方便|随便|匿名|保密"
    r"|同意|我同意|姓名|名字|手机号?码?|电话|完成|(?:ok|yes|no)",
    re.IGNORECASE,
)


def _is_plain_word(bare: str) -> bool:
    """文静, 方便: one word that no policy is about, said where a name is asked for."""
    return (
        2 <= len(bare) <= 4
        and is_word(bare)
        and not re.search(
            r"补贴|落户|购房|租房|住房|社保|医疗|入学|就业|创业|活动|政策|人才|认定|帮助|菜单", bare
        )
        and not re.search(r"你好|您好|谢谢|多谢|感谢|下一页|继续", bare)
    )


def _is_reply(text: str, bare: str) -> bool:
    """Is a message meant for the sign-up, though it is not what was asked for?"""
    if text.strip() == DETAILS or _REPLY.fullmatch(bare) or _told_name(text):
        return True
    return bool(facts_in(bare)) and len(bare) <= 4  # 博士, said where the name is asked for
