"""Status, notes, messages, the ways out and the organisation's profile, through the client."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from grants.models import Application, ChangeRequest, Message, TeamNote
from grants.models.applications import Rights
from grants.services.messages import post_message
from grants.services.notes import write_note
from partners.models import Organisation
from partners.permissions import is_contact
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import OTHER_ABN, PROFILE, answered, begun, joined, received, round_of
from tests.queries import counted_queries

SignIn = Callable[[User], Client]
HERE = "/north/apply/IG27-0001/"
PAGES = ("status/", "notes/", "messages/", "organisation/", "organisation/people/", "copy/")
ENDS = ("withdraw/", "discard/", "restore/")


@pytest.fixture
def application(cast: Cast) -> Application:
    """Begun by the outsider, who may submit it."""
    with program_scope(cast.program):
        return begun(round_of(cast.program, decided_by="2027-06-30"), cast.outsider)


@pytest.fixture
def submitted(cast: Cast, application: Application) -> Application:
    with program_scope(cast.program):
        return received(application)


@pytest.mark.parametrize("name", ["manager", "officer", "auditor", "applicant", "other_manager", "partner"])
def test_pages_are_not_there_for_anybody_else(
    cast: Cast, submitted: Application, signed_in: SignIn, name: str
) -> None:
    client = signed_in(cast.people[name])
    for page in (*PAGES, *ENDS):
        assert client.get(HERE + page).status_code == 404, page
        assert client.post(HERE + page, {"body": "x", "reason": "x"}).status_code in {404, 405}, page
    with program_scope(cast.program):
        assert not Message.objects.exists()
        assert not TeamNote.objects.exists()


def test_strangers_sign_in_first(submitted: Application) -> None:
    for page in (*PAGES, *ENDS):
        assert Client().get(HERE + page).status_code == 302


def test_status_of_a_draft_leads_on_to_writing(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        answered(application, title="Safe Online Together")
    page = signed_in(cast.outsider).get(f"{HERE}status/").content.decode()
    for words in ("Safe Online Together", "In progress", "Continue writing", "Discard the draft"):
        assert words in page
    assert "Withdraw the application" not in page


def test_status_says_what_happened_and_what_comes_next(
    cast: Cast, submitted: Application, signed_in: SignIn
) -> None:
    page = signed_in(cast.outsider).get(f"{HERE}status/").content.decode()
    for words in (
        "Received",
        "30 June 2027",
        "The way through the round",
        "Outsider began the application",
        "Declared by Noor West, Director",
        "Withdraw the application",
    ):
        assert words in page
    assert "Continue writing" not in page


def test_status_explains_a_request_for_changes(cast: Cast, submitted: Application, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        ChangeRequest.objects.create(
            program=cast.program,
            application=submitted,
            fields=["plan"],
            reason="Say who does it.",
            due_at=timezone.now() + timedelta(days=7),
            requested_by=cast.officer,
        )
        writer = joined(submitted, Rights.EDIT)
    page = signed_in(cast.outsider).get(f"{HERE}status/").content.decode()
    assert "Say who does it." in page
    assert f'href="{HERE}sections/project/#f-plan"' in page
    assert "Check and send the changes" in page
    assert (
        "Somebody of your team who may submit sends them"
        in signed_in(writer).get(f"{HERE}status/").content.decode()
    )


def test_status_asks_as_much_for_much_as_for_little(
    cast: Cast, submitted: Application, signed_in: SignIn
) -> None:
    client = signed_in(cast.outsider)
    client.get(f"{HERE}status/")
    with counted_queries() as little:
        client.get(f"{HERE}status/")
    with program_scope(cast.program):
        for number in range(4):
            joined(submitted, Rights.VIEW)
            post_message(submitted, body=str(number), from_staff=True, actor=cast.officer)
    with counted_queries() as much:
        client.get(f"{HERE}status/")
    assert little.number == much.number, "\n".join(much.statements)


def test_team_leaves_notes_that_staff_never_see(
    cast: Cast, submitted: Application, signed_in: SignIn
) -> None:
    client = signed_in(cast.outsider)
    answer = client.post(f"{HERE}notes/", {"section": "safety", "body": "Phone <b>Lena</b>."})
    assert answer["Location"].startswith(f"{HERE}notes/#note-")
    page = client.get(f"{HERE}notes/").content.decode()
    assert "Phone &lt;b&gt;Lena&lt;/b&gt;." in page
    assert "Child safety" in page
    for data in ({"body": ""}, {"body": "x", "section": "none"}):
        assert client.post(f"{HERE}notes/", data).status_code == 422
    with program_scope(cast.program):
        assert TeamNote.objects.count() == 1
    assert "Phone" not in signed_in(cast.manager).get("/north/applications/IG27-0001/").content.decode()


def test_page_of_notes_begins_with_the_section_one_came_from(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    page = signed_in(cast.outsider).get(f"{HERE}notes/?section=safety").content.decode()
    assert '<option value="safety" selected>' in page


def test_message_is_sent_and_answered(cast: Cast, submitted: Application, signed_in: SignIn) -> None:
    client = signed_in(cast.outsider)
    assert client.post(f"{HERE}messages/", {"body": "When?"})["Location"] == f"{HERE}messages/"
    with program_scope(cast.program):
        post_message(submitted, body="In June.", from_staff=True, actor=cast.officer)
    page = client.get(f"{HERE}messages/").content.decode()
    assert page.index("When?") < page.index("In June.")
    assert client.post(f"{HERE}messages/", {"body": " "}).status_code == 422


def test_reader_reads_messages_and_sends_none(cast: Cast, submitted: Application, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        reader = joined(submitted, Rights.VIEW)
    client = signed_in(reader)
    page = client.get(f"{HERE}messages/").content.decode()
    assert "A colleague who may write can answer" in page
    assert client.post(f"{HERE}messages/", {"body": "Hello"}).status_code == 403


def test_draft_has_a_contact_in_place_of_messages(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        application.round.contact_email = "grants@example.org"
        application.round.save()
    client = signed_in(cast.outsider)
    assert "grants@example.org" in client.get(f"{HERE}messages/").content.decode()
    assert client.post(f"{HERE}messages/", {"body": "Hello"}).status_code == 422


def test_withdrawing_asks_why(cast: Cast, submitted: Application, signed_in: SignIn) -> None:
    client = signed_in(cast.outsider)
    assert client.post(f"{HERE}withdraw/", {"reason": ""}).status_code == 422
    answer = client.post(f"{HERE}withdraw/", {"reason": "We merged."}, follow=True)
    page = answer.content.decode()
    assert "Withdrawn" in page
    assert "We merged." in page
    again = client.post(f"{HERE}withdraw/", {"reason": "Again."})
    assert again.status_code == 422
    assert "is withdrawn" in again.content.decode()


def test_draft_is_discarded_and_restored_by_the_pages(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    client = signed_in(cast.outsider)
    assert client.post(f"{HERE}discard/")["Location"] == f"{HERE}status/"
    assert "Restore the draft" in client.get(f"{HERE}status/").content.decode()
    assert client.post(f"{HERE}restore/")["Location"] == HERE
    assert client.post(f"{HERE}restore/").status_code == 422


def test_ends_are_for_those_who_may_submit(cast: Cast, submitted: Application, signed_in: SignIn) -> None:
    with program_scope(cast.program):
        client = signed_in(joined(submitted, Rights.EDIT))
    for page in ENDS:
        assert client.get(HERE + page).status_code == client.post(HERE + page).status_code == 403


def test_profile_is_changed_for_all_applications_with_a_history(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    client = signed_in(cast.outsider)
    page = client.get(f"{HERE}organisation/").content.decode()
    assert 'value="51 824 753 556"' in page
    client.post(f"{HERE}organisation/", PROFILE | {"name": "Harbour Families Ltd", "suburb": "Ultimo"})
    page = client.get(f"{HERE}organisation/").content.decode()
    assert "Outsider changed the profile of Harbour Families Ltd" in page
    with program_scope(cast.program):
        assert Organisation.objects.get().suburb == "Ultimo"
    wrong = client.post(f"{HERE}organisation/", PROFILE | {"abn": "1"})
    assert wrong.status_code == 422
    assert "11 digits" in wrong.content.decode()


def test_colleague_reads_the_profile_until_they_act_for_it(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    with program_scope(cast.program):
        lena = joined(application, Rights.SUBMIT, name="Lena Moss")
    theirs, mine = signed_in(lena), signed_in(cast.outsider)
    page = theirs.get(f"{HERE}organisation/").content.decode()
    assert "51 824 753 556" in page
    assert "Save the profile" not in page
    assert theirs.post(f"{HERE}organisation/", PROFILE).status_code == 403
    assert theirs.post(f"{HERE}organisation/people/", {"person": lena.pk}).status_code == 403
    assert mine.post(f"{HERE}organisation/people/", {"person": cast.applicant.pk}).status_code == 422
    mine.post(f"{HERE}organisation/people/", {"person": lena.pk})
    assert theirs.post(f"{HERE}organisation/", PROFILE | {"abn": OTHER_ABN}).status_code == 302
    theirs.post(f"{HERE}organisation/people/{cast.outsider.pk}/")
    with program_scope(cast.program):
        assert not is_contact(cast.outsider, application.organisation)
    last = theirs.post(f"{HERE}organisation/people/{lena.pk}/")
    assert last.status_code == 422
    assert "only person who acts for" in last.content.decode()
    assert theirs.get(f"{HERE}organisation/people/{cast.applicant.pk}/").status_code == 404


def test_notes_ask_as_much_for_many_as_for_one(
    cast: Cast, application: Application, signed_in: SignIn
) -> None:
    client = signed_in(cast.outsider)
    with program_scope(cast.program):
        write_note(application, body="One", actor=cast.outsider)
    client.get(f"{HERE}notes/")
    with counted_queries() as one:
        client.get(f"{HERE}notes/")
    with program_scope(cast.program):
        for number in range(5):
            write_note(application, body=str(number), actor=cast.outsider)
    with counted_queries() as many:
        client.get(f"{HERE}notes/")
    assert one.number == many.number <= 12
