"""What the eligibility walk says, in WeChat and on its page. Plain Chinese.

Whatever it says of a policy is the clause's own words; only what joins them is ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answering.eligibility import (
    MOST_QUESTIONS,
    UNKNOWN,
    Ask,
    Facts,
    Finding,
    Standing,
    Walk,
)
from bot.answering.result import Citation
from bot.wording import BACKGROUND, WECHAT_BYTES, Tap, basis, clause_link
from knowledge.benefits import Offer, Place
from knowledge.conditions import LEVELS, Condition, Kind, Line
from knowledge.documents import DocumentKind
from knowledge.figures import unsupported

BEGIN = "我来帮您逐项核对{matter}，最多{most}个问题，说错了随时可以更正。"
KNOWN = "已知：{facts}。"
STEP = "第{step}问　{question}"
HOW = "点一下或回复数字；“上一步”“重来”“退出”也可以随时用。"
AGAIN = "没有看懂您的回答，请点选或回复数字。"
AGAIN_WEB = "没有看懂您的回答，请选择一项。"
RESUMED = "接着刚才的核对，请看这一题："
NOTED = "已记下：{facts}。"
LEFT = "已退出资格核对，您可以继续提问。"
NOTHING_BEFORE = "前面没有问题了。"
KEPT = "（资格核对已为您保留，回复“继续核对”接着做）"
RESULT = "按您说的情况（{facts}）核对如下："
RESULT_PLAIN = "核对如下："
HEADS = {
    Standing.MET: "① 符合",
    Standing.FAILED: "② 还差",
    Standing.OPEN: "③ 还不能判断",
}
WANTED = "差「{words}」（{basis}）"
CLOSED = "这一批的时间已过：「{words}」（{basis}）"
TO_CONFIRM = "还要看「{words}」（{basis}）"
NEARLY = "另一种情形只差「{words}」（{basis}）"
NOT_SAID = "原文写「{words}」（{basis}），您的情况原文未明确"
EXCLUDED = "属于原文排除的情形「{words}」（{basis}）"
ELSE = "没有问到的还有：{titles}。"
MOST_ELSE = 8
MOST_GRADES = 6
WINDOW = "时间：{words}（{label}）"
RULE = "注意：{words}（{label}）"
ONLY_TEXT = "另有相关文件，条件尚未核对，只列原文：{titles}"
NONE = "现行文件里没有找到与您的情况对应的待遇，可以回复“人工”咨询。"
STAFF = "③ 中的事项可以回复“人工”咨询。"
FINAL = "以上按现行文件原文核对，以认定机关审核为准。"
MORE = "还有{count}项，{tap}查看。"
NEXT_PAGE = "下一页"
GO_ON = "接着核对（点一下或回复数字）："
CHECK = "核对：{title}"
ON_A_PAGE = "在网页上核对"

_QUESTIONS = {
    Kind.CLASS: "您持有哪一类人才证书（在有效期内）？",
    Kind.DEGREE: "您的最高学历（学位）是？",
    Kind.TITLE: "您的专业技术职称是？",
    Kind.SKILL: "您的职业技能等级是？",
    Kind.AGE: "您今年多大（周岁）？也可以直接回复岁数。",
    Kind.GRADUATED: "您毕业多久了？",
    Kind.INSURED: "您在本市连续缴纳社会保险多久了？",
    Kind.INCOME: "您的年度应税工资薪金大约多少？",
}
ANY_CLASS = "您有没有本市的人才证书（在有效期内）？"
SAYS = "{basis}要求「{words}」，您符合吗？"
SAYS_NOT = "{basis}写明「{words}」，您属于其中排除的情形吗？"
OF_ZONE = "您在「{words}」工作吗？（{basis}是那里的政策）"


@dataclass(frozen=True, slots=True)
class Block:
    """One benefit in the result.

    Attributes:
        standing: under which head it stands.
        lines: what is said, its first line first; figures checked.
        citations: what it rests on.
        places: (label, passage id) of each clause used.
    """

    standing: Standing
    title: str
    lines: tuple[str, ...]
    citations: tuple[Citation, ...]
    places: tuple[tuple[str, int], ...] = ()


def question_text(ask: Ask) -> str:
    """What is asked, for a condition in a clause's words with the place that demands it."""
    if not ask.subject.startswith("says-"):
        kind = Kind(ask.subject)
        certificate = kind is Kind.CLASS and any(c.fact == "*" for c in ask.choices)
        return ANY_CLASS if certificate else _QUESTIONS[kind]
    condition = ask.condition
    where = named(ask.offer, Line(condition.words, condition.clause))
    if condition.kind is Kind.EXCLUDED:
        return SAYS_NOT.format(basis=where, words=condition.words)
    text = OF_ZONE if condition.kind is Kind.ZONE else SAYS
    return text.format(basis=where, words=condition.words)


def asked_text(ask: Ask, walk: Walk, tap: Tap, lead: str = "") -> str:
    """A question with its choices, numbered and tappable."""
    lines = [lead] if lead else []
    lines.append(STEP.format(step=len(walk.asked), question=question_text(ask)))
    lines += [
        f"{n}. {tap(c.label, c.label, f'walk-{ask.subject}')}" for n, c in enumerate(ask.choices, 1)
    ]
    return "\n".join([*lines, HOW])


def begin_text(focus: str, facts: Facts) -> str:
    """What stands above the first question."""
    matter = f"“{focus}”的条件" if focus else "您能享受的政策"
    lead = BEGIN.format(matter=matter, most=MOST_QUESTIONS)
    known = facts_text(facts)
    return f"{lead}{KNOWN.format(facts=known)}" if known else lead


def facts_text(facts: Facts) -> str:
    """What is known of a person, as they would say it; yes and no are left out."""
    found = []
    for kind in _QUESTIONS:
        fact = facts.get(kind.value)
        if fact is None or fact == UNKNOWN:
            continue
        if kind is Kind.CLASS:
            found.append(
                "还没有认定" if fact == "" else "持有人才证书" if fact == "*" else f"{fact}类人才"
            )
        elif isinstance(fact, tuple):
            found.append(_span_text(kind, *fact))
    return "、".join(found)


def _span_text(kind: Kind, low: int | None, high: int | None) -> str:
    names = LEVELS.get(kind)
    if names and low is not None:
        return names[low]
    if kind is Kind.GRADUATED and low is not None and high is None and low % 12 == 1 and low > 1:
        return f"毕业超过{low // 12}年"
    if kind is Kind.INSURED and low == high == 0:
        return "没有缴纳社保"
    unit, size = {
        Kind.AGE: ("岁", 1), Kind.INCOME: ("万元", 10_000),
    }.get(kind, ("个月", 1))  # fmt: skip
    before = {Kind.GRADUATED: "毕业", Kind.INSURED: "社保", Kind.INCOME: "年薪"}.get(kind, "")
    if kind is Kind.GRADUATED and high is not None and high < 0:
        return "还没毕业"
    if low is not None and low == high:
        return f"{before}{low / size:g}{unit}"
    if kind is Kind.GRADUATED and not low and high is not None:
        return f"毕业{high // 12}年以内" if high % 12 == 0 else f"毕业{high}个月以内"
    if low is None or (low == 0 and high is not None):
        bound = high if high is not None else 0
        if kind is Kind.AGE:
            return f"{bound}岁及以下"
        return f"{before}不到{(bound + 1) / size:g}{unit}"
    if high is None:
        return f"{before}{low / size:g}{unit}以上"
    return f"{before}{low / size:g}至{high / size:g}{unit}"


def _short(offer: Offer, line: Line) -> str:
    """The place of a line where its document's 文号 would only fill the screen."""
    return f"《{offer.source.title}》{offer.places[line].label}"


def named(offer: Offer, line: Line) -> str:
    """《title》（文号）第四条（五）: the place of a line."""
    return basis(offer.source, offer.places[line].label)


def block_of(found: Finding, url: Callable[[int], str], plain: bool = False) -> Block:
    """One finding in the clauses' own words, every figure of it checked against them.

    Args:
        url: passage id -> address of its page.
        plain: without links, for a page that makes its own.
    """
    offer, benefit = found.offer, found.offer.benefit
    used: list[Line] = []

    def at(condition: Condition) -> str:
        line = Line(condition.words, condition.clause)
        used.append(line)
        return _short(offer, line)

    way = found.ways[0]
    granting = Line(way.gets, way.clause)
    used += [Line(w.gets, w.clause) for w in found.ways[:2] if w.clause == way.clause]
    link = "" if plain else clause_link(url, offer.places[granting].passage_id)
    link = f"  {link}" if link else ""
    if found.is_closed and benefit.deadline:
        used.append(benefit.deadline)
    if found.standing is Standing.FAILED:
        lines = [_lacking(found, at) + link]
    else:
        alike = [w for w in found.ways if w.clause == way.clause]
        gets = "；".join(dict.fromkeys(w.gets for w in alike[:2]))
        if benefit.recognises:
            gets = "、".join(f"「{c.words}」" for c in way.conditions)
        lines = [f"· {benefit.title}：{gets}", f"依据：{named(offer, granting)}{link}"]
        lines += [NOT_SAID.format(words=c.words, basis=at(c)) for c in found.unclear[:2]]
        lines += [TO_CONFIRM.format(words=c.words, basis=at(c)) for c in found.open[:3]]
        lines += [NEARLY.format(words=c.words, basis=at(c)) for c in found.near[:2]]
    if offer.source.kind is DocumentKind.SPEECH:
        lines.append(BACKGROUND)
    if found.standing is Standing.MET:
        if benefit.deadline:
            used.append(benefit.deadline)
            label = offer.places[benefit.deadline].label
            lines.append(WINDOW.format(words=benefit.deadline.words, label=label))
        for rule in (*benefit.rules, *offer.remarks[:1]):
            used.append(rule)
            lines.append(RULE.format(words=rule.words, label=offer.places[rule].label))
    citations = tuple(dict.fromkeys(_citation(offer, line) for line in used))
    support = " ".join([*(c.text for c in citations), benefit.title, offer.source.title])
    # a figure that its clause does not hold is not sent, whoever confirmed it
    kept = tuple(t for t in lines if not unsupported(_unlinked(t), support))
    if not kept or kept[0] != lines[0]:
        kept = (f"· 《{offer.source.title}》请查看原文{link}",)
    places = dict.fromkeys((offer.places[u].label, offer.places[u].passage_id) for u in used)
    return Block(found.standing, benefit.title, kept, citations, tuple(places))


def blocks_of(
    found: Sequence[Finding], url: Callable[[int], str], plain: bool = False
) -> list[Block]:
    """The findings as blocks; benefits that fail by the very same words are told together."""
    blocks: list[Block] = []
    same: dict[tuple[Condition, ...], list[Finding]] = {}
    for one in found:
        if one.standing is Standing.FAILED and not one.is_closed:
            same.setdefault(one.failed[:2], []).append(one)
        else:
            blocks.append(block_of(one, url, plain))
    for group in same.values():
        block = block_of(group[0], url, plain)
        title = "、".join(dict.fromkeys(f.offer.benefit.title for f in group))
        first = block.lines[0].replace(block.title, title, 1)
        blocks.append(replace(block, title=title, lines=(first, *block.lines[1:])))
    order = (Standing.MET, Standing.FAILED, Standing.OPEN, Standing.UNCLEAR)
    return sorted(blocks, key=lambda b: order.index(b.standing))


def _lacking(found: Finding, at: Callable[[Condition], str]) -> str:
    """What a benefit fails by, in one line: the window, who is left out, or the condition."""
    title, deadline = found.offer.benefit.title, found.offer.benefit.deadline
    if found.is_closed and deadline:
        place = _short(found.offer, deadline)
        return f"· {title}：" + CLOSED.format(words=deadline.words, basis=place)
    said = []
    for condition in found.failed[:2]:
        others = _other_grades(found, condition)
        if len(others) > 1:
            words = "」或「".join(_without_amount(c) for c in others[:MOST_GRADES])
            said.append(WANTED.format(words=words, basis=at(condition)))
            for other in others[1:MOST_GRADES]:
                at(other)
        elif condition.kind is Kind.EXCLUDED:
            said.append(EXCLUDED.format(words=condition.words, basis=at(condition)))
        else:
            said.append(WANTED.format(words=_without_amount(condition), basis=at(condition)))
    return f"· {title}：" + "；".join(said)


def _other_grades(found: Finding, condition: Condition) -> list[Condition]:
    """Every class or degree that one way of several is for, where none of them is this person's.

    Of a benefit told apart by class alone it is not the first class that is lacking, but any.
    """
    ways = found.offer.benefit.ways
    if any(len(w.conditions) != 1 or w.conditions[0].kind is not condition.kind for w in ways):
        return []
    every = dict.fromkeys(c for w in ways for c in w.conditions)
    return list(every) if condition in every and condition.is_valued else []


def _without_amount(condition: Condition) -> str:
    """初级工1000元 -> 初级工, still the clause's words: the grade is lacking, not the money."""
    words = condition.words
    if not condition.is_valued or condition.kind is Kind.INCOME:
        return words
    bare = re.sub(
        r"(?:，|的|每[月年人]|一次性|给予|补贴|奖励|发放|分别为|为|各)*\d[\d.]*\s*万?元.*$",
        "",
        words,
    )
    return bare or words


def _unlinked(text: str) -> str:
    return text.split("  <a ")[0]


def _citation(offer: Offer, line: Line) -> Citation:
    place: Place = offer.places[line]
    source = offer.source
    where = place.label if line in offer.remarks else basis(source, place.label)
    text = f"{where}\n{place.text}"
    return Citation(place.passage_id, source.document_id, source.file_name, text, where)


def result_pages(
    blocks: Sequence[Block], facts: Facts, others: Sequence[str], only_text: Sequence[str],
    check: Sequence[str], tap: Tap, page_link: str,
) -> list[tuple[str, tuple[Citation, ...]]]:  # fmt: skip
    """The result as pages within WeChat's limit, each ending with whose word counts.

    Args:
        others: titles of benefits that nothing known speaks for or against.
        only_text: places of clauses that nobody has confirmed.
        check: titles that more can be found out about.
        page_link: address of the same walk as a page, "" for none.
    """
    known = facts_text(facts)
    head = RESULT.format(facts=known) if known else RESULT_PLAIN
    tail = [FINAL]
    if any(b.standing in (Standing.OPEN, Standing.UNCLEAR) for b in blocks):
        tail.insert(0, STAFF)
    offered = [f"{n}. {tap(t, CHECK.format(title=t), f'next-{n}')}" for n, t in enumerate(check, 1)]
    link = f'<a href="{page_link}">{ON_A_PAGE}</a>' if page_link else ""
    last = "\n".join([*tail, *([GO_ON, *offered] if offered else []), *([link] if link else [])])
    if others:
        more_titles = "、".join(others[:MOST_ELSE]) + ("等" if len(others) > MOST_ELSE else "")
        last = f"{ELSE.format(titles=more_titles)}\n{last}"
    if only_text:
        last = f"{ONLY_TEXT.format(titles='；'.join(only_text))}\n{last}"
    room = WECHAT_BYTES - len(f"{head}\n\n{last}{MORE.format(count=99, tap='')}".encode()) - 140
    pages: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        cost = len("\n".join(block.lines).encode()) + 30
        if pages[-1] and size + cost > room:
            pages.append([])
            size = 0
        pages[-1].append(block)
        size += cost
    made = []
    shown = 0
    for number, page in enumerate(pages):
        shown += len(page)
        body = _page_body(page) if blocks else NONE
        more = tap(NEXT_PAGE, NEXT_PAGE, "walk-more")
        left = len(blocks) - shown
        parts = [head if number == 0 else "", body]
        parts.append(MORE.format(count=left, tap=f"点{more}或回复“{NEXT_PAGE}”") if left else "")
        parts.append(last)
        cited = dict.fromkeys(c for b in page for c in b.citations)
        made.append(("\n\n".join(p for p in parts if p), tuple(cited)))
    return made


def _page_body(blocks: Sequence[Block]) -> str:
    lines: list[str] = []
    before = ""
    for block in blocks:
        standing = Standing.OPEN if block.standing is Standing.UNCLEAR else block.standing
        head = HEADS[standing]
        if head != before:
            lines.append(f"\n{head}" if lines else head)
            before = head
        lines += block.lines
    return "\n".join(lines)
