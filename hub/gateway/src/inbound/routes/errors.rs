//! Error codes that several routes share.

pub(super) const INPUT: &[&str] = &[
    "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1006", "BL-1007", "BL-1103", "BL-1104", "BL-1106",
    "BL-1108", "BL-1132", "BL-1133", "BL-1160", "BL-4030",
];
pub(super) const READ: &[&str] = &["BL-1004", "BL-1107"];
pub(super) const QUERY: &[&str] = &["BL-1003", "BL-1004", "BL-1005", "BL-1104"];
pub(super) const INPUT_AND_QUERY: &[&str] = &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005"];
pub(super) const REGISTER: &[&str] = &[
    "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1103", "BL-1104", "BL-1107", "BL-1108", "BL-2010",
    "BL-2011",
];
pub(super) const CONFIRM: &[&str] = &[
    "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1103", "BL-1104", "BL-1107", "BL-2020", "BL-5021",
];
pub(super) const CONSENT: &[&str] = &[
    "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1103", "BL-1104", "BL-1107", "BL-1108", "BL-5021",
];
