//! The tree against an implementation that follows RFC 6962 word for word, and against published vectors.

#![expect(clippy::unwrap_used, reason = "tests")]

use bindeledd_tlog::tree::{Edge, consistency, inclusion, root, verify_consistency, verify_inclusion};
use bindeledd_tlog::{Hash, Kind, TILE_WIDTH, Tile, bundle, fold, hashes, leaf, node, tiles_of, unbundle};
use proptest::prelude::*;

/// The function `MTH` of RFC 6962, section 2.1: the root of these entries.
fn naive_root(entries: &[Vec<u8>]) -> Hash {
    match entries {
        [] => Hash::of_nothing(),
        [one] => leaf(one),
        _ => {
            let k = naive_split(entries.len());
            node(&naive_root(&entries[..k]), &naive_root(&entries[k..]))
        }
    }
}

/// The largest power of two smaller than `n`.
fn naive_split(n: usize) -> usize {
    (0..).map(|i| 1 << i).take_while(|k| *k < n).last().unwrap()
}

/// The function `PATH` of RFC 6962, section 2.1.1: the inclusion proof of entry `m`.
fn naive_path(m: usize, entries: &[Vec<u8>]) -> Vec<Hash> {
    if entries.len() == 1 {
        return Vec::new();
    }
    let k = naive_split(entries.len());
    let (mut path, beside) = if m < k {
        (naive_path(m, &entries[..k]), naive_root(&entries[k..]))
    } else {
        (naive_path(m - k, &entries[k..]), naive_root(&entries[..k]))
    };
    path.push(beside);
    path
}

/// The function `SUBPROOF` of RFC 6962, section 2.1.2: the consistency proof for the first `m` entries.
fn naive_subproof(m: usize, entries: &[Vec<u8>], known: bool) -> Vec<Hash> {
    if m == entries.len() {
        return if known { Vec::new() } else { vec![naive_root(entries)] };
    }
    let k = naive_split(entries.len());
    let (mut proof, beside) = if m <= k {
        (naive_subproof(m, &entries[..k], known), naive_root(&entries[k..]))
    } else {
        (naive_subproof(m - k, &entries[k..], false), naive_root(&entries[..k]))
    };
    proof.push(beside);
    proof
}

fn entries(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|i| format!("entry {i}").into_bytes()).collect()
}

/// Returns a reader of complete subtrees, which computes each subtree from the entries.
fn subtrees(entries: &[Vec<u8>]) -> impl FnMut(u8, u64) -> Result<Hash, std::convert::Infallible> + '_ {
    move |level, index| {
        let size = 1_usize << level;
        let start = usize::try_from(index).unwrap() * size;
        Ok(fold(entries[start..start + size].iter().map(|e| leaf(e)).collect()))
    }
}

fn long(n: usize) -> u64 {
    u64::try_from(n).unwrap()
}

#[test]
fn roots_are_those_that_were_published_for_certificate_transparency() {
    let inputs: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b" !",
        b"01",
        b"@ABC",
        b"PQRSTUVW",
        b"`abcdefghijklmno",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let entries: Vec<Vec<u8>> = inputs.iter().map(|i| i.to_vec()).collect();
    let mut edge = Edge::default();
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(edge.root().to_string(), nothing);
    assert_eq!(root(0, &mut subtrees(&entries)).unwrap().to_string(), nothing);
    for (n, expected) in roots.iter().enumerate() {
        edge.push(leaf(&entries[n]));
        assert_eq!(edge.root().to_string(), *expected, "{}", n + 1);
        assert_eq!(root(long(n + 1), &mut subtrees(&entries)).unwrap(), edge.root());
    }
    // RFC 6962 has no figures of its own; these proofs are from the tests of its reference implementation.
    let path = |m: usize, n: usize| inclusion(long(m), long(n), &mut subtrees(&entries)).unwrap();
    assert_eq!(
        path(0, 8)[0].to_string(),
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    );
    assert_eq!(
        path(0, 8)[1].to_string(),
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
    );
    assert_eq!(
        path(0, 8)[2].to_string(),
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
    );
}

#[test]
fn a_small_tree_is_the_naive_one_in_every_place() {
    for n in 1..=40 {
        let entries = entries(n);
        let root_of = |m: usize| naive_root(&entries[..m]);
        for m in 0..n {
            let proof = inclusion(long(m), long(n), &mut subtrees(&entries)).unwrap();
            assert_eq!(proof, naive_path(m, &entries), "{m} of {n}");
            assert!(verify_inclusion(
                &leaf(&entries[m]),
                long(m),
                long(n),
                &proof,
                &root_of(n)
            ));
            let other = (m + 1) % n;
            assert!(n == 1 || !verify_inclusion(&leaf(&entries[m]), long(other), long(n), &proof, &root_of(n)));
        }
        for m in 0..=n {
            let proof = consistency(long(m), long(n), &mut subtrees(&entries)).unwrap();
            if m > 0 {
                assert_eq!(proof, naive_subproof(m, &entries, true), "{m} of {n}");
            }
            assert!(
                verify_consistency(long(m), &root_of(m), long(n), &root_of(n), &proof),
                "{m} of {n}"
            );
            assert!(!verify_consistency(long(m), &leaf(b"x"), long(n), &root_of(n), &proof));
            assert!(m == 0 || !verify_consistency(long(m), &root_of(m), long(n), &leaf(b"x"), &proof));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn proofs_of_a_larger_tree_hold_and_no_changed_one_does(
        n in 1_usize..1500, m in any::<prop::sample::Index>(), hash in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let entries = entries(n);
        let m = m.index(n);
        let whole = naive_root(&entries);
        let mut edge = Edge::default();
        entries.iter().for_each(|e| edge.push(leaf(e)));
        prop_assert_eq!(edge.root(), whole);
        prop_assert_eq!(root(long(n), &mut subtrees(&entries)).unwrap(), whole);
        let flip = |proof: &[Hash]| {
            let mut changed = proof.to_vec();
            let at = hash.index(changed.len());
            changed[at].0[bit / 8] ^= 1 << (bit % 8);
            changed
        };
        let of_leaf = leaf(&entries[m]);
        let proof = inclusion(long(m), long(n), &mut subtrees(&entries)).unwrap();
        prop_assert_eq!(&proof, &naive_path(m, &entries));
        prop_assert!(verify_inclusion(&of_leaf, long(m), long(n), &proof, &whole));
        prop_assert!(!verify_inclusion(&leaf(b"another"), long(m), long(n), &proof, &whole));
        if !proof.is_empty() {
            prop_assert!(!verify_inclusion(&of_leaf, long(m), long(n), &flip(&proof), &whole));
            prop_assert!(!verify_inclusion(&of_leaf, long(m), long(n), &proof[1..], &whole));
        }
        let mut longer = proof;
        longer.push(whole);
        prop_assert!(!verify_inclusion(&of_leaf, long(m), long(n), &longer, &whole));

        let old = m + 1;
        let old_root = naive_root(&entries[..old]);
        let proof = consistency(long(old), long(n), &mut subtrees(&entries)).unwrap();
        prop_assert_eq!(&proof, &naive_subproof(old, &entries, true));
        prop_assert!(verify_consistency(long(old), &old_root, long(n), &whole, &proof));
        if !proof.is_empty() {
            prop_assert!(!verify_consistency(long(old), &old_root, long(n), &whole, &flip(&proof)));
            prop_assert!(!verify_consistency(long(old), &old_root, long(n), &whole, &proof[1..]));
        }
    }

    #[test]
    fn a_path_is_read_as_it_was_written(level in 0_u8..8, index in 0_u64..1 << 40, width in 1_u16..=256, is_entries: bool) {
        let kind = if is_entries { Kind::Entries } else { Kind::Hashes(level) };
        let tile = Tile { kind, index, width };
        prop_assert_eq!(Tile::parse(&tile.path()), Some(tile));
    }

    #[test]
    fn a_bundle_is_read_as_it_was_written(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20)) {
        let bytes = bundle(entries.iter().map(Vec::as_slice)).unwrap();
        prop_assert_eq!(unbundle(&bytes).unwrap(), entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        if !bytes.is_empty() {
            prop_assert!(unbundle(&bytes[..bytes.len() - 1]).is_none_or(|e| e.len() < entries.len()));
        }
    }
}

#[test]
fn tiles_have_the_paths_and_numbers_of_the_specification() {
    let tile = |kind, index, width| Tile { kind, index, width };
    assert_eq!(tile(Kind::Hashes(0), 1_234_067, 256).path(), "tile/0/x001/x234/067");
    assert_eq!(tile(Kind::Hashes(3), 0, 5).path(), "tile/3/000.p/5");
    assert_eq!(tile(Kind::Entries, 999, 256).path(), "tile/entries/999");
    assert_eq!(tile(Kind::Entries, 1000, 1).path(), "tile/entries/x001/000.p/1");
    for wrong in [
        "tile/0/67",
        "tile/0/x067",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/00/000",
        "tile/0/x000/001",
        "tile/entries/../000",
        "tile/-1/000",
        "0/000",
        "tile/0/+01",
    ] {
        assert_eq!(Tile::parse(wrong), None, "{wrong}");
    }
    // The example of the specification has 70,000 entries.
    let tiles: Vec<_> = tiles_of(70_000).collect();
    let of = |level| {
        let of_level = tiles.iter().filter(|t| t.kind == Kind::Hashes(level));
        let (full, partial): (Vec<&Tile>, Vec<&Tile>) = of_level.partition(|t| u64::from(t.width) == TILE_WIDTH);
        (full.len(), partial.iter().map(|t| t.path()).collect::<Vec<_>>())
    };
    assert_eq!(of(0), (273, vec!["tile/0/273.p/112".to_owned()]));
    assert_eq!(of(1), (1, vec!["tile/1/001.p/17".to_owned()]));
    assert_eq!(of(2), (0, vec!["tile/2/000.p/1".to_owned()]));
    assert_eq!(of(3), (0, Vec::new()));
    assert_eq!(tile(Kind::Hashes(1), 1, 17).entries(), (65_536, 69_888));
    assert_eq!(hashes(&[0; 33]), None);
}
