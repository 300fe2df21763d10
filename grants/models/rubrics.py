"""Rubrics as data, in versions: what somebody has assessed by never changes."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.engine.rubric import RubricSchema
from grants.states import RUBRIC_VERSION, RubricState
from scsc.audit.life import Life
from scsc.programs.models import TenantModel


class Rubric(TenantModel):
    """A rubric by its name, through all its versions."""

    name = models.CharField(max_length=120)
    about = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["program", "name"], name="rubric_name_once")]

    def __str__(self) -> str:
        return self.name


class RubricVersion(TenantModel):
    """Criteria with weights and anchors, as data. A draft is edited; a published one never changes again."""

    life: ClassVar[Life] = RUBRIC_VERSION

    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    # grants.engine.rubric.RubricSchema
    content = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=RubricState.choices, default=RubricState.DRAFT)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["rubric_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="rubric_version_once"),
            models.UniqueConstraint(
                fields=["rubric"], condition=models.Q(state="draft"), name="rubric_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rubric}, version {self.number}"

    @property
    def schema(self) -> RubricSchema:
        """The criteria. Raises pydantic's ValidationError for content that no rubric could have."""
        return RubricSchema.model_validate(self.content)
