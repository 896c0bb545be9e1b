"""Separation of duties as the database itself holds it: two people are not the same."""

from django.db.models import Q
from django.db.models.functions import Lower, Trim
from django.db.models.lookups import Exact


def different(one: str, other: str) -> Q:
    """Return the condition that two columns name different people, or that one of them names nobody.

    Names are compared without regard to case and outer spaces, as far as the database knows letters.
    """
    same = Q(Exact(Lower(Trim(one)), Lower(Trim(other))))
    return Q(**{one: ""}) | Q(**{other: ""}) | ~same
