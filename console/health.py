"""For machines: alive, able to answer, and what was measured."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from knowledge.catalogue import Catalogue


def health_pages(catalogue: Catalogue) -> Blueprint:
    """``/healthz`` alive, ``/readyz`` able to answer, ``/metrics`` for Prometheus."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def alive() -> tuple[str, int]:
        return "ok", 200

    @pages.get("/readyz")
    def ready() -> tuple[str, int]:
        """503 while nothing is published: every question would be answered "not found"."""
        return ("ok", 200) if catalogue.sources() else ("no documents published", 503)

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return pages
