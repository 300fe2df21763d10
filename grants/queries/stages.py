"""Reads of the stages of a round and of who can be named for them."""

from django.db.models import Q

from grants.models import Body, BodyMember, FormVersion, Round, RubricVersion, Stage
from grants.queries.panels import panel_day
from grants.states import FormState, RubricState
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.roles import Role

# Whom each kind of stage is for.
ROLES_FOR: dict[str, frozenset[Role]] = {
    Stage.Kind.SCREENING: frozenset({Role.MANAGER, Role.OFFICER}),
    Stage.Kind.ASSESSMENT: frozenset({Role.ROUNDTABLE, Role.ADVISORY, Role.MANAGER, Role.OFFICER}),
}
# What kind of body each of the others is for.
KIND_OF_BODY: dict[str, Body.Kind] = {
    Stage.Kind.ADVICE: Body.Kind.ADVISORY,
    Stage.Kind.ENDORSEMENT: Body.Kind.ROUNDTABLE,
}


def stages_of(round_: Round) -> list[Stage]:
    """The stages in order, each with form, rubric, body and people. Three queries, however many there are."""
    found = (
        Stage.objects.filter(round=round_)
        .select_related("form_version__form", "rubric_version__rubric", "body")
        .prefetch_related("people__user")
        .order_by("order")
    )
    stages = list(found)
    for stage in stages:
        stage.round, stage.program = round_, round_.program
    return stages


def written(stages: list[Stage]) -> list[Stage]:
    """Those that applicants write in, in order."""
    return [stage for stage in stages if stage.is_written]


def can_be_named(kind: str, program: Program) -> list[User]:
    """The people whose role lets them take part in this kind of stage, by name."""
    people = User.objects.filter(
        memberships__program=program, memberships__role__in=ROLES_FOR.get(kind, frozenset()), is_active=True
    )
    return list(people.distinct().order_by("name", "email"))


def roles_for(kind: str) -> str:
    """Whose part a kind of stage is, in words."""
    return " or ".join(sorted(role.label.lower() for role in ROLES_FOR[kind]))


def published_forms() -> list[FormVersion]:
    """Versions that a stage can ask for, by name of the form, the newest first."""
    versions = FormVersion.objects.filter(state=FormState.PUBLISHED).select_related("form")
    return list(versions.order_by("form__name", "-number"))


def kinds_left(stages: list[Stage]) -> list[Stage.Kind]:
    """Kinds that the round does not have yet: each comes once."""
    taken = {stage.kind for stage in stages}
    return [kind for kind in Stage.Kind if kind.value not in taken]


def published_rubrics() -> list[RubricVersion]:
    """Versions that an assessment can use, by name of the rubric, the newest first."""
    versions = RubricVersion.objects.filter(state=RubricState.PUBLISHED).select_related("rubric")
    return list(versions.order_by("rubric__name", "-number"))


def bodies_for(kind: str) -> list[Body]:
    """The bodies that can do this kind of stage, by name."""
    return list(Body.objects.filter(kind=KIND_OF_BODY[kind]).order_by("name"))


def voting_members(stages: list[Stage], program: Program) -> dict[int, int]:
    """How many voting members the bodies of these stages have today, by id of the body. One query."""
    day = panel_day(program)
    members = BodyMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        body__in=[stage.body_id for stage in stages if stage.body_id],
        role__in=BodyMember.VOTING,
        starts_on__lte=day,
        user__is_active=True,
    )
    counted: dict[int, set[int]] = {}
    for body, user in members.values_list("body_id", "user_id"):
        counted.setdefault(body, set()).add(user)
    return {body: len(users) for body, users in counted.items()}
