"""May a passage be quoted as the answer? The thresholds of silence live here. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.answering.letters import names_a_matter
from bot.answering.matters import decides, matters
from knowledge.documents import ClauseKind, DocumentKind, Hit
from knowledge.lexicon import normal
from knowledge.query import Aspect, Concept, Measure, Query
from knowledge.weights import ANSWERS, MEASURED

SUPPORT = 0.34
"""What coverage, meaning and foreign words together must reach for an answer; see ``support``.

Fitted on the development set and on the even half of the held-back ones; docs/quality.md has what
it keeps and what it refuses.
"""
MEANING = 0.3
"""Worth of the cosine against coverage. Small, because cosines of another model differ."""
POINTED = 0.6
"""Worth of holding all that a letter's question names, as coverage: its story is most of its words
and beside the point."""
POINT = 0.12
"""Share of what a letter's question names below which a passage holds the story only."""
LIKE = 0.5
"""Cosine from which a passage answers a letter's question in other words."""
ABOUT = 0.5
"""Coverage from which a passage is about the question: its classes and numbers are then held
against the person's, and what it names may be asked of in another word."""
OF_OWN_CLASS = 0.4
"""The same of the one stretch of a clause that is of the class asked about, and of one that excepts
just what somebody says they are: it can be of nobody else."""
ALIKE = 0.7
"""Cosine from which a passage that holds most of a question speaks of its matter in other words."""
ASKED_SO = 0.55
"""The same from which the question of a reply is the one asked."""
MOSTLY_HELD = 0.6
"""Coverage from which a passage is taken to speak of what is asked to be there in another word."""
MOST_ASIDE = 0.7
"""Share of a question that is taken away at most as told beside it."""
FOREIGN = 0.4
"""Cost of the share of a question that speaks of what no document does (买车, 二胎)."""


def without_aside(query: Query, hit: Hit, aside: float) -> Hit:
    """A hit by how much it holds of what is asked: who tells of a late train asks about the hostel
    no less.

    Args:
        aside: share of the question that tells what no document speaks of, 0..1.
    """
    if query.point or not aside:
        return hit
    return replace(hit, coverage=min(1.0, hit.coverage / (1 - min(MOST_ASIDE, aside))))


def support(hit: Hit, foreign: float) -> float:
    """How well a passage supports an answer; one scale for every corpus.

    Args:
        hit: the passage.
        foreign: share of the question that speaks of what no document speaks of, 0..1.
    """
    # the story of a letter is beside the point, and most of its words
    held = max(hit.coverage, POINTED * hit.point)
    return held + MEANING * max(hit.dense, 0.0) - FOREIGN * foreign


def supports(query: Query, hit: Hit, foreign: float) -> bool:
    """May a passage be quoted as the answer?"""
    return _decides(query, hit) and _comes_near(query, hit, foreign)


def lacks_only_the_matter(query: Query, hit: Hit, foreign: float) -> bool:
    """Does a passage come near, and only not speak of what a clause must to decide it?"""
    return _comes_near(query, hit, foreign) and not _decides(query, hit)


def _decides(query: Query, hit: Hit) -> bool:
    # nearly no question names any, and a context costs more than all patterns
    if not matters(query.said):
        return True
    title, text = normal(hit.source.title), normal(hit.passage.text)
    question = query.text if names_a_matter(query.text) else ""
    return decides(query.said, title, normal(_above(hit)), text, question)


def _comes_near(query: Query, hit: Hit, foreign: float) -> bool:
    if query.point and hit.point < POINT and hit.dense < LIKE:
        return False
    if hit.passage.kind is ClauseKind.TITLE and (hit.coverage < 0.7 or _only_named(hit)):
        return False
    if _lacks_number(query, hit):
        return False
    if _PURPOSE.match(hit.passage.text) and not _WHY.search(query.text):
        return False
    if query.measure is Measure.MONEY and not _names_the_benefit(query, hit):
        return False
    if _of_a_later_step(query, hit):
        return False
    elsewhere = hit.source.document_id not in query.documents
    if _of_another_season(query, hit) or _of_another_house(query, hit) or _of_no_kin(query, hit):
        return False
    if query.measure in _OF_A_MATTER and elsewhere and not _names_the_matter(query, hit):
        return False
    names = _names_what_ends_it, _names_what_there_is, _names_by_name, _counts_it
    return all(does(query, hit) for does in names) and support(hit, foreign) >= SUPPORT


_STEP = re.compile(
    r"\s*(?:第?[（(]?[\d一二三四五六七八九十]+[)）.．、]?)?\s*[\u4e00-\u9fff]{0,4}"
    r"(?P<step>补正|公示|公布|拨付|发放|审核|复核|初审|确认|答辩|评审)[\u4e00-\u9fff]{0,4}(?:$|[:：])"
)
_TO_APPLY = re.compile("[交报申](?!到)|截止|提交|递")


def _of_a_later_step(query: Query, hit: Hit) -> bool:
    """Is the last day to apply asked for, and a row or line that gives the day of another step:
    补正材料: 12月22日前?"""
    if query.measure not in (Measure.DEADLINE, Measure.DAY) or not _TO_APPLY.search(query.text):
        return False
    lines = hit.passage.cells[:1] or [t for t in hit.passage.text.split("\n") if t.strip()]
    found = [_STEP.match(normal(line)) for line in lines]
    return all(found) and not any(m["step"] in query.text for m in found if m)


_HOUSE = re.compile(
    r"(?P<house>[\u4e00-\u9fff]{1,4}(?:房|公寓|驿站|宿舍|园区|大厅|小区|基地))"
    r"(?:(?:里面?|内)(?=能|可|让|准|有|要|怎|会|不)|(?=让|准)|[^,。]{0,4}(?:押金|物业费?|水电))"
)


def _of_another_house(query: Query, hit: Hit) -> bool:
    """Is it asked what is allowed or paid in one house, and a clause of another one: 人才公寓里能
    养猫吗 of the rules of the hostel?"""
    found = _HOUSE.search(query.text)
    if found is None:
        return False
    houses = [c for c in query.concepts if len(c.word) > 1 and c.word in found["house"]]
    context = context_of(hit)
    return bool(houses) and not any(
        (a.written or c.word) in context for c in houses for a in c.alternatives
    )


_FOR_KIN = re.compile(
    r"带着?(?:老婆|老公|爱人|媳妇|对象|孩子|小孩|娃|家属|家人)"
    r"|(?:老婆|老公|爱人|媳妇|配偶|对象)的?(?:工作|就业)(?!单位)"
    r"|(?<![生养怀])(?:孩子|小孩|娃)[^,。?!]{0,3}(?:能|可以)"
)
_KIN_IN_PAPERS = re.compile(
    "配偶|夫妻|双方|家属|家庭|亲属|一方|子女|孩子|儿童|未成年|学生|幼儿|小孩|婴|入学|就学|新生|随行|陪同"
)


def _of_no_kin(query: Query, hit: Hit) -> bool:
    """Is something asked for a husband, a wife or a child, where a clause speaks of none?"""
    return bool(_FOR_KIN.search(query.text)) and not _KIN_IN_PAPERS.search(context_of(hit))


def is_preface(hit: Hit) -> bool:
    """Does a passage only lead to what a notice says: 现就有关事项公告如下?"""
    return bool(_PREFACE.fullmatch(hit.passage.text.strip()))


def _only_named(hit: Hit) -> bool:
    """Does a paper's front matter hold only what it is called and whom it goes to?"""
    title = normal(hit.source.title)
    lines = [normal(line).strip() for line in hit.passage.text.splitlines()]
    return all(line in title or _ADDRESSED.fullmatch(line) for line in lines)


_ADDRESSED = re.compile(r"[^。；！？]{2,100}[：:]")
"""各有关单位："""
_PURPOSE = re.compile(r"(?:第一条\s*)?为[^。]{4,160}(?:制定|制订|出台|特制)(?:本|如下|以下|了?《)")
_PREFACE = re.compile(
    r"(?:[^。；\d]{0,40}[，,])?(?:现将?|现就|现对)[^。]{2,80}"
    r"(?:公告|通知|公布|通告|说明|明确|规定|事项)如下[。：:]?\s*"
)
_WHY = re.compile("为什么|为啥|目的|依据|根据|意义|制定|出台")
"""The clause that tells what a paper is made for answers no other question."""


def lacks_only_the_number(query: Query, hit: Hit, foreign: float) -> bool:
    """Does a passage speak of what is asked, and only not say the number that is wanted?"""
    return (
        _lacks_number(query, hit)
        and hit.source.kind is not DocumentKind.SPEECH
        and support(hit, foreign) >= SUPPORT
    )


def _lacks_number(query: Query, hit: Hit) -> bool:
    # 什么时候能报 may be answered by what must come before
    if query.measure is None:
        return False
    replies = hit.passage.kind is ClauseKind.QUESTION and query.measure is not Measure.MONEY
    if replies and hit.coverage >= MOSTLY_HELD and hit.dense >= ASKED_SO:
        return False  # 各算各的 answers 算一次还是两次
    is_open = query.measure is Measure.WINDOW and not _ON_A_DAY.search(query.text)
    if is_open and _BEFORE_IT.search(hit.passage.text):
        return False
    text = hit.passage.text
    if query.measure is Measure.MONEY and _ONCE_MORE.search(query.text):
        text = _AT_FIRST.sub("", text)  # what the first card costs is not asked
    if query.measure is Measure.MONEY and "报销" in query.message:
        text = _PAID_IN.sub("", text)
    return not MEASURED[query.measure].search(text)


_PAID_IN = re.compile(r"[^。；;\n]*(?:缴纳|缴费|缴存)[^。；;\n]*")
"""What is paid in is nothing that is paid back."""
_ONCE_MORE = re.compile(r"补[办领一张个发]|换[领证卡一新]|丢|再办|第二[次张]")
_AT_FIRST = re.compile(r"(?:首次|第一次|初次)[^，。；;]*[，,]?[^，。；;]*免[^，。；;]*")
_BEFORE_IT = re.compile(
    r"满|之后|[以之]内|时(?:可以?|再|方|[缴交办申提领支])|[后前](?:可|方|再|提|申|向|办|报|由|到)|之日起|随时|每[年月季]"
)
"""What must come first, or by when: it answers 什么时候能报 where no day is named."""
_ON_A_DAY = re.compile(
    r"(?:一年|每年)[^,。?!]{0,3}(?:什么|啥)时候|几月|哪个?月|几号|哪天|(?:大赛|比赛|竞赛|杯|考试|评审|课程?|班|讲座).{0,8}报名"
)
"""Who asks for the month or the day of a thing that is held on one."""


def context_of(hit: Hit) -> str:
    """A passage with its headings, its caption and its paper's title, in normal form, and what the
    benefits in it are for."""
    return normal(f"{hit.source.title} {_above(hit)} {hit.passage.text} {hit.purposes}")


def _above(hit: Hit) -> str:
    """What stands above a passage below its paper's title."""
    passage = hit.passage
    return " ".join((*passage.path, passage.label, passage.caption))


_BENEFIT = re.compile(r"(?:补贴|补助|津贴)")
_CERTIFICATE = re.compile(r"户口[本簿]|[\u4e00-\u9fff]{1,5}(?:[^保认凭公论]证|簿|执照)")
_GRANT = re.compile(r"补贴|补助|津贴|奖励|奖金|资助|报销|发放|给予|元")


def _names_the_benefit(query: Query, hit: Hit) -> bool:
    """Does a passage speak of what 交通补贴 is for, where just that is asked for in money?

    Every benefit has its amount, and every certificate its fee; another's is no answer.
    """
    passage, context = hit.passage, context_of(hit)
    for concept in query.concepts:
        if concept.carried or concept.told or concept.weight < 1 or len(concept.word) < 2:
            continue
        if _CERTIFICATE.fullmatch(concept.word) and not mostly_in(concept, context):
            return False
        if _FEE.fullmatch(concept.word) and not _tells_the_fee(concept, passage.text):
            return False
        if _BENEFIT.search(concept.word) or not re.search(
            rf"{re.escape(concept.word)}{_BENEFIT.pattern}", query.text
        ):
            continue
        if not concept.stands_in(context):
            return False
        if not _GRANT.search(f"{passage.text} {' '.join(passage.header)} {passage.caption}"):
            return False  # a free bus is no 交通补贴
    return True


def _tells_the_fee(fee: Concept, text: str) -> bool:
    """Does one sentence name a fee and a sum, where the text names it at all: that it is the
    tenant's to pay tells no sum."""
    naming = [s for s in re.split(r"[。；;\n]", normal(text)) if mostly_in(fee, s)]
    return not naming or any(MEASURED[Measure.MONEY].search(s) for s in naming)


_FEE = re.compile(
    "(?:物业|停车|水电?|电|燃气|供暖|取暖|宽带|工本|报名|展位|管理|服务|考试|手续|邮|快递|公证|鉴定|保管)费"
)
"""What people pay; 路费 and 安家费 are what they get."""
_OF_A_MATTER = (
    Measure.PAPERS, Measure.DAY, Measure.WINDOW, Measure.DEADLINE, Measure.ADDRESS,
    Measure.DAYS, Measure.WAIT, Measure.PEOPLE, Measure.TELEPHONE,
)  # fmt: skip
_ACT = re.compile(
    r"电话|号码|热线|联系方式|地址|具体|报名|申报|申请|申领|开始|截止|办理?|受理|时间|今年|明年|[一两几]年"
)


def _names_the_matter(query: Query, hit: Hit) -> bool:
    """Does a passage, its headings or its title name what is asked about, in some wording?

    Every benefit has its list of papers and its days; another's are no answer.
    """
    if hit.coverage >= MOSTLY_HELD and hit.dense >= ALIKE:
        return True
    context = context_of(hit)
    about = [
        c
        for c in query.concepts
        if c.is_whole
        and not (c.carried or c.is_action or MEASURED[Measure.PAPERS].search(c.word))
        and not _ACT.search(c.word)
    ]
    own = [c for c in about if not c.told]
    benefits = [c for c in about if _BENEFIT.search(c.word) and len(c.word) > 2]
    if benefits and query.measure is Measure.PAPERS:
        # the papers for 人才认定 are none for 创业补贴, whoever 公司 is
        return any(c.stands_in(context) for c in benefits)
    # 人才评定 is named by 人才分类评定办法
    return not own or any(
        c.stands_in(context) or _is_office(c.word, context) or _is_nearly(c, context) for c in about
    )


_OFFICE = re.compile(
    r"(?P<of>[\u4e00-\u9fff]{2})[\u4e00-\u9fff]*(?P<kind>中心|局|厅|馆|站|所|窗口)"
)


def _is_office(word: str, context: str) -> bool:
    """Does a text name an office by its first and last words: 人才服务中心 as 人才发展服务中心?"""
    office = _OFFICE.fullmatch(word)
    return office is not None and bool(
        re.search(rf"{office['of']}[\u4e00-\u9fff]{{0,6}}{office['kind']}", context)
    )


def _is_nearly(concept: Concept, context: str) -> bool:
    # 政务服务中心 is not nearly the 人才服务中心
    word = concept.word
    return len(word) > 3 and not _OFFICE.fullmatch(word) and mostly_in(concept, context)


_SEASON = re.compile(r"[春夏秋冬](?=季)")


def _of_another_season(query: Query, hit: Hit) -> bool:
    """Is a passage of one season, and the question on the same matter of another one?"""
    wanted = set(_SEASON.findall(query.text))
    held = set(_SEASON.findall(context_of(hit))) if wanted else set()
    return bool(held) and wanted.isdisjoint(held)


_WHICH = re.compile(
    r"哪一?(?:家|个|些|所|几[家个所])(?P<it>医院|银行|学校|高校|大学|公司|机构|网点|小区|楼盘|商场|景区|酒店)"
)
_PART_OF = re.compile(
    r"(?P<it>[\u4e00-\u9fff]{2})(?:最[低高少多]|至少|一般|可以|是|要|能|按)*(?:几成|百分之几|几个点|几折)"
)
_PAID = re.compile(r"[交缴付收扣赔](?P<it>[\u4e00-\u9fff]{2,8}?)(?:吗|么|不|没|[?？])*$")


def _names_what_ends_it(query: Query, hit: Hit) -> bool:
    """Does a passage name what it is asked for: a hospital to 哪家医院, a tax to 要交个税吗?

    What a question is about may be told in many ways; what it ends in is the answer.
    """
    found = _WHICH.search(query.text) or _PART_OF.search(query.text)
    if found is None and query.aspects[0] is Aspect.WHETHER:
        found = _PAID.search(query.text)
    if found is None:
        return True
    wanted = [c for c in query.concepts if found["it"] in c.word]
    context = context_of(hit)
    return not wanted or any(c.stands_in(context) for c in wanted)


_COUNTED = re.compile(
    r"(?:几|多少)个?(?P<it>套|篇|门课?|展位|车位|座位|床位|摊位|工位|名额|指标|岗位)"
    r"|(?P<of>名额|指标|岗位)(?!津贴|补贴|补助|工资)[^,。?!月年补贴钱]{0,6}(?:几|多少)个?(?:[?？,。]|$)"
)


_OF_PEOPLE = ("名额", "指标", "岗位")
"""What is counted in people: 指标按4500人控制."""


def _counts_it(query: Query, hit: Hit) -> bool:
    """Does a passage count what a question wants the number of: 一共有几套, 有多少展位?"""
    found = _COUNTED.search(query.text)
    if found is None or re.search("材料|资料|复印|表", query.text):
        return True
    it, text = found["it"] or found["of"], normal(hit.passage.text)
    if it in _OF_PEOPLE:
        return bool(re.search(r"[\d一二两三四五六七八九十百]+[余多]?[人名个席位]", text))
    number = r"(?:\d|[一二两三四五六七八九十百])"
    return bool(
        re.search(rf"{number}[余多]?[个套]?[^,。;]{{0,4}}{it}|{it}[^,。;]{{0,8}}{number}", text)
    )


_HAS = re.compile(
    r"有没有(?:(?:专门|单独|额外|另外|其他)的?)?(?P<it>.{1,8}?)(?:[吗么啊呢的?？,]|$)|有(?![没效])(?P<too>.{1,8}?)(?:吗|没有?|不|么)[?？]?$"
    r"|^(?P<among>[\u4e00-\u9fff]{2,12}?)在不在"
)
_ANY_KIND = re.compile("待遇|服务|政策|专业|活动|优惠|好处|福利|补贴|补助|奖励")
"""What a thing is one of: a VIP待遇 is asked for by its first word."""
_REDUCED = re.compile("优惠|折扣|好处")
_NO_THING = re.compile(
    r"^[一二两三四五六七八九十几\d]|^人[管给出]|上限|下限|封顶|限制|要求|条件|规定|时间|影响|区别|办法|政策|说法|例外|特例|别的|其[他它](?:途径|渠道|方式)"
)


def _names_what_there_is(query: Query, hit: Hit) -> bool:
    """Does a passage name, or come near in letters, what is asked to be there: 有没有停车位?"""
    is_asked = query.aspects[0] is Aspect.WHETHER or "在不在" in query.text
    found = _HAS.search(query.text) if is_asked else None
    if found is None:
        return True
    it, certain = found["it"] or found["among"] or found["too"], not found["too"]
    if _NO_THING.search(it) or (hit.coverage >= MOSTLY_HELD and not certain):
        return True
    context = context_of(hit)
    wanted = [
        c
        for c in query.concepts
        if c.is_whole and not c.carried and (c.word in it or it[:2] in c.word)
    ]
    wanted = [c for c in wanted if not _ANY_KIND.fullmatch(c.word)] or wanted
    if hit.coverage >= ABOUT and all(_REDUCED.fullmatch(c.word) for c in wanted):
        return True  # 五折, 免费 are an 优惠
    named = [mostly_in(c, context) for c in wanted]
    return all(named) if certain else any(named) or not named


def mostly_in(concept: Concept, text: str) -> bool:
    """Does a normal text hold a thing in some wording, or half of the pairs of letters of one: 买房
    of 买房子?"""
    wordings = (concept.word, *(a.written for a in concept.alternatives if a.written))
    return concept.stands_in(text) or any(_half_in(normal(w), text) for w in wordings)


def _half_in(word: str, text: str) -> bool:
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return 2 * sum(pair in text for pair in pairs) >= len(pairs)


_GIVEN_NAME = re.compile(r"[杯贷券奖]")
# a contest's name; 一杯 and 水杯 are none
_CUP = re.compile(r"(?![一干水茶酒])[\u4e00-\u9fff]杯")


def _names_by_name(query: Query, hit: Hit) -> bool:
    """Does a passage name the contest, loan or voucher that a question calls by a name of its
    own (朔英杯)? No dictionary has it, so that it falls apart into characters."""
    single = {c.word for c in query.concepts if len(c.word) == 1 and not c.word.isascii()}
    letters = "".join(c if c in single else " " for c in query.text)
    names = [n for n in letters.split() if len(n) > 2 and _GIVEN_NAME.search(n)]
    names += _CUP.findall(query.text)  # 岫才杯 beside 岫才卡, which is a word
    context = context_of(hit)
    if any(n not in context for n in names):
        return False
    contest = _CONTEST.search(query.text)
    kinds = [c for c in query.concepts if contest and c.is_whole and c.word in contest["of"]]
    return not kinds or any(c.stands_in(context) for c in kinds)


_CONTEST = re.compile(
    r"(?P<of>[\u4e00-\u9fff]{2,8})(?<![了的过加个拿得获])(?:大赛|竞赛|比赛|锦标赛)"
)
"""The prize of the 创业大赛 is none of the 工业设计大赛."""


def tells(query: Query, sentence: str) -> bool:
    """Does the sentence of a speech that comes nearest say how much, by when or who?

    A speech speaks of many plans in one breath; a figure in the next sentence is of another one.
    """
    wanted = _HARD.get(query.aspects[0])
    if counted := _HOW_MANY.search(query.text):
        units = _UNITS if counted[1] == "个" else counted[1]
        if re.search(rf"\d\s*[余多]?[{units}]", sentence):
            return True
    if query.measure is Measure.TIMES and MEASURED[Measure.TIMES].search(sentence):
        return True  # 月月有主题
    return wanted is None or bool(wanted.search(sentence))


_UNITS = "套家所场支项亩座户辆台间处批条班个"
_HOW_MANY = re.compile(rf"(?:多少|几)([{_UNITS}])")
"""多少套人才房 is answered by a number of 套; 几个学校 by one of 所 as well."""
_HARD = {
    Aspect.AMOUNT: ANSWERS[Aspect.AMOUNT],
    Aspect.DURATION: ANSWERS[Aspect.DURATION],
    Aspect.TIME: re.compile(r"\d\s*[年月日点]|[年月]底|季度|随时"),
    Aspect.CONTACT: re.compile(
        r"\d{5,}|电话|热线|联系人|(?:科|处|局|办公室|中心)(?:负责|牵头|受理)"
    ),
    Aspect.MATERIALS: ANSWERS[Aspect.MATERIALS],
    Aspect.PLACE: ANSWERS[Aspect.PLACE],
}
"""What must stand in a sentence that answers a question of that kind."""
