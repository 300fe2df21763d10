import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("programs", "0001_initial"),
        ("reporting", "0001_initial"),
        ("workplan", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="reportrun",
            name="year",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="workplan.programyear"
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="taken_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="year",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="snapshots",
                to="workplan.programyear",
            ),
        ),
        migrations.AddField(
            model_name="reportrun",
            name="snapshot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="reporting.snapshot"
            ),
        ),
        migrations.AddIndex(
            model_name="reportrun",
            index=models.Index(fields=["program", "state", "lease_until"], name="report_due"),
        ),
        migrations.AddConstraint(
            model_name="reportrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["queued", "rendering", "checking"])),
                fields=("program", "kind", "year"),
                name="report_one_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(models.Q(("file_sha256", ""), _negated=True), ("file_size__gt", 0)),
                    _connector="OR",
                ),
                name="report_ready_has_file",
            ),
        ),
    ]
