//! Mailboxes that the hub fetches from, and their items.

use async_trait::async_trait;
use bindeledd_core::PartyId;
use bindeledd_core::contract::Item;
use bindeledd_engine::ports::{FetchedItem, ItemKey, ItemStep, MailboxName, Mailboxes, StoreError};
use jiff::Timestamp;

use crate::commands::fetched;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Mailboxes for SqliteStore {
    async fn cursor(&self, mailbox: &MailboxName) -> Result<Option<String>, StoreError> {
        let mailbox = mailbox.clone();
        self.read(move |db| fetched::cursor(db, &mailbox)).await
    }

    async fn put_listing(
        &self,
        mailbox: &MailboxName,
        items: &[Item],
        cursor: Option<&str>,
        strange: Option<&PartyId>,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let (mailbox, items, cursor) = (mailbox.clone(), items.to_vec(), cursor.map(ToOwned::to_owned));
        let strange = strange.cloned();
        self.write(move |tx| {
            if let Some(party) = &strange {
                fetched::tell(tx, Some(party), fetched::STRANGE_ENTRIES, now)?;
            }
            fetched::put_listing(tx, &mailbox, &items, cursor.as_deref(), now)
        })
        .await
    }

    async fn items(&self, mailbox: &MailboxName, now: Timestamp, limit: usize) -> Result<Vec<FetchedItem>, StoreError> {
        let mailbox = mailbox.clone();
        self.read(move |db| fetched::items(db, &mailbox, now, limit)).await
    }

    async fn open_items(&self, mailbox: &MailboxName, at_most: usize) -> Result<usize, StoreError> {
        let mailbox = mailbox.clone();
        self.read(move |db| fetched::how_many(db, &mailbox, at_most)).await
    }

    async fn item_due(&self, mailbox: &MailboxName, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mailbox = mailbox.clone();
        self.read(move |db| fetched::next_due(db, &mailbox, now)).await
    }

    async fn item_step(&self, item: &ItemKey, step: ItemStep, now: Timestamp) -> Result<bool, StoreError> {
        let item = item.clone();
        self.write(move |tx| fetched::step(tx, &item, &step, now)).await
    }
}
