"""A person at the product without a browser: cookies, forms, files. Safe to use from several threads."""

import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from typing import Self

TIMEOUT = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects: where it ended, and with what."""

    url: str
    status: int
    content: bytes
    type: str

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    def values(self, attribute: str) -> list[str]:
        """The values of an attribute on this page, in order."""
        return [unescape(value) for value in re.findall(rf'\s{attribute}="([^"]*)"', self.text)]

    @property
    def words(self) -> str:
        """What a reader reads of the page, blanks squeezed."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


class Visitor:
    """One browser session at one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def sign_in(self, email: str, *, program: str = "") -> Self:
        """Press the button of a persona on the demonstration's page."""
        page = self.get("/demo/").text
        form = next(part for part in page.split("<form")[1:] if f'data-email="{email}"' in part)
        fields = dict(re.findall(r'name="(persona|program)" value="([^"]*)"', form))
        entered = self.post("/demo/", **(fields | ({"program": program} if program else {})))
        assert entered.path.startswith(f"/{program or fields['program']}/"), entered.url
        return self

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self.address + path))  # noqa: S310  (an address of ours)

    def post(self, path: str, *, file: tuple[str, bytes] | None = None, **fields: str) -> Answer:
        """Send a form; `file` is the name and the bytes of an upload in its field "file"."""
        request = urllib.request.Request(self.address + path)  # noqa: S310
        request.add_header("X-CSRFToken", self._token())
        if file:
            boundary = uuid.uuid4().hex
            request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
            request.data = _multipart(boundary, fields, file)
        else:
            request.data = urllib.parse.urlencode(fields).encode()
        return self._open(request)

    def _token(self) -> str:
        return next((cookie.value or "" for cookie in self.cookies if cookie.name == "csrftoken"), "")

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            response = self._opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            kind = response.headers.get("Content-Type", "")
            return Answer(response.url, response.status, response.read(), kind)


def _multipart(boundary: str, fields: dict[str, str], file: tuple[str, bytes]) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; name="
    text = "".join(f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    text += f'{head}"file"; filename="{file[0]}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return text.encode() + file[1] + f"\r\n--{boundary}--\r\n".encode()
