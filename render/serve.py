"""`make serve`: the site on this machine, for this machine only."""

from __future__ import annotations

import functools
import http.server
from pathlib import Path

from render.errors import ReportError

HOST = "127.0.0.1"


def serve(site: Path, port: int) -> None:
    """Serve `site` until the user stops it."""
    if not (site / "index.html").is_file():
        raise ReportError(f"{site.name}/index.html: not there yet; run `make site` first")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    try:
        server = http.server.ThreadingHTTPServer((HOST, port), handler)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "expected a number from 0 to 65535"
        raise ReportError(
            f"port {port} of {HOST}: {reason}; choose another: make serve PORT=8001"
        ) from None
    with server:
        print(f"http://{HOST}:{server.server_port}/ (stop with Ctrl+C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
