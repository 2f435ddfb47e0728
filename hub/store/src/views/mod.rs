//! Views for readers: lists, disclosures, and a participant's copy of all data.

pub(crate) mod audit;
pub(crate) mod disclosure;
pub(crate) mod flow;
pub(crate) mod glance;
pub(crate) mod messages;
pub(crate) mod question;
pub(crate) mod search;
pub(crate) mod selection;
pub(crate) mod subject;
pub(crate) mod timeline;
