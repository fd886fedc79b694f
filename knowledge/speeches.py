"""What a speech tells and no rule does: how many there were or are to be in a year. Pure."""

from __future__ import annotations

import re

_COUNTS = re.compile(
    r"^(?!.*(?:[补津][贴助]|给多少|领|能拿|能报|我(?!们市)))"
    r".*(?:今年|去年|明年|前年|全年|上半年|下半年|全市|[咱我]们?市|20\d\d年)(?:[^,。?]{0,12}?)"
    r"(?:计划|打算|准备|要|预计|新增|引进|引来|来|请|回来|建|开工|交付?|拿|筹集|办|组织|评|认定|新弄|新开|投|花|用在)(?:了|出|成)?"
    r"[^。?]{0,12}?(?:多少(?!元|钱(?!用)|块|天|年|月|岁|分|次|小时)|几[套家场所位名个处])"
)
"""How many there were or are to be in a year, which a speech tells and no rule does."""
_YEARS = {
    "今年": re.compile("今年|年内|本年|新的一年|明年初"),
    "去年": re.compile("去年|过去一年|上一?年|一年来"),
}


def counts_of_a_year(question: str) -> bool:
    """Is it asked how many there were, or are to be, in a year?

    >>> counts_of_a_year("今年计划交付多少套公寓"), counts_of_a_year("今年租房补贴给多少")
    (True, False)
    """
    return bool(_COUNTS.search(question))


def of_other_year(question: str, passage: str) -> bool:
    """Does a passage of a speech tell of last year only, where this one is asked about, or the
    other way about?

    >>> of_other_year("今年交付多少", "去年交付900套"), of_other_year("今年多少", "年内2200套")
    (True, False)
    """
    asked = next((year for year in _YEARS if year in question), None)
    if asked is None or _YEARS[asked].search(passage):
        return False
    return any(pattern.search(passage) for year, pattern in _YEARS.items() if year != asked)
