//! The computations of a transparency log.
//!
//! Owns: leaf and node hashes and the proofs of RFC 6962, the coordinates of C2SP `tlog-tiles`, `signed-note` with
//! Ed25519, and `tlog-checkpoint`. Never reads a file, a socket, a clock or randomness, and does not know the content
//! of an entry. Start at [`tree`]; [`Tile`] locates hashes, and [`Checkpoint`] is signed.

mod checkpoint;
mod hash;
mod note;
mod tile;
pub mod tree;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash::{Hash, leaf, node};
pub use note::{NoteError, SigningKey, VerifyingKey, key_name};
pub use tile::{Kind, TILE_WIDTH, Tile, bundle, fold, hashes, tiles_of, unbundle};
