//! Every code that a caller may be answered with.

use bindeledd_texts::{Phrase, title};

/// A code, the status that an answer with it has, and its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The code, which has a page in `docs/errors`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The title.
    pub title: Phrase,
}

/// Makes an entry. A code without a title does not compile.
const fn listed(code: &'static str, status: u16) -> Listed {
    let Some(title) = title::of(code) else { unreachable!() };
    Listed { code, status, title }
}

/// Every code that a caller may be answered with.
pub static CODES: [Listed; 91] = [
    listed("BL-1001", 422),
    listed("BL-1002", 422),
    listed("BL-1003", 422),
    listed("BL-1004", 422),
    listed("BL-1005", 422),
    listed("BL-1006", 422),
    listed("BL-1007", 422),
    listed("BL-1101", 401),
    listed("BL-1102", 403),
    listed("BL-1103", 413),
    listed("BL-1104", 422),
    listed("BL-1105", 429),
    listed("BL-1106", 409),
    listed("BL-1107", 404),
    listed("BL-1108", 409),
    listed("BL-1109", 503),
    listed("BL-1110", 408),
    listed("BL-1111", 504),
    listed("BL-1112", 415),
    listed("BL-1113", 401),
    listed("BL-1114", 401),
    listed("BL-1115", 503),
    listed("BL-1116", 401),
    listed("BL-1120", 403),
    listed("BL-1121", 401),
    listed("BL-1122", 401),
    listed("BL-1123", 503),
    listed("BL-1130", 429),
    listed("BL-1131", 503),
    listed("BL-1132", 507),
    listed("BL-1133", 429),
    listed("BL-1160", 422),
    listed("BL-1161", 409),
    listed("BL-1162", 409),
    listed("BL-1163", 409),
    listed("BL-1170", 403),
    listed("BL-1171", 403),
    listed("BL-1172", 403),
    listed("BL-1173", 409),
    listed("BL-1174", 409),
    listed("BL-1175", 409),
    listed("BL-1176", 403),
    listed("BL-1201", 409),
    listed("BL-1202", 409),
    listed("BL-1203", 410),
    listed("BL-1204", 422),
    listed("BL-1205", 500),
    listed("BL-2010", 422),
    listed("BL-2011", 409),
    listed("BL-2020", 422),
    listed("BL-3001", 500),
    listed("BL-3002", 422),
    listed("BL-3003", 422),
    listed("BL-3004", 422),
    listed("BL-3005", 503),
    listed("BL-3006", 503),
    listed("BL-3012", 422),
    listed("BL-3013", 422),
    listed("BL-3014", 422),
    listed("BL-3015", 422),
    listed("BL-3016", 422),
    listed("BL-3020", 429),
    listed("BL-3021", 422),
    listed("BL-3030", 422),
    listed("BL-3032", 503),
    listed("BL-3033", 415),
    listed("BL-3034", 422),
    listed("BL-3040", 404),
    listed("BL-3041", 409),
    listed("BL-3042", 409),
    listed("BL-3043", 409),
    listed("BL-3044", 409),
    listed("BL-3045", 409),
    listed("BL-3046", 422),
    listed("BL-3047", 507),
    listed("BL-3048", 422),
    listed("BL-3101", 422),
    listed("BL-4007", 404),
    listed("BL-4030", 422),
    listed("BL-4033", 404),
    listed("BL-4035", 409),
    listed("BL-5001", 507),
    listed("BL-5002", 503),
    listed("BL-5003", 500),
    listed("BL-5020", 503),
    listed("BL-5021", 503),
    listed("BL-5034", 503),
    listed("BL-5035", 503),
    listed("BL-5036", 503),
    listed("BL-6017", 409),
    listed("BL-6022", 403),
];

/// Returns the entry of a code; `None` if the list does not have the code.
#[must_use]
pub fn listed_code(code: &str) -> Option<&'static Listed> {
    CODES.iter().find(|listed| listed.code == code)
}
