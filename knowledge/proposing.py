"""Clause tree -> benefits with their conditions, proposed for a person to confirm. Pure.

Read from the forms in which papers grant things: a table of classes and amounts, items headed by a
class, amounts by degree, lists of 条件 (all of them, or 之一), and clauses that say who gets what.
A proposal is never used before somebody has held it against its clause, so a form that is not
known here is left out rather than guessed at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.conditions import (
    DEGREES,
    Benefit,
    Condition,
    Kind,
    Line,
    Way,
    conditions_of,
    excluded,
    graded,
)
from knowledge.documents import Clause, ClauseKind, DocumentFacts, DocumentKind
from knowledge.nodes import unrepeated
from knowledge.regions import ZONE

LONGEST_UNIT = 20_000
"""Characters of a unit that is looked through: no clause that grants something is longer, and the
patterns' time grows with the square of it."""
MOST_BENEFITS = 60
"""Proposed of one document; a longer list would not be read by anybody."""
MOST_WAYS = 24

_AUDIENCE = re.compile(
    r"(?:适用|申[领请报办]|补贴|奖励|支持|认定|享受|服务|扶持|资助)?(?:的)?(?:对象|范围|条件|资格)(?:及条件|和条件|与条件)?$|年龄要求$|基本条件|申报要求$"
)
_WHOLE_PAPER = re.compile(r"适用(?:对象|范围)|总\s*则")
_DEADLINE = re.compile(r"(?:申[领请报办]|受理|办理|报名|申报)(?:的)?(?:时间|期限|时限)$|时间安排$")
_WINDOW = re.compile(
    r"集中受理|(?:每年|每季度|自.{2,20}之?日起).{0,40}(?:申请|提出|申领|申报|受理)|逾期(?:不予?|不再|视为)"
)
_GENERIC = re.compile(
    r"(?:补贴|奖励|安居|资助|支持|待遇|发放|服务|认定|类别与?)?(?:标准|内容|措施|方式|额度|金额|总额|政策|规则)$|^$"
)
_ANY_OF = re.compile(r"(?:条件|情形|要求)?(?:之一|任一|其中一项|任意一项)")
_LISTED = re.compile(
    r"(?:符合|具备|满足|达到)(?:以下|下列|如下)(?:基本)?(?:条件|要求|情形)|谁可以|什么人(?:可以|能)"
)
_EXCLUDES = re.compile(
    r"不纳入|不列入|不在[^，。；]{2,12}范围|不属于[^，。；]{2,12}范围|不适用|不得申[请领报]|不予(?:认定|受理|支持)|不能申[请领报]"
)
_NO_CONDITION = re.compile(r"分为|选择其中|包括|是指|可参照|视为|不设|另行|负责|解释|步骤|详细目录")
_STACKING = re.compile(
    r"不(?:再)?重复(?:享受|奖励|计|补贴)|就高|从高|择优享受|只能选择|可以?同时享受|叠加|不得?同时享受"
)
_GRANTS = re.compile(
    r"(?:由[^，。；]{2,12})?(?:再|可|均|分别)*(?:给予|予以|奖励|发放|享受|可以|可先|可在|可享|减免|补助|按照[^。；]{2,40}(?:给予|奖励)|补贴分别为)"
)
_CONSEQUENCE = re.compile(r"(?:均|即|也)?(?:可以?|不受)(?=[^\s，。；]{1,20})")
_AMOUNT = re.compile(r"\d[\d.,]*\s*万?元|加\d+分|\d+%")
_NOT_A_PERSON = re.compile(
    r"^[（(一二三四五六七八九十\d）)．.、\s]*(?:对|每|凡)?[^，。的者]{0,14}(?:企业|单位|平台|机构|园区|基地|载体|中介|协会)(?:每|按|可|给予|，|最高|引进|培养|获)"
)
_NOT_GRANTING = re.compile(
    r"程序|流程|步骤|材料|渠道|退出|限制|管理|监督|附则|责任|组织|保障机制|追回|处罚|发放(?:方式|时间|期限)|家庭规则|租期|轮候|租金|咨询|收费|哪里|怎么|如何|多久|怎样"
)
_CLASSES = r"[A-Z](?:[、，,及和与至到~—–-]*[A-Z])*类"
_CLASS_LED = re.compile(
    rf"(?P<who>{_CLASSES}(?:高层次)?(?:人才)?(?:的?子女)?)(?:的)?[，,]?(?P<gets>[^；;。]+)"
)
_CLASS_HEAD = re.compile(r"([A-Z])类")
_GRADE = re.compile(
    r"(?P<who>[^\d，,；;。：:]{2,24}?)(?P<gets>(?:每[月年人]|一次性|给予|补贴|奖励|发放|分别为|为|各)*\d[\d.]*\s*万?元[^，,；;。]*)"
)
_RECOGNISED = re.compile(
    rf"对(?P<who>[^，。；]{{4,40}}?)(?P<gets>(?:直接)?认定为(?P<classes>{_CLASSES})(?:高层次)?人才)"
)
_ZONE = re.compile(rf"[\u4e00-\u9fff]{{2,8}}?(?:{ZONE}|园区)")
_NOTHING = re.compile(r"不提供|无|[—–/\-－]*")


@dataclass(frozen=True, slots=True)
class _Unit:
    """An article, or what plays its part, with all below it.

    Attributes:
        heading: its own heading, "" for none.
        lines: (clause, its text without number and heading), its own first.
    """

    clause: Clause
    heading: str
    lines: tuple[tuple[Clause, str], ...]
    chapter: str = ""

    def part(self, heading: re.Pattern[str]) -> list[tuple[Clause, str]]:
        """The lines of the items whose heading is such."""
        return [(c, t) for c, t in self.lines[1:] if c.heading and heading.search(c.heading)]


@dataclass(frozen=True, slots=True)
class _Found:
    """A benefit before the conditions that hold for the whole paper are put to it."""

    benefit: Benefit
    unit: _Unit
    leans: bool  # its audience stands elsewhere in the paper


def propose(facts: DocumentFacts, clauses: Sequence[Clause]) -> tuple[Benefit, ...]:
    """The benefits that a paper seems to grant, in reading order.

    Notices of events, and questions with answers, grant nothing themselves.
    """
    if facts.kind in (DocumentKind.EVENT, DocumentKind.FAQ):
        return ()
    title = title_of(facts.title)
    if facts.kind is DocumentKind.SPEECH:
        spoken = [b for c in clauses if c.kind is not ClauseKind.TITLE for b in _recognised(c)]
        return tuple(spoken[:MOST_BENEFITS])
    units = [u for u in _units(clauses) if sum(len(t) for _, t in u.lines) <= LONGEST_UNIT]
    found: list[_Found] = []
    for unit in units:
        found += _granted(unit, title)
    paper = _Paper(units, _of_zone(facts, clauses))
    done = _merged([paper.completed(f, found) for f in found])
    kept = [b for b in done if b.every_condition()]
    return tuple(kept[:MOST_BENEFITS])


def _merged(found: Sequence[Benefit]) -> list[Benefit]:
    """Benefits of one title and the same demands are one, with all the ways to it."""
    kept: list[Benefit] = []
    for benefit in found:
        last = kept[-1] if kept else None
        if last and replace(last, ways=()) == replace(benefit, ways=()):
            kept[-1] = replace(last, ways=(*last.ways, *benefit.ways)[:MOST_WAYS])
        else:
            kept.append(benefit)
    return kept


def title_of(title: str) -> str:
    """What a paper is about, without what sort of paper it is.

    >>> title_of("关于开展2026年第四批高校毕业生生活补贴申领工作的公告")
    '2026年第四批高校毕业生生活补贴'
    >>> title_of("人才引进落户办事指南")
    '人才引进落户'
    """
    plain = re.sub(r"[（(][^（()）]*[）)]", "", title)
    quoted = re.search(r"《([^《》]+)》", plain)
    plain = quoted[1] if quoted else plain
    plain = re.sub(r"^(?:关于)?(?:组织|认真)?(?:开展|做好|申报|印发|发放|落实|公布)?", "", plain)
    ends = (
        r"的?(?:通知|公告|通告|办法|细则|意见|措施|规定|方案|指南|清单|须知|指引|政策)|实施|管理|暂行|试行|若干"
        r"|办事|服务指南|工作|申领|申报|发放|受理|的"
    )
    before = ""
    while before != plain:
        before, plain = plain, re.sub(rf"(?:{ends})$", "", plain)
    return plain or title


def _units(clauses: Sequence[Clause]) -> list[_Unit]:
    children: defaultdict[int | None, list[Clause]] = defaultdict(list)
    for clause in clauses:
        children[clause.parent].append(clause)

    def below(clause: Clause) -> Iterator[Clause]:
        yield clause
        for child in children[clause.ordinal]:
            yield from below(child)

    found: list[_Unit] = []

    def visit(clause: Clause, chapter: str) -> None:
        if clause.kind in (ClauseKind.TITLE, ClauseKind.SIGNATURE):
            return
        if clause.kind in (ClauseKind.PART, ClauseKind.CHAPTER, ClauseKind.SECTION):
            for child in children[clause.ordinal]:
                visit(child, clause.heading or chapter)
            return
        lines = tuple((c, _body(c)) for c in below(clause))
        found.append(_Unit(clause, clause.heading, lines, chapter))

    for top in children[None]:
        visit(top, "")
    return found


def _body(clause: Clause) -> str:
    """A clause's text without its number and its run-in heading."""
    text = clause.text
    if clause.number and text.startswith(clause.number):
        text = text[len(clause.number) :].lstrip("　 ")
    if clause.heading and text.startswith(clause.heading):
        text = text[len(clause.heading) :].lstrip("。：: 　")
    return text.strip()


def _sentences(text: str) -> list[str]:
    return [s.strip() for s in re.split(r"[。；;\n]", text) if s.strip()]


# --- what is granted ------------------------------------------------------------------------


def _granted(unit: _Unit, title: str) -> list[_Found]:
    """The benefits of one unit, by the first form that it is written in."""
    for read in (_by_class_items, _by_table, _by_class_words, _by_grades, _by_list):
        if found := read(unit, title):
            return found
    if _AUDIENCE.search(unit.heading) or _NOT_GRANTING.search(unit.heading):
        return []
    return [
        *(_Found(b, unit, False) for c, _ in unit.lines for b in _recognised(c)),
        *_by_sentence(unit, title),
    ]


def _by_class_items(unit: _Unit, title: str) -> list[_Found]:
    """（五）E类（高级人才）：具有博士学位者；高级技师: what leads to each class."""
    found = []
    for clause, text in unit.lines:
        head = _CLASS_HEAD.match(clause.heading)
        if not head or clause.kind is not ClauseKind.ITEM:
            continue
        ways = [
            Way(clause.heading, clause.ordinal, tuple(conditions_of(piece, clause.ordinal)))
            for piece in _sentences(text)
        ]
        ways = [w for w in ways if w.conditions][:MOST_WAYS]
        if ways:
            benefit = Benefit(f"认定为{head[1]}类人才", tuple(ways), recognises=head[1])
            found.append(_Found(benefit, unit, True))
    return found


def _by_table(unit: _Unit, title: str) -> list[_Found]:
    """A table whose rows are classes or degrees and whose columns are what they get."""
    rows = [c for c, _ in unit.lines if c.kind is ClauseKind.ROW]
    tables: defaultdict[int | None, list[Clause]] = defaultdict(list)
    for row in rows:
        tables[row.parent].append(row)
    found = []
    for lines in tables.values():
        header = lines[0].cells
        for column in range(1, len(header)):
            ways = []
            for row in lines[1:]:
                who = _row_condition(row)
                cell = row.cells[column].strip() if column < len(row.cells) else ""
                if who is None or row.cells[column : column + 1] == (who.words,):
                    continue
                if cell and not _NOTHING.fullmatch(cell):
                    ways.append(Way(cell, row.ordinal, (who,)))
            if len(ways) >= 2:
                name = title if _GENERIC.search(header[column]) else header[column]
                found.append(_Found(Benefit(name, tuple(ways)), unit, True))
    return found


def _row_condition(row: Clause) -> Condition | None:
    for cell in unrepeated(row.cells)[:2]:
        if re.fullmatch(rf"{_CLASSES}(?:高层次)?(?:人才)?", cell.strip()):
            [made] = conditions_of(cell.strip(), row.ordinal)
            return replace(made, exact=True)
        if degree := graded(cell.strip(), cell.strip(), row.ordinal):
            return degree
    return None


def _by_class_words(unit: _Unit, title: str) -> list[_Found]:
    """A、B、C类人才子女，可…；D类人才子女，可…: items or sentences that begin with a class."""
    ways = []
    for clause, text in unit.lines:
        if clause.kind is ClauseKind.ROW or _NOT_GRANTING.search(clause.heading):
            continue
        stretches = re.split(r"[；;。：:]|，(?=[A-Z](?:[、至]|类))", text)
        for stretch in stretches:
            match = _CLASS_LED.match(stretch.strip())
            if match is None or re.search(r"分为|包括|是指", match["gets"]):
                continue
            letters = match["who"].split("子女")[0].removesuffix("的")
            made = [c for c in conditions_of(letters, clause.ordinal) if c.classes]
            if made:
                who = replace(made[0], words=match["who"], exact=True)
                ways.append(Way(match["gets"].strip(), clause.ordinal, (who,)))
    if len(ways) < 2:
        return []
    name = title if _GENERIC.search(unit.heading) else unit.heading
    return [_Found(Benefit(name, tuple(ways[:MOST_WAYS])), unit, False)]


def _by_grades(unit: _Unit, title: str) -> list[_Found]:
    """博士研究生每月3000元，硕士研究生每月1500元: amounts by degree, title or skill."""
    ways: list[Way] = []
    beside: list[Condition] = []
    for clause, text in unit.lines:
        if clause.kind is ClauseKind.ROW:
            continue
        before = len(ways)
        for match in _GRADE.finditer(text):
            whole = match[0].strip()
            names = re.split(r"和|及(?!以)|、", match["who"].strip())
            read = [(n, graded(n, whole, clause.ordinal)) for n in names]
            if not any(r for _, r in read):
                continue
            if "分别" in whole:
                return []  # whose amount is which stands in no part of it
            for name, who in read:
                asked = conditions_of(name, clause.ordinal) if who is None else [who]
                if asked:
                    ways.append(Way(whole, clause.ordinal, tuple(asked)))
        if len(ways) > before:
            beside += _required(_GRADE.sub("，", text), clause.ordinal)
    if len(ways) < 2:
        return []
    generic = bool(_GENERIC.search(unit.heading))
    name = title if generic else unit.heading
    conditions = tuple(dict.fromkeys(beside))
    return [_Found(Benefit(name, tuple(ways[:MOST_WAYS]), conditions), unit, generic)]


def _required(text: str, clause: int) -> list[Condition]:
    """What is demanded beside the amounts: …，申请人应当年满18周岁且不超过60周岁.

    Only what is said to be a duty, or an age, and nothing of what is left of the amounts.
    """
    found: list[Condition] = []
    for sentence in _sentences(text):
        duty = re.search(
            r"(?:申请人|申领人|申报人|申请者)(?:应当?|须|必须|需)?|(?:^|，)(?:且|并|同时)?(?:应当?|须|必须)|(?:^|，)年龄",
            sentence,
        )
        if duty is None or _EXCLUDES.search(sentence) or _STACKING.search(sentence):
            continue
        found += conditions_of(sentence[duty.start() :].strip("，, "), clause)
    return found


def _by_list(unit: _Unit, title: str) -> list[_Found]:
    """Lists of conditions, any one of which will do, each perhaps with what follows from it."""
    lead, rest = f"{unit.heading} {unit.lines[0][1]}", unit.lines[1:]
    if rest and _LISTED.search(rest[0][1]) and rest[0][0].kind is ClauseKind.PARAGRAPH:
        lead, rest = f"{lead} {rest[0][1]}", rest[1:]
    if not (_LISTED.search(lead) or _ANY_OF.search(lead)) or len(unit.lines) < 2:
        return []
    ways, own = [], 0
    for clause, text in rest:
        if clause.kind is ClauseKind.ROW:
            continue
        for sentence in _sentences(text):
            consequence = _CONSEQUENCE.search(sentence)
            before = sentence[: consequence.start()] if consequence else sentence
            before = re.sub(r"凭[^，]{2,12}$", "", before)
            demanded = tuple(conditions_of(before, clause.ordinal))
            own += consequence is not None
            gets = sentence[consequence.start() :] if consequence else ""
            if demanded:
                ways.append(Way(gets or clause.heading or sentence, clause.ordinal, demanded))
    if len(ways) < 2 or not (_ANY_OF.search(lead) or own >= 2):
        return []
    # 符合下列条件之一的，可以申请…: what follows stands in the lead-in
    named = (_GENERIC, _LISTED, _AUDIENCE)
    name = title if any(p.search(unit.heading) for p in named) else unit.heading
    return [_Found(Benefit(name, tuple(ways[:MOST_WAYS])), unit, False)]


def _by_sentence(unit: _Unit, title: str) -> list[_Found]:
    """在经开区企业工作的E、F类人才，…分别为…; 年度应税工资薪金达到30万元的，按照…给予奖励."""
    found = []
    for clause, text in unit.lines:
        if clause.kind in (ClauseKind.ROW, ClauseKind.TABLE) or _NOT_GRANTING.search(
            clause.heading
        ):
            continue
        for sentence in _sentences(text):
            match = _GRANTS.search(sentence)
            if match is None or match.start() < 4 or _NOT_A_PERSON.match(sentence):
                continue
            who, gets = sentence[: match.start()], sentence[match.start() :]
            # what the grant is of may stand before its verb: …人才，经开区租房补贴分别为
            cut = max(who.rfind("的，"), who.rfind("人才，"), who.rfind("后"))
            if not re.search(r"的，?$|者，?$|人员，?$|人才，?$|后$|人，?$", who):
                if cut < 0:
                    continue
                gets = who[cut:].lstrip("的人才，后") + gets
                who = who[: cut + (2 if who[cut] == "人" else 1)]
            if not _AMOUNT.search(gets) and not unit.heading:
                continue
            if _NO_CONDITION.search(who) or _STACKING.search(who):
                continue
            demanded = conditions_of(who, clause.ordinal)
            if demanded and len(who) < 120:
                name = unit.heading or f"{title}（{unit.clause.number}）"
                name = title if _GENERIC.search(unit.heading) and unit.heading else name
                ways = _with_other_grades(Way(gets, clause.ordinal, tuple(demanded)), text)
                found.append(_Found(Benefit(name, ways), unit, False))
    return found


def _with_other_grades(first: Way, text: str) -> tuple[Way, ...]:
    """本科毕业生…5000元；硕士、博士分别为1万元、3万元: who is named apart gets another amount."""
    match = re.search(r"(?:^|[；;。])([^；;。\d，]{2,20})(分别为[^；;。]+)", text)
    named = re.split(r"[、和]", match[1]) if match else []
    others = [graded(n, match[0].strip("；;。"), first.clause) for n in named] if match else []
    if match is None or not all(others):
        return (first,)
    own = tuple(
        replace(c, most=c.least) if c.kind is Kind.DEGREE and c.most is None else c
        for c in first.conditions
    )
    rest = tuple(c for c in own if c.kind is not Kind.DEGREE)
    gets = match[0].strip("；;。")
    return (
        replace(first, conditions=own),
        *(Way(gets, first.clause, (*rest, who)) for who in others if who),
    )


def _recognised(clause: Clause) -> list[Benefit]:
    """对…企业负责人直接认定为D、E类高层次人才."""
    found = []
    for match in _RECOGNISED.finditer(clause.text):
        demanded = tuple(conditions_of(match["who"], clause.ordinal))
        if demanded:
            way = Way(match["gets"], clause.ordinal, demanded)
            found.append(Benefit(f"认定为{match['classes']}人才", (way,)))
    return found


def _of_zone(facts: DocumentFacts, clauses: Sequence[Clause]) -> list[Condition]:
    """A zone's or a district's own paper is for those who are there, whether it says so or not."""
    for clause in clauses:
        match = _ZONE.search(clause.text) if clause.kind is ClauseKind.TITLE else None
        if match and match[0] in facts.title:
            return [Condition(Kind.ZONE, match[0], clause.ordinal)]
    return []


# --- what holds for the whole paper ---------------------------------------------------------


class _Paper:
    """The conditions, windows and rules that stand apart from what they are for."""

    def __init__(self, units: Sequence[_Unit], zone: Sequence[Condition]) -> None:
        self._units = units
        self._whole: list[Condition] = list(zone)
        self._audience: list[Condition] = []
        self._of_class: list[tuple[tuple[str, ...], Condition]] = []
        self._deadline: Line | None = None
        for unit in units:
            self._read(unit)

    def _read(self, unit: _Unit) -> None:
        audience = _AUDIENCE.search(unit.heading)
        for clause, text in unit.lines:
            if clause.kind is ClauseKind.ROW:
                continue
            listed = any(_ANY_OF.search(t) for _, t in unit.lines) or _LISTED.search(unit.heading)
            if audience and not listed:
                into = self._whole if _WHOLE_PAPER.search(unit.heading) else self._audience
                into += _demanded(text, clause.ordinal)
            elif not unit.heading and unit.clause.kind is ClauseKind.ARTICLE:
                self._of_article(clause, text)
            if _DEADLINE.search(unit.heading) and self._deadline is None and text:
                self._deadline = _window(text, clause.ordinal, any_sentence=True)
        is_article = unit.clause.kind is ClauseKind.ARTICLE
        if is_article and not unit.heading and self._deadline is None:
            for clause, text in unit.lines[:1]:
                self._deadline = _window(text, clause.ordinal)

    def _of_article(self, clause: Clause, text: str) -> None:
        """申请人应当…; 凡…均可申请; 申请认定D、E、F类的，年龄….

        Who is left out and who may apply stands in sentences of their own.
        """
        for sentence in re.split(r"[。\n]", text):
            if _EXCLUDES.search(sentence):
                self._audience.append(excluded(sentence.strip(), clause.ordinal))
            elif match := re.match(
                r"(?:凡)?(.+?(?:的|人才|人员))，?(?:均可|都可以|可以?)申[请领报]", sentence.strip()
            ):
                self._audience += conditions_of(match[1], clause.ordinal)
            elif re.match(r"申请人(?:应当|须|必须|需)", sentence) and not _LISTED.search(sentence):
                self._audience += conditions_of(sentence, clause.ordinal)
            for part in re.split(r"[；;]", sentence):
                match = re.match(rf"\s*(?:申请)?(?:认定)?({_CLASSES})[^，]{{0,4}}的，(.+)", part)
                if match and not _NO_CONDITION.search(match[2]):
                    classes = conditions_of(match[1], clause.ordinal)
                    letters = classes[0].classes if classes else ()
                    made = conditions_of(match[2], clause.ordinal)
                    self._of_class += [(letters, c) for c in made]

    def completed(self, found: _Found, every: Sequence[_Found]) -> Benefit:
        """A benefit with all that the paper demands of it elsewhere."""
        benefit, unit = found.benefit, found.unit
        # a column 租房补贴（每月） belongs to the article 租房补贴
        own = next(
            (u for u in self._units if len(u.heading) > 2 and u.heading in benefit.title), unit
        )
        conditions = [*self._whole, *benefit.conditions]
        if found.leans:
            if own is unit:
                conditions += self._audience
            conditions += [c for letters, c in self._of_class if benefit.recognises in letters]
        for clause, text in own.part(_AUDIENCE):
            conditions += _demanded(text, clause.ordinal)
        window = next(
            (_window(t, c.ordinal, any_sentence=True) for c, t in own.part(_DEADLINE)), None
        )
        if window is None and own.heading:
            window = next((w for c, t in own.lines if (w := _window(t, c.ordinal))), None)
        return replace(
            benefit,
            conditions=tuple(c for c in dict.fromkeys(conditions) if _bears_on(c, benefit)),
            deadline=window or (self._deadline if found.leans or not unit.heading else None),
            rules=self._rules(benefit, own, alone=len(every) == 1),
        )

    def _rules(self, benefit: Benefit, own: _Unit, alone: bool) -> tuple[Line, ...]:
        name = re.sub(r"[（(].*", "", benefit.title)
        found = []
        for unit in self._units:
            for clause, text in unit.lines:
                if clause.kind is ClauseKind.ROW:
                    continue
                for sentence in re.split(r"[。\n]", text):
                    about = unit is own or name in sentence or alone
                    if _STACKING.search(sentence) and about and len(sentence) < 160:
                        found.append(Line(sentence.strip(), clause.ordinal))
        return tuple(dict.fromkeys(found))[:2]


def _bears_on(condition: Condition, benefit: Benefit) -> bool:
    """An age for 硕士 bears on benefits whose ways are told apart by degree, and on no others."""
    if not condition.only:
        return True
    return any(c.kind is Kind.DEGREE for w in benefit.ways for c in w.conditions)


def _demanded(text: str, clause: int) -> list[Condition]:
    """The conditions of an audience clause, sentence by sentence."""
    found: list[Condition] = []
    for sentence in re.split(r"[。\n]", text):
        if _EXCLUDES.search(sentence):
            found.append(excluded(sentence.strip(), clause))
        elif by_degree := _by_degree(sentence, clause):
            found += by_degree
        elif sentence.strip() and not _NO_CONDITION.search(sentence):
            found += conditions_of(sentence.strip(), clause)
    return found


def _by_degree(sentence: str, clause: int) -> list[Condition]:
    """博士研究生不超过45周岁，硕士研究生不超过40周岁: what is demanded of each degree."""
    found = []
    for piece in re.split(r"[，,；;]", sentence):
        match = re.match(r"\s*([^\d，]{2,14}?)(?=(?:年龄)?(?:一般)?(?:不超过|未满|不满))", piece)
        who = graded(match[1], match[1], clause) if match else None
        if match is None or who is None or who.kind is not Kind.DEGREE:
            continue
        low = who.least or 0
        high = who.most if who.most is not None else len(DEGREES) - 1
        for made in conditions_of(piece.strip()[len(match[1].strip()) :], clause):
            levels = tuple(range(low, high + 1))
            found.append(replace(made, words=piece.strip(), exact=True, only=levels))
    return found if len(found) >= 2 else []


def _window(text: str, clause: int, any_sentence: bool = False) -> Line | None:
    """The sentence that says when something is applied for."""
    for sentence in re.split(r"[。\n]", text):
        if sentence.strip() and (any_sentence or _WINDOW.search(sentence)) and len(sentence) < 160:
            return Line(sentence.strip(), clause)
    return None
