//! Schemas without a type in the gateway: those of separately published documents, and of parties' names.
//!
//! The schemas of requests are derived in [`super::requests`]. The schemas of answers are derived in [`super::api`] and in the
//! handlers' files.

pub(crate) mod published;

/// The pattern of a party's name: its id in the hub, its organisation number or its HER-id.
pub(crate) const PARTY_NAME: &str = "^([a-z][a-z0-9-]{1,63}|org:[89][0-9]{8}|her:0*[1-9][0-9]{0,9})$";
