//! Problems in words: what happened in this case, and the next step. Their titles stand in [`title`](crate::title).

mod detail;
mod next;

pub use detail::Detail;
pub use next::Next;
