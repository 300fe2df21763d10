"""The virus scanner: ClamAV's INSTREAM command over TCP or a local socket.

A client of our own, since the ones on PyPI are no longer maintained and the protocol is one command: see
`man clamd`, "INSTREAM".
"""

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 64 * 1024
CONNECT_TIMEOUT = 5.0  # seconds
ANSWER_TIMEOUT = 60.0  # seconds without a sign of life; a large archive takes a while
LONGEST_ANSWER = 4096  # bytes


class Finding(Enum):
    CLEAN = "clean"
    INFECTED = "infected"
    # No answer, or one that says nothing about the file: it stays in quarantine.
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Verdict:
    """What the scanner says, with a note that is kept beside the file."""

    finding: Finding
    note: str


class Readable(Protocol):
    """An open file, wherever it lies."""

    def read(self, size: int, /) -> bytes: ...


def scan(file: Readable) -> Verdict:
    """Have the configured scanner look at a file. Without one, the checks of the content have to do."""
    if not settings.CLAMAV_URL:
        return Verdict(Finding.CLEAN, "No virus scanner is configured; content checks passed")
    try:
        with _connect(settings.CLAMAV_URL) as connection:
            return read_answer(_ask(connection, file))
    except OSError as error:
        return Verdict(Finding.UNAVAILABLE, f"The virus scanner did not answer: {error}")


def read_answer(answer: str) -> Verdict:
    """The verdict in an answer such as “stream: OK” or “stream: Eicar-Signature FOUND”."""
    text = answer.removeprefix("stream: ")
    if text == "OK":
        return Verdict(Finding.CLEAN, "ClamAV found nothing")
    if text.endswith(" FOUND"):
        return Verdict(Finding.INFECTED, f"ClamAV found {text.removesuffix(' FOUND')}")
    return Verdict(Finding.UNAVAILABLE, f"The virus scanner could not look at it: {text or 'no answer'}")


def _connect(url: str) -> socket.socket:
    """A connection to `tcp://host:3310` or `unix:///path/to/socket`."""
    parts = urlsplit(url)
    if parts.scheme == "tcp" and parts.hostname:
        connection = socket.create_connection((parts.hostname, parts.port or 3310), CONNECT_TIMEOUT)
    elif parts.scheme == "unix" and parts.path:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(CONNECT_TIMEOUT)
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
    else:
        raise OSError(f"CLAMAV_URL must be tcp://host:port or unix:///path, not {url!r}")
    connection.settimeout(ANSWER_TIMEOUT)
    return connection


def _ask(connection: socket.socket, file: Readable) -> str:
    # It hangs up on a file over its own limit, after saying so: read on.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            connection.sendall(struct.pack("!I", len(chunk)) + chunk)
        connection.sendall(struct.pack("!I", 0))
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER and (part := connection.recv(1024)):
        answer += part
    return answer.partition(b"\0")[0].decode(errors="replace").strip()
