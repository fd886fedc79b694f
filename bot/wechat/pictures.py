"""The bytes of a picture that somebody sent: from WeChat's own servers only."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.wechat.client import Client, download
from bot.wechat.errors import Action, CallFailed
from bot.wechat.messages import Inbound

_HOSTS = (".qpic.cn", ".qlogo.cn")
"""Where PicUrl points ("push"); any other address could be one inside our own network."""


def picture_of(inbound: Inbound, client: Client | None) -> bytes:
    """Fetch by PicUrl, which needs no token, else by MediaId.

    Raises:
        CallFailed: neither way worked.
    """
    address = urlsplit(inbound.url)
    is_weixin = (address.hostname or "").endswith(_HOSTS) and address.scheme in ("http", "https")
    refused: CallFailed | None = None
    if is_weixin and address.port in (None, 80, 443):
        try:
            return download(inbound.url)
        except CallFailed as error:
            refused = error
    if client is None or not inbound.media_id:
        raise refused or CallFailed(Action.FAULT, reason="no address of a picture")
    return client.media(inbound.media_id)
