import json
from decimal import Decimal
from typing import Any

from hypothesis import given

from grants.engine.answers import Answers
from grants.engine.conditions import visible_keys
from grants.engine.content import Facts, amount_of, content_hash, submission_content, title_of
from grants.engine.schema import FormSchema, Section
from tests.grants.engine.samples import calm, field, form, given_file, schemas, simple_answers, when

FACTS = Facts(
    application="IG27-0004",
    round_code="IG27",
    round_title="Impact grants 2027",
    stage="Full application",
    form="Impact grants",
    form_version=2,
    submitted_at="2027-03-05T16:59:00+11:00",
    declared_name="Noor Waters",
    declared_position="Chief executive",
    declared_text="All of this is true.",
    organisation={"name": "Safe Online", "abn": "51824753556"},
    currency="AUD",
)
TITLE = field("text", key="title", role="title", label="Title")
AMOUNT = field("money", key="amount", role="amount", label="Amount")


def _keys(content: dict[str, Any]) -> list[str]:
    return [one["key"] for section in content["sections"] for one in section["fields"]]


@given(schemas(acyclic=False), simple_answers)
@calm
def test_hidden_answers_are_kept_out_of_a_submission(schema: FormSchema, values: dict[str, Any]) -> None:
    answers = Answers(values)
    visible = visible_keys(schema, answers)
    content = submission_content(schema, answers, FACTS)
    assert set(_keys(content)) == visible.fields
    assert {section["key"] for section in content["sections"]} == visible.sections
    shown = {key: value for key, value in values.items() if key in visible.fields}
    assert submission_content(schema, Answers(shown), FACTS) == content


def test_a_hidden_answer_leaves_no_trace() -> None:
    schema = form(
        field("yes_no"),
        field("text", key="secret", show_if=when("yes_no")),
        field("file", show_if=when("yes_no")),
    )
    answers = Answers(
        {"yes_no": "no", "secret": "sensitive words"}, {"file": [given_file(name="secret.pdf")]}
    )
    text = json.dumps(submission_content(schema, answers, FACTS))
    assert "sensitive" not in text
    assert "secret" not in text


def test_a_submission_says_what_it_is() -> None:
    content = submission_content(form(TITLE, AMOUNT), Answers({"title": "Safe", "amount": "1200.50"}), FACTS)
    assert content["application"] == "IG27-0004"
    assert content["round"] == {"code": "IG27", "title": "Impact grants 2027"}
    assert (content["stage"], content["form"], content["form_version"]) == (
        "Full application",
        "Impact grants",
        2,
    )
    assert content["organisation"] == {"name": "Safe Online", "abn": "51824753556"}
    assert (content["title"], content["amount"], content["currency"]) == ("Safe", "1200.50", "AUD")
    assert content["submitted_at"] == "2027-03-05T16:59:00+11:00"
    assert content["declaration"] == {
        "name": "Noor Waters",
        "position": "Chief executive",
        "text": "All of this is true.",
    }


def test_answers_are_kept_with_the_words_people_saw() -> None:
    content = submission_content(form(TITLE, AMOUNT), Answers({"title": "Safe", "amount": "1200.50"}), FACTS)
    (section,) = content["sections"]
    assert (section["key"], section["title"]) == ("only", "Only section")
    assert section["fields"][1] == {
        "key": "amount",
        "kind": "money",
        "label": "Amount",
        "value": "1200.50",
        "shown": {"lines": ["$1,200.50"], "head": [], "rows": [], "total": "", "files": []},
    }


def test_text_to_read_is_not_part_of_it() -> None:
    assert _keys(submission_content(form(TITLE, field("info")), Answers(), FACTS)) == ["title"]


def test_files_are_named_with_their_hash_and_without_their_address() -> None:
    files = [given_file(number=2, name="b.pdf"), given_file(number=1, name="a.pdf")]
    content = submission_content(form(field("file")), Answers(files={"file": files}), FACTS)
    named = {"key": "key-1", "name": "a.pdf", "size": 1001, "sha256": f"{1:064x}"}
    assert content["files"][0] == {**named, "field": "file"}
    assert [file["name"] for file in content["files"]] == ["a.pdf", "b.pdf"]
    assert content["sections"][0]["fields"][0]["shown"]["files"][0] == named


def test_files_of_a_field_that_takes_none_are_left_out() -> None:
    content = submission_content(form(field("text")), Answers(files={"text": [given_file()]}), FACTS)
    assert content["files"] == []
    assert content["sections"][0]["fields"][0]["shown"]["files"] == []


def test_hash_is_the_same_after_a_trip_through_the_database() -> None:
    answers = Answers({"title": "Ünïcode “quoted”", "amount": "1200.50"})
    content = submission_content(form(TITLE, AMOUNT), answers, FACTS)
    stored = json.loads(json.dumps(dict(reversed(content.items()))))
    assert content_hash(stored) == content_hash(content)
    assert len(content_hash(content)) == 64


def test_any_change_changes_the_hash() -> None:
    schema = form(TITLE)
    hashes = {
        content_hash(submission_content(schema, Answers({"title": title}), FACTS))
        for title in ("a", "A", "a.")
    }
    assert len(hashes) == 3


def test_title_and_amount_of_answers() -> None:
    schema = form(TITLE, AMOUNT)
    assert title_of(schema, Answers({"title": "Safe"})) == "Safe"
    assert amount_of(schema, Answers({"amount": "1200.5"})) == Decimal("1200.50")
    assert title_of(schema, Answers()) == ""
    assert amount_of(schema, Answers({"amount": "lots"})) is None
    assert amount_of(form(TITLE), Answers({"amount": "5"})) is None


def test_an_amount_that_is_hidden_is_none() -> None:
    hidden = AMOUNT.model_copy(update={"show_if": when("title", "is", "grand")})
    schema = FormSchema(sections=[Section(key="s", title="S", fields=[TITLE, hidden])])
    assert amount_of(schema, Answers({"title": "small", "amount": "5.00"})) is None
    assert amount_of(schema, Answers({"title": "grand", "amount": "5.00"})) == Decimal(5)
