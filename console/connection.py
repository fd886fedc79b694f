"""``/admin/connection``: what the WeChat account may do, what passed on the wire, the machine."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse

from bot.assembly import Bot
from bot.wechat.account import Account, Capability, Standing
from bot.wechat.errors import CallFailed
from bot.wechat.journal import came_in, not_sent
from console.accounts import Accounts
from console.troubles import trouble, trouble_of
from knowledge.catalogue import Catalogue
from knowledge.documents import VersionStatus
from knowledge.fulltext import FullText
from knowledge.jobs import IntakeJobs, JobKind, JobState

CHECK_S = 20.0
"""Seconds for which the page waits for a check of the indexes."""

PACKAGES = ("flask", "SQLAlchemy", "chromadb", "sentence-transformers", "torch", "rjieba",
            "wechatpy", "waitress", "rapidocr")  # fmt: skip

KINDS = {"text": "文字", "event": "事件", "image": "图片", "voice": "语音", "video": "视频",
         "location": "位置", "link": "链接"}  # fmt: skip
STATES = {"claimed": "处理中", "answered": "已答复", "failed": "没有答出", "pushed": "稍后送达"}
SENDS = {"queued": "等待发送", "sending": "发送中", "sent": "已发送", "kept": "等对方再发消息时给",
         "dropped": "放弃", "unsure": "不确定是否送达"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wire:
    """How the account is connected.

    Attributes:
        address: of the webhook, as WeChat must reach it.
        is_public: false where no public address is set, so that it only works on this machine.
        appid: "" without an account.
        is_sealed: safe mode.
    """

    address: str
    is_public: bool
    appid: str
    is_sealed: bool
    token: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One capability in words.

    Attributes:
        standing: yes, no or unknown.
        words: what it means and what to do.
    """

    name: str
    standing: Standing
    words: str


def connection_pages(
    engine: Engine, data: Path, catalogue: Catalogue, model: str, bot: Bot, jobs: IntakeJobs,
    accounts: Accounts, wire: Wire,
) -> Blueprint:  # fmt: skip
    """Build the page.

    Args:
        model: name of the embedding model.
    """
    pages = Blueprint("connection", __name__, url_prefix="/admin/connection")

    def shown(token: str = "") -> Response:
        versions = catalogue.versions()
        index = {
            "live": len(catalogue.live_ids()),
            "lexical": FullText(engine).count(),
            "published": sum(v.status is VersionStatus.PUBLISHED for v in versions),
            "models": sorted({v.model for v in versions if v.id in catalogue.sources()}),
            "model": model,
        }
        html = render_template(
            "connection.html", user=g.user, wire=wire, token=token,
            findings=findings(bot.account), came=came_in(engine), failed=came_in(engine, 10, True),
            unsent=not_sent(engine), outbox=bot.deliveries.outbox.counts(), index=index,
            disk=_disk(data), software=software(), kinds=KINDS, states=STATES, sends=SENDS,
        )  # fmt: skip
        return Response(html, headers={"Cache-Control": "no-store"})

    @pages.get("")
    def page() -> Response:
        """All of it as last found out."""
        return shown()

    @pages.post("/token")
    def token() -> Response:
        """The same with the webhook's token, which is noted in the log."""
        accounts.record(g.user.name, "查看 Token", "")
        return shown(wire.token)

    @pages.post("/account")
    def ask_account() -> AnyResponse:
        """Ask WeChat now what the account may do; sends nothing to anybody."""
        accounts.record(g.user.name, "检测公众号", "")
        if bot.client is None:
            flash("尚未设置 ZHIHUI_WECHAT_APPID 和 ZHIHUI_WECHAT_SECRET，无法检测", "wait")
            return redirect(url_for("connection.page"))
        try:
            bot.client.token()
        except CallFailed as error:
            flash(f"没有连上微信接口：{trouble(error)}", "bad")
        else:
            flash("已重新检测，结果见下", "good")
        bot.account.probe()
        return redirect(url_for("connection.page"))

    @pages.post("/indexes")
    def check_indexes() -> AnyResponse:
        """Compare SQL with both indexes; the owner of the data folder does it."""
        accounts.record(g.user.name, "检查索引", "")
        job_id = jobs.submit(JobKind.CHECK)
        limit = time.monotonic() + CHECK_S
        while (job := jobs.get(job_id)).state in (JobState.QUEUED, JobState.RUNNING):
            if time.monotonic() > limit:
                flash("检查还在排队，稍后再点一次", "wait")
                return redirect(url_for("connection.page"))
            time.sleep(0.1)
        if job.state is JobState.FAILED:
            flash(f"检查没有完成：{job.result['error']}", "bad")
            return redirect(url_for("connection.page"))
        found = job.result
        wrong = sum(found[n] for n in ("missing_vectors", "orphan_vectors", "missing_words",
                                       "orphan_words", "wrong_vectors"))  # fmt: skip
        if wrong:
            flash(f"索引有 {wrong} 处与数据库不一致，请运行 ingest.py check --repair", "bad")
        else:
            flash(f"索引与数据库一致：{found['published']} 个段落都能查到", "good")
        return redirect(url_for("connection.page"))

    return pages


def findings(account: Account) -> list[Finding]:
    """Token, IP list, customer-service right and menu, each in words."""
    calls, why = account.standing(Capability.CALLS)
    found = []
    if calls is Standing.YES:
        found.append(Finding("AppID 与密钥", calls, "正常，能换到 access_token"))
        found.append(Finding("IP 白名单", calls, "本机的出口 IP 已在公众平台的白名单里"))
    elif why.startswith("40164"):
        found.append(Finding("AppID 与密钥", Standing.UNKNOWN, "先解决 IP 白名单，才能核对密钥"))
        found.append(Finding("IP 白名单", Standing.NO, trouble_of(why)))
    else:
        found.append(Finding("AppID 与密钥", calls, _reason(why)))
        found.append(Finding("IP 白名单", Standing.UNKNOWN, "换到 access_token 后才知道"))
    service, why = account.standing(Capability.CUSTOMER_SERVICE)
    words = {
        Standing.YES: "有。答得慢或人工答复时，可以稍后主动发给对方（对方发言后 48 小时内）",
        Standing.NO: f"没有。答得慢时请对方回复“继续”来取，人工答复也这样送达。{_reason(why)}",
        Standing.UNKNOWN: f"还不知道，按没有处理。{_reason(why)}",
    }
    found.append(Finding("客服消息", service, words[service]))
    menu, why = account.standing(Capability.MENU)
    words = {
        Standing.YES: "可以在“知识维护 → 菜单”里发布",
        Standing.NO: f"不能从这里发布，请在公众平台设置。{_reason(why)}",
        Standing.UNKNOWN: f"还不知道。{_reason(why)}",
    }
    found.append(Finding("自定义菜单", menu, words[menu]))
    return found


_REASONS = {
    "ZHIHUI_WECHAT_SECRET is not set": "尚未设置 ZHIHUI_WECHAT_SECRET",
    "not asked yet": "还没有检测过",
    "": "",
}


def _reason(why: str) -> str:
    return _REASONS.get(why) if why in _REASONS else trouble_of(why)  # type: ignore[return-value]


def _disk(data: Path) -> dict[str, str]:
    """How full the disk is, and what takes room in the data folder."""
    usage = shutil.disk_usage(data)
    sizes = {
        name: _size(sorted(data.glob(pattern)))
        for name, pattern in (("数据库", "*.db*"), ("原件", "files/*"), ("向量索引", "chroma/**/*"))
    }
    return {
        "磁盘": f"剩 {_readable(usage.free)}，共 {_readable(usage.total)}",
        **{name: _readable(size) for name, size in sizes.items()},
    }


def _size(paths: Sequence[Path]) -> int:
    total = 0
    for path in paths:
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # gone meanwhile
            continue
    return total


def _readable(size: float) -> str:
    for unit in ("字节", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "字节" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError("the last unit takes everything")


def software() -> dict[str, str]:
    """Names and versions of what runs here."""
    found = {
        "系统": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "未安装"
    return found
