"""What the notice of several events says of one of them. Pure.

A notice has a table of its events, and tells of all of them in one place how to get in, which buses
go, what to bring. A question about one event gets the sentences that hold for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answering.events import FIRMS
from knowledge.catalogue import StoredPassage
from knowledge.events import KINDS
from knowledge.lexicon import QUESTION_WORDS, normal, words, words_taken
from knowledge.programme import Happening
from knowledge.talent_classes import classes_named

FOR_WHOM = 16
"""Characters at the head of a passage that say whom it is for."""
MOST_SENTENCES = 2
"""Of one passage; a reply has little room beside what the event's own row says."""

GENERIC = frozenset(
    [
        "人才",
        "活动",
        "举办",
        "大型",
        "年度",
        "系列",
        "专场",
        "主题",
        "全市",
        "本市",
        "2026",
        "2027",
        "周末",
        "高层次",
        "青年",
        "市",
        "区",
        "开展",
        "年",
        "届",
        "期",
        "第",
    ]
)
"""Words that many titles have and that name no one event."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one passage of a notice says of an event.

    Attributes:
        text: its sentences.
        stored: the passage.
        rank: the more the better: it names the event, and words of the question.
    """

    text: str
    stored: StoredPassage
    rank: tuple[bool, int]


@dataclass(frozen=True, slots=True)
class _Matter:
    """What people ask of an event that is told of all events of a notice in one place."""

    asked: re.Pattern[str]
    told: re.Pattern[str]


_MATTERS = (
    _Matter(
        re.compile(r"报名|报上名|预约|登记|怎么参加|如何参加|入场|进场|进去|门票|要票|抢票"),
        re.compile(r"报名|预约|登记|入场|进场|签到"),
    ),
    _Matter(
        re.compile(r"名额|多少人|几个人|人数|限"),
        re.compile(r"限\s*\d+|名额|\d+\s*(?:人|名|组|对)"),
    ),
    _Matter(re.compile(r"车(?!间|位)|接送|怎么去|怎么走"), re.compile(r"车(?!间|位)|接送|班次")),
    _Matter(re.compile(r"饭|餐|吃的|管吃"), re.compile(r"餐|饭|茶歇|饮水")),
    _Matter(
        re.compile(r"免费|[要交收花]钱|收费|多少钱|费用"), re.compile(r"免费|收费|费用|收取|\d+元")
    ),
    _Matter(
        re.compile(r"带(?:什么|啥|哪些|不带|简历|孩子|小孩|家)|要带|简历"),
        re.compile(r"携带|自带|带[好齐]|备好|简历|证"),
    ),
    _Matter(re.compile(r"住(?:哪|的|宿)|管住"), re.compile(r"住宿|酒店|驿站|入住")),
    _Matter(re.compile(r"停车|车位"), re.compile(r"停车|车位")),
    _Matter(re.compile(r"展位|摆摊"), re.compile(r"展位")),
    _Matter(
        re.compile(r"没抢[到上]|抢不[到上]|候补|(?:报|约|坐|人|名额)满|满了"),
        re.compile(r"候补|递补|额满|已?满的|补录"),
    ),
)


def said_of(
    happening: Happening, folded: str, others: Sequence[Happening],
    passages: Sequence[StoredPassage],
) -> Said | None:  # fmt: skip
    """What a notice says of a matter that a question asks of an event and that none of the event's
    fields holds; None for nothing.

    Args:
        folded: the question in normal form.
        others: the other events; what names one of them does not hold for this one.
        passages: the notice's.
    """
    fields = " ".join(s.value for s in happening.said.values())
    fields += " ".join(f"{name}{cell}" for name, cell in happening.further)
    matters = [m for m in _MATTERS if m.asked.search(folded) and not m.told.search(fields)]
    if not matters:
        return None
    tellers = {t.id for t in happening.tellers}
    own = {w for w in words(folded) if len(w) > 1 and w not in QUESTION_WORDS}
    best: Said | None = None
    for stored in passages:
        text = stored.passage.text
        for_firms = FIRMS.search(text[:FOR_WHOM]) and not FIRMS.search(folded)
        if stored.id in tellers or stored.passage.cells or for_firms:
            continue
        telling = [
            s.strip()
            for s in re.findall(r"[^；;。\n]+[；;。]?", text)
            if any(m.told.search(s) for m in matters)
        ]
        naming = [s for s in telling if _names(happening, s)]
        general = [s for s in telling if not any(_names(h, s) for h in others)]
        kept = "".join(dict.fromkeys((naming or general)[:MOST_SENTENCES])).rstrip("；;")
        rank = (bool(naming), sum(w in normal(kept) for w in own))
        if kept and (best is None or rank > best.rank):
            best = Said(kept, stored, rank)
    return best


def _names(happening: Happening, sentence: str) -> bool:
    """By its title, by all words of it that not every title has, or by its day."""
    folded = normal(sentence)
    bare, telling = title_words(happening.title)
    begins = happening.begins_at
    day = f"{begins.month}月{begins.day}日" if begins else ""
    return (
        bare in re.sub(r"\W", "", folded)
        or bool(day and day in folded)
        or (bool(telling) and all(w in folded for w in telling))
    )


def title_words(title: str) -> tuple[str, tuple[str, ...]]:
    """A title without signs, and its words that not every title has."""
    return _title_words(title, words_taken())


@lru_cache(maxsize=4096)  # every question is held against all titles
def _title_words(title: str, _taken: int) -> tuple[str, tuple[str, ...]]:
    folded = normal(title)
    telling = tuple(
        w for w in words(folded)
        if len(w) > 1 and w not in GENERIC and not _only_kind(w) and not classes_named(w)
    )  # fmt: skip
    return re.sub(r"\W", "", folded), telling


def _only_kind(word: str) -> bool:
    return any(pattern.fullmatch(word) for _, pattern in KINDS) or word in (
        "招聘会", "宣讲会", "大赛", "会", "人才", "健康活动",
    )  # fmt: skip
