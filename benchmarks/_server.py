"""The production server on 127.0.0.1, and callers that keep their connections."""

import http.client
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from _city import WENMING

CALLERS = 4


@contextmanager
def served(processes: int = 2) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = [*WENMING, "serve", "--port", str(port), "--workers", str(processes), "--no-worker"]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        until = time.monotonic() + 60
        while Caller(port).get("/-/ready").status != 200:
            if time.monotonic() > until:
                raise SystemExit("the server does not answer")
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(30)


class Answer:
    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


class Caller:
    """One kept connection and one session."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        try:
            response = self._send(method, path, body, sent)
        except (http.client.HTTPException, ConnectionError):
            # A kept connection that the server has closed meanwhile.
            self.connection.close()
            try:
                response = self._send(method, path, body, sent)
            except OSError:
                return Answer(0, http.client.HTTPMessage(), b"")
        found = Answer(response.status, response.headers, response.read())
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return found

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self.connection.request(method, path, body, headers)
        return self.connection.getresponse()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def sign_in(self, username: str, password: str) -> None:
        page = self.get("/sign-in/").body.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"username": username, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        answer = self.ask(
            "POST", "/sign-in/", urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        )
        if answer.status != 302:
            raise SystemExit(f"sign-in answered {answer.status}")


def rate(callers: list[Caller], call: Callable[[Caller], Answer], seconds: float) -> float:
    """Answers a second over all callers; every answer must be a 2xx."""
    counts = [0] * len(callers)
    until = time.perf_counter() + seconds
    faults: list[int] = []

    def work(number: int) -> None:
        while time.perf_counter() < until and not faults:
            status = call(callers[number]).status
            if not 200 <= status < 300:
                faults.append(status)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=[number]) for number in range(len(callers))]
    since = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise SystemExit(f"an answer was {faults[0]}")
    return sum(counts) / (time.perf_counter() - since)
