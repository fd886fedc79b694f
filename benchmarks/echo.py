"""The least a WeChat bot can do, to compare with: Flask and wechatpy say back what was typed.

Run as ``python -m benchmarks.echo PORT TOKEN``; served by waitress as our own site is.
"""

from __future__ import annotations

import sys

from flask import Flask, Response, abort, request
from wechatpy import create_reply, parse_message
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from workers import create_server, listen


def echo_app(token: str) -> Flask:
    """POST /wechat answers with the message's own text; nothing is kept."""
    app = Flask("echo")

    @app.post("/wechat")
    def receive() -> Response:
        sent = request.args
        try:
            check_signature(token, sent["signature"], sent["timestamp"], sent["nonce"])
        except InvalidSignatureException:
            abort(403)
        message = parse_message(request.get_data())
        return Response(create_reply(message.content, message).render(), mimetype="text/xml")

    @app.get("/healthz")
    def alive() -> str:
        return "ok"

    return app


if __name__ == "__main__":
    create_server(echo_app(sys.argv[2]), listen("127.0.0.1", int(sys.argv[1]))).run()
