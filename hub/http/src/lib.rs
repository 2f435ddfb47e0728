//! The web layer that the API and the pages stand on: callers, limits, problems, routes and the listening sockets.
//!
//! Owns: identifying a caller (keys, tokens, certificates), rates and shares, problem+json, reading queries and bodies, the row of
//! a route ([`Route`]) with its authorisation, the steps of OpenID Connect, and the server (TLS, places for connections, proxies). Never has a route of its
//! own, fetches anything by itself, decides about consent, names SQL or wasmtime, or logs a body, a key or a path with an id in
//! it. Start at [`Web::router`]; a request goes through `web.rs`, `serve`.

mod address_range;
mod admit;
mod api_keys;
mod body;
mod call;
mod caller;
pub mod certificate;
mod client_certificate;
mod counted;
mod credential;
mod identify;
pub mod jose;
pub mod json;
mod limits;
pub mod matrix;
mod network;
mod openid;
mod pages;
mod parameter;
mod path;
mod problem;
mod query;
mod route;
pub mod server;
mod token;
mod traffic;
mod unread;
mod web;

pub use address_range::AddressRange;
pub use api_keys::{ApiKeys, KnownKey, format_key, make_key, read_key, read_watcher_key};
pub use call::Call;
pub use caller::Caller;
pub use client_certificate::{CertificateClient, KnownBy};
pub use identify::Callers;
pub use limits::{Limits, Rate, Shares};
pub use openid::{
    Audience, Begun, Code, CodeAnswer, CodeExchange, ConsoleIssuer, ExchangeError, Finished, LoggedOut, LogoutFault,
    Onwards, OpenId, OpenIdFault, Strong,
};
pub use pages::PageCall;
pub use parameter::{LIMIT, Parameter};
pub use path::PathValue;
pub use problem::{CODES, Listed, Problem, ProblemJson, chain, listed_code};
pub use query::{Page, Query, whole};
pub use route::{Access, Answer, Answering, Body, BodyLimit, Content, Contents, Handler, Route, SchemaOf, Verb};
pub use server::{Server, ServerError, ServerOptions};
pub use token::{Fetch, IssuerOptions, Issuers, PartyBy};
pub use traffic::{Kind, Served, Traffic};
pub use web::{Options, Web, accepted_language};
