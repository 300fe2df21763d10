"""Take the pictures of the README: `make screenshots`.

Starts a demonstration of its own on a free port, with its data in a folder that is thrown away, and stops it.
"""

import io
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scsc.local.system import chromium

IMAGES = Path(__file__).parent / "images"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
COLOURS = 128
STOP_SECONDS = 60
READY_MS = 180_000


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a running demonstration."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="screenshots-") as var:
        command = [sys.executable, "-m", "scsc.local", "demo", "--port", port, "--var", var]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
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
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
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


def keep(page: Page, name: str) -> None:
    """Write what the page shows as a small PNG."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    path = IMAGES / f"{name}.png"
    few.save(path, optimize=True)
    print(f"{path.relative_to(IMAGES.parent)}: {path.stat().st_size // 1000} kB")


def take_all(browser: Browser, address: str) -> None:
    """The plan, an action on a phone, a finished report."""
    with signed_in(browser, address, "officer") as page:
        page.goto("/scsc/plan/")
        keep(page, "plan")
    with signed_in(browser, address, "officer", phone=True) as page:
        page.goto("/scsc/plan/actions/UP-2/")
        keep(page, "action-phone-dark")
    with signed_in(browser, address, "executive") as page:
        page.goto("/scsc/reports/")
        page.click("[data-year='2'] form button")
        page.wait_for_selector("[data-state=ready]", timeout=READY_MS)
        # The browser's own PDF viewer says nowhere when it has drawn the first page.
        page.wait_for_timeout(4000)
        keep(page, "report")


def main() -> None:
    """Take them all."""
    IMAGES.mkdir(exist_ok=True)
    with demonstration() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        take_all(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
