//! Everything that was shared about a participant, newest first.

use super::meg::Shared;
use super::meg_frame::{MegFrame, meg_page};
use crate::text::meg as text;

/// Everything that was shared, or a page of it.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: MegFrame,
    /// Disclosures, newest first.
    pub shared: Vec<Shared>,
    /// Address of the older ones, if there are more.
    pub older: Option<String>,
}

meg_page!("meg_shared.html");
