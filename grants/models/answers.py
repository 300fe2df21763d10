"""What a team has written so far."""

from django.conf import settings
from django.db import models

from grants.models.applications import Application
from scsc.documents.models import Document
from scsc.programs.models import TenantModel


class Answer(TenantModel):
    """One field of a draft. The version lets two editors see each other's change before one overwrites it.

    It keeps who and when itself. The audit trail begins where the text leaves the team, with the submission.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=60)
    # As the field's kind reads it; null for an answer that was cleared.
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application", "key"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.application_id}"


class AnswerFile(TenantModel):
    """A file given as an answer. A copy in another round names the same document."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    key = models.CharField(max_length=60)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="answers")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    # Taken away from the draft; a submission made before still names it.
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["program", "document"], name="answer_file_of_document")]

    def __str__(self) -> str:
        return f"{self.document} for {self.key}"


class EditorPresence(TenantModel):
    """Who has a section open now. Kept for a minute at a time; of no consequence."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="editors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=60)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.section}"
