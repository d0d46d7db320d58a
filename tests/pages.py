"""How the tests meet the planner's page: a server of its own, a real browser, and fingers that click and type."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ELSEWHERE = "evil.example"  # a name that leads here
CLOSED = "() => !document.querySelector('[class*=-leave-active], .q-dialog:not(:has(.q-dialog__inner))')"  # nothing half gone
FAILED = ("Traceback", "ERROR", "Error:")  # what a server's log has no word of as long as all is well


class Server:
    """The page, served on a port of its own; what it writes is kept."""

    def __init__(self, log, *options, before=""):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.before = before  # lines of Python that the server begins with
        self.log, self.options, self.address = log, options, f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        """Serve, and come back once it answers."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        command = [
            sys.executable,
            "-c",
            f"{self.before}\nfrom predictor.cli.main import main; main()",
            "page",
            "--no-show",
            "--port",
            str(self.port),
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, *map(str, self.options)], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{self.address}/", timeout=5).read()
                return
            except OSError:
                assert self.process.poll() is None, f"the server ended: {self.log.read_text()}"
                time.sleep(0.25)
        raise AssertionError("the server does not answer")

    def stop(self):
        """End it."""
        self.process.terminate()
        self.process.wait(20)

    def rest(self):
        """Come back once it works on nothing any more: in a second it takes next to no time of the processor."""
        before, now = -1.0, 0.0
        while now - before > 0.1:
            time.sleep(1)
            used = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[-1].split()[11]
            before, now = now, int(used) / os.sysconf("SC_CLK_TCK")

    def again(self):
        """End it and start it anew."""
        self.stop()
        self.start()

    def told(self, since=0):
        """What it wrote, from a place in its log on."""
        return self.log.read_text()[since:]


def visitor(browser, lang="vi", width=1280):
    """A new visitor; whatever the page asks for is noted, and whatever fails in the browser."""
    context = browser.new_context(  # without motion: what still fades in is too faint
        locale={"vi": "vi-VN", "en": "en-US"}[lang], viewport={"width": width, "height": 860}, reduced_motion="reduce"
    )  # fmt: skip
    page = context.new_page()
    page.asked, page.broken = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.broken.append(str(error)))
    page.on("console", lambda said: page.broken.append(said.text) if said.type == "error" else None)
    return page


def type_into(page, locator, text):
    """Type as people do: a click into the field, all of it chosen, then key by key."""
    locator.click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(text)


def sound(page):
    """Nothing that axe finds fault with (behind an open dialog the page is dimmed on purpose), nothing wider than the window."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page.wait_for_function(CLOSED)
    faults = axe.Axe().run(page, ".q-dialog" if page.locator(".q-dialog").count() else None).response["violations"]
    assert [(fault["id"], node["html"]) for fault in faults for node in fault["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


def on(page, words, waits_for):
    """To the next step."""
    page.get_by_role("button", name=words["on"]).click()
    page.wait_for_selector(waits_for)
    page.wait_for_selector(".k-waiting", state="detached")
    sound(page)


def at_the_candidates(page, address, words, goal, candidates, budget="150tr", name=""):
    """A new plan with a goal, a budget and candidates."""
    page.goto(f"{address}/w/new")
    if name:
        type_into(page, page.get_by_label(words["name"], exact=True), name)
    page.get_by_role("radio", name=words[goal]).click()
    type_into(page, page.get_by_label(words["budget"], exact=True), budget)
    on(page, words, ".q-uploader")
    page.set_input_files(".q-uploader__input", candidates)
    page.wait_for_selector(".k-sheet .ag-row")
