//! Words of the pages on which a person writes a message.

use bindeledd_core::compose::FieldFault;
use bindeledd_core::guard::What;

use super::table::table;
use crate::lang::Lang;

table! {
    heading: &'static str = "Ny melding", "New message";
    choose_lead: &'static str =
        "Velg hvem meldingen handler om, og hva den gjelder. Ingenting sendes fra denne siden.",
        "Choose whom the message is about, and what it is about. Nothing is sent from this page.";
    whom: &'static str = "Hvem handler den om?", "Whom is it about?";
    what: &'static str = "Hva gjelder den?", "What is it about?";
    usual: &'static str = "Det dere sender oftest", "Sent most often by you";
    other_kinds: &'static str = "Andre meldinger", "Other messages";
    nobody: &'static str =
        "Det er ingen du kan skrive om nå. En deltaker som du følger opp, står her når deltakeren har sagt ja til at dere forteller noe. Teamlederen tildeler deltakere.",
        "There is nobody whom you can write about now. A participant whom you follow up stands here when they have said yes to you telling something. The team leader assigns participants.";
    answers: &'static str =
        "Et svar skriver du på meldingen som du svarer på.",
        "You write an answer at the message that you answer.";
    not_now: &'static str = "Dere kan ikke skrive om denne deltakeren nå", "You can not write about this participant now";
    not_now_text: &'static str =
        "Det kan være at samtykket er over, at det aldri var noe, eller at deltakeren ikke er din. Vi kan ikke si mer. Snakk med deltakeren eller teamlederen.",
        "The consent may be over, there may never have been one, or the participant may not be yours. We can not tell more. Talk with the participant or the team leader.";
    drafts: &'static str = "Utkast", "Drafts";
    about: fn(&str) -> String = |whom| format!("Om {whom}"), |whom| format!("About {whom}");
    instead: &'static str = "Spørsmålet står åpent til dere svarer.", "The question stays open until you answer.";
    to_question: &'static str = "Til spørsmålet", "To the question";
    other_kind: &'static str = "Velg en annen meldingstype", "Choose another kind of message";
    to: &'static str = "Hvem skal få den?", "Who shall get it?";
    to_help: &'static str =
        "Bare de som deltakeren har sagt ja til at dere forteller noe, står her.",
        "Only those whom the participant has said yes to you telling something stand here.";
    gets_all: &'static str = "får alt i skjemaet", "gets everything in the form";
    gets_without: fn(&str) -> String =
        |what| format!("får ikke: {what}"),
        |what| format!("does not get: {what}");
    gets_nothing: fn(&str) -> String =
        |what| format!("kan ikke få denne. Dere kan fortelle om {what}"),
        |what| format!("can not get this. You may tell about {what}");
    optional: &'static str = "(valgfritt)", "(optional)";
    not_said: &'static str = "Ikke oppgitt", "Not said";
    at_most: fn(usize) -> String = |n| format!("Høyst {n} tegn"), |n| format!("At most {n} characters");
    left: &'static str = "tegn igjen", "characters left";
    row: fn(&str, usize) -> String = |label, n| format!("{label} {n}"), |label, n| format!("{label} {n}");
    empty_rows: &'static str = "Tomme rader blir ikke med.", "Empty rows are left out.";
    more_rows: &'static str = "Flere rader", "More rows";
    no_diagnosis: &'static str =
        "Skriv hva personen får til, og hva som er vanskelig. Diagnoser og andres fødselsnummer skal ikke med.",
        "Write what the person manages, and what is difficult. Diagnoses and others' identity numbers are left out.";
    look_over: &'static str = "Se over og send", "Look over and send";
    save: &'static str = "Lagre utkast", "Save as a draft";
    saved: &'static str = "Utkastet ble lagret", "The draft was saved";
    urgent: &'static str = "Haster det?", "Is it urgent?";
    call: &'static str = "Ring. Er noen i fare:", "Call. Is somebody in danger:";
    over: &'static str = "Du er logget ut", "You are signed out";
    over_kept: &'static str =
        "Det du skrev, er lagret. Logg inn, så står det her.",
        "Your text is saved. Sign in, and it stands here.";
    over_not_kept: &'static str =
        "Det du skrev sist, er ikke lagret. Det står her ennå. Logg inn i et annet vindu, og kopier det dit.",
        "Your last text is not saved. It still stands here. Sign in in another window, and copy it there.";
    sign_in: &'static str = "Logg inn", "Sign in";
    not_saved: &'static str = "Ikke lagret ennå", "Not saved yet";
    review: &'static str = "Se over meldingen", "Look the message over";
    review_lead: &'static str = "Den er ikke sendt ennå.", "It is not sent yet.";
    reads: &'static str = "Slik leses den", "As it is read";
    reads_nothing: &'static str =
        "Meldingen kommer fram her mens du skriver.",
        "The message appears here while you write.";
    from: &'static str = "Fra", "From";
    who_gets: &'static str = "Hvem får hva", "Who gets what";
    all_of_it: &'static str = "får alt", "gets everything";
    left_out: fn(&str) -> String = |what| format!("får ikke det som gjelder {what}"), |what| format!("does not get what is about {what}");
    guard: &'static str = "Se på dette før du sender", "Look at this before you send";
    guard_stops: &'static str = "Rett dette før du kan sende", "Correct this before you can send";
    rewrite: &'static str =
        "Diagnoser og andres fødselsnummer sendes ikke. Skriv heller hva personen får til.",
        "Diagnoses and others' identity numbers are not sent. Rather write what the person manages.";
    send: &'static str = "Send", "Send";
    change: &'static str = "Endre", "Change";
    sees_it: &'static str =
        "Deltakeren kan se meldingen, hvem som fikk den, og når.",
        "The participant can see the message, who got it, and when.";
    sent: &'static str = "Meldingen er tatt imot", "The message is accepted";
    sent_at: &'static str = "Sendt", "Sent";
    deliveries: &'static str = "Til hvem", "To whom";
    omitted: &'static str = "Utelatt", "Left out";
    nothing_omitted: &'static str = "Ingenting", "Nothing";
    delivered_help: &'static str =
        "Levert betyr at mottakerens system har den, ikke at noen har lest den.",
        "Delivered means that the receiver's system has it, not that somebody has read it.";
    refresh: &'static str = "Oppdater", "Refresh";
    another: &'static str = "Skriv en til", "Write another";
    no_drafts: &'static str =
        "Ingen utkast. Det du lagrer underveis, står her i 30 dager.",
        "No drafts. Messages that you save on the way stand here for 30 days.";
    drafts_lead: &'static str =
        "Bare du ser utkastene dine. De slettes når meldingen sendes, og 30 dager etter at du lagret sist.",
        "Only you see your drafts. They are removed when the message is sent, and 30 days after you saved last.";
    saved_at: &'static str = "Lagret", "Saved";
    discard: &'static str = "Slett utkastet", "Remove the draft";
    lost_receiver: &'static str =
        "En mottaker du valgte, kan ikke få dette lenger. Se over valget.",
        "A receiver that you chose can not get this any longer. Look the choice over.";
    no_participant: &'static str = "Velg hvem meldingen handler om.", "Choose whom the message is about.";
    no_kind: &'static str = "Velg hva meldingen gjelder.", "Choose what the message is about.";
    too_many: &'static str =
        "Du har 50 utkast. Slett et av dem før du lagrer et nytt. Det du skrev, står her.",
        "You have 50 drafts. Remove one of them before you save another. Your text stands here.";
}

/// Returns the fault of a typed value, with how it should look.
pub(crate) fn fault(fault: FieldFault, lang: Lang) -> String {
    let number = |n: f64| match lang {
        Lang::Bokmal => n.to_string().replace('.', ","),
        Lang::English => n.to_string(),
    };
    let (bokmal, english): (String, String) = match fault {
        FieldFault::Missing => (
            "Feltet er tomt. Fyll det ut.".into(),
            "The field is empty. Fill it in.".into(),
        ),
        FieldFault::TooLong(max) => (
            format!("Teksten er for lang. Skriv høyst {max} tegn."),
            format!("The text is too long. Write at most {max} characters."),
        ),
        FieldFault::Hidden => (
            "Teksten har et tegn som ikke synes. Skriv den på nytt.".into(),
            "The text has a character that nobody can see. Type it anew.".into(),
        ),
        FieldFault::NoDay => (
            "Dette er ikke en dag. Eksempel: 24.12.2026".into(),
            "This is no day. Example: 24.12.2026".into(),
        ),
        FieldFault::NoMoment => (
            "Dette er ikke en dag med klokkeslett. Eksempel: 24.12.2026 09.00".into(),
            "This is no day with a time. Example: 24.12.2026 09.00".into(),
        ),
        FieldFault::NoChoice => ("Velg det som passer.".into(), "Choose what fits.".into()),
        FieldFault::NoWhole(min, max) => (
            format!("Skriv et helt tall fra {min} til {max}."),
            format!("Write a whole number from {min} to {max}."),
        ),
        FieldFault::NoDecimal(min, max) => (
            format!(
                "Skriv et tall fra {} til {}, med høyst én desimal. Eksempel: 2,5",
                number(min),
                number(max)
            ),
            format!(
                "Write a number from {} to {}, with at most one decimal. Example: 2.5",
                number(min),
                number(max)
            ),
        ),
        FieldFault::BeforeStart => (
            "Dagen er før den første. Rett en av dem.".into(),
            "The day is before the first one. Correct one of them.".into(),
        ),
        FieldFault::OwnWords => (
            "Egne ord går bare sammen med årsaken «Annet». Velg den, eller la feltet stå tomt.".into(),
            "Own words go with the reason “Other” only. Choose it, or leave the field empty.".into(),
        ),
        FieldFault::NotRight => (
            "Dette passer ikke med resten. Se over feltet.".into(),
            "This does not fit the rest. Look the field over.".into(),
        ),
    };
    match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    }
}

/// Returns the fault of a form without a receiver.
pub(crate) const fn no_receiver(lang: Lang) -> &'static str {
    match lang {
        Lang::Bokmal => "Velg hvem som skal få meldingen.",
        Lang::English => "Choose who shall get the message.",
    }
}

/// Returns the fault of a receiver who would get nothing of the message as it is written.
pub(crate) fn gets_none(whom: &str, lang: Lang) -> String {
    match lang {
        Lang::Bokmal => {
            format!("{whom} kan ikke få meldingen slik den er. Ta bort mottakeren, eller endre innholdet.")
        }
        Lang::English => {
            format!("{whom} can not get the message as it is. Remove the receiver, or change the content.")
        }
    }
}

/// Returns what the guard marks at a field, while it is filled in.
pub(crate) const fn mark(what: What, lang: Lang) -> &'static str {
    match (what, lang) {
        (What::DiagnosisCode, Lang::Bokmal) => "Dette ser ut som en diagnosekode.",
        (What::DiagnosisCode, Lang::English) => "This looks like a diagnosis code.",
        (What::IdentityNumber, Lang::Bokmal) => "Dette ser ut som fødselsnummeret til en annen.",
        (What::IdentityNumber, Lang::English) => "This looks like the identity number of somebody else.",
    }
}

/// Returns a finding of the guard in a sentence: the field, and what it looks like.
pub(crate) fn finding(field: &str, what: What, lang: Lang) -> String {
    match (what, lang) {
        (What::DiagnosisCode, Lang::Bokmal) => format!("«{field}» har noe som ligner en diagnosekode."),
        (What::DiagnosisCode, Lang::English) => format!("“{field}” has something that looks like a diagnosis code."),
        (What::IdentityNumber, Lang::Bokmal) => format!("«{field}» har et fødselsnummer som ikke er deltakerens."),
        (What::IdentityNumber, Lang::English) => {
            format!("“{field}” has an identity number that is not the participant's.")
        }
    }
}
