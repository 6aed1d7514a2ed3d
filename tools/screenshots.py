"""Takes the README's pictures of a running page: `python tools/screenshots.py http://127.0.0.1:7860`.

They are written to docs/screenshots/ with few colours, so that each stays small.
"""

import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
QUESTION = "Where does cement leak most often?"
_COLOURS = 128


def main(address: str) -> int:
    """Takes the pictures; returns 0."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        _answer(browser, address, "answer", 1280, 860, "light")
        _answer(browser, address, "answer-dark", 1280, 860, "dark")
        _answer(browser, address, "phone", 360, 740, "light")
        browser.close()
    return 0


def _answer(browser: Browser, address: str, name: str, width: int, height: int, scheme: Any) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address)
    expect(page.locator("html[data-ready]")).to_be_attached(timeout=60_000)
    box = page.locator("#question textarea")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator(".turn[data-state=done]")).to_be_visible(timeout=60_000)
    if width > 900:  # a phone's sheet would hide the answer
        page.locator(".quotation .cite").first.click()
        expect(page.locator("#panel mark")).to_be_visible()
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = picture.quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
