"""Command line: `python -m scsc.local --help`."""

import argparse
import sys
from pathlib import Path

from scsc.local import lock
from scsc.local.run import environment_file, run
from scsc.local.site import Site

ENV_HELP = """\
Print the environment of the running site as lines for a shell, so that a management command meets its data:

  eval "$(.venv/bin/python -m scsc.local env --var var)"
  .venv/bin/python manage.py shell

The lines hold passwords."""


def main(arguments: list[str]) -> int:
    """Run one command; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scsc.local", description="A whole site on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("demo", "Run the demonstration, as close to production as one machine allows."),
        ("dev", "The same with DEBUG on and a web server that reloads changed code."),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--port", type=int, default=8000, help="port of the web server (8000)")
    commands.add_parser(
        "env",
        help="print the environment of the running site",
        description=ENV_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for command in commands.choices.values():
        command.add_argument("--var", type=Path, default=Path("var"), help="folder of its data (var)")
    options = parser.parse_args(arguments)
    var = options.var.resolve()
    if options.command == "env":
        return _print_environment(var)
    return run(Site(var, options.port, development=options.command == "dev"))


def _print_environment(var: Path) -> int:
    if not lock.is_held(var):
        print(f"Nothing runs on {var}: start it with `make demo`.", file=sys.stderr)
        return 1
    print(environment_file(var).read_text(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
