"""What the connected account may do: asked of WeChat, remembered in SQL, never assumed.

An unverified account has no customer-service messages ("privileges" in Tencent's docs), and that
decides how a late answer reaches a person. Whatever was not proven counts as not allowed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from enum import StrEnum

from bot.switches import Switches
from bot.wechat.client import Client
from bot.wechat.errors import Action, CallFailed

logger = logging.getLogger(__name__)

_NOBODY = "zhihui-capability-probe"
"""No person's openid: a send to it fails, and how it fails tells whether we may send."""
_PREFIX = "account:"


class Capability(StrEnum):
    """A right of the account that changes what we do."""

    CALLS = "calls"  # AppID, AppSecret and our address are accepted
    CUSTOMER_SERVICE = "customer_service"  # messages after the reply: verified accounts
    MENU = "menu"  # the menu can be published from here


class Standing(StrEnum):
    """Whether the account has a capability."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Account:
    """The capabilities as last found out, the same in every process."""

    def __init__(self, switches: Switches, client: Client | None) -> None:
        """``client`` is None while no AppSecret is set: then nothing is allowed."""
        self._switches, self._client = switches, client

    def standing(self, capability: Capability) -> tuple[Standing, str]:
        """(whether the account has it, why not or since when)."""
        if self._client is None:
            return Standing.NO, "ZHIHUI_WECHAT_SECRET is not set"
        word, _, reason = self._switches.get(_PREFIX + capability).partition(" ")
        return (Standing(word), reason) if word else (Standing.UNKNOWN, "not asked yet")

    def may(self, capability: Capability) -> bool:
        """True only where WeChat has shown it."""
        return self.standing(capability)[0] is Standing.YES

    def note(self, capability: Capability, standing: Standing, reason: str = "") -> None:
        """Remember what a call has shown."""
        self._switches.put(_PREFIX + capability, f"{standing} {reason}".strip())

    def probe(self) -> None:
        """Ask WeChat for each capability; sends nothing to anybody. May take seconds."""
        if self._client is None:
            return
        try:
            self._client.token()
        except CallFailed as error:
            if error.action is Action.AGAIN:  # the network, not the account: keep what is known
                logger.warning("the account could not be asked: %s", error.reason)
                return
            for capability in Capability:
                self.note(capability, Standing.NO, _said(error))
            logger.error("WeChat refuses this account's AppID, secret or address: %s", error)
            return
        self.note(Capability.CALLS, Standing.YES, time.strftime("since %Y-%m-%d %H:%M"))
        self._try(Capability.CUSTOMER_SERVICE, lambda c: c.send_text(_NOBODY, "?"))
        self._try(Capability.MENU, lambda c: c.menu())

    def _try(self, capability: Capability, call: Callable[[Client], object]) -> None:
        assert self._client is not None
        try:
            call(self._client)
        except CallFailed as error:
            match error.action:
                case Action.UNABLE:
                    self.note(capability, Standing.NO, _said(error))
                case Action.DROP | Action.KEEP:  # refused for this openid: the right is there
                    self.note(capability, Standing.YES)
                case _ if self.standing(capability)[0] is Standing.UNKNOWN:
                    self.note(capability, Standing.UNKNOWN, _said(error))
            return
        self.note(capability, Standing.YES)


def _said(error: CallFailed) -> str:
    return f"{error.code} {error.reason}".strip()
