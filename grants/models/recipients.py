"""Who was funded, as the public reads it."""

from django.conf import settings
from django.db import models

from grants.models.applications import Application
from grants.models.rounds import Round
from partners.models import Organisation
from scsc.programs.models import TenantModel


class Recipient(TenantModel):
    """A recipient of a round. One decided outside this system names its source instead of an application."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="recipients")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="recipient"
    )
    title = models.CharField(max_length=200)
    summary = models.TextField()
    place = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    awarded_on = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    # Nothing is public before somebody publishes it.
    published_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-awarded_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(application__isnull=False) | ~models.Q(source=""),
                name="recipient_has_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.title}"
