import pytest

from assistant.config import PageConfig, page_config, server_config


def test_the_browser_keeps_conversations_and_nobody_adds_documents_unless_told():
    assert page_config({}) == PageConfig(history=True, uploads=False)


def test_the_operator_turns_history_off_and_uploads_on():
    environment = {"ASSISTANT_HISTORY": "off", "ASSISTANT_UPLOADS": "ON"}
    assert page_config(environment) == PageConfig(history=False, uploads=True)


@pytest.mark.parametrize("name", ["ASSISTANT_HISTORY", "ASSISTANT_UPLOADS"])
def test_a_switch_that_is_neither_on_nor_off_is_named(name):
    with pytest.raises(ValueError, match=f"{name} is 'maybe'; give on or off."):
        page_config({name: "maybe"})


def test_on_this_machine_alone_no_name_is_answered_but_those_that_the_operator_gives():
    for host in ("", "127.0.0.1", "127.0.0.2", "::1", "localhost"):
        assert server_config({"ASSISTANT_HOST": host}).names == ()
    given = {"ASSISTANT_HOST_NAMES": "Assistant.example.org, ward.example."}
    assert server_config(given).names == ("assistant.example.org", "ward.example")


def test_on_another_host_every_name_is_answered_unless_the_operator_gives_some():
    assert server_config({"ASSISTANT_HOST": "0.0.0.0"}).names is None
    given = {"ASSISTANT_HOST": "0.0.0.0", "ASSISTANT_HOST_NAMES": "ward.example"}
    assert server_config(given).names == ("ward.example",)


@pytest.mark.parametrize("name", ["https://ward.example", "ward.example:443", "ward.example/x"])
def test_what_is_no_name_of_a_host_is_named(name):
    with pytest.raises(ValueError, match="ASSISTANT_HOST_NAMES: .* is no name"):
        server_config({"ASSISTANT_HOST_NAMES": name})
