"""Scanners for tests: one of our own that answers as told, and the real one with a signature of our own."""

import hashlib
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.documents.samples import EICAR


class FakeClamd:
    """Speaks INSTREAM on a port of its own. Gives `answer`; silent on None; hangs up on an empty one."""

    def __init__(self, answer: bytes | None, *, reads: bool = True) -> None:
        self.answer, self.reads = answer, reads
        self.received: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self.url = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._over.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                if self.reads:
                    self.received.append(self._read(connection))
                if self.answer is None:
                    self._over.wait()
                else:
                    connection.sendall(self.answer)

    @staticmethod
    def _read(connection: socket.socket) -> bytes:
        stream = connection.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(length)
        return content


@contextmanager
def real_clamd(folder: Path) -> Iterator[str]:
    """ClamAV itself with one signature, that of the EICAR test file. Gives its address."""
    (folder / "db").mkdir()
    signature = f"{hashlib.md5(EICAR, usedforsecurity=False).hexdigest()}:{len(EICAR)}:Eicar-Test-File\n"
    (folder / "db" / "test.hdb").write_text(signature)
    path = folder / "clamd.sock"
    config = folder / "clamd.conf"
    config.write_text(f"DatabaseDirectory {folder}/db\nLocalSocket {path}\nForeground yes\n")
    program = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or "clamd"
    process = subprocess.Popen([program, "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 30
        while not path.exists():
            assert process.poll() is None, "clamd ended"
            assert time.monotonic() < deadline, "clamd did not start"
            time.sleep(0.05)
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait(10)


HAS_CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") is not None
