"""Asks a server as many users at once would: `python tools/load.py > tools/load.json`.

Starts a server of its own, or takes the one at --url, with the key in ASSISTANT_API_KEY. First 64 questions
of the evaluation set are asked once, alone; then 1, 8, 32 and 64 users ask without a pause, 64 of them twice,
so that memory which grows with time would show. Each request is counted once, as one of three:

- answered: the reply is compared with that first one, all but the time it took; one that differs is wrong;
- refused: the server says with 429 or 503 and Retry-After when to come back, and the user does;
- lost: anything else: no reply in time, a broken connection, another error.

After each step the server's memory is read. Prints JSON.
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from own_server import own_server  # noqa: E402

from eval.cases import CASES, read_cases  # noqa: E402
from ingest.config import ingest_config  # noqa: E402
from ingest.pipeline import read_corpus  # noqa: E402

_USERS = (1, 8, 32, 64, 64)
# Questions that are asked, so that no two users begin with the same one.
_QUESTIONS = 64
_KEY = "ASSISTANT_API_KEY"
_LATER = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
_SHOWN = {"median, ms": 50, "95th percentile, ms": 95, "99th percentile, ms": 99}
# A reply is lost that takes longer. Source: twice what the server allows itself by default.
_TIMEOUT_SECONDS = 120


class Refused(Exception):
    """The server asks to be asked again later.

    Args:
        seconds: after which.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Ask again in {seconds} seconds.")
        self.seconds = seconds


class Users:
    """Users who ask at once; what they saw.

    Args:
        url: of the server.
        expected: the answer to each question.
    """

    def __init__(self, url: str, expected: dict[str, dict[str, Any]]) -> None:
        self._url = url
        self._expected = expected
        self._questions = list(expected)
        self._lock = threading.Lock()

    def ask(self, users: int, seconds: float) -> dict[str, float]:
        """Lets so many users ask for so long; requests that began in time are awaited."""
        self._milliseconds: list[float] = []
        self._refused = self._lost = self._wrong = 0
        begin = time.perf_counter()
        threads = [
            threading.Thread(target=self._one, args=(number, users, begin + seconds))
            for number in range(users)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - begin
        return {
            "users": users,
            "answered": len(self._milliseconds),
            "per second": round(len(self._milliseconds) / took, 1),
            **{name: round(_percentile(self._milliseconds, percent)) for name, percent in _SHOWN.items()},
            "refused": self._refused,
            "lost": self._lost,
            "wrong": self._wrong,
            "memory, MB": _memory_mb(self._url),
        }

    def _one(self, number: int, users: int, end: float) -> None:
        place = number * len(self._questions) // users
        with client_of(self._url) as client:
            while time.perf_counter() < end:
                question = self._questions[place % len(self._questions)]
                begin = time.perf_counter()
                try:
                    answer = answered(client, question)
                except Refused as refusal:
                    with self._lock:
                        self._refused += 1
                    time.sleep(min(refusal.seconds, max(0.0, end - time.perf_counter())))
                    continue  # the same question again
                except (httpx.HTTPError, ValueError):
                    with self._lock:
                        self._lost += 1
                else:
                    with self._lock:
                        self._milliseconds.append(1000 * (time.perf_counter() - begin))
                        self._wrong += answer != self._expected[question]
                place += 1


def main() -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="of a running server; by default one is started")
    parser.add_argument("--seconds", type=float, default=60, help="for each number of users")
    arguments = parser.parse_args()
    cases = read_cases(CASES, read_corpus(ingest_config(os.environ).corpus_folder))
    first_turns = [case.turns[0] for case in cases if case.split == "development"]
    questions = list(dict.fromkeys(first_turns))[:_QUESTIONS]
    with own_server(arguments.url) as url:
        with client_of(url) as client:
            expected = {question: answered(client, question) for question in questions}
        start = _memory_mb(url)
        users = Users(url, expected)
        steps = [users.ask(count, arguments.seconds) for count in _USERS]
    found = {
        "cores": os.cpu_count(),
        "questions": len(questions),
        "seconds for each step": arguments.seconds,
        "memory before, MB": start,
        "steps": steps,
    }
    print(json.dumps(found, indent=2))


def client_of(url: str) -> httpx.Client:
    """A client of the server, with its key if there is one."""
    key = os.environ.get(_KEY, "")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_SECONDS, trust_env=False)


def answered(client: httpx.Client, question: str) -> dict[str, Any]:
    """The answer to a question, without the time it took.

    Raises:
        Refused: the server says when to come back.
        httpx.HTTPError: there is no reply, or it is an error.
        ValueError: the reply is no answer.
    """
    reply = client.post("/api/v1/ask", json={"question": question})
    seconds = reply.headers.get("Retry-After", "")
    if reply.status_code in _LATER and seconds.isdecimal():
        raise Refused(int(seconds))
    reply.raise_for_status()
    answer: dict[str, Any] = reply.json()
    if not isinstance(answer, dict) or "seconds" not in answer:
        raise ValueError("no answer")
    return {name: value for name, value in answer.items() if name != "seconds"}


def _memory_mb(url: str) -> int:
    with client_of(url) as client:
        lines = client.get("/metrics").text.splitlines()
    for line in lines:
        if line.startswith("process_resident_memory_bytes "):
            return round(float(line.split()[1]) / 1e6)
    raise SystemExit("The server's /metrics does not say how much memory it has.")


def _percentile(values: list[float], percent: int) -> float:
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
