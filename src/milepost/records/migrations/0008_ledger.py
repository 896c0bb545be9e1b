"""The ledger: events that the database itself lets nobody change or remove."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TABLE = "records_ledgerevent"
_REFUSAL = "events of the ledger are never changed and never removed"


def _guard(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _postgresql() if schema_editor.connection.vendor == "postgresql" else _sqlite():
        schema_editor.execute(statement)


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER ledger_no_{event} BEFORE {event} ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for event in ("update", "delete")
    ]


def _postgresql() -> list[str]:
    refuse = f"BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END"
    run = "EXECUTE FUNCTION ledger_refuse()"
    return [
        f"CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        f"CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON {_TABLE} FOR EACH ROW {run}",
        f"CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON {_TABLE} FOR EACH STATEMENT {run}",
    ]


def _unguard(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER ledger_no_change ON {_TABLE}")
        schema_editor.execute(f"DROP TRIGGER ledger_no_truncate ON {_TABLE}")
        schema_editor.execute("DROP FUNCTION ledger_refuse()")
    else:
        schema_editor.execute("DROP TRIGGER ledger_no_update")
        schema_editor.execute("DROP TRIGGER ledger_no_delete")


class Migration(migrations.Migration):
    dependencies = [("records", "0007_tables_and_bundles")]

    operations = [
        migrations.CreateModel(
            name="LedgerHead",
            fields=[
                ("chain", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("at", models.CharField(max_length=40)),
                ("hash", models.BinaryField()),
                ("peaks", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chain", models.CharField(max_length=60)),
                ("seq", models.BigIntegerField()),
                ("at", models.CharField(max_length=40)),
                ("actor", models.CharField(max_length=200)),
                ("via", models.CharField(max_length=20)),
                ("verb", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=500)),
                ("body", models.BinaryField()),
                ("prev", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "ordering": ["chain", "seq"],
                "indexes": [models.Index(fields=["chain", "subject"], name="ledger_subject")],
                "constraints": [models.UniqueConstraint(fields=("chain", "seq"), name="ledger_place_once")],
            },
        ),
        migrations.RunPython(_guard, _unguard),
    ]
