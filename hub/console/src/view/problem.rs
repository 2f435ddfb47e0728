//! Pages that say what went wrong: what happened, why, and what to do.

use askama::Template;

use super::written;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{common, problem as text};
use crate::write::Write;

/// The cause of an error page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// There is no such page, or nothing with that id.
    NotFound,
    /// The person's role does not include the page or the act.
    NoRight,
    /// The session is over.
    SessionOver,
    /// The form's token is not the session's.
    FormOld,
    /// The store does not answer.
    StoreAway,
    /// There were too many attempts in a short time.
    TooMany,
    /// The hub can not take the request as it is.
    Refused,
    /// The hub failed.
    Failed,
    /// A one-time link was used, or is too old.
    LinkOver,
    /// An issuer does not answer.
    IssuerAway,
    /// An issuer refused, or the person gave up there.
    IssuerRefused,
    /// The answer of an issuer belongs to no sign-in of this browser.
    IssuerAnswer,
    /// No account has the person's identity at the issuer.
    NoAccount,
    /// The sign-in at the issuer is weaker or older than the hub requires.
    SignInTooWeak,
    /// Another account has the person's identity at the issuer.
    IdentityTaken,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 15] = [
        Self::NotFound,
        Self::NoRight,
        Self::SessionOver,
        Self::FormOld,
        Self::StoreAway,
        Self::TooMany,
        Self::Refused,
        Self::Failed,
        Self::LinkOver,
        Self::IssuerAway,
        Self::IssuerRefused,
        Self::IssuerAnswer,
        Self::NoAccount,
        Self::SignInTooWeak,
        Self::IdentityTaken,
    ];

    /// Returns whether the person goes on by signing in.
    #[must_use]
    pub const fn leads_to_sign_in(self) -> bool {
        match self {
            Self::SessionOver
            | Self::LinkOver
            | Self::IssuerAway
            | Self::IssuerRefused
            | Self::IssuerAnswer
            | Self::NoAccount
            | Self::SignInTooWeak
            | Self::IdentityTaken => true,
            Self::NotFound
            | Self::NoRight
            | Self::FormOld
            | Self::StoreAway
            | Self::TooMany
            | Self::Refused
            | Self::Failed => false,
        }
    }
}

/// An error page.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Cause.
    pub cause: Cause,
    /// Code of the error, such as `BL-6001`.
    pub code: Option<Text>,
    /// Address to go on to: sign-in after a session's end, the same page after a failure.
    pub onwards: Option<String>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    write: Write,
    view: &'v View,
    page: &'static text::Page,
    button: &'static str,
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    let text = text::of(lang);
    let page = match view.cause {
        Cause::NotFound => &text.not_found,
        Cause::NoRight => &text.no_right,
        Cause::SessionOver => &text.session_over,
        Cause::FormOld => &text.form_old,
        Cause::StoreAway => &text.store_away,
        Cause::TooMany => &text.too_many,
        Cause::Refused => &text.refused,
        Cause::Failed => &text.failed,
        Cause::LinkOver => &text.link_over,
        Cause::IssuerAway => &text.issuer_away,
        Cause::IssuerRefused => &text.issuer_refused,
        Cause::IssuerAnswer => &text.issuer_answer,
        Cause::NoAccount => &text.no_account,
        Cause::SignInTooWeak => &text.sign_in_too_weak,
        Cause::IdentityTaken => &text.identity_taken,
    };
    let button = if view.cause.leads_to_sign_in() {
        text.sign_in_again
    } else {
        text.try_again
    };
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text,
        write: Write::new(lang, view.frame.now),
        view,
        page,
        button,
    })
}
