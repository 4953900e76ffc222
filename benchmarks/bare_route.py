"""A bare Starlette route that gives out bytes which lie in memory.

``python -m benchmarks.bare_route FOLDER`` serves each file of a folder by its name, on
a free port that its first line says: what any answer of that length costs at least.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main(folder: Path) -> None:
    """Serve until stopped."""
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}

    async def give(request: Request) -> Response:
        content = kept.get(request.path_params["name"])
        if content is None:
            return Response(status_code=404)
        return Response(content, 200, None, "text/plain")

    app = Starlette(routes=[Route("/{name}", give)])
    with socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    ) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        port = listener.getsockname()[1]
        print(f"bare routes at http://127.0.0.1:{port}/", flush=True)
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
        )
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
