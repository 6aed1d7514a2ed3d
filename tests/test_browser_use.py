"""The chat page in a real browser: history, links, copy, export, judgements, and what goes wrong."""

import json
from pathlib import Path

import pytest
from browsing import (
    Assistant,
    ask,
    box,
    check_panel,
    chip,
    chromium,
    needs_chromium,
    ready,
    screenshot,
    serving,
    stored,
    visit,
    visiting,
)
from fake_assistant import COMMON, QUOTES, RATE, corpus
from playwright.sync_api import expect

from assistant.config import PageConfig
from eval.cases import read_cases

pytestmark = needs_chromium
KEY = "kyphoplasty-assistant/conversation/"


@pytest.fixture(scope="module")
def served():
    with serving(Assistant()) as served:
        yield served


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser, served):
    """The page of a new visitor who lets it use the clipboard."""
    allowed = ["clipboard-read", "clipboard-write"]
    with visiting(browser, served.address, permissions=allowed) as page:
        yield page


def history(page):
    page.get_by_role("button", name="History").click()
    return page.locator("#conversations li")


def close_dialog(page):
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def questions(page):
    return [heading.text_content() for heading in page.locator(".question").all()]


def done(page, count):
    expect(page.locator(".turn[data-state=done]")).to_have_count(count)


def test_a_conversation_and_its_citations_survive_a_reload(page, served):
    ask(page, "How common is cement leakage?")
    ask(page, "And in PKP?")
    ids = [answer.get_attribute("data-answer") for answer in page.locator(".answer").all()]
    page.reload()
    ready(page)
    done(page, 2)
    assert questions(page) == ["How common is cement leakage?", "And in PKP?"]
    assert [answer.get_attribute("data-answer") for answer in page.locator(".answer").all()] == ids
    expect(page.locator(".changed")).to_have_count(0)
    chip(page, 3).click()
    check_panel(page, 3, QUOTES[2][1])
    ask(page, "Why?")
    assert [turn.question for turn in served.assistant.asked[-1][1]] == questions(page)[:2]


def test_conversations_are_listed_opened_renamed_and_deleted(page):
    ask(page, "How common is cement leakage?")
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(box(page)).to_be_focused()
    ask(page, "Which imaging shows it best?")
    expect(history(page).locator(".open")).to_have_text(
        ["Which imaging shows it best?", "How common is cement leakage?"]
    )
    page.get_by_role("button", name="Rename How common").click()
    page.keyboard.type("Leakage rates")
    page.keyboard.press("Enter")
    expect(page.locator("#conversations .open").first).to_have_text("Leakage rates")

    page.get_by_role("button", name="Leakage rates", exact=True).click()
    done(page, 1)
    assert questions(page) == ["How common is cement leakage?"]
    history(page)
    page.get_by_role("button", name="Delete Which imaging").click()
    expect(page.locator("#conversations li")).to_have_count(2)
    page.get_by_role("button", name="Really delete?").click()
    expect(page.locator("#conversations .open")).to_have_text(["Leakage rates"])

    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Really delete all?").click()
    expect(page.locator("#conversations li")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(0)
    assert KEY not in stored(page)
    page.reload()
    ready(page)
    expect(page.locator(".turn")).to_have_count(0)


def test_a_damaged_conversation_is_told_kept_and_can_be_saved_and_deleted(page, served):
    ask(page, "How common is cement leakage?")
    page.get_by_role("button", name="New", exact=True).click()
    page.evaluate("key => localStorage.setItem(key + 'broken', '{not json')", KEY)
    page.evaluate("key => localStorage.setItem(key + 'other', '{\"version\": 1, \"turns\": 5}')", KEY)
    visit(page, served.address)
    expect(page.get_by_role("alert")).to_contain_text("2 conversations in this browser are damaged")
    assert "{not json" in stored(page)
    expect(history(page)).to_have_count(1)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save to a file").click()
    assert "{not json" in Path(saving.value.path()).read_text("utf-8")
    page.locator("#history-problem").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Really delete?").click()
    assert "{not json" not in stored(page)
    close_dialog(page)
    ask(page, "Why?")


def test_where_the_browser_stores_nothing_the_page_says_so_and_works(browser, served):
    with visiting(browser, served.address) as page:
        page.add_init_script("Storage.prototype.setItem = () => { throw new Error('blocked'); };")
        visit(page, served.address)
        ask(page, "How common is cement leakage?")
        expect(page.get_by_role("alert")).to_contain_text("This browser does not keep the conversation")
        ask(page, "And in PKP?")


def test_a_question_that_seems_to_identify_a_patient_is_not_kept(page):
    ask(page, "How common is cement leakage?")
    ask(page, "What of MRN 4471?")
    expect(page.locator(".limit")).to_be_visible()
    assert "4471" not in stored(page)
    assert "How common" in stored(page)
    expect(page.get_by_role("button", name="Copy link").last).to_be_disabled()
    page.reload()
    ready(page)
    done(page, 1)
    assert questions(page) == ["How common is cement leakage?"]


def test_what_follows_such_a_question_is_neither_linked_nor_judged_and_says_what_is_missing(page):
    ask(page, "What of MRN 4471?")
    ask(page, "And in PKP?")
    expect(page.locator(".turn").last).to_contain_text("No link and no judgement: a question up to here")
    for name in ("Copy link", "Yes", "No"):
        expect(page.get_by_role("button", name=name, exact=True).last).to_be_disabled()
    assert "4471" not in stored(page)
    page.reload()
    ready(page)
    done(page, 1)
    assert questions(page) == ["And in PKP?"]
    expect(page.locator(".changed")).to_contain_text("A question before this one was not kept")
    expect(page.get_by_role("button", name="Copy link")).to_be_enabled()


def test_an_operator_who_turns_history_off_leaves_nothing_behind_the_tab(browser):
    with serving(Assistant(), PageConfig(history=False)) as served, visiting(browser, served.address) as page:
        expect(page.get_by_role("button", name="History")).to_have_count(0)
        ask(page, "How common is cement leakage?")
        assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('conversation'))") == []
        page.reload()
        ready(page)
        done(page, 1)
        other = page.context.new_page()
        visit(other, served.address)
        expect(other.locator(".turn")).to_have_count(0)


def test_a_link_replays_the_answer_to_whoever_has_it(browser, served, page):
    ask(page, "How common is cement leakage?")
    ask(page, "And in PKP?")
    page.get_by_role("button", name="Copy link").last.click()
    expect(page.locator(".flash")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    answer = page.locator(".answer").last.get_attribute("data-answer")
    assert link.startswith(f"{served.address}/#id={answer}&q=How+common")
    with visiting(browser, link) as other:
        done(other, 2)
        assert questions(other) == ["How common is cement leakage?", "And in PKP?"]
        assert other.locator(".answer").last.get_attribute("data-answer") == answer
        expect(other.locator(".changed")).to_have_count(0)
        assert KEY not in stored(other)
        ask(other, "Why?")
        assert "#" not in other.url
        assert KEY in stored(other)


def test_a_link_whose_answer_has_changed_since_says_so(browser, served):
    with visiting(browser, f"{served.address}/#id=old1&q=How+common+is+it%3F") as page:
        done(page, 1)
        expect(page.locator(".changed")).to_contain_text("It was old1, it is a")


@pytest.mark.parametrize("hash_", ["#q=Why%3F", "#id=&q=Why%3F"])
def test_a_link_without_an_id_is_answered_and_nothing_is_said_of_changes(browser, served, hash_):
    with visiting(browser, served.address + "/" + hash_) as page:
        done(page, 1)
        expect(page.locator(".changed")).to_have_count(0)


@pytest.mark.parametrize("hash_", ["#id=none", "#nothing", "#id=%E0%A4%A", "#q="])
def test_a_link_that_cannot_be_replayed_is_a_line_on_the_page(browser, served, hash_):
    with visiting(browser, served.address + "/" + hash_) as page:
        said = page.locator("#banner:visible, .problem:visible")
        expect(said.first).to_contain_text("so it cannot be replayed" if hash_ != "#q=" else "is empty")
        ask(page, "Why?")


def test_an_answer_is_copied_with_its_references(page):
    ask(page, "How common is cement leakage?")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator(".flash")).to_have_text("Copied with its references")
    expect(page.locator("#spoken")).to_have_text("Copied with its references.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert f"“{RATE}” [1]" in text
    assert f"“{COMMON}” [2]" in text
    assert "1. Mao Z, Xiong ZH, Li JF. Thoracic spinal cord injury" in text
    answer = page.locator(".answer").get_attribute("data-answer")
    assert f"Answer {answer}; corpus 6b130ecfacb4." in text


def test_without_a_clipboard_an_answer_is_copied_all_the_same(page):
    ask(page, "How common is cement leakage?")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator(".flash")).to_have_text("Copied with its references")
    page.evaluate("delete navigator.clipboard")
    assert f"“{RATE}” [1]" in page.evaluate("navigator.clipboard.readText()")


def test_a_conversation_is_exported_in_each_form(page):
    page.locator("summary", has_text="Export").click()
    page.get_by_role("button", name="Markdown").click()
    expect(page.get_by_role("alert")).to_contain_text("There is nothing to export yet")
    ask(page, "How common is cement leakage?")
    ask(page, "And in PKP?")
    for name, ending, begins in (
        ("Markdown", "md", b"# Kyphoplasty assistant"),
        ("HTML page", "html", b"<!DOCTYPE html>"),
        ("PDF", "pdf", b"%PDF-"),
        ("RIS", "ris", b"TY  - JOUR"),
        ("BibTeX", "bib", b"@article{mao2024,"),
    ):
        page.locator("summary", has_text="Export").click()
        with page.expect_download() as saving:
            page.get_by_role("button", name=name).click()
        assert saving.value.suggested_filename.startswith("kyphoplasty-assistant-2")
        assert saving.value.suggested_filename.endswith(f".{ending}")
        assert Path(saving.value.path()).read_bytes().startswith(begins)
        expect(page.locator("details.menu")).not_to_have_attribute("open", "")


def test_a_judgement_is_kept_in_the_browser_and_saved_as_a_draft_case(page, served, tmp_path):
    ask(page, "How common is cement leakage?")
    asked = len(served.assistant.asked)
    page.get_by_role("button", name="Yes", exact=True).click()
    assert '\\"verdict\\":\\"right\\"' in stored(page)
    ask(page, "And in PKP?")
    page.get_by_role("button", name="No", exact=True).last.click()
    page.get_by_label("The sources say more than is quoted").last.check()
    page.locator(".judgement textarea").last.fill("Foraminal leaks are missing.")
    page.get_by_role("button", name="Keep", exact=True).last.click()
    expect(page.locator(".judgement").last).to_be_hidden()
    assert len(served.assistant.asked) == asked + 1  # nothing was sent

    page.reload()
    ready(page)
    done(page, 2)
    expect(page.get_by_role("button", name="Yes", exact=True).first).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="No", exact=True).last).to_have_attribute("aria-pressed", "true")
    history(page)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save judgements").click()
    right, wrong = Path(saving.value.path()).read_text("utf-8").splitlines()
    path = tmp_path / "cases.jsonl"
    path.write_text(right, "utf-8")
    (case,) = read_cases(path, list(corpus().values()))
    assert case.turns == ("How common is cement leakage?",)
    assert json.loads(wrong)["turns"] == ["How common is cement leakage?", "And in PKP?"]
    assert json.loads(wrong)["note"].endswith("Foraminal leaks are missing.")


def test_a_judgement_without_a_reason_is_asked_for_one(page):
    ask(page, "How common is cement leakage?")
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Choose what was wrong.")


def test_a_server_that_restarts_in_the_middle_of_an_answer_loses_nothing(browser):
    assistant = Assistant()
    with serving(assistant) as first:
        port = int(first.address.rsplit(":", 1)[1])
        context = visiting(browser, first.address, errors_allowed=True)
        page = context.__enter__()
        ask(page, "How common is cement leakage?")
        box(page).fill("a slow question")
        box(page).press("Enter")
        expect(page.locator(".turn .pending")).to_contain_text("found in")
    expect(page.get_by_role("alert")).to_contain_text("The connection to the server was lost.")
    expect(page.locator(".question").first).to_have_text("How common is cement leakage?")
    screenshot(page, "connection-lost")
    assistant.let.set()
    with serving(assistant, port=port):
        lost = page.locator(".problem:visible")
        words = "The connection was lost before this question was answered."
        expect(lost).to_contain_text(words)
        expect(lost).to_be_in_viewport()
        expect(page.locator(".question")).to_have_text(["How common is cement leakage?", "a slow question"])
        expect(box(page)).to_have_value("a slow question")
        done(page, 1)
        screenshot(page, "connection-back")
        box(page).press("Enter")
        done(page, 2)
        assert [turn.question for turn in assistant.asked[-1][1]] == ["How common is cement leakage?"]
        context.__exit__(None, None, None)


def test_an_answer_that_does_not_come_is_given_up_and_the_question_can_be_asked_again(browser, served):
    with visiting(browser, served.address) as page:
        page.clock.install()
        visit(page, served.address)
        served.assistant.let.clear()
        box(page).fill("a slow question")
        box(page).press("Enter")
        expect(page.locator(".turn .pending")).to_contain_text("found in")
        page.clock.fast_forward("03:30")
        expect(page.locator(".problem:visible")).to_contain_text("No answer came")
        expect(box(page)).to_have_value("a slow question")
        served.assistant.let.set()
        box(page).press("Enter")
        done(page, 1)
        expect(page.locator(".problem:visible")).to_have_count(0)


def test_a_source_or_an_export_that_cannot_be_fetched_is_a_line(browser, served):
    with visiting(browser, served.address, errors_allowed=True) as page:
        ask(page, "How common is cement leakage?")
        page.context.set_offline(True)
        chip(page, 1).click()
        expect(page.locator("#panel .problem")).to_contain_text("The server cannot be reached")
        page.locator("summary", has_text="Export").click()
        page.get_by_role("button", name="PDF").click()
        expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached. Nothing is lost")
        page.context.set_offline(False)
        chip(page, 1).click()
        check_panel(page, 1, RATE)
