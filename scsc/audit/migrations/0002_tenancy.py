"""Row-level security; events and seals are append-only."""

from django.db import migrations

from scsc.programs.operations import AppendOnly, ProtectTenant


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        ProtectTenant("auditevent"),
        ProtectTenant("auditseal"),
        AppendOnly("auditevent"),
        AppendOnly("auditseal"),
    ]
