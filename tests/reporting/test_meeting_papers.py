"""Board packs and minutes: made for one reader, of what they may see, readable for everybody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pymupdf
import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from outloud import check as listen

from grants.models import Advice, Application, Ballot, Meeting
from grants.services.ballots import close_ballot, void_ballot
from grants.services.conflicts import declare
from grants.services.meetings import close_meeting, write_minutes
from reporting.meeting_papers import DECLARE_FIRST, DRAFT, meeting_document
from reporting.models import MeetingPdf
from reporting.queries import due_meeting_papers
from reporting.rendering.accessibility import check
from reporting.rendering.kinds import paper_of
from reporting.rendering.parts import expected_pages
from reporting.services import jobs
from reporting.services.meetings import document_for, request_paper, retry_meeting_pdf
from reporting.tasks import render_meeting
from scsc.accounts.models import User
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.ballots import clear, meeting_of, opened, present, roundtable, vote
from tests.grants.panels import TITLE, panel_round, put_to_panel
from tests.reporting.test_long_report import squeezed
from tests.reporting.test_rendering import text_of

HIDDEN = "One item is not shown to you: you stepped out."
TEXT = "Workshops in twelve schools."
Sign = Callable[[User], Client]


@dataclass(frozen=True)
class World:
    """A meeting with two items; `out` stepped out of the first, `new` has not declared."""

    cast: Cast
    meeting: Meeting
    application: Application
    ballot: Ballot
    chair: User
    dissenter: User
    out: User
    new: User

    def url(self, kind: str = "pack", name: str = "meeting_papers") -> str:
        of = self.meeting if name.startswith("meeting") else self.ballot
        return reverse(f"reporting:{name}", args=[self.cast.program.slug, of.pk, kind])


@pytest.fixture
def world(cast: Cast) -> Iterator[World]:
    with program_scope(cast.program):
        round_ = panel_round(cast)
        body, (chair, dissenter, out, new) = roundtable(cast, 4)
        body.members.filter(user=cast.roundtable).delete()
        application = put_to_panel(cast, round_)
        meeting = meeting_of(cast, body)
        clear(application, chair, dissenter)
        declare(application, kind="actual", statement="I sit on its board.", actor=out)
        present(meeting, chair, dissenter, by=cast.officer)
        ballot = opened(cast, application, body, meeting=meeting, conditions=["Report every half year"])
        Advice.objects.create(
            program=cast.program,
            body=body.__class__.objects.get(kind="advisory"),
            application=application,
            position="support",
            text="Strong reach in regional schools.",
            author=cast.advisory,
            given_at=meeting.starts_at,
        )
        yield World(cast, meeting, application, ballot, chair, dissenter, out, new)


def words_of(world: World, reader: User, paper: str = "pack") -> str:
    return str(document_for(world.meeting, paper=paper, reader=reader))


def finish(world: World) -> None:
    """Both vote, one dissents; the ballot and the meeting are closed."""
    vote(world.ballot, world.chair, conditions="Name a survivor adviser.")
    vote(world.ballot, world.dissenter, "not_endorse", record_dissent=True)
    close_ballot(world.ballot, actor=world.cast.officer)
    write_minutes(world.meeting, minutes="It began at ten.", actor=world.cast.officer)
    close_meeting(world.meeting, actor=world.cast.officer)
    world.meeting.refresh_from_db()
    world.meeting.program = world.meeting.body.program = world.cast.program
    world.ballot.refresh_from_db()


# What one reader gets


def test_pack_holds_everything_a_member_needs(world: World) -> None:
    words = words_of(world, world.chair)
    for needed in (
        TITLE,
        TEXT,
        "Report every half year",
        "Strong reach in regional schools.",
        "It is no vote and is not counted.",
        "quorum",
        "Not assessed",
        "$50,000",
    ):
        assert needed in words


def test_pack_says_nothing_of_what_its_reader_stepped_out_of(world: World) -> None:
    words = words_of(world, world.out)
    assert HIDDEN in words
    for secret in (TITLE, TEXT, world.application.code, world.application.organisation.name, "regional"):
        assert secret not in words


def test_pack_waits_with_the_text_for_a_declaration(world: World) -> None:
    words = words_of(world, world.new)
    assert DECLARE_FIRST in words
    assert TITLE in words
    assert TEXT not in words


def test_staff_get_the_pack_without_declaring(world: World) -> None:
    assert TEXT in words_of(world, world.cast.officer)


def test_minutes_tell_the_count_and_the_dissent(world: World) -> None:
    finish(world)
    words = words_of(world, world.chair, "minutes")
    for needed in (
        "2 voted of 3 eligible",
        "Not endorsed",
        f"{world.dissenter}: It reaches too few.",
        "Name a survivor adviser.",
        str(world.out),
        "It began at ten.",
        "Present",
        DRAFT,
    ):
        assert needed in words
    assert TEXT not in words


def test_minutes_keep_the_count_of_a_ballot_that_became_void(world: World) -> None:
    finish(world)
    void_ballot(world.ballot, reason="The amount changed.")
    words = words_of(world, world.chair, "minutes")
    for needed in ("Not endorsed", "2 voted of 3 eligible", "Void since", "The amount changed."):
        assert needed in words


def test_minutes_hide_the_item_too(world: World) -> None:
    finish(world)
    words = words_of(world, world.out, "minutes")
    assert HIDDEN in words
    assert "Not endorsed" not in words
    assert TITLE not in words


def test_minutes_say_nothing_of_votes_while_the_ballot_is_open(world: World) -> None:
    vote(world.ballot, world.chair, conditions="Name a survivor adviser.")
    words = words_of(world, world.chair, "minutes")
    assert "survivor adviser" not in words
    assert "'For'" not in words


def test_a_ballot_has_its_own_pack_and_record(world: World) -> None:
    pack = str(document_for(world.ballot, paper="pack", reader=world.chair))
    assert TEXT in pack
    finish(world)
    record = str(document_for(world.ballot, paper="minutes", reader=world.chair))
    assert "Not endorsed" in record
    assert TEXT not in record


# The row is the job


def test_asking_again_gives_the_same_paper(world: World) -> None:
    first = request_paper(world.meeting, paper="pack", actor=world.chair)
    assert request_paper(world.meeting, paper="pack", actor=world.chair) == first
    assert MeetingPdf.objects.count() == 1


def test_each_reader_has_a_paper_of_their_own(world: World) -> None:
    papers = {request_paper(world.meeting, paper="pack", actor=who).pk for who in (world.chair, world.out)}
    assert len(papers) == 2


def test_a_declaration_makes_another_paper(world: World) -> None:
    before = request_paper(world.meeting, paper="pack", actor=world.dissenter)
    declare(world.application, kind="actual", statement="Now I know.", actor=world.dissenter)
    after = request_paper(world.meeting, paper="pack", actor=world.dissenter)
    assert after != before
    assert TEXT not in str(after.document)


def test_the_same_paper_twice_is_refused_by_the_database(world: World) -> None:
    pdf = request_paper(world.meeting, paper="pack", actor=world.chair)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingPdf.objects.create(
            program=pdf.program,
            meeting=world.meeting,
            paper="pack",
            reader=world.chair,
            document={},
            sha256=pdf.sha256,
        )


def test_a_paper_is_of_a_meeting_or_of_a_ballot(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingPdf.objects.create(
            program=world.cast.program,
            meeting=world.meeting,
            ballot=world.ballot,
            paper="pack",
            reader=world.chair,
            document={},
            sha256="ab",
        )


def test_what_nobody_began_is_swept(world: World) -> None:
    pdf = request_paper(world.meeting, paper="pack", actor=world.chair)
    assert due_meeting_papers() == []
    MeetingPdf.objects.update(requested_at=world.meeting.starts_at.replace(year=2020))
    assert due_meeting_papers() == [pdf.pk]


def test_a_failed_one_is_tried_again_by_its_reader_alone(world: World) -> None:
    pdf = request_paper(world.meeting, paper="pack", actor=world.chair)
    taken = jobs.take(MeetingPdf, pdf.pk)
    assert taken is not None
    failed = jobs.fail(taken, message="No memory.")
    with pytest.raises(Exception, match="may not"):
        retry_meeting_pdf(failed, actor=world.dissenter)
    assert retry_meeting_pdf(failed, actor=world.chair).state == "queued"
    with pytest.raises(DomainError):
        retry_meeting_pdf(failed, actor=world.chair)


# The pages


def test_a_member_waits_for_the_pack_and_gets_it(world: World, signed_in: Sign) -> None:
    client = signed_in(world.chair)
    page = client.get(world.url())
    assert page.status_code == 200
    assert "The PDF is being made" in page.content.decode()
    assert client.get(world.url(name="meeting_papers_progress")).status_code == 200
    assert MeetingPdf.objects.count() == 1


def test_who_is_not_in_the_body_finds_no_paper(world: World, signed_in: Sign) -> None:
    assert signed_in(world.cast.advisory).get(world.url()).status_code == 404
    assert signed_in(world.cast.finance).get(world.url()).status_code == 403
    assert signed_in(world.cast.outsider).get(world.url()).status_code == 404


def test_the_paper_of_a_ballot_is_not_there_for_who_stepped_out(world: World, signed_in: Sign) -> None:
    assert signed_in(world.chair).get(world.url(name="ballot_papers")).status_code == 200
    assert signed_in(world.out).get(world.url(name="ballot_papers")).status_code == 404


def test_there_are_no_minutes_before_the_meeting_is_closed(world: World, signed_in: Sign) -> None:
    client = signed_in(world.chair)
    assert client.get(world.url("minutes")).status_code == 404
    assert client.get(world.url("gossip")).status_code == 404
    finish(world)
    assert client.get(world.url("minutes")).status_code == 200


def test_a_failed_paper_says_so_and_is_tried_again(world: World, signed_in: Sign) -> None:
    client = signed_in(world.chair)
    client.get(world.url())
    taken = jobs.take(MeetingPdf, MeetingPdf.objects.get().pk)
    assert taken is not None
    jobs.fail(taken, message="No memory.")
    assert "No memory." in client.get(world.url()).content.decode()
    assert client.post(world.url(name="meeting_papers_retry")).status_code == 302
    assert MeetingPdf.objects.get().state == "queued"


def test_a_worker_makes_the_pdf_and_it_can_be_downloaded(
    world: World, signed_in: Sign, tmp_path: Path
) -> None:
    client = signed_in(world.chair)
    client.get(world.url())
    MeetingPdf.objects.update(document=request_paper(world.meeting, paper="pack", actor=world.chair).document)
    render_meeting(program_id=world.cast.program.pk, pdf_id=MeetingPdf.objects.get().pk)
    pdf = MeetingPdf.objects.get()
    assert (pdf.state, pdf.error) == ("ready", "")
    answer = client.get(world.url())
    assert answer["Content-Type"] == "application/pdf"
    assert answer.getvalue().startswith(b"%PDF")
    path = tmp_path / "pack.pdf"
    with default_storage.open(pdf.storage_name) as file:
        path.write_bytes(file.read())
    check(path)
    assert [str(finding) for finding in listen(str(path)).findings] == []
    words = squeezed(text_of(path))
    for needed in ("Board pack", TITLE, TEXT, "Strong reach in regional schools.", "Contents"):
        assert needed in words
    with pymupdf.open(path) as opened_pdf:
        assert opened_pdf.page_count == pdf.pages
        assert [entry[1] for entry in opened_pdf.get_toc() if TITLE in entry[1]]


def test_a_document_without_items_can_be_printed(world: World) -> None:
    world.meeting.items.all().delete()
    document = meeting_document(world.meeting, paper="pack", reader=world.chair)
    stamped = {**document, "facts": {**document["facts"], "created": "2027-04-14T09:00:00+10:00"}}
    stamped["facts"]["created_words"] = "then"
    paper = paper_of(stamped)
    assert expected_pages(paper.pieces()) >= 1
