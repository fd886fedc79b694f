"""Regional and online wording in the words that everybody reads. Pure.

The words that shape a question differ most from region to region (给好多, 有没得, 去哪点办); what
they mean does not. Matters keep their own words: the synonym table knows those.
"""

from __future__ import annotations

import re

_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), standard)
    for pattern, standard in (
        (r"好多(?=钱|岁|年|天|个月|张|套|元|块|万|分|平|折|成)", "多少"),
        (r"(?<=[给补是发领拿交还得贷借奖扣赔收到要有])好多", "多少"),
        (r"有没得", "有没有"),
        (r"没得", "没有"),
        (r"没(?:有)?(?:啥|什么)(?=职称|学历|学位|证|工作经|单位|头衔)", "没有"),
        (r"啥子|么子|嘛事|哪样", "什么"),
        (r"哪点|哪凯|哪块儿?(?!地)|哪搭", "哪里"),
        (r"咋个|咋子|点样|哪能", "怎么"),
        (r"好久(?=能|可|才|到|发|办|报|开|截|下|来|交|批|审|出|去)", "什么时候"),
        (r"(?<=要|得|等)好久|隔好久", "多久"),
        (r"几多", "多少"),
        (r"几时", "什么时候"),
        (r"几耐", "多久"),
        (r"(?<=[租买])(?:了?一?[套个间]|了)(?=房)", ""),
        (r"(?<=[租买]房)子(?![在里的上])", ""),
        (r"(?:怎么|咋)个([\u4e00-\u9fff])法", r"怎么\1"),
        (r"查哈", "查下"),
        (r"(?<=[看问说讲办搞等])哈(?=$|[,。!?子])", "下"),
        (r"屋头|屋里头", "家里"),
        (r"(?<=[\u4e00-\u9fff])里头", "里"),
        (r"木有|冇|没有得", "没有"),
        (r"肿么|咋整|咋弄", "怎么办"),
        (r"造吗|晓得不|知不道", "知道吗"),
        (r"(?<![步讨征砍采])伐(?=$|[,。!?])", "吗"),
        (r"(?<=[\u4e00-\u9fff]{2})不嘛(?=$|[,。!?])", "不"),
        (r"一哈儿?", "一下"),
        (r"(?<!个)(?:礼拜|星期)(?=[一二三四五六日](?![次回趟天]))", "周"),
        (r"(?<!个)(?:礼拜|星期)天", "周日"),
        (r"撒(?=时候|地方|意思|材料|条件|要求)", "什么"),
        (r"多会儿|多咱|啥会儿", "什么时候"),
        (r"(?<=[算报])工商(?=[不吗么嘛吧]|$)", "工伤"),
        (r"替(?:[他她]|我?[爸妈]|老人|孩子|娃)去?(?=[办跑交领拿取])", "代为"),
        # slips of everyday words, which no document's word would set right
        (r"时侯", "时候"),
        (r"部份", "部分"),
        (r"什麽", "什么"),
        (r"股分", "股份"),
        (r"(?<=[到转记入对台])帐|帐(?=[号户单目])", "账"),
        (r"(?<=[在过])适用期", "试用期"),
        (r"(?<![抵积高血施电])[压押](?=多少钱)", "押金"),
        (r"修(?=产假|年假|陪产)", "休"),
        (r"后晌", "下午"),
        (r"(?:前|头)晌", "上午"),
        (r"(?<=请问去|请问在|请问到|应该去|应该到)那[里儿]", "哪里"),
    )
)


def in_standard_words(text: str) -> str:
    """A message with the words that shape it as everybody writes them.

    >>> in_standard_words("金卡一年给好多,有没得车费,去哪点办")
    '金卡一年给多少,有没有车费,去哪里办'
    """
    for pattern, standard in _WORDS:
        text = pattern.sub(standard, text)
    return text
