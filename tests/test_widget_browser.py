"""The widget in a real browser, on pages of another origin, wide and on a phone."""

import threading
from dataclasses import replace

import pytest
from fake_assistant import COMMON, QUOTES, RATE, FakeAssistant, answer_of, cited, corpus
from playwright.sync_api import expect
from widget_host import (  # noqa: F401
    FullAssistant,
    ask,
    assistant_server,
    both,
    browser,
    needs_chromium,
    opened,
    script,
    texts,
    told,
    visit,
    world,
)

from assistant.errors import QuestionError
from assistant.records import Nearest, Statement
from assistant.render import (
    address,
    badges,
    cautions,
    comparison_words,
    figure_words,
    groups,
    measured,
    vancouver,
)

TAGS = "<script>window.hit=1</script><img src=x onerror='window.hit=1'>"
HOSTILE = f"{TAGS} ${{window.hit=1}} {{n}} {{{{value}}}} [1] \u202e how common?"
LONG = (
    "The leakage of cement material into the spinal canal or neural foramen has been described as epidural "
    "leakage, a phenomenon that can manifest not only via defects in the posterior wall of the vertebrae or "
    "through the basivertebral foramina, but also through the anterior internal venous plexus."
)
pytestmark = needs_chromium


# The answer


@both
def test_the_button_opens_a_dialog_that_answers_with_exact_quotes(visit):
    page = visit()
    expect(page.locator(".launcher")).to_have_text("Kyphoplasty assistant")
    expect(page.get_by_role("dialog")).to_have_count(0)
    opened(page)
    ask(page, "How common is cement leakage?")
    expect(page.locator(".outcome")).to_have_text("Answered in these sources")
    assert texts(page.locator(".quote")) == [words for _, words in QUOTES]
    assert texts(page.locator(".quote").first.locator("strong")) == [
        "exceeds 80% in PVP but remains below 50% in PKP"
    ]


@both
def test_everything_of_an_answer_is_shown_in_the_words_of_the_other_views(visit, world):
    page = opened(visit())
    ask(page, "How common is cement leakage?")
    answer = FullAssistant().ask("How common is cement leakage?")
    shown = page.locator(".answer")
    assert shown.locator(":scope > *").first.text_content() == answer.limits[0]
    assert texts(page.locator(".measured")) == [measured(answer)]
    assert texts(page.locator(".notes li")) == list(answer.notices)
    grouped = groups(answer.citations)
    assert texts(page.locator(".source .label")) == [source.label for source, _ in grouped]
    assert texts(page.locator(".source .badges li")) == [
        badge for source, _ in grouped for badge in badges(source)
    ]
    assert texts(page.locator(".source .badges .weak")) == [
        badge for source, _ in grouped for badge in cautions(source)
    ]
    assert texts(page.locator(".quotation .own")) == ["[1]", "[2]", "[3]", "[4]"]
    assert texts(page.locator(".figures li")) == [figure_words(f) for f in answer.citations[0].figures]
    (pair,) = answer.comparison
    assert texts(page.locator(".comparison .point")) == [comparison_words(pair)]
    assert texts(page.locator(".comparison .cite")) == ["[1]", "[3]"]
    assert texts(page.locator(".comparison .said")) == [RATE, COMMON]
    assert texts(page.locator(".comparison .title")) == [
        " · ".join(badges(answer.citations[n - 1].source)) for n in pair.citations
    ]
    assert texts(page.locator(".direct .statement")) == [f"{answer.statements[-1].text} [2]"]
    reported = [entry for citation in answer.citations for entry in citation.cited_as]
    assert texts(page.locator(".cited-as li")) == [
        f"its reference {entry.number}: {entry.text}" for entry in reported
    ]
    assert reported
    expect(page.locator(".cited-as summary").first).to_have_text("Reports another study: its reference 3, 7")
    expect(page.locator(".cited-as li").first).to_be_hidden()
    page.locator(".cited-as summary").first.click()
    expect(page.locator(".cited-as li").first).to_be_visible()
    assert texts(page.locator(".references li")) == [
        "".join(f"[{c.n}]" for c in cited) + f" {vancouver(source)} {address(source)}"
        for source, cited in grouped
    ]
    link = page.locator(".references a").first
    expect(link).to_have_attribute("href", "https://doi.org/10.12998/wjcc.v12.i10.1837")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize(
    ("words", "highlight", "line"),
    [
        pytest.param(RATE, None, f"“{RATE}” [1]", id="a short quote as a whole"),
        pytest.param(
            LONG, "epidural leakage", "“… epidural leakage …” [1]", id="the answering words of a longer one"
        ),
        pytest.param(LONG, None, f"“{LONG}” [1]", id="a longer one without such words"),
    ],
)
def test_an_answer_opens_with_a_direct_line_in_the_words_of_its_first_quote(
    visit, world, words, highlight, line
):
    class Quoting(FakeAssistant):
        def ask(self, question, history=(), *rest):
            quote = cited(1, "002" if words == RATE else "004", words, highlight=highlight)
            return answer_of((), citations=(quote,), statements=(Statement(words, (1,)),))

    with assistant_server([world.pages.address], Quoting()) as served:
        page = opened(visit(served=served))
        ask(page, "How common is cement leakage?")
        assert page.locator(".direct").text_content() == line
        page.locator(".direct .cite").click()
        expect(page.locator(".own")).to_be_focused()
        expect(page.locator("mark")).to_have_text(words)


def test_an_answer_offers_questions_to_go_on_with(visit, world):
    class Suggesting(FakeAssistant):
        def ask(self, question, history=(), *rest):
            return answer_of(suggestions=("Which imaging shows leakage best?",))

    with assistant_server([world.pages.address], Suggesting()) as served:
        page = opened(visit(served=served))
        ask(page, "How common is cement leakage?")
        expect(page.locator(".suggestions h4")).to_have_text("Questions to go on with")
        expect(page.locator(".suggestions button")).to_have_text("Which imaging shows leakage best?")


def test_a_table_s_row_stands_under_its_caption_and_heads(visit):
    page = opened(visit())
    ask(page, "What was the uric acid?")
    row = page.locator(".table")
    assert texts(row.locator("td strong")) == ["649", "208-428"]
    assert texts(row.locator("th")) == ["Tests", "Results", "Normal range"]
    expect(row.locator("caption")).to_contain_text("Table 1")


@both
def test_a_quote_opens_in_its_source_word_for_word_and_closes_again(visit):
    page = opened(visit())
    ask(page, "How common is cement leakage?")
    for n, (source, words) in enumerate(QUOTES, 1):
        button = page.locator(".own").nth(n - 1)
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        part = page.locator(".in-source").nth(n - 1)
        expect(part.locator("h4")).to_have_text(f"Quote {n} in its source")
        mark = part.locator("mark")
        assert mark.text_content() == words
        expect(mark).to_be_in_viewport()
        document = next(d for d in corpus().values() if d.source.id.startswith(source))
        context = part.locator(".context").text_content()
        assert context in document.text
        assert len(context) > len(words)
        expect(part).to_contain_text(document.source.sha256[:16])
        button.click()
        expect(part).to_be_hidden()
    assert [detail["citation"]["n"] for detail in told(page, "cited")] == [1, 2, 3, 4]


def test_numbers_in_a_comparison_lead_to_the_quote(visit):
    page = opened(visit())
    ask(page, "How common is cement leakage?")
    page.locator(".comparison .cite").nth(1).click()
    own = page.locator(".own").nth(2)
    expect(own).to_be_focused()
    expect(own).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".in-source mark")).to_have_text(COMMON)


@both
def test_a_refusal_shows_what_was_searched_and_what_is_near_as_no_answer(visit):
    page = opened(visit())
    ask(page, "What does it cost?")
    expect(page.locator(".outcome")).to_have_text("Not in these sources")
    expect(page.locator(".quote")).to_have_count(0)
    expect(page.locator(".nearest h4").first).to_have_text("Near the question, not an answer")
    expect(page.locator(".near")).to_have_text(COMMON)
    expect(page.locator(".nearest .badges")).to_contain_text("about vertebroplasty")
    expect(page.locator(".missing")).to_have_count(0)  # it is the whole question
    searched = page.locator(".searched").text_content()
    assert searched.startswith("Searched: ") and searched.count("; ") == len(corpus()) - 1
    page.locator(".suggestions button").click()
    expect(page.locator(".outcome")).to_have_text(["Not in these sources", "Answered in these sources"])


def test_an_answer_in_part_says_what_is_missing(visit):
    page = opened(visit())
    ask(page, "partly how common?")
    expect(page.locator(".outcome")).to_have_text("Partly answered in these sources")
    expect(page.locator(".missing")).to_have_text("Not answeredwhat does it weigh?")
    expect(page.locator(".quote")).to_have_count(4)


def test_offsets_count_characters_even_where_the_browser_counts_otherwise(visit, world):
    citation = answer_of().citations[0]
    words = "𝛼 rose 🦴 by 5%"
    start = citation.start
    odd = replace(citation, quote=words, highlight=(start + 2, start + 8))

    class Odd(FakeAssistant):
        def ask(self, question, history=(), *rest):
            return answer_of(citations=(odd,), statements=())

    with assistant_server([world.pages.address], Odd()) as served:
        page = opened(visit(served=served))
        ask(page, "By how much?")
        assert page.locator(".quote").text_content() == words
        assert page.locator(".quote strong").text_content() == "rose 🦴"
        page.locator(".own").click()
        expect(page.locator(".in-source .problem")).to_have_text(
            "This place cannot be shown exactly, and so is not shown."
        )
        expect(page.locator("mark")).to_have_count(0)


# The conversation


def test_a_follow_up_sees_the_earlier_question_and_a_new_conversation_does_not(visit, world):
    page = opened(visit())
    ask(page, "How common is cement leakage?")
    ask(page, "And in PKP?")
    question, history = world.assistant.asked[-1]
    assert (question, [turn.question for turn in history]) == (
        "And in PKP?",
        ["How common is cement leakage?"],
    )
    assert history == (FakeAssistant().ask("How common is cement leakage?").turn(),)
    expect(page.locator(".understood")).to_have_text(
        "Understood as: And in PKP? (How common is cement leakage?)"
    )
    expect(page.locator(".question")).to_have_text(["How common is cement leakage?", "And in PKP?"])
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "Why?")
    assert world.assistant.asked[-1] == ("Why?", ())


def test_the_conversation_is_gone_with_the_page_and_nothing_is_stored(visit, world):
    page = opened(visit())
    ask(page, "How common is cement leakage?")
    stored = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(stored) == [0, 0, ""]
    page.reload()
    opened(page)
    expect(page.locator(".turn")).to_have_count(0)


def test_example_questions_ask_when_clicked(visit, world):
    page = opened(visit())
    buttons = page.locator(".offered button")
    expect(buttons).to_have_count(3)
    question = buttons.first.text_content()
    buttons.first.click()
    expect(page.locator(".outcome")).to_be_visible()
    expect(page.locator(".question")).to_have_text(question)
    assert world.assistant.asked[-1][0] == question
    expect(page.locator(".offered")).to_be_hidden()


def test_shift_enter_breaks_the_line_and_enter_sends(visit, world):
    page = opened(visit())
    box = page.get_by_role("textbox")
    box.press_sequentially("How common")
    box.press("Shift+Enter")
    box.press_sequentially("is it?")
    box.press("Enter")
    expect(page.locator(".outcome")).to_be_visible()
    assert world.assistant.asked[-1][0] == "How common is it?"


def test_an_empty_question_is_not_sent(visit, world):
    page = opened(visit())
    before = len(world.assistant.asked)
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("status")).to_have_text(
        "The question is empty. Type a question about the sources."
    )
    assert len(world.assistant.asked) == before


def test_a_second_question_waits_for_the_first(visit, world):
    class Slow(FakeAssistant):
        go = threading.Event()

        def ask(self, question, history=(), *rest):
            self.go.wait(30)
            return super().ask(question, history, *rest)

    with assistant_server([world.pages.address], Slow()) as served:
        page = opened(visit(served=served))
        box = page.get_by_role("textbox")
        box.fill("How common is leakage?")
        box.press("Enter")
        expect(page.locator(".answer .pending")).to_have_text("Searching the sources …")
        box.fill("And why?")
        box.press("Enter")
        expect(page.get_by_role("status")).to_have_text("The last question is still being answered.")
        expect(box).to_have_value("And why?")
        Slow.go.set()
        expect(page.locator(".outcome")).to_have_count(1)
        box.press("Enter")
        expect(page.locator(".outcome")).to_have_count(2)


# What goes wrong


def test_too_many_questions_get_a_sentence_and_the_question_back(visit, world):
    with assistant_server([world.pages.address], questions_per_minute_and_address=1) as served:
        page = opened(visit(served=served, failing=True))
        ask(page, "How common is leakage?")
        ask(page, "And why?")
        expect(page.locator(".problem")).to_contain_text("Too many questions. Ask again in ")
        expect(page.get_by_role("textbox")).to_have_value("And why?")
        (detail,) = told(page, "error")
        assert detail["status"] == 429


def test_a_server_with_too_much_to_do_is_said_so_with_the_time_to_wait(visit, world):
    page = opened(visit(failing=True))
    reply = {
        "status": 503,
        "headers": {
            "Retry-After": "7",
            "Access-Control-Allow-Origin": world.pages.address,
            "Access-Control-Expose-Headers": "Retry-After",
        },
        "json": {"detail": "Too many are asking at once. Ask again in 7 seconds."},
    }
    page.route("**/ask", lambda route: route.fulfill(**reply))
    ask(page, "And why?")
    expect(page.locator(".problem")).to_have_text("The assistant cannot answer now. Ask again in 7 seconds.")
    expect(page.get_by_role("textbox")).to_have_value("And why?")
    assert told(page, "error")[0]["status"] == 503


def test_a_question_that_cannot_be_taken_is_answered_with_the_reason(visit, world):
    class Strict(FakeAssistant):
        def ask(self, question, history=(), *rest):
            raise QuestionError("The question holds no words. Type a question about the sources.")

    with assistant_server([world.pages.address], Strict()) as served:
        page = opened(visit(served=served, failing=True))
        ask(page, "?!")
        expect(page.locator(".problem")).to_have_text(
            "The question holds no words. Type a question about the sources."
        )


def test_a_server_that_is_gone_is_said_so_and_the_conversation_stays(visit, world):
    with assistant_server([world.pages.address]) as served:
        page = opened(visit(served=served, failing=True))
        ask(page, "How common is leakage?")
    ask(page, "And why?")
    expect(page.locator(".problem")).to_have_text(
        "The assistant cannot be reached. Check the connection and ask again."
    )
    expect(page.locator(".quote")).to_have_count(4)
    page.locator(".own").first.click()
    expect(page.locator(".in-source .problem")).to_be_visible()


# Hostile text


def test_hostile_words_of_reader_and_page_stay_text(visit, world):
    suggestions = '["&lt;img src=x onerror=window.hit=1&gt;"]'
    given = TAGS.replace("'", '"').replace("<", "&lt;")
    page = opened(
        visit(head=script(world.served, title=given, greeting=given, suggestions=suggestions, lang=given))
    )
    assert page.locator("h2").text_content() == TAGS.replace("'", '"')
    assert texts(page.locator(".offered button")) == ["<img src=x onerror=window.hit=1>"]
    ask(page, HOSTILE)
    assert page.locator(".question").text_content() == HOSTILE
    assert page.evaluate("window.hit") is None
    expect(page.locator(":is(img, .turn script)")).to_have_count(0)


def test_hostile_words_of_sources_and_answers_stay_text(visit, world):
    first, *others = FullAssistant().ask("How common?").citations
    source = replace(
        first.source,
        title=HOSTILE,
        authors=(f"{TAGS} {TAGS}",),
        doi="",
        url="javascript:window.hit=1",
        journal=TAGS,
        peer_review_basis=TAGS,
        kind=TAGS,
    )
    hostile = replace(
        first,
        source=source,
        quote=HOSTILE,
        highlight=(first.start, first.start + 20),
        section=HOSTILE,
        lead_in=HOSTILE,
        figures=tuple(replace(figure, text=TAGS, procedure=TAGS) for figure in first.figures),
        cited_as=tuple(replace(entry, text=TAGS) for entry in first.cited_as),
    )

    class Hostile(FullAssistant):
        def ask(self, question, history=(), *rest):
            answer = super().ask(question, history, *rest)
            return replace(
                answer,
                status="partial",
                standalone_question=HOSTILE,
                statements=(replace(answer.statements[-1], text=HOSTILE),),
                citations=(hostile, *others),
                comparison=tuple(replace(pair, point=HOSTILE, reason=HOSTILE) for pair in answer.comparison),
                missing=(HOSTILE,),
                notices=(HOSTILE,),
                limits=(HOSTILE,),
                suggestions=(HOSTILE,),
                nearest=(Nearest(source, HOSTILE, HOSTILE, 0, 5),),
            )

    with assistant_server([world.pages.address], Hostile()) as served:
        page = opened(visit(served=served))
        ask(page, "How common is leakage?")
        assert page.locator(".quote").first.text_content() == HOSTILE
        for place in (".limit", ".notes li", ".near", ".suggestions button"):
            assert page.locator(place).first.text_content() == HOSTILE
        page.locator(".own").first.click()
        expect(page.locator(".in-source .problem")).to_be_visible()
        assert page.evaluate("window.hit") is None
        expect(page.locator(":is(img, .answer script)")).to_have_count(0)
        hrefs = page.locator(".answer a").evaluate_all("links => links.map((link) => link.href)")
        assert hrefs
        assert all(href.startswith("https://") for href in hrefs)


# What the page can do


def test_the_page_opens_asks_resets_closes_and_is_told_what_happens(visit):
    page = visit()
    expect(page.locator(".launcher")).to_be_visible()
    element = page.locator("kyphoplasty-assistant")
    answer = element.evaluate("widget => widget.ask('How common is cement leakage?')")
    assert answer["status"] == "answered"
    assert [citation["quote"] for citation in answer["citations"]][0] == RATE
    expect(page.get_by_role("dialog")).to_be_visible()
    assert element.evaluate("widget => widget.ask('What does it cost?')")["status"] == "not_in_sources"
    assert [name for name, _ in page.evaluate("window.told")] == ["ready", "answered", "refused"]
    assert told(page, "answered")[0]["answer"] == answer
    element.evaluate("widget => widget.reset()")
    expect(page.locator(".turn")).to_have_count(0)
    element.evaluate("widget => widget.close()")
    expect(page.get_by_role("dialog")).to_have_count(0)
    element.evaluate("widget => widget.open()")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_page_can_theme_it(visit, world):
    settings = {
        "title": "Look it up",
        "greeting": "Hello",
        "suggestions": '["How common is leakage?"]',
        "corner": "top-left",
        "size": "large",
        "accent": "#ffd54a",
        "highlight": "rgb(0, 40, 0)",
        "theme": "dark",
        "labels": '{"ask": "Go", "placeholder": "Here"}',
    }
    page = visit(head=script(world.served, **settings))
    launcher = page.locator(".launcher")
    expect(launcher).to_have_text("Look it up")
    expect(launcher).to_have_css("background-color", "rgb(255, 213, 74)")
    expect(launcher).to_have_css("color", "rgb(0, 0, 0)")
    box = launcher.bounding_box()
    assert (box["x"], box["y"]) == (20, 20)
    opened(page)
    assert page.get_by_role("dialog").bounding_box()["width"] == 600
    expect(page.locator(".panel")).to_have_css("background-color", "rgb(22, 25, 29)")
    expect(page.locator(".offered p")).to_have_text("Hello")
    expect(page.locator(".send")).to_have_text("Go")
    expect(page.get_by_role("textbox")).to_have_attribute("placeholder", "Here")
    ask(page, "How common is leakage?")
    page.locator(".own").first.click()
    expect(page.locator("mark")).to_have_css("background-color", "rgb(0, 40, 0)")
    expect(page.locator("mark")).to_have_css("color", "rgb(255, 255, 255)")


@pytest.mark.parametrize(
    "settings",
    [
        {
            "accent": "red; } .badges { display: none",
            "highlight": "url(//x.example)",
            "size": "0",
            "corner": "x",
        },
        {"accent": "transparent", "highlight": "rgb(0 0 0 / 10%)"},
        {"labels": '{"not_for": " ", "purpose": " ", "outcome.answered": "True", "nearest": "Answer"}'},
        {"labels": '{"evidence": {"not_for": " "}, "__proto__": {"not_for": " "}, "ask": 7, "close": ""}'},
        {"labels": "no JSON", "suggestions": '{"a": 1}', "theme": "none"},
        {"title": "", "greeting": "", "suggestions": "[]"},
    ],
)
def test_no_setting_takes_away_sources_badges_or_disclaimer(visit, world, settings):
    page = opened(visit(head=script(world.served, **settings)))
    ask(page, "How common is cement leakage?")
    expect(page.locator(".purpose")).to_have_text(
        "Literature look-up in 5 named sources. Not for emergencies, not for patients."
    )
    expect(page.locator(".purpose")).to_be_in_viewport()
    expect(page.locator(".outcome")).to_have_text("Answered in these sources")
    expect(page.locator(".badges").first).to_be_visible()
    expect(page.locator(".references li")).to_have_count(3)
    expect(page.get_by_role("button", name="Close")).to_be_visible()
    expect(page.locator(".launcher")).to_have_css("color", "rgb(255, 255, 255)")


RUDE = """<style>
* { color: rgb(1, 2, 3) !important; background: rgb(4, 5, 6) !important; font: 40px serif !important; }
p, ul, .badges, .purpose, blockquote { display: none !important; }
button { opacity: 0 !important; }
kyphoplasty-assistant {
  --soft: transparent; --ground: black; --ink: black; direction: rtl; text-transform: uppercase;
  letter-spacing: 9px; visibility: hidden;
}
</style>"""
SHAPE = """element => {
  const { width, height } = element.getBoundingClientRect();
  const { color, fontSize, direction, textTransform, letterSpacing, opacity, visibility } =
    getComputedStyle(element);
  return [color, fontSize, direction, textTransform, letterSpacing, opacity, visibility, width, height];
}"""


def test_styles_of_page_and_widget_do_not_touch_each_other(visit, world):
    def shapes(page):
        opened(page)
        ask(page, "How common is cement leakage?")
        parts = (".launcher", ".purpose", ".badges li", ".quote", ".cite", ".outcome")
        return [page.locator(part).first.evaluate(SHAPE) for part in parts]

    body = "<h1>Host</h1><p class='label'>Text</p>"
    looks = "getComputedStyle(document.querySelector('p')).cssText"
    alone = visit(body, head="")
    embedding = visit(body)
    assert embedding.evaluate(looks) == alone.evaluate(looks)
    assert shapes(visit(body, head=RUDE + script(world.served))) == shapes(embedding)


def test_two_widgets_and_an_inline_form_live_on_one_page(visit, world):
    head = script(world.served, title="One") + script(world.served, "ward", title="Two", corner="bottom-left")
    element = "<kyphoplasty-assistant data-site='ward' data-title='Three'></kyphoplasty-assistant>"
    page = visit(f"<h1>Host</h1><main>{element}</main>", head)
    expect(page.locator(".launcher")).to_have_text(["One", "Two"])
    widgets = page.locator("kyphoplasty-assistant")
    expect(widgets).to_have_count(3)
    inline = widgets.nth(0)
    inline.get_by_role("textbox").fill("What does it cost?")
    inline.get_by_role("textbox").press("Enter")
    expect(inline.locator(".outcome")).to_have_text("Not in these sources")
    widgets.nth(1).locator(".launcher").click()
    first = page.get_by_role("dialog", name="One")
    first.get_by_role("textbox").fill("How common is leakage?")
    first.get_by_role("textbox").press("Enter")
    expect(first.locator(".outcome")).to_have_text("Answered in these sources")
    assert world.assistant.asked[-1] == ("How common is leakage?", ())
    widgets.nth(2).locator(".launcher").click()
    expect(page.get_by_role("dialog", name="Two").locator(".turn")).to_have_count(0)
    expect(inline.locator(".turn")).to_have_count(1)


def test_a_removed_widget_leaves_nothing_behind(visit):
    page = opened(visit())
    page.locator("kyphoplasty-assistant").evaluate("widget => widget.remove()")
    assert page.evaluate("document.querySelectorAll('kyphoplasty-assistant, style, dialog').length") == 0
    assert page.evaluate("document.adoptedStyleSheets.length") == 0


def test_the_labels_follow_the_language_of_the_page_or_the_setting(visit, world):
    page = opened(visit(lang="de-CH"))
    expect(page.locator(".purpose strong")).to_have_text("Nicht für Notfälle, nicht für Patienten.")
    ask(page, "What does it cost?")
    expect(page.locator(".outcome")).to_have_text("Nicht in diesen Quellen")
    expect(page.locator(".near")).to_have_text(COMMON)
    page = opened(visit(lang="de", head=script(world.served, lang="ar")))
    ask(page, "How common is cement leakage?")
    expect(page.locator(".outcome")).to_have_text("مُجاب عنه في هذه المصادر")
    expect(page.locator(".purpose")).to_have_css("direction", "rtl")
    expect(page.locator(".quote").first).to_have_css("direction", "ltr")
    assert page.locator(".quote").first.text_content() == RATE
    expect(page.locator(".badges").first).to_contain_text("تقرير حالة")
    expect(page.locator(".references").first).to_contain_text("Mao Z, Xiong ZH")
