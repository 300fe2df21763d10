"""docker-compose.yml: who gets which role and which secret. Parsed here: not every machine has an engine."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
APPLICATION = ("web", "worker", "beat")
# A site that leaves one of these to its default loses data, mail or safety.
REQUIRED = {
    "SECRET_KEY",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "BEHIND_PROXY",
    "DATABASE_URL",
    "REDIS_URL",
    "STORAGE_URL",
    "CLAMAV_URL",
    "EMAIL_URL",
    "MAIL_FROM",
    "VAR",
}


def _read_by_settings() -> set[str]:
    return set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', (ROOT / "scsc" / "settings.py").read_text()))


def _variables(text: str) -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def test_every_service_of_the_design_is_there() -> None:
    assert set(SERVICES) == {*APPLICATION, "migrate", "postgres", "redis", "clamav"}


@pytest.mark.parametrize("name", APPLICATION)
def test_application_uses_the_role_that_the_policies_bind(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert environment["DATABASE_URL"].startswith("postgres://scsc_app:")
    assert "DATABASE_OWNER_URL" not in environment
    assert "OWNER_PASSWORD" not in str(SERVICES[name])


def test_only_migrate_and_the_database_know_the_owners_password() -> None:
    knowing = {name for name, service in SERVICES.items() if "OWNER_PASSWORD" in str(service)}
    assert knowing == {"migrate", "postgres"}
    assert SERVICES["migrate"]["environment"]["DATABASE_OWNER_URL"].startswith("postgres://scsc_owner:")
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", [*APPLICATION, "migrate"])
def test_application_gets_all_that_the_settings_need_and_nothing_they_ignore(name: str) -> None:
    given = set(SERVICES[name]["environment"])
    assert given >= REQUIRED
    assert given <= _read_by_settings()
    assert not given & {"DEMO", "DEBUG"}


@pytest.mark.parametrize("name", APPLICATION)
def test_application_waits_for_migrations_and_broker(name: str) -> None:
    conditions = {need: how["condition"] for need, how in SERVICES[name]["depends_on"].items()}
    assert conditions["migrate"] == "service_completed_successfully"
    assert conditions["redis"] == "service_healthy"


@pytest.mark.parametrize("name", ["web", "worker", "postgres", "redis", "clamav"])
def test_service_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_only_the_web_server_is_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


def test_env_example_names_every_variable_without_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert needed <= offered
    assert offered <= _variables(text)


def test_database_init_script_makes_both_roles_bound_by_the_policies() -> None:
    script = ROOT / "docker" / "postgres-init.sh"
    assert script.stat().st_mode & 0o111
    roles = re.findall(r"CREATE ROLE (\w+) (.*)", script.read_text())
    assert {name for name, _ in roles} == {"scsc_owner", "scsc_app"}
    for _, rights in roles:
        assert {"NOSUPERUSER", "NOBYPASSRLS", "NOCREATEROLE"} <= set(rights.split())
    mounts = SERVICES["postgres"]["volumes"]
    assert any(mount.startswith("./docker/postgres-init.sh:/docker-entrypoint-initdb.d/") for mount in mounts)


def _has_compose() -> bool:
    return (
        bool(shutil.which("docker"))
        and not subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode
    )


@pytest.mark.skipif(not _has_compose(), reason="docker compose is not here; the file is parsed above")
def test_compose_accepts_the_file() -> None:
    variables = dict.fromkeys(_variables((ROOT / "docker-compose.yml").read_text()), "8000")
    command = ["docker", "compose", "--env-file", "/dev/null", "config", "--quiet"]
    checked = subprocess.run(
        command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
