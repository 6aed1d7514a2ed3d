from dataclasses import replace

import pytest
from fake_assistant import LEAFLET, cited

from assistant.premise import contradiction


def against(question, words):
    return contradiction(question, replace(cited(1, "003", LEAFLET), quote=words, lead_in=""))


def test_a_quote_that_calls_an_event_rare_speaks_against_every():
    question = "Does each patient have bleeding afterwards?"
    assert against(question, "Bleeding is uncommon.") == "Bleeding is uncommon"


def test_a_quote_of_mostly_silent_events_speaks_against_symptoms_in_all():
    question = "All emboli produce symptoms, so when?"
    assert "asymptomatic" in against(question, "Most emboli are asymptomatic.")
    assert against("Do all emboli reach the heart?", "Most emboli are asymptomatic.") == ""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param("How is bleeding treated?", "Bleeding is uncommon.", id="nothing is said of all"),
        pytest.param("Does each patient bleed?", "Infection is uncommon.", id="another event"),
        pytest.param("Do all wounds show bleeding?", "Bleeding is common.", id="it is common"),
    ],
)
def test_other_quotes_say_nothing_against_it(question, words):
    assert against(question, words) == ""
