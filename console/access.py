"""Who may reach what: one rule for every route; a route without a rule is nobody's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask_wtf import CSRFProtect

from console.accounts import Accounts, Role, User

Rule = frozenset[Role] | None
"""The roles that may reach a route; None for anybody."""

ANYBODY: Rule = None
SIGNED_IN: Rule = frozenset(Role)
DESK: frozenset[Role] = frozenset({Role.STAFF, Role.ADMIN})
OVERSIGHT: Rule = frozenset({Role.ADMIN, Role.AUDITOR})
ADMIN: Rule = frozenset({Role.ADMIN})

RULES: Mapping[str, Rule] = {
    "wechat.confirm": ANYBODY,
    "wechat.receive": ANYBODY,
    "public.clause": ANYBODY,
    "public.front": ANYBODY,
    "check.begin": ANYBODY,
    "check.step": ANYBODY,
    "public.static": ANYBODY,
    "static": ANYBODY,
    "events.event": ANYBODY,
    "events.calendar": ANYBODY,
    "events.sign_up": ANYBODY,
    "events.cancel": ANYBODY,
    "health.alive": ANYBODY,
    "health.ready": ANYBODY,
    "health.metrics": ANYBODY,
    # what the account may do tells a stranger where it is weak; staff see it on the connection page
    "health.standing": OVERSIGHT,
    # mounted for demonstrations only, see server.create_app
    "simulator.page": ANYBODY,
    "simulator.send": ANYBODY,
    "simulator.unseal": ANYBODY,
    "simulator.keep_picture": ANYBODY,
    "simulator.inbox": ANYBODY,
    "sign_in.page": ANYBODY,
    "sign_in.enter": ANYBODY,
    "sign_in.leave": SIGNED_IN,
    "desk.page": DESK,
    "desk.search": DESK,
    "desk.clause": DESK,
    "desk.history_of": DESK,
    "desk.use": DESK,
    "desk.unanswered": DESK,
    "inbox.page": DESK,
    "inbox.rows": DESK,
    "inbox.count": DESK,
    "inbox.talk": DESK,
    "inbox.take": DESK,
    "inbox.give_back": DESK,
    "inbox.finish": DESK,
    "inbox.pass_on": DESK,
    "inbox.send": DESK,
    "inbox.ticket": DESK,
    "inbox.clauses": DESK,
    "inbox.texts": DESK,
    "unanswered.page": DESK,
    "unanswered.sheet": DESK,
    "unanswered.group_page": DESK,
    "unanswered.decide": DESK,
    "unanswered.merge": DESK,
    "unanswered.split": DESK,
    "unanswered.has_answer": DESK,
    "faqs.page": DESK,
    "faqs.faq_page": DESK,
    "faqs.new": DESK,
    "faqs.edit": DESK,
    "faqs.step": DESK,
    "today.page": DESK,
    "today.sheet": DESK,
    "event_admin.listing": SIGNED_IN,
    "event_admin.event": SIGNED_IN,
    "event_admin.decide": ADMIN,
    "event_admin.rule": ADMIN,
    "event_admin.people": DESK,
    "event_admin.act": DESK,
    "event_admin.export": DESK,
    "admin.front": OVERSIGHT,
    "admin.policies": OVERSIGHT,
    "admin.policy": OVERSIGHT,
    "admin.difference": OVERSIGHT,
    "admin.jobs_page": OVERSIGHT,
    "admin.job_rows": OVERSIGHT,
    "benefits.overview": OVERSIGHT,
    "benefits.paper": OVERSIGHT,
    "benefits.edit": ADMIN,
    "benefits.decide": ADMIN,
    "benefits.correct": ADMIN,
    "benefits.again": ADMIN,
    "admin.job_states": OVERSIGHT,
    "admin.draft_file": OVERSIGHT,
    "admin.draft_facts": OVERSIGHT,
    "admin.draft_clauses": OVERSIGHT,
    "admin.draft_effect": OVERSIGHT,
    "admin.draft_questions": OVERSIGHT,
    "admin.original": OVERSIGHT,
    "connection.page": OVERSIGHT,
    "connection.token": ADMIN,
    "connection.ask_account": ADMIN,
    "connection.check_indexes": ADMIN,
    "transfer.page": OVERSIGHT,
    "transfer.export": ADMIN,
    "audit.page": OVERSIGHT,
    "audit.keep": ADMIN,
    "people.page": OVERSIGHT,
    "people.add": ADMIN,
    "people.change": ADMIN,
    "synonyms.page": OVERSIGHT,
    "synonyms.add": ADMIN,
    "synonyms.change": ADMIN,
    "synonyms.switch_off": ADMIN,
    "questions.page": OVERSIGHT,
    "questions.state": OVERSIGHT,
    "questions.one_run": OVERSIGHT,
    "questions.new": ADMIN,
    "questions.edit": ADMIN,
    "questions.save": ADMIN,
    "questions.remove": ADMIN,
    "questions.start": ADMIN,
    "texts.page": OVERSIGHT,
    "texts.save": ADMIN,
    "texts.remove": ADMIN,
    "sentences.page": OVERSIGHT,
    "sentences.save": ADMIN,
    "reception.page": OVERSIGHT,
    "reception.save": ADMIN,
    "menu.page": OVERSIGHT,
    "menu.save": ADMIN,
    "standing.page": OVERSIGHT,
    "standing.set_notice": ADMIN,
    "standing.pause": ADMIN,
    "admin.new": ADMIN,
    "admin.upload": ADMIN,
    "admin.begin_upload": ADMIN,
    "admin.continue_upload": ADMIN,
    "admin.forget_upload": ADMIN,
    "admin.retry_job": ADMIN,
    "admin.cancel_job": ADMIN,
    "admin.batch": ADMIN,
    "admin.place_draft": ADMIN,
    "admin.discard_draft": ADMIN,
    "admin.rule_fact": ADMIN,
    "admin.edit_clause": ADMIN,
    "admin.undo_edit": ADMIN,
    "admin.ask_draft": ADMIN,
    "admin.approve_draft": ADMIN,
    "admin.schedule": ADMIN,
    "admin.step": ADMIN,
    "admin.rule": ADMIN,
    "admin.rule_term": ADMIN,
}

LARGER_BODIES = {"admin.upload": 7 * 1024 * 1024}
"""Bytes of a body where a page needs more than the site's limit: a form without script."""

TOKEN = "sign-in"
"""Key of the sign-in's token in the signed session cookie."""


def guard(
    app: Flask, accounts: Accounts, rules: Mapping[str, Rule] = RULES,
    open_to_all: Callable[[], frozenset[str]] = frozenset,
) -> CSRFProtect:  # fmt: skip
    """Ask for a sign-in before every route that is not for anybody.

    Args:
        open_to_all: endpoints that are open for the time being, for a demonstration.

    Returns:
        The protection against forged requests, for what must be exempted from it.
    """

    @app.before_request
    def _widen() -> None:  # before the body is looked at for its token
        if request.endpoint in LARGER_BODIES:
            request.max_content_length = LARGER_BODIES[request.endpoint]

    protection = CSRFProtect(app)

    @app.before_request
    def _ask() -> Response | None:
        g.user = None
        endpoint = request.endpoint
        if endpoint is None:
            return None  # no such page: 404 to everybody
        if token := session.get(TOKEN):
            g.user = accounts.user_of(str(token))
        if endpoint not in rules:
            abort(403)
        rule = rules[endpoint]
        if rule is None or endpoint in open_to_all():
            return None
        user: User | None = g.user
        if user is None:
            if request.method in ("GET", "HEAD"):
                back = request.full_path.rstrip("?")
                return redirect(url_for("sign_in.page", next=back))  # type: ignore[return-value]
            abort(401)
        if user.role not in rule:
            abort(403)
        return None

    return protection


def inside(address: str) -> str:
    """A path of this site to go on to, or "/"; an address elsewhere is not followed.

    >>> inside("/admin?x=1"), inside("//evil.example/"), inside("https://evil.example")
    ('/admin?x=1', '/', '/')
    """
    parts = urlsplit(address)
    strange = parts.scheme or parts.netloc or "\\" in address or not address.isprintable()
    if strange or not address.startswith("/") or address.startswith("//"):
        return "/"
    return address
