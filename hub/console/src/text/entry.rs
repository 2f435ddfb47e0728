//! Words of the pages on which a person of the sender enters a delivery in a form of the receiver's.

use bindeledd_core::entry::AnswerFault;

use crate::lang::Lang;
use crate::text::table::table;

table! {
    heading: &'static str = "Legges inn hos Nav", "To be entered at Nav";
    lead: &'static str = "Nav tar ikke imot dette fra andre systemer. Du legger det inn selv i Deltakeroversikten. Det er ikke levert før du har gjort det.",
        "Nav takes none of this from other systems. You enter it yourself in Nav's Deltakeroversikten. It is not delivered before you have.";
    about: fn(&str, &str) -> String = |kind, whom| format!("{kind} om {whom}"), |kind, whom| format!("{kind} about {whom}");
    to: &'static str = "Til", "To";
    none: &'static str = "Ingenting skal legges inn nå.", "Nothing is to be entered now.";
    none_text: &'static str = "Meldinger til Nav om deltakerne du følger opp, kommer hit.",
        "Messages to Nav about the participants whom you follow up come here.";
    to_enter: &'static str = "Skal legges inn", "To be entered";
    not_to_enter: &'static str = "Skal ikke legges inn", "Not to be entered";
    not_to_enter_help: &'static str = "samtykket gjelder ikke lenger", "the consent is no longer in force";
    entered: &'static str = "Lagt inn, venter på svar", "Entered, awaiting an answer";
    answered: &'static str = "Besvart", "Answered";
    waits: fn(usize) -> String = |count| match count {
        1 => "Én melding skal legges inn hos Nav".to_owned(),
        count => format!("{count} meldinger skal legges inn hos Nav"),
    }, |count| match count {
        1 => "One message is to be entered at Nav".to_owned(),
        count => format!("{count} messages are to be entered at Nav"),
    };
    open_list: &'static str = "Se hva som skal legges inn", "See what is to be entered";
    steps: &'static str = "Slik gjør du", "Do this";
    fields: &'static str = "Felt for felt", "Field by field";
    fields_help: &'static str = "Feltene står i samme rekkefølge som hos Nav.", "The fields are in Nav's order.";
    to_tell: &'static str = "Gis til veilederen på annen måte", "To be told to the adviser in another way";
    copy: &'static str = "Kopier", "Copy";
    sees_grounds: &'static str = "Deltakeren ser også begrunnelsen.", "The participant sees the grounds too.";
    no_fields: &'static str = "Dokumentet har ingen felt å vise. Be driftsleverandøren skrive det ut.",
        "The document has no fields to show. Ask the operator of the hub to print it.";
    act: &'static str = "Når det er gjort", "When it is done";
    act_text: &'static str = "Trykk først når Nav har det. Navnet ditt står i loggen.",
        "Press only when Nav has it. Your name stands in the log.";
    act_entered: &'static str = "Lagt inn", "Entered";
    act_told: &'static str = "Gitt til Nav på annen måte", "Told to Nav in another way";
    act_not_possible: &'static str = "Lar seg ikke legge inn", "It can not be entered";
    stop: &'static str = "Dette skal ikke legges inn", "This must not be entered";
    stop_text: &'static str = "Samtykket er trukket, eller det gjelder ikke lenger. Innholdet vises ikke. Har du teksten et annet sted, skal du slette den.",
        "The consent was withdrawn, or is no longer in force. The content is not shown. Delete the text if you have it elsewhere.";
    stop_done: &'static str = "Ble det lagt inn før du så dette?", "Was it entered before you saw this?";
    stop_not: &'static str = "Det er ikke lagt inn", "It is not entered";
    stop_was: &'static str = "Det var alt lagt inn", "It was entered already";
    entered_by: fn(&str) -> String = |who| format!("Lagt inn av {who}"), |who| format!("Entered by {who}");
    answer: &'static str = "Hva svarte Nav?", "What did Nav answer?";
    answer_text: &'static str = "Skriv det som står i Deltakeroversikten. Det lagres som lagt inn for hånd av deg. Ingenting avgjøres her.",
        "Enter what Deltakeroversikten says. It is kept as entered by you by hand. Nothing is decided here.";
    said: &'static str = "Svaret", "The answer";
    approved: &'static str = "Godkjent", "Approved";
    rejected: &'static str = "Avvist", "Rejected";
    on: &'static str = "Dagen Nav svarte", "Day of Nav's answer";
    on_help: &'static str = "For eksempel 2026-12-24.", "Such as 2026-12-24.";
    words: &'static str = "Begrunnelsen fra Nav (bare når det er avvist)", "Nav's grounds (for a rejection alone)";
    words_help: &'static str = "Med Navs egne ord. Ingen diagnoser og ingen fødselsnumre.",
        "In Nav's own words. No diagnoses and no identity numbers.";
    save: &'static str = "Lagre svaret", "Save the answer";
    mend: &'static str = "Rett svaret", "Mend the answer";
    answered_on: fn(&str) -> String = |said| format!("Nav svarte: {said}"), |said| format!("Nav answered: {said}");
    by_hand: fn(&str) -> String = |who| format!("lagt inn for hånd av {who}"), |who| format!("entered by hand by {who}");
    their_words: &'static str = "Begrunnelsen fra Nav", "Nav's grounds";
    back: &'static str = "Til listen", "To the list";
    logged: &'static str = "Det er logget at du leste dette.", "It is logged that you read this.";
    choose: &'static str = "Velg hva Nav svarte.", "Choose what Nav answered.";
    choose_act: &'static str = "Velg hva du gjorde.", "Choose what you did.";
}

/// Returns the field of the form that a fault is about, with the fault in words.
pub(crate) const fn fault(fault: AnswerFault, lang: Lang) -> (&'static str, &'static str) {
    let (field, bokmal, english) = match fault {
        AnswerFault::Day => (
            "on",
            "Velg en dag fra den dagen det ble lagt inn, til i dag.",
            "Choose a day from the day of the entry until today.",
        ),
        AnswerFault::NoWords => ("words", "Skriv begrunnelsen fra Nav.", "Write Nav's grounds."),
        AnswerFault::Words => (
            "words",
            "Teksten er for lang, eller har tegn som ikke vises. Bruk høyst 500 tegn.",
            "The text is too long, or has characters that are not shown. Use 500 characters at most.",
        ),
        AnswerFault::Found(bindeledd_core::guard::What::DiagnosisCode) => (
            "words",
            "Teksten har noe som ligner en diagnosekode. Ta det ut.",
            "The text has something like a diagnosis code. Take it out.",
        ),
        AnswerFault::Found(bindeledd_core::guard::What::IdentityNumber) => (
            "words",
            "Teksten har et fødselsnummer. Ta det ut.",
            "The text has an identity number. Take it out.",
        ),
    };
    (
        field,
        match lang {
            Lang::Bokmal => bokmal,
            Lang::English => english,
        },
    )
}
