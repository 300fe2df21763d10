"""Publishing a report: one proposes, another approves, the same figures without watermark are public."""

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from reporting import services
from reporting.models import Publication, ReportRun
from reporting.queries import published_years, reports_by_year
from reporting.services import jobs, publishing
from reporting.tasks import render_report
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.errors import DomainError
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import ActionFactory, Cast, YearFactory, member
from tests.queries import counted_queries
from workplan.models import ProgramYear

PUBLIC = "/north/grants/reports/"
TODAY = date(2021, 6, 30)


@pytest.fixture
def year(cast: Cast) -> ProgramYear:
    cast.program.shown_as_at = TODAY
    cast.program.save()
    with program_scope(cast.program):
        ActionFactory.create(program=cast.program)
        return YearFactory.create(program=cast.program, number=1)


def finish(run: ReportRun) -> ReportRun:
    """What a worker does, without the rendering; its file says which row it is of."""
    taken = jobs.take(ReportRun, run.pk)
    assert taken
    jobs.begin_check(taken)
    content = f"%PDF-1.7 {run.pk}".encode()
    file = File(io.BytesIO(content), name="a.pdf")
    done = jobs.finish(taken, pdf=file, sha256=hashlib.sha256(content).hexdigest(), pages=3)
    publishing.publish_if_approved(done)
    return done


def draft_of(year: ProgramYear, actor: User) -> ReportRun:
    """A draft that is ready."""
    return finish(services.request_report(year, actor=actor))


def publish(run: ReportRun, cast: Cast) -> Publication:
    """Proposed by the officer, approved by the manager, printed."""
    publication = publishing.propose_publication(run, actor=cast.officer)
    approved = publishing.approve_publication(publication, actor=cast.manager)
    assert approved.final
    finish(approved.final)
    return Publication.objects.get(pk=approved.pk)


@pytest.fixture
def draft(cast: Cast, year: ProgramYear) -> Iterator[ReportRun]:
    """Inside the scope of the program, a draft that is ready."""
    with program_scope(cast.program):
        yield draft_of(year, cast.executive)


@pytest.fixture
def proposed(cast: Cast, draft: ReportRun) -> Publication:
    return publishing.propose_publication(draft, actor=cast.officer)


# Four eyes


def test_second_person_approves_and_the_final_report_is_of_the_same_figures(
    cast: Cast, draft: ReportRun
) -> None:
    publication = publish(draft, cast)
    assert (publication.state, publication.published_by) == ("published", cast.manager)
    assert publication.final
    assert (publication.final.edition, publication.final.snapshot_id) == ("final", draft.snapshot_id)
    assert publication.published_at


@pytest.mark.parametrize("role", ["finance", "auditor", "roundtable", "advisory", "partner", "applicant"])
def test_others_do_not_propose(cast: Cast, draft: ReportRun, role: str) -> None:
    with pytest.raises(PermissionDenied):
        publishing.propose_publication(draft, actor=cast.people[role])


@pytest.mark.parametrize("role", ["officer", "finance", "auditor", "roundtable", "partner", "outsider"])
def test_others_do_not_approve(cast: Cast, draft: ReportRun, role: str) -> None:
    publication = publishing.propose_publication(draft, actor=cast.manager)
    with pytest.raises(PermissionDenied):
        publishing.approve_publication(publication, actor=cast.people[role])


@pytest.mark.parametrize("role", ["manager", "executive"])
def test_nobody_approves_what_they_proposed(cast: Cast, draft: ReportRun, role: str) -> None:
    publication = publishing.propose_publication(draft, actor=cast.people[role])
    with pytest.raises(PermissionDenied, match="Somebody else"):
        publishing.approve_publication(publication, actor=cast.people[role])
    stored = Publication.objects.get()
    assert (stored.state, stored.published_by, stored.final) == ("proposed", None, None)


def test_somebody_with_two_roles_is_still_one_person(cast: Cast, draft: ReportRun) -> None:
    Membership.objects.create(program=cast.program, user=cast.officer, role=Role.MANAGER)
    publication = publishing.propose_publication(draft, actor=cast.officer)
    with pytest.raises(PermissionDenied):
        publishing.approve_publication(publication, actor=cast.officer)


def test_database_refuses_one_person_as_both(cast: Cast, proposed: Publication) -> None:
    with pytest.raises(IntegrityError, match="publication_four_eyes"), transaction.atomic():
        Publication.objects.update(published_by=cast.officer)
    with (
        pytest.raises(IntegrityError, match="publication_four_eyes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE reporting_publication SET published_by_id = proposed_by_id")


@pytest.mark.parametrize("state", ["approved", "published", "withdrawn"])
def test_database_refuses_an_approval_without_a_second_person(proposed: Publication, state: str) -> None:
    with pytest.raises(IntegrityError, match="publication_has_approver"), transaction.atomic():
        Publication.objects.update(state=state, published_at=timezone.now())


def test_database_refuses_two_of_a_year_on_their_way(cast: Cast, proposed: Publication) -> None:
    with pytest.raises(IntegrityError, match="publication_one_on_its_way"), transaction.atomic():
        Publication.objects.create(
            program=proposed.program,
            kind="annual",
            year=proposed.year,
            draft=proposed.draft,
            proposed_by=cast.manager,
        )


def test_approving_twice_makes_one_final_report(cast: Cast, proposed: Publication) -> None:
    publishing.approve_publication(proposed, actor=cast.manager)
    with pytest.raises(DomainError, match="being published already"):
        publishing.approve_publication(proposed, actor=cast.executive)
    assert ReportRun.objects.filter(edition="final").count() == 1
    assert Publication.objects.get().published_by == cast.manager


# What can be proposed


def test_only_a_ready_draft_can_be_proposed(cast: Cast, year: ProgramYear) -> None:
    with program_scope(cast.program):
        queued = services.request_report(year, actor=cast.executive)
        with pytest.raises(DomainError, match="ready"):
            publishing.propose_publication(queued, actor=cast.officer)
        final = publish(finish(queued), cast).final
        assert final
        with pytest.raises(DomainError, match="Only a draft"):
            publishing.propose_publication(final, actor=cast.officer)


def test_second_proposal_waits_for_the_first(cast: Cast, proposed: Publication) -> None:
    newer = draft_of(proposed.year, cast.executive)
    with pytest.raises(DomainError, match="has to be decided first"):
        publishing.propose_publication(newer, actor=cast.officer)
    publishing.decline_publication(proposed, reason="A figure is wrong.", actor=cast.manager)
    publishing.propose_publication(newer, actor=cast.officer)


def test_same_or_older_figures_are_not_published_again(cast: Cast, draft: ReportRun) -> None:
    newer = draft_of(draft.year, cast.executive)
    publish(newer, cast)
    with pytest.raises(DomainError, match="published already"):
        publishing.propose_publication(newer, actor=cast.officer)
    with pytest.raises(DomainError, match="Newer figures"):
        publishing.propose_publication(draft, actor=cast.officer)


def test_drafts_go_on_while_a_final_report_is_made(cast: Cast, proposed: Publication) -> None:
    publishing.approve_publication(proposed, actor=cast.manager)
    services.request_report(proposed.year, actor=cast.executive)


# The other ways


def test_decline_needs_a_reason_and_keeps_it(cast: Cast, proposed: Publication) -> None:
    with pytest.raises(DomainError, match="Say why"):
        publishing.decline_publication(proposed, reason=" ", actor=cast.manager)
    publishing.decline_publication(proposed, reason="A figure is wrong.", actor=cast.manager)
    entry = history_of([proposed])[0]
    assert entry.sentence == f"{cast.manager} decided not to publish {proposed}"
    assert entry.reason == "A figure is wrong."


def test_proposer_takes_a_proposal_back(cast: Cast, proposed: Publication) -> None:
    other = member(cast.program, Role.OFFICER)
    with pytest.raises(PermissionDenied):
        publishing.decline_publication(proposed, reason="No.", actor=other)
    publishing.decline_publication(proposed, reason="Too early.", actor=cast.officer)
    assert Publication.objects.get().state == "declined"


@pytest.mark.parametrize("role", ["officer", "executive", "auditor"])
def test_only_managers_withdraw(cast: Cast, draft: ReportRun, role: str) -> None:
    publication = publish(draft, cast)
    with pytest.raises(PermissionDenied):
        publishing.withdraw_publication(publication, reason="Wrong.", actor=cast.people[role])


def test_withdrawn_figures_can_be_proposed_again(cast: Cast, draft: ReportRun) -> None:
    publication = publish(draft, cast)
    publishing.withdraw_publication(publication, reason="A consent ended.", actor=cast.manager)
    assert publish(draft, cast).state == "published"
    assert [(item.current.pk, item.earlier) for item in published_years()] == [(publication.pk + 1, [])]


def test_final_report_that_is_done_after_the_withdrawal_is_not_public(
    cast: Cast, proposed: Publication
) -> None:
    final = publishing.approve_publication(proposed, actor=cast.manager).final
    assert final
    publishing.withdraw_publication(proposed, reason="Stop.", actor=cast.manager)
    finish(final)
    assert Publication.objects.get().state == "withdrawn"
    assert published_years() == []


def test_failed_final_report_is_tried_again_and_published(cast: Cast, proposed: Publication) -> None:
    final = publishing.approve_publication(proposed, actor=cast.manager).final
    assert final
    taken = jobs.take(ReportRun, final.pk)
    assert taken
    jobs.fail(taken, message="No memory.")
    assert published_years() == []
    finish(services.retry_report(ReportRun.objects.get(pk=final.pk), actor=cast.officer))
    assert Publication.objects.get().state == "published"


def test_history_says_who_did_what(cast: Cast, draft: ReportRun) -> None:
    publication = publish(draft, cast)
    publishing.withdraw_publication(publication, reason="A consent ended.", actor=cast.manager)
    words = [entry.words for entry in history_of([publication])]
    assert words == [
        "withdrew from the public",
        "published",
        "approved the publication of",
        "proposed to publish",
    ]


# The list of members


def labels(year: ProgramYear) -> list[str]:
    return [line.label for line in reports_by_year([year], TODAY)[0].lines]


def test_list_says_draft_or_published(cast: Cast, draft: ReportRun) -> None:
    year = draft.year
    assert labels(year) == ["Draft"]
    publication = publishing.propose_publication(draft, actor=cast.officer)
    assert labels(year) == ["Draft, waiting for approval"]
    final = publishing.approve_publication(publication, actor=cast.manager).final
    assert final
    assert labels(year) == ["Waiting for a worker", "Draft, being published"]
    finish(final)
    assert labels(year) == ["Published", "Draft, published"]
    newer = draft_of(year, cast.executive)
    assert labels(year) == ["Draft", "Published", "Draft, published"]
    publish(newer, cast)
    assert labels(year) == ["Published", "Draft, published", "Published, superseded", "Draft, published"]
    newest = Publication.objects.get(draft=newer)
    publishing.withdraw_publication(newest, reason="Wrong.", actor=cast.manager)
    assert labels(year) == ["Withdrawn", "Draft", "Published", "Draft, published"]


def test_newer_figures_supersede_a_draft(cast: Cast, draft: ReportRun) -> None:
    draft_of(draft.year, cast.executive)
    assert labels(draft.year) == ["Draft", "Draft, superseded"]


@pytest.mark.parametrize("count", [1, 8])
def test_queries_of_the_lists_do_not_grow(
    cast: Cast, year: ProgramYear, signed_in: Callable[[User], Client], count: int
) -> None:
    with program_scope(cast.program):
        for _ in range(count):
            publish(draft_of(year, cast.executive), cast)
    client = signed_in(cast.manager)
    client.get("/north/reports/")
    for path in ("/north/reports/", PUBLIC):
        with counted_queries() as queries:
            assert client.get(path).status_code == 200
        assert queries.number <= 12, "\n".join(queries.statements)


# Pages


@pytest.fixture
def steps(cast: Cast, draft: ReportRun, signed_in: Callable[[User], Client]) -> "Steps":
    return Steps(cast, draft, signed_in)


class Steps:
    """What people press on the page of a report."""

    def __init__(self, cast: Cast, draft: ReportRun, signed_in: Callable[[User], Client]) -> None:
        self.cast, self.draft, self.signed_in = cast, draft, signed_in

    def page(self, user: User) -> str:
        return self.signed_in(user).get(f"/north/reports/{self.draft.key}/").content.decode()

    def propose(self, user: User) -> Any:
        return self.signed_in(user).post(f"/north/reports/{self.draft.key}/propose/", follow=True)

    def step(self, user: User, name: str, **data: str) -> Any:
        pk = Publication.objects.get().pk
        return self.signed_in(user).post(f"/north/reports/publications/{pk}/{name}/", data, follow=True)


def test_two_people_publish_in_the_browser(steps: Steps) -> None:
    cast = steps.cast
    assert "Propose to publish" in steps.page(cast.executive)
    assert "Propose to publish" not in steps.page(cast.auditor)
    assert "It is proposed." in steps.propose(cast.executive).content.decode()
    mine, theirs = steps.page(cast.executive), steps.page(cast.manager)
    assert "Approve and publish" not in mine
    assert "Another person, a manager or an executive, has to approve it." in mine
    assert "Approve and publish" in theirs
    assert "is proposed for publication" in steps.signed_in(cast.manager).get("/north/").content.decode()
    assert "proposed for publication" not in steps.signed_in(cast.executive).get("/north/").content.decode()
    after = steps.step(cast.manager, "approve")
    assert after.status_code == 200
    assert "Waiting for a worker" in after.content.decode()
    final = Publication.objects.get().final
    assert final
    finish(final)
    assert "Everybody can read it since" in steps.page(cast.auditor)


def test_steps_refuse_those_who_may_not(steps: Steps) -> None:
    cast = steps.cast
    assert steps.propose(cast.auditor).status_code == 403
    assert steps.propose(cast.applicant).status_code == 403
    steps.propose(cast.manager)
    assert steps.step(cast.manager, "approve").status_code == 403
    assert steps.step(cast.officer, "approve").status_code == 403
    assert steps.step(cast.officer, "decline", reason="No.").status_code == 403
    assert steps.step(cast.executive, "withdraw", reason="No.").status_code == 403
    assert steps.step(cast.manager, "publish").status_code == 404
    assert steps.step(cast.outsider, "approve").status_code == 404
    assert Publication.objects.get().state == "proposed"


def test_step_that_comes_too_late_says_so(steps: Steps) -> None:
    cast = steps.cast
    steps.propose(cast.officer)
    steps.step(cast.manager, "decline", reason="No.")
    late = steps.step(cast.executive, "approve")
    assert late.status_code == 422
    assert "This publication is declined already." in late.content.decode()
    again = steps.step(cast.manager, "withdraw", reason="")
    assert again.status_code == 422
    assert "Say why" in again.content.decode()


# What anybody reads


def test_public_page_shows_only_what_is_published(
    cast: Cast, draft: ReportRun, signed_in: Callable[[User], Client]
) -> None:
    def page() -> str:
        """What a stranger sees, and a member where there is nothing for strangers."""
        response = Client().get(PUBLIC)
        if response.status_code == 404:
            response = signed_in(cast.auditor).get(PUBLIC)
            assert "Nothing is published yet" in response.content.decode()
        return str(response.content.decode())

    assert "Nothing is published yet" in page()
    publication = publishing.propose_publication(draft, actor=cast.officer)
    assert "Nothing is published yet" in page()
    final = publishing.approve_publication(publication, actor=cast.manager).final
    assert final
    assert "Nothing is published yet" in page()
    finish(final)
    assert Client().get(PUBLIC).status_code == 200
    assert f"{PUBLIC}{final.key}/" in page()
    assert str(draft.key) not in page()
    publishing.withdraw_publication(publication, reason="A consent ended.", actor=cast.manager)
    assert "Nothing is published yet" in page()
    assert "A consent ended." not in page()


def test_members_see_the_empty_page_before_anything_is_published(cast: Cast, draft: ReportRun) -> None:
    client = Client()
    client.force_login(cast.executive)
    assert "Nothing is published yet" in client.get(PUBLIC).content.decode()


def test_published_reports_have_a_place_among_the_public_pages(cast: Cast, draft: ReportRun) -> None:
    publish(draft, cast)
    answer = Client().get(PUBLIC)
    page = answer.content.decode()
    assert 'aria-label="Public pages"' in page
    assert f'<a href="{PUBLIC}" aria-current="page">Reports</a>' in page
    assert f'{PUBLIC}">' in page.partition('rel="canonical"')[2][:120]
    assert "max-age=60" in answer["Cache-Control"]
    assert "X-Robots-Tag" not in answer


def test_only_published_files_are_public(cast: Cast, draft: ReportRun) -> None:
    final = publish(draft, cast).final
    assert final
    assert Client().get(f"{PUBLIC}{draft.key}/").status_code == 404
    answer: Any = Client().get(f"{PUBLIC}{final.key}/")
    assert b"".join(answer.streaming_content) == f"%PDF-1.7 {final.pk}".encode()
    assert answer["Content-Disposition"].endswith(f'north-year-1-progress-report-{final.pk}.pdf"')
    assert answer["Cache-Control"] == "public, max-age=300"
    publishing.withdraw_publication(Publication.objects.get(), reason="Wrong.", actor=cast.manager)
    assert Client().get(f"{PUBLIC}{final.key}/").status_code == 404


def test_superseded_ones_are_marked_and_stay(cast: Cast, draft: ReportRun) -> None:
    old = publish(draft, cast).final
    new = publish(draft_of(draft.year, cast.executive), cast).final
    assert old
    assert new
    page = Client().get(PUBLIC).content.decode()
    current, _, earlier = page.partition("Earlier versions")
    assert f"{PUBLIC}{new.key}/" in current
    assert f"{PUBLIC}{old.key}/" in earlier
    assert "Superseded" in earlier
    assert "Superseded" not in current
    assert Client().get(f"{PUBLIC}{old.key}/").status_code == 200


def test_nothing_of_a_program_is_public_under_another(cast: Cast, year: ProgramYear) -> None:
    with program_scope(cast.program):
        final = publish(draft_of(year, cast.executive), cast).final
    assert final
    assert Client().get(PUBLIC.replace("north", "south")).status_code == 404
    assert Client().get(f"{PUBLIC}{final.key}/").status_code == 200
    assert Client().get(f"/south/grants/reports/{final.key}/").status_code == 404
    assert Client().get(f"/nowhere/grants/reports/{final.key}/").status_code == 404


# The real thing


def test_final_report_has_no_watermark_and_the_same_figures(
    cast: Cast, year: ProgramYear, tmp_path: Path
) -> None:
    with program_scope(cast.program):
        draft = services.request_report(year, actor=cast.executive)
    render_report(program_id=cast.program.pk, run_id=draft.pk)
    with program_scope(cast.program):
        draft.refresh_from_db()
        publication = publishing.propose_publication(draft, actor=cast.officer)
        final = publishing.approve_publication(publication, actor=cast.manager).final
    assert final
    render_report(program_id=cast.program.pk, run_id=final.pk)
    with program_scope(cast.program):
        assert Publication.objects.get().state == "published"
        texts = [text_of(run, tmp_path) for run in (draft, final)]
    assert "DRAFT" in texts[0]
    assert "Draft. Not yet approved for publication." in texts[0]
    assert "draft" not in texts[1].lower()
    assert "before the year was over. The year ends on 31 December 2021." in texts[1]
    assert texts[0].replace(" · DRAFT", "").partition("Contents")[2] == texts[1].partition("Contents")[2]


def text_of(run: ReportRun, folder: Path) -> str:
    path = folder / f"{run.pk}.pdf"
    with default_storage.open(run.storage_name) as file:
        path.write_bytes(file.read())
    with pymupdf.open(path) as pdf:
        return " ".join(" ".join(page.get_text() for page in pdf).split())
