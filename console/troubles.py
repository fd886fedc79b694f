"""What went wrong between us and WeChat, in words that say what to do. Pure."""

from __future__ import annotations

from bot.wechat.errors import Action, CallFailed

_CODES = {
    40001: "AppSecret 不正确，或已在公众平台重置；请核对 ZHIHUI_WECHAT_SECRET",
    40013: "AppID 不正确；请核对 ZHIHUI_WECHAT_APPID",
    40125: "AppSecret 不正确；请核对 ZHIHUI_WECHAT_SECRET",
    40164: "本机的出口IP不在公众平台的IP白名单里；请到“设置与开发 → 基本配置 → IP白名单”中加入",
    45009: "今天的接口调用次数已用完，明天零点后恢复",
    45011: "调用太频繁，请一分钟后再试",
    48001: "公众号没有这项权限（通常需要已认证的服务号）",
    50002: "公众号被限制使用，请登录公众平台查看通知",
}
_ACTIONS = {
    Action.AGAIN: "连不上微信接口，请检查本机网络、域名解析和 ZHIHUI_WECHAT_API_BASE",
    Action.UNKNOWN: "微信没有回应，不能确定是否生效，请稍后核对",
}


def trouble(error: CallFailed) -> str:
    """Why a call failed and what to do, with WeChat's own code where one came."""
    words = _CODES.get(error.code) or _ACTIONS.get(error.action) or "微信拒绝了这次调用"
    return f"{words}（错误码 {error.code}：{error.reason}）" if error.code else words


def trouble_of(said: str) -> str:
    """The same for ``code reason`` as it was remembered; what has no code stands as it is.

    >>> trouble_of("40164 invalid ip")[:13]
    '本机的出口IP不在公众平台'
    """
    code, _, reason = said.partition(" ")
    if not code.lstrip("-").isdigit():
        return said
    return trouble(CallFailed(Action.ALARM, int(code), reason))
