//! Terms that several pages share: categories, kinds of party, reasons of a decision, numbers of things.

use bindeledd_core::{Category, CategorySet, PartyKind, Reason};

use crate::lang::Lang;

const fn pick(lang: Lang, bokmal: &'static str, english: &'static str) -> &'static str {
    match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    }
}

/// Returns a category in words.
pub(crate) const fn category(category: Category, lang: Lang) -> &'static str {
    let english = match category {
        Category::Meeting => "meetings",
        Category::Goals => "goals and plan",
        Category::Progress => "progress",
        Category::Facilitation => "adaptations",
        Category::Function => "function",
        Category::TreatmentStatus => "treatment",
        Category::Dialogue => "questions and answers",
        Category::Outcome => "the end",
    };
    pick(lang, category.norwegian(), english)
}

/// Returns categories in words, with commas between.
pub(crate) fn categories(set: CategorySet, lang: Lang) -> String {
    let words: Vec<_> = set.iter().map(|c| category(c, lang)).collect();
    words.join(", ")
}

/// Returns a kind of party in words. The kind of a party that others see by its label alone is `Other`, and has no word.
pub(crate) const fn kind(kind: PartyKind, lang: Lang) -> &'static str {
    let (bokmal, english) = match kind {
        PartyKind::AftProvider => ("Tiltaksarrangør", "Provider of measures"),
        PartyKind::Gp => ("Fastlegekontor", "GP practice"),
        PartyKind::SpecialistService => ("Spesialisthelsetjeneste", "Specialist health service"),
        PartyKind::NavOffice => ("Nav-kontor", "Nav office"),
        PartyKind::AidsCentre => ("Hjelpemiddelsentral", "Aids centre"),
        PartyKind::Employer => ("Arbeidsgiver", "Employer"),
        PartyKind::Clubhouse => ("Fontenehus", "Clubhouse"),
        PartyKind::JobMasteryCentre => ("Senter for jobbmestring", "Job mastery centre"),
        PartyKind::HealthAtWork => ("HelseIArbeid", "Health at work"),
        PartyKind::Rehabilitation => ("Arbeidsrettet rehabilitering", "Work-oriented rehabilitation"),
        PartyKind::Municipality => ("Kommune", "Municipality"),
        PartyKind::Other => ("", ""),
    };
    pick(lang, bokmal, english)
}

/// Returns the name of a kind in a list to choose from, where every kind needs one.
pub(crate) const fn kind_to_choose(of: PartyKind, lang: Lang) -> &'static str {
    match of {
        PartyKind::Other => pick(lang, "Annet", "Other"),
        of => kind(of, lang),
    }
}

/// Returns the reason of a decision in words.
pub(crate) const fn reason(reason: Reason, lang: Lang) -> &'static str {
    let (bokmal, english) = match reason {
        Reason::Granted => ("Ja, alt dette kan sendes", "Yes, all of this may be sent"),
        Reason::PartlyGranted => ("Ja, men bare noe av dette", "Yes, but only some of this"),
        Reason::NothingAsked => ("Nei: ingenting er spurt om", "No: nothing was asked for"),
        Reason::CorrectsNothing => (
            "Nei: mottakeren fikk aldri det som rettes",
            "No: the receiver never got the corrected message",
        ),
        Reason::Differs => (
            "Nei: samtykkene på disken er ikke de som ble registrert",
            "No: the consents on disk are not those that were registered",
        ),
        Reason::NoGrant => (
            "Nei: ingen tillatelse mellom disse to",
            "No: no grant between these two",
        ),
        Reason::OtherCategories => (
            "Nei: tillatelsen gjelder andre opplysninger",
            "No: the grant covers other information",
        ),
        Reason::Withdrawn => ("Nei: trukket", "No: withdrawn"),
        Reason::Expired => ("Nei: perioden er over", "No: the period is over"),
        Reason::NotYet => ("Nei: perioden har ikke begynt", "No: the period has not begun"),
        Reason::NotConfirmed => (
            "Nei: venter på at avsenderen bekrefter",
            "No: awaits the sender's confirmation",
        ),
    };
    pick(lang, bokmal, english)
}

/// Writes a number of deliveries.
pub(crate) fn deliveries(n: u64, number: &str, lang: Lang) -> String {
    let word = match (lang, n) {
        (Lang::Bokmal, 1) => "leveranse",
        (Lang::Bokmal, _) => "leveranser",
        (Lang::English, 1) => "delivery",
        (Lang::English, _) => "deliveries",
    };
    format!("{number} {word}")
}

/// Writes a number of messages.
pub(crate) fn messages(n: u64, number: &str, lang: Lang) -> String {
    let word = match (lang, n) {
        (Lang::Bokmal, 1) => "melding",
        (Lang::Bokmal, _) => "meldinger",
        (Lang::English, 1) => "message",
        (Lang::English, _) => "messages",
    };
    format!("{number} {word}")
}

/// Writes a number of grants.
pub(crate) fn grants(n: u64, number: &str, lang: Lang) -> String {
    let word = match (lang, n) {
        (Lang::Bokmal, 1) => "tillatelse",
        (Lang::Bokmal, _) => "tillatelser",
        (Lang::English, 1) => "grant",
        (Lang::English, _) => "grants",
    };
    format!("{number} {word}")
}

/// Writes a number of API keys.
pub(crate) fn keys(n: u64, number: &str, lang: Lang) -> String {
    let word = match (lang, n) {
        (Lang::Bokmal, 1) => "nøkkel",
        (Lang::Bokmal, _) => "nøkler",
        (Lang::English, 1) => "key",
        (Lang::English, _) => "keys",
    };
    format!("{number} {word}")
}
