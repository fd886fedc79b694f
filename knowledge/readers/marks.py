"""Raised and struck characters: neither is a part of the figure beside it. Pure."""

from __future__ import annotations

import re

STRUCK = "文中有 {} 处带删除线的文字，视为已删去，没有读入，请核对"
"""What a reviewer is told of struck text; {} is in how many places."""

_UNIT = re.compile(r"(?<![A-Za-z])[kdcm]?m$")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(mark: str, before: str) -> str:
    """A raised mark as it stands in a line of plain text, behind ``before``.

    >>> raised("1", "补贴3000"), raised("2", "面积90m"), raised("①", "补贴")
    ('[1]', '²', '①')
    """
    if not re.fullmatch(r"\d{1,3}", mark.strip()):
        return mark
    return mark.strip().translate(_RAISED) if _UNIT.search(before) else f"[{mark.strip()}]"
