"""What an operator says to a running installation: menu, notice, pause, users, forgetting.

None of these needs a restart or the data folder's ownership: they are rows in SQL or calls to
WeChat.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from config import Settings


ROLES = ("staff", "admin", "auditor")
"""As console.accounts.Role has them; importing that would make asking for help slow."""


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Declare the commands; without one the server is started."""
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    menu = commands.add_parser("menu", help="publish, show or check the account's menu")
    menu.add_argument("act", choices=("publish", "show", "check", "delete"))
    notice = commands.add_parser("notice", help="show a notice above first replies")
    notice.add_argument("text", nargs="?", default="", help="the sentence; nothing takes it away")
    commands.add_parser("pause", help="answer everything with the hotline's number for now")
    commands.add_parser("resume", help="answer again")
    commands.add_parser("account", help="ask WeChat what the account may do")
    erase = commands.add_parser("erase", help="erase everything that one person said")
    erase.add_argument("openid")
    forget = commands.add_parser("forget", help="erase what was said long ago")
    _add_users(commands.add_parser("user", help="accounts for /desk and /admin"))
    forget.add_argument(
        "--days",
        type=int,
        help="older than this (default: as set on /admin, else ZHIHUI_KEEP_DAYS)",
    )


def _add_users(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    for name, words in (
        ("add", "make an account; the password is asked for"),
        ("password", "give an account another password"),
        ("close", "close an account and sign it out"),
        ("open", "open a closed account again"),
    ):
        made = acts.add_parser(name, help=words, description=words)
        made.add_argument("name")
        if name == "add":
            made.add_argument("--role", choices=ROLES, default=ROLES[0])
    acts.add_parser("list", help="every account")


def run_command(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do one command; returns the exit status."""
    from bot.office_hours import BadHours
    from bot.reception import BadReception
    from bot.wechat.errors import CallFailed
    from bot.wechat.menu import BadMenu
    from console.accounts import Refused
    from database import Unavailable, open_database

    try:
        engine = open_database(settings.sql_url, settings.data)
        return _run(arguments, settings, engine)
    except (Unavailable, BadReception, BadHours, BadMenu, CallFailed, Refused) as error:
        print(f"{arguments.command}: {error}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace, settings: Settings, engine: Engine) -> int:
    from bot.erasure import Erasure
    from bot.switches import NOTICE, PAUSED, Switches
    from parts import office_now

    switches = Switches(engine)
    match arguments.command:
        case "user":
            from console.accounts import Accounts
            from console.user_commands import user_command

            print(user_command(Accounts(engine), arguments, _password))
        case "menu":
            return _menu(arguments.act, settings, engine)
        case "account":
            return _account(settings, engine)
        case "notice":
            switches.put(NOTICE, arguments.text.strip())
            print("通知已设置" if arguments.text.strip() else "通知已撤下")
        case "pause":
            switches.put(PAUSED, "yes")
            print("已暂停智能答复：所有消息只回复人工电话；恢复请运行 server.py resume")
        case "resume":
            switches.put(PAUSED, "")
            print("已恢复智能答复")
        case "erase":
            Erasure(engine).person(arguments.openid)
            print("已删除此人的全部记录")
        case _:
            days = arguments.days
            if days is None:
                days = office_now(settings, engine).keep_days
            if days < 1:
                print("forget: --days must be at least 1", file=sys.stderr)
                return 2
            print(f"已删除 {Erasure(engine).older(days)} 条 {days} 天以前的记录")
    return 0


def _password() -> str:
    """A new password, typed twice or read from a pipe."""
    from console.accounts import Refused

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed = getpass.getpass("密码：")
    if getpass.getpass("再输入一次：") != typed:
        raise Refused("两次输入的密码不一致")
    return typed


def _menu(act: str, settings: Settings, engine: Engine) -> int:
    from bot.wechat.menu import menu_body
    from parts import office_now, wechat_client

    body = menu_body(office_now(settings, engine).menu)
    if act == "check":
        print(f"菜单可用：{json.dumps(body, ensure_ascii=False)}")
        return 0
    client = wechat_client(settings, engine)
    if client is None:
        print("menu: ZHIHUI_WECHAT_APPID and ZHIHUI_WECHAT_SECRET are needed", file=sys.stderr)
        return 2
    match act:
        case "publish":
            client.create_menu(body)
            print("菜单已发布；手机上最多五分钟后更新，重新关注可立即看到")
        case "delete":
            client.delete_menu()
            print("菜单已删除")
        case _:
            print(json.dumps(client.menu(), ensure_ascii=False, indent=2))
    return 0


def _account(settings: Settings, engine: Engine) -> int:
    from bot.switches import Switches
    from bot.wechat.account import Account, Capability
    from parts import wechat_client

    account = Account(Switches(engine), wechat_client(settings, engine))
    account.probe()
    for capability in Capability:
        standing, why = account.standing(capability)
        print(f"{capability}: {standing}{f' ({why})' if why else ''}")
    return 0 if account.may(Capability.CALLS) else 1
