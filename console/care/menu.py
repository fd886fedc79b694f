"""``/admin/knowledge/menu``: the account's menu, seen as on a phone, checked and published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, g
from werkzeug.wrappers import Response as AnyResponse

from bot.office import MENU, OfficeNow
from bot.wechat.client import Client
from bot.wechat.errors import CallFailed
from bot.wechat.menu import MOST_BUTTONS, MOST_SUB_BUTTONS, BadMenu, menu_body
from console.accounts import Accounts
from console.care.frame import care_page, done, typed
from console.troubles import trouble

WAYS = {"": "（不用）", "say": "点后发送问题", "url": "打开网址", "sub_button": "展开子菜单"}

Button = Mapping[str, Any]


def menu_pages(now: OfficeNow, client: Client | None, accounts: Accounts) -> Blueprint:
    """Build the page; without a client the menu can be made but not published."""
    pages = Blueprint("menu", __name__, url_prefix="/admin/knowledge/menu")

    def shown(buttons: Sequence[Button], faults: str = "", tried: bool = False) -> Response:
        return care_page(
            "care_menu.html", columns=columns(buttons), ways=WAYS, faults=faults, tried=tried,
            buttons=[b for b in buttons if b.get("name")], kept=now.settings.get(MENU),
            connected=client is not None,
        )  # fmt: skip

    @pages.get("")
    def page() -> Response:
        """The menu as it is now."""
        return shown(now.menu)

    @pages.post("")
    def save() -> AnyResponse:
        """Check and show a menu, save it, publish it, or let the default count again."""
        act = typed("act")
        if act == "reset":
            now.settings.take_back(MENU)
            return done(accounts, "恢复默认菜单", "", "menu.page")
        buttons = typed_menu()
        try:
            body = menu_body(buttons)
        except BadMenu as error:
            return shown(buttons, faults=str(error), tried=True)
        if act == "preview":
            return shown(buttons, tried=True)
        now.settings.put(MENU, buttons, g.user.name)
        if act == "save":
            return done(accounts, "保存菜单（未发布到微信）", "", "menu.page")
        if client is None:
            flash("菜单已保存；尚未设置 AppID 和 AppSecret，不能发布到微信", "wait")
            return shown(buttons)
        try:
            client.create_menu(body)
        except CallFailed as error:
            flash(f"菜单已保存，但没有发布成功：{trouble(error)}", "bad")
            return shown(buttons)
        said = "手机上最多五分钟后更新，重新关注可立即看到"
        return done(accounts, "发布菜单", said, "menu.page")

    return pages


def columns(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """The menu as the form has it: three columns with five rows each, empty ones too."""

    def cell(button: Button) -> dict[str, Any]:
        way = next((w for w in ("say", "url", "sub_button") if button.get(w)), "")
        value = "" if way == "sub_button" else str(button.get(way, ""))
        return {"name": str(button.get("name", "")), "way": way, "value": value}

    made = []
    for number in range(MOST_BUTTONS):
        top: Button = buttons[number] if number < len(buttons) else {}
        below = list(top.get("sub_button") or ())
        below += [{}] * (MOST_SUB_BUTTONS - len(below))
        made.append({**cell(top), "rows": [cell(button) for button in below]})
    return made


def typed_menu() -> list[dict[str, Any]]:
    """The form as the office's file would have it; what is wholly empty is left out."""

    def one(place: str) -> dict[str, Any]:
        name, way = typed(f"{place}-name"), typed(f"{place}-way")
        value = typed(f"{place}-value")
        if not (name or (way and value)):
            return {}
        return {"name": name} | ({way: value} if way in ("say", "url") and value else {})

    buttons: list[dict[str, Any]] = []
    for top in range(MOST_BUTTONS):
        button = one(str(top))
        if typed(f"{top}-way") == "sub_button":
            below = [one(f"{top}-{row}") for row in range(MOST_SUB_BUTTONS)]
            button = {"name": typed(f"{top}-name"), "sub_button": [b for b in below if b]}
            if not button["name"] and not button["sub_button"]:
                continue
        if button:
            buttons.append(button)
    return buttons
