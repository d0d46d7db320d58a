"""How soon the planner's page shows and answers in a real browser: cd tests && python -m bench.page DATA MODEL [ROWS].

DATA is a folder that `predictor simulate` wrote, MODEL a bundle's folder. Prints medians of
interleaved rounds; nothing passes or fails.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright

from pages import type_into

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ROUNDS = 7


def served(port, data, model, work):
    command = [sys.executable, "-c", "from predictor.cli.main import main; main()", "page", "--no-show", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--history", data, "--model", model, "--work", work], stderr=subprocess.DEVNULL, env=os.environ
    )
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            return server
        except OSError:
            time.sleep(0.25)
    raise SystemExit("the page does not answer")


def many(data, rows, path):
    """The invented candidates again and again, each with a quote of its own."""
    frame = pd.read_csv(Path(data) / "candidates.csv")
    frame = pd.concat([frame] * (rows // len(frame) + 1)).head(rows).reset_index(drop=True)
    frame["fee"] = (frame["fee"] * (1 + frame.index % 97 / 200) / 1e5).round() * 1e5
    frame.to_csv(path, index=False)


def first_view(browser, address):
    page = browser.new_context(locale="en-US").new_page()
    begun = time.perf_counter()
    page.goto(address)
    page.locator("h1").first.wait_for()
    told = time.perf_counter() - begun
    page.context.close()
    return told


def at_the_line_up(browser, address, listed):
    page = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    page.get_by_role("button", name="New plan").click()
    page.get_by_role("radio", name="Engagement").click()
    type_into(page, page.get_by_label("Budget", exact=True), "500tr")
    page.get_by_role("button", name="Next:").click()
    page.set_input_files(".q-uploader__input", listed)
    page.wait_for_selector(".k-sheet .ag-row")
    for waited in (".k-answer .ag-row", ".k-three"):
        page.get_by_role("button", name="Next:").click()
        page.wait_for_selector(waited, timeout=120_000)
    page.wait_for_timeout(5000)
    return page


def changed(page):
    """From a key on the budget's slider to the new plans in sight."""
    page.evaluate("window.before = document.querySelector('.k-three').innerText")
    page.locator(".q-slider [tabindex]").first.focus()
    begun = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("![null, window.before].includes(document.querySelector('.k-three')?.innerText ?? null)")
    return time.perf_counter() - begun


def main():
    data, model, rows = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 500
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        server = served(port, data, model, folder)
        try:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser, address = started.chromium.launch(executable_path=chromium, args=QUIET), f"http://127.0.0.1:{port}/"
            many(data, rows, f"{folder}/many.csv")
            page, views, answers = at_the_line_up(browser, address, f"{folder}/many.csv"), [], []
            for _ in range(ROUNDS):
                views.append(first_view(browser, address))
                answers.append(changed(page))
                page.wait_for_timeout(4000)  # what other budgets would bring is found out meanwhile
        finally:
            server.terminate()
    for what, told, asked in (("first view", views, 2.0), (f"budget slider, {rows} candidates", answers, 0.3)):
        print(f"{what}: median {statistics.median(told):.2f} s, {min(told):.2f} to {max(told):.2f} s (asked: under {asked} s)")


if __name__ == "__main__":
    main()
