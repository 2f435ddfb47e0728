//! Words of the pages about break-glass: asking to see the content of a message, answering, and the content.

use bindeledd_core::opening::{NotDecided, OpeningState};

use crate::icon::Icon;
use crate::lang::Lang;
use crate::mark::Mark;
use crate::text::table::table;

table! {
    heading: &'static str = "Innsyn i innhold", "Access to content";
    lead: &'static str = "En person ber om å se innholdet i én melding, og en annen godkjenner. Innholdet er åpent i 15 minutter. Alt står i loggen og på deltakerens side.",
        "A person asks to see the content of one message, and another one approves. The content is open for 15 minutes. All of it stands in the log and on the participant's page.";
    asks: &'static str = "Noen ber om å se innholdet i en melding", "Somebody asks to see the content of a message";
    asks_text: &'static str = "Les grunnen, og godkjenn eller avslå. Uten svar faller forespørselen bort etter et døgn.",
        "Read the reason, and approve or refuse. Without an answer the request lapses after a day.";
    off: &'static str = "Innsyn i innhold er slått av her.", "Access to content is off here.";
    off_text: &'static str = "Ingen ser innholdet i meldinger. Driftsleverandøren kan slå det på i innstillingene, etter avtale med aktørene.",
        "Nobody sees the content of messages. The operator of the hub can switch it on in the settings, as agreed with the parties.";
    none: &'static str = "Ingen har bedt om innsyn.", "Nobody has asked for access.";
    none_text: &'static str = "Du ber om innsyn på siden til en melding.", "You ask for access on the page of a message.";
    asked_by: &'static str = "Bedt om av", "Asked by";
    you: &'static str = "deg", "you";
    sender: &'static str = "Avsender", "Sender";
    reason: &'static str = "Hvorfor", "Why";
    state: &'static str = "Tilstand", "State";
    asked: &'static str = "Bedt om", "Asked";
    answered: &'static str = "Svar", "Answer";
    until: &'static str = "Gjelder til", "Until";
    message: &'static str = "Meldingen", "The message";
    see: &'static str = "Se forespørselen", "See the request";
    one: &'static str = "Forespørsel om innsyn", "Request for access";
    ask_heading: &'static str = "Be om å se innholdet", "Ask to see the content";
    ask_lead: &'static str = "Du ber om én melding. En annen person må godkjenne: en hos avsenderen, eller en med egen konto som er eldre enn sju dager og som du ikke har laget.",
        "You ask for one message. Another person has to approve: somebody at the sender, or somebody whose account is older than seven days and was not made by you.";
    ask_told: &'static str = "Deltakeren får se rollen din, tidspunktet og grunnen. Navnet ditt står i loggen.",
        "The participant sees your role, the time and the reason. Your name stands in the log.";
    why: &'static str = "Hvorfor trenger du å se innholdet?", "Why do you need to see the content?";
    why_help: &'static str = "Én linje med 3 til 300 tegn. Nevn saken, aldri personen: ingen navn og ingen fødselsnumre.",
        "One line of 3 to 300 characters. Name the case, never the person: no names and no identity numbers.";
    ask: &'static str = "Be om innsyn", "Ask for access";
    leave: &'static str = "Gå tilbake", "Go back";
    approve: &'static str = "Godkjenn i 15 minutter", "Approve for 15 minutes";
    refuse: &'static str = "Avslå", "Refuse";
    take_back: &'static str = "Ta godkjenningen tilbake", "Take the approval back";
    answer_text: &'static str = "Godkjenner du, kan personen se innholdet i denne ene meldingen i 15 minutter. Svaret ditt står i loggen.",
        "If you approve, the person can see the content of this one message for 15 minutes. Your answer stands in the log.";
    waits: &'static str = "Du venter på at en annen person svarer.", "You wait for another person's answer.";
    ready: &'static str = "Du kan se innholdet. De 15 minuttene begynner når du åpner det første gang.",
        "You can see the content. The 15 minutes begin when you open it the first time.";
    still: &'static str = "Innholdet er åpent. Hver visning står i loggen og på deltakerens side.",
        "The content is open. Each showing stands in the log and on the participant's page.";
    read: &'static str = "Vis innholdet", "Show the content";
    end: &'static str = "Avslutt", "End it";
    over: &'static str = "Denne forespørselen er over. Trenger du fortsatt å se innholdet, ber du om det på nytt.",
        "This request is over. If you still need to see the content, ask anew.";
    others: &'static str = "Forespørselen er besvart.", "The request is answered.";
    content: &'static str = "Innholdet i meldingen", "The content of the message";
    closes: &'static str = "Siden lukker seg", "The page closes";
    closes_in: &'static str = "Igjen", "Left";
    content_told: &'static str = "Denne visningen står i loggen og på deltakerens side. Ikke kopier noe herfra.",
        "This showing stands in the log and on the participant's page. Copy nothing from here.";
    as_to: fn(&str) -> String = |to| format!("Slik kan {to} få den"), |to| format!("As {to} may have it");
    left_out: fn(&str) -> String = |what| format!("Utelatt: {what}"), |what| format!("Left out: {what}");
    row: fn(u64) -> String = |n| format!("Rad {n} i loggen"), |n| format!("Row {n} of the log");
    no_print: &'static str = "Innholdet skrives ikke ut.", "The content is not printed.";
    close: &'static str = "Lukk nå", "Close now";
}

/// Returns a state with colour, icon and word.
pub(crate) const fn mark(state: &OpeningState, lang: Lang) -> Mark {
    let (color, icon, bokmal, english) = match state {
        OpeningState::Asked { .. } => ("info", Icon::Hourglass, "Venter på svar", "Awaits an answer"),
        OpeningState::Approved { .. } => ("success", Icon::CheckmarkCircle, "Godkjent", "Approved"),
        OpeningState::Open { .. } => ("warning", Icon::FileText, "Åpent", "Open"),
        OpeningState::Refused { .. } => ("danger", Icon::XMarkOctagon, "Avslått", "Refused"),
        OpeningState::Lapsed { .. } => ("neutral", Icon::ClockDashed, "Falt bort", "Lapsed"),
        OpeningState::Ended { .. } => ("neutral", Icon::PadlockLocked, "Avsluttet", "Ended"),
    };
    let word = match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    };
    Mark { color, icon, word }
}

/// Returns the reason why a person does not answer a request.
pub(crate) const fn not_yours(why: NotDecided, lang: Lang) -> &'static str {
    let (bokmal, english) = match why {
        NotDecided::NoRight => (
            "Du har ingen rolle som svarer på denne forespørselen.",
            "You have no role that answers this request.",
        ),
        NotDecided::Own => (
            "Forespørselen er din egen. En annen person må svare.",
            "The request is your own. Another person has to answer.",
        ),
        NotDecided::MadeByAsker => (
            "Personen som ber, har laget eller nullstilt kontoen din. En annen må svare.",
            "The person who asks made or reset your account. Somebody else has to answer.",
        ),
        NotDecided::Young => (
            "Kontoen din er laget eller nullstilt for mindre enn sju dager siden. En annen må svare.",
            "Your account was made or reset less than seven days ago. Somebody else has to answer.",
        ),
    };
    match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    }
}
