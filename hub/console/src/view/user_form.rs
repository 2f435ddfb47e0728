//! Drift: the form of a new account, and the fields of roles.

use askama::Template;
use askama::filters::HtmlSafe;
use bindeledd_core::account::Role;

use super::hub::Nav;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{account, users as text};

/// The form of a new account. It posts `name`, `login`, `email`, `roles` for each role and `party` to
/// [`address::NEW_USER`](crate::address::NEW_USER).
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Name as typed.
    pub name: String,
    /// User name as typed.
    pub login: String,
    /// E-mail address as typed.
    pub email: String,
    /// Roles as chosen.
    pub roles: RolesForm,
    /// Faults.
    pub errors: Errors,
}

page!("user_form.html");

/// The fields of roles as chosen.
#[derive(Debug, Clone)]
pub struct RolesForm {
    /// Chosen roles.
    pub roles: Vec<Role>,
    /// Id of the chosen party; empty for none.
    pub party: String,
    /// Parties to choose from: id and label.
    pub parties: Vec<(String, Text)>,
}

impl RolesForm {
    /// Makes the fields.
    pub(crate) fn fields<'f>(&'f self, errors: &'f Errors, lang: Lang) -> RolesFields<'f> {
        RolesFields {
            form: self,
            errors,
            text: text::of(lang),
            lang,
        }
    }

    fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// The fields of roles.
#[derive(Template)]
#[template(path = "parts/roles.html")]
pub(crate) struct RolesFields<'f> {
    form: &'f RolesForm,
    errors: &'f Errors,
    text: &'static text::Texts,
    lang: Lang,
}

impl HtmlSafe for RolesFields<'_> {}

impl RolesFields<'_> {
    fn word(&self, role: Role) -> &'static str {
        account::role(role, self.lang)
    }
}
