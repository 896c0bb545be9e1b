"""Writing down what an import states of vulnerabilities."""

from collections.abc import Sequence

import msgspec

from milepost.domain.statement import Statement
from milepost.records import bulk

_LONGEST_NAME = 200


def keep_statements(import_id: int, statements: Sequence[Statement]) -> None:
    """Keep the statements of an import in their order, with the ids that they name."""
    rows = list(bulk.allocate("records_statement", len(statements)))
    bulk.insert(
        "records_statement",
        ("id", "source_id", "position", "body"),
        [
            (row, import_id, position, msgspec.json.encode(each).decode())
            for position, (row, each) in enumerate(zip(rows, statements, strict=True))
        ],
    )
    names = {
        (row, name[:_LONGEST_NAME])
        for row, each in zip(rows, statements, strict=True)
        for name in each.weakness_names
    }
    bulk.insert("records_statementname", ("statement_id", "name"), sorted(names))
