"""Row-level security and same-program keys of agreements."""

from django.db import migrations

from scsc.programs.operations import ProtectTenant


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_agreement")]

    operations = [ProtectTenant("agreement")]
