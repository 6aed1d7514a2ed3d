from dataclasses import asdict, replace

import pytest
from fake_assistant import COMMON, LEAFLET, RATE, answer_of, refusal

from assistant.records import Comparison, Statement, Turn
from assistant.serialise import answer_json
from eval.replies import Quote, ReplyError, extractive_reply, reply_of, turn_of

QUOTES = (("002", RATE), ("004", COMMON), ("003", LEAFLET))


def answer(**changes):
    """An answer whose citations have the supports 0.5, 0.2 and 0.8, in the order in which they are shown."""
    made = answer_of(QUOTES)
    supported = zip(made.citations, (0.5, 0.2, 0.8), strict=True)
    return replace(made, citations=tuple(replace(c, support=s) for c, s in supported), **changes)


def test_the_first_quote_stays_first_and_the_others_follow_by_their_support():
    reply = reply_of(answer_json(answer()))
    assert [quote.text for quote in reply.quotes] == [RATE, LEAFLET, COMMON]
    assert (reply.status, reply.confidence) == ("answered", 0.9)


def test_a_statement_keeps_its_citations_when_the_quotes_change_places():
    statements = (Statement("Two sources say so.", (2, 3)), Statement("None does.", ()))
    reply = reply_of(answer_json(answer(statements=statements)))
    assert [[reply.quotes[i].text for i in numbers] for _, numbers in reply.statements] == [
        [COMMON, LEAFLET],
        [],
    ]


def test_comparisons_and_opening_lines_are_part_of_a_reply():
    compared = Comparison("rate of leakage", (1, 2), "differ", "the numbers do not meet")
    reply = reply_of(answer_json(answer(comparison=(compared,), limits=("Mind the gap.",))))
    ((relation, pair),) = reply.comparisons
    assert relation == "differ" and [reply.quotes[i].text for i in pair] == [RATE, COMMON]
    assert reply.limits == ("Mind the gap.",)


def test_a_refusal_shows_no_quote_but_what_came_near():
    reply = reply_of(answer_json(refusal()))
    assert reply.status == "not_in_sources" and reply.quotes == ()
    assert [quote.text for quote in reply.nearest] == [COMMON]


def test_a_turn_is_what_the_answer_itself_would_give():
    made = answer()
    assert turn_of(answer_json(made)) == {
        **asdict(made.turn()),
        "source_ids": list(made.turn().source_ids),
        "best_quote": list(made.turn().best_quote),
    }
    nothing = refusal()
    assert turn_of(answer_json(nothing)) | {"source_ids": ()} == asdict(
        Turn(nothing.question, nothing.standalone_question, ())
    )


def broken(*path, value):
    content = answer_json(answer())
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("Cement leaks.", "str instead of an object", id="text"),
        pytest.param(None, "NoneType instead of an object", id="nothing"),
        pytest.param({"answer": "Cement leaks."}, "there is no status", id="another object"),
        pytest.param(broken("status", value="perhaps"), "unknown status 'perhaps'", id="status"),
        pytest.param(broken("confidence", value="high"), "confidence is str", id="confidence"),
        pytest.param(broken("confidence", value=True), "confidence is bool", id="truth value"),
        pytest.param(broken("confidence", value=1.2), "outside 0 to 1", id="no probability"),
        pytest.param(broken("citations", value={}), "citations is dict", id="citations"),
        pytest.param(broken("citations", 1, "quote", value=None), "quote is NoneType", id="quote"),
        pytest.param(broken("citations", 1, value=7), "there is no support", id="citation"),
        pytest.param(broken("citations", 0, "source", value="002"), "source is str", id="source"),
        pytest.param(broken("statements", 0, "citations", value=[9]), "which is no citation", id="number"),
    ],
)
def test_what_is_not_an_answer_is_refused_with_the_reason(content, message):
    with pytest.raises(ReplyError, match=message):
        reply_of(content)


def test_a_system_that_only_quotes_cites_each_quote_itself():
    quotes = [Quote("a", "s", 0, 1), Quote("b", "s", 2, 3)]
    reply = extractive_reply("Why?", quotes)
    assert reply.statements == (("a", (0,)), ("b", (1,)))
    assert (reply.status, reply.confidence) == ("answered", None)
    assert extractive_reply("Why?", []).status == "not_in_sources"
