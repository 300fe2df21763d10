"""The environment that the processes of a site get, and the way to borrow it."""

import subprocess
import sys
from pathlib import Path

import environ

from scsc.local import kept, lock
from scsc.local.run import environment_file
from scsc.local.site import Site, export_lines

SERVICES = {
    "DATABASE_URL": "postgres://app",
    "DATABASE_OWNER_URL": "postgres://owner",
    "REDIS_URL": "redis://",
}


def test_environment_names_address_services_and_folders(tmp_path: Path) -> None:
    environment = Site(tmp_path, 8123).environment(SERVICES)
    assert environment["BASE_URL"] == "http://127.0.0.1:8123"
    assert environment["ALLOWED_HOSTS"] == "127.0.0.1,localhost"
    assert environment["DEMO"] == "1"
    assert environment["DEBUG"] == "0"
    assert environment.items() >= SERVICES.items()


def test_development_differs_in_debug_and_in_its_web_server(tmp_path: Path) -> None:
    demo, dev = Site(tmp_path, 8123), Site(tmp_path, 8123, development=True)
    assert dev.environment({}) == demo.environment({}) | {"DEBUG": "1"}
    assert "gunicorn" in demo.servers({})[-1].argv
    assert "runserver" in dev.servers({})[-1].argv


def test_secret_key_stays_the_same_and_private(tmp_path: Path) -> None:
    first, second = (Site(tmp_path, 8123).environment({})["SECRET_KEY"] for _ in range(2))
    assert first == second
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_folders_with_what_people_wrote_are_private(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir(mode=0o755)
    Site(tmp_path, 8123).environment({})
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("files", "logs", "mail")]
    assert modes == [0o700, 0o700, 0o700]


def test_mail_goes_to_files_in_a_folder_with_any_name(tmp_path: Path) -> None:
    var = tmp_path / "my folder+1"
    var.mkdir()
    mail = environ.Env.email_url_config(Site(var, 8123).environment({})["EMAIL_URL"])
    assert mail["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert mail["EMAIL_FILE_PATH"] == str(var / "mail")
    assert (var / "mail").is_dir()


def test_export_lines_survive_the_shell() -> None:
    value = "it's $HOME; `ls`"
    script = export_lines({"ODD": value}) + 'printf %s "$ODD"'
    shown = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout == value


def test_env_command_without_a_running_site_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scsc.local", "env", "--var", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Nothing runs" in ended.stderr
    assert ended.stdout == ""


def test_env_command_prints_what_the_running_site_kept(tmp_path: Path) -> None:
    with lock.held(tmp_path, address="http://127.0.0.1:8123/"):
        kept.private(environment_file(tmp_path), "export A=1\n")
        command = [sys.executable, "-m", "scsc.local", "env", "--var", str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == "export A=1\n"
