//! The cookies of the pages, and the token that a session's forms have.

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

/// The session's cookie. A browser sends and takes a cookie with this prefix only over TLS, only for the whole host that set it
/// (RFC 6265bis, section 4.1.3.2).
pub(crate) const SESSION: &str = "__Host-bindeledd";
/// The challenge between a password and a second factor.
pub(crate) const CHALLENGE: &str = "__Host-bindeledd-step";
/// The secret of a browser that signs in at an issuer.
pub(crate) const AT_ISSUER: &str = "__Host-bindeledd-issuer";
/// The session of a participant on their own page. It opens nothing of the console, and the console's opens nothing there.
pub(crate) const OWN: &str = "__Host-bindeledd-meg";
/// The language of a participant's own page.
pub(crate) const OWN_LANGUAGE: &str = "__Host-bindeledd-meg-lang";
/// The language.
pub(crate) const LANGUAGE: &str = "__Host-bindeledd-lang";

/// Seconds that a browser keeps a language.
const YEAR: u32 = 365 * 24 * 3600;

/// Makes the line that sets a cookie until the browser closes, or for `seconds`.
fn set(name: &str, value: &str, seconds: Option<u32>) -> Option<HeaderValue> {
    let age = seconds
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}")).ok()
}

/// Sets the session's cookie. The session itself ends in the store, so that the cookie needs no end of its own.
pub(crate) fn begin(token: &str) -> Option<HeaderValue> {
    set(SESSION, token, None)
}

/// Sets the cookie of a participant's session, until the browser closes.
pub(crate) fn begin_own(token: &str) -> Option<HeaderValue> {
    set(OWN, token, None)
}

/// Sets the language of a participant's own page, until the browser closes: on a shared machine it is nobody's trace.
pub(crate) fn own_language(tag: &str) -> Option<HeaderValue> {
    set(OWN_LANGUAGE, tag, None)
}

/// Returns a value that stands for something in one session alone. Elsewhere it tells nothing.
pub(crate) fn handle(session: &str, about: &str) -> String {
    let mut whole = made(session, &format!("handle {about}"));
    whole.truncate(22);
    whole
}

/// Sets the cookie of a sign-in that waits for a second factor.
pub(crate) fn challenge(token: &str) -> Option<HeaderValue> {
    set(CHALLENGE, token, Some(300))
}

/// Sets the cookie of a browser that signs in at an issuer.
pub(crate) fn at_issuer(secret: &str) -> Option<HeaderValue> {
    set(AT_ISSUER, secret, Some(600))
}

/// Sets the language's cookie.
pub(crate) fn language(tag: &str) -> Option<HeaderValue> {
    set(LANGUAGE, tag, Some(YEAR))
}

/// Removes a cookie.
pub(crate) fn end(name: &str) -> Option<HeaderValue> {
    set(name, "", Some(0))
}

/// Returns the token of a session's forms. Only the session's own pages can know it, since it is made from the session's token.
pub(crate) fn form_token(session: &str) -> String {
    made(session, "form")
}

/// Returns whether a form has its session's token.
pub(crate) fn is_own_form(session: &str, shown: &str) -> bool {
    is_made(session, "form", shown)
}

/// Returns the proof that the page of a set-up link was shown in a browser. Only that page can know it, since it is made from the
/// browser's secret.
pub(crate) fn link_proof(browser: &str, link: &str) -> String {
    made(browser, &format!("link {link}"))
}

/// Returns whether the page of a set-up link was shown in this browser.
pub(crate) fn is_link_shown(browser: &str, link: &str, proof: &str) -> bool {
    is_made(browser, &format!("link {link}"), proof)
}

fn made(secret: &str, about: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, about.as_bytes()))
}

fn is_made(secret: &str, about: &str, shown: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let shown = URL_SAFE_NO_PAD.decode(shown).unwrap_or_default();
    hmac::verify(&key, about.as_bytes(), &shown).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_belongs_to_one_session() {
        let token = form_token("one");
        assert!(is_own_form("one", &token));
        assert!(!is_own_form("two", &token) && !is_own_form("one", "") && !is_own_form("one", &token[1..]));
    }

    #[test]
    fn a_proof_belongs_to_one_browser_and_one_link() {
        let proof = link_proof("one", "a");
        assert!(is_link_shown("one", "a", &proof));
        assert!(!is_link_shown("two", "a", &proof) && !is_link_shown("one", "b", &proof));
        assert!(!is_link_shown("one", "a", "") && !is_link_shown("one", "a", &form_token("one")));
    }

    #[test]
    fn a_cookie_is_for_this_host_over_tls_and_no_script_reads_it() {
        let line = begin("abc").unwrap();
        assert_eq!(line, "__Host-bindeledd=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
        assert!(end(SESSION).unwrap().to_str().unwrap().ends_with("; Max-Age=0"));
        assert!(begin("a\nb").is_none());
    }
}
