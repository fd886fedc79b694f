"""WeChat's API: wechatpy's client made safe. See docs/wechat.md for what an operator must set.

wechatpy 1.8.18 retries a dead token without end, has no time-outs, lets each process fetch tokens
that kill one another's, and puts the token into the text of its errors (measured; the tests hold
each of these). All of that is replaced here; what is left of wechatpy is building the requests.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import requests
from sqlalchemy import Engine
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.wechat.errors import Action, CallFailed, action_of
from bot.wechat.tokens import Fetched, TokenStore

logger = logging.getLogger(__name__)

CONNECT_S = 3.05
READ_S = 10.0
"""Longer than WeChat ever takes: whether a message whose answer we did not wait for was sent,
nobody can say, so waiting is cheaper than giving up."""
LARGEST_MEDIA = 10 * 1024 * 1024
"""Bytes of a picture that are fetched ("media": pictures up to 10 MB)."""
LONGEST_REASON = 200

_T = TypeVar("_T")


class _Wechatpy(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy with our token, our address and no retries of its own."""

    def __init__(self, appid: str, base: str, token: Callable[[], str]) -> None:
        self.API_BASE_URL = f"{base}/cgi-bin/"
        super().__init__(appid, "", timeout=(CONNECT_S, READ_S), auto_retry=False)
        self._token = token

    @property
    def access_token(self) -> str:
        return self._token()

    def fetch_access_token(self) -> None:
        raise AssertionError("tokens come from TokenStore only")


class Client:
    """Calls of one account. Every method raises CallFailed and nothing else of the network."""

    def __init__(self, engine: Engine, appid: str, secret: str, base: str) -> None:
        """Call ``base`` (no slash at its end) as ``appid``; the secret stays in this object."""
        self._appid, self._secret, self._base = appid, secret, base
        self._tokens = TokenStore(engine, appid, secret, self._fetch_token)
        self._wechatpy = _Wechatpy(appid, base, self._tokens.token)
        # at DEBUG it writes each request's address, and that holds the token
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def send_text(self, openid: str, text: str) -> None:
        """A customer-service message; ``text`` has 1..2,048 bytes."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        self._post("message/custom/send", body)

    def token(self) -> str:
        """The access token, to see whether one can be had."""
        return self._tokens.token()

    def create_menu(self, body: Mapping[str, Any]) -> None:
        """Publish the account's menu ("menu/create")."""
        self._post("menu/create", body)

    def menu(self) -> dict[str, Any] | None:
        """The published menu, None when there is none."""
        try:
            found = self._call(lambda: self._wechatpy.get("menu/get"))
        except CallFailed as error:
            if error.code == 46003:
                return None
            raise
        return dict(found).get("menu")

    def delete_menu(self) -> None:
        """Take the menu away."""
        self._call(lambda: self._wechatpy.get("menu/delete"))

    def media(self, media_id: str) -> bytes:
        """What a person sent as picture or voice ("media/get"), at most LARGEST_MEDIA bytes."""
        return self._call(
            lambda: download(
                f"{self._base}/cgi-bin/media/get",
                {"access_token": self._tokens.token(), "media_id": media_id},
            )
        )

    def _post(self, path: str, body: Mapping[str, Any]) -> None:
        self._call(lambda: self._wechatpy.post(path, data=dict(body)))

    def _call(self, request: Callable[[], _T]) -> _T:
        """Do a request; after a refused token once more with another."""
        token = self._tokens.token()
        try:
            return self._once(request)
        except CallFailed as error:
            if error.action is not Action.RENEW:
                raise
        self._tokens.token(dead=token)
        try:
            return self._once(request)
        except CallFailed as error:
            if error.action is Action.RENEW:  # refused twice: nothing was done, but not now
                raise CallFailed(Action.AGAIN, error.code, error.reason) from None
            raise

    def _once(self, request: Callable[[], _T]) -> _T:
        try:
            result = request()
        except WeChatClientException as error:
            raise _refused(error.errcode, error.errmsg, error.response) from None
        except requests.ConnectionError as error:
            # refused or unreachable: no byte of ours was taken. A connection cut later is
            # another matter, and requests calls both by one name.
            reached = "Connection aborted" in str(error) or "reset" in str(error).lower()
            action = Action.UNKNOWN if reached else Action.AGAIN
            raise CallFailed(action, reason=type(error).__name__) from None
        except requests.RequestException as error:
            raise CallFailed(Action.UNKNOWN, reason=type(error).__name__) from None
        return result

    def _fetch_token(self) -> Fetched:
        """POST stable_token, never with force_refresh: 20 a day is all there is of that."""
        body: dict[str, Any] = {
            "grant_type": "client_credential",
            "appid": self._appid,
            "secret": self._secret,
            "force_refresh": False,
        }
        logger.info("fetching the access token")
        try:
            response = requests.post(
                f"{self._base}/cgi-bin/stable_token", json=body, timeout=(CONNECT_S, READ_S)
            )
            found = response.json()
        except (requests.RequestException, ValueError) as error:  # asking twice does no harm
            raise CallFailed(Action.AGAIN, reason=f"stable_token: {type(error).__name__}") from None
        token, lives_s = found.get("access_token"), found.get("expires_in")
        if isinstance(token, str) and token and isinstance(lives_s, int):
            return Fetched(token, float(lives_s))
        code, reason = found.get("errcode"), str(found.get("errmsg", ""))[:LONGEST_REASON]
        if not isinstance(code, int) or not code:
            raise CallFailed(Action.AGAIN, reason="stable_token: neither token nor error code")
        # 40001 here means the AppSecret, not a token
        action = Action.ALARM if code == 40001 else action_of(code)
        raise CallFailed(action, code, reason)


def download(url: str, params: Mapping[str, str] | None = None) -> bytes:
    """A file of at most LARGEST_MEDIA bytes; redirects are not followed.

    Raises:
        CallFailed: it cannot be had; WeChat's own refusal keeps its code.
    """
    try:
        with requests.get(
            url, params, timeout=(CONNECT_S, READ_S), stream=True, allow_redirects=False
        ) as response:
            if response.status_code != 200:
                raise CallFailed(Action.FAULT, reason=f"HTTP {response.status_code}")
            content = b""
            for piece in response.iter_content(64 * 1024):
                content += piece
                if len(content) > LARGEST_MEDIA:
                    raise CallFailed(Action.FAULT, reason="larger than a picture may be")
    except requests.RequestException as error:
        raise CallFailed(Action.AGAIN, reason=type(error).__name__) from None
    if content.startswith(b'{"errcode"'):
        try:
            refused = json.loads(content)
            code, reason = int(refused["errcode"]), str(refused.get("errmsg", ""))
        except (ValueError, KeyError, TypeError):
            return content
        raise CallFailed(action_of(code), code, reason[:LONGEST_REASON])
    return content


def _refused(code: int | None, reason: str | None, response: Any) -> CallFailed:
    if code is None:  # no JSON: a gateway's error page; the call may have been done
        status = getattr(response, "status_code", 0)
        return CallFailed(Action.UNKNOWN, reason=f"HTTP {status}")
    return CallFailed(action_of(code), code, str(reason or "")[:LONGEST_REASON])
