"""The events of the ledger, which the database itself lets nobody change, and where each chain stands."""

from typing import ClassVar

from django.db import models


class LedgerEvent(models.Model):
    """An event; `body` holds the very bytes that were hashed, the other columns repeat them for searching.

    Triggers of migration 0008 refuse every change and removal.
    """

    chain = models.CharField(max_length=60)
    seq = models.BigIntegerField()
    at = models.CharField(max_length=40)
    actor = models.CharField(max_length=200)
    via = models.CharField(max_length=20)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=500)
    body = models.BinaryField()
    prev = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        """Each place of a chain is taken once."""

        ordering: ClassVar = ["chain", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "seq"], name="ledger_place_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["chain", "subject"], name="ledger_subject")]


class LedgerHead(models.Model):
    """How far a chain goes: its size, the last event's time and hash, and the roots of its Merkle tree.

    It spares reading all events for each export; verification does not trust it.
    """

    chain = models.CharField(primary_key=True, max_length=60)
    size = models.BigIntegerField()
    at = models.CharField(max_length=40)
    hash = models.BinaryField()
    peaks = models.BinaryField()
