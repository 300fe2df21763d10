"""Forms as data, in versions: what applicants have begun never changes under their feet."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from grants.engine.schema import FormSchema
from grants.states import FORM_VERSION, FormState
from scsc.audit.life import Life
from scsc.programs.models import TenantModel


class Form(TenantModel):
    """A form by its name, through all its versions. A template is a form to begin others from."""

    name = models.CharField(max_length=120)
    about = models.CharField(max_length=300, blank=True)
    is_template = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["program", "name"], name="form_name_once")]

    def __str__(self) -> str:
        return self.name


class FormVersion(TenantModel):
    """Sections and fields, as data. A draft is edited; a published one never changes again."""

    life: ClassVar[Life] = FORM_VERSION

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    # grants.engine.schema.FormSchema
    content = models.JSONField(default=dict)
    # Counts the edits of a draft: two editors see each other's change and never overwrite silently.
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=FormState.choices, default=FormState.DRAFT)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["form_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_once"),
            models.UniqueConstraint(
                fields=["form"], condition=models.Q(state="draft"), name="form_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form}, version {self.number}"

    @property
    def schema(self) -> FormSchema:
        """The sections and fields. Raises pydantic's ValidationError for content that no form could have."""
        return FormSchema.model_validate(self.content)
