"""An identity provider on the loopback: publishes keys, signs what it is told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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

    def publish(self, *keys: Any) -> None:
        self.published = [one.as_dict(private=False) for one in keys or (self.key,)]

    def answer(self, path: str) -> dict[str, Any]:
        if path == DISCOVERY:
            return {"issuer": self.issuer or self.url, "jwks_uri": f"{self.url}/keys"}
        self.asked += 1
        return {"keys": self.published}

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
            content = json.dumps(provider.answer(self.path)).encode()
            self.send_response(200)
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
