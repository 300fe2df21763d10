"""Reads of rubrics and their versions."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Prefetch

from grants.engine.rubric import Criterion, RubricSchema
from grants.models import Rubric, RubricVersion, Stage
from grants.states import RoundState, RubricState

# The colour class of each state in the interface.
TONES = {RubricState.DRAFT: "info", RubricState.PUBLISHED: "good", RubricState.RETIRED: "idle"}


@dataclass(frozen=True)
class RubricLine:
    """One rubric of a list: its draft, the newest version that can be used, where it is used."""

    rubric: Rubric
    draft: RubricVersion | None
    published: RubricVersion | None
    rounds: int

    @property
    def latest(self) -> RubricVersion | None:
        """The version that its name leads to."""
        return self.draft or self.published


@dataclass(frozen=True)
class CriterionLine:
    """One criterion as a page lists it, with its share of the whole in percent."""

    criterion: Criterion
    share: Decimal


def list_rubrics() -> list[RubricLine]:
    """All rubrics by name. Three queries, however many."""
    versions = RubricVersion.objects.exclude(state=RubricState.RETIRED).order_by("-number").defer("content")
    rubrics = Rubric.objects.prefetch_related(Prefetch("versions", queryset=versions, to_attr="living"))
    used = Stage.objects.exclude(rubric_version=None).exclude(round__state=RoundState.ARCHIVED)
    rounds: dict[int, set[int]] = {}
    for rubric, round_ in used.values_list("rubric_version__rubric", "round"):
        rounds.setdefault(rubric, set()).add(round_)
    return [_line(rubric, len(rounds.get(rubric.pk, ()))) for rubric in rubrics.order_by("name")]


def _line(rubric: Rubric, rounds: int) -> RubricLine:
    living: list[RubricVersion] = rubric.living  # type: ignore[attr-defined]
    return RubricLine(
        rubric=rubric,
        draft=next((version for version in living if version.state == RubricState.DRAFT), None),
        published=next((version for version in living if version.state == RubricState.PUBLISHED), None),
        rounds=rounds,
    )


def lines_of(schema: RubricSchema) -> list[CriterionLine]:
    """The criteria in order, each with its share."""
    total = sum(criterion.weight for criterion in schema.criteria)
    return [
        CriterionLine(
            criterion, (Decimal(100 * criterion.weight) / total).quantize(Decimal(1), ROUND_HALF_UP)
        )
        for criterion in schema.criteria
    ]


def versions_of_rubric(rubric: Rubric) -> list[RubricVersion]:
    """All versions of a rubric, the newest first."""
    return list(rubric.versions.order_by("-number").defer("content"))


def uses_of_rubric(version: RubricVersion) -> list[Stage]:
    """The stages that assess by a version, with their rounds."""
    return list(version.stages.select_related("round").order_by("-round__id"))


def rubric_bases() -> list[RubricVersion]:
    """What a new rubric can begin as a copy of: the newest version of each."""
    versions = RubricVersion.objects.exclude(state=RubricState.RETIRED).select_related("rubric")
    found: dict[int, RubricVersion] = {}
    for version in versions.order_by("rubric__name", "rubric", "-number").defer("content"):
        found.setdefault(version.rubric_id, version)
    return list(found.values())
