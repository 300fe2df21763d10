import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Program",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("sponsor", models.CharField(max_length=200)),
                ("purpose", models.TextField(blank=True)),
                ("origin", models.TextField(blank=True)),
                ("regions", models.JSONField(blank=True, default=list)),
                ("country", models.CharField(max_length=2)),
                ("currency", models.CharField(max_length=3)),
                ("timezone", models.CharField(max_length=60)),
                ("reporting_year_ends", models.CharField(help_text="Month and day, as 09-30.", max_length=5)),
                ("years_note", models.TextField(blank=True)),
                (
                    "accent_light",
                    models.CharField(
                        default="#0f5a63",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$", "Use a colour such as #0f5a63."
                            )
                        ],
                    ),
                ),
                (
                    "accent_dark",
                    models.CharField(
                        default="#6cc5cf",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$", "Use a colour such as #0f5a63."
                            )
                        ],
                    ),
                ),
                ("shown_as_at", models.DateField(blank=True, null=True)),
                ("is_demonstration", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "slug__in",
                                [
                                    "account",
                                    "accounts",
                                    "api",
                                    "demo",
                                    "exit",
                                    "healthz",
                                    "invitations",
                                    "metrics",
                                    "readyz",
                                    "static",
                                    "support",
                                    "theme",
                                ],
                            ),
                            _negated=True,
                        ),
                        name="program_slug_not_reserved",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("manager", "Program manager"),
                            ("officer", "Program officer"),
                            ("finance", "Finance approver"),
                            ("executive", "Executive"),
                            ("auditor", "Auditor"),
                            ("roundtable", "Roundtable member"),
                            ("advisory", "Advisory Group member"),
                            ("partner", "Partner contact"),
                        ],
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "ordering": ["program_id", "role", "user_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("program", "user", "role"), name="membership_once_per_role"
                    )
                ],
            },
        ),
    ]
