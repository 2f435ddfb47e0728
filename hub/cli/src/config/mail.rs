//! Rules between the keys of `[mail]`.

use bindeledd_gateway::mail::{is_loopback, is_sender};
use bindeledd_texts::cli::config::Config;

use super::problem::Problem;
use super::values::{Leaf, text};

/// Texts that may be empty: mail is optional.
pub(super) const MAY_BE_EMPTY: [&str; 5] = [
    "mail.host",
    "mail.from",
    "mail.username",
    "mail.password_file",
    "mail.where_to_look",
];

/// Kinds of connection to a mail server.
pub(super) const SECURITY: [&str; 3] = ["tls", "starttls", "none"];

/// Finds the problems of combinations of keys whose single values are valid.
pub(super) fn problems(leaves: &[Leaf], problems: &mut Vec<Problem>) {
    let find = |key: &str| leaves.iter().find(|leaf| leaf.key == key);
    let value = |key: &str| find(key).and_then(text).unwrap_or_default().trim();
    let mut wrong = |key: &str, what: Config, fix: Config| {
        problems.push(Problem {
            origin: find(key).map(|leaf| leaf.origin.clone()),
            ..Problem::of("BL-6003", key, what, fix)
        });
    };
    if value("mail.username").is_empty() != value("mail.password_file").is_empty() {
        let fix = Config::SetBoth;
        wrong("mail.username", Config::UserAndPassword, fix);
    }
    let host = value("mail.host");
    if host.is_empty() {
        return;
    }
    if !is_sender(value("mail.from")) {
        let fix = Config::WriteSender;
        wrong("mail.from", Config::NoSender, fix);
    }
    if value("mail.security") == "none" && !is_loopback(host) {
        let what = Config::MailInTheClear;
        wrong("mail.security", what, Config::WriteTls);
    }
}
