"""What is chosen once and then kept in the data folder: secrets and ports."""

import os
import secrets
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def secret(path: Path) -> str:
    """The secret kept in this file, made on first use; nobody but its owner may read the file."""
    if not path.exists() or not path.read_text():
        path.parent.mkdir(parents=True, exist_ok=True)
        private(path, secrets.token_urlsafe(50))
    return path.read_text()


def private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    with open(path, "w", opener=lambda name, flags: os.open(name, flags, mode=0o600)) as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def port(path: Path) -> int:
    """The port kept in this file, or a new free one when there is none or another program took it."""
    kept = int(path.read_text()) if path.exists() else 0
    if not kept or not is_free(kept):
        with socket.create_server((LOOPBACK, 0)) as probe:
            kept = probe.getsockname()[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(kept))
    return kept


def is_free(number: int) -> bool:
    """Whether a server could listen on this port of the loopback address."""
    try:
        socket.create_server((LOOPBACK, number)).close()
    except OSError:
        return False
    return True
