"""Take the pictures of the README on a demo started for them: `python -m tools.screenshots`.

`docs/screenshots/*.png` show the demo story as somebody sees it who opens the record of a new patient: same pages, sizes and
order each time, hours and dates those of the day. They are written with a palette of 256 colours: a page has few.
"""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURES = REPOSITORY / "docs" / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
START_TIMEOUT_S = 300
WIDE: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 360, "height": 740}
BIRTH_DATE, DOCTOR, PATIENT = "04/11/1987", "Claire NOVAREL", "Karim BELHADRI"

PALETTE = """
async (source) => {
  const picture = new Image();
  picture.src = "data:image/png;base64," + source;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const pixels = pen.getImageData(0, 0, picture.width, picture.height).data;
  const counts = new Map();
  for (let i = 0; i < pixels.length; i += 4) {
    const colour = (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
    counts.set(colour, (counts.get(colour) || 0) + 1);
  }
  const kept = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256).map((one) => one[0]);
  const nearest = new Map(kept.map((colour, place) => [colour, place]));
  const distance = (a, b) =>
    ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  let places = "";
  for (let i = 0; i < pixels.length; i += 4) {
    const colour = (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
    if (!nearest.has(colour)) {
      let best = 0;
      kept.forEach((one, place) => {
        if (distance(one, colour) < distance(kept[best], colour)) best = place;
      });
      nearest.set(colour, best);
    }
    places += String.fromCharCode(nearest.get(colour));
  }
  return { width: picture.width, height: picture.height, colours: kept, places: btoa(places) };
}
"""


def main() -> None:
    """Every picture is written anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as site, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--hide-scrollbars"])
        doctor, patient = _signed_in(chromium, site, "pro", DOCTOR), _signed_in(chromium, site, "patient", PATIENT)
        with _screen(chromium, WIDE) as page:
            page.goto(site)
            _take(page, "home")
            page.goto(f"{site}/connexion")
            _take(page, "sign-in")
        with _screen(chromium, WIDE, doctor) as page:
            page.goto(f"{site}/pro/a-traiter")
            _take(page, "to-do")
            record = _open_record(page)
            _take(page, "summary")
            page.get_by_role("link", name="Lire le document").first.click()
            page.wait_for_url("**/documents/**")
            _take(page, "document")
        with _screen(chromium, PHONE, doctor) as page:
            page.goto(record)
            _take(page, "summary-phone")
        with _screen(chromium, WIDE, patient) as page:
            page.goto(f"{site}/mon-espace/droits/acces?depuis=tout")
            _take(page, "who-read")
        chromium.close()


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo of its own, on free ports; stopped and deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="socle-pictures-") as folder:
        data = Path(folder) / "demo"
        Path(folder).chmod(0o711)
        ports = {f"SOCLE_{name}_PORT": "0" for name in ("HTTP", "LIVE", "SMTP", "SUBMISSION", "IMAP", "MLLP")}
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "socle.deploy.command", "demo", "--data", str(data)],
            env={name: value for name, value in os.environ.items() if not name.startswith("SOCLE_")} | ports,
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
        )
        try:
            yield _answering(process, data / "endpoints.json")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _answering(process: subprocess.Popen[bytes], endpoints: Path) -> str:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not endpoints.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("the demo did not start")
        time.sleep(0.2)
    return str(json.loads(endpoints.read_text("utf-8"))["http"])


def _signed_in(chromium: Browser, site: str, space: str, persona: str) -> Any:
    """The cookies of that persona, after the picker of the simulated provider."""
    door = {"pro": "pro-sante-connect", "patient": "franceconnect"}[space]
    with _screen(chromium, WIDE) as page:
        page.goto(f"{site}/connexion/{door}")
        with page.expect_navigation(url=re.compile(re.escape(site))):
            page.get_by_role("button", name=re.compile(persona)).first.click()
        return page.context.storage_state()


@contextmanager
def _screen(chromium: Browser, size: ViewportSize, cookies: Any = None) -> Iterator[Page]:
    context = chromium.new_context(viewport=size, storage_state=cookies, locale="fr-FR", reduced_motion="reduce")
    try:
        yield context.new_page()
    finally:
        context.close()


def _open_record(page: Page) -> str:
    """From « À traiter » to the synthèse; returns its address."""
    page.get_by_label("date de naissance").fill(BIRTH_DATE)
    page.keyboard.press("Enter")
    page.locator("a.person").first.click()
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    page.wait_for_url("**/synthese")
    return page.url


def _take(page: Page, name: str) -> None:
    """`docs/screenshots/NAME.png` is what the screen shows, without the mark of the focus."""
    page.evaluate("document.fonts.ready.then(() => document.activeElement.blur())")
    taken = base64.b64encode(page.screenshot(animations="disabled")).decode("ascii")
    with _screen_of(page) as blank:
        found = blank.evaluate(PALETTE, taken)
    picture = _png(found["width"], found["height"], found["colours"], base64.b64decode(found["places"]))
    (PICTURES / f"{name}.png").write_bytes(picture)


@contextmanager
def _screen_of(page: Page) -> Iterator[Page]:
    """A page without a policy of content, where a picture may be read."""
    blank = page.context.new_page()
    try:
        yield blank
    finally:
        blank.close()


def _png(width: int, height: int, colours: list[int], places: bytes) -> bytes:
    """A PNG of indexed colours. Source: PNG third edition, §11.2 and §11.3."""
    lines = b"".join(b"\0" + places[start : start + width] for start in range(0, width * height, width))
    palette = b"".join(colour.to_bytes(3, "big") for colour in colours)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )


if __name__ == "__main__":
    main()
