"""How well a system finds the passages that state what was asked for: rankings against relevance judgements.

Measured by ir-measures; rankings and judgements can be written in the form of TREC, for any other tool. A
passage is relevant to a case if its text states facts of the case, and the more the more facts it states.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import ir_measures
from ir_measures import RR, R, nDCG

# Passages looked at. Source: what the assistant reads.
DEPTH = 10
RECALL, RECIPROCAL_RANK, NDCG = f"passage recall@{DEPTH}", f"MRR@{DEPTH}", f"nDCG@{DEPTH}"
_MEASURES = {RECALL: R @ DEPTH, RECIPROCAL_RANK: RR @ DEPTH, NDCG: nDCG @ DEPTH}

# Passage ids of each case, best first; and for each case the facts that each relevant passage states.
Rankings = Mapping[str, Sequence[str]]
Judgements = Mapping[str, Mapping[str, int]]


def retrieval_scores(rankings: Rankings, judgements: Judgements) -> dict[str, dict[str, float]]:
    """For each case that was ranked its scores by name, each in [0, 1].

    They are: the share of the relevant passages among the first ten; one by the rank of the first relevant
    passage, 0 if it is not among the first ten; and the normalised discounted cumulative gain of the first
    ten, where a passage's gain is the number of facts it states. All are 0 for a case without relevant
    passages: what it asks for cannot be found.

    Source: Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418, for nDCG; the others as in trec_eval.
    """
    scores = {case: dict.fromkeys(_MEASURES, 0.0) for case in rankings}
    names = {measure: name for name, measure in _MEASURES.items()}
    judged = {case: dict(judgements[case]) for case in rankings if judgements.get(case)}
    run = {case: _descending(rankings[case]) for case in judged}
    for found in ir_measures.iter_calc(list(names), judged, run) if judged else ():
        scores[found.query_id][names[found.measure]] = float(found.value)
    return scores


def write_trec(folder: Path, name: str, rankings: Rankings, judgements: Judgements) -> None:
    """Writes NAME.run and NAME.qrels into the folder, in the form that trec_eval reads."""
    folder.mkdir(parents=True, exist_ok=True)
    run = [
        f"{case} Q0 {passage} {rank} {len(passages) - rank} {name}\n"
        for case, passages in rankings.items()
        for rank, passage in enumerate(passages, 1)
    ]
    qrels = [
        f"{case} 0 {passage} {facts}\n"
        for case in rankings
        for passage, facts in judgements.get(case, {}).items()
    ]
    (folder / f"{name}.run").write_text("".join(run), "utf-8")
    (folder / f"{name}.qrels").write_text("".join(qrels), "utf-8")


def _descending(passages: Sequence[str]) -> dict[str, float]:
    """The passages with scores that fall with their rank."""
    return {passage: float(len(passages) - rank) for rank, passage in enumerate(passages)}
