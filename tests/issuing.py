"""An identity provider on the loopback: publishes keys, signs, lets people in."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

AUDIENCE = "waternet-upper"
DISCOVERY = "/.well-known/openid-configuration"


@dataclass
class Provider:
    """What it gives out, and how often it was asked."""

    url: str = ""
    key: RSAKey = field(default_factory=lambda: new_key("first"))
    published: list[dict[str, Any]] = field(default_factory=list)
    issuer: str = ""
    asked: int = 0
    clients: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    names_itself: bool = False

    def publish(self, *keys: Any) -> None:
        self.published = [one.as_dict(private=False) for one in keys or (self.key,)]

    def answer(self, path: str) -> dict[str, Any]:
        if path == DISCOVERY:
            return {
                "issuer": self.issuer or self.url,
                "jwks_uri": f"{self.url}/keys",
                "authorization_endpoint": f"{self.url}/login?tenant=1",
                "token_endpoint": f"{self.url}/token",
                "scopes_supported": ["openid", "groups"],
            }
        self.asked += 1
        return {"keys": self.published}

    def let_in(self, address: str) -> str:
        """Have somebody sign in who was sent here; return where they are sent back.

        OpenID Connect Core 1.0, 3.1.2: what is asked must be there.
        """
        where, _, query = address.partition("?")
        asked = {name: one[-1] for name, one in parse_qs(query).items()}
        assert where == f"{self.url}/login"
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["client_id"] in self.clients
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        if self.names_itself:
            back["iss"] = self.url
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def exchange(self, authorization: str, sent: dict[str, str]) -> dict[str, Any]:
        """Give a token for a code, once; {} where something does not fit.

        RFC 6749, 4.1.3 (redirect_uri), 2.3.1 (Basic); RFC 7636, 4.6 (the verifier).
        """
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None:
            return {}
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        name, _, secret = pair.partition(":")
        made = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(made).decode().rstrip("=")
        if (
            asked["client_id"] != unquote(name)
            or self.clients.get(unquote(name)) != unquote(secret)
            or sent["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return {}
        said = {"aud": asked["client_id"], "nonce": asked["nonce"], **self.claims}
        return {"token_type": "Bearer", "id_token": self.token(**said)}

    def token(self, key: Any = None, alg: str = "RS256", **claims: Any) -> str:
        """Sign a token that holds, but for what is said otherwise; None leaves out."""
        now = int(time.time())
        said = {
            "iss": self.url,
            "sub": "hana",
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 300,
            "groups": ["hydrology"],
            **claims,
        }
        signing = key or self.key
        header = {"alg": alg, "kid": signing.kid}
        told = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(header, told, signing, algorithms=[alg])


def new_key(kid: str, bits: int = 2048) -> RSAKey:
    return RSAKey.generate_key(bits, {"kid": kid, "use": "sig"})


def new_curve_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@contextmanager
def providing() -> Iterator[Provider]:
    """Serve a provider; ends with its last request."""
    provider = Provider()
    provider.publish()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(provider.answer(self.path))

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            sent = parse_qs(self.rfile.read(length).decode())
            authorization = self.headers.get("authorization", "")
            fields = {name: one[-1] for name, one in sent.items()}
            self._send(provider.exchange(authorization, fields))

        def _send(self, told: dict[str, Any]) -> None:
            content = json.dumps(told).encode()
            self.send_response(200 if told else 400)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        provider.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
