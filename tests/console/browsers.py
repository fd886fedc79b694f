"""Browsers signed in at a site, and the tokens that its forms ask for."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

PASSWORD = "correct horse battery"


def token_of(client: FlaskClient, address: str) -> str:
    """The token against forged requests that a page holds."""
    page = client.get(address).text
    found = re.search(r'name="csrf(?:_|-)token" (?:value|content)="([^"]+)"', page)
    assert found is not None, address
    return found[1]


def try_to_sign_in(client: FlaskClient, name: str, password: str, next_: str = "/"):
    """Send the sign-in's form."""
    form = {"name": name, "password": password, "next": next_}
    return client.post("/sign-in", data={**form, "csrf_token": token_of(client, "/sign-in")})


def signed_in(app: Flask, name: str, password: str = PASSWORD) -> FlaskClient:
    """A browser in which somebody has signed in."""
    client = app.test_client()
    assert try_to_sign_in(client, name, password).status_code == 302
    return client
