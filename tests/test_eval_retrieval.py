import math

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from eval.retrieval import NDCG, RECALL, RECIPROCAL_RANK, retrieval_scores, write_trec

RANKINGS = {"q1": ["a", "b", "c"], "q2": ["b", "c", "a"], "q3": ["c"], "q4": []}
JUDGEMENTS = {"q1": {"b": 2, "c": 1, "d": 1}, "q2": {"b": 1}, "q4": {"a": 1}}


def test_the_scores_have_hand_worked_values():
    scores = retrieval_scores(RANKINGS, JUDGEMENTS)
    assert scores["q1"][RECALL] == pytest.approx(2 / 3)
    assert scores["q1"][RECIPROCAL_RANK] == 1 / 2
    gain = 2 / math.log2(3) + 1 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert scores["q1"][NDCG] == pytest.approx(gain / ideal)
    assert scores["q2"] == {RECALL: 1.0, RECIPROCAL_RANK: 1.0, NDCG: 1.0}


@pytest.mark.parametrize("case", ["q3", "q4"], ids=["nothing relevant", "nothing found"])
def test_a_case_in_which_nothing_can_be_or_was_found_scores_zero(case):
    assert retrieval_scores(RANKINGS, JUDGEMENTS)[case] == {RECALL: 0.0, RECIPROCAL_RANK: 0.0, NDCG: 0.0}


def test_no_more_than_ten_passages_count():
    far = [f"p{i}" for i in range(10)]
    scores = retrieval_scores({"q": [*far, "right"]}, {"q": {"right": 1}})
    assert scores["q"] == {RECALL: 0.0, RECIPROCAL_RANK: 0.0, NDCG: 0.0}
    assert retrieval_scores({"q": [*far[:9], "right"]}, {"q": {"right": 1}})["q"][RECIPROCAL_RANK] == 0.1


def test_the_rank_counts_and_not_the_names_of_passages():
    first = retrieval_scores({"q": ["z", "a"]}, {"q": {"z": 1}})
    assert first["q"][RECIPROCAL_RANK] == 1.0


def test_the_files_written_for_trec_give_the_same_means(tmp_path):
    write_trec(tmp_path / "trec", "mine", RANKINGS, JUDGEMENTS)
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "trec" / "mine.qrels")))
    run = list(ir_measures.read_trec_run(str(tmp_path / "trec" / "mine.run")))
    read = ir_measures.calc_aggregate([R @ 10, RR @ 10, nDCG @ 10], qrels, run)
    judged = [retrieval_scores(RANKINGS, JUDGEMENTS)[case] for case in JUDGEMENTS]
    for measure, name in ((R @ 10, RECALL), (RR @ 10, RECIPROCAL_RANK), (nDCG @ 10, NDCG)):
        assert read[measure] == pytest.approx(sum(scores[name] for scores in judged) / len(judged))
