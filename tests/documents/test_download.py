"""Who gets a file, when, and how it is served."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from scsc.accounts.models import User
from scsc.documents import permissions
from scsc.documents.models import Document
from scsc.documents.permissions import can_read_document, can_see_document, register_reader
from scsc.documents.states import DocumentState
from scsc.documents.tasks import scan_document
from scsc.programs.models import Membership
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.documents.clamd import FakeClamd
from tests.documents.samples import PDF, TEXT
from tests.factories import Cast

Upload = Callable[..., Document]
SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def readers(monkeypatch: pytest.MonkeyPatch) -> list[permissions.Reader]:
    """The registry of readers, empty: apps that attach files have their own tests."""
    registry: list[permissions.Reader] = []
    monkeypatch.setattr(permissions, "_readers", registry)
    return registry


@pytest.fixture
def released(upload: Upload) -> Callable[..., Document]:
    """Upload a file and have it released."""

    def make(name: str = "report.pdf", data: bytes = PDF) -> Document:
        document = upload(name, data)
        scan_document(program_id=document.program_id, document_id=document.pk)
        return document

    return make


@pytest.fixture
def auditor_reads(readers: list[permissions.Reader]) -> None:
    register_reader(lambda user, document: has_role(user, document.program, Role.AUDITOR) or None)


def address(document: Document, program: str = "north") -> str:
    return reverse("documents:download", args=[program, document.key])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_download_serves_the_bytes_as_an_attachment(
    cast: Cast, released: Upload, signed_in: SignedIn
) -> None:
    document = released()
    response = signed_in(cast.officer).get(address(document))
    assert response.status_code == 200
    assert body(response) == PDF
    expected = {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="report.pdf"',
        "Content-Length": str(len(PDF)),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "ETag": f'"{document.sha256}"',
    }
    assert {name: response.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Größe 東.txt", "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe%20%E6%9D%B1.txt"),
        ("a;b=c, d.txt", 'attachment; filename="a;b=c, d.txt"'),
        ("it's 100%.txt", 'attachment; filename="it\'s 100%.txt"'),
    ],
)
def test_download_keeps_the_name(
    cast: Cast, released: Upload, signed_in: SignedIn, name: str, header: str
) -> None:
    response = signed_in(cast.officer).get(address(released(name, TEXT)))
    assert response["Content-Disposition"] == header
    assert response["Content-Type"] == "text/plain"
    assert body(response) == TEXT


def test_download_unchanged_is_304(cast: Cast, released: Upload, signed_in: SignedIn) -> None:
    document = released()
    client = signed_in(cast.officer)
    response = client.get(address(document), headers={"If-None-Match": f'"{document.sha256}"'})
    assert (response.status_code, response["Cache-Control"]) == (304, "private, no-store")
    stranger = signed_in(cast.manager).get(
        address(document), headers={"If-None-Match": f'"{document.sha256}"'}
    )
    assert stranger.status_code == 404


def test_download_head_has_no_body(cast: Cast, released: Upload, signed_in: SignedIn) -> None:
    response = signed_in(cast.officer).head(address(released()))
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(PDF))


def test_download_by_post_is_405(cast: Cast, released: Upload, signed_in: SignedIn) -> None:
    assert signed_in(cast.officer).post(address(released())).status_code == 405


def test_download_without_a_reader_is_the_uploaders_alone(
    cast: Cast, released: Upload, signed_in: SignedIn
) -> None:
    document = released()
    answers = {name: signed_in(user).get(address(document)).status_code for name, user in cast.people.items()}
    assert answers == dict.fromkeys(cast.people, 404) | {"officer": 200}


@pytest.mark.usefixtures("auditor_reads")
def test_download_by_a_registered_reader(cast: Cast, released: Upload, signed_in: SignedIn) -> None:
    document = released()
    answers = {name: signed_in(user).get(address(document)).status_code for name, user in cast.people.items()}
    assert answers == dict.fromkeys(cast.people, 404) | {"officer": 200, "auditor": 200}


def test_download_of_what_is_attached_is_its_readers_and_not_the_uploaders(
    cast: Cast, released: Upload, signed_in: SignedIn, readers: list[permissions.Reader]
) -> None:
    """Somebody who lost sight of a thing does not keep its files by having uploaded them."""
    register_reader(lambda user, document: user == cast.auditor)
    document = released()
    answers = {name: signed_in(user).get(address(document)).status_code for name, user in cast.people.items()}
    assert answers == dict.fromkeys(cast.people, 404) | {"auditor": 200}


def test_download_before_sign_in_leads_there(cast: Cast, released: Upload) -> None:
    response = Client().get(address(released()))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_download_through_another_program_is_404(
    cast: Cast, released: Upload, signed_in: SignedIn, readers: list[permissions.Reader]
) -> None:
    """Even for the uploader who belongs to both, and with a reader that allows everything."""
    register_reader(lambda user, document: True)
    document = released()
    Membership.objects.create(program=cast.other, user=cast.officer, role=Role.MANAGER)
    for user in (cast.officer, cast.other_manager):
        assert signed_in(user).get(address(document, "south")).status_code == 404
    assert signed_in(cast.other_manager).get(address(document)).status_code == 404


def test_download_of_unknown_key_or_program_is_404(cast: Cast, released: Upload, signed_in: SignedIn) -> None:
    client = signed_in(cast.officer)
    assert client.get(reverse("documents:download", args=["north", uuid4()])).status_code == 404
    assert client.get(address(released(), "nowhere")).status_code == 404


def test_download_after_leaving_the_program_is_404(cast: Cast, released: Upload, signed_in: SignedIn) -> None:
    document = released()
    Membership.objects.filter(user=cast.officer).delete()
    assert signed_in(cast.officer).get(address(document)).status_code == 404


@pytest.mark.usefixtures("auditor_reads")
def test_download_while_checked_is_a_page_for_the_uploader_only(
    cast: Cast, upload: Upload, signed_in: SignedIn
) -> None:
    document = upload()
    assert signed_in(cast.auditor).get(address(document)).status_code == 404
    response = signed_in(cast.officer).get(address(document))
    assert response.status_code == 409
    assert "is being checked for viruses" in text_of(response)
    assert "takes longer" not in text_of(response)


def test_download_while_the_scanner_is_down_says_so(
    cast: Cast, upload: Upload, signed_in: SignedIn, settings: Settings
) -> None:
    settings.CLAMAV_URL = "unix:///nowhere/clamd.sock"
    document = upload()
    scan_document(program_id=document.program_id, document_id=document.pk)
    response = signed_in(cast.officer).get(address(document))
    assert response.status_code == 409
    assert "takes longer than usual" in text_of(response)
    assert "nowhere" not in text_of(response)


@pytest.mark.usefixtures("auditor_reads")
def test_download_refused_says_why(
    cast: Cast, upload: Upload, signed_in: SignedIn, fake_clamd: Callable[[bytes], FakeClamd]
) -> None:
    fake_clamd(b"stream: Win.Test.EICAR FOUND\0")
    document = upload()
    scan_document(program_id=document.program_id, document_id=document.pk)
    for user in (cast.officer, cast.auditor):
        response = signed_in(user).get(address(document))
        assert response.status_code == 410
        assert "ClamAV found Win.Test.EICAR" in text_of(response)
    assert signed_in(cast.manager).get(address(document)).status_code == 404


def test_download_whose_bytes_are_lost_says_so(
    cast: Cast, released: Upload, signed_in: SignedIn, files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    document = released()
    (files / document.storage_name).unlink()
    response = signed_in(cast.officer).get(address(document))
    assert response.status_code == 410
    assert "its content is not in storage" in text_of(response)
    assert "document_lost" in caplog.text


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_download_takes_the_same_queries_whatever_else_there_is(
    cast: Cast,
    released: Upload,
    signed_in: SignedIn,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client, document = signed_in(cast.officer), released()
    body(client.get(address(document)))
    counts = []
    for others in (0, 5):
        for _ in range(others):
            released()
        with django_assert_num_queries(QUERIES) as asked:
            body(client.get(address(document)))
        counts.append(len(asked.captured_queries))
    assert counts == [QUERIES, QUERIES]


# Session, person with roles, program, scope (2), document; four are savepoints.
QUERIES = 10


@pytest.mark.parametrize("state", DocumentState)
def test_can_see_document_in_every_state(
    cast: Cast, upload: Upload, readers: list[permissions.Reader], state: DocumentState
) -> None:
    register_reader(lambda user, document: user == cast.auditor or None)
    document = upload()
    document.state = state
    with program_scope(cast.program):
        assert can_see_document(cast.officer, document)
        assert can_see_document(cast.auditor, document) == (state != DocumentState.QUARANTINED)
        assert not can_see_document(cast.manager, document)
        assert can_read_document(cast.auditor, document)


def test_register_reader_twice_counts_once(readers: list[permissions.Reader]) -> None:
    def reader(user: User, document: Document) -> bool:
        return False

    register_reader(reader)
    register_reader(reader)
    assert readers == [reader]


def test_files_are_not_served_by_any_other_address(
    cast: Cast, released: Upload, signed_in: SignedIn, files: Path
) -> None:
    document = released()
    client = signed_in(cast.officer)
    for path in (f"/media/{document.storage_name}", f"/static/{document.storage_name}", f"/{document.key}/"):
        assert client.get(path).status_code == 404
