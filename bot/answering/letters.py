"""A letter taken apart: what it asks, what it tells just before, what each question is about. Pure.

What every question has in common with any other (申请, 材料, whom it is for) is no matter;
greetings, thanks and numbers are no words of it at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.aspects import CUE, measure
from bot.answering.concepts import asks_only
from knowledge.lexicon import words

LETTER = 60
"""Characters above which a message is a letter: a story, and what is asked beside it."""
_NUMBERED = re.compile(
    r"[①-⑩]|(?:^|(?<=[\s，,。;；:：?？!！])|(?<=请问)|(?<=咨询)|(?<=想问))(?:第[一二三四五][,，、:：](?![一二三四五六七八九])|其[一二三][,，、:：]|[1-9][.、．)）](?!\d)|[（(][1-9一二三四五][)）]|[一二三四五][,，、:：是](?![一二三四五六七八九十类层级档])(?=..))"
)
"""Numbers before the questions of a letter."""
_ADDRESSED = (
    r"(?:(?![我是])[\u4e00-\u9fff]){0,4}(?:(?:书记|[市县区镇局处科部]长|(?<!班)主任|领导)(?:们)?"
    r"|(?:老师|同志|工作人员)(?:们)?(?=您好|你好|好[,!。:]))"
)
_ANSWERED = r"(?:回复|答复|解答|回音|回信|指点|指教|明示|帮助|解惑|复)"
_THANKED = r"(?:您|你|您们|你们|大家|各位|老师|领导|同志|先|了|啦|哈|非常|十分|万分|很|多)*"
_GREETING = re.compile(
    rf"(?:^|(?<=[,。!?;:]))(?:尊敬的{_ADDRESSED}|{_ADDRESSED}(?=[,:]|您好|你好|好[,!。:]))[,:]?(?:您好|你好|好(?=[,!。:]))?[,!。:]*"
    r"|(?:^|(?<=[,。!?;:]))(?:您好|你好)[,!。]*|(?:期待|盼|望|请)(?:您的?)?(?:尽快)?(?:回复|答复|解答)[,!。]*|谢谢[!。,]*$"
    # a stretch of nothing but courtesy
    rf"|(?:^|(?<=[,。!?;:]))(?:(?:期待|盼|望|请|恳请|敬请|烦请|急等|坐等|静候|等候|等待|急盼|急求|求)着?(?:您|你)?们?的?(?:尽快|及时|早日|能够?)?(?:给予|予以)?"
    rf"{_ANSWERED}(?:一下)?|{_THANKED}(?:谢谢|感谢|多谢|谢)(?:您|你)?们?的?{_ANSWERED}?{_THANKED}"
    rf"|(?:辛苦|麻烦|打扰|叨扰|劳烦){_THANKED}{_ANSWERED}?{_THANKED}|不胜感激|感激不尽|祝.{{0,8}})(?:[,。!?;:]+|$)"
)
"""How letters begin and end; none of it is what they ask."""
_LEADS_IN = re.compile(
    r"(?:现在|这里)?(?:想|要|还)?(?:向您?们?)?(?:请教|请问|咨询|问问?|了解|打听)(?:一下|您|你们?|贵局)*"
    r"(?:以下|下面)?[几两三四234]个?(?:件事|个?问题|个事|点(?=[:,。]))(?:情)?[:,。]*"
)
"""Tells how many questions follow: 想请教两件事."""


def without_courtesy(text: str) -> str:
    """A normal text without how letters begin and end, and without what only leads in.

    >>> without_courtesy("局长您好!想请教两件事:租房补多少?盼复,谢谢您。")
    '租房补多少?'
    """
    return _LEADS_IN.sub("", _GREETING.sub("", text))


def without_numbers(text: str) -> str:
    """A text as typed with a comma in place of the numbers before its questions."""
    return _NUMBERED.sub("，", text)


def questions_of(text: str, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """(what a letter asks, what it tells): its sentences with a question mark, or with words that
    ask where none has one; of each from the stretch on that asks.

    A sentence that asks twice is two questions, each with the stretches that lead to it. What asks
    nothing (咨询公积金还款问题) or names nothing (要办什么手续) goes with the question behind it.
    """
    asked: list[str] = []
    statements: list[str] = []
    leading: list[str] = []
    sentences = _SENTENCE.findall(text)
    asking_ones = set(_asking(sentences))
    told = ""
    for sentence in sentences:
        told += sentence
        pieces = _pieces(sentence)
        asking = [asks_for_something(_NOT_ASKED.sub("", p)) for p in pieces]
        begin = next((i for i, p in enumerate(pieces) if asking[i] or _ASKED.search(p)), None)
        if begin is None or sentence not in asking_ones:
            statements += pieces
            continue
        is_known = any(n in told for n in names) or bool(_WANTS.search(told))
        names_none = asking[begin] and not names_a_matter(pieces[begin])
        if begin and names_none and (not is_known or _WANTS.search(pieces[begin - 1])):
            begin -= 1  # 想把户口迁过来, 请问可以吗
        statements += pieces[:begin]
        for piece, asks in zip(pieces[begin:], asking[begin:], strict=True):
            leading.append(piece)
            question = ",".join(leading)
            is_told = any(n in text[: text.find(leading[0])] for n in names)
            if not asks or not (asked or is_told or names_a_matter(question)):
                continue
            again = not is_told or measure(question) in (None, measure(asked[-1] if asked else ""))
            if asked and again and _named(question) <= _named(asked[-1]):
                asked[-1] += f",{question}"  # the same once more: 是什么, 怎么去认定
            else:
                asked.append(question)
            leading = []
    if leading:
        rest = ",".join(leading)
        asked = [*asked[:-1], f"{asked[-1]},{rest}"] if asked else [rest]
    return asked, [p for p in statements if any(not asks_only(w) for w in words(p))]


def _pieces(sentence: str) -> list[str]:
    """The stretches between commas of a sentence."""
    parts = re.split(r"[,，、](?=.{3,})", sentence.rstrip("?？!！。;；\n"))
    return [p.strip() for p in parts if p.strip()]


_SENTENCE = re.compile(r"[^?？!！。;；\n]+[?？!！。;；\n]?")


def _asking(sentences: Sequence[str]) -> list[str]:
    """Of a letter's sentences those that may ask: with a question mark or a word such as 请问;
    all where none has a mark."""
    marked = [s for s in sentences if s.endswith(("?", "？"))]
    return [s for s in sentences if s in marked or _ASKED.search(s)] if marked else list(sentences)


def asking_sentences(text: str) -> str:
    """The sentences of a letter that may ask; a short message as it is."""
    return "".join(_asking(_SENTENCE.findall(text))) if len(text) > LETTER else text


def asks_for_something(piece: str) -> bool:
    """Does a stretch of a message ask, and not only lament?"""
    return bool(CUE.search(_NOTHING_MUCH.sub("没", piece))) and not _RHETORICAL.search(piece)


def only_says_why(piece: str) -> bool:
    """Does a stretch of a message only say why it asks: 等着交房租呢?"""
    return bool(_WAITED_FOR.fullmatch(piece))


_WAITED_FOR = re.compile(r"我?(?:还|就|都|正)?(?:等|指|盼|靠|急|赶)着[^,。?!]{1,12}呢?")


def names_a_matter(piece: str) -> bool:
    """Does a text name more than what every matter has?"""
    return not all(map(is_of_any_matter, _named(piece)))


def _named(text: str) -> set[str]:
    """The words of a text that do more than shape a question."""
    return {w for w in words(text) if len(w) > 1 and not asks_only(w)}


_ASKED = re.compile(r"请问|想问|咨询|请教|想了解|想知道|求解")
_NOT_ASKED = re.compile(
    rf"{_ASKED.pattern}|(?:万一|如果|要是|假如|以后|将来)哪[天年]|[有问想]几[个件点](?:事|问题|疑问|情况)?|几句"
)
"""Words such as 哪 and 几 in them ask nothing."""


def matter_told(text: str, part: str, names: Sequence[str], statements: Sequence[str]) -> str:
    """What one question of a letter is about where it does not say so; "" for nothing.

    The one of the documents' names last told before it, or else what its writer last said to want:
    想给她申领一张居住证.
    """
    at = text.find(part.split(",")[0])
    if any(n in part for n in names) or (names_a_matter(part) and not _THAT_ONE.search(part)):
        return ""
    told = [n for n in names if text.rfind(n, 0, at) >= 0]
    told = told or [s for s in statements if _WANTS.search(s) and text.rfind(s, 0, at) >= 0]
    return max(told, key=lambda s: text.rfind(s, 0, at), default="")


_WANTS = re.compile(
    r"(?<!不)(?:想|打算|准备|希望|计划|考虑|申请|申领|申报)(?!.{0,3}(?:问|了解|知道|请教|咨询|打听|核实|搞清|弄清))"
)
"""How a letter says what its writer wants."""


def sentence_of(part: str, text: str) -> str:
    """The sentence of a letter that one of its questions stands in."""
    begins = part.split(",")[0]
    return next((s for s in _SENTENCE.findall(text) if begins in s), "")


_THAT_ONE = re.compile(
    r"[这该那此][个张笔项种件类份款]?(?:事|券|补|钱|政策|证|奖|贷|待遇|津贴|名额|平台|活动)"
)
"""Points back at what has been told: 这张券, 该补贴."""


def told_before(text: str, asked: Sequence[str]) -> list[list[str]]:
    """What a letter tells just before each of its questions: in the same sentence, and in those
    since the question before; before the first one in the last sentence only."""
    found: list[list[str]] = []
    waiting: list[str] = []
    sentences = _SENTENCE.findall(text)
    done = 0
    for sentence in sentences:
        pieces = _pieces(sentence)
        begun = done
        told = [p for p in pieces if not any(p in question for question in asked)]
        while done < len(asked) and any(p in asked[done] for p in pieces):
            done += 1
        if done == begun:
            waiting = [*waiting, *told] if found else told
            continue
        found += [[*waiting, *told]] * (done - begun)
        waiting = []
    return found


def by_sentence(text: str, asked: Sequence[str]) -> list[str]:
    """The questions of a letter, those of one sentence as one."""
    ends = [m.end() for m in _SENTENCE.finditer(text)]
    found: dict[int, list[str]] = {}
    for question in asked:
        at = text.find(question.split(",")[0])
        found.setdefault(sum(end <= at for end in ends), []).append(question)
    return [",".join(one) for one in found.values()]


def is_of_any_matter(word: str) -> bool:
    """申请, 材料, 政策: what every matter has."""
    return bool(
        STEP.fullmatch(word)
        or ASPECT_WORD.fullmatch(word)
        or _OF_ANY_MATTER.fullmatch(word)
        or GOES.fullmatch(word)
    )


GOES = re.compile(r".{1,2}(?:[进出过回下上起](?:去|来))")
"""带进去 says where to; 迁过来 is a matter where nothing else names one."""
_OF_ANY_MATTER = re.compile(
    r"政策|(?:按照?)?规定|满足|符合|具备|限制|情况|情形|方式|办法|内容|后果|处理|清楚|明白|数量|第一次|头一[次回]|[上下这本]个月"
    r"|直接|单独|另外|重新|头上|明确|回复|答复|符不符合|影响|配合|除了|女儿|儿子|孩子|老婆|老公|爱人|丈夫|妻子|父母|母亲|父亲|爸妈?|妈妈?|爸爸|哥哥?|弟弟?|姐姐?|妹妹?|朋友|同事"
)
"""What every matter has, and whom it may be of."""


ASPECT_WORD = re.compile(
    r".{0,4}(?:材料|资料|证件|手续|条件|资格|门槛|要求|标准|金额|时间|期限|流程|步骤|地址|地点|电话)"
    r"|收不收[钱费]|[要收]不要?[钱费]|[收要][钱费]|收费"
)
"""What one question wants to know and the next one does not."""
STEP = re.compile(
    r".{0,3}(?:申请|申报|申领|办理|报名|登记|领取|提交|审核|发放|到账|办结|材料|资料)"
    r"|(?:怎么|咋|如何)[报办弄申领交]"
)
"""What is done in every matter; a question of nothing else is about the matter before it."""
_NOTHING_MUCH = re.compile(r"(?<!有)没(?:有|[得签拿领交办参加]{1,2})?过?(?:啥|什么)")
"""没得过啥表彰, 没签啥协议 tell that there was none, and ask nothing."""
_RHETORICAL = re.compile(
    r"^(?:以前|之前|原来|过去|原先|去年)(?:都)?不是.{0,10}(?:吗|么|嘛)$|难道|不就是.*(?:吗|么)$|凭什么"
)
"""Tells what was, or what its writer thinks: 以前不是可以的吗, 不就是为百姓办事吗."""
