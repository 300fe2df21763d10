"""Two rows become one organisation: what moves, what stays, who may, and at once."""

from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.test import Client

from grants.engine.schema import Json
from grants.models import Application, EligibilityCheck, Recipient, Submission
from grants.queries.writing import draft_of
from grants.services import holding
from grants.services.recipients import change_recipient
from grants.services.submitting import submit_application
from grants.states import ApplicationState
from partners import merging, related
from partners.models import Organisation, OrganisationContact, SafeguardingRecord
from partners.permissions import is_contact
from partners.queries import rows_of, safeguarding_of, standing, standing_for
from partners.services import record_safeguarding, update_organisation
from partners.services_merge import merge_organisations
from scsc import jobs
from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.accounts.people import race, somebody_waits
from tests.factories import Cast, UserFactory, make_cast
from tests.grants.applicants import ABN_DIGITS
from tests.grants.received import application_to, in_days, round_with
from tests.grants.writing import COMPLETE, draft_by, write_all

Sign = Callable[[User], Client]


def make(cast: Cast, name: str, **fields: object) -> Organisation:
    with program_scope(cast.program):
        return Organisation.objects.create(program=cast.program, name=name, **fields)


@pytest.fixture
def kept(cast: Cast) -> Organisation:
    return make(cast, "Harbour Families", email="office@harbour.org.au", suburb="Manly", state="NSW")


@pytest.fixture
def other(cast: Cast) -> Organisation:
    return make(cast, "Harbour Families Ltd", abn=ABN_DIGITS, suburb="Dee Why", phone="02 5550 0000")


def merge(
    cast: Cast, source: Organisation, into: Organisation, actor: User | None = None, **take: str
) -> None:
    merge_organisations(source, into=into, take=take, actor=actor or cast.officer)


def test_values_are_those_that_were_chosen(cast: Cast, kept: Organisation, other: Organisation) -> None:
    with program_scope(cast.program):
        merge(cast, other, kept, abn="take", address="take", name="keep")
        found = Organisation.objects.get(pk=kept.pk)
        assert (found.name, found.abn, found.suburb, found.state) == (
            "Harbour Families",
            ABN_DIGITS,
            "Dee Why",
            "",
        )
        # What nobody chose stays as it was.
        assert (found.phone, found.email) == ("", "office@harbour.org.au")


def test_everything_moves_and_append_only_rows_are_read_through(
    cast: Cast, kept: Organisation, other: Organisation
) -> None:
    with program_scope(cast.program):
        round_ = round_with(cast.program)
        application = application_to(round_, organisation=other)
        draft = application_to(round_, ApplicationState.DRAFT, organisation=other)
        Recipient.objects.create(
            program=cast.program,
            round=round_,
            organisation=other,
            title="T",
            summary="S",
            awarded_on=in_days(-9).date(),
            source="Release",
            recorded_by=cast.officer,
        )
        for row in (kept, other):
            SafeguardingRecord.objects.create(
                program=cast.program, organisation=row, kind="policy", source="x", recorded_by=cast.applicant
            )
        EligibilityCheck.objects.create(
            program=cast.program,
            round=round_,
            user=cast.applicant,
            organisation=other,
            answers=[],
            passed=True,
        )
        merge(cast, other, kept)
        assert set(Application.objects.values_list("organisation", flat=True)) == {kept.pk}
        assert Recipient.objects.get().organisation_id == kept.pk
        assert SafeguardingRecord.objects.filter(organisation=other).count() == 1
        statements = safeguarding_of(rows_of(kept), on=in_days(0).date())
        assert [statement.is_latest for statement in statements] == [True, False]
        assert list(standing()) == [kept]
        assert standing_for(Organisation.objects.get(pk=other.pk)) == kept
        assert "moved, with its organisation, IG27-0001" in history_of([application])[0].sentence
        assert history_of([draft])


def test_merge_is_recorded_with_both_sides(cast: Cast, kept: Organisation, other: Organisation) -> None:
    with program_scope(cast.program):
        application_to(round_with(cast.program), organisation=other)
        merge(cast, other, kept, abn="take")
        event = AuditEvent.objects.get(action="merge")
        assert event.object_id == kept.pk
        assert event.before["merged"]["abn"] == ABN_DIGITS
        assert (event.before["kept"]["abn"], event.after["kept"]["abn"]) == ("", ABN_DIGITS)
        assert event.after["moved"] == {"applications": ["IG27-0001"]}
        assert AuditEvent.objects.get(action="merge_into").object_id == other.pk
        assert [entry.words for entry in history_of(rows_of(kept))] == [
            "merged into another organisation",
            "merged another organisation into",
        ]


def test_people_of_both_act_for_one_and_once(cast: Cast, kept: Organisation, other: Organisation) -> None:
    person = UserFactory.create()
    with program_scope(cast.program):
        for organisation, user in ((kept, person), (other, person), (other, cast.applicant)):
            OrganisationContact.objects.create(program=cast.program, organisation=organisation, user=user)
        merge(cast, other, kept)
        contacts = OrganisationContact.objects.values_list("organisation", "user")
        assert sorted(contacts) == sorted([(kept.pk, person.pk), (kept.pk, cast.applicant.pk)])
        assert is_contact(cast.applicant, kept)


def test_merged_rows_follow_when_their_organisation_is_merged(
    cast: Cast, kept: Organisation, other: Organisation
) -> None:
    third = make(cast, "Bay Trust")
    with program_scope(cast.program):
        merge(cast, other, kept)
        merge(cast, kept, third)
        assert {row.merged_into_id for row in Organisation.objects.filter(pk__in=[kept.pk, other.pk])} == {
            third.pk
        }
        assert len(rows_of(third)) == 3


def test_merged_rows_and_the_same_row_are_refused(
    cast: Cast, kept: Organisation, other: Organisation
) -> None:
    third = make(cast, "Bay Trust")
    with program_scope(cast.program):
        with pytest.raises(DomainError, match="one and the same"):
            merge(cast, kept, kept)
        merge(cast, other, kept)
        for source, into in ((other, third), (third, other), (kept, other)):
            with pytest.raises(DomainError, match="merged into another organisation already"):
                merge(cast, source, into)


@pytest.mark.parametrize("take", [{"program": "take"}, {"abn": "both"}, {"id": "take"}])
def test_choice_that_is_none_is_refused(
    cast: Cast, kept: Organisation, other: Organisation, take: dict[str, str]
) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError):
            merge_organisations(other, into=kept, take=take, actor=cast.officer)
        assert Organisation.objects.get(pk=other.pk).merged_into is None


@pytest.mark.parametrize(
    "name", ["auditor", "finance", "executive", "applicant", "outsider", "other_manager"]
)
def test_merge_is_for_staff(cast: Cast, kept: Organisation, other: Organisation, name: str) -> None:
    with program_scope(cast.program), pytest.raises(PermissionDenied):
        merge(cast, other, kept, cast.people[name])


@pytest.mark.parametrize("which", ["kept", "other"])
def test_staff_who_act_for_one_of_them_do_not_merge(
    cast: Cast, kept: Organisation, other: Organisation, which: str
) -> None:
    with program_scope(cast.program):
        own = {"kept": kept, "other": other}[which]
        OrganisationContact.objects.create(program=cast.program, organisation=own, user=cast.officer)
        with pytest.raises(PermissionDenied, match="You act for one"):
            merge(cast, other, kept)
        merge(cast, other, kept, cast.manager)


def test_mover_that_fails_leaves_everything_as_it_was(
    cast: Cast, kept: Organisation, other: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Organisation, target: Organisation, actor: User) -> dict[str, list[str]]:
        raise DomainError("Not now.")

    monkeypatch.setattr(merging, "_movers", [*merging._movers, refuse])
    with program_scope(cast.program):
        application_to(round_with(cast.program), organisation=other)
        with pytest.raises(DomainError, match="Not now"):
            merge(cast, other, kept, abn="take")
        assert Application.objects.get().organisation_id == other.pk
        assert Organisation.objects.get(pk=kept.pk).abn == ""
        assert not AuditEvent.objects.filter(action="merge").exists()


def test_what_is_registered_twice_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "_movers", [])
    monkeypatch.setattr(related, "_providers", [])

    def mover(source: Organisation, target: Organisation, actor: User) -> dict[str, list[str]]:
        return {}

    for _ in range(2):
        merging.register(mover)
    assert merging._movers == [mover]


def test_statement_about_a_merged_row_is_kept_for_the_one_that_stands(
    cast: Cast, kept: Organisation, other: Organisation
) -> None:
    """An application that was begun while two were merged can still be submitted."""
    with program_scope(cast.program):
        merge(cast, other, kept)
        stated = record_safeguarding(
            other, kind="screening", content={"people": "3"}, source="IG27-0001", actor=cast.applicant
        )
        assert stated.organisation_id == kept.pk


@pytest.mark.parametrize("submits_first", [True, False])
def test_merge_and_submission_at_once_both_come_through(
    committed: None, monkeypatch: pytest.MonkeyPatch, submits_first: bool
) -> None:
    """Whichever of them has the organisation, the other waits for it before it locks the application."""
    cast, application = complete_draft()
    source, kept = application.organisation, make(cast, "One")
    begun, errors = Event(), []
    monkeypatch.setattr(jobs, "wake", lambda *args, **ids: None)

    def pause(*args: object) -> dict[str, list[str]]:
        """The organisation is locked now: let the other begin, and go on once it waits."""
        begun.set()
        deadline = monotonic() + 10
        while not somebody_waits() and monotonic() < deadline:
            sleep(0.02)
        return {}

    if submits_first:
        hold = holding.hold_application
        monkeypatch.setattr(holding, "hold_application", lambda row: pause() or hold(row))
    else:
        monkeypatch.setattr(merging, "_movers", [pause, *merging._movers])

    def submit() -> None:
        submit_application(application, declared_name="N", declared_position="P", actor=cast.applicant)

    def run(step: Callable[[], object], *, waits: bool) -> None:
        try:
            assert not waits or begun.wait(10)
            with program_scope(cast.program):
                step()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [
        Thread(target=run, args=(submit,), kwargs={"waits": not submits_first}),
        Thread(target=run, args=(partial(merge, cast, source, kept),), kwargs={"waits": submits_first}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with program_scope(cast.program):
        found = Application.objects.get()
        assert (found.state, found.organisation_id) == ("submitted", kept.pk)
        assert len(safeguarding_of(rows_of(kept), on=in_days(0).date())) == 1
        assert Submission.objects.get().content["organisation"]["id"] == (
            source.pk if submits_first else kept.pk
        )


def complete_draft() -> tuple[Cast, Application]:
    """A draft that other connections see and that can be submitted; it states who is screened."""
    cast = make_cast()
    with program_scope(cast.program):
        application = draft_by(cast.applicant, cast.program)
        checks: Json = {"people": 3, "checked": 3, "pending": 0, "as_at": "2026-01-01"}
        write_all(application, cast.applicant, COMPLETE | {"checks": checks})
    return cast, application


@pytest.mark.parametrize("what", ["application", "draft", "recipient", "organisation"])
def test_who_waits_for_a_merge_finds_the_row_as_it_left_it(committed: None, what: str) -> None:
    """A row that has changed hands meanwhile is not taken for one that is gone."""
    cast, application = complete_draft()
    source, kept = application.organisation, make(cast, "One")
    with program_scope(cast.program):
        recipient = Recipient.objects.create(
            program=cast.program,
            round=application.round,
            organisation=source,
            title="T",
            summary="S",
            awarded_on=in_days(-9).date(),
            source="A media release",
            recorded_by=cast.manager,
        )
    seen: list[int] = []

    def look() -> None:
        with program_scope(cast.program):
            if what == "application":
                seen.append(holding.hold_application(application).organisation.pk)
            elif what == "draft":
                draft = draft_of(cast.program, cast.applicant, code=application.code, lock=True)
                assert draft
                seen.append(draft.application.organisation.pk)
            elif what == "recipient":
                seen.append(change_recipient(recipient, title="New", actor=cast.officer).organisation.pk)
            else:
                with pytest.raises(DomainError, match="one organisation with One"):
                    update_organisation(source, phone="02 5550 0001", actor=cast.officer)
                seen.append(kept.pk)

    def join() -> None:
        with program_scope(cast.program):
            merge(cast, source, kept)

    assert race(join, look) is None
    assert seen == [kept.pk]


def test_two_merges_in_opposite_directions_at_once(committed: None) -> None:
    cast = make_cast()
    one, two = make(cast, "One"), make(cast, "Two")
    problems: list[str] = []

    def run(source: Organisation, into: Organisation, actor: User) -> None:
        try:
            with program_scope(cast.program):
                merge_organisations(source, into=into, take={}, actor=actor)
        except DomainError as error:
            problems.append(str(error))
        finally:
            connections.close_all()

    threads = [
        Thread(target=run, args=(one, two, cast.officer)),
        Thread(target=run, args=(two, one, cast.manager)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with program_scope(cast.program):
        assert standing().count() == 1
    assert len(problems) == 1
