"""``/admin/archive``: the whole knowledge base as one file to take along."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO

from flask import Blueprint, Response, flash, g, redirect, render_template, send_file, url_for
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse

from console.accounts import Accounts
from knowledge.transfer import export_base
from knowledge.validity import CHINA


def transfer_pages(engine: Engine, data: Path, accounts: Accounts) -> Blueprint:
    """Build the page. Importing is a command: it needs an empty base and nobody who answers."""
    pages = Blueprint("transfer", __name__, url_prefix="/admin/archive")

    @pages.get("")
    def page() -> Response:
        """What travels, what stays, and how it is restored."""
        html = render_template("transfer.html", user=g.user)
        return Response(html, headers={"Cache-Control": "no-store"})

    @pages.post("/export")
    def export() -> AnyResponse:
        """Make the archive and send it."""
        day = datetime.now(CHINA).strftime("%Y%m%d-%H%M")
        with tempfile.TemporaryDirectory(prefix="export-", dir=data) as folder:
            path = Path(folder) / "base.zip"
            try:
                manifest = export_base(engine, data, path)
            except OSError as error:
                flash(f"没有导出：{error.strerror or error}，请检查磁盘空间", "bad")
                return redirect(url_for("transfer.page"))
            opened: IO[bytes] = path.open("rb")  # stays readable when its name is gone
        accounts.record(g.user.name, "导出知识库", manifest.summary)
        response = send_file(
            opened, mimetype="application/zip", as_attachment=True,
            download_name=f"zhihui-{day}.zip",
        )  # fmt: skip
        response.headers["Cache-Control"] = "no-store"
        return response

    return pages
