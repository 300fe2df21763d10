"""Applications, their team, what was submitted, and what was said about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from guardian.models import UserObjectPermissionBase

from grants.models.forms import FormVersion
from grants.models.rounds import EligibilityCheck, Round, Stage
from grants.states import APPLICATION, CHANGE_REQUEST, ApplicationState, ChangeRequestState
from partners.models import Organisation
from scsc.audit.life import Life
from scsc.programs.models import TenantModel


class Application(TenantModel):
    """A proposal to a round. While it is written it is its team's alone.

    `title` and `amount` are those of the last submission; a draft's are among its answers.
    """

    life: ClassVar[Life] = APPLICATION

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    # The written stage it is in, and the version of the form it is written in.
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="applications")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="applications")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=30)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=20, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    title = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    eligibility = models.ForeignKey(
        EligibilityCheck, null=True, on_delete=models.PROTECT, related_name="applications"
    )
    copied_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    # A later closing for this one only.
    extended_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("edit_application", "Can edit application"),
            ("submit_application", "Can submit application"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="application_code_once"),
            models.UniqueConstraint(fields=["round", "number"], name="application_number_once"),
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | models.Q(submitted_at__isnull=False),
                name="application_submitted_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "round", "state", "-submitted_at"], name="application_of_round"),
            # The order of the list of staff, as grants.queries.applications makes it.
            models.Index(
                models.F("program"),
                models.F("submitted_at").desc(nulls_last=True),
                models.F("id").desc(),
                name="application_newest",
            ),
            models.Index(fields=["program", "organisation"], name="application_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.code


class ApplicationUserObjectPermission(UserObjectPermissionBase):
    """A right of one person on one application (django-guardian, direct foreign key)."""

    content_object = models.ForeignKey(Application, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class Rights(models.TextChoices):
    """What a member of the team may do; each includes those before it."""

    VIEW = "view", "Read"
    EDIT = "edit", "Read and write"
    SUBMIT = "submit", "Read, write, submit and invite"


class TeamInvitation(TenantModel):
    """An offer to join the team of an application. Single use; the link's token is stored as a hash only."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    rights = models.CharField(max_length=10, choices=Rights.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="team_invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} for {self.application}"


class TeamNote(TenantModel):
    """A note of the team to itself, about a section or the whole. Staff never see it."""

    append_only: ClassVar[bool] = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    section = models.CharField(max_length=60, blank=True)
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"note of {self.author}"


class Message(TenantModel):
    """A message between the team and the staff of the program."""

    append_only: ClassVar[bool] = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="messages")
    from_staff = models.BooleanField()
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["program", "application", "id"], name="message_of")]

    def __str__(self) -> str:
        return f"message of {self.author}"


class ChangeRequest(TenantModel):
    """Staff ask for some answers to change: those, and no others, are unlocked until it is answered."""

    life: ClassVar[Life] = CHANGE_REQUEST

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="change_requests")
    # Keys of the flagged fields.
    fields = models.JSONField()
    reason = models.TextField()
    due_at = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=ChangeRequestState.choices, default=ChangeRequestState.OPEN
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(state="open"), name="change_request_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"request for changes to {self.application}"


class Submission(TenantModel):
    """What was submitted, frozen: the whole text with its hash. Never changed; a correction is a new one."""

    append_only: ClassVar[bool] = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="submissions")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    # grants.engine.content.SubmissionContent
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    declared_name = models.CharField(max_length=150)
    declared_position = models.CharField(max_length=150)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    in_grace = models.BooleanField(default=False)
    change_request = models.OneToOneField(
        ChangeRequest, null=True, on_delete=models.PROTECT, related_name="submission"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_number_once"),
            models.UniqueConstraint(
                fields=["application", "stage"],
                condition=models.Q(change_request=None),
                name="submission_once_per_stage",
            ),
        ]

    def __str__(self) -> str:
        return f"submission {self.number} of {self.application}"
