"""A mail server for tests that answers as told."""

import socket
import threading
from collections.abc import Callable, Mapping

ANSWERS = {
    "CONNECT": "220 ready",
    "EHLO": "250 hello",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "END": "250 taken",
    "QUIT": "221 bye",
    "RSET": "250 ok",
}
HANG_UP = ""


class SmtpServer:
    """Listens on a port of its own and keeps what it received.

    `answers` replaces the answer to a step (CONNECT, EHLO, MAIL, RCPT, DATA, END, QUIT); HANG_UP closes the
    connection in place of it. `before_end` runs once a message has arrived and before it is answered.
    """

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.answers = {**ANSWERS, **(answers or {})}
        self.received: list[str] = []
        self.connections = 0
        self.before_end: Callable[[], None] = lambda: None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        # Closing alone would leave the thread in accept(), and that one more connection.
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        step = "CONNECT"
        while answer := self.answers.get(step, "502 what?"):
            connection.sendall(f"{answer}\r\n".encode())
            if step == "DATA" and answer.startswith("354"):
                self.received.append(self._message(stream.readline))
                self.before_end()
                step = "END"
            elif line := stream.readline():
                step = line.split()[0].decode().upper()
            else:
                return

    @staticmethod
    def _message(readline: Callable[[], bytes]) -> str:
        lines = []
        while (line := readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines).decode()
