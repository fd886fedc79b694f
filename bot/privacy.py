"""Personal numbers are masked before anything is stored, searched or sent on. Pure."""

from __future__ import annotations

import hashlib
import re

_NUMBERS: tuple[tuple[re.Pattern[str], str], ...] = (
    # GB 11643-1999: 17 digits and a check character; older 15-digit numbers
    (re.compile(r"(?<![\dA-Za-z])\d{6}(?:19|20)?\d{9}[\dXx]?(?![\dA-Za-z])"), "［身份证号］"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "［手机号］"),
    (re.compile(r"(?<!\d)(?:\d[ -]?){15,18}\d(?!\d)"), "［银行卡号］"),
)


def masked(text: str) -> str:
    """The text with ID-card, mobile and bank-card numbers replaced by what they are.

    >>> masked("我身份证110101199003071234，手机13800138000")
    '我身份证［身份证号］，手机［手机号］'
    """
    for pattern, name in _NUMBERS:
        text = pattern.sub(name, text)
    return text


def alias(openid: str) -> str:
    """What a log calls a person: the same for the same openid, which cannot be told from it.

    >>> alias("oUser1") == alias("oUser1") != alias("oUser2")
    True
    """
    return "u-" + hashlib.sha256(f"zhihui log:{openid}".encode()).hexdigest()[:10]
