"""The mailbox of the demonstration: there and readable in a demonstration, nowhere else."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage, get_connection
from django.test import Client

from scsc.accounts.mailbox import MOST, mail_folder, read_mails
from tests.accounts.people import PASSWORD
from tests.ui.markup import one, parse, words

HERE = "/demo/mail/"


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    """A demonstration that writes its mails to a folder."""
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def send(*bodies: str, to: str = "noor@harbour.example", subject: str = "About the round") -> None:
    """Messages of one connection, as the worker sends them."""
    connection = get_connection()
    connection.send_messages([EmailMessage(subject, body, to=[to]) for body in bodies])


def test_messages_are_read_as_they_were_written(folder: Path) -> None:
    send("Grüße, 你好.\n\nhttps://x.example/a?b=1&c=2\n", subject="A “long” subject " + "word " * 30)
    (mail,) = read_mails(folder)
    assert mail.body == "Grüße, 你好.\n\nhttps://x.example/a?b=1&c=2\n"
    assert mail.subject.startswith("A “long” subject word word")
    assert mail.to == "noor@harbour.example"
    assert mail.sent_at is not None


def test_a_link_is_whole_however_long_its_line(folder: Path) -> None:
    link = "http://127.0.0.1:8000/invitations/" + "x" * 300
    send(f"Open this:\n\n{link}\n")
    assert link in read_mails(folder)[0].body


def test_several_of_one_connection_are_told_apart(folder: Path) -> None:
    send("One.\n" + "-" * 70 + "\nstill one", "Two.")
    assert sorted(mail.body.split(".")[0] for mail in read_mails(folder)) == ["One", "Two"]


def test_only_the_newest_are_read(folder: Path) -> None:
    for number in range(MOST + 5):
        send(f"Number {number}")
    assert len(read_mails(folder)) == MOST


def test_messages_to_one_address(folder: Path) -> None:
    send("Mine", to="a@harbour.example")
    send("Yours", to="b@harbour.example")
    assert [mail.body.strip() for mail in read_mails(folder, to="A@harbour")] == ["Mine"]


def test_what_is_no_message_is_left_out(folder: Path) -> None:
    send("Fine")
    (folder / "broken.log").write_bytes(b"Content-Type: text/plain; charset=no-such\n\n\xff\xfe\x00")
    (folder / "empty.log").write_bytes(b"")
    (folder / "other.txt").write_text("Subject: not a mail of ours\n\nx")
    assert "Fine" in [mail.body.strip() for mail in read_mails(folder)]


def test_page_shows_mails_with_links_to_follow(folder: Path, client: Client, db: None) -> None:
    send("Open this:\n\nhttp://127.0.0.1:8000/invitations/abc/\n\n<script>alert(1)</script>")
    response = client.get(HERE)
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    page = parse(response.content.decode())
    letter = one(page, "//article")
    assert letter.xpath(".//a/@href") == ["http://127.0.0.1:8000/invitations/abc/"]
    assert "<script>alert(1)</script>" in words(letter)
    assert "<script>alert" not in response.content.decode()


def test_page_filters_by_address(folder: Path, client: Client, db: None) -> None:
    send("Mine", to="a@harbour.example")
    assert "No mail to this address" in client.get(f"{HERE}?to=b@").content.decode()
    assert "Mine" in client.get(f"{HERE}?to=a@").content.decode()


def test_newcomer_confirms_an_account_without_a_mail_server(folder: Path, client: Client, db: None) -> None:
    data = {"name": "Noor West", "email": "noor@harbour.example", "password1": PASSWORD}
    client.post("/accounts/signup/", data)
    page = parse(client.get(HERE).content.decode())
    link = one(page, "//article//a[starts-with(@href, 'http')]").get("href").split("/", 3)[3]
    client.post(f"/{link}")
    assert "_auth_user_id" in client.session


def test_mailbox_is_linked_from_the_strip_and_the_page_of_personas(
    folder: Path, client: Client, db: None
) -> None:
    page = parse(client.get("/demo/").content.decode())
    assert one(page, "//section[@class='strip']").xpath(f".//a[@href='{HERE}']")
    assert one(page, "//main").xpath(f".//a[@href='{HERE}']")
    assert one(page, "//main").xpath(".//a[@href='/accounts/signup/']")


def test_empty_mailbox_and_no_mailbox_say_so(
    folder: Path, client: Client, db: None, settings: LazySettings
) -> None:
    assert "No mail yet" in client.get(HERE).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "Mail is not kept here" in client.get(HERE).content.decode()
    assert mail_folder() is None


def test_outside_of_a_demonstration_there_is_no_mailbox(
    folder: Path, client: Client, db: None, settings: LazySettings
) -> None:
    send("Secret")
    settings.DEMO = False
    assert client.get(HERE).status_code == 404
    assert client.get(f"{HERE}?to=noor").status_code == 404
    assert mail_folder() is None
    assert HERE not in client.get("/").content.decode()
