//! Causes of a delivery's state in words: what happened, and what to do. The page about the code says more.

use crate::lang::Lang;

/// A cause in words.
struct Words {
    code: &'static str,
    /// The event, in bokmål and English. It follows the code, so it begins with a small letter.
    what: [&'static str; 2],
    /// The thing to do, in bokmål and English.
    to_do: [&'static str; 2],
}

/// Returns what happened.
pub(crate) fn what(code: &str, lang: Lang) -> Option<&'static str> {
    find(code).map(|words| pick(words.what, lang))
}

/// Returns what to do.
pub(crate) fn to_do(code: &str, lang: Lang) -> Option<&'static str> {
    find(code).map(|words| pick(words.to_do, lang))
}

fn find(code: &str) -> Option<&'static Words> {
    WORDS.iter().find(|words| words.code == code)
}

const fn pick(words: [&'static str; 2], lang: Lang) -> &'static str {
    match lang {
        Lang::Bokmal => words[0],
        Lang::English => words[1],
    }
}

const fn row(code: &'static str, what: [&'static str; 2], to_do: [&'static str; 2]) -> Words {
    Words { code, what, to_do }
}

const ASK_PARTICIPANT: [&str; 2] = [
    "Avsenderen kan snakke med deltakeren. Når et nytt samtykke er registrert, kan den sendes på nytt.",
    "The sender can talk with the participant. Once a new consent is registered, it can be sent again.",
];
const ADAPTER: [&str; 2] = [
    "Se på adapteren under Drift. Når den er i orden, kan den sendes på nytt.",
    "Look at the adapter under Operation. Once it works, it can be sent again.",
];
const BY_ITSELF: [&str; 2] = [
    "Du trenger ikke gjøre noe: Bindeledd prøver igjen selv.",
    "You need not do anything: the hub tries again by itself.",
];
const SETTINGS: [&str; 2] = [
    "Se på adressen, nøkkelen og sertifikatet til aktøren. Når de er rettet, kan den sendes på nytt.",
    "Look at the party's address, key and certificate. Once they are corrected, it can be sent again.",
];
const ASK_RECEIVER: [&str; 2] = [
    "Spør mottakeren om de har den. Har de den ikke, kan den sendes på nytt.",
    "Ask whether the receiver has it. If not, it can be sent again.",
];

static WORDS: &[Words] = &[
    row(
        "BL-2001",
        ["samtykket dekker ikke mottakeren", "no consent covers the receiver"],
        ASK_PARTICIPANT,
    ),
    row(
        "BL-2002",
        [
            "samtykket dekker andre kategorier",
            "the consent covers other categories",
        ],
        ASK_PARTICIPANT,
    ),
    row(
        "BL-2003",
        ["samtykket er trukket", "the consent was withdrawn"],
        [
            "Den skal ikke sendes. Bare et nytt samtykke fra deltakeren kan endre det.",
            "It is not to be sent. Only a new consent from the participant can change that.",
        ],
    ),
    row(
        "BL-2004",
        ["samtykket er utløpt", "the consent has expired"],
        ASK_PARTICIPANT,
    ),
    row(
        "BL-2005",
        ["samtykket gjelder ikke ennå", "the consent is not valid yet"],
        [
            "Den kan sendes på nytt fra den dagen samtykket gjelder.",
            "It can be sent again from the day of the consent.",
        ],
    ),
    row(
        "BL-2006",
        [
            "avsenderen har ikke bekreftet tillatelsen",
            "the sender has not confirmed the grant",
        ],
        [
            "Avsenderen, eller dere på vegne av avsenderen, bekrefter den. Så kan den sendes på nytt.",
            "The sender confirms it, or you on the sender's behalf. Then it can be sent again.",
        ],
    ),
    row(
        "BL-2007",
        [
            "meldingen ber ikke om noen kategori",
            "the message asks for no category",
        ],
        [
            "Avsenderen må sende en ny melding.",
            "The sender has to send a new message.",
        ],
    ),
    row(
        "BL-3001",
        ["adapteren finnes ikke her", "the adapter is not here"],
        ADAPTER,
    ),
    row(
        "BL-3002",
        ["adapteren stoppet med en feil", "the adapter stopped with a fault"],
        ADAPTER,
    ),
    row(
        "BL-3003",
        [
            "adapteren brukte for mye tid eller minne",
            "the adapter went over a limit",
        ],
        ADAPTER,
    ),
    row(
        "BL-3004",
        [
            "adapterens svar følger ikke kontrakten",
            "the adapter's answer breaks the contract",
        ],
        ADAPTER,
    ),
    row(
        "BL-3005",
        ["adapteren er satt til side", "the adapter was set aside"],
        ADAPTER,
    ),
    row(
        "BL-3006",
        [
            "alle plasser for adaptere er opptatt",
            "every place for adapters is taken",
        ],
        BY_ITSELF,
    ),
    row(
        "BL-3030",
        [
            "adapteren leste noe den ikke har oppgitt",
            "the adapter read what it does not declare",
        ],
        ADAPTER,
    ),
    row(
        "BL-3031",
        [
            "mottakerens adapter skriver ikke denne typen",
            "the receiver's adapter does not write this kind",
        ],
        [
            "Mottakeren må nås på en annen måte, eller få en adapter som skriver typen.",
            "Reach the receiver in another way, or with an adapter that writes the kind.",
        ],
    ),
    row(
        "BL-3032",
        [
            "versjonen av adapteren som er i bruk, kunne ikke lastes",
            "the version of the adapter in use could not be loaded",
        ],
        ADAPTER,
    ),
    row(
        "BL-3033",
        [
            "dokumentet er i et annet format enn adapteren leser",
            "the document is in another format than the adapter reads",
        ],
        [
            "Avsenderens system må oppgi riktig innholdstype, eller få en adapter som leser formatet.",
            "The sender's system has to name the right content type, or get an adapter that reads the format.",
        ],
    ),
    row(
        "BL-3034",
        [
            "adapteren fant en feil hos seg selv",
            "the adapter found a fault of its own",
        ],
        ADAPTER,
    ),
    row(
        "BL-3101",
        ["adapteren avviser dokumentet", "the adapter refuses the document"],
        ADAPTER,
    ),
    row(
        "BL-3102",
        [
            "adapteren kan ikke skrive meldingen",
            "the adapter can not write the message",
        ],
        ADAPTER,
    ),
    row(
        "BL-3110",
        [
            "et mellomledd svarte i stedet for systemet",
            "an intermediary answered in the system's place",
        ],
        BY_ITSELF,
    ),
    row(
        "BL-4001",
        ["den ble ikke overlevert i tide", "it was not handed over in time"],
        [
            "Spør avsenderen om den fremdeles er til nytte. Er den det, kan den sendes på nytt.",
            "Ask the sender whether it is still of use. If it is, it can be sent again.",
        ],
    ),
    row(
        "BL-4002",
        ["mottakeren kan ikke ta imot nå", "the receiver can not take it now"],
        BY_ITSELF,
    ),
    row(
        "BL-4003",
        [
            "oppsettet tillater ikke sendingen",
            "the configuration does not allow the sending",
        ],
        SETTINGS,
    ),
    row(
        "BL-4004",
        ["mottakerens system avviste den", "the receiver's system refused it"],
        [
            "Avsenderen kan lese begrunnelsen og sende en ny melding. Den samme ville blitt avvist igjen.",
            "The sender can read the reason and send a new message. The same one would be refused again.",
        ],
    ),
    row(
        "BL-4005",
        [
            "avbrutt for hånd før den ble sendt",
            "cancelled by hand before it was sent",
        ],
        [
            "Skal den likevel frem, kan den sendes på nytt.",
            "If it is to go after all, it can be sent again.",
        ],
    ),
    row(
        "BL-4006",
        [
            "mottakeren har den, med feil i en del",
            "the receiver has it, with an error in a part",
        ],
        [
            "Avsenderen kan lese begrunnelsen og sende en retting.",
            "The sender can read the reason and send a correction.",
        ],
    ),
    row(
        "BL-4008",
        ["kvitteringen kom ikke", "the receipt did not come"],
        ASK_RECEIVER,
    ),
    row(
        "BL-4009",
        ["Bindeledd fikk ikke tilgangstoken", "the hub got no token"],
        BY_ITSELF,
    ),
    row(
        "BL-4010",
        ["mottakeren tar ikke tilgangstokenet", "the endpoint refuses the token"],
        SETTINGS,
    ),
    row(
        "BL-4013",
        ["deltakeren er slettet", "the participant was erased"],
        ["Det er ingenting å gjøre her.", "There is nothing to do here."],
    ),
    row(
        "BL-4030",
        ["klokken på maskinen går feil", "the machine's clock is wrong"],
        [
            "Rett klokken. Så går den av seg selv.",
            "Correct the clock. Then it goes by itself.",
        ],
    ),
    row("BL-4031", ["en person har den", "a person has it"], ASK_RECEIVER),
    row(
        "BL-4032",
        [
            "den ble ikke ført inn eller overlevert",
            "it was not entered or handed over",
        ],
        ASK_RECEIVER,
    ),
    row(
        "BL-4034",
        [
            "mottakeren fikk aldri meldingen som rettes",
            "the receiver was never sent the corrected message",
        ],
        [
            "Det er ingenting å gjøre: mottakeren har ingen feil opplysninger.",
            "There is nothing to do: the receiver has no wrong data.",
        ],
    ),
    row(
        "BL-4036",
        [
            "mottakeren har den og var ikke enig; lagt inn for hånd",
            "the receiver has it and did not agree; entered by hand",
        ],
        [
            "Avsenderen kan lese begrunnelsen. En person hos avsenderen skrev den av; den er ingen kvittering.",
            "The sender can read the reason. A person of the sender copied it; it is no receipt.",
        ],
    ),
    row(
        "BL-5021",
        [
            "samtykkene er ikke slik de ble registrert",
            "the consents are not as they were registered",
        ],
        [
            "Ingenting sendes før en operatør har sett på det.",
            "Nothing is sent until an operator has looked at it.",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_pages_and_stand_once_in_order() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
        for words in WORDS {
            assert!(folder.join(format!("{}.md", words.code)).exists(), "{}", words.code);
        }
        assert!(WORDS.is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(what("BL-4002", Lang::English), Some("the receiver can not take it now"));
        assert_eq!(to_do("<b>", Lang::Bokmal), None);
    }

    #[test]
    fn every_reason_of_a_decision_has_words() {
        use bindeledd_core::Reason;
        for reason in [
            Reason::NothingAsked,
            Reason::CorrectsNothing,
            Reason::Differs,
            Reason::NoGrant,
            Reason::OtherCategories,
            Reason::Withdrawn,
            Reason::Expired,
            Reason::NotYet,
            Reason::NotConfirmed,
        ] {
            assert!(what(reason.code(), Lang::Bokmal).is_some(), "{reason:?}");
        }
    }
}
