"""Lines of a reply that send a text when tapped, without any right of the account. Pure.

``weixin://bizmsgmenu`` is undocumented and used for years by public bots (WECHAT notes §5); PC
clients may show it as plain text, so whoever prints one also says what to type.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[\s&\"'<>#%+=?\\]")


def tap(label: str, says: str, menu_id: str) -> str:
    """A link that sends ``says`` as the person's text, with ``menu_id`` as its bizmsgmenuid.

    >>> tap("购房补贴", "购房补贴&怎么领", "t1")
    '<a href="weixin://bizmsgmenu?msgmenucontent=购房补贴%26怎么领&msgmenuid=t1">购房补贴</a>'
    """
    said = _UNSAFE.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), says)
    shown = label.replace("<", "＜").replace(">", "＞")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={said}&msgmenuid={menu_id}">{shown}</a>'
