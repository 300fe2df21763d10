"""Row-level security and same-program keys of publications and of the PDFs of submissions."""

from django.db import migrations

from scsc.programs.operations import ProtectTenant


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_publishing_and_submissions"), ("grants", "0002_tenancy")]

    operations = [
        ProtectTenant("publication"),
        ProtectTenant("submissionpdf"),
    ]
