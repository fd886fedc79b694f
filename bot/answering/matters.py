"""What happens to people and to benefits, and the small things of every day. Pure.

A clause on a benefit decides nothing of what it does not speak of: of the flat's parking, of a
death before the last instalment, of a loan paid back early. How people say these things and how
papers do is known beforehand, unlike the names of benefits; so a passage that has none of the
words a paper would use is no answer, however near it comes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that a clause must speak of to decide it.

    Attributes:
        asked: how people say it, a pattern over a question's normal form.
        written: how papers say it, a pattern over a passage's; generous, since a passage that
            only might speak of it is not refused for it.
        kind: "itself" where the passage's own words must say it, and not those above it;
            "untitled" where its paper's title may not: that of a law on five insurances names none;
            "story" where people tell of it by the way: it is asked for by a question that says
            it, and by one that names no matter.
    """

    asked: re.Pattern[str]
    written: re.Pattern[str]
    kind: str = ""


_KINDS = ("", "itself", "untitled", "certificate", "story")
_DONE_WITH = (
    "[都也被的给要卡证]*(?:怎么|咋|如何)?"
    "(?:丢|掉|补|换|重新?办|到期|过期|去哪|在哪|怎么办|咋办|没了|弄)"
)
_RULED = "(?:遗失|丢失|补|挂失|换|损毁|申领|领取|办理|制发|核发|变更|重新|到期|届满|签注)"
"""What people do with a certificate, and what papers rule on it."""


def _near(one: str, other: str) -> str:
    """A pattern for two others in one sentence, in either order."""
    return f"{one}[^。;]*{other}|{other}[^。;]*{one}"


_TABLE = Path(__file__).with_name("matters.tsv")


def read_matters(path: Path = _TABLE) -> tuple[Matter, ...]:
    """Read ``pattern<TAB>pattern`` lines, with ``<TAB>itself``, ``<TAB>untitled``,
    ``<TAB>certificate`` or ``<TAB>story`` behind; ``#`` begins a comment.

    Raises:
        ValueError: a line has other columns, or one is no pattern; names the line.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        asked, written, kind = (*columns, "", "")[:3]
        if not (asked and written) or kind not in _KINDS or len(columns) > 3:
            raise ValueError(f"{path.name}:{number}: write a pattern, one tab, a pattern")
        if kind == "certificate":
            asked, written = rf"(?:{asked}){_DONE_WITH}", _near(rf"(?:{written})", _RULED)
        try:
            found.append(Matter(re.compile(asked), re.compile(written), kind))
        except re.error as error:
            raise ValueError(f"{path.name}:{number}: {error}") from error
    return tuple(found)


@cache
def _matters() -> tuple[Matter, ...]:
    return read_matters()


@lru_cache(maxsize=1000)  # asked of a question once for every passage found, and each asks them all
def matters(asked: str) -> tuple[Matter, ...]:
    """What a question asks of that a clause must speak of to decide it.

    >>> [m.asked.pattern for m in matters("贷款能提前还吗")], matters("贷款多少")
    (['提前还|提前结清|提早还'], ())
    """
    return tuple(m for m in _matters() if m.asked.search(asked))


def named(asked: str) -> list[str]:
    """The words by which a question names them.

    >>> named("公寓有停车位吗")
    ['停车位']
    """
    return [m[0] for matter in matters(asked) if (m := matter.asked.search(asked))]


def decides(asked: str, title: str, headings: str, passage: str, question: str = "") -> bool:
    """Does a passage speak of every such thing that a question names?

    Args:
        asked: the question in normal form.
        title: that of the passage's paper, in normal form, as are
        headings: what else stands above the passage, and
        passage: its own words.
        question: the part of what is asked that asks, where that names a matter; "" for all of it.

    >>> decides("我当兵回来,津贴能领吗", "", "", "津贴600元", "津贴能领吗")
    True
    >>> decides("公寓有停车位吗", "公寓办法", "", "租期两年"), decides("有停车位吗", "", "", "车位")
    (False, True)
    """
    above = {"itself": "", "untitled": headings}
    return all(
        m.written.search(f"{above.get(m.kind, f'{title} {headings}')} {passage}")
        for m in matters(asked)
        if m.kind != "story" or m.asked.search(question or asked)
    )
