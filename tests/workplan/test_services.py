"""What can be written to the plan, by whom, and what is refused in words."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from scsc.accounts.models import User
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.documents.models import Document
from scsc.errors import DomainError
from scsc.programs.services import set_roles
from scsc.programs.tenancy import program_scope
from tests.factories import ActionFactory, Cast, DeliverableFactory, YearFactory
from workplan import services
from workplan.models import Action, Deliverable, Evidence, ProgramYear, ProgressUpdate
from workplan.permissions import can_read_evidence, can_report_on_action, can_view_action
from workplan.queries import shared_with, updates_of

DAY = date(2021, 5, 1)


@pytest.fixture
def action(cast: Cast) -> Action:
    with program_scope(cast.program):
        YearFactory.create(program=cast.program, number=1)
        return ActionFactory.create(program=cast.program, code="A-1")


@pytest.fixture
def deliverable(cast: Cast, action: Action) -> Deliverable:
    with program_scope(cast.program):
        return DeliverableFactory.create(program=cast.program, action=action, code="A-1.1")


def add_link(target: Deliverable | ProgressUpdate, actor: User) -> Evidence:
    return services.add_evidence_link(target, title="Minutes", url="https://example.org/m", actor=actor)


def test_deliverable_is_done_with_evidence_and_a_day(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        add_link(deliverable, cast.officer)
        services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)
        stored = Deliverable.objects.get()
        assert (stored.state, stored.done_on) == ("done", DAY)


def test_deliverable_without_evidence_is_not_done(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        with pytest.raises(DomainError, match="Add evidence first"):
            services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)
        stored = Deliverable.objects.get()
        assert (stored.state, stored.done_on) == ("planned", None)


def test_evidence_file_counts_once_it_is_checked(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        upload = SimpleUploadedFile("notes.txt", b"Minutes of the meeting.", "text/plain")
        services.add_evidence_file(deliverable, title="", upload=upload, actor=cast.officer)
        with pytest.raises(DomainError, match="still being checked"):
            services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)
        Document.objects.update(state="rejected")
        with pytest.raises(DomainError, match="Add evidence first"):
            services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)
        Document.objects.update(state="released")
        services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)


def test_day_in_the_future_is_refused(cast: Cast, deliverable: Deliverable) -> None:
    cast.program.shown_as_at = DAY
    cast.program.save()
    with program_scope(cast.program):
        deliverable.program = cast.program
        add_link(deliverable, cast.officer)
        with pytest.raises(ValidationError, match="future"):
            services.complete_deliverable(deliverable, done_on=date(2021, 5, 2), actor=cast.officer)


def test_reopened_deliverable_is_not_done_any_more(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        add_link(deliverable, cast.officer)
        services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)
        with pytest.raises(PermissionDenied):
            services.move_deliverable(deliverable, "reopen", reason="Wrong file.", actor=cast.officer)
        services.move_deliverable(deliverable, "reopen", reason="Wrong file.", actor=cast.manager)
        stored = Deliverable.objects.get()
        assert (stored.state, stored.done_on) == ("in_progress", None)


def test_database_refuses_a_done_deliverable_without_a_day(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program), pytest.raises(IntegrityError), transaction.atomic():
        Deliverable.objects.update(state="done")


def test_due_day_moves_only_with_a_reason(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        with pytest.raises(ValidationError, match="Say why"):
            services.change_deliverable(deliverable, text="T", due_on=DAY, reason=" ", actor=cast.officer)
        services.change_deliverable(
            deliverable, text="T", due_on=DAY, reason="Late start.", actor=cast.officer
        )
        event = AuditEvent.objects.get(action="change")
        assert (event.before["due_on"], event.after["due_on"]) == ("2021-06-30", "2021-05-01")


def test_evidence_of_a_done_deliverable_stays(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        evidence = add_link(deliverable, cast.officer)
        services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)
        with pytest.raises(DomainError, match="Reopen the deliverable"):
            services.remove_evidence(evidence, reason="Oops", actor=cast.officer)


def test_removed_evidence_no_longer_counts_but_is_kept(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        evidence = add_link(deliverable, cast.officer)
        services.remove_evidence(evidence, reason="Wrong address.", actor=cast.officer)
        assert Evidence.objects.get().removed_at is not None
        with pytest.raises(DomainError, match="Add evidence first"):
            services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org/a", "not an address", "https://"])
def test_only_web_addresses_are_evidence(cast: Cast, deliverable: Deliverable, url: str) -> None:
    with program_scope(cast.program):
        with pytest.raises((DomainError, ValidationError)):
            services.add_evidence_link(deliverable, title="", url=url, actor=cast.officer)
        assert not Evidence.objects.exists()


def test_evidence_is_a_file_or_an_address_of_one_thing(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program), pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(
            program=cast.program, deliverable=deliverable, title="Neither", added_by=cast.officer
        )


def post(cast: Cast, action: Action, actor: User, **more: object) -> ProgressUpdate:
    year = ProgramYear.objects.get(number=1)
    fields = {"narrative": "Two workshops held.", "rag": "green", "year": year} | more
    return services.post_update(action, actor=actor, **fields)  # type: ignore[arg-type]


def test_corrected_update_takes_the_place_of_the_first(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        first = post(cast, action, cast.officer)
        second = post(cast, action, cast.officer, narrative="Three workshops held.", replaces=first)
        assert updates_of(action) == [second]
        assert ProgressUpdate.objects.count() == 2
        with pytest.raises(DomainError, match="corrected already"):
            post(cast, action, cast.officer, replaces=first)


def test_update_for_a_year_outside_the_span_is_refused(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        other = YearFactory.create(program=cast.program, number=2)
        with pytest.raises(DomainError, match="does not run in Year 2"):
            post(cast, action, cast.officer, year=other)


def test_report_with_a_bad_file_leaves_no_update(cast: Cast, action: Action) -> None:
    upload = SimpleUploadedFile("virus.pdf", b"MZ\x90\x00 not a pdf", "application/pdf")
    with program_scope(cast.program):
        with pytest.raises(DomainError):
            services.report_on_action(
                action,
                year=ProgramYear.objects.get(),
                narrative="N",
                rag="green",
                file=upload,
                actor=cast.officer,
            )
        assert not ProgressUpdate.objects.exists()


def test_database_keeps_updates_as_they_were(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        post(cast, action, cast.officer)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            ProgressUpdate.objects.update(narrative="Better news.")


def test_action_completes_when_its_deliverables_are_settled(cast: Cast, deliverable: Deliverable) -> None:
    action = deliverable.action
    with program_scope(cast.program):
        services.move_action(action, "start", actor=cast.officer)
        with pytest.raises(DomainError, match=r"A-1\.1"):
            services.move_action(action, "complete", actor=cast.officer)
        services.move_deliverable(deliverable, "cancel", reason="Not needed.", actor=cast.manager)
        services.move_action(action, "complete", actor=cast.officer)
        assert Action.objects.get().state == "complete"


@pytest.fixture
def complete(cast: Cast, deliverable: Deliverable) -> Deliverable:
    """A done deliverable under a complete action."""
    with program_scope(cast.program):
        add_link(deliverable, cast.officer)
        services.complete_deliverable(deliverable, done_on=DAY, actor=cast.officer)
        services.move_action(deliverable.action, "start", actor=cast.officer)
        services.move_action(deliverable.action, "complete", actor=cast.officer)
        return Deliverable.objects.select_related("action", "program").get()


def test_complete_action_keeps_no_open_deliverable(cast: Cast, complete: Deliverable) -> None:
    with program_scope(cast.program):
        with pytest.raises(DomainError, match="is complete"):
            services.move_deliverable(complete, "reopen", reason="Wrong file.", actor=cast.manager)
        with pytest.raises(DomainError, match="is complete"):
            services.add_deliverable(complete.action, code="N", text="N", due_on=DAY, actor=cast.officer)
        services.move_action(complete.action, "reopen", reason="More to do.", actor=cast.manager)
        services.move_deliverable(complete, "reopen", reason="Wrong file.", actor=cast.manager)


def test_stopped_action_promises_nothing_any_more(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        services.move_action(deliverable.action, "stop", reason="No funds.", actor=cast.manager)
        assert Deliverable.objects.get().state == "cancelled"
        event = AuditEvent.objects.get(action="cancel")
        assert event.reason == "A-1 was stopped: No funds."
        with pytest.raises(DomainError, match="is stopped"):
            services.move_deliverable(deliverable, "reinstate", reason="After all.", actor=cast.manager)


def test_corrected_update_keeps_its_evidence(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        first = post(cast, action, cast.officer)
        evidence = add_link(first, cast.officer)
        second = post(cast, action, cast.officer, narrative="Three workshops.", replaces=first)
        assert [list(update.evidence.all()) for update in updates_of(action)] == [[evidence]]
        sentences = [entry.sentence for entry in history_of([second, evidence])]
        assert f"{cast.officer} kept, with the corrected update, evidence Minutes" in sentences


def test_long_address_without_a_title_is_evidence(cast: Cast, deliverable: Deliverable) -> None:
    url = f"https://example.org/{'a' * 400}"
    with program_scope(cast.program):
        evidence = services.add_evidence_link(deliverable, title="", url=url, actor=cast.officer)
        assert evidence.url == url


def test_evidence_is_removed_once(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        evidence = add_link(deliverable, cast.officer)
        services.remove_evidence(evidence, reason="Wrong.", actor=cast.officer)
        with pytest.raises(DomainError, match="removed already"):
            services.remove_evidence(evidence, reason="Wrong.", actor=cast.officer)


def test_who_leaves_keeps_neither_shares_nor_actions(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        services.share_action(action, person=cast.partner, actor=cast.manager)
        services.assign_owner(action, owner=cast.officer, actor=cast.manager)
        for person in (cast.partner, cast.officer):
            set_roles(cast.program, user=person, roles=[], actor=cast.manager)
        stored = Action.objects.get()
        assert stored.owner is None
        assert shared_with(stored) == []
        person = User.objects.get(pk=cast.partner.pk)
        assert not can_view_action(person, stored)
        words = [entry.words for entry in history_of([stored])]
        assert words[:2] == ["changed the owner of", "ended a share of"]


def test_nothing_changed_leaves_no_event(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        services.override_status(action, rag="", reason="", actor=cast.officer)
        services.assign_owner(action, owner=None, actor=cast.officer)
        services.unshare_action(action, person=cast.partner, actor=cast.manager)
        assert not AuditEvent.objects.exists()


def test_status_of_a_person_needs_a_reason(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        with pytest.raises(DomainError, match="Say why"):
            services.override_status(action, rag="red", reason="", actor=cast.officer)
        services.override_status(action, rag="red", reason="The partner left.", actor=cast.officer)
        stored = Action.objects.get()
        assert (stored.rag_override, stored.rag_reason, stored.rag_by) == (
            "red",
            "The partner left.",
            cast.officer,
        )
        services.override_status(action, rag="", reason="", actor=cast.officer)
        assert Action.objects.get().rag_override == ""


def test_database_refuses_a_status_without_reason(cast: Cast, action: Action) -> None:
    with program_scope(cast.program), pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.update(rag_override="green")


def test_owner_is_a_member_of_staff(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        with pytest.raises(DomainError, match="not a manager or officer"):
            services.assign_owner(action, owner=cast.executive, actor=cast.manager)
        services.assign_owner(action, owner=cast.officer, actor=cast.manager)
        assert Action.objects.get().owner == cast.officer


def test_confirmed_years_are_explicit_and_name_their_source(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        Action.objects.update(year_confidence="low")
        services.confirm_years(action, first_year=1, last_year=4, reason="Page 12.", actor=cast.officer)
        stored = Action.objects.get()
        assert (stored.last_year, stored.year_is_uncertain, stored.source) == (4, False, "Page 12.")
        for first, last in [(9, 9), (1, 0)]:
            with pytest.raises(ValidationError):
                services.confirm_years(
                    action, first_year=first, last_year=last, reason="x", actor=cast.officer
                )


def test_share_opens_one_action_to_a_partner_contact_and_can_end(cast: Cast, action: Action) -> None:
    with program_scope(cast.program):
        other = ActionFactory.create(program=cast.program)
        assert not can_view_action(cast.partner, action)
        services.share_action(action, person=cast.partner, actor=cast.manager)
        assert can_view_action(cast.partner, action)
        assert can_report_on_action(cast.partner, action)
        assert not can_view_action(cast.partner, other)
        post(cast, action, cast.partner)
        services.unshare_action(action, person=cast.partner, actor=cast.manager)
        assert not can_report_on_action(cast.partner, action)


def test_nobody_outside_the_program_gets_a_share(cast: Cast, action: Action) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match="partner contact"):
        services.share_action(action, person=cast.other_manager, actor=cast.manager)


def test_file_of_evidence_follows_its_action(cast: Cast, deliverable: Deliverable) -> None:
    with program_scope(cast.program):
        upload = SimpleUploadedFile("notes.txt", b"Minutes of the meeting.", "text/plain")
        evidence = services.add_evidence_file(deliverable, title="", upload=upload, actor=cast.officer)
        assert evidence.document is not None
        assert can_read_evidence(cast.auditor, evidence.document)
        assert not can_read_evidence(cast.partner, evidence.document)
        services.share_action(deliverable.action, person=cast.partner, actor=cast.manager)
        assert can_read_evidence(cast.partner, evidence.document)
        services.remove_evidence(evidence, reason="Old.", actor=cast.officer)
        assert not can_read_evidence(cast.auditor, evidence.document)


WRITES = {
    "add_deliverable": lambda a, d, who: services.add_deliverable(
        a, code="N", text="N", due_on=DAY, actor=who
    ),
    "change_deliverable": lambda a, d, who: services.change_deliverable(
        d, text="N", due_on=d.due_on, reason="", actor=who
    ),
    "assign_owner": lambda a, d, who: services.assign_owner(a, owner=who, actor=who),
    "override_status": lambda a, d, who: services.override_status(a, rag="red", reason="r", actor=who),
    "confirm_years": lambda a, d, who: services.confirm_years(
        a, first_year=1, last_year=1, reason="r", actor=who
    ),
    "move_action": lambda a, d, who: services.move_action(a, "start", actor=who),
    "move_deliverable": lambda a, d, who: services.move_deliverable(d, "start", actor=who),
    "add_evidence_link": lambda a, d, who: add_link(d, who),
}


@pytest.mark.parametrize("name", WRITES)
def test_staff_write_others_do_not_and_each_write_is_in_the_history(
    cast: Cast, deliverable: Deliverable, name: str
) -> None:
    action = deliverable.action
    with program_scope(cast.program):
        for role in ("finance", "executive", "auditor", "roundtable", "advisory", "partner", "outsider"):
            with pytest.raises(PermissionDenied):
                WRITES[name](action, deliverable, cast.people[role])
        assert not AuditEvent.objects.exists()
        WRITES[name](action, deliverable, cast.officer)
        event = AuditEvent.objects.get()
        assert event.actor == cast.officer
        everything = [action, *Deliverable.objects.all(), *Evidence.objects.all()]
        assert len(history_of(everything)) == 1
