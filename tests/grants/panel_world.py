"""A program in which one application has been everywhere: for tests that somebody sees nothing of it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from grants.models import (
    Advice,
    AgendaItem,
    AnswerFile,
    Application,
    Ballot,
    Body,
    ChangeRequest,
    Decision,
    Meeting,
    Message,
    PanelComment,
    Recipient,
)
from grants.statements import source_of
from partners.models import Organisation, SafeguardingRecord
from scsc.accounts.models import User
from scsc.documents.models import Document
from tests.factories import Cast, UserFactory
from tests.grants.panels import ABN, NAME, TITLE, declared, panel_round, put_to_panel, voted
from tests.grants.received import content_of, organisation_of, submit

OTHER = "Quiet streets"
TEXT = "Twelve lamps along the pier"
# What a page says when it says anything of the application.
TELLTALES = ("IG27-0001", TITLE, TEXT, "Lamp plan.pdf", "We wrote about lamps")


@dataclass(frozen=True)
class World:
    """`application` has been everywhere; `control` is one of the same round that nobody steps out of."""

    cast: Cast
    application: Application
    control: Application
    organisation: Organisation
    document: Document
    recipient: Recipient
    ballot: Ballot
    meeting: Meeting
    decision: Decision


def build(cast: Cast) -> World:
    """Inside the program's scope. The member of the cast sits on the Roundtable with two others."""
    round_ = panel_round(cast)
    organisation = organisation_of(cast.program, NAME, abn=ABN)
    application = put_to_panel(cast, round_, organisation=organisation)
    control = put_to_panel(
        cast, round_, title=OTHER, organisation=organisation_of(cast.program, "Quiet Trust")
    )
    voter = UserFactory.create(name="Vera Voter")
    declared(application, voter)
    for person in (cast.roundtable, cast.advisory):
        declared(control, person)
    ballot = voted(application, voter, cast.officer)
    return World(
        cast,
        application,
        control,
        organisation,
        _document(application),
        _recipient(application, cast.manager),
        ballot,
        _said_about(application, cast),
        Decision.objects.get(application=application),
    )


def _document(application: Application) -> Document:
    """A file of the application, named by a submission and by a statement of the organisation."""
    document = Document.objects.create(
        program=application.program,
        name="Lamp plan.pdf",
        content_type="application/pdf",
        size=8,
        sha256=hashlib.sha256(b"lamp").hexdigest(),
        state="released",
        uploaded_by=application.created_by,
    )
    default_storage.save(document.storage_name, ContentFile(b"%PDF-1.7"))
    AnswerFile.objects.create(
        program=application.program,
        application=application,
        key="plan",
        document=document,
        added_by=application.created_by,
    )
    named = {"key": str(document.key), "name": document.name, "size": 8, "sha256": "0", "field": "plan"}
    answered = ChangeRequest.objects.create(
        program=application.program,
        application=application,
        fields=["plan"],
        reason="More, please.",
        due_at=timezone.now(),
        state="answered",
        requested_by=application.created_by,
    )
    answers = {"title": ("Title", [TITLE]), "plan": ("Plan", [TEXT])}
    submit(application, content_of(answers) | {"files": [named]}, number=2, change_request=answered)
    SafeguardingRecord.objects.create(
        program=application.program,
        organisation=application.organisation,
        kind="policy",
        document=document,
        source=source_of(application.code),
        recorded_by=application.created_by,
    )
    return document


def _recipient(application: Application, by: User) -> Recipient:
    return Recipient.objects.create(
        program=application.program,
        round=application.round,
        organisation=application.organisation,
        application=application,
        title=TITLE,
        summary="Lamps.",
        awarded_on=date(2027, 1, 1),
        recorded_by=by,
    )


def _said_about(application: Application, cast: Cast) -> Meeting:
    """A late request, a message that waits, advice, comments, a recommendation, an agenda."""
    program, team = application.program, application.created_by
    ChangeRequest.objects.create(
        program=program,
        application=application,
        fields=["plan"],
        reason="More, please.",
        due_at=timezone.now() - timedelta(days=2),
        requested_by=cast.officer,
    )
    Message.objects.create(
        program=program, application=application, from_staff=False, body="We wrote about lamps", author=team
    )
    for visibility in PanelComment.Visibility.values:
        PanelComment.objects.create(
            program=program,
            application=application,
            visibility=visibility,
            body="We wrote about lamps",
            author=cast.officer,
        )
    Advice.objects.create(
        program=program,
        body=Body.objects.get(kind=Body.Kind.ADVISORY),
        application=application,
        position="support",
        text="We wrote about lamps",
        author=UserFactory.create(name="Ada Advisor"),
        given_at=timezone.now(),
    )
    Decision.objects.create(
        program=program,
        round=application.round,
        application=application,
        outcome="award",
        amount=50_000,
        rationale="We wrote about lamps",
        recommended_by=cast.officer,
    )
    meeting = Meeting.objects.create(
        program=program,
        body=Body.objects.get(kind=Body.Kind.ROUNDTABLE),
        title="May meeting",
        starts_at=timezone.now() + timedelta(days=7),
        created_by=cast.officer,
    )
    AgendaItem.objects.create(program=program, meeting=meeting, order=1, application=application)
    return meeting


def crawl(client: Client, start: str, *, most: int = 250) -> Iterator[tuple[str, str]]:
    """Every page that links lead to from one, with its text: what a person can get to by clicking."""
    waiting, seen = [start], {start}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        response = client.get(path)
        if response.status_code in {301, 302}:
            found = [response.headers["Location"]]
            text = response.headers["Location"]
        else:
            text = response.content.decode(errors="replace") if not response.streaming else ""
            found = re.findall(r'(?:href|src|hx-get)="([^"#]+)', text)
        yield path, text
        for link in found:
            target = urlsplit(urljoin(path, link.replace("&amp;", "&")))
            url = f"{target.path}?{target.query}" if target.query else target.path
            within = target.path.startswith(start) and not target.netloc
            if within and url not in seen and "sort=" not in url and "columns=" not in url:
                seen.add(url)
                waiting.append(url)
