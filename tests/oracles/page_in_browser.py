"""Opens pages in a real Chromium and asks how they are.

    page_in_browser.py CHROMIUM [--pictures FOLDER] PAGE...

Complains, and exits with 1, where a page logs anything, asks for anything
besides itself, is wider than a telephone, or has a link that leads nowhere on
the page. Speaks the DevTools protocol over pipes (--remote-debugging-pipe:
file descriptors 3 and 4, a message ends with a zero byte), so that nothing but
Chromium and Python is needed.
"""

import base64
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

TELEPHONE, DESK = (390, 844), (1280, 900)
SECONDS = 30

QUESTIONS = """({
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  title: document.title,
  lost: [...document.querySelectorAll('a[href^="#"]')]
    .map(link => link.getAttribute('href').slice(1))
    .filter(id => !document.getElementById(id)),
  styled: getComputedStyle(document.querySelector('.skip')).position === 'absolute',
})"""


class Browser:
    def __init__(self, chromium, profile):
        to_read, to_write = os.pipe(), os.pipe()
        # Low numbers may be 3 and 4 themselves; high ones are not in the way.
        ends = [os.dup(to_read[0]), os.dup(to_write[1])]

        def wire():
            saved = [os.dup(ends[0]), os.dup(ends[1])]
            os.dup2(saved[0], 3)
            os.dup2(saved[1], 4)

        self.process = subprocess.Popen(
            [
                chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions",
                "--disable-background-networking", "--no-first-run", "--disable-dev-shm-usage",
                f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank",
            ],
            preexec_fn=wire, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.out, self.into = to_read[1], to_write[0]
        self.number, self.rest, self.events = 0, b"", []

    def message(self, until):
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.into], [], [], max(0, until - time.monotonic()))
            chunk = os.read(self.into, 1 << 16) if ready else b""
            if not chunk:
                raise SystemExit("Chromium says nothing any more")
            self.rest += chunk
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def ask(self, method, session=None, **params):
        self.number += 1
        question = {"id": self.number, "method": method, "params": params}
        if session:
            question["sessionId"] = session
        os.write(self.out, json.dumps(question).encode() + b"\0")
        until = time.monotonic() + SECONDS
        while True:
            answer = self.message(until)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        until = time.monotonic() + SECONDS
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message(until))

    def close(self):
        self.ask("Browser.close")
        self.process.wait(SECONDS)


def look(browser, page, size, scheme, picture):
    """What is wrong with a page in a window of this size."""
    address = pathlib.Path(page).resolve().as_uri()
    target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
    session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def ask(method, **params):
        return browser.ask(method, session, **params)

    browser.events = []
    for domain in ["Page", "Network", "Log", "Runtime"]:
        ask(f"{domain}.enable")
    width, height = size
    ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
        mobile=size == TELEPHONE)
    ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    ask("Page.navigate", url=address)
    browser.wait_for("Page.loadEventFired")
    answer = ask("Runtime.evaluate", expression=QUESTIONS, returnByValue=True)["result"]["value"]
    everything = "for (const it of document.querySelectorAll('details')) it.open = true;"
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    unfolded = ask("Runtime.evaluate", expression=everything + wide)["result"]["value"]
    if picture:
        ask("Runtime.evaluate", expression=everything.replace("true", "false"))
        shot = ask("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        pathlib.Path(picture).write_bytes(base64.b64decode(shot))
    wrong = []
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent" and params["request"]["url"] != address:
            wrong.append(f"asks for {params['request']['url']}")
        if method == "Log.entryAdded":
            wrong.append(f"logs: {params['entry']['text']}")
        if method in ["Runtime.consoleAPICalled", "Runtime.exceptionThrown"]:
            wrong.append(f"runs something: {method}")
    for pixels, when in [(answer["wide"], "folded"), (unfolded, "unfolded")]:
        if pixels > 0:
            wrong.append(f"is {pixels} pixels too wide, {when}")
    wrong.extend(f"leads to #{lost}, which is not there" for lost in answer["lost"])
    if not answer["title"] or not answer["styled"]:
        wrong.append("has no title, or its style does not count")
    browser.ask("Target.closeTarget", targetId=target)
    return wrong


def main(chromium, *arguments):
    pages, pictures = list(arguments), None
    if "--pictures" in pages:
        at = pages.index("--pictures")
        pictures = pages[at + 1]
        del pages[at : at + 2]
    complaints = 0
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(chromium, profile)
        for page in pages:
            for size in [TELEPHONE, DESK]:
                for scheme in ["light", "dark"]:
                    name = f"{pathlib.Path(page).stem}-{size[0]}-{scheme}.png"
                    picture = pictures and pathlib.Path(pictures) / name
                    for wrong in look(browser, page, size, scheme, picture):
                        complaints += 1
                        print(f"{page} at {size[0]} pixels, {scheme}: {wrong}")
        browser.close()
    print(f"{len(pages)} pages, {complaints} complaints")
    return 1 if complaints or not pages else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
