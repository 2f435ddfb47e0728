//! Readers' views: lists, disclosures, a participant's own copy.

pub(crate) mod disclosure;
pub(crate) mod messages;
pub(crate) mod subject;
