"""What a page says when something cannot be: in plain Chinese, with what to do next."""

from __future__ import annotations

from flask import Flask, render_template, request
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response as AnyResponse

_ASTRAY = (
    "链接可能不完整，或者内容已经删除。从公众号来的，请回到公众号，把问题再发一次，"
    "使用新答复里的“查看原文”。"
)
_SAID = {
    400: ("这次提交没有被接受", "页面可能开得太久，或内容不完整。请返回上一页，刷新后再试。"),
    401: ("请先登录", "登录已经过期，请重新登录后再试。"),
    403: ("没有权限打开这一页", "如果工作需要，请联系管理员调整您的账号权限。"),
    404: ("没有找到这一页", _ASTRAY),
    405: ("没有找到这一页", _ASTRAY),
    413: ("提交的内容太大", "请减少内容，或在上传页面分次上传文件。"),
    500: ("系统出了点问题", "您的操作可能没有完成，请稍后再试；一直这样请告诉管理员。"),
}


def error_pages(app: Flask) -> None:
    """Tell every refusal and fault in words; the webhook, whose caller is a machine, aside."""

    @app.errorhandler(HTTPException)
    def told(error: HTTPException) -> AnyResponse | tuple[str, int] | HTTPException:
        said = _SAID.get(error.code or 500)
        if said is None or error.response is not None or request.path.startswith("/wechat"):
            return error
        title, advice = said
        return render_template("error.html", title=title, advice=advice), error.code or 500

    @app.errorhandler(OverflowError)
    def beyond(_: OverflowError) -> AnyResponse | tuple[str, int] | HTTPException:
        return told(BadRequest())  # a number in a form that no table can hold
