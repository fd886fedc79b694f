"""Other people in a question: whose a thing is, who may come for whom, who applies. Pure."""

from __future__ import annotations

import re

from bot.answering.ruling import GRANTS, NEGATIVE

_MOTHER, _FATHER = "妈|母亲|老娘", "爸|父亲|老爹"
_CHILD, _SPOUSE = "孩子|儿子|女儿|娃", "老婆|老公|爱人|媳妇|配偶"
_IN_LAWS = "岳父|岳母|丈母娘|老丈人|公公|婆婆"
_GRANDPARENTS = "爷爷|奶奶|外公|外婆|姥姥|姥爷"
_OTHERS = "对象|老人|朋友|同事"
_RELATIVES = (
    (_MOTHER, "母亲|父母|(?<!子)女(?!儿)"),
    (_FATHER, "父亲|父母|男"),
    (_CHILD, "子女|孩子"),
    (_SPOUSE, "配偶"),
)
"""How people name those of whom papers demand something, and how papers do."""
_SOMEBODY = "|".join((_MOTHER, _FATHER, _CHILD, _SPOUSE, _IN_LAWS, _GRANDPARENTS, _OTHERS))


def relatives(text: str, in_paper: bool = False) -> set[int]:
    """Which relatives a person, or a paper, speaks of, each by a number of its own."""
    return {i for i, names in enumerate(_RELATIVES) if re.search(names[in_paper], text)}


def is_of_another(thing: str, told: str, question: str) -> bool:
    """Is something said of somebody else, of whom the question itself does not speak?

    >>> is_of_another("在编", "我爱人是在编的,我能申领吗", "我能申领吗")
    True
    """
    theirs = rf"(?:{_SOMEBODY})[^,。;]{{0,6}}{re.escape(thing)}"
    return bool(re.search(theirs, told)) and not re.search(_SOMEBODY, question)


# -- whose house -----------------------------------------------------------------------------

_KIN = "|".join((_MOTHER, _FATHER, _IN_LAWS, _GRANDPARENTS, "儿子|女儿"))
_OF_KIN = re.compile(
    rf"(?:{_KIN})(?:名下的?|家里?的|的)[^,。;]{{0,4}}房|房子?(?:是|写的?)[^,。;]{{0,4}}(?:{_KIN})的?"
)
_NOT_OF_KIN = re.compile(
    r"(?:(?:直系|近)亲属|父母[^。;]{0,12}(?:所有|名下))[^,。;]{0,10},?"
    r"(?:不予|不得|不享受|不补|不发|不纳入)"
)


def rents_from_kin(told: str, clause: str) -> bool:
    """Does somebody live in a relative's house, for which a clause gives nothing?

    >>> rents_from_kin("房子是我丈母娘的", "租住直系亲属住房的不予补贴")
    True
    >>> rents_from_kin("租的是我舅舅的房子", "场地租金补贴,租用亲属房屋的不予补贴")
    False
    """
    of_a_firm = re.search("场地|经营|办公|厂房", clause) and not re.search("场地|公司|店|厂", told)
    return not of_a_firm and bool(_OF_KIN.search(told) and _NOT_OF_KIN.search(clause))


# -- who comes, who applies ------------------------------------------------------------------

_ANOTHER = re.compile(
    r"(?:让|叫|找|请|托)[^,。;]{0,6}(?:去|办|领|代|交|拿)|代办|代领|代为|替我|帮我|别人去|家人去"
)
_IN_PERSON = re.compile(
    r"(?:由|须|应当|必须)?本人(?:携带|持|到|亲自|办理|前往|提交)|亲自|不得代|不能代"
)
_PROXY = re.compile(r"代为|委托|代办|代理人")
_SENDS = re.compile(
    r"可以?(?:由|委托|授权)(?:(?P<kin>[^,。;]{0,6}(?:亲属|配偶|父母|子女|家属))|他人|[^,。;]{0,8}(?:代|办))"
)
_CANNOT_COME = re.compile(r"(?:不能|无法|不便)[^,。;]{0,4}(?:到场|前来|前往|亲自|办理|领取)")
_NO_KIN = re.compile("同事|朋友|别人|中介|同学|老板|单位|公司")
_BY_ONESELF = re.compile(r"自己(?!的)|个人(?!所得|账户|信息|养老)|自个儿|自行")
_NOT_BY_ONESELF = re.compile(
    r"(?<![同一])个人(?:均|也|一律|申请)?(?:不能|不得|不可|不予|不受理|无法)(?!重复|同时)"
)


def may_send(question: str, clause: str) -> bool:
    """Is it asked whether somebody else may do it, where a clause lets others, and not kin only?

    >>> may_send("让我姐替我跑一趟可以吧", "本人不能到场的,可以委托他人办理")
    True
    >>> may_send("让同事替我领可以吗", "可以委托直系亲属代领")
    False
    """
    if not _ANOTHER.search(question) or NEGATIVE.search(_CANNOT_COME.sub("", clause)):
        return False
    found = _SENDS.search(clause)
    return found is not None and not (found["kin"] and _NO_KIN.search(question))


def must_come(question: str, clause: str) -> bool:
    """Is it asked whether somebody else may do it, where a clause wants the person themselves?

    >>> must_come("能让同事帮我领吗", "由本人持身份证到窗口领取")
    True
    """
    sent = bool(_ANOTHER.search(question))
    return sent and bool(_IN_PERSON.search(clause)) and not _PROXY.search(clause)


def asks_by_oneself(question: str) -> bool:
    """Does somebody ask whether they may by themselves?

    >>> asks_by_oneself("我自己能申报吗"), asks_by_oneself("个人所得税返吗")
    (True, False)
    """
    return bool(_BY_ONESELF.search(question))


def keeps_to_employers(clause: str) -> bool:
    """Does a clause keep a matter from those who come by themselves?

    >>> keeps_to_employers("由用人单位统一申报,个人不能直接申报")
    True
    """
    return bool(_NOT_BY_ONESELF.search(clause))


# -- who may come along -----------------------------------------------------------------------


def keeps_out_kin(question: str, sentence: str) -> bool:
    """Does a sentence deny something to just the relatives that a question names?

    >>> keeps_out_kin("老婆能一起迁吗", "只能带未成年子女,配偶和父母不能随迁")
    True
    >>> keeps_out_kin("爱人能跟着迁吗", "落公共户的,只能随迁未成年子女")
    True
    >>> keeps_out_kin("孩子能跟着迁吗", "落公共户的,只能随迁未成年子女")
    False
    """
    asked = relatives(question)
    for stretch in re.split(r"[,，;；。]", sentence):
        of_whom = relatives(stretch, in_paper=True)
        if re.search("[只仅]限本人", stretch):
            return bool(asked)
        if re.search("只能(?:随迁|带|随同|携带)", stretch):
            if asked and of_whom and not asked & of_whom:
                return True
        elif asked and asked <= of_whom and _KEPT_OUT.search(stretch):
            return True
    return False


def lets_in_kin(question: str, sentence: str) -> bool:
    """Does a sentence grant something to just the relatives that a question names?

    >>> lets_in_kin("爸妈能一起迁吗", "配偶、双方父母可以随迁")
    True
    """
    asked = relatives(question)
    granting = [s for s in re.split(r"[,，;；。]", sentence) if GRANTS.search(s)]
    return bool(asked) and any(asked <= relatives(s, in_paper=True) for s in granting)


_KEPT_OUT = re.compile("不(?:能|得|可以|予)(?:随迁|同住|随同|迁)")
