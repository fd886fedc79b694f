"""Every number of the ranking, and what the answer to each kind of question looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from knowledge.documents import DocumentKind
from knowledge.query import Aspect, Measure
from knowledge.talent_classes import RANKED


@dataclass(frozen=True, slots=True)
class Weights:
    """Every number of the ranking, in one place; measured by ``python -m evaluation``.

    Attributes:
        dense, coverage: the two halves of the fused score.
        heading, title: how much a term in the headings or in the document's title counts
            against one in the passage itself.
        saturation, length: BM25's k1 and b.
        characters: credit for a word of which only single characters occur, in a question of
            at most ``short`` concepts.
        half_synonym: factor for a synonym whose rarest word is missing.
        unseen_compound: weight of a compound that no document writes in one piece.
        rarity: exponent of a concept's rarity in its share of a short question; 1 in a letter,
            where the rare words are the point. In a short question every word was meant.
        points: how many of the weightiest concepts make up the point of a question.
        aspect, aspect_heading: advantage of a passage that looks like the answer to this kind
            of question, and of one that is headed like it.
        about: advantage of a document whose title names what is asked about.
        phrase: advantage of a passage that holds neighbouring words of the question as one.
        measured: advantage of a passage that has the number wanted.
        sentence, own_heading, pairs, paper: a second look at the first passages: cosine of the
            nearest sentence and of the passage's own heading, share of the question's pairs of
            characters, and what else is found of the same paper.
        point: of a letter also the share of what its question names, apart from its story.
        definition: advantage of a recognition item when a class is asked for.
        named_class, other_class: advantage of the class named, in full where ``class_needs`` of
            the question beside the class is held; factor for another class.
        other_degree: factor for a table row of another degree than those named.
        other_tenure: factor for what speaks of renting only, asked about buying, or the reverse.
        elsewhere: factor for what speaks of other places than the one named.
        own_district, district, county_city, district_denied: advantage of a paper for the district
            or zone that is named; factor for one that nobody asked about, for a county-level city
            that nobody asked about, and where the city's is wanted.
        pointer, closing: factor for words that only lead to the table below them, and for a
            paper's last clause, on its days, where none is asked about.
        front_matter, own_place, same_document, in_period, outside_period: for title lines and
            signatures; for a document of the place named, before those that hold there too; for
            the document of the turn before; for events inside and outside the days asked.
        of_a_year, other_year: factor for a speech where it is asked how many there were or will be
            in a year, and for what it says of another year than the one named.
        kind: factor by document kind; a speech is background, never the basis.
    """

    dense: float = 0.5
    coverage: float = 1.0
    heading: float = 0.8
    title: float = 0.8
    saturation: float = 0.6
    length: float = 0.2
    characters: float = 0.7
    short: int = 6
    points: int = 7
    rarity: float = 0.45
    half_synonym: float = 0.3
    unseen_compound: float = 0.5
    aspect: float = 0.07
    aspect_heading: float = 0.08
    measured: float = 0.22
    sentence: float = 0.6
    own_heading: float = 0.35
    pairs: float = 0.4
    paper: float = 0.07
    point: float = 0.2
    definition: float = 0.3
    about: float = 0.1
    phrase: float = 0.1
    pointer: float = 0.8
    closing: float = 0.8
    front_matter: float = 0.6
    other_class: float = 0.45
    class_needs: float = 0.35
    named_class: float = 0.25
    other_degree: float = 0.6
    other_tenure: float = 0.85
    same_document: float = 0.2
    own_place: float = 0.1
    elsewhere: float = 0.85
    own_district: float = 0.2
    district: float = 0.85
    county_city: float = 0.6
    district_denied: float = 0.5
    of_a_year: float = 1.1
    other_year: float = 0.8
    outside_period: float = 0.5
    in_period: float = 0.25
    kind: dict[DocumentKind, float] = field(
        default_factory=lambda: {
            DocumentKind.REGULATION: 1.0,
            DocumentKind.NOTICE: 1.0,
            DocumentKind.GUIDE: 0.99,
            DocumentKind.EVENT: 0.98,
            DocumentKind.FAQ: 0.98,
            DocumentKind.INTERPRETATION: 0.95,
            DocumentKind.SPEECH: 0.85,
        }
    )


ANSWERS: dict[Aspect, re.Pattern[str]] = {
    Aspect.AMOUNT: re.compile(
        r"\d\s*(?:万?元|万|%|％|折|名|人|次|个|张|平方米|㎡|倍|分)|[一二三四五六七八九十百]+(?:万?元|折|倍)|免费|不收取|全额"
    ),
    Aspect.DURATION: re.compile(
        r"[\d一二三四五六七八九十两]+\s*(?:个)?(?:年|月|日|天|周|工作日|小时|晚)"
    ),
    Aspect.TIME: re.compile(r"\d+\s*(?:年|月|日|点|:|：)|每[年月周季]|随时|之日起"),
    Aspect.PLACE: re.compile(
        r"地址|地点|[路街道巷]\d+号|\d+[楼层室]|窗口|大厅|中心|馆|网站|小程序"
    ),
    Aspect.CONTACT: re.compile(r"电话|\d{7,}|热线|联系|负责|部门|局|办公室|提出"),
    Aspect.MATERIALS: re.compile(r"材料|证明|证书|身份证|户口簿|复印件|申请表|提交|提供"),
    Aspect.CONDITIONS: re.compile(r"条件|具有|具备|符合|应当|周岁|[；;].+[；;]"),
    Aspect.PROCEDURE: re.compile(r"登录|提交|填写|申请|受理|审核|窗口|小程序|步骤|程序"),
    Aspect.WHETHER: re.compile(
        r"可以|不得|不予|不能|应当|允许|不纳入|不享受|可申请|方可|不需要|不要求|不收"
    ),
    Aspect.CATEGORY: re.compile(rf"[A-ZＡ-Ｚ]\s*类|[一二三四五]类|层次|等级|{RANKED}"),
    Aspect.ANY: re.compile(r"(?!)"),
}
"""What the answer to each kind of question looks like."""

HEADED: dict[Aspect, re.Pattern[str]] = {
    Aspect.AMOUNT: re.compile(r"标准|金额|额度|奖励|补贴$|租金|收费|规模"),
    Aspect.DURATION: re.compile(r"期限|时限|租期|年限|多久|周期|有效期|时间"),
    Aspect.TIME: re.compile(r"时间|期限|时限|日期|什么时候"),
    Aspect.PLACE: re.compile(r"地点|地址|在哪|哪里|渠道|窗口"),
    Aspect.CONTACT: re.compile(r"电话|联系|咨询|部门"),
    Aspect.MATERIALS: re.compile(r"材料|资料|证件|手续"),
    Aspect.CONDITIONS: re.compile(r"条件|要求|对象|范围|资格|谁"),
    Aspect.PROCEDURE: re.compile(r"程序|流程|步骤|怎么|办法|方式|渠道|办理|申报|申请"),
    Aspect.WHETHER: re.compile(r"条件|对象|范围|规则|谁|能否"),
    Aspect.CATEGORY: re.compile(r"类别|分类|层次|等级"),
    Aspect.ANY: re.compile(r"(?!)"),
}
"""How officials head the clause that answers each kind of question."""

_NUMBER = r"(?:\d[\d.,]*|[一二两三四五六七八九十百千半]+)\s*"

_WHEN_PAID = (
    r"\d{1,2}\s*[月日]|(?<![（(])[每按][季月年半]|季度|[次当]月|[年月季]底|后|前|工作日|之日|一次性"
    r"|分[^，。；]{1,6}[年次期]"
)
_PAID = r"发放|发给|计发|拨|到账|支付|兑付|兑现|打款|付给|付清|发(?=[，。；])|转[入给]"
MEASURED: dict[Measure, re.Pattern[str]] = {
    Measure.TELEPHONE: re.compile(r"\d{5,}|\d{3,4}-\d+"),
    Measure.AGE: re.compile(
        r"(?:\d|[一二三四五六七八九十])\s*周?岁|年龄(?:不|无|不设|没有|放宽|限制)|(?:不|无|不设|没有)年龄"
    ),
    Measure.POINTS: re.compile(_NUMBER + r"分(?!之|别)|\d点(?!\d)|不(?:予|得|再)?(?:加|降)分"),
    Measure.SHARE: re.compile(
        rf"%|％|分之|\d/\d|折|{_NUMBER}(?:倍|成)|比例[^。；;]{{0,6}}[由按为不]|\d+[:：]\d+(?=[的]?比)"
    ),
    Measure.PEOPLE: re.compile(_NUMBER + r"(?:名|人|位|个(?!月|工作|小时|学[期年]|自然|周|星期))"),
    Measure.TIMES: re.compile(
        _NUMBER + r"(?:次|回)|每(?:半年|年(?!\d{1,2}月\d{1,2}日[之以]?前)|[月季周])"
        r"|月月|年年|定期|按[年月季]"
    ),
    Measure.INSTALMENTS: re.compile(
        rf"分(?:为|成)?{_NUMBER}个?(?:年|期|次|批)|一次性(?:全额)?(?:发放|拨付|支付|给予|兑现|补贴|奖励)"
        r"|按[年月季](?:度)?(?:发放|拨付|支付)|等额|(?:拨付?|发放?|支付|付)[^。；;]{0,8}\d+(?:%|％)"
        r"|其余[^。；;]{0,6}\d+(?:%|％)|每年[\d、]+月(?:、\d+月)*各?(?:发放|拨付|支付)|各(?:发放|拨付|支付)一?次"
        r"|每(?:半年|季度?|个?月|年)(?:发放|拨付|支付)"
    ),
    Measure.AREA: re.compile(r"平方米|㎡|平米|[居套室]型|户型|[一两二三]居"),
    Measure.ADDRESS: re.compile(
        r"[\u4e00-\u9fff](?:路|街|道|巷|里|村)[东西南北]?\s*\d+\s*号|\d+\s*[楼层室]|[一二三四五六七八九十]+楼|地址[：:]"
    ),
    Measure.VALIDITY: re.compile(
        rf"(?:有效期|有效|期限|有效时间|过期|失效)[^。；;]{{0,12}}{_NUMBER}个?(?:年|月|日|天)|"
        rf"{_NUMBER}个?(?:年|月|日|天)(?:内|以?内)?有效|长期有效|(?:有效期|有效)[^。；;]{{0,8}}至"
    ),
    Measure.DAYS: re.compile(
        _NUMBER + r"个?(?:天|工作日|自然日|晚|小时|周(?!岁))|(?<!月)(?<!\d)\d+\s*日"
        r"|[一二三四五六七八九十]+日(?:内|以内)|当场|即时|当[天日]|立等|全年|每[天日]"
    ),
    # 2008年10月31日 is a day; 十年, 12个月 and 满12月 are times
    Measure.DURATION: re.compile(
        rf"(?<![\d年月])(?!(?:19|20)\d\d\s*年){_NUMBER}"
        r"(?:个?(?:年|工作日|天|周|小时|晚|季)|个月|日(?!期)|月(?![\d份底初起至前末中上下]))"
        r"(?!的?(?:租金|房租|工资|薪|押金|物业费|社保|社会保险|收入))"
        r"|长期|当场|即时|当[天日]|届|期限|(?<![（(])每[年月]"
    ),
    Measure.WAIT: re.compile(
        rf"{_NUMBER}个?(?:工作日|自然日)|{_NUMBER}个?(?:日|天|月|小时|分钟|周)(?:之?内|以内|左右)|"
        r"当[天日场]|即[时办]|立等|[月季年]底前|次月|(?<![（(])每[季月]|"
        rf"满{_NUMBER}个?(?:年|月|日|天)(?:之?后|[^，。；]{{0,4}}可以?|方可)"
    ),
    Measure.DAY: re.compile(
        r"\d{1,2}\s*[月日]|每周[一二三四五六日末]|随时|之日|次月|当月|次日|[年月季]底|[上中下]旬|[一二三四五六七八九十]月"
    ),
    Measure.HOUR: re.compile(
        r"\d{1,2}\s*[:：]\s*\d{2}|\d{1,2}\s*[点时]|[上下]午|中午|全天|24小时|工作日|随时"
    ),
    Measure.PAYDAY: re.compile(
        rf"(?:{_WHEN_PAID})[^。；\n]{{0,16}}(?:{_PAID})|(?:{_PAID})[^。；\n]{{0,12}}(?:{_WHEN_PAID})"
    ),
    Measure.DEADLINE: re.compile(
        rf"{_NUMBER}个?(?:工作日|日|天|月|年)(?:之|以)?内|"
        r"\d{1,2}\s*[月日]\s*(?:\d{1,2}[:：时点]\d*)?\s*(?:之?前|以前|止)|[月季年]底之?前|"
        r"截止|逾期|(?:申[报请]|报名|受理|提交|登记)[\s\S]{0,40}(?:至|到|前|底)|(?:至|前)[^；;。]{0,20}(?:申[报请]|报名|受理|提交)|随时|常年|全年|不限"
    ),
    Measure.WINDOW: re.compile(
        r"每年[^。；;]{0,20}月|\d+月(?:\d+日)?[^。；;]{0,12}(?:至|到|前|起)|常年|随时|全年"
        r"|每[季月年半][^。；;]{0,10}(?:受理|申报|申请|申领|集中|组织)|(?:受理|申报|申请|申领|报名)(?:时间|期限)"
    ),
    Measure.PAPERS: re.compile(
        r"材料|资料|证明|身份证|护照|户口[簿本]|复印件|原件|申请表|申报表|表格|凭.{0,12}证"
        r"|(?:证书|合同|协议|保障卡|执照|备案表|登记表|发票|凭证)[^。；;]{0,12}、[^。；;]{0,16}(?:证|合同|协议|卡|执照|表|票|凭证|流水|记录)"
    ),
    Measure.NAMES: re.compile(r"名单|嘉宾|主讲|担任|姓名|评委"),
    Measure.MONEY: re.compile(
        rf"{_NUMBER}多?(?:万|千|百|亿)?元|{_NUMBER}万|免费|免收|不收|免租|免交|全额(?!安排|用于|拨款|上[缴交]|缴入|事业|预算)|无偿|%|％|百分之|"
        rf"{_NUMBER}倍|{_NUMBER}个月(?:的)?(?:租金|房租|工资|押金)|一事一议"
    ),
}
"""The numbers, and the words that stand for one, that a question of each measure wants."""
