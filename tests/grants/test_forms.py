"""Forms and their versions: every step of their life, edits by two people at once, versions in use."""

import threading
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction

from grants.engine.checks import form_problems
from grants.engine.schema import Field, FormSchema, Section
from grants.engine.starters import STARTERS
from grants.models import Answer, Application, Form, FormVersion, Stage
from grants.queries.effects import effect_of
from grants.queries.forms import bases, list_forms, newer_versions, older_uses
from grants.services import form_edits as edits
from grants.services import forms
from grants.services.rounds import archive_round, close_round_early
from grants.states import FORM_VERSION, FormState
from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.programs.tenancy import program_scope
from tests.factories import Cast, make_cast
from tests.grants.rounds import (
    SCHEMA,
    TITLE,
    begun,
    draft_round,
    first_stage,
    in_days,
    open_round,
    published_form,
    writer,
)


@pytest.fixture
def scope(cast: Cast) -> Any:
    with program_scope(cast.program):
        yield cast


def draft_form(cast: Cast, name: str = "Small grant", schema: FormSchema = SCHEMA) -> FormVersion:
    return forms.create_form(cast.program, name=name, schema=schema, actor=cast.officer)


def add(version: FormVersion, title: str, cast: Cast, revision: int | None = None) -> forms.Saved:
    """Add a section to a draft."""
    return forms.edit_draft(
        version,
        edit=partial(edits.add_section, title=title),
        revision=version.revision if revision is None else revision,
        actor=cast.officer,
        words=f"section “{title}” added",
    )


# Beginning


def test_form_begins_with_a_draft(scope: Cast) -> None:
    version = forms.create_form(scope.program, name=" Small grant ", about="A", actor=scope.officer)
    assert (str(version), version.state, version.schema) == ("Small grant, version 1", "draft", FormSchema())
    assert version.form.created_by == scope.officer
    assert history_of([version])[0].sentence == f"{scope.officer} began Small grant, version 1"


@pytest.mark.parametrize("key", STARTERS)
def test_form_that_begins_with_a_starter_can_be_published_as_it_is(scope: Cast, key: str) -> None:
    version = forms.create_form(scope.program, name=key, schema=STARTERS[key].schema, actor=scope.officer)
    assert forms.publish_version(version, actor=scope.officer).state == "published"


def test_form_begins_as_a_copy_that_is_independent(scope: Cast) -> None:
    source = published_form(scope)
    copy = forms.create_form(scope.program, name="Copy", based_on=source, actor=scope.officer)
    add(copy, "More", scope)
    assert (copy.based_on, FormVersion.objects.get(pk=source.pk).schema) == (source, SCHEMA)


@pytest.mark.parametrize("name", ["Small grant", "small GRANT", " Small grant "])
def test_name_is_there_once(scope: Cast, name: str) -> None:
    draft_form(scope)
    with pytest.raises(ValidationError, match="already"):
        forms.create_form(scope.program, name=name, actor=scope.officer)
    other = draft_form(scope, "Other").form
    other.program = scope.program
    with pytest.raises(ValidationError, match="already"):
        forms.change_form(other, name=name, about="", is_template=False, actor=scope.officer)


def test_form_is_renamed_and_made_a_template(scope: Cast) -> None:
    form = draft_form(scope).form
    form.program = scope.program
    forms.change_form(form, name="Small", about="For small sums.", is_template=True, actor=scope.officer)
    stored = Form.objects.get()
    assert (stored.name, stored.about, stored.is_template) == ("Small", "For small sums.", True)
    forms.change_form(form, name="Small", about="For small sums.", is_template=True, actor=scope.officer)
    assert AuditEvent.objects.filter(object_type="grants.form").count() == 1


@pytest.mark.parametrize("who", ["auditor", "executive", "advisory", "partner", "applicant"])
def test_only_staff_build_forms(scope: Cast, who: str) -> None:
    actor, version = scope.people[who], draft_form(scope)
    version.form.program = scope.program
    for write in (
        lambda: forms.create_form(scope.program, name="X", actor=actor),
        lambda: forms.change_form(version.form, name="X", about="", is_template=True, actor=actor),
        lambda: forms.save_draft(version, schema=SCHEMA, revision=0, actor=actor),
        lambda: forms.publish_version(version, actor=actor),
        lambda: forms.retire_version(version, actor=actor),
        lambda: forms.new_version(version.form, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            write()


# Two who edit


def test_edit_counts_and_says_what_was_done(scope: Cast) -> None:
    version = draft_form(scope)
    saved = add(version, "Budget", scope)
    assert (saved.revision, [s.title for s in saved.version.schema.sections]) == (
        1,
        ["Your project", "Budget"],
    )
    event = AuditEvent.objects.get(action="edit")
    assert event.after == {"revision": 1, "what": "section “Budget” added"}


def test_edit_that_changes_nothing_is_no_edit(scope: Cast) -> None:
    version = draft_form(scope)
    assert forms.save_draft(version, schema=SCHEMA, revision=0, actor=scope.officer).revision == 0
    assert not AuditEvent.objects.filter(action="edit").exists()


def test_second_editor_is_told_who_was_first_and_overwrites_nothing(scope: Cast) -> None:
    version = draft_form(scope)
    add(version, "Budget", scope, revision=0)
    with pytest.raises(forms.RevisionConflictError) as error:
        forms.save_draft(version, schema=FormSchema(), revision=0, actor=scope.manager)
    assert str(error.value).startswith(f"{scope.officer} changed this form while you had it open.")
    assert error.value.current.revision == 1
    assert [s.title for s in FormVersion.objects.get().schema.sections] == ["Your project", "Budget"]
    add(version, "Team", scope, revision=error.value.current.revision)
    titles = [section.title for section in FormVersion.objects.get().schema.sections]
    assert titles == ["Your project", "Budget", "Team"]


def test_form_that_changed_meanwhile_is_not_published_unseen(scope: Cast) -> None:
    version = draft_form(scope)
    add(version, "Budget", scope)
    with pytest.raises(forms.RevisionConflictError):
        forms.publish_version(version, revision=0, actor=scope.manager)


def test_of_two_edits_at_once_one_is_saved_and_the_other_is_told(committed: None) -> None:
    cast = make_cast()
    with program_scope(cast.program):
        version = draft_form(cast)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def save(title: str) -> None:
        try:
            ready.wait()
            with program_scope(cast.program):
                add(version, title, cast, revision=0)
            outcomes.append("saved")
        except forms.RevisionConflictError:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=(title,)) for title in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]
    with program_scope(cast.program):
        stored = FormVersion.objects.get()
        assert (stored.revision, len(stored.schema.sections)) == (1, 2)


# Life


def test_every_way_through_the_life_is_walked_here() -> None:
    assert set(FORM_VERSION.table) == {("draft", "publish"), ("published", "retire"), ("draft", "retire")}


def test_form_with_problems_is_not_published(scope: Cast) -> None:
    version = draft_form(scope, schema=FormSchema())
    with pytest.raises(DomainError, match="This form is not ready: Add a section with questions"):
        forms.publish_version(version, actor=scope.officer)
    assert FormVersion.objects.get().state == "draft"


def looped() -> FormSchema:
    """Two questions, each of which shows the other."""

    def shown_by(key: str) -> Any:
        return {"conditions": [{"field": key, "op": "answered"}]}

    fields = [
        TITLE,
        Field.model_validate({"key": "a", "kind": "text", "label": "A", "show_if": shown_by("b")}),
        Field.model_validate({"key": "b", "kind": "text", "label": "B", "show_if": shown_by("a")}),
    ]
    return FormSchema(sections=[Section(key="s", title="S", fields=fields)])


def test_form_with_a_loop_is_not_published(scope: Cast) -> None:
    version = draft_form(scope, schema=looped())
    with pytest.raises(DomainError, match="in a loop"):
        forms.publish_version(version, actor=scope.officer)


def test_published_version_never_changes(scope: Cast) -> None:
    version = draft_form(scope)
    published = forms.publish_version(version, actor=scope.officer)
    assert (published.state, published.published_at is not None) == ("published", True)
    with pytest.raises(DomainError, match="is published and never changes again"):
        add(published, "More", scope)
    with pytest.raises(DomainError, match="not possible"):
        forms.publish_version(published, actor=scope.officer)


def test_draft_is_discarded(scope: Cast) -> None:
    version = draft_form(scope)
    assert forms.retire_version(version, actor=scope.officer).state == "retired"
    with pytest.raises(DomainError, match="is retired"):
        add(version, "More", scope)


def test_version_is_retired_once_nobody_uses_it(scope: Cast) -> None:
    free, used = published_form(scope, "Free"), published_form(scope, "Used")
    written = published_form(scope, "Written")
    round_ = draft_round(scope)
    Stage.objects.filter(pk=first_stage(round_).pk).update(form_version=used)
    begun(scope, round_, form_version=written)
    assert forms.retire_version(free, actor=scope.officer).state == "retired"
    for version in (used, written):
        with pytest.raises(DomainError, match="A round uses this version"):
            forms.retire_version(version, actor=scope.officer)


def test_next_version_begins_as_a_copy_and_there_is_one_draft(scope: Cast) -> None:
    first = published_form(scope)
    form = first.form
    form.program = scope.program
    draft = forms.new_version(form, actor=scope.officer)
    assert (draft.number, draft.state, draft.schema, draft.based_on) == (2, "draft", SCHEMA, first)
    assert forms.new_version(form, actor=scope.manager) == draft
    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.create(program=scope.program, form=form, number=3)


def test_number_of_a_discarded_draft_is_not_used_again(scope: Cast) -> None:
    form = published_form(scope).form
    form.program = scope.program
    draft = forms.new_version(form, actor=scope.officer)
    draft.program = scope.program
    forms.retire_version(draft, actor=scope.officer)
    assert forms.new_version(form, actor=scope.officer).number == 3


# Letting a round use a later version


LATER = edits.add_field(
    edits.remove_field(SCHEMA, "plan"), "project", Field(key="why", kind="text", label="Why?", required=True)
)


def later_version(cast: Cast, stage: Stage, schema: FormSchema = LATER, **fields: Any) -> FormVersion:
    """The next published version of the form that a stage uses."""
    assert stage.form_version is not None
    values = {"state": FormState.PUBLISHED, "number": stage.form_version.number + 1} | fields
    return FormVersion.objects.create(
        program=cast.program, form=stage.form_version.form, content=schema.model_dump(mode="json"), **values
    )


def test_effect_is_stated_before_a_version_is_used(scope: Cast) -> None:
    round_ = open_round(scope)
    stage = first_stage(round_)
    begun(scope, round_, writer(scope))
    begun(scope, round_, writer(scope))
    begun(scope, round_, writer(scope), state="submitted", submitted_at=round_.opens_at)
    effect = effect_of(stage, later_version(scope, stage))
    assert effect.drafts == 2
    assert [(change.change, change.key, change.needs_work) for change in effect.changes] == [
        ("added", "why", True),
        ("removed", "plan", False),
    ]


def test_drafts_move_and_keep_every_answer_while_what_was_submitted_stays(scope: Cast) -> None:
    round_ = open_round(scope)
    stage = first_stage(round_)
    before = stage.form_version
    lena = writer(scope, email="lena@example.org")
    draft, gone = begun(scope, round_, lena), begun(scope, round_, writer(scope), state="discarded")
    sent = begun(scope, round_, writer(scope), state="submitted", submitted_at=round_.opens_at)
    Answer.objects.create(
        program=scope.program,
        application=draft,
        key="plan",
        value="A plan.",
        updated_by=lena,
        updated_at=in_days(0),
    )
    version = later_version(scope, stage)
    assert forms.adopt_version(stage, version=version, actor=scope.officer, reason="A question.") == 1
    stage.refresh_from_db()
    found = {a.pk: a.form_version for a in Application.objects.select_related("form_version")}
    assert (stage.form_version, found) == (version, {draft.pk: version, gone.pk: version, sent.pk: before})
    assert Answer.objects.get().value == "A plan."
    mail = OutgoingMail.objects.get()
    assert (mail.to, "A question." in mail.body) == ("lena@example.org", True)
    event = AuditEvent.objects.get(action="adopt_version")
    assert (event.after["drafts"], event.reason) == (1, "A question.")


def test_round_that_runs_stays_as_it_is_apart_from_the_form(scope: Cast) -> None:
    round_ = open_round(scope)
    stage = first_stage(round_)
    forms.adopt_version(stage, version=later_version(scope, stage), actor=scope.officer, reason="R")
    fresh = type(round_).objects.get()
    assert (fresh.state, fresh.closes_at) == ("open", round_.closes_at)


def test_version_that_does_not_fit_is_refused(scope: Cast) -> None:
    round_ = open_round(scope)
    stage = first_stage(round_)
    draft = later_version(scope, stage, state=FormState.DRAFT)
    with pytest.raises(DomainError, match="Publish this version first"):
        forms.adopt_version(stage, version=draft, actor=scope.officer, reason="R")
    with pytest.raises(DomainError, match="its own form"):
        forms.adopt_version(stage, version=published_form(scope, "X"), actor=scope.officer, reason="R")
    assert stage.form_version is not None
    with pytest.raises(DomainError, match="uses version 1 already"):
        forms.adopt_version(stage, version=stage.form_version, actor=scope.officer, reason="R")
    FormVersion.objects.filter(pk=draft.pk).update(state=FormState.PUBLISHED)
    draft.refresh_from_db()
    with pytest.raises(ValidationError, match="Say why"):
        forms.adopt_version(stage, version=draft, actor=scope.officer, reason=" ")
    with pytest.raises(PermissionDenied):
        forms.adopt_version(stage, version=draft, actor=scope.auditor, reason="R")


def test_archived_round_keeps_its_version(scope: Cast) -> None:
    round_ = open_round(scope)
    stage = first_stage(round_)
    close_round_early(round_, reason="R", actor=scope.officer)
    archive_round(round_, actor=scope.officer)
    with pytest.raises(DomainError, match="archived"):
        forms.adopt_version(stage, version=later_version(scope, stage), actor=scope.officer, reason="R")


# Lists


def test_list_names_the_draft_the_published_version_and_the_rounds(scope: Cast) -> None:
    round_ = draft_round(scope)
    form = first_stage(round_).form_version.form  # type: ignore[union-attr]
    form.program = scope.program
    draft = forms.new_version(form, actor=scope.officer)
    draft_form(scope, "Another").form.versions.update(state=FormState.RETIRED)
    lines = {line.form.name: line for line in list_forms()}
    line = lines["Full application"]
    assert (line.draft, line.published, line.rounds, line.latest) == (
        draft,
        form.versions.get(number=1),
        1,
        draft,
    )
    assert lines["Another"].latest is None
    assert list_forms(templates=True) == []


def test_newer_versions_are_offered_where_there_are_some(scope: Cast) -> None:
    stage = first_stage(draft_round(scope))
    assert stage.form_version is not None
    assert newer_versions([stage.form_version]) == []
    later_version(scope, stage)
    newest = later_version(scope, stage, number=3)
    later_version(scope, stage, number=4, state=FormState.DRAFT)
    assert newer_versions([stage.form_version]) == [(stage.form_version.pk, newest)]
    assert older_uses(newest) == [stage]
    assert older_uses(stage.form_version) == []


def test_new_form_begins_with_the_newest_version_of_another_templates_first(scope: Cast) -> None:
    published_form(scope, "A")
    newest = later_version(scope, first_stage(draft_round(scope)))
    template = draft_form(scope, "Z")
    Form.objects.filter(pk=template.form_id).update(is_template=True)
    assert [str(version) for version in bases()] == ["Z, version 1", "A, version 1", str(newest)]


def test_starters_have_no_problem() -> None:
    assert all(form_problems(starter.schema) == [] for starter in STARTERS.values())
