"""Take the pictures of the README: `make screenshots`.

Starts a demonstration of its own on a free port, with its data in a folder that is thrown away, and stops it.
"""

import io
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scsc.local.system import chromium

IMAGES = Path(__file__).parent / "images"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
SHEET: ViewportSize = {"width": 794, "height": 1123}  # A4
COLOURS = 256  # the most that a PNG with a palette holds
STOP_SECONDS = 60
READY_MS = 180_000
VIEWER_MS = 4_000
VIEWER_EDGE = 20  # of the viewer, around the sheet


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a running demonstration."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="screenshots-") as var:
        command = [sys.executable, "-m", "scsc.local", "demo", "--port", port, "--var", var]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _address(process: "subprocess.Popen[str]") -> str:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if line.startswith("Ready: "):
            return line.split()[1].rstrip("/")
    raise SystemExit(f"The demonstration did not start:\n{''.join(said)}")


@contextmanager
def signed_in(browser: Browser, address: str, role: str, *, phone: bool = False) -> Iterator[Page]:
    """A page of somebody of the first program: light at a desk, or dark on a phone."""
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,
        color_scheme="dark" if phone else "light",
        device_scale_factor=2,
        base_url=address,
    )
    page = context.new_page()
    page.goto("/demo/")
    page.click(f"[data-program=scsc][data-role={role}]")
    page.wait_for_url("**/scsc/")
    yield page
    context.close()


def keep(page: Page, name: str, *, trim: int = 0) -> None:
    """Write what the page shows as a small PNG, less `trim` pixels on each side."""
    picture = ImageOps.crop(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), trim)
    path = IMAGES / f"{name}.png"
    picture.quantize(palette=_palette(picture), dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(IMAGES.parent)}: {path.stat().st_size // 1000} kB")


def _palette(picture: Image.Image) -> Image.Image:
    """The commonest colours of a picture, exactly: Pillow's own choice of colours would tint the page."""
    data = picture.tobytes()
    counts = Counter(zip(data[::3], data[1::3], data[2::3], strict=True))
    palette = Image.new("P", (1, 1))
    palette.putpalette(list(chain.from_iterable(colour for colour, _ in counts.most_common(COLOURS))))
    return palette


def take_all(browser: Browser, address: str) -> None:
    """The plan, an action on a phone, a page of a report."""
    with signed_in(browser, address, "officer") as page:
        page.goto("/scsc/plan/")
        keep(page, "plan")
    with signed_in(browser, address, "officer", phone=True) as page:
        page.goto("/scsc/plan/actions/UP-2/")
        keep(page, "action-phone-dark")
    with signed_in(browser, address, "executive") as page:
        page.goto("/scsc/reports/")
        page.click("[data-year='2'] form button")
        page.wait_for_selector("[data-state=ready], [data-state=failed]", timeout=READY_MS)
        if failure := page.query_selector("[data-state=failed]"):
            raise SystemExit(failure.inner_text())
        preview = page.locator("iframe.preview").get_attribute("src")
        page.set_viewport_size(SHEET)
        page.goto(f"{preview}#page=3&toolbar=0&navpanes=0&view=Fit")
        # The browser's own PDF viewer does not say when it has drawn.
        page.wait_for_timeout(VIEWER_MS)
        keep(page, "report-page", trim=VIEWER_EDGE)


def main() -> None:
    """Take them all."""
    IMAGES.mkdir(exist_ok=True)
    with demonstration() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        take_all(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
