from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_deadlines"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=40)),
                ("effective_from", models.DateField()),
                ("body", models.TextField()),
                ("added_on", models.DateField()),
                ("added_by", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["name", "effective_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("name", "version"), name="own_profile_version_once")
                ],
            },
        ),
    ]
