"""RFC 6962: known trees, and the properties every tree has."""

from hypothesis import given, settings, strategies as st

from khuevan.journal import merkle


# The eight leaves certificate transparency logs are tested with, and their roots.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree(leaves):
    """Nodes of a tree, recomputed from its leaf hashes at every question."""
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    return hashes, lambda level, index: merkle.root_of_complete(
        hashes[index << level : (index + 1) << level]
    )


def numbered(size):
    return tree([n.to_bytes(4, "big") for n in range(size)])


def test_the_empty_tree_has_the_hash_of_nothing():
    assert merkle.root(0, lambda level, index: b"").hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_known_leaves_give_known_roots():
    _, node = tree(LEAVES)
    assert [merkle.root(size, node).hex() for size in range(1, 9)] == ROOTS


def test_known_inclusion_proofs_are_given():
    _, node = tree(LEAVES)
    proof = [step.hex() for step in merkle.inclusion_proof(5, 8, node)]
    assert proof == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert merkle.inclusion_proof(0, 1, node) == []


def test_known_consistency_proofs_are_given():
    _, node = tree(LEAVES)
    proof = [step.hex() for step in merkle.consistency_proof(6, 8, node)]
    assert proof == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert merkle.consistency_proof(8, 8, node) == []


def test_folding_gives_every_root_on_the_way():
    folding = merkle.Folding()
    assert folding.root() == merkle.EMPTY_ROOT
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        folding.add(merkle.leaf_hash(leaf))
        assert folding.root().hex() == root


def test_every_leaf_of_every_small_size_proves():
    for size in range(1, 40):
        hashes, node = numbered(size)
        root = merkle.root(size, node)
        for index, leaf in enumerate(hashes):
            proof = merkle.inclusion_proof(index, size, node)
            assert merkle.includes(leaf, index, size, proof, root)
            assert not merkle.includes(leaf, index, size, [*proof, root], root)
            assert not proof or not merkle.includes(leaf, index, size, proof[1:], root)


def test_every_small_size_extends_every_smaller_one():
    for new in range(1, 40):
        _, node = numbered(new)
        roots = [merkle.root(size, node) for size in range(new + 1)]
        for old in range(new + 1):
            proof = merkle.consistency_proof(old, new, node)
            assert merkle.extends(old, roots[old], new, roots[new], proof)
            assert not merkle.extends(old, bytes(32), new, roots[new], proof)
            assert not merkle.extends(old, roots[old], new, bytes(32), proof) or not old


sizes = st.integers(2, 300)


@given(sizes, st.data())
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_of_a_proof_fails(size, data):
    hashes, node = numbered(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, node)
    parts = [hashes[index], *proof, merkle.root(size, node)]
    spoiled = flip(parts, data)
    assert merkle.includes(parts[0], index, size, parts[1:-1], parts[-1])
    assert not merkle.includes(spoiled[0], index, size, spoiled[1:-1], spoiled[-1])
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
    assert not merkle.includes(parts[0], other, size, parts[1:-1], parts[-1])


@given(sizes, st.data())
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_of_a_consistency_proof_fails(size, data):
    _, node = numbered(size)
    old = data.draw(st.integers(1, size - 1))
    proof = merkle.consistency_proof(old, size, node)
    parts = [merkle.root(old, node), *proof, merkle.root(size, node)]
    spoiled = flip(parts, data)
    assert merkle.extends(old, parts[0], size, parts[-1], parts[1:-1])
    assert not merkle.extends(old, spoiled[0], size, spoiled[-1], spoiled[1:-1])


def flip(parts, data):
    which = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    number = int.from_bytes(parts[which], "big") ^ 1 << bit
    return [*parts[:which], number.to_bytes(32, "big"), *parts[which + 1 :]]
