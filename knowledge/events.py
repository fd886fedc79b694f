"""The events that a text tells of, each field with its line: from tables and from notices. Pure.

Nothing here knows a city. A table is a schedule when its columns name events and days; a notice
tells of an event by labels (时间：, 地点：) or in a sentence (定于…在…举办…); a notice of a change
(关于…延期举办的通知) tells what becomes of an event told of elsewhere. A paper that invites
applications tells from when to when they are taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from knowledge.documents import (
    ChangeKind,
    Clause,
    ClauseKind,
    DocumentFacts,
    DocumentKind,
    Event,
    EventKind,
    Fact,
)
from knowledge.moments import (
    Moment,
    Span,
    Years,
    day_of,
    read_hours,
    read_span,
    with_hours,
    years_of,
)

KINDS: tuple[tuple[EventKind, re.Pattern[str]], ...] = (
    (EventKind.JOB_FAIR, re.compile(r"招聘|双选会|求职|引才活动|揽才")),
    (EventKind.CONTEST, re.compile(r"大赛|比赛|竞赛|赛(?:事|程)?$|创业赛|运动会|联赛|锦标赛")),
    (EventKind.SOCIAL, re.compile(r"联谊|相亲|交友|聚会|脱单|游园会")),
    (EventKind.SHOW, re.compile(r"音乐会|演出|晚会|文艺|观影|话剧|展演")),
    (EventKind.SALON, re.compile(r"沙龙|茶话会|下午茶|咖啡")),
    (EventKind.BRIEFING, re.compile(r"宣讲|说明会|政策解读会|推介会|发布会")),
    (EventKind.LECTURE, re.compile(r"讲座|讲堂|报告会|公开课|论道|大讲坛")),
    (EventKind.FORUM, re.compile(r"论坛|峰会|年会|研讨会|高峰会|大会")),
    (EventKind.TRAINING, re.compile(r"培训|研修|训练营|课程|研学|实训")),
    (EventKind.MATCHING, re.compile(r"对接会|对接活动|路演|洽谈|座谈|见面会|交流会|交流活动")),
)
_EVENT_WORD = re.compile(
    "|".join(p.pattern for _, p in KINDS) + r"|活动|体检|参观|市集|嘉年华|开放日|走进|接待日|音乐节"
)
_NO_EVENT = re.compile(
    r"办法|细则|条例|规定|措施|意见|方案|规划|指南|清单|问答|解答|解读|讲话|补贴|补助|资助|奖励|名单|"
    r"公示|成绩|录用|拟聘|职称|评审|认定"
)
"""Titles of papers on something else, whatever words stand in them."""
_HOLDING = re.compile(r"关于(?:组织)?(?:举办|举行|召开).{2,40}(?:通知|公告|邀请函|通告)")
"""The title of a notice that something is held, whatever it is called: 关于举办人才茶叙会的通知."""

_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("signup_until", re.compile(r"报名.{0,4}(?:截止|截至|时间|期限)|截止")),
    ("contact", re.compile(r"联系|电话|咨询")),
    ("joining", re.compile(r"(?:报名|参加|参与|预约).{0,4}(?:方式|办法|途径|渠道|入口)|^报名$")),
    ("capacity", re.compile(r"名额|人数|限额|容量")),
    ("audience", re.compile(r"对象|参加人员|参与人员|面向|适合|人群|受众")),
    ("place", re.compile(r"地点|地址|场地|会场|场所|场馆")),
    ("day", re.compile(r"日期|举办日|^日$|年月日|^时间[（(]")),
    ("time", re.compile(r"时间|时段|几点")),
    ("kind", re.compile(r"类型|类别|形式|性质")),
    ("title", re.compile(r"活动|名称|主题|内容|项目|讲座|课程|场次|题目|赛事|招聘会")),
)
_LABEL = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+\s*[.．、]|[·●■▪◆★☆①-⑩*-])?\s*"
    r"【?(?P<label>[\u4e00-\u9fff与和及、 　]{2,12}?)】?\s*[:：]\s*(?P<value>.+)$"
)
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("signup_until", re.compile(r"(?:报名|预约|登记).{0,2}(?:截止|截至).{0,4}|(?:报名|预约|登记).{0,2}(?:时间|期限)|截止(?:时间|日期)")),
    ("contact", re.compile(r"(?:活动|报名)?(?:联系人?|咨询|服务).{0,2}(?:方式|电话|热线)?|电话")),
    ("joining", re.compile(r"(?:报名|参加|参与|预约|登记|入场|参会).{0,2}(?:方式|办法|方法|途径|渠道|链接|须知)?")),
    ("capacity", re.compile(r"(?:活动|参加|参会)?(?:名额|人数|限额)(?:限制)?")),
    ("audience", re.compile(r"(?:活动|参加|参与|招募|邀请|参会|参赛|培训|面向|服务)?(?:对象|人员|人群)(?:范围)?|面向")),
    ("place", re.compile(r"(?:活动|举办|举行|会议|讲座|培训|比赛|新)?(?:地点|地址|会场|场地)")),
    ("time", re.compile(r"(?:活动|举办|举行|开展|会议|讲座|培训|比赛|开课|招聘会?|新|开始)?(?:时间|日期)")),
    ("title", re.compile(r"(?:活动|讲座|会议|培训|比赛|赛事)?(?:名称|主题|题目)")),
)  # fmt: skip
_NAMED_FIRST = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+\s*[.．、])\s*"
    r"(?P<name>[^。；:：\n]{2,40})。\s*(?:活动|举办)?(?:时间|日期)\s*[:：]"
)
_HEADED = re.compile(
    r"^(?:(?:活动|举办|举行|会议|培训|比赛)?(?P<time>(?:时间|日期))(?:(?:和|与|及|、)(?:举办|活动)?(?:地点|地址))?"
    r"|(?:活动|举办)?(?P<place>地点|地址|场地)"
    r"|(?:活动|参加|招募|参赛|培训|邀请)?(?P<audience>对象|人员)(?:范围|和条件|及条件)?"
    r"|(?:报名|参加|参与|预约)(?P<joining>方式|办法|方法|途径)"
    r"|(?:活动)?(?P<capacity>名额|人数|限额))$"
)
_HELD = re.compile(
    r"(?:定于|将于|拟于|计划于|兹定于|决定于)(?P<when>[^，。；]{4,60}?)"
    r"(?:，?\s*在(?P<place>[^，。；]{2,40}?))?(?:联合)?(?:举办|举行|召开|开展|组织)(?P<what>[^，。；]{0,40})"
)
_CHANGED = re.compile(
    r"延期|改期|推迟|延后|提前(?:举办|举行|至)|顺延|取消|停办|暂停举办|不再举办|暂缓|"
    r"(?:变更|调整|更改|改变|更换).{0,40}(?:时间|地点|场地|会场|日期)|(?:时间|地点|场地|会场|日期)(?:、|和|及)?(?:时间|地点)?(?:的)?(?:变更|调整|更改)"
)
_HOW_TO_JOIN = re.compile(
    r"提交|提供|携带|填|扫码|登录|小程序|公众号|邮箱|网站?[站页上]|平台|电话|现场|凭|单位|推荐"
)
"""In a column 报名方式和截止: what is to be done besides keeping the day."""
_APPLY = re.compile(r"申报|申领|申请|受理|征集|遴选|推荐|报名|评选|选拔|提交|填报")


def read_events(clauses: Sequence[Clause], facts: DocumentFacts) -> list[Event]:
    """Every event that a document tells of, in reading order.

    Args:
        clauses: the clause tree in reading order.
        facts: what the document says about itself; its title, kind and day of issue are used.
    """
    issued = day_of(facts.issued.value) if facts.issued else _posted(clauses)
    years = years_of(" ".join([facts.title, *(c.text for c in clauses[:3])][:4]), issued)
    if _changes_an_event(facts):
        return [_change(clauses, facts, years)]
    found = [*_scheduled(clauses, facts, years)]
    if not found and _tells_of_an_event(facts):
        found = _noticed(clauses, facts, years)
    if not found and facts.kind in (DocumentKind.NOTICE, DocumentKind.GUIDE, DocumentKind.EVENT):
        found = _applications(clauses, facts, years)
    return [replace(event, ordinal=i) for i, event in enumerate(found)]


def _posted(clauses: Sequence[Clause]) -> date | None:
    """The day a page says it was put up, where the paper itself has none."""
    for clause in clauses:
        line = re.search(r"(?:发布|发文|更新|成文)(?:时间|日期)\s*[:：]\s*(\S{8,12})", clause.text)
        if line and (span := read_span(line[1], Years())):
            return day_of(span.starts.value)
    return None


def kind_of(text: str) -> EventKind:
    """What sort of event a title names."""
    return next((kind for kind, pattern in KINDS if pattern.search(text)), EventKind.OTHER)


def _tells_of_an_event(facts: DocumentFacts) -> bool:
    if facts.kind is DocumentKind.EVENT:
        return True
    called = _bare_title(facts.title)
    names_one = _EVENT_WORD.search(called) or _HOLDING.search(facts.title)
    return bool(names_one) and not _NO_EVENT.search(called)


def _changes_an_event(facts: DocumentFacts) -> bool:
    if facts.kind not in (DocumentKind.EVENT, DocumentKind.NOTICE):
        return False
    return bool(_CHANGED.search(facts.title) and _EVENT_WORD.search(facts.title))


# -- schedules ---------------------------------------------------------------------------


def _scheduled(clauses: Sequence[Clause], facts: DocumentFacts, years: Years) -> Iterator[Event]:
    for table in (c for c in clauses if c.kind is ClauseKind.TABLE):
        rows = [c for c in clauses if c.parent == table.ordinal and c.cells]
        headers = int(table.number or 1)
        if headers and len(rows) > headers:
            yield from _rows(rows[headers:], rows[headers - 1].cells, table, facts, years)
        if rows and (card := _card(rows, facts, years)):
            yield card


def _rows(
    rows: Sequence[Clause], header: Sequence[str], table: Clause, facts: DocumentFacts, years: Years
) -> Iterator[Event]:
    columns: dict[str, int] = {}
    for index, name in enumerate(header):
        bare = re.sub(r"\s", "", name)
        which = column_of(bare)
        # 场次 1, 2, 3 names nothing
        named = which != "title" or any(_says_more(r.cells, index) for r in rows)
        if which and which not in columns and named:
            columns[which] = index
    if "day" not in columns and "time" in columns:
        columns["day"] = columns["time"]
    if not {"title", "day"} <= columns.keys() or columns["title"] == columns["day"]:
        return
    about = " ".join((facts.title, table.text, *header))
    if "place" not in columns and not _EVENT_WORD.search(about):
        return
    if facts.kind in (DocumentKind.REGULATION, DocumentKind.SPEECH):
        return
    for row in rows:
        if event := _row(row, columns, years, kind_of(facts.title)):
            yield event


def column_of(header: str) -> str:
    """Which field of an event a column of that name holds, "" for none.

    >>> column_of("报名截止"), column_of("费用")
    ('signup_until', '')
    """
    return next((f for f, p in _COLUMNS if p.search(header)), "")


def _says_more(cells: Sequence[str], index: int) -> bool:
    """Does a cell hold more than a running number?"""
    return index < len(cells) and not re.fullmatch(
        r"第?[\d一二三四五六七八九十]*[场次期]?", cells[index]
    )


def _row(row: Clause, columns: dict[str, int], years: Years, among: EventKind) -> Event | None:
    """The event of a row; ``among`` is the kind that the paper's title says."""

    def cell(name: str) -> str:
        at = columns.get(name, -1)
        text = row.cells[at].strip() if 0 <= at < len(row.cells) else ""
        return "" if re.fullmatch(r"[-—－/无\s]*", text) else text

    title = _bare_title(cell("title"))
    span = read_span(cell("day"), years, bare=True)
    if not title or span is None:
        return None
    if columns.get("time") != columns["day"]:
        span = with_hours(span, read_hours(cell("time")))
    doubts = _doubts(title, span)

    def said(name: str) -> Fact | None:
        return Fact(cell(name), row.text) if cell(name) else None

    until, joining = None, said("joining")
    if cell("signup_until"):
        near = day_of(span.starts.value)
        before = read_span(cell("signup_until"), _before(near), bare=True)
        if before:
            until = Fact(before.ends.value, row.text)
            if before.ends.guessed:
                doubts += (
                    f"“{title}”的报名截止没有写年份，按活动日期推定为{before.ends.value[:4]}年",
                )
        if joining is None and (before is None or _HOW_TO_JOIN.search(cell("signup_until"))):
            joining = Fact(cell("signup_until"), row.text)
    kind = kind_of(title)
    if kind is EventKind.OTHER and cell("kind"):
        kind = kind_of(cell("kind"))
    if kind is EventKind.OTHER:
        kind = among
    return Event(
        0, Fact(title, row.text), kind, *_facts(span, row.text), until, said("place"),
        said("audience"), said("capacity"), joining, said("contact"), (row.ordinal,),
        doubts=doubts,
    )  # fmt: skip


def _card(rows: Sequence[Clause], facts: DocumentFacts, years: Years) -> Event | None:
    """A table of names and values that tells of one event."""
    if any(len(dict.fromkeys(r.cells)) != 2 for r in rows):
        return None
    group = _Group(())
    for row in rows:
        name, value = dict.fromkeys(row.cells)
        _take(group, re.sub(r"\s", "", name), value, row)
    if "time" not in group.said or not {"place", "title"} & group.said.keys():
        return None
    return _event_of(group, _own_title(facts), years)


# -- notices -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Group:
    """The labelled lines of one event."""

    path: tuple[str, ...]
    said: dict[str, Fact] = field(default_factory=dict)
    clauses: list[int] = field(default_factory=list)


def _noticed(clauses: Sequence[Clause], facts: DocumentFacts, years: Years) -> list[Event]:
    groups = _groups(clauses)
    held = _held(clauses)
    told = [g for g in groups if read_span(g.said["time"].value, years)] if groups else []
    title = _own_title(facts)
    if len(told) > 1:
        return [_event_of(g, _group_title(g, title), years) for g in told]
    if told:
        group = told[0]
        for other in groups:  # 报名方式 may stand before 时间, or far below it
            for name, fact in other.said.items():
                group.said.setdefault(name, fact)
            group.clauses += [o for o in other.clauses if o not in group.clauses]
    else:
        loose = _loose(clauses)
        group = loose
        if "time" not in group.said and held is not None:
            group.said["time"] = Fact(held[0]["when"], held[1].text)
            group.clauses.append(held[1].ordinal)
        if held is not None and held[0]["place"]:
            group.said.setdefault("place", Fact(held[0]["place"], held[1].text))
    if "time" not in group.said or read_span(group.said["time"].value, years) is None:
        return []
    if "title" in group.said and not _EVENT_WORD.search(group.said["title"].value):
        del group.said["title"]  # a motto: 主题：遇见美好
    if "signup_until" not in group.said and (by := _signup_sentence(clauses)):
        group.said["signup_until"] = by
    event = _event_of(group, title, years)
    return [event]


def _groups(clauses: Sequence[Clause]) -> list[_Group]:
    """Labelled lines by event: a label that comes again begins the next one."""
    heads = {c.ordinal: c for c in clauses}
    groups: list[_Group] = []
    current: _Group | None = None
    for clause, name, value, head in _labelled(clauses):
        path = _path(head, heads)
        if head is clause and (lead := _lead(clause.text)):
            path = (*path, lead)
        fresh = current is None or (
            name in current.said and name in ("time", "title") and path[:-1] != current.path[:-1]
        )
        if current is not None and name == "title" and "time" in current.said:
            fresh = True
        if current is not None and name == "time" and name in current.said and path != current.path:
            fresh = True
        if fresh:
            current = _Group(path)
            groups.append(current)
        assert current is not None
        current.said.setdefault(name, Fact(value, clause.text))
        if clause.ordinal not in current.clauses:
            current.clauses.append(clause.ordinal)
    with_time = [g for g in groups if "time" in g.said]
    if len(with_time) <= 1 and groups:
        first = (with_time or groups)[0]
        for other in groups:
            for name, fact in other.said.items():
                first.said.setdefault(name, fact)
            first.clauses += [o for o in other.clauses if o not in first.clauses]
        return [first] if with_time else []
    return with_time


def _lead(text: str) -> str:
    """What stands before the labels of an item that tells of one event: 青年人才论坛 of
    （三）青年人才论坛。时间：12月6日上午9:30。地点：…; "" for none."""
    match = _NAMED_FIRST.match(text)
    return match["name"] if match else ""


def _loose(clauses: Sequence[Clause]) -> _Group:
    group = _Group(())
    for clause, name, value, _ in _labelled(clauses):
        group.said.setdefault(name, Fact(value, clause.text))
        group.clauses.append(clause.ordinal)
    return group


def _labelled(clauses: Sequence[Clause]) -> Iterator[tuple[Clause, str, str, Clause]]:
    """(clause, field, value, head) of every labelled line and section named like a field.

    ``head`` is where the field is named: the line itself, or the heading above it.
    """
    children: dict[int, list[Clause]] = {}
    for clause in clauses:
        if clause.parent is not None:
            children.setdefault(clause.parent, []).append(clause)
    for clause in clauses:
        if clause.kind in (ClauseKind.ROW, ClauseKind.TABLE):
            continue
        for line in re.split(r"\n|　{2,}|\s{3,}|(?<=。)|(?<=；)", clause.text):
            if match := _LABEL.match(line.strip()):
                name = _field(re.sub(r"[\s与和及、]", "", match["label"]))
                if name:
                    yield clause, name, match["value"].strip("。；; "), clause
        if clause.heading and (headed := _HEADED.match(re.sub(r"\s", "", clause.heading))):
            name = next(n for n, v in headed.groupdict().items() if v)
            own = clause.text.split(clause.heading, 1)[-1].strip("：:。 　")
            plain = (c for c in children.get(clause.ordinal, ()) if not _LABEL.match(c.text))
            line = clause if own else next(plain, None)
            if line is not None:
                yield line, name, (own or line.text).split("。")[0], clause


def _field(label: str) -> str:
    return next((name for name, pattern in _LABELS if pattern.fullmatch(label)), "")


def _take(group: _Group, label: str, value: str, clause: Clause) -> None:
    if name := _field(label):
        group.said.setdefault(name, Fact(value.strip(), clause.text))
        group.clauses.append(clause.ordinal)


def _path(clause: Clause, heads: dict[int, Clause]) -> tuple[str, ...]:
    names: list[str] = []
    at = clause.parent
    while at is not None:
        names.append(heads[at].text)
        at = heads[at].parent
    return tuple(reversed(names))


def _group_title(group: _Group, fallback: str) -> str:
    heading = group.path[-1] if group.path else ""
    bare = _bare_title(re.sub(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]+\s*", "", heading))
    return bare if 2 <= len(bare) <= 40 and not _HEADED.match(bare) else fallback


def _held(clauses: Sequence[Clause]) -> tuple[re.Match[str], Clause] | None:
    for clause in clauses:
        if clause.kind is not ClauseKind.ROW and (match := _HELD.search(clause.text)):
            return match, clause
    return None


_BY = re.compile(
    r"(?:请于|须于|应于|于)?(?P<when>[^，。；]{3,24}?)(?:前|之前|以前)[^。；]{0,30}?(?:报名|登记|预约|扫码)"
)
_FOR_FIRMS = re.compile(r"单位|企业|展位|展商|用人")


def _signup_sentence(clauses: Sequence[Clause]) -> Fact | None:
    """请于12月1日前扫码报名; not what firms have to do by then."""
    heads = {c.ordinal: c for c in clauses}
    for clause in clauses:
        if clause.kind in (ClauseKind.ROW, ClauseKind.TITLE):
            continue
        around = " ".join((*_path(clause, heads), clause.text))
        if (match := _BY.search(clause.text)) and not _FOR_FIRMS.search(around):
            return Fact(match["when"], clause.text)
    return None


def _event_of(group: _Group, title: str, years: Years) -> Event:
    said = group.said
    line = said["time"]
    span = read_span(line.value, years)
    assert span is not None  # the caller has looked
    named = _bare_title(said["title"].value) if "title" in said else title
    doubts = _doubts(named, span)
    until = None
    if "signup_until" in said:
        by = read_span(said["signup_until"].value, _before(day_of(span.starts.value)))
        if by:
            until = Fact(by.ends.value, said["signup_until"].source)
            if by.ends.guessed:
                doubts += (f"“{named}”的报名截止没有写年份，按活动日期推定为{by.ends.value[:4]}年",)
    for name in ("audience", "joining"):  # 在本市工作的博士，限40人
        limit = re.search(r"限(?:额)?\s*\d+\s*[人名]", said[name].value) if name in said else None
        if limit:
            said.setdefault("capacity", Fact(limit[0], said[name].source))
    return Event(
        0, Fact(named, said["title"].source if "title" in said else named), kind_of(named),
        *_facts(span, line.source), until, said.get("place"), said.get("audience"),
        said.get("capacity"), said.get("joining"), said.get("contact"),
        tuple(sorted(set(group.clauses))), doubts=doubts,
    )  # fmt: skip


# -- changes -----------------------------------------------------------------------------

_TO = re.compile(
    r"(?:改为|改至|改到|改在|改于|调整为|调整至|调整到|变更为|变更至|更改为|延期至|延期到|延至|推迟至|推迟到|延后至|延后到|"
    r"提前至|提前到|顺延至|顺延到|移至|迁至|移师)\s*(?:于|在)?(?P<to>[^，。；]{2,50})"
)
_PLANNED = re.compile(r"原(?:定|计划|拟)(?:于|在)?(?P<when>[^，。；]{3,40})")
_PLACE_FROM = re.compile(
    r"(?:地点|场地|会场|地址)[^。；]{0,4}?(?:由|从)(?:原(?:定|来)?的?)?(?P<old>[^，。；]{2,40}?)"
    r"(?:改为|变更为|调整为|改到|改至|调整至|变更至|更换为|移至)(?P<new>[^，。；]{2,50})"
    r"|(?:地点|场地|会场|地址)[^。；，]{0,8}?(?:改为|变更为|调整为|改在|改到|改至|调整至|变更至|更换为|移至)(?P<new2>[^，。；]{2,50})"
)
_OLD_PLACE = re.compile(
    r"原(?:定|计划)?[^。；]{0,40}?在(?P<place>[^，。；]{2,40}?)(?:举办|举行|召开|开展)"
)
_ALL_ELSE = re.compile(
    r"(?:其他|其它|其余)[^。；]{0,10}(?:不变|照旧|按原)|(?:时间|时段|钟点)(?:保持)?不变|具体时间不变"
)


def _change(clauses: Sequence[Clause], facts: DocumentFacts, years: Years) -> Event:
    """What a notice of a change says of the event that it names."""
    body = [
        c
        for c in clauses
        if c.kind is not ClauseKind.SIGNATURE and re.sub(r"\s", "", c.text) not in facts.title
    ]  # without numbering the lines below the title are front matter, too
    whole = facts.title + "\n" + "\n".join(c.text for c in body)
    title = facts.title
    named = re.search(r"关于(.+)的?(?:通知|公告|通告|说明|提示|公示)", title)
    name = named[1] if named else title
    cancelled = bool(re.search(r"取消|停办|不再举办", title)) and not re.search(
        r"取消[^，。]{0,6}(?:限制|收费)", title
    )
    name = re.sub(
        r"(?:举办|举行)?(?:活动)?(?:的)?(?:延期|改期|推迟|延后|提前|顺延|取消|停办|暂停|暂缓)(?:举办|举行|召开|开展)?|"
        r"(?:变更|调整|更改|改变|更换)|(?:举办|举行|活动)?(?:时间|地点|场地|会场|日期)(?:[、和及与]|以及)?",
        "", name,
    )  # fmt: skip
    name = re.sub(r"(?:的|举办|举行)+$|^(?:举办|举行|的)+", "", name)
    name = _bare_title(name)
    was, near = _first(body, _PLANNED, "when", years)
    if was is None:
        was = _labelled_moment(body, r"原(?:定)?(?:举办|活动)?(?:时间|日期)", years)
        near = day_of(was.value) if was else None
    ahead = Years(years.first, years.last, near or years.near, years.named)
    if near and re.search(r"提前", whole):
        ahead = years
    starts = ends = None
    place = was_place = None
    clause_ids: list[int] = []
    changes: list[ChangeKind] = []
    for clause in body if not cancelled else ():
        said_place = _PLACE_FROM.search(clause.text)
        if said_place and place is None:
            new = (said_place["new"] or said_place["new2"]).strip('“”"')
            if not read_span(new, ahead):
                place = Fact(_bare_place(new), clause.text)
                was_place = Fact(said_place["old"], clause.text) if said_place["old"] else None
                clause_ids.append(clause.ordinal)
        for match in _TO.finditer(clause.text):
            span = read_span(match["to"], ahead)
            if span and starts is None:
                tail = clause.text[match.start("to") : match.start("to") + 60]
                span = read_span(re.split(r"[。；]", tail)[0], ahead) or span
                starts, ends = _facts(span, clause.text)
                clause_ids.append(clause.ordinal)
                at = re.search(r"在([^，。；]{2,40}?)(?:举办|举行|召开|开展)", tail)
                if at and place is None:
                    place = Fact(_bare_place(at[1]), clause.text)
    if not cancelled and starts is None:
        labels = (
            r"(?:新的?|调整后的?|变更后的?|现|改期后的?|延期后的?)?(?:举办|活动|举行)?(?:时间|日期)"
        )
        for clause, name_, value, _ in _labelled(body):
            label = re.match(rf"\s*\S{{0,4}}?{labels}\s*[:：]", clause.text)
            if name_ == "time" and label and not re.match(r"\s*\S{0,4}?原", clause.text):
                span = read_span(value, ahead)
                if span:
                    starts, ends = _facts(span, clause.text)
                    clause_ids.append(clause.ordinal)
                    break
    if not cancelled and place is None and re.search(r"地点|场地|会场", title):
        for clause, name_, value, _ in _labelled(body):
            if name_ == "place" and not re.match(r"\s*\S{0,4}?原", clause.text):
                place = Fact(value, clause.text)
                clause_ids.append(clause.ordinal)
                break
    if cancelled:
        changes.append(ChangeKind.CANCELLED)
    else:
        if starts is not None or re.search(
            r"延期|改期|推迟|延后|提前|顺延|暂停|暂缓|时间|日期", title
        ):
            changes.append(ChangeKind.DATE)
        if place is not None:
            changes.append(ChangeKind.PLACE)
    doubts: tuple[str, ...] = ()
    if not name:
        doubts += ("没有读出所说的是哪项活动，请在活动页面上指定",)
    if not cancelled and starts is None and place is None and "另行" not in whole:
        doubts += ("没有读出新的时间或地点，请核对通知原文",)
    if was is None and was_place is None and place is None and not cancelled:
        doubts += ("没有读出原定的时间，请核对是否就是这项活动",)
    until = None
    for clause, name_, value, _ in _labelled(body):
        if name_ == "signup_until" and starts is not None:
            by = read_span(value, _before(day_of(starts.value)))
            until = Fact(by.ends.value, clause.text) if by else None
    if was is None:
        was_span = next(
            (
                Fact(s.starts.value, c.text)
                for c in body
                if cancelled and (s := read_span(c.text, years))
            ),
            None,
        )
        was = was_span
    if (
        was_place is None
        and (old := next((m for c in body if (m := _OLD_PLACE.search(c.text))), None))
        and place is not None
    ):
        was_place = Fact(old["place"], old.string)
    for clause in body:
        if _PLANNED.search(clause.text) or _CHANGED.search(clause.text):
            clause_ids.append(clause.ordinal)
    return Event(
        0, Fact(name, title), kind_of(name), starts, ends, until, place,
        clauses=tuple(sorted(set(clause_ids))) or tuple(c.ordinal for c in body[:1]),
        changes=tuple(changes) or (ChangeKind.DATE,), was=was, was_place=was_place,
        keeps_hours=bool(_ALL_ELSE.search(whole)), doubts=doubts,
    )  # fmt: skip


def _first(
    body: Sequence[Clause], pattern: re.Pattern[str], group: str, years: Years
) -> tuple[Fact | None, date | None]:
    for clause in body:
        match = pattern.search(clause.text)
        span = read_span(match[group], years) if match else None
        if span:
            return Fact(span.starts.value, clause.text), day_of(span.starts.value)
    return None, None


def _labelled_moment(body: Sequence[Clause], label: str, years: Years) -> Fact | None:
    for clause in body:
        match = re.search(rf"{label}\s*[:：]\s*([^。；]+)", clause.text)
        span = read_span(match[1], years) if match else None
        if span:
            return Fact(span.starts.value, clause.text)
    return None


def _bare_place(text: str) -> str:
    return re.sub(r"(?:举办|举行|召开|开展|进行)$", "", text).strip('“”"。 ')


# -- applications ------------------------------------------------------------------------

_SPAN_OF = re.compile(
    r"(?:申报|申领|申请|受理|报名|征集|推荐|提交|填报|评选|网上申报|集中受理)[^。；：:，]{0,8}"
    r"(?:时间|期限|日期|截止|期)[^。；：:]{0,6}(?:[:：]|为|自|从|是|截至|至|到)+\s*(?P<when>[^。；]{4,60})"
    r"|^[\s（(\d一二三四五六七八九十)）.．、]*(?:个人|本人|自主|网上|线上|学生|毕业生)?"
    r"(?:申报|申领|申请|报名|填报)\s*[:：]\s*(?P<when3>[^。；]{4,60})"
)
_STEP_AFTER = re.compile(
    r"^[\s（(\d一二三四五六七八九十)）.．、]*[\u4e00-\u9fff]{0,6}(?:确认|审核|复核|初审|核查|公示|拨付|发放|评审)\s*[:：]"
)
"""单位确认：12月18日前, a step behind the application that has a day of its own."""
_UNTIL = re.compile(
    r"(?P<when>[^，。；]{3,30}?)(?:前|之前|以前|止|截止)[^。；]{0,24}?(?:申报|申领|申请|提交|报送|报名|填报|推荐)"
    r"|(?:申报|申领|申请|报名|受理|提交)[^。；]{0,12}?(?:截至|截止到|截止于|截止至?|止于)\s*(?P<when2>[^，。；]{3,30})"
    r"|逾期[^。；]{0,8}不"
)
_APPLY_HEADING = re.compile(r"(?:申报|申领|申请|受理|报名|征集|推荐).{0,4}(?:时间|期限|日期)")


def _applications(clauses: Sequence[Clause], facts: DocumentFacts, years: Years) -> list[Event]:
    """From when to when applications are taken, where a call for them says so."""
    if not _APPLY.search(facts.title + "".join(c.heading for c in clauses)):
        return []
    heads = {c.ordinal: c for c in clauses}
    for clause in clauses:
        if clause.kind in (ClauseKind.ROW, ClauseKind.TABLE, ClauseKind.SIGNATURE):
            continue
        parent = heads[clause.parent] if clause.parent is not None else None
        headed = bool(
            _APPLY_HEADING.search(clause.heading)
            or (parent and _APPLY_HEADING.search(parent.heading))
        )
        for line in re.split(r"(?<=[。；])|\n", clause.text):
            if _STEP_AFTER.match(line):
                continue
            match, until = _SPAN_OF.search(line), _UNTIL.search(line)
            text = (match["when"] or match["when3"]) if match else line if headed else ""
            span = read_span(text, years) if text else None
            by = None
            if span is None and until and (until["when"] or until["when2"]):
                by = read_span(until["when"] or until["when2"], years)
            if span is None and by is None:
                continue
            found = span or by
            assert found is not None
            if len(found.ends.value) == 7:
                continue  # a month alone is no last day
            ranged = span is not None and span.starts.value[:10] != span.ends.value[:10]
            opens = Fact(found.starts.value, clause.text) if ranged else None
            title = facts.title
            doubts = _doubts(title, found)
            return [
                Event(
                    0, Fact(title, title), EventKind.APPLICATION, opens,
                    Fact(found.ends.value, clause.text), Fact(found.ends.value, clause.text),
                    clauses=(clause.ordinal,), doubts=doubts,
                )
            ]  # fmt: skip
    return []


# -- words -------------------------------------------------------------------------------


def _before(day: date) -> Years:
    """A last day to sign up without a year: not long before the event."""
    return Years(near=day - timedelta(days=300))


def _facts(span: Span, line: str) -> tuple[Fact, Fact]:
    starts, ends = span.starts.value, span.ends.value
    if starts == ends and len(starts) > 10:  # when it ends is not said
        ends = ends[:10]
    return Fact(starts, line), Fact(ends, line)


def _doubts(title: str, span: Span) -> tuple[str, ...]:
    found: list[str] = []
    if span.starts.guessed:
        found.append(f"“{title}”的日期没有写年份，推定为{span.starts.value[:4]}年")
    if len(span.starts.value) == 7:
        found.append(f"“{title}”没有写具体日期")
    odd: Moment | None = next((m for m in (span.starts, span.ends) if m.odd), None)
    if odd:
        found.append(f"“{title}”写的是{odd.odd}，但{odd.value[:10]}不是{odd.odd}，请核对")
    return tuple(found)


def _own_title(facts: DocumentFacts) -> str:
    return _bare_title(facts.title)


def _bare_title(title: str) -> str:
    """The event's name in the title of its notice: 关于举办“X”的通知 -> “X”.

    >>> _bare_title("关于举办2026年秋季博士沙龙的通知"), _bare_title("“才聚”冬季招聘会公告")
    ('2026年秋季博士沙龙', '“才聚”冬季招聘会')
    """
    bare = re.sub(r"\s+", "", title)
    bare = re.sub(r"^\d{1,2}[.、．]", "", bare)
    bare = (
        re.sub(r"^.{0,20}?关于(?:组织)?(?:开展|举办|举行|召开|参加|做好)?", "", bare)
        if "关于" in bare
        else bare
    )
    bare = re.sub(
        r"(?:报名|活动)?(?:的)?(?:通知|公告|预告|通告|启事|邀请函|邀请|须知|安排|预热|来啦|报名)+[！!]*$",
        "",
        bare,
    )
    bare = re.sub(r"^(?:举办|举行|召开|开展)", "", bare)
    named = re.search(r"活动(?:的)?(?:通知|公告|预告|通告|启事|邀请函|安排)$", title)
    if named and bare and (len(bare) < 4 or not _EVENT_WORD.search(bare)):
        bare += "活动"  # nothing else in 人才露营活动 says that it is one
    return bare.strip("，。：:！! ")
