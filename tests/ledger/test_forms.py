"""The forms of the ledger: canonical JSON (RFC 8785) and the Merkle tree (RFC 6962)."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from milepost.ledger.canonical import Content, canonical
from milepost.ledger.merkle import EMPTY, Tree, root_of, unpacked


def test_names_are_sorted_as_utf_16() -> None:
    """The order of RFC 8785, 3.2.3: by UTF-16 code units, where an emoji stands before U+FB33."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(names, 1)))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": [1, True, None], "a": ""}, b'{"a":"","b":[1,true,null]}'),
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()),
        ("\u2028\x7f", '"\u2028\x7f"'.encode()),
    ],
)
def test_values_have_one_form(value: Content, expected: bytes) -> None:
    """Texts are escaped as little as RFC 8785, 3.2.2.2 allows; there is no space between tokens."""
    assert canonical(value) == expected


@pytest.mark.parametrize("value", [2**53 + 1, "\ud800"])
def test_what_is_not_exact_is_refused(value: Content) -> None:
    """A number beyond 2^53 and half a surrogate pair have no canonical form."""
    with pytest.raises(ValueError, match=r"exact|surrogates"):
        canonical(value)


def _leaf(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def test_the_tree_splits_at_the_largest_power_of_two() -> None:
    """Five leaves hash as ((1 2) (3 4)) 5, and none as the hash of nothing (RFC 6962, 2.1)."""
    one, two, three, four, five = (bytes([number]) for number in range(1, 6))
    left = _node(_node(_leaf(one), _leaf(two)), _node(_leaf(three), _leaf(four)))
    assert root_of([one, two, three, four, five]) == _node(left, _leaf(five))
    assert root_of([one]) == _leaf(one)
    assert root_of([]) == EMPTY == sha256(b"").digest()


@pytest.mark.parametrize("size", range(18))
def test_a_kept_tree_goes_on_as_if_it_had_never_stopped(size: int) -> None:
    """A tree that is packed and unpacked after some leaves has the same root after more."""
    leaves = [b"%d" % number for number in range(size + 5)]
    tree = Tree()
    for leaf in leaves[:size]:
        tree.grow(leaf)
    again = unpacked(tree.size, tree.packed())
    for leaf in leaves[size:]:
        again.grow(leaf)
    assert again.root == root_of(leaves)


@pytest.mark.samples
def test_the_published_vectors(samples: Path) -> None:
    """The roots are those of the vectors that the transparency logs use."""
    vectors = json.loads((samples / "craft" / "merkle_rfc6962_vectors.json").read_text())
    leaves = [bytes.fromhex(each) for each in vectors["leaves_hex"]]
    found = {str(size): root_of(leaves[:size]).hex() for size in range(len(leaves) + 1)}
    assert found == vectors["roots"]
