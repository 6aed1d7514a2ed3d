import pytest

from assistant.config import PageConfig, page_config


def test_the_browser_keeps_conversations_and_nobody_adds_documents_unless_told():
    assert page_config({}) == PageConfig(history=True, uploads=False)


def test_the_operator_turns_history_off_and_uploads_on():
    environment = {"ASSISTANT_HISTORY": "off", "ASSISTANT_UPLOADS": "ON"}
    assert page_config(environment) == PageConfig(history=False, uploads=True)


@pytest.mark.parametrize("name", ["ASSISTANT_HISTORY", "ASSISTANT_UPLOADS"])
def test_a_switch_that_is_neither_on_nor_off_is_named(name):
    with pytest.raises(ValueError, match=f"{name} is 'maybe'; give on or off."):
        page_config({name: "maybe"})
