"""Row-level security, same-program keys, append-only snapshots."""

from django.db import migrations

from scsc.programs.operations import AppendOnly, ProtectTenant


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_links"), ("workplan", "0002_tenancy")]

    operations = [
        ProtectTenant("snapshot"),
        ProtectTenant("reportrun"),
        AppendOnly("snapshot"),
    ]
