"""The people of /try: their openids say which account they rehearse with. Pure.

What is late, and whether it may be pushed, differs between accounts; on /try one chooses.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

DELAYS_S = (0, 6, 20)
"""How long answers may be made to take: in time, within WeChat's repeats, after them."""
_OPENID = re.compile(r"oTRY-([VU])(\d)-[A-Za-z0-9_-]{20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The account that somebody on /try rehearses with.

    Attributes:
        verified: it may send customer-service messages.
        delay_s: every answer takes so much longer.
    """

    verified: bool = True
    delay_s: int = 0

    def new_openid(self) -> str:
        """A person nobody knows, 28 characters as WeChat's; no real openid looks like it."""
        letter = "V" if self.verified else "U"
        return f"oTRY-{letter}{DELAYS_S.index(self.delay_s)}-{secrets.token_urlsafe(15)}"


def rehearsal_of(openid: str) -> Rehearsal | None:
    """What an openid of /try rehearses, None for everybody else."""
    match = _OPENID.fullmatch(openid)
    if match is None or int(match[2]) >= len(DELAYS_S):
        return None
    return Rehearsal(match[1] == "V", DELAYS_S[int(match[2])])
