"""The words of a passage that answer: cells with their names, or the sentences that matter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.classes import QUALIFICATION, STATUS
from bot.answering.concepts import asks_only
from bot.answering.demands import gives_bands, in_band
from bot.answering.ruling import LIMITS, denies
from bot.answering.support import mostly_in
from bot.answering.verdict import speaks_of_all
from knowledge.documents import ClauseKind, DocumentKind, Hit, Passage
from knowledge.figures import figures
from knowledge.lexicon import index_terms, normal, words
from knowledge.passages import with_unit
from knowledge.query import Alternative, Aspect, Measure, Query
from knowledge.recipients import row_classes
from knowledge.structure import sentences
from knowledge.talent_classes import classes_named, definitions
from knowledge.weights import ANSWERS, HEADED, MEASURED

_LISTS = {Aspect.MATERIALS, Aspect.CONDITIONS, Aspect.PROCEDURE}
_COLUMNS = {Aspect.PLACE, Aspect.CONTACT, Aspect.TIME}
"""What is asked for by words that head a column: 去哪办, 打给谁."""
SENTENCE = 0.4
"""A sentence is kept when it holds this share of what the best sentence holds."""
DECIDING_SENTENCE = 0.7
"""The same where a yes or no is wanted: the general rule before an exception misleads."""
SHORT_REPLY = 120
"""Characters up to which a reply of questions and answers is told whole."""
NEARLY_ALL = 0.8
"""Share of what the best sentence of a speech holds from which another one tells it too."""
SENTENCE_TO_LETTER = 0.2
"""The same in a letter's answer: it tells its matter at length, and no one sentence holds it."""
OF_OWN_CLASS = 1.5
"""Advantage of a sentence that names the class asked about."""
ASPECT_SENTENCE = 1.3
"""Advantage of a sentence that looks like the answer to this kind of question."""


def excerpt(
    query: Query, hit: Hit, shares: dict[str, float], limit: int, letter: bool = False,
    measures: Sequence[Measure] = (),
) -> str:  # fmt: skip
    """The shortest words of a passage that answer: cells with their names, or sentences.

    Args:
        query: what was asked.
        hit: the passage.
        shares: how much of the question each concept is.
        limit: characters that a quotation may have; one sentence is never cut.
        letter: the question stands in a letter; more of the passage is quoted.
        measures: what numbers are wanted of the passage, of all the questions that it answers.
    """
    if hit.passage.cells and hit.passage.header:
        return _cells(query, hit, measures)
    text = hit.passage.text
    heading, _, below = text.partition("\n")
    if below and len(heading) <= 24 and hit.passage.label.startswith(heading.strip()):
        text = below  # the basis line names the heading already
    is_reply = hit.passage.kind is ClauseKind.QUESTION
    if is_reply:
        text = _reply_only(query, hit, text, letter)
    if hit.source.reviewed is not None or (is_reply and len(text) <= SHORT_REPLY):
        return text  # two people released these words, not some of them; a short reply is one
    # conditions and alternatives belong together: a list is quoted whole while there is room
    if len(text) <= limit and (_LISTS & set(query.aspects) or _LIST.search(text)):
        return text
    said = _sentences(query, text, shares, limit, letter, measures)
    # what a reply refuses in its first sentence it explains in those behind
    first = sentences(text)[0].strip() if is_reply and Aspect.WHETHER in query.aspects else ""
    if denies(first) and not said.startswith(first) and len(first) + len(said) <= limit:
        return f"{first}{'' if text.strip().startswith(first + said) else '……'}{said}"
    return said


_OPENING = re.compile(
    r"(?:可以|不可以|不能|能|不行|行|是的?|不是|需要|不需要|不用|不会|会|有|没有|算|不算)[。！，,]"
)
"""The yes or no that a reply opens with."""


def opens_itself(text: str) -> bool:
    """Does a reply, with its question above it or not, begin with its own yes or no?"""
    return _OPENING.match(_ANSWERED.split(text)[-1].strip()) is not None


def run_in(text: str) -> str:
    """The heading that a clause begins with in one line with it: （二）在站生活补助。; "" without.

    >>> run_in("（二）在站生活补助。博士后在站期间给予补助。")
    '（二）在站生活补助。'
    """
    found = _RUN_IN.match(text)
    return found[0] if found else ""


_ANSWERED = re.compile(r"(?:^|\n)\s*(?:答|A)\s*(?:复)?\s*[：:]\s*")
_NUMBERED = re.compile(r"^\s*(?:问题?)?\d+")


def _reply_only(query: Query, hit: Hit, text: str, letter: bool) -> str:
    """A question and answer without the question: it repeats what was just asked.

    The yes or no it opens with answers that question and is left out for any other one; a year, an
    age or a time that the reply's question does not give makes it another one. For one that comes
    near it stands, and ``near_question`` is to be told with it.
    """
    first, rest = _parted(hit.passage.text)
    if not first:
        return text
    opening = _OPENING.match(rest)
    if opening is None or len(rest) <= opening.end() + 5:
        return rest
    if _is_asked(query, first, rest, letter) or near_question(query, hit, letter):
        return rest
    reads_the_same = hit.coverage >= SAME_COVERAGE and hit.dense >= SAME
    turned = bool(_REFUSED.search(query.text)) != bool(_REFUSED.search(normal(first)))
    if reads_the_same and not turned and _of_the_same(query, first):
        return rest
    return rest[opening.end() :].lstrip()


def _parted(text: str) -> tuple[str, str]:
    """(question, reply) of a question and answer; ("", the text) of any other."""
    if match := _ANSWERED.search(text):
        return text[: match.start()], text[match.end() :]
    first, _, rest = text.partition("\n")
    return (first, rest) if rest and first.rstrip().endswith(("？", "?")) else ("", text)


def near_question(query: Query, hit: Hit, letter: bool) -> str:
    """The question of a reply that opens with its own yes or no, where it comes near the one asked
    and is another; "" for none.

    What the reply alone speaks of (自带 behind 档案可以放在中心吗) is no near question, nor one of
    somebody or a number that it does not name.
    """
    question, reply = _parted(hit.passage.text)
    if letter or not question or not _OPENING.match(reply):
        return ""
    asked, said = normal(question), normal(reply)
    is_near = (
        query.aspects[0] is Aspect.WHETHER
        and hit.coverage >= NEAR_COVERAGE
        and hit.coverage + hit.dense >= NEAR
        and _of_the_same(query, question)
        and bool(_REFUSED.search(query.text)) == bool(_REFUSED.search(asked))
        and not any(
            not (c.carried or c.told) and c.stands_in(said) and not c.stands_in(asked)
            for c in query.concepts
        )
    )
    if not is_near or _is_asked(query, question, reply, letter):
        return ""
    return _NUMBERED_ASK.sub("", question).strip()


NEAR_COVERAGE, NEAR = 0.6, 1.1
"""Coverage, and coverage and cosine together, from which a reply's question is near that asked."""
SAME_COVERAGE, SAME = 0.9, 0.6
"""Coverage and cosine from which a reply's question is the one asked, whatever its reply names."""
_REFUSED = re.compile(r"[不没](?!能|[a-z])(?=[\u4e00-\u9fff]{2})")
_NUMBERED_ASK = re.compile(r"^\s*(?:问题?|Q)?\s*\d*\s*[：:、.．]?\s*")


def _is_asked(query: Query, question: str, reply: str, letter: bool) -> bool:
    """Is a reply's question the one asked, in other words?

    券能给我爸妈买房子用吗 is 安居券能不能给父母买房用. 档案能自己带过去不 is not
    档案可以放在中心吗, whose reply forbids it; and what 劳务派遣 may, a 公务员 may not.
    """
    asked, said = normal(question), normal(reply)
    if letter and _tells_all_of(query, asked):
        return True
    return (
        _of_the_same(query, question)
        and (speaks_of_all(query, question, mostly_in) or _tells_all_of(query, asked))
        and not any(
            c.is_action and not c.carried and c.stands_in(said) and not c.stands_in(asked)
            for c in query.concepts
        )
    )


def _of_the_same(query: Query, question: str) -> bool:
    """Does a reply's question name everybody and every number that the one asked names?"""
    asked = normal(question)
    return figures(query.text) <= figures(_NUMBERED.sub("", question)) and all(
        status in asked or any(status in c.word and c.stands_in(asked) for c in query.concepts)
        for status in STATUS.findall(query.said)
    )


def _tells_all_of(query: Query, question: str) -> bool:
    """Does a message tell all that a reply's question speaks of, which is then the same one?"""
    told = [t for c in query.concepts for a in c.alternatives for t in a.terms]
    content = [w for w in words(question) if len(w) > 1 and not asks_only(w)]
    return len(content) > 2 and all(
        w in query.message or any(len(t) > 1 and (w in t or t in w) for t in told) for w in content
    )


def _cells(query: Query, hit: Hit, measures: Sequence[Measure]) -> str:
    """A table row: what names the row, then the columns the question is about.

    Those are the ones it names; where none of them has a number that is wanted, those that have.
    """
    header, cells = hit.passage.header, hit.passage.cells
    pairs = list(dict.fromkeys(zip(header, cells, strict=False)))
    naming = [i for i, (_, c) in enumerate(pairs) if c and c in hit.passage.label]
    columns = [i for i in range(len(pairs)) if i not in naming]
    wanted = _spoken_of(query, [header for header, _ in pairs]) & set(columns)
    # 电话多少 is no amount
    asked = set(query.aspects) - ({Aspect.AMOUNT} if Measure.TELEPHONE in measures else set())
    window = {i for i in columns if _OPEN.search(pairs[i][0])}
    if window and not wanted and {Measure.WINDOW, Measure.DEADLINE, Measure.DAY} & set(measures):
        wanted |= window  # 办结时限 is no time to apply
    elif asked <= _COLUMNS:
        for aspect in asked:
            wanted |= {i for i in columns if HEADED[aspect].search(pairs[i][0])}
    said = ["".join(with_unit(h, c, hit.passage.caption)) for h, c in pairs]
    numbers = [with_unit(h, c, hit.passage.caption)[1] for h, c in pairs]
    if wanted:
        wanted |= {i for i in columns if _is_in(query, pairs[i][1], hit)}
        for measure in measures:
            # 每月标准 is no time for which something is paid
            with_number = {i for i in columns if MEASURED[measure].search(numbers[i])}
            wanted |= set() if wanted & with_number else with_number
    wanted = {i for i in wanted if not _NOTHING.fullmatch(pairs[i][1].strip())}
    several = len(asked & _EACH_A_COLUMN) > 1  # 有多少张床 在哪条路上
    if not wanted or several or hit.source.kind is DocumentKind.EVENT:
        return hit.passage.text
    name = "、".join(pairs[i][1] for i in naming[:1])
    given = "；".join(said[i] for i in sorted(wanted))
    return f"{name}：{given}" if name else given


_EACH_A_COLUMN = frozenset({Aspect.AMOUNT, Aspect.PLACE, Aspect.CONTACT, Aspect.TIME})
_OPEN = re.compile(r"(?:申[报请领]|受理|报名)(?:时间|期|窗口|时限|截止)|窗口期|截止")
"""A column that says when one may apply."""
_NOTHING = re.compile(r"[—–\-－/／]*")
"""A cell that says nothing; 无 and 不享受 say something."""


def by_class(query: Query, rows: Sequence[Passage]) -> str:
    """What a table gives each talent class of what is asked about; "" where no column is meant.

    Args:
        query: what was asked.
        rows: the rows of one table, each of another class.
    """
    header = rows[0].header
    naming = row_classes(rows[0])[0]
    columns = [i for i in range(len(header)) if i != naming]
    wanted = columns
    if len(columns) > 1:  # 买房补贴: 补贴 names two columns, 买房 one of them
        named = [len(words) for words in _naming(query, [header[i] for i in columns])]
        wanted = [i for i, n in zip(columns, named, strict=True) if n and n == max(named)]
    if len(wanted) != 1:
        return ""
    column = wanted[0]
    said = [with_unit(header[column], r.cells[column], r.caption) for r in rows]
    given = "；".join(f"{r.cells[naming]}：{s}" for r, (_, s) in zip(rows, said, strict=True))
    return f"{said[0][0]}：\n{given}"


def _spoken_of(query: Query, headers: Sequence[str]) -> set[int]:
    """The columns that the question names, in a wording of it or as 白玉卡 for 白玉版."""
    found = set()
    for i, (header, named) in enumerate(zip(headers, _naming(query, headers), strict=True)):
        called = _CALLED.sub("", normal(header))
        if named or (called != header and called in query.text):
            found.add(i)
    return found


_CALLED = re.compile(r"(?<=..)(?:人才|层次|[版卡类级档])$")
"""What columns are called by beside their own name."""


def _is_in(query: Query, cell: str, hit: Hit) -> bool:
    """Does a cell speak of something asked about that the row's name does not: 铜牌 in a remark?"""
    named, terms = set(index_terms(hit.passage.label)), set(index_terms(cell))
    asked = [c.word for c in query.concepts if c.weight >= 0.9 and len(c.word) > 1]
    return any(w in terms and w not in named for w in asked)


def _naming(query: Query, headers: Sequence[str]) -> list[list[str]]:
    """The words of the question that name each column, as they stand there or in other wordings.

    房票 is the column 织锦房票面额 and not 安居月贴, of which another city's table says 安居券.
    """
    folded = [normal(h) for h in headers]
    terms = [set(index_terms(h)) for h in headers]
    asked = [c for c in query.concepts if c.weight >= 0.9]
    return [
        [
            c.word
            for c in asked
            if (len(c.word) > 1 and c.word in header)
            or any(_is_named(a, header, own) for a in c.alternatives)
        ]
        for header, own in zip(folded, terms, strict=True)
    ]


def _is_named(wording: Alternative, header: str, terms: set[str]) -> bool:
    long = [t for t in wording.terms if len(t) > 1]
    loose = len(long) < len(wording.terms) and wording.written
    return bool(long) and all(t in terms for t in long) and (not loose or wording.written in header)


def _sentences(
    query: Query, text: str, shares: dict[str, float], limit: int, letter: bool,
    measures: Sequence[Measure],
) -> str:  # fmt: skip
    """The sentences that speak of what was asked, in their order, with what qualifies them."""
    whether = query.aspects[0] is Aspect.WHETHER
    defines = bool(definitions(normal(text)))
    pieces = [
        p
        for p in _units(text, finely=whether and not defines)
        if not _SALUTATION.fullmatch(p.strip())
    ]
    pieces = pieces or [text]
    if own := _of_the_asker(query, text):
        pieces = own
    if fitting := [p for p in pieces if in_band(query.message, p)]:
        # what those get who have paid for fewer years misleads
        pieces = [p for p in pieces if p in fitting or not gives_bands(p)]
    if len(pieces) == 1:
        return pieces[0].strip() if own else text

    looks = ANSWERS[query.aspects[0]]
    values = [
        _value(query, p, shares) * (ASPECT_SENTENCE if looks.search(p) else 1.0) for p in pieces
    ]
    if query.classes and measures:  # what others get misleads
        own_class = [bool(query.classes & {*classes_named(normal(p))}) for p in pieces]
        values = [v * (OF_OWN_CLASS if o else 1.0) for v, o in zip(values, own_class, strict=True)]
    best = max(values)
    if best == 0:
        return text if len(text) <= limit else "".join(pieces[:2]).strip()
    share = DECIDING_SENTENCE if whether else SENTENCE
    least = best * (SENTENCE_TO_LETTER if letter else share)
    chosen = {i for i, v in enumerate(values) if v >= least or pieces[i] in fitting}
    label = _LABELLED.get(query.aspects[0])
    chosen |= {i for i, p in enumerate(pieces) if label and label.search(p)}
    for measure in measures:  # the penalty stands behind what it is for
        with_number = [i for i, p in enumerate(pieces) if MEASURED[measure].search(p)]
        if with_number and chosen.isdisjoint(with_number):
            lead = min(chosen)
            chosen.add(next((i for i in with_number if i > lead), with_number[-1]))
    # an exception or condition right behind a chosen sentence changes what it says
    for i in sorted(chosen):
        behind = pieces[i + 1].strip() if i + 1 < len(pieces) else ""
        if _QUALIFIES.match(behind) or LIMITS.search(normal(behind)):
            chosen.add(i + 1)
    # what follows a semicolon is of the same class, which is named once before it
    for i in sorted(chosen):
        goes_on = i + 1
        while whether and pieces[goes_on - 1].rstrip().endswith(("；", ";")):
            if goes_on >= len(pieces) or classes_named(normal(pieces[goes_on])):
                break
            if query.classes and values[goes_on] > 0:
                chosen.add(goes_on)
            goes_on += 1
    # a lead-in says nothing without what it leads to
    for i in sorted(chosen):
        if pieces[i].rstrip().endswith(("：", ":")) and chosen.isdisjoint(range(i + 1, i + 12)):
            items = range(i + 1, min(i + 12, len(pieces)))
            chosen |= {max(items, key=lambda k: values[k])} if items else set()
    size = 0
    kept: list[int] = []
    for i in sorted(chosen, key=lambda i: (pieces[i] not in fitting, -values[i])):
        if kept and size + len(pieces[i]) > limit:
            continue
        kept.append(i)
        size += len(pieces[i])
    return _joined(pieces, sorted(kept))


def _of_the_asker(query: Query, text: str) -> list[str]:
    """Where a sentence gives several classes or degrees a number each, those stretches that
    name the asker's, and the sentences that name none; [] where nothing is parted so.

    B类收几成 is answered by B、C类按30%, and misled by the 60% of everybody else before it.
    """
    names = [re.escape(c) for c in query.classes]
    names += [
        re.escape(a.terms[0])
        for c in query.concepts
        if QUALIFICATION.fullmatch(c.word)
        for a in c.alternatives
    ]
    if not names:
        return []
    kept: list[str] = []
    parted = False
    for sentence in _units(text):
        stretches = [t for t in re.split(r"(?<=[；;])", sentence) if t.strip()]
        own = [t for t in stretches if _names_one(names, t)]
        each_has = all(re.search(r"\d|[免全]", t) or classes_named(normal(t)) for t in stretches)
        if len(stretches) > 1 and each_has and own and len(own) < len(stretches):
            kept += _with_what_goes_on(names, stretches)
            parted = True
        else:
            kept.append(sentence)
    if any(_names_one(names, s) for s in kept):
        # 有效期5年，其中六类人才3年 is the rule of all but those named behind it
        of_others = [
            s
            for s in kept
            if classes_named(normal(_EXCEPTED.split(s)[0])) and not _names_one(names, s)
        ]
        if query.classes and of_others:
            kept, parted = [s for s in kept if s not in of_others], True
    return kept if parted else []


_EXCEPTED = re.compile(r"[，,；;](?:其中|但)")


def _with_what_goes_on(names: list[str], stretches: list[str]) -> list[str]:
    """The stretches that name one of these, each with what is said of it behind a semicolon."""
    kept: list[str] = []
    of_one = False
    for stretch in stretches:
        if _names_one(names, stretch):
            of_one = True
        elif classes_named(normal(stretch)) or _OTHERS.match(stretch) or re.search(r"\d", stretch):
            of_one = of_one and _GOES_ON.match(stretch) is not None
        if of_one:
            kept.append(stretch)
    return kept


_OTHERS = re.compile(r"\s*(?:其他|其余|一般)")
_GOES_ON = re.compile(r"\s*(?:原|其中|对|若|如|未|同时|期满)")
"""How a stretch begins that says more of the one before it, and not what others get."""


def _names_one(names: list[str], text: str) -> bool:
    folded = normal(text)
    listed = set(classes_named(folded))
    return any(n in listed for n in names) or bool(
        re.search(rf"(?<![副正])(?:{'|'.join(names)})", folded)
    )


def _value(query: Query, piece: str, shares: dict[str, float]) -> float:
    """How much of a question's weight one sentence holds."""
    terms = set(index_terms(piece))
    total = 0.0
    for concept in query.concepts:
        best = 0.0
        for alternative in concept.alternatives:
            held = sum(t in terms for t in alternative.terms) / len(alternative.terms)
            best = max(best, held * alternative.weight)
        total += best * shares.get(concept.word, 0.0)
    return total


def richest(query: Query, texts: Sequence[str], shares: dict[str, float]) -> str:
    """The text that holds most of a question, the first of equals."""
    return max(texts, key=lambda text: _value(query, text, shares))


def telling_sentences(query: Query, text: str, shares: dict[str, float]) -> list[str]:
    """The sentences of a text that hold most of a question, or nearly as much."""
    pieces = _units(text)
    values = [_value(query, piece, shares) for piece in pieces]
    return [p for p, v in zip(pieces, values, strict=True) if v >= NEARLY_ALL * max(values)]


_LIST = re.compile(r"[：:]\s*\n?\s*[（(](?:[一1])[）)].*\n?\s*[（(][二2][）)]", re.S)


def _joined(pieces: list[str], kept: list[int]) -> str:
    """The kept sentences in order; …… where others between them were left out."""
    text = ""
    for before, i in zip([None, *kept], kept, strict=False):
        gap = before is not None and i != before + 1
        text += ("……" if gap else "") + pieces[i]
    return text.strip()


_SALUTATION = re.compile(
    r"(?:尊敬的)?(?:网友|同志|市民|先生|女士)?[：:,，\s]*(?:您|你)好[！!。,，]?.{0,12}|.{0,24}(?:留言|来信)(?:已)?(?:收悉|阅悉).{0,12}"
    r"|(?:现将有关情况|现)(?:回复|答复)如下[：:。]?|感谢您.{0,24}"
)
"""How an official letter begins and ends; nothing of it answers."""
_LABELLED = {
    Aspect.PLACE: re.compile(r"(?:地点|地址)[：:]"),
    Aspect.TIME: re.compile(r"(?:时间|日期)[：:]"),
    Aspect.CONTACT: re.compile(r"(?:电话|联系人|联系方式)[：:]"),
}
"""Lines that notices label; 地点：… answers 在哪 though it names nothing else of the question."""
_RUN_IN = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]+[）)．.、]|第[一二三四五六七八九十百\d]+条)\s*[^，。；]{1,14}。"
)
_VERDICT = re.compile(r"[^，,。]{1,7}。")
"""不能。 or 可以。: the answer itself, nothing without the sentence that follows."""
_QUALIFIES = re.compile(
    r"(?:但|但是|其中|逾期|超过|超出|未|不满|期满|发放期间|确需|取得|同时|除外|上述|已|中断|另|每人|家庭|以上)"
)


def _units(text: str, finely: bool = False) -> list[str]:
    """Sentences; the items of a long enumeration count as sentences, where ``finely`` of any."""
    units: list[str] = []
    piece = ""
    for part in sentences(text):
        piece += part
        ends = part.rstrip().endswith(("。", "！", "？", "!", "?")) or part.endswith("\n")
        if ends or (part.endswith(("；", ";")) and (finely or len(text) > 150)):
            units.append(piece)
            piece = ""
    if piece:
        units.append(piece)
    # a heading line alone is no sentence: it stays with the one below it
    merged: list[str] = []
    for unit in units:
        if merged and (
            (merged[-1].endswith("\n") and len(merged[-1].strip()) <= 24)
            or _RUN_IN.fullmatch(merged[-1])
            or _VERDICT.fullmatch(merged[-1].strip())
        ):
            merged[-1] += unit
        else:
            merged.append(unit)
    return merged
