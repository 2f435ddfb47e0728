//! Words of the enrolment of a second factor.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) about: &'static str,
    pub(crate) motto: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) why: &'static str,
    pub(crate) step_app: &'static str,
    pub(crate) step_secret: &'static str,
    pub(crate) open_app: &'static str,
    pub(crate) step_code: &'static str,
    pub(crate) code: &'static str,
    pub(crate) code_help: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) codes_heading: &'static str,
    pub(crate) codes_why: &'static str,
    pub(crate) codes_where: &'static str,
    pub(crate) codes_kept: &'static str,
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
    heading: "Sett opp kode på telefonen",
    why: "Alle som logger inn her, trenger noe mer enn et passord. Det tar et par minutter.",
    step_app: "Åpne en app for engangskoder på telefonen, og velg å legge til en konto.",
    step_secret: "Skriv inn denne nøkkelen, eller åpne lenken på telefonen:",
    open_app: "Åpne i appen",
    step_code: "Skriv koden som appen viser:",
    code: "Kode",
    code_help: "Seks sifre.",
    go_on: "Fortsett",
    codes_heading: "Ta vare på gjenopprettingskodene",
    codes_why: "Mister du telefonen, logger du inn med en av disse. Hver kode virker én gang. De vises bare nå.",
    codes_where: "Skriv dem ut, eller legg dem i en passordbok. Ikke legg dem i e-posten.",
    codes_kept: "Jeg har tatt vare på kodene",
};

static ENGLISH: Texts = Texts {
    about: "About Bindeledd",
    motto: "Work and treatment, together. With consent, message by message.",
    heading: "Set up codes on the phone",
    why: "Everybody who signs in here needs more than a password. It takes a couple of minutes.",
    step_app: "Open an app for one-time codes on the phone, and choose to add an account.",
    step_secret: "Type this key, or open the link on the phone:",
    open_app: "Open in the app",
    step_code: "Type the code that the app shows:",
    code: "Code",
    code_help: "Six digits.",
    go_on: "Continue",
    codes_heading: "Keep the recovery codes",
    codes_why: "If you lose the phone, you sign in with one of these. Each code works once. They are shown now only.",
    codes_where: "Print them, or put them in a password manager. Do not put them in e-mail.",
    codes_kept: "I have kept the codes",
};
