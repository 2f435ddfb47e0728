//! Words of the second step of sign-in.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) about: &'static str,
    pub(crate) motto: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) code: &'static str,
    pub(crate) code_help: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) trouble: &'static str,
    pub(crate) trouble_text: &'static str,
    pub(crate) start_over: &'static str,
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
    heading: "Bekreft at det er deg",
    code: "Kode",
    code_help: "Seks sifre fra appen din. Har du ikke telefonen, skriv en av gjenopprettingskodene.",
    go_on: "Logg inn",
    trouble: "Virker ikke koden?",
    trouble_text: "Koden bygger på klokken. Se etter om telefonen stiller klokken selv. En kode kan brukes én gang, så vent på neste. En administrator kan slette den andre faktoren din, så du kan sette opp en ny.",
    start_over: "Begynn på nytt",
};

static ENGLISH: Texts = Texts {
    about: "About Bindeledd",
    motto: "Work and treatment, together. With consent, message by message.",
    heading: "Confirm that it is you",
    code: "Code",
    code_help: "Six digits from your app. Without the phone, type one of the recovery codes.",
    go_on: "Sign in",
    trouble: "Does the code not work?",
    trouble_text: "The code depends on the time. Look whether the phone sets its clock itself. A code can be used once, so wait for the next one. An administrator can remove your second factor, so that you can set up another.",
    start_over: "Start over",
};
