"""WeChat's error codes and what each asks of us ("global return codes" in Tencent's docs). Pure."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What to do after a refused call."""

    AGAIN = "again"  # nothing was done: try later, with growing pauses
    RENEW = "renew"  # the token is dead: fetch it once, then try once more
    KEEP = "keep"  # the person cannot be written to now: wait for their next message
    DROP = "drop"  # this person can never be written to
    UNABLE = "unable"  # the account has no right to this call
    REST = "rest"  # a quota is used up: no calls for a while
    ALARM = "alarm"  # an operator must act; calling again changes nothing
    FAULT = "fault"  # our body was wrong: a bug
    IGNORE = "ignore"  # of no consequence
    UNKNOWN = "unknown"  # it may have been done: never repeat by itself


_ACTIONS: dict[int, Action] = {
    -1: Action.AGAIN,
    40001: Action.RENEW,
    40014: Action.RENEW,
    42001: Action.RENEW,
    45015: Action.KEEP,  # window closed, or unfollowed
    45047: Action.KEEP,  # count used up
    40003: Action.DROP,  # openid of another account
    43004: Action.DROP,  # must follow
    43019: Action.DROP,  # blacklisted
    43101: Action.DROP,  # refused the subscription
    48001: Action.UNABLE,
    50002: Action.UNABLE,  # account limited
    45009: Action.REST,  # day's quota
    45011: Action.REST,  # minute's quota
    40013: Action.ALARM,  # AppID
    40125: Action.ALARM,  # AppSecret
    40164: Action.ALARM,  # our address is not on the whitelist
    45072: Action.IGNORE,
    45080: Action.IGNORE,
    45081: Action.IGNORE,
}


def action_of(code: int) -> Action:
    """What an error code asks for; an unlisted one is a fault of the call.

    >>> action_of(45047), action_of(44004)
    (<Action.KEEP: 'keep'>, <Action.FAULT: 'fault'>)
    """
    return _ACTIONS.get(code, Action.FAULT)


class CallFailed(Exception):
    """A call to WeChat that did not do what it should.

    Attributes:
        action: what to do about it.
        code: WeChat's error code; 0 when none came back.
        reason: WeChat's ``errmsg`` with its ``rid``, or the kind of network error; never a URL,
            since that would hold the access token.
    """

    def __init__(self, action: Action, code: int = 0, reason: str = "") -> None:
        super().__init__(f"{code or 'no code'}: {reason or action}")
        self.action, self.code, self.reason = action, code, reason
