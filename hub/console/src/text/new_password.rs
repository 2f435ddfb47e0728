//! Words of the page behind a set-up link.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) about: &'static str,
    pub(crate) motto: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) for_login: fn(&str) -> String,
    pub(crate) first: &'static str,
    pub(crate) login: &'static str,
    pub(crate) login_help: &'static str,
    pub(crate) name: &'static str,
    pub(crate) password: &'static str,
    pub(crate) help: fn(u32) -> String,
    pub(crate) again: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) once: &'static str,
    pub(crate) or: &'static str,
    pub(crate) instead: fn(&str) -> String,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

static BOKMAL: Texts = Texts {
    about: "Om Bindeledd",
    motto: "Arbeid og behandling, samtidig. Med samtykke, melding for melding.",
    heading: "Velg passord",
    for_login: |login| format!("Du får brukernavnet {login}."),
    first: "Du lager den første kontoen. Den kan gi andre tilgang, og drifte til det er gjort.",
    login: "Brukernavn",
    login_help: "3 til 64 tegn: a til z, tall og . _ - @ +",
    name: "Navnet ditt",
    password: "Nytt passord",
    help: |n| format!("Minst {n} tegn. En setning er lett å huske."),
    again: "Passordet en gang til",
    go_on: "Lagre og fortsett",
    once: "Lenken virker én gang.",
    or: "eller uten passord",
    instead: |issuer| format!("Logg inn med {issuer}"),
};

static ENGLISH: Texts = Texts {
    about: "About Bindeledd",
    motto: "Work and treatment, together. With consent, message by message.",
    heading: "Choose a password",
    for_login: |login| format!("Your user name is {login}."),
    first: "You make the first account. It can give access to others, and operate until that is done.",
    login: "User name",
    login_help: "3 to 64 characters: a to z, digits and . _ - @ +",
    name: "Your name",
    password: "New password",
    help: |n| format!("At least {n} characters. A sentence is easy to remember."),
    again: "The password once more",
    go_on: "Save and continue",
    once: "The link works once.",
    or: "or without a password",
    instead: |issuer| format!("Sign in with {issuer}"),
};
