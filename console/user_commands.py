"""``server.py user …``: accounts on the command line, the first admin among them."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from console.accounts import ROLE_WORDS, Accounts, Role

BY_HAND = "（命令行）"
"""Who the audit log names for what was done on the server itself."""


def user_command(
    accounts: Accounts, arguments: argparse.Namespace, password: Callable[[], str]
) -> str:
    """Do one command and return what to print.

    Args:
        password: asks for one.

    Raises:
        Refused: the account cannot be made, or there is none of this name.
    """
    name = getattr(arguments, "name", "")
    match arguments.act:
        case "add":
            role = Role(arguments.role)
            accounts.add(name, password(), role)
            action, said = "新建用户", f"{name}（{ROLE_WORDS[role]}）"
        case "password":
            accounts.set_password(name, password())
            action, said = "重设密码", name
        case "close":
            accounts.set_active(name, False)
            action, said = "停用用户", name
        case "open":
            accounts.set_active(name, True)
            action, said = "启用用户", name
        case _:
            return "\n".join(
                f"{user.name}  {ROLE_WORDS[user.role]}{'' if user.active else '  （已停用）'}"
                for user in accounts.users()
            )
    accounts.record(BY_HAND, action, said)
    return f"已{action}：{said}"
