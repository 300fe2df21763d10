"""Fields and answers as the template tags draw them."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory

from grants.engine.answers import Answers
from grants.engine.completeness import problems_of
from grants.engine.content import shown_json
from grants.engine.kind import Shown
from grants.engine.kinds import KINDS, kind_of
from grants.engine.schema import Field
from tests.grants.engine.drawing import CONTROLS, draw, draw_field, sent_by
from tests.grants.engine.samples import LIMITS, every_field, field, form, given_file
from tests.ui.markup import one, words

# Answers in which everything that can be wrong is wrong.
WRONG: dict[str, Any] = {
    "text": "x" * 400,
    "long_text": "word " * 60 + "end",
    "email": "nobody",
    "phone": "abc",
    "url": "nowhere",
    "number": "lots",
    "money": "lots",
    "date": "soon",
    "yes_no": "maybe",
    "choice": {"other": ""},
    "choices": ["a", "b", {"other": ""}],
    "abn": {"abn": "1", "acn": "2"},
    "address": {"street": "", "suburb": "", "state": "Texas", "postcode": "1", "country": "Australia"},
    "budget": {"lines": [{"item": "", "note": "x" * 1001, "amount": "lots"}]},
    "indicators": [{"indicator": "", "baseline": "", "target": "", "how": "x"}],
    "group": [{"name": None, "part": {"other": ""}, "hours": "lots"}],
    "policy": {"adopted_on": "2030-01-01", "review_on": "soon"},
    "screening": {"people": "many", "checked": 3, "pending": "", "as_at": ""},
    "principles": {"1": {"rating": "not_yet", "note": ""}},
}


def _wrong(asked: Field) -> tuple[Answers, Any]:
    answers = Answers({asked.key: WRONG.get(asked.key)})
    return answers, problems_of(form(asked), answers, limits=LIMITS)


ALL = pytest.mark.parametrize("asked", every_field(), ids=list(KINDS))
ASKING = pytest.mark.parametrize(
    "asked", [one for one in every_field() if kind_of(one).asks], ids=lambda f: f.kind
)


@ASKING
def test_the_wrapper_says_which_field_it_is(asked: Field) -> None:
    wrapper = one(draw_field(asked, versions={asked.key: 7}), "//div[@data-field]")
    assert (wrapper.get("data-field"), wrapper.get("data-kind")) == (asked.key, asked.kind)
    assert wrapper.get("data-version") == "7"
    assert "field" in wrapper.get("class").split()


@ALL
def test_every_input_has_a_label_of_its_own(asked: Field) -> None:
    for answers, problems in ((Answers(), {}), _wrong(asked)):
        tree = draw_field(asked, answers, problems)
        for control in tree.xpath(CONTROLS):
            inside = control.xpath("ancestor::label")
            named = tree.xpath("//label[@for=$id]", id=control.get("id", ""))
            assert inside or len(named) == 1 or control.get("aria-label"), control.get("name")


@ALL
def test_ids_are_there_once_and_descriptions_exist(asked: Field) -> None:
    answers, problems = _wrong(asked)
    tree = draw_field(asked.model_copy(update={"help": "Some help."}), answers, problems)
    ids = tree.xpath("//*[@id]/@id")
    assert len(ids) == len(set(ids))
    for described in tree.xpath("//*/@aria-describedby"):
        assert set(described.split()) <= set(ids)


@ASKING
def test_what_is_wrong_is_said_where_the_summary_leads(asked: Field) -> None:
    answers, problems = _wrong(asked)
    tree = draw_field(asked, answers, problems)
    links = draw("{% problem_summary schema problems %}", schema=form(asked), problems=problems)
    assert links.xpath("//a")
    for link in links.xpath("//a"):
        target = one(tree, f"//*[@id='{link.get('href')[1:]}']")
        assert words(link) in words(tree)
        assert target.tag in {"input", "select", "textarea"} or target.get("tabindex") == "-1"
    assert "invalid" in one(tree, "//div[@data-field]").get("class")


@ALL
def test_names_of_inputs_begin_with_the_field_s(asked: Field) -> None:
    for name in draw_field(asked).xpath("//*[self::input or self::select or self::textarea]/@name"):
        assert name == asked.key or name.startswith(f"{asked.key}.")


@ALL
def test_what_was_drawn_is_read_back_the_same(asked: Field) -> None:
    value = WRONG.get(asked.key)
    tree = draw_field(asked, Answers({asked.key: value}))
    assert kind_of(asked).read(asked, sent_by(tree), asked.key) == value


def test_typed_markup_stays_text() -> None:
    nasty = "<script>alert(1)</script>"
    for kind in ("text", "long_text", "budget"):
        value: Any = {"lines": [{"item": nasty, "note": "", "amount": ""}]} if kind == "budget" else nasty
        tree = draw_field(field(kind, label=nasty, help=nasty), Answers({kind: value}))
        assert not tree.xpath("//script")


def test_help_has_lines_and_links() -> None:
    tree = draw_field(field("text", help="See https://example.org.\nThen write."))
    hint = one(tree, "//div[@class='hint']")
    assert one(hint, ".//a").get("href") == "https://example.org"
    assert hint.xpath(".//br")


def test_a_word_limit_is_counted_beside_the_box() -> None:
    tree = draw_field(field("long_text", options={"words": 200}))
    assert one(tree, "//textarea").get("data-words") == "200"
    assert one(tree, "//p[@data-count-for='f-long_text']").text == "Up to 200 words."
    assert not draw_field(field("long_text", options={})).xpath("//p[@data-count-for]")


def test_money_shows_the_currency_of_the_program() -> None:
    assert one(draw_field(field("money")), "//span[@class='money']/span").text == "$"


def test_a_date_is_the_browser_s_own_field() -> None:
    box = one(draw_field(field("date"), Answers({"date": "2026-03-05"})), "//input")
    assert (box.get("type"), box.get("value"), box.get("max")) == ("date", "2026-03-05", "2026-10-01")


def test_an_optional_choice_can_be_taken_back() -> None:
    optional = field("yes_no", required=False)
    none = one(draw_field(optional), "//label[contains(., 'No answer')]/input")
    assert (none.get("value"), none.get("checked")) == ("", "checked")
    chosen = one(draw_field(optional, Answers({"yes_no": "yes"})), "//label[contains(., 'No answer')]/input")
    assert chosen.get("checked") is None
    assert not draw_field(field("yes_no")).xpath("//label[contains(., 'No answer')]")


def test_many_answers_open_as_a_list() -> None:
    many = field("choice", options={"options": [{"value": f"v{n}", "label": f"L{n}"} for n in range(20)]})
    tree = draw_field(many, Answers({"choice": "v3"}))
    assert one(tree, "//select/option[@selected]").get("value") == "v3"
    assert len(tree.xpath("//option")) == 21


def test_files_are_listed_with_how_far_their_check_is() -> None:
    files = [
        given_file("released", 1, "a.pdf"),
        given_file("quarantined", 2, "b.pdf"),
        given_file("rejected", 3, "c.pdf"),
    ]
    tree = draw_field(field("file"), Answers(files={"file": files}))
    rows = tree.xpath("//li[@data-file]")
    assert [one(row, ".//span[contains(@class, 'tag')]").text.strip() for row in rows] == [
        "Checked",
        "Being checked",
        "Refused",
    ]
    # Nobody opens what was not checked.
    assert [bool(row.xpath(".//a")) for row in rows] == [True, False, False]
    assert [row.xpath(".//button/@value") for row in rows] == [["1"], ["2"], ["3"]]
    assert one(tree, "//input[@type='file']").get("multiple") is not None
    assert ".pdf" in one(tree, "//input[@type='file']").get("accept")
    assert "Up to 3 files: PDF, Word" in words(tree)


def test_one_file_only() -> None:
    tree = draw_field(field("file", options={}))
    assert one(tree, "//input[@type='file']").get("multiple") is None


def test_rows_are_added_by_sending_the_page_too() -> None:
    button = one(draw_field(field("budget")), "//button[@name='add-row']")
    assert (button.get("value"), words(button)) == ("budget", "Add another line")
    assert button.get("type") is None
    assert words(one(draw_field(field("group")), "//button[@name='add-row']")) == "Add another person"


def test_the_page_that_comes_back_has_one_more_row() -> None:
    rows = "count(//tbody/tr)"
    request = RequestFactory().get("/?add-row=budget")
    assert draw_field(field("budget")).xpath(rows) == 3
    assert draw_field(field("budget"), add_row="budget").xpath(rows) == 4
    assert draw_field(field("budget"), request=request).xpath(rows) == 4
    assert draw_field(field("budget"), add_row="other").xpath(rows) == 3
    assert (
        one(draw_field(field("budget"), add_row="budget"), "//input[@autofocus]").get("name")
        == "budget.0.item"
    )


def test_a_row_is_removed_by_the_script_only() -> None:
    tree = draw_field(field("budget"))
    buttons = tree.xpath("//tbody//button[@data-remove-row]")
    assert len(buttons) == 3
    assert all(button.get("hidden") is not None and button.get("type") == "button" for button in buttons)


def test_a_declaration_shows_its_whole_text() -> None:
    tree = draw_field(field("declaration"), Answers({"declaration": True}))
    assert "All of this is true." in words(one(tree, "//div[@class='statement']"))
    assert one(tree, "//input[@type='checkbox']").get("checked") is not None


def test_text_to_read_has_nothing_to_fill_in() -> None:
    tree = draw_field(field("info", help="First.\n\nSecond."))
    assert not tree.xpath("//div[@data-field]")
    assert len(tree.xpath("//p")) == 2


def _shown(answer: Any, **context: Any) -> Any:
    return draw("{% shown answer %}", answer=answer, **context)


def test_no_answer_says_so() -> None:
    assert words(_shown(Shown())) == "Not answered"
    assert words(_shown(shown_json(Shown()))) == "Not answered"


@ALL
def test_answers_read_the_same_before_and_after_they_are_frozen(asked: Field) -> None:
    shown = kind_of(asked).shown(asked, WRONG.get(asked.key))
    assert words(_shown(shown)) == words(_shown(shown_json(shown)))


def test_a_table_is_shown_with_its_labels_and_total() -> None:
    lines = [{"item": "Rent", "note": "", "amount": "5.00"}]
    tree = _shown(kind_of(field("budget")).shown(field("budget"), {"lines": lines}))
    assert [words(head) for head in tree.xpath("//th")] == ["Item", "How you worked it out", "Amount"]
    assert tree.xpath("//td/@data-label") == ["Item", "How you worked it out", "Amount"]
    assert words(one(tree, "//p[contains(@class, 'answer-total')]")) == "Total $5.00"


def test_lines_of_a_text_stay_lines() -> None:
    assert (
        one(_shown(Shown(lines=["One.", "", "Two."])), "//div[@class='answer-text']").text == "One.\n\nTwo."
    )


def test_files_of_a_submission_lead_to_the_program_s_files() -> None:
    frozen = shown_json(Shown(files=[given_file()]))
    frozen["files"][0]["key"] = "11111111-1111-1111-1111-111111111111"
    request = RequestFactory().get("/")
    assert not _shown(frozen, request=request).xpath("//a")
    request.program = SimpleNamespace(slug="scsc")  # type: ignore[attr-defined]
    link = one(_shown(frozen, request=request), "//a")
    assert link.get("href") == "/scsc/files/11111111-1111-1111-1111-111111111111/"


def test_files_of_a_draft_open_once_they_were_checked() -> None:
    assert one(_shown(Shown(files=[given_file()])), "//a").get("href") == "/files/1/"
    assert not _shown(Shown(files=[given_file("quarantined")])).xpath("//a")


def test_no_problem_draws_no_summary() -> None:
    assert words(draw("{% problem_summary schema problems %}", schema=form(field("text")), problems={})) == ""
