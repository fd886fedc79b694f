"""What a question wants to know, and what it wants a number of. Pure.

Nothing here knows a city: these are the words by which people ask.
"""

from __future__ import annotations

import re

from knowledge.query import Aspect, Measure

CUE = re.compile(
    r"多[少大长高]|(?<![那这好十近])(?!(?<=前)几[年天个周])(?!(?<=了)几个?[人名位])几[^乎十]|什么|啥|怎么|怎样|咋|如何|哪|谁|(?P<verb>[收看要用算给能会有])不(?P=verb)|吗|呢|么(?:$|[^么])|能不能|可不可以|算不算|够不够|用不用|给不给|对不对|会不会|该不该|让不让|是否|能否|行不行|有没有|要不要|是不是|多久|何时"
    r"|[没不]$|有.{1,8}[没不]$|(?:能|可以|会|要|是|有|算|够|行|用).{0,12}吧$"
)
"""How a question, or a part of one, shows that it asks."""

_ASPECTS: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    (
        Aspect.CATEGORY,
        re.compile(
            r"(?:几|哪一?|什么|啥)\s*(?:类|种|级|档|层|等(?!于))|哪类|哪个(?:层次|级别|档次|等次)|算(?:什么|啥)(?:人才|类)?|(?:评|认定)(?:为|成|上)?(?:什么|啥)(?:人才)?(?:[?？]|$)"
        ),
    ),
    (
        Aspect.CONTACT,
        re.compile(
            r"电话|联系方式|(?<![证牌份])号码(?:是|多少)|找谁|哪个(?:部门|单位|科室?|处室|窗口|局)|谁负责|咨询谁|打哪"
        ),
    ),
    (
        Aspect.PLACE,
        re.compile(
            r"在哪|哪里|哪儿|地址|地点|去哪|到哪|什么地方|啥地方|(?<!流程)(?<!程序)(?<!手续)怎么走|落哪"
        ),
    ),
    (
        Aspect.DURATION,
        re.compile(
            r"多久|多长时间|几天|(?<![前那这])(?<!前面|之前|以前|后面)几(?:年|个月)|几个工作日|多少天|多少年|多少个月|期限|有效期|几晚|最长"
        ),
    ),
    (
        Aspect.TIME,
        re.compile(
            r"什么时候|啥时候|何时|几时|哪几?个?月|哪几天|哪年|哪一年|几月|几号|几点|哪天|哪个?时段|哪段时间|截止|时间|日期|来得及|到什么时候|开始"
        ),
    ),
    (
        Aspect.AMOUNT,
        re.compile(
            r"多少|几万|几千|几百|几折|几块|金额|标准|多大|几次|(?<![哪这那好])几个|补几|给几|几人|几名|多高|怎么算|咋算"
            r"|[这那]个数(?=[吗么不没])"
        ),
    ),
    (
        Aspect.MATERIALS,
        re.compile(r"材料|资料|证件|手续|带(?:什么|啥|哪些)|(?:交|准备|提供)(?:什么|啥|哪些)"),
    ),
    (
        Aspect.CONDITIONS,
        re.compile(r"条件|要求|资格|门槛|什么人|哪些人|谁(?:可以|能)|哪些(?:情况|情形)"),
    ),
    (
        Aspect.PROCEDURE,
        re.compile(r"流程|步骤|怎么|如何|怎样|咋办|咋申|咋弄|咋领|渠道"),
    ),
    (
        Aspect.WHETHER,
        re.compile(
            r"吗|么$|([\u4e00-\u9fff])不\1|能不能|可不可以|能否|可否|是否|行不行|有没有|是不是|要不要|够不够|算不算|[没不否]$|对不对|吧[?？]?$|可以.{0,12}[？?]"
        ),
    ),
)

_NO_SUM = "(?![年个次天月号人名岁分家套处级类档点晚平张])"
_MEASURES: tuple[tuple[Measure, re.Pattern[str]], ...] = (
    (Measure.TELEPHONE, re.compile(r"电话|(?<![证牌份])号码(?:是|多少)|热线|打哪")),
    (
        Measure.AGE,
        re.compile(
            r"多少岁|几岁|^(?!.*(?:照片|相片|尺寸|底色|附件)).*(?<![住房能申租配分到])多大(?!面积|的?(?:人才)?(?:房|公寓|户型|宿舍)|平)|年龄.{0,4}(?:多少|限制|要求|上限|规定)|超龄"
        ),
    ),
    (
        Measure.POINTS,
        re.compile(
            r"几分(?!之)|多少(?:积)?分|分数|积分(?:一共|能|可以|给|加|得|算|有|是)*多少(?![年天个])"
        ),
    ),
    (
        Measure.SHARE,
        re.compile(
            r"几个点|百分之(?:几|多少)|几成|几分之几|占(?:多少(?![人个名家套])|比)|比例|几折|多少折|利率"
        ),
    ),
    (
        Measure.PEOPLE,
        re.compile(
            r"几个人|多少人|几人|几口人?|多少名|几名|名额|[评选招设](?:几|多少)[个家]|[给补奖批支持](?:几|多少)(?:家|个项目)"
        ),
    ),
    (
        Measure.TIMES,
        re.compile(
            r"几次|多少次|几回|多少回|(?:多久|多长时间|几[天年月]|几个[月周]).{0,3}一[次回趟]"
        ),
    ),
    (
        Measure.AREA,
        re.compile(
            r"多少平|多大面积|几平|面积.{0,4}多[少大]|多大的?房|(?:住|[申租配分](?:到|个|套)?).{0,3}多大"
        ),
    ),
    (
        Measure.ADDRESS,
        re.compile(
            r"哪条[路街]|(?:门牌|路)(?:是|在)?(?:几|多少)号|几号楼|详细地址|具体(?:地址|位置)"
        ),
    ),
    (
        Measure.INSTALMENTS,
        re.compile(
            r"分(?:成|为)?(?:几|多少|\d+|[一二两三四五六七八九十])个?(?:年|期|次|批)(?!级)"
            r"|(?:一把|一下子?)(?:就|全)*(?:给|发|付|打)(?!我?[看说讲办])|分开(?:给|发|付)"
            r"|一笔[^,。]{0,2}(?:打|给|发|付)|分年(?:打|给|发|付)|[分拆]着(?:给|发|付|打)|(?:每|按)个?[月季年](?:打|给|发|付)还是|还是(?:攒|一起|一次|一把|凑)[^,。]{0,3}(?:打|给|发|付)|(?:是|能|可以)?一次(?:性)?[就全都]*(?:给|发|付|到账|打|拿|领)(?:完|清|齐|足)?(?:吗|么|不|还是|$)|分期(?:给|发|付|拨|还是)"
        ),
    ),
    (
        Measure.WAIT,
        re.compile(
            r"(?:要|得|需要|大概|大约)?等(?:多久|多长时间|几天|多少天)|"
            r"(?:多久|多长时间|几天|多少天|几个工作日)(?:能|可以|才)?(?:会)?(?:办(?:好|完|下来|结)|好(?=[?？]?$)|批(?:下来|完)?|审(?:完|核|批|好)?|下来|出结果|有结果|到账|拿到|放款|给?打[钱款]|给钱)|"
            r"(?:审核|审批|办理|办|批|到账|放款|转过来|调档)(?:要|得|需要|大概|一般)*(?:多久|多长时间|几天|多少天|几个工作日)"
        ),
    ),
    (
        Measure.VALIDITY,
        re.compile(
            r"(?:几天|几个?月|多少天|多久)(?:之|以)?内有效|(?:管|有效|能用|有效期)(?:期)?(?:是|有|到)?(?:几年|几个?月|多久|多长|多少年|多少个?月)|(?:几年|多久|多长时间)(?:过期|到期|失效)"
        ),
    ),
    (
        Measure.DEADLINE,
        re.compile(
            r"(?:多久|多长时间|几天|几个?月|多少天)(?:之|以)?内.{0,3}(?:报|申|提|交(?!社保))"
        ),
    ),
    (Measure.DAYS, re.compile(r"(?<![那这好十哪])几(?:天|个工作日|晚)|多少(?:天|日|个?工作日)")),
    (
        Measure.DURATION,
        re.compile(
            r"多久|多长时间|(?<![那这好十哪押前近])几(?:天|年|个月|个工作日|晚|个小时)|多少(?:天|年|个月|个?工作日)"
        ),
    ),
    (
        Measure.DAY,
        re.compile(
            r"(?:几月份?(?:开始|才|会)?|哪一?天)(?:评|举办|启动|摇|抽|派位|开奖)|"
            r"(?<!从)(?:哪一?天|几月?几?号)(?![楼馆店线]).{0,4}(?:截止|报(?!销)|举[行办]|结束|停|公布|出|到账|发|打(?:款|到|钱)|到卡)"
        ),
    ),
    (Measure.HOUR, re.compile(r"(?<!好)几点钟?(?![意建要原难补钱])")),
    (
        Measure.PAYDAY,
        re.compile(
            r"(?:什么时候|啥时候|何时|几时|几月份|哪个?月)(?:才|就|能|会|可以|开始|给我?)*(?:给(?!我?们?(?:[办认批开]|答复|回复|回音|消息|结果|通知|个?说法|准信))|发(?![票布证卡文])|打(?:款|钱|到|给|过?来|$|[?？啊呢])|到账|到卡|到手|拨|兑现|付)"
        ),
    ),
    (
        Measure.DEADLINE,
        re.compile(
            r"(?<![领发补享拿住]到)(?:什么时候|啥时候|几[月号点]|哪天|何时|几时).{0,3}(?:截止|为止|结束报名|停止?报|关闭)"
            r"|(?:什么时候|啥时候|几[月号]|哪天)(?:之前|以前|前)"
            r"|截止(?:到|是|时间)?(?:什么时候|啥时候|几|哪)"
            r"|最[晚迟后](?:什么时候|啥时候|哪天|几号).{0,4}(?:报|申|交|提)"
            r"|最[晚迟](?:能|可以|得)?[拖等](?:到|至)?(?:什么时候|啥时候|哪天|几号|几月)"
        ),
    ),
    (
        Measure.WINDOW,
        re.compile(
            r"(?:什么时候|啥时候|何时|几月份?|哪几?个?月份?|哪个?时段|哪段时间|一年.{0,3}(?:几次|几回))"
            r"(?:开始|才|都)?(?:能|可以|可)?(?:开始)?(?:去|来)?(?:报(?!销|到)|申|受理|[递提]|交(?!社保|公积金|钱|易)|办理?)"
        ),
    ),
    (
        Measure.PAPERS,
        re.compile(
            r"(?:什么|哪些|啥)(?:样的)?(?:材料|资料|证件)|(?:材料|资料)(?:都?(?:要|有|是))?(?:哪些|什么|啥)"
        ),
    ),
    (
        Measure.NAMES,
        re.compile(
            r"有谁|[聘请]了谁|(?:冠军|[一二三特]等奖|[金银铜]奖|头奖|第一名|获奖的?|得奖的?)(?:都)?(?:(?:是|有|给了?)谁|[^,。]{0,3}谁(?:拿|得))|谁来(?:唱|讲|上课|演)|(?:他们|人)的?名字"
            r"|(?:哪些|什么|啥|几[个位]?)(?:嘉宾|大咖)"
        ),
    ),
    (
        Measure.MONEY,
        re.compile(
            r"多少(?:钱|元|块|万|费用?)|几(?:万|千|百|块|元)|押金?(?:要|得|交)*(?:几|多少)|"
            rf"(?:金|券)(?:能|可以|给|拿|领|补|有|是|一共|总共|最多)*(?:多少|几){_NO_SUM}|"
            r"(?:补贴|补助|奖金|奖励|津贴|费用?|租金|房租|经费|资金|资本|资助|工资|报销|补偿|罚款?|额度|赔偿|贷款|押金|金额|补|给|奖|贷|赔)"
            r"(?:了|我|你|他|个|是|收|能|可以|大概|大约|差不多|到底|一般|最高|最多|最少|最低|至少|要|一共|总共|标准|每月|每年|一个?月|一年)*"
            rf"(?:多少|几){_NO_SUM}"
        ),
    ),
)
"""How people ask for a number, the plainest first."""


_MEETS = re.compile(
    r"(?:符不符合?|符合不符合|够不够|满不满足|有没有)[^,。?!]{0,14}(?:条件|资格|要求|门槛)"
)


_YES_OR_NO = re.compile(r"(?:吗|么|[没不])[?？]?$|([\u4e00-\u9fff])不\1")
_ASKS_FOR = re.compile(r"什么|啥|哪|怎|咋|如何|几|多[少大久长高]|谁|何|来得及|截止|电话")


_OPEN_HOURS = re.compile(
    "关门|开门|(?:中午|周末|周[一二三四五六日]|双休)[^,。?!]{0,3}(?:休|上班|办公|有人|开)"
)


def aspects(text: str) -> tuple[Aspect, ...]:
    """What a question wants to know, most telling first."""
    found = [a for a, pattern in _ASPECTS if pattern.search(text)]
    if _OPEN_HOURS.search(text) and Aspect.TIME not in found:
        found.append(Aspect.TIME)
    by_noun = bool(found) and found[0] in (Aspect.TIME, Aspect.CONDITIONS)
    if _MEETS.search(text) or (by_noun and _YES_OR_NO.search(text) and not _ASKS_FOR.search(text)):
        # 够不够条件 wants a yes or no, and not the conditions; so does 算居住时间吗
        found = [Aspect.WHETHER, *(a for a in found if a is not Aspect.WHETHER)]
    if not found and _WISH.search(text) and not CUE.search(text):
        found = [Aspect.WHETHER]
    return tuple(found) or (Aspect.ANY,)


_WISH = re.compile(r"^(?!.*还是).*(?:想|打算|准备|希望)(?!问|咨询|知道|了解|请教|请问).{2,}")
"""我妈58,想把她迁来 asks whether that may be."""


def measure(text: str) -> Measure | None:
    """What a question wants a number of, None for no number or one that it does not name."""
    return next((m for m, pattern in _MEASURES if pattern.search(text)), None)
