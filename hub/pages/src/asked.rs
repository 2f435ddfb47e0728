//! Values that a browser names by itself: its languages, and the page to come back to.

use axum::http::{HeaderMap, header};

/// Returns the first language that a browser asks for and the pages have. `known` reads the first part of a tag, in lower case.
pub(crate) fn asked_first<L>(headers: &HeaderMap, known: impl Fn(&str) -> Option<L>) -> Option<L> {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let tags = asked.unwrap_or_default().split(',').map(str::trim);
    tags.map(|tag| tag.split(['-', ';']).next().unwrap_or_default().to_ascii_lowercase())
        .find_map(|tag| known(&tag))
}

/// Returns the page to come back to: `raw` if it lies below one of these addresses, else the first of them.
pub(crate) fn onwards_below(raw: &str, firsts: &[&str]) -> String {
    let is_below = |first: &&str| {
        let rest = raw.strip_prefix(*first);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    let is_plain = raw.len() <= 2000 && raw.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    let is_own = is_plain && firsts.iter().any(is_below);
    if is_own {
        raw
    } else {
        firsts.first().copied().unwrap_or_default()
    }
    .to_owned()
}
