"""An old application copied into a new round: what is taken over, and what is not."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.engine.schema import Field, FormSchema, Section
from grants.models import Answer, AnswerFile, Application, FormVersion, Round
from grants.models.applications import Rights
from grants.permissions import can_read_answer_file, rights_on
from grants.services.copying import copy_answers
from grants.services.starting import Copied, copy_application
from scsc.accounts.models import User
from scsc.audit.models import AuditEvent
from scsc.documents.models import Document
from scsc.errors import DomainError
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import SCHEMA, answered, begun, form_of, joined, passed, received, round_of


def document(cast: Cast, name: str = "policy.pdf", state: str = "released") -> Document:
    facts = {"content_type": "application/pdf", "size": 1, "sha256": "0", "uploaded_by": cast.outsider}
    return Document.objects.create(program=cast.program, name=name, state=state, **facts)


def attached(application: Application, found: Document, **fields: Any) -> AnswerFile:
    return AnswerFile.objects.create(
        program=application.program,
        application=application,
        document=found,
        added_by=application.created_by,
        **({"key": "policy_file"} | fields),
    )


@pytest.fixture
def source(cast: Cast) -> Application:
    """Answered in full."""
    with program_scope(cast.program):
        application = begun(round_of(cast.program), cast.outsider)
        answered(application, title="Safe Online Together", plan="We listen.", promise=True)
        attached(application, document(cast))
        return application


@pytest.fixture
def next_round(cast: Cast, source: Application) -> Round:
    with program_scope(cast.program):
        return round_of(cast.program, "IG28")


def copied(source: Application, round_: Round, person: User, **more: Any) -> Copied:
    values = {"organisation": source.organisation, "eligibility": passed(round_, person)} | more
    return copy_application(source, round_=round_, actor=person, **values)


def ask(round_: Round, *fields: Field) -> FormVersion:
    """Let a round ask for these."""
    version = form_of(
        round_.program, FormSchema(sections=[Section(key="all", title="All", fields=list(fields))])
    )
    round_.stages.filter(kind="application").update(form_version=version)
    return version


def values_of(application: Application) -> dict[str, Any]:
    return dict(Answer.objects.filter(application=application).values_list("key", "value"))


def test_answers_and_files_are_taken_over_but_no_declaration(
    cast: Cast, source: Application, next_round: Round
) -> None:
    with program_scope(cast.program):
        found = copied(source, next_round, cast.outsider)
        assert (found.answers, found.files, found.left_out) == (2, 1, [])
        assert values_of(found.application) == {"title": "Safe Online Together", "plan": "We listen."}
        assert found.application.copied_from == source
        [file] = AnswerFile.objects.filter(application=found.application)
        assert file.document == AnswerFile.objects.get(application=source).document
        assert {row.version for row in Answer.objects.filter(application=found.application)} == {1}
        event = AuditEvent.objects.get(action="copy")
        assert event.after == {"from": "IG27-0001", "answers": 2, "files": 1, "left_out": []}


def test_old_one_stays_as_it_was(cast: Cast, source: Application, next_round: Round) -> None:
    with program_scope(cast.program):
        before = values_of(source)
        new = copied(source, next_round, cast.outsider).application
        Answer.objects.filter(application=new).update(value="Other")
        assert values_of(source) == before
        assert AnswerFile.objects.filter(application=source, removed_at=None).count() == 1


def test_what_the_new_form_asks_otherwise_is_named(
    cast: Cast, source: Application, next_round: Round
) -> None:
    with program_scope(cast.program):
        ask(
            next_round,
            Field(key="title", kind="long_text", label="Title"),
            Field(key="plan", kind="long_text", label="Plan"),
            Field(key="new", kind="text", label="New"),
        )
        found = copied(source, next_round, cast.outsider)
        assert values_of(found.application) == {"plan": "We listen."}
        assert found.left_out == ["Title of the project", "Your policy"]
        assert not AnswerFile.objects.filter(application=found.application).exists()


def test_refused_and_removed_files_are_left(cast: Cast, source: Application, next_round: Round) -> None:
    with program_scope(cast.program):
        attached(source, document(cast, state="rejected"))
        attached(source, document(cast), removed_at=source.created_at)
        assert copied(source, next_round, cast.outsider).files == 1


def test_cleared_answers_are_no_answers(cast: Cast, source: Application, next_round: Round) -> None:
    with program_scope(cast.program):
        Answer.objects.filter(key="plan").update(value=None)
        found = copied(source, next_round, cast.outsider)
        assert (found.answers, found.left_out) == (1, [])


def test_whoever_reads_it_can_copy_it_for_an_organisation_of_theirs(
    cast: Cast, source: Application, next_round: Round
) -> None:
    with program_scope(cast.program):
        reader = joined(source, Rights.VIEW)
        with pytest.raises(PermissionDenied, match="acts for this organisation"):
            copied(source, next_round, reader)
        profile = {"name": "Second", "abn": "53 004 085 616", "kind": "charity", "country": "AU"}
        new = copied(source, next_round, reader, organisation=profile).application
        assert rights_on(reader, new) == Rights.SUBMIT
        assert rights_on(cast.outsider, Application.objects.get(pk=new.pk)) is None


@pytest.mark.parametrize("name", ["manager", "auditor", "applicant", "other_manager"])
def test_nobody_else_copies_it(cast: Cast, source: Application, next_round: Round, name: str) -> None:
    with program_scope(cast.program):
        received(source)
        with pytest.raises(PermissionDenied, match="your own applications"):
            copied(source, next_round, cast.people[name])
        assert Application.objects.count() == 1


def test_file_of_a_copy_opens_to_the_team_of_the_copy_only(
    cast: Cast, source: Application, next_round: Round
) -> None:
    with program_scope(cast.program):
        reader = joined(source, Rights.VIEW)
        new = copied(source, next_round, cast.outsider).application
        colleague = joined(new, Rights.VIEW)
        found = AnswerFile.objects.get(application=new).document
        assert can_read_answer_file(colleague, found)
        assert can_read_answer_file(reader, found)
        assert not can_read_answer_file(cast.applicant, found)
        assert not can_read_answer_file(cast.manager, found)


def test_copying_twice_with_one_check_makes_one(cast: Cast, source: Application, next_round: Round) -> None:
    with program_scope(cast.program):
        check = passed(next_round, cast.outsider)
        first = copied(source, next_round, cast.outsider, eligibility=check)
        again = copied(source, next_round, cast.outsider, eligibility=check)
        assert first.application == again.application
        assert Answer.objects.filter(application=first.application).count() == 2


def test_copy_keeps_the_rules_of_its_round(cast: Cast, source: Application, next_round: Round) -> None:
    with program_scope(cast.program):
        next_round.most_per_organisation = 0
        next_round.save()
        with pytest.raises(DomainError, match="the most that one organisation"):
            copied(source, next_round, cast.outsider)
        assert Application.objects.count() == 1


KINDS = ["text", "long_text", "number", "yes_no", "date"]
FORMS = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(KINDS), min_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=FORMS, new=FORMS, answers=st.sets(st.sampled_from(["a", "b", "c", "d"])))
def test_every_answer_is_taken_over_or_named(
    cast: Cast,
    source: Application,
    next_round: Round,
    old: dict[str, str],
    new: dict[str, str],
    answers: set[str],
) -> None:
    with program_scope(cast.program):
        Answer.objects.all().delete()
        AnswerFile.objects.all().delete()
        fields = [
            [Field(key=key, kind=kind, label=key.upper()) for key, kind in form.items()]
            for form in (old, new)
        ]
        source.form_version, target_version = (ask(next_round, *form) for form in fields)
        target = Application(
            **{f.attname: getattr(source, f.attname) for f in Application._meta.concrete_fields}
        )
        target.pk, target.number, target.code = None, source.number + 1, f"T{Application.objects.count()}"
        target.form_version = target_version
        target.save()
        answered(source, **dict.fromkeys(answers & old.keys(), "x"))
        taken = copy_answers(source, target, actor=cast.outsider, now=source.created_at)
        assert set(values_of(target)) == {key for key in answers & old.keys() if old[key] == new.get(key)}
        left = answers & old.keys() - set(values_of(target))
        assert sorted(taken.left_out) == sorted(key.upper() for key in left)
        target.answers.all().delete()
        target.delete()


def test_form_of_the_tests_has_what_they_speak_of() -> None:
    assert {field.kind for _, field in SCHEMA.fields()} >= {"text", "file", "declaration"}
