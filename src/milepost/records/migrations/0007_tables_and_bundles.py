import django.db.models.deletion
import milepost.domain.item
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_statements"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="source_kind",
            field=models.CharField(
                db_default="scan", default=milepost.domain.item.SourceKind["SCAN"], max_length=30
            ),
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=500)),
                ("digest", models.CharField(max_length=64)),
                ("imported_at", models.DateTimeField()),
                ("problems", models.JSONField(default=list)),
                (
                    "system",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.system"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="import",
            name="bundle",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="imports",
                to="records.bundle",
            ),
        ),
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("fingerprint", models.CharField(max_length=64)),
                ("body", models.TextField()),
                ("saved_on", models.DateField()),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="column_mapping_name"),
                    models.UniqueConstraint(fields=("fingerprint",), name="column_mapping_headings"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.UniqueConstraint(fields=("system", "digest"), name="bundle_once"),
        ),
    ]
