//! The API over real sockets, TLS and a real store.

mod documents;
mod input;
mod matrix;
mod way;
