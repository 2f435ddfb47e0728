//! Words of sign-in, of the second factor and of new passwords.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) heading: &'static str,
    pub(crate) about: &'static str,
    pub(crate) motto: &'static str,
    pub(crate) login: &'static str,
    pub(crate) password: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) or: &'static str,
    pub(crate) sign_in_with: fn(&str) -> String,
    pub(crate) still_there: &'static str,
    pub(crate) still_at: fn(&str) -> String,
    pub(crate) leave: fn(&str) -> String,
    pub(crate) trouble: &'static str,
    pub(crate) trouble_text: &'static str,
    pub(crate) for_participants: &'static str,
    pub(crate) is_it_you: &'static str,
    pub(crate) is_it_you_text: &'static str,
    pub(crate) has_code: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

static BOKMAL: Texts = Texts {
    heading: "Logg inn",
    about: "Om Bindeledd",
    motto: "Arbeid og behandling, samtidig. Med samtykke, melding for melding.",
    login: "Brukernavn",
    password: "Passord",
    go_on: "Fortsett",
    or: "eller",
    sign_in_with: |issuer| format!("Logg inn med {issuer}"),
    still_there: "Du er logget ut av Bindeledd.",
    still_at: |issuer| format!("Hos {issuer} kan du fortsatt være logget inn."),
    leave: |issuer| format!("Logg ut av {issuer} også"),
    trouble: "Får du ikke logget inn?",
    trouble_text: "En administrator kan gi deg en engangslenke til nytt passord. Har du mistet telefonen, bruk en av gjenopprettingskodene i neste steg.",
    for_participants: "For deltakere",
    is_it_you: "Er det deg det gjelder?",
    is_it_you_text: "Denne siden er for dem som drifter. Vil du vite hva som er delt om deg, eller trekke et samtykke: ta kontakt med den du samarbeider med.",
    has_code: "Har du fått en kode?",
};

static ENGLISH: Texts = Texts {
    heading: "Sign in",
    about: "About Bindeledd",
    motto: "Work and treatment, together. With consent, message by message.",
    login: "User name",
    password: "Password",
    go_on: "Continue",
    or: "or",
    sign_in_with: |issuer| format!("Sign in with {issuer}"),
    still_there: "You are signed out of Bindeledd.",
    still_at: |issuer| format!("You may still be signed in at {issuer}."),
    leave: |issuer| format!("Sign out of {issuer} too"),
    trouble: "Can you not sign in?",
    trouble_text: "An administrator can give you a one-time link to a new password. If you have lost the phone, use one of the recovery codes in the next step.",
    for_participants: "For participants",
    is_it_you: "Is it about you?",
    is_it_you_text: "This page is for operators. If you want to know what was shared about you, or to withdraw a consent, ask the person you work with.",
    has_code: "Have you got a code?",
};
