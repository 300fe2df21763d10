"""Row-level security, same-program keys, append-only submissions and trails."""

from django.db import migrations

from scsc.programs.operations import AppendOnly, ProtectByParent, ProtectTenant

TABLES = [
    "form",
    "formversion",
    "round",
    "stage",
    "stageperson",
    "roundinvitation",
    "eligibilityquestion",
    "eligibilitycheck",
    "application",
    "teaminvitation",
    "teamnote",
    "message",
    "changerequest",
    "submission",
    "answer",
    "answerfile",
    "editorpresence",
    "screening",
    "savedview",
    "recipient",
]
APPEND_ONLY = ["eligibilitycheck", "teamnote", "message", "submission", "screening"]


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0001_initial"),
        ("partners", "0002_tenancy"),
        ("workplan", "0002_tenancy"),
        ("documents", "0002_tenancy"),
    ]

    operations = [
        *[ProtectTenant(name) for name in TABLES],
        ProtectByParent("applicationuserobjectpermission", parent="content_object"),
        *[AppendOnly(name) for name in APPEND_ONLY],
    ]
