//! The API over real sockets, TLS and a real store.

mod alerts;
mod certificates;
mod documents;
mod fhir;
mod guard;
mod input;
mod leave;
mod matrix;
mod openapi;
mod participants;
mod protection;
mod requests;
mod search;
mod tokens;
mod users;
mod versions;
mod way;
