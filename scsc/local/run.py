"""`make demo` and `make dev`: everything in the foreground, until a signal comes."""

import os
import urllib.request
from collections.abc import Callable
from pathlib import Path
from signal import SIGTERM

from scsc.local import kept, lock, make, postgres, valkey
from scsc.local.console import say
from scsc.local.process import Failure, end_with_parent
from scsc.local.site import Site, export_lines
from scsc.local.supervisor import Stopped, Supervisor


def start(site: Site, supervisor: Supervisor) -> None:
    """Start services, bring the data up to date, start the servers and wait until the site answers."""
    exported = site.environment(_database(site, supervisor) | _broker(site, supervisor))
    kept.private(environment_file(site.var), export_lines(exported))
    env = os.environ | exported | {"PYTHONUNBUFFERED": "1"}
    supervisor.complete(site.manage("migrate", "--no-input", env=env))
    if not site.development:
        supervisor.complete(site.manage("collectstatic", "--no-input", env=env))
    supervisor.complete(site.manage("demo_data", env=env))
    for server in site.servers(env):
        supervisor.add(server)
    supervisor.wait_until(
        lambda: answers(f"{site.address}/readyz"),
        seconds=120,
        otherwise=f"{site.address}/readyz does not answer with 200; see the logs in {site.var / 'logs'}",
    )
    say(supervisor.complete(site.manage("personas", env=env)).rstrip())


def run(site: Site, *, start: Callable[[Site, Supervisor], None] = start) -> int:
    """Run a site in the foreground; answers 0 when a signal asked to stop, 1 after a failure."""
    if make.is_parent():
        end_with_parent(SIGTERM)
    site.var.mkdir(mode=0o711, parents=True, exist_ok=True)
    supervisor = Supervisor()
    supervisor.heed_signals()
    try:
        with lock.held(site.var, address=f"{site.address}/"), supervisor:
            _require_free_port(site)
            start(site, supervisor)
            say(f"Ready: {site.address}/")
            while True:
                supervisor.tick()
    except Stopped:
        say("Stopped.")
        return 0
    except Failure as failure:
        say(str(failure))
        return 1


def environment_file(var: Path) -> Path:
    """Where the environment of the running site is kept, readable by its owner only."""
    return var / "run" / "environment"


def answers(url: str) -> bool:
    """Whether a page of this machine answers with 200."""
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with directly.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _require_free_port(site: Site) -> None:
    if not kept.is_free(site.port):
        raise Failure(
            f"Port {site.port} is taken by another program. Stop that, or choose another port: "
            f"make {site.command} PORT={site.port + 1}"
        )


def _database(site: Site, supervisor: Supervisor) -> dict[str, str]:
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    given = {name: os.environ[name] for name in names if os.environ.get(name)}
    if len(given) == 1:
        raise Failure(f"Set both {names[0]} and {names[1]} to use a database of your own, or neither.")
    if given:
        return given
    say("Starting postgres.")
    server = postgres.start(site.var / "postgres", log=site.var / "logs" / "postgres.log")
    supervisor.add(server.process)
    return {"DATABASE_URL": server.database_url(), "DATABASE_OWNER_URL": server.owner_url()}


def _broker(site: Site, supervisor: Supervisor) -> dict[str, str]:
    if given := os.environ.get("REDIS_URL"):
        return {"REDIS_URL": given}
    say("Starting valkey.")
    server = valkey.start(site.var / "valkey", log=site.var / "logs" / "valkey.log")
    supervisor.add(server.process)
    return {"REDIS_URL": server.url}
