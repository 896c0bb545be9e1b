"""The small data files that stand beside the rules: facts with their source, read once."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

T = TypeVar("T")


@cache
def table(package: str, name: str, shape: type[T]) -> T:
    """Return a data file of a package in the shape that its rules work with.

    Raises:
        msgspec.ValidationError: the file does not have that shape, which is a fault of Milepost.
    """
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), shape)
