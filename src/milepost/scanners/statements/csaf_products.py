"""The product tree of a CSAF document: products by id, what identifies them, what they are part of."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec


class Helper(msgspec.Struct):
    """What identifies a product beside its name."""

    purl: str | None = None
    cpe: str | None = None


class Product(msgspec.Struct):
    """A product by id and name."""

    product_id: str
    name: str | None = None
    product_identification_helper: Helper | None = None


class Branch(msgspec.Struct):
    """A part of the tree: vendor, product name, version."""

    branches: "list[Branch] | None" = None
    product: Product | None = None


class Relationship(msgspec.Struct):
    """A product that is part of another one, together known by an id of their own."""

    full_product_name: Product
    product_reference: str | None = None
    relates_to_product_reference: str | None = None


class Group(msgspec.Struct):
    """Several products under one id."""

    group_id: str
    product_ids: list[str] | None = None


class ProductTree(msgspec.Struct):
    """All products of a document."""

    branches: list[Branch] | None = None
    full_product_names: list[Product] | None = None
    relationships: list[Relationship] | None = None
    product_groups: list[Group] | None = None


class _Placed(NamedTuple):
    product: str
    component: str


class Products:
    """The products of a document by their ids."""

    def __init__(self, tree: ProductTree) -> None:
        """Walk through the tree once."""
        self._named = {each.product_id: _identifier(each) for each in _every(tree)}
        self._placed = {
            each.full_product_name.product_id: _Placed(
                self._named.get(each.relates_to_product_reference or "", ""),
                self._named.get(each.product_reference or "", ""),
            )
            for each in tree.relationships or []
        }
        self._groups = {each.group_id: set(each.product_ids or []) for each in tree.product_groups or []}

    def of(self, product_id: str) -> tuple[str, str]:
        """Return what identifies a product, and the component in it where the id means one."""
        return self._placed.get(product_id) or _Placed(self._named.get(product_id, ""), "")

    def concerns(self, product_id: str, products: list[str] | None, groups: list[str] | None) -> bool:
        """Tell whether something said of products and groups is said of this product; without any, of all."""
        if products is None and groups is None:
            return True
        in_group = any(product_id in self._groups.get(group, ()) for group in groups or [])
        return in_group or product_id in (products or [])


def _every(tree: ProductTree) -> Iterator[Product]:
    yield from tree.full_product_names or []
    waiting = list(tree.branches or [])
    while waiting:
        branch = waiting.pop()
        waiting += branch.branches or []
        if branch.product is not None:
            yield branch.product


def _identifier(product: Product) -> str:
    helper = product.product_identification_helper or Helper()
    return helper.purl or helper.cpe or product.name or product.product_id
