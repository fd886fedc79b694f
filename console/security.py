"""Response headers of every page: what a browser may do with it."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**31 - 1
"""Ids above it cannot exist; asking a database for them would be an error, not a miss."""

FRAMED_BY_US = frozenset({"public.clause", "events.event"})
"""Endpoints that our own pages show in a frame; all others refuse to be framed."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}"
)


class Id(IntegerConverter):
    """``<int:…>`` of a route: an id that no table can hold leads nowhere (404)."""

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **{"max": LARGEST_ID, **options})


def bound_ids(app: Flask) -> None:
    """Let no route of the site take an id that no table can hold; before routes are added."""
    app.url_map.converters["int"] = Id


class LightSessions(SecureCookieSessionInterface):
    """Sessions that cost nothing where a request brings no cookie and its view keeps nothing.

    The webhook's do: Flask makes a signer for each.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request; an empty one without looking where it has no cookie."""
        return super().open_session(app, request) if request.cookies else self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Tell the browser what is new; nothing of a session that nobody looked at."""
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


def secure(app: Flask) -> None:
    """Add the security headers to every response; a header that a view has set stays.

    And let no session cost a request that has none.
    """

    app.session_interface = LightSessions()

    @app.after_request
    def _harden(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype != "text/html":
            return response
        framed = request.endpoint in FRAMED_BY_US
        policy = _POLICY.format(ancestors="'self'" if framed else "'none'")
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Frame-Options", "SAMEORIGIN" if framed else "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        # a page says whether a policy is in force, so yesterday's copy may be wrong today
        headers.setdefault("Cache-Control", "no-cache")
        return response
