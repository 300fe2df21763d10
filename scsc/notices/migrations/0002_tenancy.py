"""Row-level security."""

from django.db import migrations

from scsc.programs.operations import ProtectTenant


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        ProtectTenant("outgoingmail"),
    ]
