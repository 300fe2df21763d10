"""Reads of the stages of a round and of who can be named for them."""

from grants.models import FormVersion, Round, Stage
from grants.states import FormState
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.roles import Role

# Whom each kind of stage is for.
ROLES_FOR: dict[str, frozenset[Role]] = {
    Stage.Kind.SCREENING: frozenset({Role.MANAGER, Role.OFFICER}),
    Stage.Kind.ADVICE: frozenset({Role.ADVISORY}),
    Stage.Kind.ASSESSMENT: frozenset({Role.ROUNDTABLE, Role.ADVISORY, Role.MANAGER, Role.OFFICER}),
    Stage.Kind.ENDORSEMENT: frozenset({Role.ROUNDTABLE}),
}


def stages_of(round_: Round) -> list[Stage]:
    """The stages in order, each with its form and its people. Three queries, however many there are."""
    found = (
        Stage.objects.filter(round=round_)
        .select_related("form_version__form")
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
