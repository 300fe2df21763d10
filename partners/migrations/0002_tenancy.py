"""Row-level security, same-program keys, append-only statements."""

from django.db import migrations

from scsc.programs.operations import AppendOnly, ProtectTenant


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial"), ("documents", "0002_tenancy")]

    operations = [
        ProtectTenant("organisation"),
        ProtectTenant("organisationcontact"),
        ProtectTenant("safeguardingrecord"),
        AppendOnly("safeguardingrecord"),
    ]
