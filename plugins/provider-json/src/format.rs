//! Names of the format, on the wire and in receipts.

/// The media type of this format.
pub const MEDIA_TYPE: &str = "application/vnd.bindeledd.leverandor+json";

/// Path for messages, unless the endpoint's settings name another path.
pub const DEFAULT_PATH: &str = "/bindeledd/meldinger";

/// Header with the message's id, so that a receiver can detect a repetition without opening the body.
pub const MESSAGE_HEADER: &str = "x-bindeledd-melding";

/// Scheme of the ids in receipts: the hub's own message ids.
pub const SCHEME: &str = "melding";
