import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0005_item_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                ("body", models.TextField()),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.import"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatementName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(db_index=True, max_length=200)),
                (
                    "statement",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.statement"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("source", "position"), name="statement_position_once"),
        ),
        migrations.AddConstraint(
            model_name="statementname",
            constraint=models.UniqueConstraint(fields=("statement", "name"), name="statement_name_once"),
        ),
    ]
