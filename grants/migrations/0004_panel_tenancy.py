"""Row-level security, same-program keys and append-only tables of panels, assessment and decisions."""

from django.db import migrations

from scsc.programs.operations import AppendOnly, ProtectTenant

# A table comes after those that its keys name.
NEW = [
    "body",
    "bodymember",
    "rubric",
    "rubricversion",
    "interest",
    "intereststatement",
    "declaration",
    "assignmentrun",
    "assignment",
    "score",
    "redaction",
    "panelcomment",
    "advice",
    "meeting",
    "agendaitem",
    "attendance",
    "ballot",
    "ballotvoter",
    "vote",
    "decision",
    "lettertemplate",
    "letter",
    "lettermail",
]
# Stages name a version of a rubric since.
CHANGED = ["stage"]
APPEND_ONLY = [
    "advice",
    "assignmentrun",
    "ballotvoter",
    "intereststatement",
    "lettermail",
    "panelcomment",
    "vote",
]


class Migration(migrations.Migration):
    dependencies = [("grants", "0003_panels"), ("partners", "0004_agreement_tenancy")]

    operations = [
        *[ProtectTenant(name) for name in [*NEW, *CHANGED]],
        *[AppendOnly(name) for name in APPEND_ONLY],
    ]
