//! Roots and proofs (RFC 6962, RFC 9162 section 2.1), over subtrees that the caller stores.
//!
//! A reader `read(level, index)` returns the root of a complete subtree. Level 0 holds the leaves; the subtree `index`
//! of a level begins at the leaf `index << level`. Only complete subtrees are read.

use crate::hash::{Hash, node};

/// Returns the root of the first `size` leaves.
///
/// # Errors
/// The error of the reader.
pub fn root<E>(size: u64, read: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    if size == 0 {
        return Ok(Hash::of_nothing());
    }
    range(0, size, read)
}

/// Returns the inclusion proof: the hashes from leaf `index` up to the root of the first `size` leaves.
///
/// # Errors
/// The error of the reader.
pub fn inclusion<E>(index: u64, size: u64, read: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        let beside = if index < middle { (middle, end) } else { (start, middle) };
        proof.push(range(beside.0, beside.1, read)?);
        (start, end) = if index < middle { (start, middle) } else { (middle, end) };
    }
    proof.reverse();
    Ok(proof)
}

/// Returns the consistency proof: the hashes that prove that the first `old` leaves of `size` gave an earlier root.
///
/// # Errors
/// The error of the reader.
pub fn consistency<E>(old: u64, size: u64, read: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    if old == 0 || old >= size {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, size);
    // Whether the remaining part of the old tree is a subtree whose root the verifier already knows.
    let mut known = true;
    while end != old {
        let middle = start + split(end - start);
        if old <= middle {
            proof.push(range(middle, end, read)?);
            end = middle;
        } else {
            proof.push(range(start, middle, read)?);
            start = middle;
            known = false;
        }
    }
    if !known {
        proof.push(range(start, end, read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Returns whether `proof` leads from a leaf's hash at `index` to `root`, the root of `size` leaves.
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(beside, &hash);
            // A node without a sibling moves up unchanged.
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Returns whether `proof` proves that the log with `new_root` begins with the log with `old_root`.
#[must_use]
pub fn verify_consistency(old: u64, old_root: &Hash, size: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > size || (old == 0 && *old_root != Hash::of_nothing()) {
        return false;
    }
    if old == 0 || old == size {
        return proof.is_empty() && (old == 0 || old_root == new_root);
    }
    // If the old tree is one complete subtree, its root is the first hash, and the proof leaves it out.
    let whole = old.is_power_of_two();
    let (first, rest) = if whole {
        (*old_root, proof)
    } else {
        match proof.split_first() {
            Some((first, rest)) => (*first, rest),
            None => return false,
        }
    };
    let (mut at, mut last) = (old - 1, size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (first, first);
    for beside in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            from_old = node(beside, &from_old);
            from_new = node(beside, &from_new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node(&from_new, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

/// The right edge of a tree that grows leaf by leaf: its complete subtrees, the largest first.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Edge {
    /// Makes the edge of the first `size` leaves, from stored subtrees.
    ///
    /// # Errors
    /// The error of the reader.
    pub fn of<E>(size: u64, read: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Self, E> {
        let (mut subtrees, mut start) = (Vec::new(), 0);
        for level in (0..64_u8).rev().filter(|level| size >> level & 1 == 1) {
            subtrees.push(read(level, start >> level)?);
            start += 1 << level;
        }
        Ok(Self { size, subtrees })
    }

    /// Returns the number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds the hash of the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut size = self.size;
        while size & 1 == 1 {
            if let Some(left) = self.subtrees.pop() {
                hash = node(&left, &hash);
            }
            size >>= 1;
        }
        self.subtrees.push(hash);
        self.size += 1;
    }

    /// Returns the root of all leaves so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut from_right = self.subtrees.iter().rev().copied();
        let last = from_right.next().unwrap_or_else(Hash::of_nothing);
        from_right.fold(last, |right, left| node(&left, &right))
    }
}

fn range<E>(start: u64, end: u64, read: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    let size = end - start;
    if size.is_power_of_two() {
        // Sizes are split at powers of two, so that every subtree begins at a multiple of its own size.
        let level = u8::try_from(size.trailing_zeros()).unwrap_or(u8::MAX);
        return read(level, start >> level);
    }
    let middle = start + split(size);
    let left = range(start, middle, read)?;
    let right = range(middle, end, read)?;
    Ok(node(&left, &right))
}

/// Returns the largest power of two below `size`, which must be at least 2.
const fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}
