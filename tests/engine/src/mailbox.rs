//! A mailbox from which the hub fetches, as the scripted adapter sees it.

use bindeledd_core::contract::{InboxAnswer, InboxAsk, Item, Listing};

/// A letter in the mailbox.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Id of the letter in the mailbox.
    pub id: String,
    /// Sender that the transport names.
    pub sender: String,
    /// The letter's bytes; `None` if every fetch of the letter is refused for good.
    pub body: Option<Vec<u8>>,
    /// Number of times that the mailbox answers "later" before it returns the letter.
    pub later: u32,
}

impl Letter {
    /// Makes a letter with this document.
    pub fn new(id: &str, sender: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            id: id.into(),
            sender: sender.into(),
            body: Some(body.into()),
            later: 0,
        }
    }
}

/// The mailbox's items, and a record of the requests.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    pub(crate) letters: Vec<Letter>,
    /// Every fetch, in order.
    pub(crate) fetched: Vec<String>,
    /// Number of fetches after each listing, before the next one.
    pub(crate) fetched_by_listing: Vec<usize>,
    /// Items that were marked as read, in order.
    pub(crate) marked: Vec<String>,
    /// Declined items, with the code.
    pub(crate) declined: Vec<(String, String)>,
    /// Number of invalid entries in each listing.
    pub(crate) strange: usize,
}

impl Mailbox {
    pub(crate) fn answer(&mut self, what: &InboxAsk) -> InboxAnswer {
        match what {
            InboxAsk::List { .. } | InboxAsk::Listen { .. } => {
                self.fetched_by_listing.push(0);
                InboxAnswer::Listing(self.listing())
            }
            InboxAsk::Fetch(item) => {
                self.fetched.push(item.id.clone());
                if let Some(fetched) = self.fetched_by_listing.last_mut() {
                    *fetched += 1;
                }
                match self.letters.iter_mut().find(|letter| letter.id == item.id) {
                    None => InboxAnswer::Gone,
                    Some(letter) if letter.later > 0 => {
                        letter.later -= 1;
                        InboxAnswer::Later(None)
                    }
                    Some(letter) => match &letter.body {
                        Some(body) => InboxAnswer::Document {
                            media_type: "application/json".into(),
                            body: body.clone(),
                        },
                        None => InboxAnswer::Refused(bindeledd_core::contract::Refusal::new("no", "går ikke")),
                    },
                }
            }
            InboxAsk::Mark(item) => {
                self.marked.push(item.id.clone());
                self.letters.retain(|letter| letter.id != item.id);
                InboxAnswer::Done
            }
            InboxAsk::Decline { .. } | InboxAsk::Status(_) | InboxAsk::Receipt(_) => InboxAnswer::Done,
        }
    }

    fn listing(&self) -> Listing {
        let item = |letter: &Letter| Item {
            id: letter.id.clone(),
            sender: letter.sender.clone(),
            note: String::new(),
        };
        Listing {
            items: self.letters.iter().map(item).collect(),
            cursor: None,
            more: false,
            strange: self.strange,
        }
    }
}
