//! Every code that a caller may be answered with.

/// A code, the status that an answer with it has, and its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The code, which has a page in `docs/errors`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The title.
    pub title: &'static str,
}

const fn listed(code: &'static str, status: u16, title: &'static str) -> Listed {
    Listed { code, status, title }
}

/// Every code that a caller may be answered with.
pub const CODES: [Listed; 56] = [
    listed("BL-1001", 422, "The document can not be read"),
    listed("BL-1002", 422, "A field is missing"),
    listed("BL-1003", 422, "A field is not known"),
    listed("BL-1004", 422, "A field is not right"),
    listed("BL-1005", 422, "A code is not known"),
    listed("BL-1006", 422, "It has what is never sent"),
    listed("BL-1007", 422, "A free text has what does not belong in it"),
    listed("BL-1101", 401, "Nobody is known by that key"),
    listed("BL-1102", 403, "Not yours to ask for"),
    listed("BL-1103", 413, "Too large"),
    listed("BL-1104", 422, "An unknown party is named"),
    listed("BL-1105", 429, "Too many requests"),
    listed("BL-1106", 409, "The reference was used before"),
    listed("BL-1107", 404, "There is no such thing"),
    listed("BL-1108", 409, "It clashes with what is there"),
    listed("BL-1109", 503, "The hub is busy"),
    listed("BL-1110", 408, "The request did not come in time"),
    listed("BL-1111", 504, "The answer took too long"),
    listed("BL-1112", 415, "The body is compressed"),
    listed("BL-1113", 401, "The token is not taken"),
    listed("BL-1114", 401, "Nobody is known by that certificate"),
    listed("BL-1115", 503, "The token can not be checked"),
    listed("BL-1120", 403, "The operator has a listener of its own"),
    listed("BL-1121", 401, "The certificate is not good any longer"),
    listed("BL-1122", 401, "More than one party could be meant"),
    listed("BL-1123", 503, "The proof can not be told from an earlier one"),
    listed("BL-1130", 429, "Too many bytes under way"),
    listed("BL-1131", 503, "Not ready"),
    listed("BL-1132", 507, "Too much is stored"),
    listed("BL-1133", 429, "Too many messages go to nobody"),
    listed("BL-1160", 422, "Nothing would be corrected"),
    listed("BL-2010", 422, "The consent is dated ahead"),
    listed("BL-2011", 409, "The consent was erased"),
    listed("BL-2020", 422, "No evidence of the sender's word"),
    listed("BL-3001", 500, "The adapter is not configured"),
    listed("BL-3002", 422, "The adapter stopped with a fault"),
    listed("BL-3003", 422, "The adapter went over its limit"),
    listed("BL-3004", 422, "The adapter broke its contract"),
    listed("BL-3005", 503, "The adapter was set aside"),
    listed("BL-3006", 503, "Every place for adapters is taken"),
    listed("BL-3020", 429, "Documents of this sender wait"),
    listed("BL-3030", 422, "The adapter read what it does not declare"),
    listed("BL-3101", 422, "The adapter refused the document"),
    listed("BL-4007", 404, "Nothing to acknowledge"),
    listed("BL-4030", 422, "The machine's clock is not right"),
    listed("BL-4033", 404, "It is not with a person"),
    listed("BL-5001", 507, "The store is full"),
    listed("BL-5002", 503, "The store is not available"),
    listed("BL-5003", 500, "The store is damaged"),
    listed("BL-5020", 503, "The audit log is not what was written"),
    listed("BL-5021", 503, "A participant's ledger is not what was registered"),
    listed("BL-5034", 503, "It was done, and is not witnessed yet"),
    listed("BL-5035", 503, "It may have been done"),
    listed("BL-5036", 503, "It was done, and something is still on its way"),
    listed("BL-6017", 409, "The master key can not be changed now"),
    listed("BL-6022", 403, "The party is suspended"),
];

/// Returns the entry of a code; `None` if the list does not have the code.
#[must_use]
pub fn listed_code(code: &str) -> Option<&'static Listed> {
    CODES.iter().find(|listed| listed.code == code)
}
