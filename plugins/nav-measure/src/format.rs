//! Names of the format, on the wire and in receipts.

/// Media type of written documents: Nav's own document with the text for a person beside it.
pub const MEDIA_TYPE: &str = "application/vnd.bindeledd.nav+json";

/// Version of the wrapping, in its field `format`.
pub const FORMAT: &str = "bindeledd/nav/1";

/// Path for documents, unless the endpoint's settings name another path.
pub const DEFAULT_PATH: &str = "/bindeledd/nav";

/// Scheme of the ids in Nav's answers: ids of proposals, cards and dialog messages.
pub const SCHEME: &str = "msgid";

/// Scheme of the ids by which Nav detects repetitions of an activity card (`messageId`).
pub const CARD_MESSAGE_SCHEME: &str = "nav-melding";
