"""One application as staff read it, and the forms that they fill in about it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from grants.models import Application, ChangeRequest, EligibilityCheck, Message, Round, Screening, Stage
from grants.models.applications import Rights
from grants.services.rights import grant_rights
from grants.services.screening import screen
from grants.states import ApplicationState
from partners.models import Organisation, SafeguardingRecord
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.received import ANSWERS, application_to, content_of, in_days, round_with, submit

Sign = Callable[[User], Client]


@pytest.fixture
def round_(cast: Cast) -> Round:
    with program_scope(cast.program):
        return round_with(cast.program)


@pytest.fixture
def application(cast: Cast, round_: Round) -> Application:
    with program_scope(cast.program):
        return application_to(round_)


def url(application: Application, part: str = "") -> str:
    return f"/north/applications/{application.code}/{part}"


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_page_shows_what_was_submitted_by_section(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    page = text(signed_in(cast.auditor), url(application))
    assert "Your project" in page
    for label, lines in ANSWERS.values():
        assert label in page
        assert lines[0] in page
    assert "Declared by Noor West, Director." in page
    assert "$50,000" in page
    assert "ab" * 32 in page
    assert application.organisation.name in page


def test_what_was_typed_is_shown_and_never_run(cast: Cast, round_: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application = application_to(round_, title="<script>alert(1)</script>")
        content = content_of({"plan": ("<b>Plan</b>", ["<img src=x onerror=alert(2)>"])})
        submit(application, content, number=2, stage=_other_stage(round_))
    page = text(signed_in(cast.officer), url(application))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def _other_stage(round_: Round) -> Stage:
    found = Stage.objects.filter(round=round_).order_by("-order").first()
    assert found is not None
    return found


def test_file_leads_to_its_download(cast: Cast, round_: Round, signed_in: Sign) -> None:
    key = str(uuid4())
    with program_scope(cast.program):
        application = application_to(round_)
        content = content_of()
        content["sections"][0]["fields"][0]["shown"]["files"] = [
            {"key": key, "name": "policy.pdf", "size": 1200, "sha256": "0"}
        ]
        submit(application, content, number=2, stage=_other_stage(round_))
    page = text(signed_in(cast.officer), url(application))
    assert f'href="/north/files/{key}/"' in page
    assert "policy.pdf" in page


def test_earlier_submission_stays_readable_with_what_changed(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        change = ChangeRequest.objects.create(
            program=cast.program,
            application=application,
            fields=["plan"],
            reason="More.",
            due_at=in_days(5),
            state="answered",
            requested_by=cast.officer,
        )
        new = ANSWERS | {"plan": ("What you will do", ["Workshops in twenty schools."])}
        submit(application, content_of(new), change_request=change)
    client = signed_in(cast.officer)
    page = text(client, url(application))
    assert "Workshops in twenty schools." in page
    assert "What changed with submission 2" in page
    assert "<del>twelve </del>" in page
    assert "<ins>twenty </ins>" in page
    earlier = text(client, f"{url(application)}?submission=1")
    assert "This is submission 1, an earlier one." in earlier
    assert "Workshops in twelve schools." in earlier
    assert client.get(f"{url(application)}?submission=7").status_code == 404


@pytest.mark.parametrize("state", [ApplicationState.DRAFT, ApplicationState.DISCARDED])
def test_draft_says_no_more_than_that_it_was_begun(
    cast: Cast, round_: Round, signed_in: Sign, state: str
) -> None:
    with program_scope(cast.program):
        draft = application_to(round_, state, title="Hidden words", team=_person(cast, "Hidden Person"))
    page = text(signed_in(cast.officer), url(draft))
    assert "Not submitted yet" in page
    assert draft.organisation.name in page
    assert "Hidden words" not in page
    assert "Hidden Person" not in page
    assert ("Give more time" in page) == (state == ApplicationState.DRAFT)
    for part in ("screen/", "changes/", "steps/decline/"):
        assert signed_in(cast.officer).get(url(draft, part)).status_code == 404


def _person(cast: Cast, name: str) -> User:
    cast.applicant.name = name
    cast.applicant.save()
    return cast.applicant


@pytest.mark.parametrize(
    ("state", "role", "shown", "hidden"),
    [
        ("submitted", "officer", ["Screen", "Ask for changes"], ["Reinstate", "Screen again"]),
        (
            "accepted",
            "officer",
            ["Not going further", "Ask for changes"],
            ["Screen again", "Invite to apply"],
        ),
        ("accepted", "manager", ["Screen again", "Not going further"], ["Invite to apply"]),
        ("ineligible", "officer", [], ["Screen again", "Ask for changes"]),
        ("ineligible", "manager", ["Screen again"], ["Ask for changes"]),
        ("withdrawn", "officer", ["Reinstate"], ["Ask for changes"]),
        ("unsuccessful", "manager", ["Consider again"], []),
        ("submitted", "auditor", [], ["Screen<", "Ask for changes", "Send message"]),
        ("accepted", "auditor", [], ["Not going further", "Ask for changes", "Send message"]),
    ],
)
def test_buttons_follow_state_and_role(
    cast: Cast, round_: Round, signed_in: Sign, state: str, role: str, shown: list[str], hidden: list[str]
) -> None:
    with program_scope(cast.program):
        application = application_to(round_, state)
    page = text(signed_in(cast.people[role]), url(application))
    buttons = page.partition('class="page-head"')[2].partition('class="split"')[0]
    for words in shown:
        assert f">{words}</a>" in buttons
    for words in hidden:
        assert f">{words.removesuffix('<')}</a>" not in buttons
        assert words != "Send message" or words not in page


def test_expression_of_interest_offers_the_invitation(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        round_ = round_with(cast.program, "EOI", "eoi", "application")
        Stage.objects.filter(kind="application").update(closes_at=in_days(30))
        application = application_to(round_, ApplicationState.ACCEPTED)
    client = signed_in(cast.officer)
    assert "Invite to apply in full" in text(client, url(application))
    done = client.post(url(application, "steps/invite_to_apply/"), follow=True).content.decode()
    assert "You invited to apply in full EOI-0001." in done
    assert "In progress" in done
    # What was submitted before is still there.
    assert "Workshops in twelve schools." in done


def test_screening_form_says_what_is_missing_and_then_saves(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    client = signed_in(cast.officer)
    empty = client.post(url(application, "screen/"), {"comment": "Kept words"})
    assert empty.status_code == 422
    assert "Choose whether it is eligible." in empty.content.decode()
    assert "Kept words" in empty.content.decode()
    half = client.post(url(application, "screen/"), {"outcome": "ineligible"})
    assert half.status_code == 422
    assert half.content.decode().count("Choose at least one reason why it is not eligible.") == 2
    data = {"outcome": "ineligible", "reasons": ["amount"], "comment": "Secret.", "feedback": "Ask for less."}
    page = client.post(url(application, "screen/"), data, follow=True).content.decode()
    assert "IG27-0001 is not eligible." in page
    for words in ("The amount is outside the limits", "Secret.", "Ask for less.", "found not eligible"):
        assert words in page
    late = client.post(url(application, "screen/"), data)
    assert late.status_code == 422
    assert "is not possible" in late.content.decode()


@pytest.mark.parametrize(
    ("state", "step", "data", "role", "words"),
    [
        ("accepted", "decline", {"message": "Sorry.", "reason": "Weak."}, "officer", "decided against"),
        ("ineligible", "reconsider", {"reason": "An error."}, "manager", "will screen again"),
        ("withdrawn", "reinstate", {"reason": "They asked."}, "officer", "reinstated"),
    ],
)
def test_step_has_a_page_with_a_reason(
    cast: Cast,
    round_: Round,
    signed_in: Sign,
    state: str,
    step: str,
    data: dict[str, str],
    role: str,
    words: str,
) -> None:
    with program_scope(cast.program):
        application = application_to(round_, state)
    client, path = signed_in(cast.people[role]), url(application, f"steps/{step}/")
    assert client.get(path).status_code == 200
    missing = client.post(path, {})
    assert missing.status_code == 422
    assert "Say why" in missing.content.decode()
    assert f"You {words} IG27-0001." in client.post(path, data, follow=True).content.decode()
    # Too late for a second time: said, not crashed.
    assert client.post(path, data).status_code == 422


def test_officer_does_not_reconsider(cast: Cast, round_: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        application = application_to(round_, ApplicationState.INELIGIBLE)
    response = signed_in(cast.officer).post(url(application, "steps/reconsider/"), {"reason": "Hm."})
    assert response.status_code == 403
    assert "Program managers go back on a finding" in response.content.decode()


@pytest.mark.parametrize("step", ["submit", "withdraw", "screen_in", "nonsense"])
def test_other_steps_are_not_there(cast: Cast, application: Application, signed_in: Sign, step: str) -> None:
    assert signed_in(cast.manager).get(url(application, f"steps/{step}/")).status_code == 404


ACTIONS = ["screen/", "changes/", "extend/", "steps/decline/"]


@pytest.mark.parametrize("part", ACTIONS)
@pytest.mark.parametrize(("name", "status"), [("auditor", 403), ("finance", 403), ("outsider", 404)])
def test_nobody_but_staff_acts(
    cast: Cast, application: Application, signed_in: Sign, name: str, status: int, part: str
) -> None:
    client = signed_in(cast.people[name])
    assert client.get(url(application, part)).status_code == status
    assert client.post(url(application, part), {"reason": "x"}).status_code == status


def test_page_is_not_there_for_other_programs_and_applicants(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    assert signed_in(cast.other_manager).get(url(application)).status_code == 404
    assert signed_in(cast.other_manager).get("/south/applications/IG27-0001/").status_code == 404
    assert signed_in(application.created_by).get(url(application)).status_code == 403
    assert signed_in(cast.manager).get("/north/applications/NONE-1/").status_code == 404


def test_officer_in_the_team_reads_no_findings_and_does_nothing(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        screen(application, outcome="eligible", comment="Between us.", actor=cast.manager)
        grant_rights(application, user=cast.officer, rights=Rights.VIEW)
    client = signed_in(cast.officer)
    page = text(client, url(application))
    assert "You have a part in this application" in page
    for words in ("Between us.", "Not going further", "Send message", "found eligible"):
        assert words not in page
    for part in ACTIONS:
        response = client.get(url(application, part))
        assert response.status_code == 403
        assert "You have a part in this application" in response.content.decode()
    assert client.post(url(application, "messages/"), {"body": "Me."}).status_code == 403


def test_message_is_posted_and_an_empty_one_is_not(
    cast: Cast, application: Application, signed_in: Sign
) -> None:
    client, path = signed_in(cast.officer), url(application, "messages/")
    assert client.get(path).status_code == 405
    empty = client.post(path, {"body": " "})
    assert empty.status_code == 422
    assert "Write a message." in empty.content.decode()
    page = client.post(path, {"body": "Which schools?\n\nAll?"}, follow=True).content.decode()
    assert "Which schools?" in page
    assert "for the program" in page
    assert client.post(url(application, "messages/"), {"body": "x" * 4001}).status_code == 422
    with program_scope(cast.program):
        assert Message.objects.get().from_staff


def test_auditor_posts_nothing(cast: Cast, application: Application, signed_in: Sign) -> None:
    response = signed_in(cast.auditor).post(url(application, "messages/"), {"body": "Hello."})
    assert response.status_code == 403


def test_eligibility_safeguarding_and_duplicates_stand_beside_it(
    cast: Cast, round_: Round, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        organisation = Organisation.objects.create(program=cast.program, name="Harbour Families Ltd")
        Organisation.objects.create(program=cast.program, name="The Harbour Families")
        check = EligibilityCheck.objects.create(
            program=cast.program,
            round=round_,
            user=cast.applicant,
            organisation=organisation,
            answers=[{"question": "Are you a charity?", "answer": "no", "passed": False}],
            passed=False,
        )
        for kind, expires, content in (
            ("policy", timezone.localdate().replace(year=2020), {}),
            ("screening", None, {"people": 40, "checked": 38, "pending": 2, "as_at": "2027-01-31"}),
        ):
            SafeguardingRecord.objects.create(
                program=cast.program,
                organisation=organisation,
                kind=kind,
                content=content,
                expires_on=expires,
                source="application IG26-0003",
                recorded_by=cast.applicant,
            )
        application = application_to(round_, organisation=organisation, eligibility=check)
    page = " ".join(text(signed_in(cast.auditor), url(application)).split())
    for words in (
        "Are you a charity?",
        "Not as needed",
        "Expired",
        "38 of 40 people checked, 2 under way",
        "This organisation may be here twice.",
        "the same name",
        "Noor West",
    ):
        assert words in page


def test_overdue_request_is_marked(cast: Cast, application: Application, signed_in: Sign) -> None:
    with program_scope(cast.program):
        ChangeRequest.objects.create(
            program=cast.program,
            application=application,
            fields=["plan", "gone"],
            reason="More detail.",
            due_at=in_days(-2),
            requested_by=cast.officer,
        )
    page = text(signed_in(cast.auditor), url(application))
    assert "Changes overdue" in page
    assert "What you will do" in page
    assert "Cancel the request" not in page


def test_history_tells_what_staff_did(cast: Cast, application: Application, signed_in: Sign) -> None:
    with program_scope(cast.program):
        screen(application, outcome="ineligible", reasons=["amount"], actor=cast.officer)
        assert Screening.objects.exists()
    page = text(signed_in(cast.auditor), url(application))
    assert "Program officer North found not eligible IG27-0001" in page
