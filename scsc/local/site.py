"""A demonstration or development site: its folder, its address, its environment, its processes."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from urllib.parse import quote as quote_url

from scsc.local import kept
from scsc.local.process import Process

ROOT = Path(__file__).resolve().parent.parent.parent
# Folders with what people wrote; the folder around them stays passable for the database's user.
PRIVATE = ("files", "logs", "mail")


@dataclass(frozen=True)
class Site:
    """Where a site lives on this machine and how it is reached."""

    var: Path
    port: int
    development: bool = False

    @property
    def address(self) -> str:
        """The address for the browser, without a slash at its end."""
        return f"http://{kept.LOOPBACK}:{self.port}"

    @property
    def command(self) -> str:
        """The target of `make` that runs this site."""
        return "dev" if self.development else "demo"

    def environment(self, services: Mapping[str, str]) -> dict[str, str]:
        """The variables that the settings read; `services` are the addresses of database and broker."""
        for name in PRIVATE:
            (self.var / name).mkdir(exist_ok=True)
            (self.var / name).chmod(0o700)
        return {
            "DJANGO_SETTINGS_MODULE": "scsc.settings",
            "PYTHONPATH": str(ROOT),
            "VAR": str(self.var),
            "BASE_URL": self.address,
            "ALLOWED_HOSTS": f"{kept.LOOPBACK},localhost",
            "CSRF_TRUSTED_ORIGINS": f"{self.address},http://localhost:{self.port}",
            "SECRET_KEY": kept.secret(self.var / "secret-key"),
            "STORAGE_URL": f"file://{self.var / 'files'}",
            "EMAIL_URL": f"filemail:///{quote_url(str(self.var / 'mail'))}",
            "DEMO": "1",
            "DEBUG": str(int(self.development)),
            **services,
        }

    def python(self, name: str, *arguments: str, env: Mapping[str, str]) -> Process:
        """A Python process whose log and pid file are in the folder of the site."""
        log, pid_file = self.var / "logs" / f"{name}.log", self.var / "run" / f"{name}.pid"
        return Process(name, [sys.executable, *arguments], log, pid_file, env=env)

    def manage(self, command: str, *arguments: str, env: Mapping[str, str]) -> Process:
        """A management command, named as the command is."""
        return self.python(command, str(ROOT / "manage.py"), command, *arguments, env=env)

    def servers(self, env: Mapping[str, str]) -> list[Process]:
        """Worker, clock and web server, in the order in which they start."""
        celery = ["-m", "celery", "-A", "scsc.celery:app"]
        schedule = str(self.var / "run" / "beat-schedule")
        return [
            self.python("worker", *celery, "worker", "--concurrency=2", "--loglevel=INFO", env=env),
            self.python("beat", *celery, "beat", f"--schedule={schedule}", "--pidfile=", env=env),
            self._web(env),
        ]

    def _web(self, env: Mapping[str, str]) -> Process:
        bind = f"{kept.LOOPBACK}:{self.port}"
        if self.development:
            return self.python("web", str(ROOT / "manage.py"), "runserver", bind, env=env)
        gunicorn = [
            "--bind",
            bind,
            "--workers=2",
            "--threads=4",
            "--graceful-timeout=5",
            "--no-control-socket",
        ]
        return self.python("web", "-m", "gunicorn", "scsc.wsgi:application", *gunicorn, env=env)


def export_lines(env: Mapping[str, str]) -> str:
    """The environment as a shell reads it."""
    return "".join(f"export {name}={quote(value)}\n" for name, value in env.items())
