"""The sign-in page."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from console.access import TOKEN, inside
from console.accounts import Accounts, Refused


def sign_in_pages(accounts: Accounts) -> Blueprint:
    """``/sign-in`` and ``/sign-out``."""
    blueprint = Blueprint("sign_in", __name__, template_folder="templates")

    def shown(status: int, said: str = "") -> Response:
        html = render_template(
            "sign_in.html",
            said=said,
            name=request.form.get("name", ""),
            next=inside(request.values.get("next", "/")),
            exist=accounts.exist(),
        )
        return Response(html, status, headers={"Cache-Control": "no-store"})

    @blueprint.get("/sign-in")
    def page() -> AnyResponse:
        """The form."""
        if g.user is not None:
            return redirect(inside(request.args.get("next", "/")))
        return shown(200)

    @blueprint.post("/sign-in")
    def enter() -> AnyResponse:
        """Sign in and go on to where the visitor was sent from."""
        name = request.form.get("name", "")
        try:
            token = accounts.sign_in(name, request.form.get("password", ""))
        except Refused as refusal:
            accounts.record(name, "登录失败")
            return shown(403, str(refusal))
        session.clear()  # a session prepared by somebody else must not be continued
        session[TOKEN] = token
        accounts.record(name.strip(), "登录")
        return redirect(inside(request.form.get("next", "/")))

    @blueprint.post("/sign-out")
    def leave() -> AnyResponse:
        """End the sign-in on the server and in the browser."""
        accounts.sign_out(str(session.get(TOKEN, "")))
        accounts.record(g.user.name, "退出")
        session.clear()
        return redirect(url_for("sign_in.page"))

    return blueprint
