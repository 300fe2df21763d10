"""Row-level security and same-program keys of the papers of meetings."""

from django.db import migrations

from scsc.programs.operations import ProtectTenant


class Migration(migrations.Migration):
    dependencies = [("reporting", "0006_papers_of_meetings"), ("grants", "0005_ballot_guards")]

    operations = [ProtectTenant("meetingpdf")]
