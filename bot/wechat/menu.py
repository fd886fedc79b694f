"""The account's menu: from the office's file to what WeChat takes. Pure.

A button of the file has a ``name`` and either ``say`` (what a tap says, as if typed), ``url`` (a
page to open) or ``sub_button``. The key of a button carries its words, so that a menu which a
phone still shows after a change is answered too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SAYS = "say:"
"""Begins the key of a button whose tap says something."""
MOST_BUTTONS, MOST_SUB_BUTTONS = 3, 5
NAME_BYTES, SUB_NAME_BYTES = 16, 60
KEY_BYTES, URL_BYTES = 128, 1024


class BadMenu(ValueError):
    """A menu that WeChat would refuse; the message names every fault, in Chinese."""


def menu_body(buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The body of menu/create.

    Raises:
        BadMenu: naming each button that breaks a rule of WeChat's or of the file.
    """
    faults: list[str] = []
    body = {"button": _buttons(buttons, faults, "菜单", MOST_BUTTONS)}
    if faults:
        raise BadMenu("；".join(faults))
    return body


def said(key: str) -> str:
    """What the tap of a button with this key says; "" for a key that is not ours."""
    return key.removeprefix(SAYS) if key.startswith(SAYS) else ""


def _buttons(
    buttons: Sequence[Mapping[str, Any]], faults: list[str], where: str, most: int
) -> list[dict[str, Any]]:
    if not 1 <= len(buttons) <= most:
        faults.append(f"{where}：有{len(buttons)}个按钮，须为1至{most}个")
    is_sub = most == MOST_SUB_BUTTONS
    made: list[dict[str, Any]] = []
    for button in buttons:
        name = str(button.get("name", ""))
        at = f"{where}“{name}”"
        if not 1 <= len(name.encode()) <= (SUB_NAME_BYTES if is_sub else NAME_BYTES):
            most_bytes = SUB_NAME_BYTES if is_sub else NAME_BYTES
            faults.append(f"{at}：名称须为1至{most_bytes}字节（最多{most_bytes // 3}个汉字）")
        ways = [w for w in ("say", "url", "sub_button") if button.get(w)]
        if unknown := set(button) - {"name", "say", "url", "sub_button"}:
            faults.append(f"{at}：不认识的项 {'、'.join(sorted(unknown))}")
        if len(ways) != 1 or (is_sub and ways == ["sub_button"]):
            faults.append(
                f"{at}：须填且只填一项：点后说的话（say）、网址（url）"
                + ("" if is_sub else "或子菜单（sub_button）")
            )
        elif ways == ["say"]:
            key = SAYS + str(button["say"])
            if len(key.encode()) > KEY_BYTES:
                faults.append(f"{at}：点后说的话最多{(KEY_BYTES - len(SAYS)) // 3}个汉字")
            made.append({"type": "click", "name": name, "key": key})
        elif ways == ["url"]:
            url = str(button["url"])
            if not url.startswith(("http://", "https://")) or len(url.encode()) > URL_BYTES:
                faults.append(f"{at}：网址须以 https:// 开头，最多{URL_BYTES}字节")
            made.append({"type": "view", "name": name, "url": url})
        else:
            sub = _buttons(button["sub_button"], faults, at, MOST_SUB_BUTTONS)
            made.append({"name": name, "sub_button": sub})
    return made
