//! Coordinates of hashes and entries: the tiles of C2SP `tlog-tiles`, 256 hashes wide and 8 levels high.

use crate::hash::{Hash, node};

/// Number of hashes or entries in a full tile.
pub const TILE_WIDTH: u64 = 256;
/// Number of tree levels in one tile.
const TILE_HEIGHT: u8 = 8;

/// The content of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Hashes of this tile level. Level 0 holds leaves; each level above has one hash for each full tile below.
    Hashes(u8),
    /// Entries.
    Entries,
}

/// The coordinates of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// Whether the tile contains hashes or entries.
    pub kind: Kind,
    /// Number of the tile, from the left.
    pub index: u64,
    /// Number of hashes or entries, from 1 to 256.
    pub width: u16,
}

impl Tile {
    /// Returns the tile's path, such as `tile/0/x001/x234/067` or `tile/entries/000.p/8`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = match self.kind {
            Kind::Hashes(level) => format!("tile/{level}/"),
            Kind::Entries => "tile/entries/".to_owned(),
        };
        let digits = self.index.to_string();
        let padded = format!("{:0>width$}", digits, width = digits.len().div_ceil(3) * 3);
        let groups = padded.len() / 3;
        for (i, group) in padded.as_bytes().chunks(3).enumerate() {
            if i + 1 < groups {
                path.push('x');
            }
            path.extend(group.iter().copied().map(char::from));
            if i + 1 < groups {
                path.push('/');
            }
        }
        if u64::from(self.width) < TILE_WIDTH {
            path.push_str(&format!(".p/{}", self.width));
        }
        path
    }

    /// Parses a path in exactly the form of [`Tile::path`].
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tile/")?;
        let (kind, rest) = rest.split_once('/')?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes(level.parse().ok().filter(|level| *level < 64)?),
        };
        let (place, width) = match rest.split_once(".p/") {
            Some((place, width)) => (place, width.parse().ok()?),
            None => (rest, 256),
        };
        let digits: String = place
            .split('/')
            .map(|part| part.strip_prefix('x').unwrap_or(part))
            .collect();
        let tile = Self {
            kind,
            index: digits.parse().ok()?,
            width,
        };
        ((1..=256).contains(&width) && tile.path() == path).then_some(tile)
    }

    /// Returns the number of the first entry below the tile, and the number after the last one.
    #[must_use]
    pub fn entries(&self) -> (u64, u64) {
        let level = match self.kind {
            Kind::Hashes(level) => u32::from(level),
            Kind::Entries => 0,
        };
        let of_one = 1_u64.checked_shl(u32::from(TILE_HEIGHT) * level).unwrap_or(u64::MAX);
        let start = self.index.saturating_mul(TILE_WIDTH);
        let end = start.saturating_add(self.width.into());
        (start.saturating_mul(of_one), end.saturating_mul(of_one))
    }
}

/// Returns every tile of a log of `size` entries, each kind from the left: entries, then hashes from below.
pub fn tiles_of(size: u64) -> impl Iterator<Item = Tile> {
    let of = move |kind: Kind, count: u64| {
        (0..count.div_ceil(TILE_WIDTH)).map(move |index| {
            let width = (count - index * TILE_WIDTH).min(TILE_WIDTH);
            Tile {
                kind,
                index,
                width: u16::try_from(width).unwrap_or(256),
            }
        })
    };
    let levels = (0..TILE_HEIGHT).map(move |level| (Kind::Hashes(level), size >> (u32::from(level) * 8)));
    std::iter::once((Kind::Entries, size))
        .chain(levels)
        .flat_map(move |(kind, count)| of(kind, count))
}

/// Returns the root of a complete subtree with these leaves, whose number is a power of two.
#[must_use]
pub fn fold(mut hashes: Vec<Hash>) -> Hash {
    while hashes.len() > 1 {
        hashes = hashes
            .chunks(2)
            .map(|pair| pair.get(1).map_or(pair[0], |right| node(&pair[0], right)))
            .collect();
    }
    hashes.pop().unwrap_or_else(Hash::of_nothing)
}

/// Parses the hashes in a tile's bytes.
#[must_use]
pub fn hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.iter().map(|hash| Hash(*hash)).collect())
}

/// Makes an entry bundle: each entry follows its length in two bytes. `None` if an entry is too long for two bytes.
#[must_use]
pub fn bundle<'e>(entries: impl IntoIterator<Item = &'e [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Some(bytes)
}

/// Returns the entries of a bundle. `None` if the bundle ends within an entry.
#[must_use]
pub fn unbundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        entries.push(entry);
        bytes = rest;
    }
    bytes.is_empty().then_some(entries)
}
