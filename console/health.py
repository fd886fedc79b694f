"""For machines: alive, able to answer, and what was measured."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.wechat.account import Account, Capability
from bot.wechat.outbox import Outbox
from knowledge.catalogue import Catalogue


def health_pages(catalogue: Catalogue, account: Account, outbox: Outbox) -> Blueprint:
    """``/healthz`` alive, ``/readyz`` able to answer, ``/metrics`` for Prometheus; what the
    WeChat account may do as ``/healthz/account``."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def alive() -> tuple[str, int]:
        return "ok", 200

    @pages.get("/readyz")
    def ready() -> tuple[str, int]:
        """503 while nothing is published: every question would be answered "not found"."""
        return ("ok", 200) if catalogue.sources() else ("no documents published", 503)

    @pages.get("/healthz/account")
    def standing() -> Response:
        """What WeChat has shown that the account may do, and how full the outbox is."""
        standings = {c: account.standing(c) for c in Capability}
        found = {c.value: {"is": is_so, "why": why} for c, (is_so, why) in standings.items()}
        late = "customer_service" if account.may(Capability.CUSTOMER_SERVICE) else "fetched"
        return jsonify(capabilities=found, late_answers=late, outbox=outbox.counts())

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return pages
