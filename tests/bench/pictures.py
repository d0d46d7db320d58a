"""The pictures in docs/pictures, taken anew from a walk through the page: cd tests && python -m bench.pictures DATA MODEL [OUT].

DATA is a folder that `predictor simulate` wrote (its quotes.xlsx is what the planner has), MODEL a bundle's folder. Prints what
the walk took of a planner, and how long the page kept it waiting.
"""

import io
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from bench.page import QUIET, served
from pages import type_into

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WALKS = {  # language: locale, width, how much of a long page is kept, and the words on the way
    "vi": ("vi-VN", 1280, 1500, "vi", ("Kế hoạch mới", "Tên kế hoạch", "Tương tác", "Ngân sách", "Tiếp theo:")),
    "en": ("en-US", 400, 1300, "en-phone", ("New plan", "Name of the plan", "Engagement", "Budget", "Next:")),
}


def walk(page, address, quotes, words, take):
    """From the first view to the files; every step is taken a picture of."""
    new, name, goal, budget, on = words
    page.goto(address)
    page.get_by_role("button", name=new).click()
    type_into(page, page.get_by_label(name, exact=True), "Son môi 7")
    page.get_by_role("radio", name=goal).click()
    type_into(page, page.get_by_label(budget, exact=True), "500tr")
    take("1-brief")
    page.get_by_role("button", name=on).click()
    page.set_input_files(".q-uploader__input", quotes)
    for waited, told in ((".k-sheet .ag-row", "2-candidates"), (".k-answer .ag-row", "3-comparison")):
        page.wait_for_selector(waited, timeout=60_000)
        take(told)
        page.get_by_role("button", name=on).click()
    page.wait_for_selector(".k-three")
    take("4-lineup")
    page.get_by_role("button", name=on).click()
    page.wait_for_selector(".k-files")
    take("5-files")
    page.goto(address)
    page.wait_for_selector(".k-item")
    take("0-start")
    page.locator(".k-item a").first.click()
    page.locator(".k-answer .ag-row .ag-cell").first.click()
    page.wait_for_selector(".k-why canvas, .k-why svg")
    take("3-why", whole=False)


def pictured(browser, lang, address, quotes, out):
    locale, width, most, suffix, words = WALKS[lang]
    page = browser.new_context(locale=locale, viewport={"width": width, "height": 860}).new_page()
    settled = [0.0]

    def take(name, whole=True):
        begun = time.perf_counter()
        page.wait_for_timeout(2500)  # charts and grids are drawn, what other budgets bring is found
        page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
        shot = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
        few = shot.convert("RGB").crop((0, 0, shot.width, min(shot.height, most))).quantize(256)
        few.save(out / f"page-{name}-{suffix}.png", optimize=True)
        settled[0] += time.perf_counter() - begun

    begun = time.perf_counter()
    walk(page, address, quotes, words, take)
    page.context.close()
    return time.perf_counter() - begun - settled[0]


def main():
    data, model, out = sys.argv[1], sys.argv[2], Path(sys.argv[3]) if len(sys.argv) > 3 else PICTURES
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as started:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = started.chromium.launch(executable_path=chromium, args=QUIET)
        for lang in WALKS:
            with tempfile.TemporaryDirectory() as folder:
                server = served(port, data, model, folder)
                try:
                    took = pictured(browser, lang, f"http://127.0.0.1:{port}/", Path(data) / "quotes.xlsx", out)
                finally:
                    server.terminate()
                    server.wait(20)
            print(f"{lang}: 6 clicks, 2 fields and a file to the files; with the way back {took:.0f} s by machine")


if __name__ == "__main__":
    main()
