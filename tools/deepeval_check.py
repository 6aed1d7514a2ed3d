"""Scores a server with DeepEval, over its OpenAI-compatible endpoint: `make deepeval`.

No language model judges: two measures are counted from the text of the reply, as any client of that endpoint
sees it. DeepEval's own dependencies contradict the project's, so it lives in an environment of its own
(tools/deepeval_constraints.txt) and this file imports nothing of the project. Starts a server, or takes the
one at --url, with the key in ASSISTANT_API_KEY; prints JSON. The same server, cases and versions give the
same scores.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
from contextlib import redirect_stdout
from importlib.metadata import version
from typing import Any

os.environ["DEEPEVAL_TELEMETRY_OPT_OUT"] = "YES"  # read when DeepEval is imported

from deepeval import evaluate  # noqa: E402
from deepeval.evaluate import AsyncConfig, CacheConfig, DisplayConfig  # noqa: E402
from deepeval.metrics import BaseMetric  # noqa: E402
from deepeval.test_case import LLMTestCase  # noqa: E402
from openai import OpenAI  # noqa: E402
from own_server import ROOT, own_server, readiness  # noqa: E402

CASES = ROOT / "eval/cases.jsonl"
_MODEL = "kyphoplasty-assistant"
# The line before the question in a reply, by the outcome that a case expects.
_OPENINGS = {
    "answered": "ANSWERED IN THESE SOURCES",
    "partial": "PARTLY ANSWERED IN THESE SOURCES",
    "not_in_sources": "NOT IN THESE SOURCES",
}


class _Counted(BaseMetric):  # type: ignore[misc]  # DeepEval is not in the environment of the type checker
    """A measure that is counted from the text of a reply."""

    threshold = 0.5
    async_mode = False

    def measure(self, case: LLMTestCase, *_args: Any, **_named: Any) -> float:
        """The score of a case, in [0, 1]."""
        self.score = self.counted(case.actual_output, case.metadata)
        self.success = self.score >= self.threshold
        return self.score

    async def a_measure(self, case: LLMTestCase, *_args: Any, **_named: Any) -> float:
        """The same; nothing is waited for."""
        return self.measure(case)

    def is_successful(self) -> bool:
        """Whether the last case reached the threshold."""
        return bool(self.success)


class RightOutcome(_Counted):
    """1 if the reply opens as the case expects: answered, partly answered or not in the sources."""

    @staticmethod
    def counted(reply: str, expected: dict[str, Any]) -> float:
        """The score of a reply."""
        return float(_OPENINGS[expected["expect"]] in reply.split("Question:")[0].splitlines())

    @property
    def __name__(self) -> str:
        return "Right outcome"


class FactsQuoted(_Counted):
    """The share of the expected facts of which a quote stands in the reply; not of cases without facts."""

    @staticmethod
    def counted(reply: str, expected: dict[str, Any]) -> float:
        """The score of a reply."""
        facts = expected["facts"]
        text = _plain(reply.split("NEAR THE QUESTION")[0])
        held = [any(_plain(quote) in text for quote in fact["quotes"]) for fact in facts]
        return sum(held) / len(held)

    @property
    def __name__(self) -> str:
        return "Facts quoted"


def main() -> None:
    """Asks, scores and prints the mean of each measure as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="of a running server; by default one is started")
    parser.add_argument("--cases", type=int, default=60, help="of the development split, evenly")
    arguments = parser.parse_args()
    lines = CASES.read_text("utf-8").splitlines()
    development = [case for case in map(json.loads, lines) if _is_development(case["id"])]
    # Evenly over the file, in which cases of a kind stand together.
    cases = development[:: max(1, len(development) // arguments.cases)][: arguments.cases]
    with own_server(arguments.url, str(ROOT / ".venv/bin/python")) as url:
        key = os.environ.get("ASSISTANT_API_KEY", "none")
        with OpenAI(base_url=f"{url}/v1", api_key=key) as client:
            asked = [_asked(client, case) for case in cases]
        ready = readiness(url)
    about = {
        "cases": len(asked),
        "corpus": ready["corpus"],
        "configuration": ready["configuration"],
        **{name: version(name) for name in ("deepeval", "openai")},
    }
    print(json.dumps({**about, "scores": _means(asked)}, indent=2))


def _means(asked: list[LLMTestCase]) -> dict[str, float]:
    """The mean of each measure over the cases that it can be told of, by DeepEval."""
    os.chdir(tempfile.mkdtemp())  # DeepEval leaves files where it runs
    with_facts = [case for case in asked if case.metadata["facts"]]
    return _mean(RightOutcome(), asked) | _mean(FactsQuoted(), with_facts)


def _mean(measure: _Counted, cases: list[LLMTestCase]) -> dict[str, float]:
    """The measure's name and mean, to three digits; nothing without cases."""
    if not cases:
        return {}
    with redirect_stdout(sys.stderr):
        result = evaluate(
            cases,
            [measure],
            async_config=AsyncConfig(run_async=False),
            cache_config=CacheConfig(write_cache=False),
            display_config=DisplayConfig(show_indicator=False, print_results=False),
        )
    scores: dict[str, list[float]] = {}
    for test in result.test_results:
        for measure in test.metrics_data or ():
            scores.setdefault(measure.name, []).append(float(measure.score or 0.0))
    return {name: round(sum(values) / len(values), 3) for name, values in scores.items()}


def _asked(client: OpenAI, case: dict[str, Any]) -> LLMTestCase:
    """The case with the reply to the last question of its conversation."""
    messages: Any = [{"role": "user", "content": turn} for turn in case["turns"]]
    reply = client.chat.completions.create(model=_MODEL, messages=messages)
    return LLMTestCase(
        input=case["turns"][-1],
        actual_output=reply.choices[0].message.content,
        metadata={"expect": case["expect"], "facts": case["facts"]},
        name=case["id"],
    )


def _is_development(case_id: str) -> bool:
    """Whether a case is of the development split; the rule is that of eval/cases.py."""
    return int(hashlib.sha256(case_id.encode()).hexdigest(), 16) % 2 == 0


def _plain(text: str) -> str:
    """The text with single white space and one kind of quotation marks, in small letters."""
    same = text.translate(str.maketrans("’‘“”–", "''\"\"-"))
    return re.sub(r"\s+", " ", same).casefold()


if __name__ == "__main__":
    main()
