//! Words of the own account, and the names of the roles.

use bindeledd_core::account::Role;

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) heading: &'static str,
    pub(crate) login: &'static str,
    pub(crate) roles: &'static str,
    pub(crate) language: &'static str,
    pub(crate) password: &'static str,
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
    pub(crate) help: fn(u32) -> String,
    pub(crate) again: &'static str,
    pub(crate) change: &'static str,
    pub(crate) change_text: &'static str,
    pub(crate) sessions: &'static str,
    pub(crate) began: &'static str,
    pub(crate) seen: &'static str,
    pub(crate) state: &'static str,
    pub(crate) act: &'static str,
    pub(crate) end: &'static str,
    pub(crate) everywhere: &'static str,
    pub(crate) this_one: &'static str,
    pub(crate) open: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) revoked: &'static str,
    pub(crate) disabled: &'static str,
    pub(crate) password_changed: &'static str,
    pub(crate) ended_at_issuer: &'static str,
    pub(crate) timed_out: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

/// Returns the name of a role.
pub(crate) const fn role(role: Role, lang: Lang) -> &'static str {
    match (role, lang) {
        (Role::Viewer, Lang::Bokmal) => "Leser",
        (Role::Viewer, Lang::English) => "Viewer",
        (Role::Operator, Lang::Bokmal) => "Operatør",
        (Role::Operator, Lang::English) => "Operator",
        (Role::Auditor, Lang::Bokmal) => "Revisor",
        (Role::Auditor, Lang::English) => "Auditor",
        (Role::Administrator, Lang::Bokmal) => "Administrator",
        (Role::Administrator, Lang::English) => "Administrator",
        (Role::MailboxUser, Lang::Bokmal) => "Postkassebruker",
        (Role::MailboxUser, Lang::English) => "Mailbox user",
        (Role::TeamLeader, Lang::Bokmal) => "Teamleder",
        (Role::TeamLeader, Lang::English) => "Team leader",
    }
}

static BOKMAL: Texts = Texts {
    heading: "Kontoen din",
    login: "Brukernavn",
    roles: "Roller",
    language: "Språk",
    password: "Bytt passord",
    old: "Passordet du har",
    new: "Nytt passord",
    help: |n| format!("Minst {n} tegn. En setning er lett å huske."),
    again: "Nytt passord en gang til",
    change: "Bytt passord",
    change_text: "Du logges ut alle andre steder.",
    sessions: "Her er du logget inn",
    began: "Logget inn",
    seen: "Sist brukt",
    state: "Tilstand",
    act: "Handling",
    end: "Logg ut",
    everywhere: "Logg ut alle steder",
    this_one: "Denne",
    open: "Åpen",
    signed_out: "Logget ut",
    revoked: "Avsluttet",
    disabled: "Kontoen ble stengt",
    password_changed: "Passordet ble byttet",
    ended_at_issuer: "Logget ut av innloggingstjenesten",
    timed_out: "For lenge ubrukt",
};

static ENGLISH: Texts = Texts {
    heading: "Your account",
    login: "User name",
    roles: "Roles",
    language: "Language",
    password: "Change the password",
    old: "The password you have",
    new: "New password",
    help: |n| format!("At least {n} characters. A sentence is easy to remember."),
    again: "The new password once more",
    change: "Change the password",
    change_text: "You are signed out everywhere else.",
    sessions: "You are signed in here",
    began: "Signed in",
    seen: "Last used",
    state: "State",
    act: "Act",
    end: "Sign out",
    everywhere: "Sign out everywhere",
    this_one: "This one",
    open: "Open",
    signed_out: "Signed out",
    revoked: "Ended",
    disabled: "The account was disabled",
    password_changed: "The password was changed",
    ended_at_issuer: "Signed out by the issuer",
    timed_out: "Unused for too long",
};
