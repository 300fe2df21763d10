import pytest

from tests.grants.engine.samples import field, lines, messages, read


def test_short_text_is_one_line() -> None:
    assert read(field("text"), text=" Safe\nOnline \x00Together ") == "Safe Online Together"


def test_nothing_typed_is_no_answer() -> None:
    assert read(field("text"), text="  ") is None
    assert read(field("long_text"), long_text="\n\n") is None
    assert read(field("text")) is None


def test_short_text_has_300_characters() -> None:
    assert messages(field("text"), "x" * 300) == []
    assert messages(field("text"), "x" * 301) == ["“The text” must be 300 characters or fewer; it has 301"]


def test_a_title_fits_the_application() -> None:
    title = field("text", role="title", label="Title")
    assert messages(title, "x" * 200) == []
    assert messages(title, "x" * 201) == ["“Title” must be 200 characters or fewer; it has 201"]


def test_a_title_brings_no_link_into_a_mail() -> None:
    link = "Safe https://evil.example"
    assert messages(field("text", role="title", label="Title"), link) == [
        "Leave the web address out of “Title”"
    ]
    assert messages(field("text"), link) == []


def test_long_text_keeps_its_paragraphs() -> None:
    assert read(field("long_text"), long_text="One.\r\n\r\nTwo.") == "One.\n\nTwo."
    assert lines(field("long_text"), "One.\n\nTwo.") == ["One.", "", "Two."]


def test_words_over_the_limit_are_counted() -> None:
    limited = field("long_text", label="Summary", options={"words": 3})
    assert messages(limited, "one two three") == []
    assert messages(limited, "one two three four") == ["“Summary” must be 3 words or fewer: take out 1 word"]
    assert messages(limited, "a b c d e") == ["“Summary” must be 3 words or fewer: take out 2 words"]


def test_long_text_without_limit_still_has_an_end() -> None:
    free = field("long_text", options={})
    assert messages(free, "word " * 8_000) == []
    assert messages(free, "x" * 40_001) == ["“The long_text” must be 40,000 characters or fewer"]


@pytest.mark.parametrize("address", ["name@example.org", "first.last+tag@sub.example.org.au"])
def test_email_addresses(address: str) -> None:
    assert messages(field("email"), address) == []


@pytest.mark.parametrize("address", ["name", "name@", "@example.org", "a b@example.org", "name@example"])
def test_what_is_no_email_address(address: str) -> None:
    assert messages(field("email"), address) == [
        "Enter an email address for “The email”, such as name@example.org"
    ]


@pytest.mark.parametrize(
    "number", ["02 9876 5432", "(02) 9876 5432", "+61 400 123 456", "1800 007 007", "9876 5432 ext 12"]
)
def test_phone_numbers(number: str) -> None:
    assert messages(field("phone"), number) == []


@pytest.mark.parametrize("number", ["call me", "12345", "0400-ABC-DEF", "+", "1" * 40])
def test_what_is_no_phone_number(number: str) -> None:
    assert messages(field("phone"), number) == [
        "Enter a phone number for “The phone”, such as 02 9876 5432 or +61 400 123 456"
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.example.org", "https://www.example.org"),
        ("example.org/about us", "example.org/about us"),
        ("http://example.org", "http://example.org"),
        ("ftp://example.org", "ftp://example.org"),
        ("nowhere", "nowhere"),
    ],
)
def test_web_address_gets_the_beginning_that_people_leave_out(typed: str, kept: str) -> None:
    assert read(field("url"), url=typed) == kept


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "ftp://example.org",
        "nowhere",
        "https://",
        "https://u:p@example.org",
        "http://[1",
    ],
)
def test_what_is_no_web_address(address: str) -> None:
    assert messages(field("url"), address) == [
        "Enter a web address for “The url”, such as https://www.example.org"
    ]


@pytest.mark.parametrize("kind", ["text", "long_text", "email", "phone", "url"])
def test_an_answer_of_another_shape_is_asked_again(kind: str) -> None:
    assert messages(field(kind), {"lines": []}) == [
        f"Answer “The {kind}” again: the question has changed since it was answered"
    ]
    assert lines(field(kind), ["one", "two"]) == ["one", "two"]


def test_long_labels_are_quoted_shortened() -> None:
    (message,) = messages(field("text", label="Why? " * 60), "x" * 301)
    assert message.startswith("“Why? Why?")
    assert "…”" in message
    assert len(message) < 160
