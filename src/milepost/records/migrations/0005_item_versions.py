"""The database counts the changes of each system's items, so that counts of them can be kept until the next.

The count begins at a number drawn by lot: a database brought back from a copy never repeats one by chance.
"""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_GROW = (
    "INSERT INTO records_itemversion (system_id, version) {source}"
    " ON CONFLICT (system_id) DO UPDATE SET version = records_itemversion.version + 1"
)
_EVENTS = {"insert": ("NEW",), "update": ("NEW",), "delete": ("OLD",)}


def _sqlite(event: str) -> str:
    row = _EVENTS[event][0]
    grow = _GROW.format(source=f"VALUES ({row}.system_id, abs(random() % 1000000000) * 1000000)")
    return f"CREATE TRIGGER item_version_{event} AFTER {event} ON records_item BEGIN {grow}; END"


def _postgresql(event: str) -> list[str]:
    table = f"{_EVENTS[event][0]} TABLE AS changed"
    grow = _GROW.format(
        source="SELECT system_id, floor(random() * 1000000000)::bigint * 1000000 FROM changed GROUP BY system_id"
    )
    function = f"CREATE FUNCTION item_version_{event}() RETURNS trigger LANGUAGE plpgsql AS"
    trigger = f"CREATE TRIGGER item_version_{event} AFTER {event} ON records_item REFERENCING {table}"
    return [
        f"{function} $$ BEGIN {grow}; RETURN NULL; END $$",
        f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION item_version_{event}()",
    ]


def _count(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for event in _EVENTS:
        if schema_editor.connection.vendor == "postgresql":
            for statement in _postgresql(event):
                schema_editor.execute(statement)
        else:
            schema_editor.execute(_sqlite(event))


def _stop(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for event in _EVENTS:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER item_version_{event} ON records_item")
            schema_editor.execute(f"DROP FUNCTION item_version_{event}()")
        else:
            schema_editor.execute(f"DROP TRIGGER item_version_{event}")


class Migration(migrations.Migration):
    dependencies = [("records", "0004_lifecycle")]

    operations = [
        migrations.CreateModel(
            name="ItemVersion",
            fields=[
                ("system_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(_count, _stop),
    ]
