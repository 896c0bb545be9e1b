import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0008_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="Content",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("organisation", models.CharField(max_length=63)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("condition", models.CharField(default="", max_length=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "sha256"), name="content_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("added_on", models.DateField()),
                ("added_by", models.CharField(max_length=200)),
                ("retention", models.CharField(default="", max_length=200)),
                ("retention_source", models.CharField(default="", max_length=300)),
                ("keep_until", models.DateField(null=True)),
                ("held", models.BooleanField(default=False)),
                ("removed_on", models.DateField(null=True)),
                ("removed_by", models.CharField(default="", max_length=200)),
                ("removal_reason", models.TextField(default="")),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="records.system",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="EvidenceHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("placed_on", models.DateField()),
                ("placed_by", models.CharField(max_length=200)),
                ("released_on", models.DateField(null=True)),
                ("released_by", models.CharField(default="", max_length=200)),
                ("release_reason", models.TextField(default="")),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="records.evidence",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="EvidenceLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("objective", models.CharField(default="", max_length=60)),
                ("linked_on", models.DateField()),
                ("linked_by", models.CharField(max_length=200)),
                (
                    "deviation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="records.deviation"
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="records.evidence",
                    ),
                ),
                (
                    "fix",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="records.fix"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence_links",
                        to="records.item",
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="records.milestone"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="EvidenceVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("added_on", models.DateField()),
                ("added_by", models.CharField(max_length=200)),
                ("remark", models.TextField(default="")),
                (
                    "content",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="records.content",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="records.evidence",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(fields=("system", "number"), name="evidence_number_once"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_on", None),
                    models.Q(
                        ("held", False),
                        models.Q(
                            ("keep_until", None), ("removed_on__gt", models.F("keep_until")), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="evidence_kept_and_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("item", None), _negated=True),
                    models.Q(("objective", ""), _negated=True),
                    _connector="OR",
                ),
                name="evidence_link_leads",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidenceversion",
            constraint=models.UniqueConstraint(fields=("evidence", "number"), name="evidence_version_once"),
        ),
    ]
