//! Words of the page about one message.

use crate::lang::Lang;
use crate::mark::Standing;
use crate::view::ending::{Answer, Ending};

pub(crate) struct Texts {
    pub(crate) from_to: fn(&str, &str) -> String,
    pub(crate) to_many: fn(&str, u64) -> String,
    pub(crate) received: &'static str,
    pub(crate) previous: &'static str,
    pub(crate) next: &'static str,
    pub(crate) deliveries: &'static str,
    pub(crate) way_to: fn(&str) -> String,
    pub(crate) local_times: &'static str,
    pub(crate) try_now: &'static str,
    pub(crate) send_again: &'static str,
    pub(crate) stop: &'static str,
    pub(crate) next_attempt: &'static str,
    pub(crate) ends: &'static str,
    pub(crate) due: &'static str,
    pub(crate) waits_turn: &'static str,
    pub(crate) waits_turn_text: &'static str,
    pub(crate) not_taken: fn(&str) -> String,
    pub(crate) last_answer: fn(&str) -> String,
    pub(crate) not_taken_text: &'static str,
    pub(crate) behind: &'static str,
    pub(crate) behind_text: &'static str,
    pub(crate) held: fn(&str) -> String,
    pub(crate) held_text: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) sending_text: &'static str,
    pub(crate) receipt: &'static str,
    pub(crate) receipt_text: &'static str,
    pub(crate) person: &'static str,
    pub(crate) person_text: &'static str,
    pub(crate) delivered: fn(&str) -> String,
    pub(crate) delivered_text: &'static str,
    pub(crate) withdrawn: &'static str,
    pub(crate) withdrawn_text: &'static str,
    pub(crate) ended: &'static [(Standing, &'static str)],
    pub(crate) withheld: fn(&str) -> String,
    pub(crate) got_from: fn(&str) -> String,
    pub(crate) read_by: fn(&str) -> String,
    pub(crate) read_by_hub: &'static str,
    pub(crate) decided: &'static str,
    pub(crate) decided_again: &'static str,
    pub(crate) covers: fn(&str) -> String,
    pub(crate) nothing_withheld: &'static str,
    pub(crate) grants: &'static str,
    pub(crate) committed: &'static str,
    pub(crate) committed_text: fn(u64) -> String,
    pub(crate) attempt: fn(u32, &str) -> String,
    pub(crate) written_by: fn(&str) -> String,
    pub(crate) took: fn(&str) -> String,
    pub(crate) decided_before: &'static str,
    pub(crate) folded: fn(u32, u32) -> String,
    pub(crate) no: &'static str,
    pub(crate) time: &'static str,
    pub(crate) duration: &'static str,
    pub(crate) receipt_came: &'static str,
    pub(crate) next_at: &'static str,
    pub(crate) next_text: &'static str,
    pub(crate) receipt_by: &'static str,
    pub(crate) person_by: &'static str,
    pub(crate) fails_then: &'static str,
    pub(crate) expires: &'static str,
    pub(crate) expires_text: fn(&str) -> String,
    pub(crate) facts: &'static str,
    pub(crate) participant: &'static str,
    pub(crate) our_id: &'static str,
    pub(crate) delivery: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) conversation: &'static str,
    pub(crate) see_conversation: &'static str,
    pub(crate) receivers_id: &'static str,
    pub(crate) answers: &'static str,
    pub(crate) corrects: &'static str,
    pub(crate) corrected_by: &'static str,
    pub(crate) copy: fn(&str) -> String,
    pub(crate) sealed: &'static str,
    pub(crate) sealed_text: &'static str,
    pub(crate) ask: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

/// Returns an answer in words: `svarte 503`.
pub(crate) fn answer(answer: Answer, lang: Lang) -> String {
    let (bokmal, english) = match answer {
        Answer::Status(status) => {
            return match lang {
                Lang::Bokmal => format!("svarte {status}"),
                Lang::English => format!("answered {status}"),
            };
        }
        Answer::NoConnection => ("fikk ikke forbindelse", "no connection"),
        Answer::Silence => ("svarte ikke i tide", "no answer in time"),
        Answer::Broken => ("svaret ble brutt", "the answer broke off"),
        Answer::NoToken => ("fikk ikke tilgangstoken", "got no token"),
        Answer::NotSendable => (
            "kunne ikke sendes med dette oppsettet",
            "not sendable with this configuration",
        ),
        Answer::Interrupted => (
            "avbrutt, siden Bindeledd ble slått av",
            "interrupted when the hub stopped",
        ),
        Answer::Fetched => ("hentet av mottakeren", "fetched by the receiver"),
    };
    match lang {
        Lang::Bokmal => bokmal.to_owned(),
        Lang::English => english.to_owned(),
    }
}

/// Returns the heading of a thread's last step.
pub(crate) const fn ending(ending: Ending, lang: Lang) -> &'static str {
    let (bokmal, english) = match ending {
        Ending::Delivered => ("Levert", "Delivered"),
        Ending::Refused => ("Avvist av mottaker", "Refused by receiver"),
        Ending::Blocked => ("Ikke sendt: mangler samtykke", "Not sent: no consent"),
        Ending::Withdrawn => (
            "Trukket: deltakeren trakk samtykket",
            "Withdrawn: the participant withdrew the consent",
        ),
        Ending::Cancelled => ("Avbrutt", "Cancelled"),
        Ending::Expired => ("Utløpt", "Expired"),
        Ending::Failed => ("Feilet", "Failed"),
    };
    match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    }
}

static BOKMAL: Texts = Texts {
    from_to: |from, to| format!("Fra {from} til {to}"),
    to_many: |from, n| format!("Fra {from} til {n} mottakere"),
    received: "mottatt",
    previous: "Forrige",
    next: "Neste",
    deliveries: "Leveranser",
    way_to: |to| format!("Veien til {to}"),
    local_times: "tider i norsk tid",
    try_now: "Prøv nå …",
    send_again: "Send på nytt …",
    stop: "Avbryt …",
    next_attempt: "Neste forsøk",
    ends: "utløper",
    due: "Frist",
    waits_turn: "Venter på tur",
    waits_turn_text: "Du trenger ikke gjøre noe: den sendes av seg selv.",
    not_taken: |to| format!("Venter fordi {to} ikke tar imot"),
    last_answer: |answer| format!("Siste forsøk: {answer}."),
    not_taken_text: "Du trenger ikke gjøre noe: den sendes igjen av seg selv. Haster det, kan avsenderen ringe mottakeren.",
    behind: "Venter bak en tidligere melding i samme samtale",
    behind_text: "Meldinger i en samtale går i rekkefølge. Denne går når den før er levert, eller når den har endt.",
    held: |to| format!("Venter fordi {to} er på pause"),
    held_text: "Den går når aktøren startes igjen, hvis den ikke er utløpt før det.",
    sending: "Sendes nå",
    sending_text: "Den er på vei til mottakerens system. Svaret kommer straks.",
    receipt: "Mottakerens system har den, kvitteringen er ikke kommet",
    receipt_text: "Du trenger ikke gjøre noe. Kommer kvitteringen ikke innen fristen, feiler leveransen, og avsenderen får vite det.",
    person: "En person har den, og skal føre den inn eller overlevere den",
    person_text: "Den er levert når personen melder det. Trekker det ut, kan du spørre personen.",
    delivered: |to| format!("Levert til {to}"),
    delivered_text: "Mottakerens system har den. Det sier ikke at noen har lest den.",
    withdrawn: "Trukket: deltakeren har trukket samtykket",
    withdrawn_text: "Den ble ikke sendt, og skal ikke sendes. Avsenderen har fått vite det.",
    ended: &[
        (Standing::Refused, "Avvist av mottakerens system"),
        (Standing::Blocked, "Ikke sendt: mangler samtykke"),
        (Standing::Cancelled, "Avbrutt før den ble sendt"),
        (Standing::Expired, "Utløpt: den kom ikke frem i tide"),
        (Standing::Failed, "Feilet: den kan ikke sendes"),
    ],
    withheld: |what| format!("Holdt tilbake fordi samtykket ikke dekker det: {what}."),
    got_from: |from| format!("Mottatt fra {from}"),
    read_by: |adapter| format!("Lest av adapteren {adapter}"),
    read_by_hub: "Lest som Bindeledds eget format",
    decided: "Avgjort: kan sendes",
    decided_again: "Avgjort på nytt: annet innhold kan sendes",
    covers: |what| format!("Dekker {what}."),
    nothing_withheld: "Ingenting holdt tilbake.",
    grants: "Samtykke",
    committed: "Skrevet til disk, og bekreftet til avsenderen",
    committed_text: |n| {
        if n == 1 {
            "melding, leveranse og logg i samme transaksjon".to_owned()
        } else {
            format!("melding, {n} leveranser og logg i samme transaksjon")
        }
    },
    attempt: |number, answer| format!("{number}. forsøk: {answer}"),
    written_by: |adapter| format!("skrevet av adapteren {adapter}"),
    took: |span| format!("varte {span}"),
    decided_before: "avgjort på nytt før sending",
    folded: |first, last| {
        if first == last {
            format!("Forsøk {first}, samme svar")
        } else {
            format!("Forsøk {first} til {last}, samme svar")
        }
    },
    no: "Forsøk",
    time: "Tid",
    duration: "Varighet",
    receipt_came: "Kvittert av mottakeren",
    next_at: "Neste forsøk",
    next_text: "Samme bytes og samme id. Avgjøres på nytt først.",
    receipt_by: "Frist for kvittering",
    person_by: "Frist for personen som har den",
    fails_then: "Kommer det ikke svar, feiler leveransen, og avsenderen får vite det.",
    expires: "Utløper hvis den ikke er levert",
    expires_text: |from| format!("Da får {from} vite det."),
    facts: "Fakta",
    participant: "Deltaker",
    our_id: "Vår id",
    delivery: "Leveransens id",
    reference: "Avsenderens referanse",
    conversation: "Samtale",
    see_conversation: "Vis samtalen",
    receivers_id: "Mottakerens id",
    answers: "Svarer på",
    corrects: "Retter",
    corrected_by: "Rettet av",
    copy: |what| format!("Kopier: {what}"),
    sealed: "Innholdet er forseglet",
    sealed_text: "Du ser veien, aldri teksten.",
    ask: "Be om innsyn …",
};

static ENGLISH: Texts = Texts {
    from_to: |from, to| format!("From {from} to {to}"),
    to_many: |from, n| format!("From {from} to {n} receivers"),
    received: "received",
    previous: "Previous",
    next: "Next",
    deliveries: "Deliveries",
    way_to: |to| format!("The way to {to}"),
    local_times: "times in Norway",
    try_now: "Try now …",
    send_again: "Send again …",
    stop: "Cancel it …",
    next_attempt: "Next attempt",
    ends: "expires",
    due: "Due",
    waits_turn: "Waits for its turn",
    waits_turn_text: "You need not do anything: it goes by itself.",
    not_taken: |to| format!("Waits because {to} does not accept"),
    last_answer: |answer| format!("Last attempt: {answer}."),
    not_taken_text: "You need not do anything: it is sent again by itself. If it is urgent, the sender can phone the receiver.",
    behind: "Waits behind an earlier message of the same conversation",
    behind_text: "Messages of a conversation go in order. This one goes once the one before is delivered or has ended.",
    held: |to| format!("Waits because {to} is paused"),
    held_text: "It goes when the party is resumed, unless it expires before.",
    sending: "Being sent",
    sending_text: "It is on its way to the receiver's system. The answer comes in a moment.",
    receipt: "The receiver's system has it, and the receipt has not come",
    receipt_text: "You need not do anything. Without a receipt in time, the delivery fails, and the sender is told.",
    person: "A person has it, and is to enter it or hand it over",
    person_text: "It is delivered when that person reports it. If it takes long, you can ask the person.",
    delivered: |to| format!("Delivered to {to}"),
    delivered_text: "The receiver's system has it. That does not mean that anybody has read it.",
    withdrawn: "Withdrawn: the participant has withdrawn the consent",
    withdrawn_text: "It was not sent, and is not to be sent. The sender was told.",
    ended: &[
        (Standing::Refused, "Refused by the receiver's system"),
        (Standing::Blocked, "Not sent: no consent"),
        (Standing::Cancelled, "Cancelled before it was sent"),
        (Standing::Expired, "Expired: it did not arrive in time"),
        (Standing::Failed, "Failed: it can not be sent"),
    ],
    withheld: |what| format!("Withheld, since the consent does not cover it: {what}."),
    got_from: |from| format!("Received from {from}"),
    read_by: |adapter| format!("Read by the adapter {adapter}"),
    read_by_hub: "Read as the hub's own format",
    decided: "Decided: may be sent",
    decided_again: "Decided anew: other content may be sent",
    covers: |what| format!("Covers {what}."),
    nothing_withheld: "Nothing withheld.",
    grants: "Consent",
    committed: "Written to disk, and confirmed to the sender",
    committed_text: |n| {
        if n == 1 {
            "message, delivery and log in one transaction".to_owned()
        } else {
            format!("message, {n} deliveries and log in one transaction")
        }
    },
    attempt: |number, answer| format!("Attempt {number}: {answer}"),
    written_by: |adapter| format!("written by the adapter {adapter}"),
    took: |span| format!("took {span}"),
    decided_before: "decided anew before the sending",
    folded: |first, last| {
        if first == last {
            format!("Attempt {first}, same answer")
        } else {
            format!("Attempts {first} to {last}, same answer")
        }
    },
    no: "Attempt",
    time: "Time",
    duration: "Duration",
    receipt_came: "Receipt from the receiver",
    next_at: "Next attempt",
    next_text: "The same bytes and the same id. Decided anew first.",
    receipt_by: "Receipt due",
    person_by: "Report of the person due",
    fails_then: "Without an answer, the delivery fails, and the sender is told.",
    expires: "Expires unless it is delivered",
    expires_text: |from| format!("Then {from} is told."),
    facts: "Facts",
    participant: "Participant",
    our_id: "Our id",
    delivery: "Id of the delivery",
    reference: "The sender's reference",
    conversation: "Conversation",
    see_conversation: "See the conversation",
    receivers_id: "The receiver's id",
    answers: "Answers",
    corrects: "Corrects",
    corrected_by: "Corrected by",
    copy: |what| format!("Copy: {what}"),
    sealed: "The content is sealed",
    sealed_text: "You see the way, never the text.",
    ask: "Ask to see it …",
};
