"""The commands behind the Makefile: `python -m render site` and `python -m render serve`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from render.errors import ReportError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m render", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    site = commands.add_parser("site", help="validate, execute what changed, render HTML and PDF")
    site.add_argument("--renderer", choices=("auto", "quarto", "wheels"), default="auto")
    serve = commands.add_parser("serve", help="show the site on 127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    root = Path.cwd()
    try:
        if options.command == "site":
            from render.site import build

            build(root, options.renderer)
        else:
            from render.project import Project
            from render.serve import serve as run

            run(Project.read(root).output, options.port)
    except ReportError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ninterrupted; nothing was left half written", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
