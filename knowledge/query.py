"""What is searched for: a question taken apart into concepts (bot.answering.understanding)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Aspect(StrEnum):
    """What a question wants to know."""

    AMOUNT = "amount"  # 多少钱
    DURATION = "duration"  # 多久, 几年
    TIME = "time"  # 什么时候, 截止
    PLACE = "place"  # 在哪
    CONTACT = "contact"  # 电话, 找谁
    MATERIALS = "materials"  # 要带什么材料
    CONDITIONS = "conditions"  # 什么条件, 谁可以
    PROCEDURE = "procedure"  # 怎么办, 流程
    WHETHER = "whether"  # 能不能
    CATEGORY = "category"  # 算几类
    ANY = "any"


class Measure(StrEnum):
    """What an answer must hold: a number of some kind, a day, names, papers to bring."""

    TELEPHONE = "telephone"  # 电话多少
    AGE = "age"  # 几岁
    POINTS = "points"  # 几分
    SHARE = "share"  # 几个点, 几折
    PEOPLE = "people"  # 几个人, 名额
    TIMES = "times"  # 几次
    WAIT = "wait"  # 多久能批下来
    AREA = "area"  # 多少平
    ADDRESS = "address"  # 哪条路几号
    VALIDITY = "validity"  # 管几年, 有效期多久
    DAYS = "days"  # 几天, 几个工作日
    DURATION = "duration"  # 多久, 几年
    DEADLINE = "deadline"  # 什么时候截止
    DAY = "day"  # 哪天, 几号
    NAMES = "names"  # 请了谁
    WINDOW = "window"  # 什么时候能报
    PAPERS = "papers"  # 什么材料
    INSTALMENTS = "instalments"  # 分几年发, 一次给吗
    HOUR = "hour"  # 几点
    PAYDAY = "payday"  # 钱什么时候给
    MONEY = "money"  # 多少钱, 补多少


@dataclass(frozen=True, slots=True)
class Alternative:
    """One wording of a concept.

    Attributes:
        terms: index terms that together stand for it.
        weight: 1 for the word as typed, less for a synonym or a correction.
        why: the reason shown to staff, e.g. 同义 买房→购房补贴; "" for the word as typed.
        written: a synonym as the table has it; "" for the word as typed.
    """

    terms: tuple[str, ...]
    weight: float = 1.0
    why: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing a question speaks of, in every wording it may have in a policy.

    Attributes:
        word: as typed.
        weight: 1 for what is asked, less for what is carried over from earlier turns.
        carried: True when it comes from an earlier turn.
        told: True when it comes from a statement beside the question (我硕士刚毕业).
        is_action: True for an everyday verb; that no document writes it so says less than of a
            noun, since officials have another verb for most.
    """

    word: str
    alternatives: tuple[Alternative, ...]
    weight: float = 1.0
    carried: bool = False
    told: bool = False
    is_action: bool = False

    @property
    def is_whole(self) -> bool:
        """Is it a word by itself, and none that only shapes or colours the question?"""
        return self.weight >= 1 and len(self.word) > 1

    def stands_in(self, text: str) -> bool:
        """Does a normal text hold it in some wording?"""
        return any(all(t in text for t in a.terms) for a in self.alternatives)


@dataclass(frozen=True, slots=True)
class Period:
    """Civil days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """True when the day lies in the period."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Query:
    """One question as searched.

    Attributes:
        text: the question's normal form.
        message: the whole message in normal form, behind the turns that it follows up.
        said: the question, with what is told beside it where it is a short message's only one;
            "" where a letter's question tells a story itself.
        embedded: the text given to the encoder: the question with its formal synonyms and what
            is carried over.
        concepts: what it speaks of; question words are not among them.
        point: of a letter's concepts the words of those that its question names, apart from what
            it tells; empty for a short message.
        aspects: what it wants to know, most telling first; never empty.
        measure: what it wants a number of, None for no number.
        classes: talent classes named (``e类``).
        degrees: academic degrees named, see `knowledge.talent_classes.degrees_named`.
        places: place names in it.
        period: the days it asks about, None when it names none.
        historic: it asks about an earlier or repealed rule.
        edition: the year by which it names a paper (2022年版), None for none.
        documents: ids of the documents cited in the turn before, for follow-ups; else empty.
    """

    text: str
    embedded: str
    concepts: tuple[Concept, ...]
    aspects: tuple[Aspect, ...] = (Aspect.ANY,)
    measure: Measure | None = None
    classes: frozenset[str] = frozenset()
    degrees: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    period: Period | None = None
    historic: bool = False
    edition: int | None = None
    documents: frozenset[int] = field(default_factory=frozenset)
    message: str = ""
    said: str = ""
    point: frozenset[str] = frozenset()

    @property
    def with_story(self) -> str:
        """The question with what is told beside it, where that is its own."""
        return self.said or self.text
