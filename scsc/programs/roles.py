"""What a person can be in a program."""

from django.db.models import TextChoices


class Role(TextChoices):
    """A role in one program. Rights follow from it in each app's `permissions.py`, in code."""

    MANAGER = "manager", "Program manager"
    OFFICER = "officer", "Program officer"
    FINANCE = "finance", "Finance approver"
    EXECUTIVE = "executive", "Executive"
    AUDITOR = "auditor", "Auditor"
    ROUNDTABLE = "roundtable", "Roundtable member"
    ADVISORY = "advisory", "Advisory Group member"
    # Gives no right by itself: rights are given on single objects.
    PARTNER = "partner", "Partner contact"
    # Likewise: rights are on the applications that a person writes.
    APPLICANT = "applicant", "Applicant"


STAFF = frozenset({Role.MANAGER, Role.OFFICER})
# Roles that a manager gives. An applicant's comes with their first application.
GIVEN = tuple(role for role in Role if role != Role.APPLICANT)
READERS = frozenset(GIVEN) - {Role.PARTNER}
