"""What suppliers and analysts stated of vulnerabilities (VEX), as it came with an import."""

from typing import ClassVar

from django.db import models

from milepost.records.imports import Import


class Statement(models.Model):
    """One statement (`domain.statement.Statement` as JSON), in the order of its document."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE)
    position = models.IntegerField()
    body = models.TextField()

    class Meta:
        """A place in a document holds one statement."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "position"], name="statement_position_once")
        ]


class StatementName(models.Model):
    """One of the ids of the vulnerability that a statement is about, as weaknesses are named."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE)
    name = models.CharField(max_length=200, db_index=True)

    class Meta:
        """A statement names an id once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "name"], name="statement_name_once")
        ]
