"""How soon the planner's page shows and answers in a real browser: cd tests && python -m bench.page DATA MODEL [ROWS ...].

DATA is a folder that `predictor simulate` wrote, MODEL a bundle's folder, ROWS lengths of candidate lists (500 and 5000).
Prints what a person waits for, step by step; nothing passes or fails.
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
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

from pages import type_into

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ROUNDS = 5
PATIENCE = 300_000  # milliseconds
LOOKS = 6  # seconds for which a planner looks at the list
ASKED = {  # seconds, by what is waited for and the length of the list
    "server answers": (3.0, 3.0),
    "first view": (2.0, 2.0),
    "list in sight": (1.0, 3.0),
    "comparison, list looked at": (2.0, 5.0),
    "comparison, at once": (3.0, 5.0),
    "plans": (5.0, 5.0),
    "budget slider": (0.3, 1.0),
    "another tab meanwhile": (2.0, 2.0),
    "other budgets": (20.0, 20.0),
}


def served(port, data, model, work):
    """The server once it answers, and how long that took from its command."""
    command = [sys.executable, "-c", "from predictor.cli.main import main; main()", "page", "--no-show", "--port", str(port)]
    begun = time.perf_counter()
    server = subprocess.Popen(
        [*command, "--history", data, "--model", model, "--work", work],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )
    while time.perf_counter() - begun < 60:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
            return server, time.perf_counter() - begun
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the page does not answer")


def many(data, rows, path):
    """Different people, each with a quote of their own: first those of the history, then as many like them whom nobody knows."""
    known = pd.read_csv(Path(data) / "creators.csv")[["creator_id", "name", "platform", "kind", "niche", "country", "followers"]]
    frame = pd.concat([known] * (rows // len(known) + 1)).head(rows).reset_index(drop=True)
    numbers, strange = np.random.default_rng(1), frame.index >= len(known)
    frame.loc[strange, "creator_id"] = [f"stranger_{place}" for place in frame.index[strange]]
    frame.loc[strange, "name"] = [f"Somebody New {place}" for place in frame.index[strange]]
    frame["followers"] = (frame["followers"].fillna(20_000) * numbers.lognormal(0, 0.3, rows)).round().astype("int64")
    frame["fee"] = (frame["followers"].clip(2_000) ** 0.8 * numbers.lognormal(4.6, 0.4, rows) / 1e5).round().clip(1) * 1e5
    frame.assign(currency="VND").to_csv(path, index=False)


def first_view(browser, address):
    page = browser.new_context(locale="en-US").new_page()
    begun = time.perf_counter()
    page.goto(address)
    page.locator("h1").first.wait_for()
    told = time.perf_counter() - begun
    page.context.close()
    return told


def waited_for(page, selector, act):
    begun = time.perf_counter()
    act()
    page.wait_for_selector(selector, timeout=PATIENCE)
    return time.perf_counter() - begun


def onward(page):
    page.get_by_role("button", name="Next:").click()


def at_list(browser, address, listed):
    """The page at the list of a new plan, and how long that took from the file."""
    page = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    page.get_by_role("button", name="New plan").click()
    page.get_by_role("radio", name="Engagement").click()
    type_into(page, page.get_by_label("Budget", exact=True), "500tr")
    onward(page)
    page.wait_for_selector(".q-uploader__input", state="attached")
    return page, waited_for(page, ".k-sheet .ag-row", lambda: page.set_input_files(".q-uploader__input", listed))


def walked(browser, address, listed):
    """The page at the line-up of a new plan, and the seconds that each step of the way took."""
    page, seconds = at_list(browser, address, listed)
    page.wait_for_timeout(1000 * LOOKS)
    steps = {"list in sight": seconds, "comparison, list looked at": waited_for(page, ".k-answer .ag-row", partial(onward, page))}
    steps["plans"] = waited_for(page, ".k-three", partial(onward, page))
    steps["another tab meanwhile"] = first_view(browser, address)
    steps["other budgets"] = waited_for(page, ".k-chart-low canvas, .k-chart-low svg", lambda: None)
    return page, steps


def changed(page):
    """From a key on the budget's slider to the new plans in sight."""
    page.evaluate("window.before = document.querySelector('.k-three').innerText")
    page.locator(".q-slider [tabindex]").first.focus()
    begun = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("![null, window.before].includes(document.querySelector('.k-three')?.innerText ?? null)")
    return time.perf_counter() - begun


def timed(browser, data, model, rows):
    """Seconds by what is waited for with a list of so many rows: a list for each, of one or several measurements."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        server, started = served(port, data, model, folder)
        try:
            address = f"http://127.0.0.1:{port}/"
            many(data, rows, f"{folder}/many.csv")
            views = [first_view(browser, address) for _ in range(ROUNDS)]
            page, steps = walked(browser, address, f"{folder}/many.csv")
            answers = []
            for _ in range(ROUNDS):
                answers.append(changed(page))
                page.wait_for_timeout(4000)  # what other budgets would bring is found out meanwhile
            page.context.close()
            many(data, rows + 1, f"{folder}/more.csv")  # another list, of which nothing is known from before
            page, _ = at_list(browser, address, f"{folder}/more.csv")
            at_once = waited_for(page, ".k-answer .ag-row", partial(onward, page))
        finally:
            server.terminate()
            server.wait()
    return {"server answers": [started], "first view": views} | {name: [told] for name, told in steps.items()} | {
        "budget slider": answers, "comparison, at once": [at_once]
    }  # fmt: skip


def keep_compiled(folder, data, model):
    """Compile every module that the server imports, as is done once wherever it is installed."""
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
    with tempfile.TemporaryDirectory() as work:
        server, _ = served(free_port(), data, model, work)
        server.terminate()
        server.wait()


def free_port():
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def main():
    data, model, lengths = sys.argv[1], sys.argv[2], [int(rows) for rows in sys.argv[3:]] or [500, 5000]
    with tempfile.TemporaryDirectory() as compiled:
        keep_compiled(compiled, data, model)
        measured(data, model, lengths)


def measured(data, model, lengths):
    """Print every step for lists of these lengths."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=QUIET)
        for rows in lengths:
            for what, told in timed(browser, data, model, rows).items():
                asked = ASKED[what][rows > 500]
                spread = f", {min(told):.2f} to {max(told):.2f} s" if len(told) > 1 else ""
                print(f"{rows} candidates, {what}: {statistics.median(told):.2f} s{spread} (asked: {asked} s)", flush=True)


if __name__ == "__main__":
    main()
