import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0002_tenancy"),
        ("programs", "0002_applicant"),
        ("reporting", "0003_tenancy"),
        ("workplan", "0002_tenancy"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("annual", "Annual progress report")], max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for approval"),
                            ("approved", "Being published"),
                            ("published", "Published"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=20,
                    ),
                ),
                ("proposed_at", models.DateTimeField(auto_now_add=True)),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SubmissionPdf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("template_version", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting for a worker"),
                            ("rendering", "Being rendered"),
                            ("checking", "Being checked"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=20,
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField(default=0)),
                ("step", models.CharField(blank=True, max_length=200)),
                ("error", models.TextField(blank=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("file_size", models.PositiveBigIntegerField(help_text="bytes", null=True)),
                ("pages", models.PositiveIntegerField(null=True)),
                ("requested_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("facts", models.JSONField()),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="reportrun",
            name="report_one_under_way",
        ),
        migrations.AddField(
            model_name="reportrun",
            name="edition",
            field=models.CharField(
                choices=[("draft", "Draft"), ("final", "Final")], default="draft", max_length=10
            ),
        ),
        migrations.AddConstraint(
            model_name="reportrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["queued", "rendering", "checking"])),
                fields=("program", "kind", "year", "edition"),
                name="report_one_under_way",
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="draft",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="reporting.reportrun",
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="final",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="publication",
                to="reporting.reportrun",
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="published_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="year",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="publications",
                to="workplan.programyear",
            ),
        ),
        migrations.AddField(
            model_name="submissionpdf",
            name="program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.program"
            ),
        ),
        migrations.AddField(
            model_name="submissionpdf",
            name="submission",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="pdf", to="grants.submission"
            ),
        ),
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(fields=["program", "state", "year"], name="publication_public"),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "approved"])),
                fields=("program", "kind", "year"),
                name="publication_one_on_its_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(("published_by", models.F("proposed_by")), _negated=True),
                name="publication_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "declined"]),
                    models.Q(("final__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="publication_has_approver",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    ("published_at__isnull", False),
                    _connector="OR",
                ),
                name="publication_published_has_moment",
            ),
        ),
        migrations.AddIndex(
            model_name="submissionpdf",
            index=models.Index(fields=["program", "state", "lease_until"], name="submission_pdf_due"),
        ),
        migrations.AddConstraint(
            model_name="submissionpdf",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(models.Q(("file_sha256", ""), _negated=True), ("file_size__gt", 0)),
                    _connector="OR",
                ),
                name="submission_pdf_ready_has_file",
            ),
        ),
    ]
