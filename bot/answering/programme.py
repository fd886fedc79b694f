"""Questions about events: what is on, when and where, is there still time. Answers from the
programme, in which changes and cancellations are worked in; None leaves it to the documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.answering.classes import QUALIFICATION
from bot.answering.days import period
from bot.answering.dialect import in_standard_words
from bot.answering.events import FIRMS, enters_contest, is_called, is_later_stage
from bot.answering.matters import matters
from bot.answering.notices import GENERIC, Said, said_of, title_words
from bot.answering.result import Citation
from bot.answering.scope import refusal
from bot.answering.understanding import Turn
from knowledge.catalogue import StoredPassage
from knowledge.documents import EventKind, Source
from knowledge.events import KINDS
from knowledge.lexicon import QUESTION_WORDS, is_coined, normal, words
from knowledge.programme import Happening, Programme
from knowledge.query import Period
from knowledge.speeches import counts_of_a_year
from knowledge.structure import chinese_number

LONGEST = 60
"""Characters of a question about events; a longer one tells a story that documents answer."""
PER_LIST = 5
"""Events in one reply: each is cited, and five citations are kept."""
MOST_CITATIONS = 5

_EVENT = re.compile(
    "|".join(p.pattern for k, p in KINDS if k not in (EventKind.TRAINING,))
    + r"|活动|培训班|培训会|场次|人才日|体检日|有(?:什么|啥|哪些)(?:安排|节目)"
)
_LISTED = re.compile(
    r"什么|啥|哪些|有没有|有[吗么没不]|还有|安排|预告|推荐|看看|几场|多少场|想参加|[可能]以?参加|可参加|一览|汇总|排期|日程|最近一[场次个]|下一[场次个]|第一[场次个]"
)
_LIST = re.compile(_LISTED.pattern + r"|有.{0,14}[吗么没不呢]$")
_WHEN = re.compile(
    r"什么时候|啥时候|何时|几时|几号|几点|哪天|哪一天|几月|时间|日期|开始|结束|多久开|星期几|周几|到几点"
)
_WHERE = re.compile(r"在哪|哪里|哪儿|地址|地点|去哪|什么地方|啥地方|怎么走|怎么去")
_SIGN_UP = re.compile(
    r"报名|报上名|预约|登记|还能报|来得及|赶得上|截止|最晚|怎么参加|如何参加|怎么去参加"
)
_WHO = re.compile(
    r"谁[可能]|什么人(?!才)|哪些人|对象|面向|我[能可].{0,3}参加|能.{0,4}参加[吗么不]|带|要求|条件"
)
_CHANGED = re.compile(
    r"取消|延期|改期|推迟|还办|还开|还举办|照常|变更|改时间|改地点|改到|调整|有变"
)
_CONTACT = re.compile(r"电话|联系|咨询谁|找谁|打哪")
_SEATS = re.compile(r"名额|多少人|几个人|人数|限|座位|席位|多少个?[座席位]")
_FEE = re.compile(r"免费|[要交收花]钱|收费|多少钱|费用|门票|票价")
_KIN = "小孩|孩子|娃|老婆|老公|家属|家人|朋友|爸妈|父母|丈母娘|岳[父母]|对象"
_BROUGHT = rf"带着?(?:{_KIN}|[跟和、]|两个|俩)+"
_ASKS = re.compile(
    f"{_BROUGHT}|"
    + "|".join(
        p.pattern
        for p in (_LISTED, _WHEN, _WHERE, _SIGN_UP, _WHO, _CHANGED, _CONTACT, _SEATS, _FEE)
    )
    + r"|怎么|如何|方式|办法|参加|举办|举行|召开|开展|详情|介绍|请问|想问|一下|现在|目前|本市|市里|咱们|我们|人才|聚[聚会]|聚一聚|我(?:是)?(?:学|读|做|干)[^,。?!]{1,6}的|好[玩耍]|有意思|有趣|凑个?热闹|热闹|几岁|多大年纪|能去|一起|一块|整个|整点|精彩|解闷|散心|发我|详细|信息|消息|场|适合|合适|剩下|剩余|余下|几天|是不是|是否|已经|没有|过了|多少|号码|可以|[吗么呢吧啊的了哦在有是开办到要能会去和与还就想]"
)
_TIMES = re.compile(
    r"20\d\d年?|(?:今|明|后|大后|前|昨|去)[天年晚日早]|(?:下下|下|这|本|上)?一?个?(?:周|星期|礼拜)(?:末|[一二三四五六日天])?|(?:下下|下|这|本|上|当)个?月(?:份)?|"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?:[上中下]旬|初|底|末|中)?|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[号日]|月[初中底末]|[上中下]旬|年[底初末前后]|"
    r"元旦|过后|跨年|春节|过年|元宵节?|清明节?|五一|劳动节|端午节?|中秋节?|国庆节?|十一|节[前后]|期间|假期|长假|之?[前后内]|最近|近期|接下来|即将|未来|今后|"
    r"(?:\d{1,3}|半|[一二两三四五六七八九十]{1,3})个?(?:天|周|星期|礼拜|月)|上午|下午|晚上|中午|[上下]半年|双休日?|那"
)
_AUDIENCE = re.compile(
    r"博士后?|硕士|研究生|本科生?|大学生|毕业生|青年|单身|企业家|企业负责人|技术人员|工程师|家属|亲子|孩子|小孩|女性|留学生|海归|外籍|技能人才|高层次人才|教师|医生|求职者|应届生"
)
_CHILDREN = ("亲子", "子女", "儿童", "家庭", "少儿", "孩子")
_BRINGS = re.compile(f"带着?(?:{_KIN}|宠物|狗|猫)")
_COMPANY = (*_CHILDREN, "家属", "家人", "可带", "陪同")
_TO_SIGN_UP = re.compile(r"[今明后]天(?=[^,。]{0,3}报(?:名|上|还|得|吗|$))")
_ORDINAL = re.compile(r"第?([1-9一二三四五六七八九])[个场项](?=.)")
_TO_BRING = re.compile(r"带(?:什么|啥|哪些|点)|自带|准备(?:什么|啥|哪些)")
_SORT = re.compile(r"下午茶|咖啡|茶话会|观影|话剧|音乐会|游园会|运动会|音乐节|市集|嘉年华")
"""Sorts of events that no other sort stands for, though both are of one kind."""
_MATTERS = frozenset(["补贴", "补助", "奖励", "政策", "奖金", "资助"])
"""Words so common in questions that they count as asking, and yet no event has them."""
_DETAILS = "详情"
PAGED = re.compile(r"(.{2,70})[,，]从第(\d{1,3})场起")
"""What asks for the rest of a list."""
_DUE = re.compile(
    r"现在.{0,8}(?:能|可以).{0,8}(?:申[请报领]|领|办|报名)|来得?及|来不来得及|截止|过期|晚了吗|过了吗|逾期|还[能可]以?(?:申|报|领|办|交)|到什么时候|到几号|最晚|最后(?:一天|期限)|"
    r"(?:申报|申请|申领|受理|报名)(?:的)?(?:时间|期限|日期)|什么时候(?:申|结束|开始)|(?:申报|申请|申领|受理)(?:什么时候|到|开始)|还有几天"
)

_PAID_OUT = re.compile("到手|到账|到卡|打款|发钱|发下来")
"""Whose last day is not that of the applications."""


class Asked(StrEnum):
    """What is wanted of an event, which decides what is cited first."""

    ALL = "all"
    WHEN = "starts"
    WHERE = "place"
    SIGN_UP = "signup_until"
    WHO = "audience"
    CHANGE = "change"
    CONTACT = "contact"
    SEATS = "capacity"
    FEE = "fee"  # no field of its own: told by a further column or by the notice


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What the programme says.

    Attributes:
        shown: the events told of: one with all its fields, or those of a list.
        is_list: they are listed; otherwise there is just one.
        asked: what is wanted of the one.
        period: the days asked about, None when none were named.
        kinds: the kinds asked for.
        total, offset: of how many events the list shows those after ``offset``.
        is_past: they are over; nothing of what was asked for is coming.
        instead: nothing was found; these come next.
        unknown: the word by which an event was asked for that no text knows, "" for none.
        citations: what all of it rests on.
        choices: what the numbers of the list ask.
        notice: what the notice says besides of what was asked, "" for nothing; it is cited last.
        now: the moment it holds for (in China, without zone).
    """

    shown: tuple[Happening, ...]
    is_list: bool
    now: datetime
    asked: frozenset[Asked] = frozenset()
    period: Period | None = None
    kinds: tuple[EventKind, ...] = ()
    total: int = 0
    offset: int = 0
    is_past: bool = False
    instead: bool = False
    unknown: str = ""
    citations: tuple[Citation, ...] = ()
    choices: tuple[str, ...] = ()
    notice: str = ""


def _citation(
    stored: StoredPassage, source: Source, basis: Callable[[Source, str], str]
) -> Citation:
    named = basis(source, stored.passage.label)
    text = "\n".join(t for t in (named, stored.passage.caption, stored.passage.text) if t)
    return Citation(stored.id, source.document_id, source.file_name, text, named)


class EventAnswerer:
    """Answers questions about events."""

    def __init__(
        self, programme: Programme, basis: Callable[[Source, str], str],
        as_meant: Callable[[str], str],
    ) -> None:  # fmt: skip
        """Answer from a programme.

        Args:
            basis: names a place of a text as an official would.
            as_meant: reads a message's slips as what the documents have.
        """
        self._programme, self._basis, self._as_meant = programme, basis, as_meant

    def _read(self, text: str) -> str:
        """A message in normal form, as everybody writes it and as it is meant."""
        return in_standard_words(normal(self._as_meant(text.strip())))

    def answer(self, text: str, now: datetime, history: Sequence[Turn] = ()) -> EventAnswer | None:
        """The answer to a message; None when it is no question about events that are known.

        Args:
            now: the moment in China, without zone.
        """
        folded = self._read(text)
        if len(folded) > LONGEST or refusal(folded) or counts_of_a_year(folded):
            return None
        events = self._programme.events(now.date())
        if not events:
            return None
        may_be_chosen = folded.endswith(_DETAILS)
        if may_be_chosen and (
            chosen := next((h for h in events if normal(choice(h)) == folded), None)
        ):
            return self._one(chosen, frozenset({Asked.ALL}), now)
        if paged := PAGED.fullmatch(folded):
            return self._found(paged[1], now, (), events, int(paged[2]) - 1)
        found = self._found(folded, now, history, events)
        if found and not found.is_list:
            return self._with_notice(found, folded, events)
        return found or self._missing(folded, now, events)

    def _with_notice(
        self, found: EventAnswer, folded: str, events: Sequence[Happening]
    ) -> EventAnswer:
        """One event with what its notice says of a matter that is asked about and that none of its
        fields holds: how to get in, a bus, what to bring."""
        happening = found.shown[0]
        if happening.cancelled:
            return found
        others = [h for h in events if h.id != happening.id]
        best: tuple[Said, Citation] | None = None
        for source in happening.sources:
            passages = self._programme.passages_of(source.version_id)
            said = said_of(happening, folded, others, passages)
            if said and (best is None or said.rank > best[0].rank):
                best = (said, _citation(said.stored, source, self._basis))
        if best is None:
            return found
        citations = (*found.citations[: MOST_CITATIONS - 1], best[1])
        return replace(found, notice=best[0].text, citations=citations)

    def of_last_turn(self, history: Sequence[Turn], now: datetime) -> tuple[Happening, ...]:
        """The events that the last turn told of, () when it was about something else."""
        if not history:
            return ()
        last = self.answer(history[-1].text, now, history[:-1][-1:])
        return last.shown if last else ()

    def instead(self, text: str, now: datetime) -> EventAnswer | None:
        """What comes next, for a question about events to which nothing was found."""
        folded = self._read(text)
        asked_for = _EVENT.search(folded)
        wanted = period(folded, now.date())
        if len(folded) > LONGEST or not asked_for or refusal(folded):
            return None
        if self._left(folded, ()) or not (_LIST.search(folded) or wanted):
            return None
        coming = [h for h in self._programme.events(now.date()) if h.is_coming(now)]
        kinds = _kinds(folded)
        same = [h for h in coming if h.kind in kinds]
        found = (same or coming)[:3]
        if not found:
            return None
        made = self._list(found, now, wanted, kinds, 0, folded)
        sort = _SORT.search(folded)
        unknown = sort[0] if sort and not any(_tells(h, sort[0]) for h in found) else ""
        return replace(made, instead=True, unknown=unknown)

    def due(
        self, text: str, cited: Sequence[Citation], now: datetime
    ) -> tuple[Happening, Citation] | None:
        """The last day to apply that the first document cited tells of, for who asks for it."""
        folded = normal(text)
        if not cited or not _DUE.search(folded) or _PAID_OUT.search(folded):
            return None
        for happening in self._programme.happenings(now.date()):
            if happening.kind is not EventKind.APPLICATION or happening.over_at is None:
                continue
            document = cited[0].document_id
            if any(s.document_id == document for s in happening.sources):
                made = self._cited([happening], ["ends"])
                return (happening, made[0]) if made else None
        return None

    # -- finding -------------------------------------------------------------------------

    def _missing(
        self, folded: str, now: datetime, events: Sequence[Happening]
    ) -> EventAnswer | None:
        """What comes next, where no event is the one asked for: none was held on a past day, or
        no text knows its name. What other days may bring is left to the documents."""
        if not _EVENT.search(folded) or FIRMS.search(folded):
            return None
        if _asks_beside(folded):
            return None  # 怎么坐地铁 asks one more thing of it, and names none
        coming = [h for h in events if h.is_coming(now)][:3]
        wanted = period(folded, now.date())
        if wanted is not None and wanted.last < now.date():
            return self.instead(folded, now)
        if not coming or not (_LIST.search(folded) or _asked(folded) & {Asked.WHEN, Asked.WHERE}):
            return None
        named = _SORT.search(folded)
        left = [named[0]] if named else self._left(folded, ())
        if len(left) != 1 or any(_tells(h, left[0]) for h in events):
            return None
        if self._programme.is_spoken_of(left[0]):
            return None
        made = self._list(coming, now, None, (), 0, folded)
        return replace(made, instead=True, unknown=left[0])

    def _found(
        self, folded: str, now: datetime, history: Sequence[Turn], events: Sequence[Happening],
        offset: int = 0,
    ) -> EventAnswer | None:  # fmt: skip
        before = self.of_last_turn(history, now) if len(folded) <= 24 else ()
        if before and (number := _ORDINAL.match(folded)):
            at = chinese_number(number[1]) - 1
            if at < len(before):
                return self._one(before[at], _asked(folded), now)
        named = _named(folded, events)
        kinds = _kinds(folded)
        if enters_contest(folded) and any(is_later_stage(h.title) for h in named):
            return None  # until when to enter is told by the notice, until when to watch by this
        speaks = bool(_EVENT.search(folded))
        if (
            named
            and not speaks
            and all(_only_who(h, folded) or _only_benefit(h, folded) for h in named)
        ):
            named = []
        if _BRINGS.search(folded):
            of_kin = [h for h in named or events if not kinds or h.kind in kinds]
            if not any(_tells(h, w) for h in of_kin for w in _COMPANY):
                return None  # whether a child may come along is told by no field
        spoken = speaks or bool(named)
        if not spoken and not before:
            return None  # most of what is asked; days cost more to find than all the rest here
        # the day on which somebody would sign up is none of the event's
        wanted = period(_TO_SIGN_UP.sub("", _without_titles(folded, named)), now.date())
        if not spoken:
            return self._follow(folded, now, before, events, wanted, history)
        candidates = list(named or events)
        if kinds and not named:
            candidates = [h for h in candidates if h.kind in kinds or _speaks(h, folded)]
        audience = _AUDIENCE.findall(folded)
        if audience and not named:
            wanted_by = {*audience, *(_CHILDREN if {"孩子", "小孩", "亲子"} & {*audience} else ())}
            candidates = [h for h in candidates if any(a in _who(h) for a in wanted_by)]
        places = _places(folded, candidates)
        if places:
            candidates = places
        elif _AREA.search(_EVENT.sub(" ", _TIMES.sub(" ", folded))):
            return None  # a district where nothing is held
        sort = _SORT.search(folded)
        if sort and not named:
            candidates = [h for h in candidates if _tells(h, sort[0])]
            if not candidates:
                return None  # a salon is no 下午茶
        left = self._left(folded, named or candidates)
        called = len(named) == 1 and bool(is_called(named[0].title, folded))
        unknown = not (speaks or called) and any(not any(_tells(h, w) for h in named) for w in left)
        if named and unknown:
            return None  # 木棉新苗 shares a word with the title of an event
        if named and wanted is not None and not any(h.is_coming(now) for h in named):
            over = [h for h in named if not h.cancelled and h.over_at is not None]
            if over and not any(_falls(h, wanted, moved=True) for h in named):
                return self._gone(over, frozenset({Asked.ALL}), now, None, kinds, folded)
        if wanted is not None:
            # who asks for the day it was planned for must hear that it has been moved
            moved = bool(named or kinds) or wanted.last - wanted.first <= timedelta(3)
            candidates = [h for h in candidates if _falls(h, wanted, moved)]
        asked = _asked(folded)
        if left := self._left(folded, candidates if len(candidates) < 4 else named):
            held = [h for h in candidates if all(_tells(h, w) for w in left)]
            if not held and called and len(asked) > 1:
                held = named  # 在哪儿,要不要押金,哪天截止: two of the three are told
            if not held:
                return None
            candidates = held
        if not candidates:
            return None
        coming = [h for h in candidates if h.is_coming(now)]
        if len(coming) > 1 and not named and (_asks_beside(folded) or _TO_BRING.search(folded)):
            return None  # a list of events tells neither of food nor of what to bring
        listing = bool(_LIST.search(folded)) and not asked - {Asked.WHO}
        one_asked = bool(asked) or (bool(named) and wanted is None)
        if len(coming) == 1 and (one_asked or not listing or (wanted is not None and named)):
            return self._one(coming[0], asked or frozenset({Asked.ALL}), now)
        if coming and wanted is not None and not any(_falls(h, wanted) for h in coming):
            # all of them have been moved to another day
            if len(coming) == 1:
                return self._one(coming[0], asked | {Asked.CHANGE}, now)
            return self._list(coming, now, None, kinds, offset, folded)
        if not coming:
            return self._gone(candidates, asked, now, wanted, kinds, folded)
        if listing or wanted is not None or asked or len(folded) <= 8:
            return self._list(coming, now, wanted, kinds, offset, folded)
        return None

    def _gone(
        self, candidates: Sequence[Happening], asked: frozenset[Asked], now: datetime,
        wanted: Period | None, kinds: tuple[EventKind, ...], folded: str,
    ) -> EventAnswer | None:  # fmt: skip
        """What was asked for is over, cancelled or put off to an open day."""
        changed = [h for h in candidates if h.cancelled or h.over_at is None]
        if changed:
            return self._one(changed[-1], asked or frozenset({Asked.CHANGE}), now)
        past = sorted(candidates, key=lambda h: h.over_at or now)
        if len(past) == 1 or (asked and wanted is None):
            return replace(self._one(past[-1], asked or frozenset({Asked.ALL}), now), is_past=True)
        made = self._list(past[-PER_LIST:], now, wanted, kinds, 0, folded)
        return replace(made, is_past=True)

    def _follow(
        self, folded: str, now: datetime, before: tuple[Happening, ...],
        events: Sequence[Happening], wanted: Period | None, history: Sequence[Turn],
    ) -> EventAnswer | None:  # fmt: skip
        """几点在哪, 还能报名吗, 那下周呢 after an answer about events."""
        if len(folded) > 20 or self._left(folded, before):
            return None
        asked = _asked(folded)
        if wanted is not None and not asked:
            kinds = _kinds(self._read(history[-1].text))
            found = [
                h for h in events
                if _falls(h, wanted) and h.is_coming(now) and (not kinds or h.kind in kinds)
            ]  # fmt: skip
            text = f"{wanted.first.isoformat()}至{wanted.last.isoformat()}活动"
            return self._list(found, now, wanted, kinds, 0, text) if found else None
        if asked == {Asked.FEE} and not all(_tells_its_fee(h) for h in before):
            return None
        if not asked:
            return None
        if len(before) == 1:
            return self._one(before[0], asked, now)
        return self._list(before, now, None, (), 0, normal(history[-1].text))

    def _left(self, folded: str, candidates: Sequence[Happening]) -> list[str]:
        """What a question speaks of besides events, days and what can be asked of them."""
        rest = _without_titles(folded, candidates)
        for pattern in (_TIMES, _EVENT, _ASKS):
            rest = pattern.sub(" ", rest)
        left = [w for piece in re.split(r"[\s\W]+", rest) for w in words(piece)]
        return [
            w
            for w in left
            if len(w) > 1
            and w not in GENERIC
            and (w not in QUESTION_WORDS or w in _MATTERS)
            and not _AUDIENCE.fullmatch(w)
        ]

    # -- composing -----------------------------------------------------------------------

    def _one(self, happening: Happening, asked: frozenset[Asked], now: datetime) -> EventAnswer:
        order = [a.value for a in asked if a.value in happening.said]
        return EventAnswer(
            (happening,), False, now, asked, total=1,
            citations=self._cited([happening], order),
        )  # fmt: skip

    def _list(
        self, found: Sequence[Happening], now: datetime, wanted: Period | None,
        kinds: tuple[EventKind, ...], offset: int, text: str,
    ) -> EventAnswer:  # fmt: skip
        shown = tuple(found[offset : offset + PER_LIST])
        choices = tuple(choice(h) for h in shown)
        if offset + PER_LIST < len(found):
            choices = (*choices, f"{text}，从第{offset + PER_LIST + 1}场起")
        return EventAnswer(
            shown, True, now, period=wanted, kinds=kinds, total=len(found), offset=offset,
            citations=self._cited(shown, []), choices=choices,
        )  # fmt: skip

    def _cited(self, shown: Sequence[Happening], order: Sequence[str]) -> tuple[Citation, ...]:
        ids: list[int] = []
        hours: list[int] = []  # where a moved event's hours stand
        for happening in shown:
            ids += [happening.said[name].passage_id for name in order]
            wanted = [c.by.passage_id for c in happening.changes[-1:]]
            if len(shown) > 1:
                wanted += (
                    [happening.said["starts"].passage_id] if "starts" in happening.said else []
                )
                wanted += [t.id for t in happening.tellers[:1]]
                ids += wanted[:1]
                continue
            names = (
                "starts",
                "place",
                "signup_until",
                "audience",
                "joining",
                "contact",
                "capacity",
            )
            wanted += [happening.said[n].passage_id for n in names if n in happening.said]
            ids += [*wanted, *(t.id for t in happening.tellers)]
        tellers = {t.id: t for h in shown for t in h.tellers}
        sources = {s.version_id: s for h in shown for s in h.sources}
        made = []
        for passage_id in dict.fromkeys(i for i in (*ids, *hours) if i in tellers):
            stored = tellers[passage_id]
            made.append(_citation(stored, sources[stored.version_id], self._basis))
        return tuple(made[:MOST_CITATIONS])


def choice(happening: Happening) -> str:
    """What the number before an event of a list asks: it by name and day."""
    value = happening.value("starts")
    day = f"（{_day_words(value)}）" if value else ""
    return f"{happening.title}{day}{_DETAILS}"


def _day_words(value: str) -> str:
    year, month, *day = value[:10].split("-")
    return f"{int(year)}年{int(month)}月" + (f"{int(day[0])}日" if day else "")


def _asked(folded: str) -> frozenset[Asked]:
    patterns = (
        (Asked.WHEN, _WHEN), (Asked.WHERE, _WHERE), (Asked.SIGN_UP, _SIGN_UP), (Asked.WHO, _WHO),
        (Asked.CHANGE, _CHANGED), (Asked.CONTACT, _CONTACT), (Asked.SEATS, _SEATS),
        (Asked.FEE, _FEE),
    )  # fmt: skip
    return frozenset(a for a, p in patterns if p.search(folded))


def _asks_beside(folded: str) -> bool:
    """Is one of the small things of every day asked of an event: food, the bus?"""
    return any(m.kind != "story" for m in matters(folded))


def _kinds(folded: str) -> tuple[EventKind, ...]:
    return tuple(k for k, pattern in KINDS if pattern.search(folded))


def _named(folded: str, events: Sequence[Happening]) -> list[Happening]:
    """The events whose titles a question takes words of, besides what every title has."""
    without_signs = re.sub(r"\W", "", folded)
    coined = {w for w in words(folded) if is_coined(w)}
    scores = []
    for happening in events:
        bare, telling = title_words(happening.title)
        if len(bare) > 3 and bare in without_signs:
            scores.append((len(bare) + 10, happening))
            continue
        if name := is_called(happening.title, folded):
            scores.append((len(name) + 10, happening))
            continue
        # 河源 of a university is not named by the 河源卡
        elsewhere = [w for w in coined if w not in bare]
        own = [w for w in telling if w in folded and not any(w in name for name in elsewhere)]
        if own:
            scores.append((sum(len(w) for w in set(own)), happening))
    best = max((s for s, _ in scores), default=0)
    found = [h for s, h in scores if s == best]
    if _FINAL.search(folded):
        found = [h for h in found if not _NO_FINAL.search(h.title)] or found
    # a word that half of all titles have names none of them
    return found if len(found) <= max(3, len(events) // 3) else []


def _only_who(happening: Happening, folded: str) -> bool:
    """Does a question share with a title only who it is for: 博士 of 博士洽谈会?"""
    shared = [w for w in title_words(happening.title)[1] if w in folded]
    return all(QUALIFICATION.fullmatch(w) or w in ("高级", "职称") for w in shared)


_FINAL = re.compile("(?<![半准])决赛")
_NO_FINAL = re.compile("[半准]决赛|复赛|初赛|预赛")
_BENEFIT = re.compile(r"[\u4e00-\u9fff]{1,6}(?:补贴|补助|津贴|奖励|券|认定|落户)")


def _only_benefit(happening: Happening, folded: str) -> bool:
    """Does a question share with a title only the benefit that is spoken of there: 启航补贴 of
    启航补贴申请答疑, where the last day for it is asked?"""
    benefit = _BENEFIT.search(normal(happening.title))
    shared = [w for w in title_words(happening.title)[1] if w in folded]
    return benefit is not None and all(w in benefit[0] for w in shared)


def _without_titles(folded: str, named: Sequence[Happening]) -> str:
    """A question without the titles it names: 新年对接会 speaks of no day."""
    rest = folded
    for happening in named:
        title = normal(happening.title)
        for word in sorted({title, *words(title)}, key=len, reverse=True):
            if len(word) > 1:
                rest = rest.replace(word, " ") if not word.isdigit() else rest
    return rest


def _speaks(happening: Happening, folded: str) -> bool:
    return any(p.search(happening.title) and p.search(folded) for _, p in KINDS)


def _who(happening: Happening) -> str:
    return f"{happening.title}{happening.value('audience')}"


def _places(folded: str, candidates: Sequence[Happening]) -> list[Happening]:
    """Those held where a question says: 经开区有什么活动, 大剧院的活动."""
    asked = _EVENT.sub(" ", folded)
    found = []
    for happening in candidates:
        place = normal(happening.value("place"))
        own = [
            w
            for w in words(place)
            if len(w) > 1 and w in asked and w not in _COMMON_PLACES
            if not re.search(r"\d", w)  # 12月 is no place on the bus line 12路
        ]
        # 经开区 is three words to the segmenter
        runs = [place[i : i + 3] for i in range(len(place) - 2)]
        if own or any(r in asked for r in runs if not re.search(r"[\W\d]", r)):
            found.append(happening)
    return found


_AREA = re.compile(r"(?!.?[市小社全地园校片])[\u4e00-\u9fff]{2}(?:区|县|镇|街道)")
_COMMON_PLACES = frozenset(
    [
        "中心",
        "报告厅",
        "会议室",
        "国际",
        "三楼",
        "二楼",
        "一楼",
        "人才",
        "大学生",
        "企业",
        "广场",
        "公园",
    ]
)


def _tells(happening: Happening, word: str) -> bool:
    told = [s.value for s in happening.said.values()]
    told += [text for column in happening.further for text in column]
    return any(word in normal(text) for text in told)


def _tells_its_fee(happening: Happening) -> bool:
    return any(_FEE.search(name) for name, _ in happening.further)


def _falls(happening: Happening, wanted: Period, moved: bool = False) -> bool:
    begins, over = happening.begins_at, happening.over_at
    if begins and over and begins.date() <= wanted.last and over.date() >= wanted.first:
        return True
    return moved and any(_within(c.was, wanted) for c in happening.changes if c.was)


def _within(value: str, wanted: Period) -> bool:
    return bool(re.match(r"\d{4}-\d\d-\d\d", value)) and wanted.holds(
        date.fromisoformat(value[:10])
    )
