"""Every sentence a talent can read. Plain Chinese; each fits WeChat's 2,048 bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.answering.disagreement import Disagreement, Ground, scope_words
from bot.answering.result import Part, Reason
from bot.answering.ruling import Verdict
from bot.answering.window import Window
from bot.moving import overtaken
from bot.reception import Hall
from knowledge.documents import DocumentKind, Source


@dataclass(frozen=True, slots=True)
class Office:
    """Who answers when the bot does not.

    Attributes:
        name: the office's name in replies.
        hotline: telephone number to call.
        city: the city served, "" when unknown.
        own: a sentence of this module -> the office's own wording of it.
    """

    name: str = "人才服务中心"
    hotline: str = "12345"
    city: str = ""
    own: Callable[[str], str] = str


WECHAT_BYTES = 2048
"""Of one text."""
SHOWN = 600
"""Characters that a reader sees of one answer and what is offered below it."""
_TAG = re.compile(r"</?a\b[^>]*>")

TOPICS = "购房租房补贴、落户、人才认定、子女入学、人才活动"

_ABSTAIN = {
    Reason.NO_PASSAGE: "抱歉，政策库中没有查到与这个问题对应的规定，不能随意答复您。{near}\n您可以换个说法再问一次，或拨打 {hotline} 由{office}工作人员答复。",
    Reason.OTHER_PLACE: "抱歉，这里只收录了{city}的人才政策，没有查到{place}的规定。{place}的政策请咨询当地人社部门或拨打当地 12345。",
    Reason.OTHER_LEVEL: "抱歉，这里只收录了{city}本级的人才政策，没有查到{place}的规定，请咨询{place}主管部门，或拨打 {hotline} 转人工答复。",
    Reason.NOT_YET_ANNOUNCED: "抱歉，目前没有查到您问的这个时间的安排，可能尚未发布。{near}\n请留意后续通知，或拨打 {hotline} 咨询{office}。",
    Reason.AT_THE_MOMENT: "抱歉，我只能解答政策，查不到此刻的余量、名额或排队情况。请拨打 {hotline} 向{office}核实。",
    Reason.PERSONAL_STATUS: "抱歉，我只能解答政策，无法查询个人的办理进度、到账或审核结果。请通过原申报渠道查看，或拨打 {hotline} 由{office}工作人员核实（请勿在此发送身份证号、银行卡号）。",
    Reason.PRIVATE_DATA: "抱歉，个人联系方式、住址等信息不便提供。公务事项请拨打 {hotline} 联系{office}。",
    Reason.INJECTION: "抱歉，这个要求无法处理。我只解答人才政策，您可以直接问：" + TOPICS + "。",
    Reason.FRAUD: "抱歉，这类请求不能协助。提供虚假材料骗取补贴须承担法律责任；如对申报条件有疑问，可以直接问我，或拨打 {hotline}。",
    Reason.ABUSE: "很抱歉没有帮到您。请告诉我您想了解的人才政策，我来查；也可以拨打 {hotline} 找{office}工作人员。",
    Reason.OFF_TOPIC: "抱歉，这个问题不在人才政策的范围内，无法回答。我可以解答：" + TOPICS + "。",
    Reason.UNFAITHFUL: "抱歉，这个问题无法确认准确数字，请拨打 {hotline} 由{office}工作人员答复。",
}

NEAR = "与之最接近的内容是：{titles}。"
LAPSED = "请注意：以下是已失效的旧规定，{why}，只供了解，现在申请请以新规定为准。"
LAPSED_TOO = "［同样已失效］"
LAPSED_REPEALED = "自{day}起被《{by}》废止"
LAPSED_ALSO_REPEALED = "，并已被《{by}》废止"
LAPSED_REPLACED = "自{day}起已由新版本替代"
LAPSED_EXPIRED = "有效期至{day}止"
PROLONGED = "（有效期经《{by}》{number}延长至{day}）"
PROLONGED_OPEN = "（有效期满后经《{by}》{number}继续有效）"
PROLONGED_BY = "（由《{by}》{number}确定）"
STILL_VALID = "《{title}》现行有效{since}{until}。"
REPEALED = "您问的文件已经废止，不再执行。"
NO_LONGER_VALID = "《{title}》已失效：{why}，不再执行。"
NOT_YET_VALID = "《{title}》尚未施行，自{day}起施行。"
OLD_AMOUNT = "您提到的{amount}是旧规定《{title}》的标准（{why}），现在按上面的规定执行。"
DIFFERS_BY_SCOPE = "适用范围不同：上面是{scope}（{says}），《{title}》是{other_scope}（{other_says}），请按您所在的区域对照适用。"
DIFFERS = "请注意：两份现行有效的文件规定不一致：《{title}》{since}为{says}，《{other_title}》{other_since}为{other_says}{newer}。以哪一份为准，请先向{office}核实{hotline}。"
DIFFERS_NEWER = "，前一份较新"
DIFFERS_IN_WEIGHT = (
    "请注意：《{title}》（{kind}）写的是{other_says}，与上面的{says}不一致，以{formal}为准。"
)
DIFFERS_FROM_WEIGHT = (
    "请注意：《{title}》规定的是{says}，与上面的{other_says}不一致，以{formal}为准。"
)
BACKGROUND = "（出自领导讲话，仅供了解背景，不作为办理依据）"
INTERPRETATION = "（出自政策解读，以政策原文为准）"
REVIEWED = "（工作人员依据该条款作出的答复）"
BASIS = "依据：{basis}"
UNWRITTEN = "暂无明文规定，以下为{office}答复："
UNWRITTEN_BASIS = "暂无明文规定，由工作人员审核答复（{title}）"
LEADS = {
    Verdict.YES: "可以。",
    Verdict.NO: "不可以。",
    Verdict.NONE: "没有。",
    Verdict.NOT_GIVEN: "不予发放。",
    Verdict.NOT_COUNTED: "不能算。",
    Verdict.MEETS: "从您说的情况看，这一项符合。",
    Verdict.FAILS: "从您说的情况看，不符合。",
    Verdict.NOT_NEEDED: "不需要。",
    Verdict.TOO_LATE: "已经截止。",
    Verdict.NOT_SO: "您说的数字不符合规定，请以下面为准。",
}
CLASS_FIRST = "（标准按人才类别确定，需先认定类别；以上是可能适用的认定条款。）"
OPEN_CLAUSE = "查看原文"
MISSED = "您还问到“{questions}”，政策库中没有查到对应规定。"
ALSO = "相关规定："

WELCOME = (
    "您好，欢迎关注{office}！我是政策助手，直接用平常的话提问就行，答复都会注明政策依据。"
    "查不到的我会如实告诉您，人工咨询请拨打 {hotline}。"
)
TOPICS_HEAD = "\n常问的有（点一下或回复数字）："
HELP = (
    "直接输入问题即可，例如“硕士生活补贴一个月多少”“大专能落户吗”。\n"
    "可以问：" + TOPICS + "。人工咨询请拨打 {hotline}。"
)
HAND_OFF = "需要人工服务请拨打 {hotline}，由{office}工作人员答复。您也可以继续在这里提问。"
HAND_OFF_HOURS = "\n人工服务时间：{hours}。"
HAND_OFF_WAITING = "已为您登记人工服务{place}。工作人员看到后会在这里回复您，您前面说过的内容不用再说一遍；着急的话请拨打 {hotline}。等待时您可以继续提问。"
HAND_OFF_STILL = "您已经登记过人工服务{place}，不用重复登记；着急的话请拨打 {hotline}。"
HAND_OFF_PLACE = "，前面还有{ahead}位"
HAND_OFF_FIRST = "，您排在第一位"
PAST = "请注意：下面写的日期（{day}）已经过去。"
WINDOW_OPEN = "今天是{today}，正在受理期内。"
WINDOW_SHUT = "今天是{today}，不在受理期内，下一次从{opens}开始。"
HAND_OFF_CLOSED = "现在不是人工服务时间（{hours}），已为您登记，上班后工作人员会在这里回复您；也可以在服务时间拨打 {hotline}。您可以继续提问。"
HAND_OFF_OWNED = "工作人员正在为您服务，请直接说；要回到智能答复请回复“结束人工”。"
HAND_OFF_LEFT = "已结束人工服务，您可以继续提问。"
HAND_OFF_IDLE = "人工服务已结束，现在由智能助手继续为您答复；还要找人工请回复“转人工”。"
NO_HAND_OFF = "目前没有进行中的人工服务，直接提问就行。"
QUEUE_LEFT = "好的，已取消人工服务的登记，您可以继续提问；还要找人工请回复“转人工”。"
NOTHING_RUNNING = "好的。现在没有进行中的报名、资格核对或人工服务，想了解什么直接问就行。"
NOTHING_ASKED = "现在没有等您回答的问题。想核对能享受哪些政策，请回复“我能享受什么”。"
UNFOLLOW = "取消关注请在公众号资料页操作，在这里回复不会取消。您也可以继续提问。"
MENU_TAPPED = "［点了菜单：{key}］"
SENT_PICTURE = "［图片］"
SENT_OTHER = "［发来一条{kind}消息］"
PAUSED = "智能答复正在维护，请拨打 {hotline} 由{office}工作人员答复。"
NOTICE_HEAD = "【通知】{notice}\n\n"
THANKS_HELPFUL = "谢谢您的反馈！"
THANKS_UNHELPFUL = (
    "抱歉没有帮到您，您的反馈已经记录。可以换个说法再问，或回复“转人工”，也可以拨打 {hotline}。"
)
NOTHING_TO_JUDGE = "没有找到要评价的答复。您可以直接提问。"
NO_SUCH_CHOICE = "没有这个选项，请直接用文字提问，例如“购房补贴怎么申请”。"
NO_MORE_PAGES = "后面没有内容了，您可以继续提问。"
NOTHING_OWED = "没有等待查看的答复，您可以继续提问。"
ASK_NEXT = "相关问题（点一下或回复数字）："
JUDGE = "这条答复：{helpful}　{unhelpful}"
HELPFUL = "有用"
UNHELPFUL = "没用"
REPLY_TO = "（问答原题：{question}）"
SEEN = "图片中认出：“{question}”。\n"
NEAREST_HALL = "离您最近的服务窗口：{name}（约{distance}）\n地址：{address}{hours}{phone}"
HEARD = "您说的是：“{question}”。\n"
GREETING = "您好！请直接说您想了解的人才政策，例如“博士算哪一类人才”。"
THANKS = "不客气，还有问题随时问我。"
VOICE = "抱歉，暂时听不了语音，请用文字把问题发给我。"
IMAGE = "抱歉，暂时看不了图片，请把想问的内容用文字发给我。"
VIDEO = "抱歉，暂时看不了视频，请用文字提问。"
LOCATION = "收到您的位置。想问服务窗口地址的话，可以直接问，例如“落户在哪里办”。"
LINK = "抱歉，暂时打不开链接，请把想问的政策名称或问题用文字发给我。"
UNKNOWN = "抱歉，这种消息暂时无法处理，请用文字提问。"
EMPTY = "请输入您想了解的人才政策问题，例如“购房补贴怎么申请”。"
TOO_LONG = "您的问题有些长，请拆成几句话，先问最想知道的一点。"

BUSY = "咨询的人较多，请稍后再发一次您的问题。"
FAILURE = "抱歉，系统出了点问题，您的问题没有处理成功，请稍后再发一次，或拨打人工电话。"
LATE = "正在查询您问的“{question}”，请稍等片刻后点{tap}，或回复“继续”、“答案{number}”。"
LATE_PLAIN = "正在处理您的消息，请稍后回复“继续”查看答复。"
STILL_LATE = "还在查询，请稍后再回复“答案{number}”。"
FETCH = "查看答复"
LATE_HEAD = "您问的“{question}”：\n"
OWED = "\n\n您之前问的“{question}”已有答复，请点{tap}，或回复“答案{number}”。"
UNSURE = "\n\n（之前有一条答复可能没有送到，回复“继续”查看。）"
PAGE = "\n（第{page}/{pages}页，回复“下一页”看后面的内容）"
OFTEN = "您发得有点快，请先看前面的答复，一分钟后再发。"


def abstention(reason: Reason, office: Office, near: Sequence[str] = (), place: str = "") -> str:
    """The honest answer when the documents do not say, with a way on."""
    titles = "；".join(dict.fromkeys(near))
    return _ABSTAIN[reason].format(
        hotline=office.hotline,
        office=office.name,
        city=office.city or "本市",
        place=place or "该地",
        near=NEAR.format(titles=titles) if titles else "",
    )


def addressed(text: str, office: Office) -> str:
    """A fixed text in the office's own wording, with its name and telephone number in it."""
    return office.own(text).format(hotline=office.hotline, office=office.name)


def basis(source: Source, label: str) -> str:
    """《title》（文号）第八条（二）: how an official names the place.

    Of an answer of the office, the clause that it rests on.
    """
    if source.reviewed is not None:
        clause = source.reviewed.clause
        if clause is None:
            return UNWRITTEN_BASIS.format(title=source.title)
        number = f"（{clause.number}）" if clause.number else ""
        return f"《{clause.title}》{number}{clause.label}"
    number = f"（{source.number}）" if source.number else ""
    place = _BARE_NUMBER.sub(r"第\1点", label)
    return f"《{source.title}》{number}{place}{_thanks_to(source)}"


_BARE_NUMBER = re.compile(r"^(\d{1,3})[.．、]$")
"""The label of a clause that has a number and nothing else: 16."""


def _thanks_to(source: Source) -> str:
    """By which paper a document is in force whose own term has run out; "" for others."""
    one = source.thanks_to
    if one is None:
        return ""
    number = f"（{one.number}）" if one.number else ""
    if one.lapsed_on is None:
        return PROLONGED_OPEN.format(by=_within(one.by), number=number)
    return PROLONGED.format(
        by=_within(one.by), number=number, day=chinese_day(one.lapsed_on - timedelta(days=1))
    )


def lapse(source: Source) -> str:
    """Why a document is no longer in force, with the day."""
    day = source.lapsed_on
    if day is None:
        return ""
    if source.replaced_on == day:
        return LAPSED_REPLACED.format(day=chinese_day(day))
    if source.repealed_by and source.repealed_on == day:
        return LAPSED_REPEALED.format(day=chinese_day(day), by=source.repealed_by)
    ended = LAPSED_EXPIRED.format(day=chinese_day(day - timedelta(days=1)))
    return ended + (
        LAPSED_ALSO_REPEALED.format(by=source.repealed_by) if source.repealed_by else ""
    )


def old_amount(amount: str, source: Source) -> str:
    """That an amount asked about is a lapsed document's, in one sentence with its end."""
    return OLD_AMOUNT.format(amount=amount, title=source.title, why=lapse(source))


def differs(found: Disagreement, office: Office | None = None, under_other: bool = False) -> str:
    """That another paper in force says another figure, and what to make of it.

    Args:
        found: the two, in the order shown.
        office: whom to ask; None where no talent reads it.
        under_other: it stands below ``found.other`` alone.
    """
    first, other = found.first.source, found.other.source
    says, other_says = found.first_says, found.other_says
    if found.ground is Ground.SCOPE:
        return DIFFERS_BY_SCOPE.format(
            scope=scope_words(first), says=says,
            title=other.title, other_scope=scope_words(other), other_says=other_says,
        )  # fmt: skip
    if found.ground is Ground.FORMALITY:
        formal = "规范性文件" if first.kind is DocumentKind.REGULATION else "正式文件"
        if under_other:
            return DIFFERS_FROM_WEIGHT.format(
                title=first.title, says=says, other_says=other_says, formal=formal
            )
        return DIFFERS_IN_WEIGHT.format(
            title=other.title, kind=_INFORMAL[other.kind], says=says, other_says=other_says,
            formal=formal,
        )  # fmt: skip
    days = [s.effective_on for s in (first, other)]
    return DIFFERS.format(
        title=first.title, since=_since(first), says=says,
        other_title=other.title, other_since=_since(other), other_says=other_says,
        newer=DIFFERS_NEWER if days[0] and days[1] and days[0] > days[1] else "",
        office=office.name if office else "主管部门",
        hotline=f"（电话 {office.hotline}）" if office else "",
    )  # fmt: skip


_INFORMAL = {
    DocumentKind.GUIDE: "办事指南",
    DocumentKind.FAQ: "问答",
    DocumentKind.INTERPRETATION: "政策解读",
    DocumentKind.SPEECH: "领导讲话",
}


def _since(source: Source) -> str:
    return f"（{chinese_day(source.effective_on)}起施行）" if source.effective_on else ""


def validity(source: Source, day: date) -> str:
    """Whether a document is in force on a day, with the dates that say so."""
    if source.in_force(day):
        since = f"，自{chinese_day(source.effective_on)}起施行" if source.effective_on else ""
        last = source.lapsed_on - timedelta(days=1) if source.lapsed_on else None
        until = f"，有效期至{chinese_day(last)}" if last else ""
        until += moved_by(source)
        return STILL_VALID.format(title=source.title, since=since, until=until)
    if source.lapsed_on is not None and source.lapsed_on <= day:
        return NO_LONGER_VALID.format(title=source.title, why=lapse(source))
    assert source.effective_on is not None  # neither in force nor lapsed: not begun
    return NOT_YET_VALID.format(title=source.title, day=chinese_day(source.effective_on))


def moved_by(source: Source) -> str:
    """Which paper set the last day, in brackets; "" where the document itself did."""
    last = source.moved[-1] if source.moved else None
    if last is None or source.lapsed_on != last.lapsed_on:
        return ""
    number = f"（{last.number}）" if last.number else ""
    told = PROLONGED_OPEN if last.lapsed_on is None else PROLONGED_BY
    return told.format(by=_within(last.by), number=number)


def _within(title: str) -> str:
    """A title as it stands between 《》: those in it become 〈〉."""
    return title.replace("《", "〈").replace("》", "〉")


def chinese_day(day: date) -> str:
    """2025年7月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def caveat(source: Source) -> str:
    """What a reader must know of a source that is not itself a basis; "" for a policy."""
    if source.kind is DocumentKind.SPEECH:
        return BACKGROUND
    if source.kind is DocumentKind.INTERPRETATION:
        return INTERPRETATION
    if source.reviewed is not None and source.reviewed.clause is not None:
        return REVIEWED  # the words are ours; where nothing is written they say so themselves
    return ""


def clause_link(url: Callable[[int], str], passage_id: int) -> str:
    """A tappable link to the public clause page; "" when the site has no public address."""
    address = url(passage_id)
    return f'<a href="{address}">{OPEN_CLAUSE}</a>' if address else ""


def answer_text(
    parts: Sequence[Part], beside: Sequence[Part], url: Callable[[int], str],
    missed: Sequence[str] = (), office: Office | None = None,
) -> str:  # fmt: skip
    """The reply: each question's answer in the policy's words with its basis, then what stands by.

    Several questions get several numbered parts; one that no document answers is named. The office
    is whom to ask where papers contradict each other.
    """
    blocks = [
        _part_text(p, url, f"{i}. " if len(parts) > 1 else "", office)
        for i, p in enumerate(parts, 1)
    ]
    if missed:
        blocks.append(MISSED.format(questions="”“".join(missed)))
    if beside:
        told = {p.lapsed for p in parts}
        blocks.append(ALSO + "\n" + "\n".join(_beside_text(p, p.lapsed in told) for p in beside))
    return "\n\n".join(blocks)


def _part_text(part: Part, url: Callable[[int], str], number: str, office: Office | None) -> str:
    warning = LAPSED.format(why=part.lapsed) if part.lapsed else ""
    if part.overtaken:
        warning += overtaken(part.overtaken)
    warning += _past(part)
    link = clause_link(url, part.passage_id)
    basis_line = BASIS.format(basis=_plain(part.basis)) + (f"  {link}" if link else "")
    lead = LEADS[part.lead] if part.lead else ""
    body = without_item(part.body) if number else part.body
    said = f"{number}{lead}{_plain(body)}"
    told = _plain(differs(part.disagreement, office)) if part.disagreement else ""
    near = _reply_to(part)
    shown = (warning, part.window, said, near, part.note, basis_line, told)
    return "\n".join(t for t in shown if t)


def _reply_to(part: Part) -> str:
    return REPLY_TO.format(question=_plain(part.reply_to)) if part.reply_to else ""


def without_item(body: str) -> str:
    """What is quoted without the arabic number of its item, which the basis line names: of 1. 7.
    技能回炉券 a reader would not know what the second number is.

    >>> without_item("7. 技能回炉券每人500元"), without_item("1.5倍"), without_item("（一）租房")
    ('技能回炉券每人500元', '1.5倍', '（一）租房')
    """
    return _ITEM_NUMBER.sub("", body)


_ITEM_NUMBER = re.compile(r"^\d{1,2}\s*[.．、](?!\d)\s*")


def window(taken: Window, day: date) -> str:
    """Whether a day lies in a window that comes every year, and when the next one opens."""
    today = chinese_day(day)
    if taken.holds(day):
        return WINDOW_OPEN.format(today=today)
    return WINDOW_SHUT.format(today=today, opens=chinese_day(taken.opens_after(day)))


def _past(part: Part) -> str:
    return PAST.format(day=chinese_day(part.past)) if part.past else ""


def _beside_text(part: Part, is_told: bool = False) -> str:
    """What stands by; the whole warning of a lapse that is told above already is not repeated."""
    warning = (LAPSED_TOO if is_told else LAPSED.format(why=part.lapsed)) if part.lapsed else ""
    if part.overtaken:
        warning += overtaken(part.overtaken)
    warning += _past(part)
    return f"· {warning}{_plain(part.body)}{_reply_to(part)}{part.note}（{_plain(part.basis)}）"


def _plain(text: str) -> str:
    """Policy text that WeChat shows as text: a link inside it would be tapped under our name."""
    return re.sub(r"<(?=\s*/?\s*[A-Za-z])", "＜", text)


Tap = Callable[[str, str, str], str]
"""(label, what it says, id) -> a line of a reply that sends a text when tapped."""


def untapped(label: str, says: str, menu_id: str) -> str:
    """Where nothing can be tapped the words stand alone."""
    return label


UNNUMBERED = "turn-XXXXXXXXXX"
"""Stands in a tail for the turn that is judged, until it is recorded and has its id. As long as the
id that takes its place, so that a reply fits and breaks into pages as it did without one."""


def numbered(text: str, turn_id: int) -> str:
    """A tail, or a text that holds one, with the id of its turn.

    >>> numbered(UNNUMBERED, 42)
    'turn-0000000042'
    """
    return text.replace(UNNUMBERED, f"turn-{turn_id:010}")


def visible(text: str) -> str:
    """What a reader sees of a text: links as their words."""
    return _TAG.sub("", text)


def tail(answer: str, suggested: Sequence[str], tap: Tap) -> str:
    """What is offered below an answer: further questions and whether it helped.

    As much of it as WeChat's limit leaves room for; typed numbers and words do what taps do.
    """
    helpful = tap(HELPFUL, HELPFUL, UNNUMBERED)
    unhelpful = tap(UNHELPFUL, UNHELPFUL, UNNUMBERED)
    judge = JUDGE.format(helpful=helpful, unhelpful=unhelpful)
    questions = [f"{n}. {tap(q, q, f'next-{n}')}" for n, q in enumerate(suggested, 1)]
    for count in range(len(questions), -1, -1):
        offered = "\n".join([ASK_NEXT, *questions[:count]]) + "\n" if count else ""
        whole = f"{answer}\n\n{offered}{judge}"
        if len(whole.encode()) <= WECHAT_BYTES and len(visible(whole)) <= SHOWN:
            return offered + judge
    return ""


def nearest_hall(hall: Hall, metres: float) -> str:
    """Where to go, with how far it is."""
    distance = (
        f"{metres / 1000:.1f}公里" if metres >= 1000 else f"{max(10, round(metres, -1)):.0f}米"
    )
    return NEAREST_HALL.format(
        name=hall.name,
        distance=distance,
        address=hall.address,
        hours=f"\n时间：{hall.hours}" if hall.hours else "",
        phone=f"\n电话：{hall.phone}" if hall.phone else "",
    )
