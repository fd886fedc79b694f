"""``/admin/people``: who works here, with which role."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from console.accounts import ROLE_WORDS, SHORTEST_PASSWORD, Accounts, Refused, Role

MADE_BYTES = 9
"""Of a password that is made here: 12 characters, 72 bits."""


def people_pages(accounts: Accounts) -> Blueprint:
    """Build the page."""
    pages = Blueprint("people", __name__, url_prefix="/admin/people")

    def shown(**values: object) -> Response:
        html = render_template(
            "people.html", user=g.user, people=accounts.users(), roles=ROLE_WORDS,
            shortest=SHORTEST_PASSWORD, **{"made": None, **values},
        )  # fmt: skip
        return Response(html, headers={"Cache-Control": "no-store"})

    @pages.get("")
    def page() -> Response:
        """Every account."""
        return shown()

    @pages.post("")
    def add() -> AnyResponse:
        """Make an account; without a password one is made and shown once."""
        name, role = request.form.get("name", "").strip(), request.form.get("role", "")
        if role not in set(Role):
            abort(400)
        typed = request.form.get("password", "")
        password = typed or secrets.token_urlsafe(MADE_BYTES)
        try:
            accounts.add(name, password, Role(role))
        except Refused as error:
            flash(str(error), "bad")
            return shown()
        accounts.record(g.user.name, "新建用户", f"{name}（{ROLE_WORDS[Role(role)]}）")
        return _told(f"已新建用户：{name}", name, "" if typed else password)

    def _told(said: str, name: str, password: str) -> AnyResponse:
        flash(said, "good")
        if not password:
            return redirect(url_for("people.page"))
        return shown(made={"name": name, "password": password})

    @pages.post("/<int:user_id>")
    def change(user_id: int) -> AnyResponse:
        """Change a role, close or open an account, or give it another password."""
        person = next((u for u in accounts.users() if u.id == user_id), None)
        if person is None:
            abort(404)
        act, name, password = request.form.get("act", ""), person.name, ""
        try:
            if person.id == g.user.id and act in ("role", "close"):
                raise Refused("不能修改自己的角色或停用自己；请让另一位管理员来做")
            match act:
                case "role":
                    wanted = request.form.get("role", "")
                    if wanted not in set(Role):
                        abort(400)
                    accounts.set_role(name, Role(wanted))
                    action, subject = "修改角色", f"{name}：{ROLE_WORDS[Role(wanted)]}"
                case "close" | "open":
                    accounts.set_active(name, act == "open")
                    action, subject = ("启用用户" if act == "open" else "停用用户"), name
                case "password":
                    typed = request.form.get("password", "")
                    password = "" if typed else secrets.token_urlsafe(MADE_BYTES)
                    accounts.set_password(name, typed or password)
                    action, subject = "重设密码", name
                case _:
                    abort(404)
        except Refused as error:
            flash(str(error), "bad")
            return redirect(url_for("people.page"))
        accounts.record(g.user.name, action, subject)
        return _told(f"已{action}：{subject}", name, password)

    return pages
