//! Documents and mailboxes that would set an adapter aside, or lose a message.
