//! The causes of deliveries. The hub keeps them in English, and finds their rows again for a reader of bokmål. Start at [`shown`].

use bindeledd_core::delivery::Cause;
use bindeledd_core::delivery::settle::REFUSED_WITHOUT_WORDS;

use crate::adapter_fault::{AdapterLimit, Broken, Trapped};
use crate::cli::consent::{REASONS, reason};
use crate::finding::Finding;
use crate::lang::Lang;
use crate::outbound::Unanswered;
use crate::problem::Detail;
use crate::text::{Said, Table, Text, texts};

texts! {
    /// The cause of a delivery's state, or of an item of a mailbox.
    pub enum CauseText {
        MailboxAnswered { status: u64 } =>
            "the mailbox answered {status}; it is tried again",
            "postkassen svarte {status}; det prøves igjen";
        TriedAgain { what: Said } => "{what}; it is tried again", "{what}; det prøves igjen";
        HubTriesAgain { what: Said } => "{what}; the hub tries again", "{what}; knutepunktet prøver igjen";
        ReceiverBusy =>
            "the receiver's system can not take it now; it is tried again by itself",
            "mottakerens system kan ikke ta imot nå; det prøves igjen av seg selv";
        Stranger { origin: String, status: u64, what: Stranger } =>
            "{origin} answered {status} with {what}; the answer does not count, and the hub tries again",
            "{origin} svarte {status} med {what}; svaret teller ikke, og knutepunktet prøver igjen";

        // Items of mailboxes.
        NoDocument =>
            "the adapter did not make a document of the answer",
            "adapteren fikk ikke noe dokument ut av svaret";
        NotFetched => "the adapter can not fetch this item", "adapteren kan ikke hente dette";
        NotMarked =>
            "the adapter did not find in the answer that the item is marked",
            "adapteren fant ikke i svaret at det er merket som hentet";
        NoListing =>
            "the adapter did not make a listing of the answer",
            "adapteren fikk ikke noen liste ut av svaret";

        // The inbox.
        NotInInbox =>
            "it is not in the inbox; it was acknowledged, or it was never handed over",
            "den ligger ikke i innboksen; den er bekreftet, eller ble aldri gitt ut";
        LogHalted =>
            "the hub's audit log differs from the written one, and nothing is handed over until the operator has looked",
            "loggen til knutepunktet er ikke slik den ble skrevet, og ingenting gis ut før driften har sett på det";
    }
}

texts! {
    /// The answer of another system than the receiver's.
    pub enum Stranger {
        InBetween => "a page, a redirect or a proxy", "en side, en omdirigering eller en mellomtjener";
        Wordless =>
            "a success without an answer in the system's own words",
            "suksess uten et svar med systemets egne ord";
    }
}

/// Returns the bokmål text of each cause whose English text stands in core.
fn of_core() -> [(String, &'static str); 11] {
    let refused = Cause::refused("");
    let partly = Cause::partly_refused("");
    let not_agreed = Cause::not_agreed("");
    [
        (
            Cause::expired().text,
            "den ble ikke gitt videre før den var uten nytte; send den på nytt om den fortsatt er det",
        ),
        (
            Cause::cancelled_by_hand().text,
            "den ble avbrutt for hånd før den ble sendt; send den på nytt om den likevel skal frem",
        ),
        (
            Cause::receipt_overdue().text,
            "kvitteringen kom ikke i tide; spør mottakeren om meldingen er kommet, og send den på nytt om den ikke er det",
        ),
        (
            Cause::erased().text,
            "deltakeren er slettet; svaret på slettingen oppga det mottakeren har fått",
        ),
        (
            Cause::with_person().text,
            "en person har tatt den og skal føre den inn i mottakerens system, poste den eller gi den videre; den er levert når \
             personen sier fra",
        ),
        (
            Cause::not_by_hand(true).text,
            "personen som tok den, kunne ikke føre den inn eller gi den videre; si fra til mottakeren på en annen måte, eller send den på nytt",
        ),
        (
            Cause::not_by_hand(false).text,
            "en person tok den, og sa ikke fra i tide at den er ført inn eller gitt videre; spør personen, og send den på nytt om den ikke er det",
        ),
        (
            refused.without_the_receivers_words().to_owned(),
            "mottakerens system avviste den; avsenderen kan lese grunnen med mottakerens egne ord",
        ),
        (
            partly.without_the_receivers_words().to_owned(),
            "mottakerens system har den, og fant en feil i en del av den; avsenderen kan lese mottakerens egne ord",
        ),
        (
            not_agreed.without_the_receivers_words().to_owned(),
            "en person hos avsenderen la inn for hånd at mottakeren ikke var enig; avsenderen kan lese mottakerens egne ord",
        ),
        (
            REFUSED_WITHOUT_WORDS.to_owned(),
            "mottakerens system avviste den i kvitteringen, uten å si hvorfor; spør mottakeren",
        ),
    ]
}

/// The tables of causes. A row with more words of its own stands before one that fits more texts.
const TABLES: [&[(&str, &str)]; 8] = [
    Finding::ROWS,
    Unanswered::ROWS,
    CauseText::ROWS,
    Stranger::ROWS,
    Detail::ROWS,
    AdapterLimit::ROWS,
    Trapped::ROWS,
    Broken::ROWS,
];

/// A text that was kept in English.
#[derive(Debug, Clone)]
pub struct Kept(pub String);

impl Text for Kept {
    fn text(&self, lang: Lang) -> String {
        shown(&self.0, lang)
    }
}

/// Returns the text of a cause in a language. Words of other systems in it stay as they are.
#[must_use]
pub fn shown(text: &str, lang: Lang) -> String {
    match lang {
        Lang::English => text.to_owned(),
        Lang::Bokmal => in_bokmal(text).unwrap_or_else(|| text.to_owned()),
    }
}

fn in_bokmal(text: &str) -> Option<String> {
    let decided = REASONS.into_iter().find(|each| each.text() == text);
    if let Some(decided) = decided {
        return Some(reason(decided).text(Lang::Bokmal).to_owned());
    }
    let of_core = of_core().into_iter().find(|(english, _)| english == text);
    if let Some((_, bokmal)) = of_core {
        return Some(bokmal.to_owned());
    }
    let mut rows = TABLES.into_iter().flatten();
    let row = rows.find_map(|(english, bokmal)| Some(filled(bokmal, &values(english, text)?)));
    row.or_else(|| {
        let (name, text) = text.split_once(": ")?;
        Some(format!("{name}: {}", in_bokmal(text)?))
    })
}

/// Returns the values by which a text is made of a row, with their names; `None` if it is not. A row of parameters alone makes no
/// text.
fn values<'t>(row: &'t str, text: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let mut parts = row.split('{');
    let first = parts.next().unwrap_or_default();
    let mut rest = text.strip_prefix(first)?;
    let mut values = Vec::new();
    let mut own = first.len();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (name, words) = part.split_once('}')?;
        own += words.len();
        let value = match (words.is_empty(), parts.peek().is_some()) {
            (true, _) => std::mem::take(&mut rest),
            (false, true) => {
                let (value, after) = rest.split_once(words)?;
                rest = after;
                value
            }
            (false, false) => std::mem::take(&mut rest).strip_suffix(words)?,
        };
        values.push((name, value));
    }
    (rest.is_empty() && own >= 8).then_some(values)
}

/// Makes a text of a row. A value that is a cause itself is in bokmål too.
fn filled(row: &str, values: &[(&str, &str)]) -> String {
    let mut parts = row.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, words) = part.split_once('}').unwrap_or_default();
        let value = values.iter().find(|(each, _)| *each == name);
        let value = value.map_or("", |(_, value)| value);
        text.push_str(&in_bokmal(value).unwrap_or_else(|| value.to_owned()));
        text.push_str(words);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_cause_is_in_every_language() {
        check_all(&CauseText::samples());
        check_all(&Stranger::samples());
        for (english, bokmal) in of_core() {
            assert_eq!(shown(&english, Lang::Bokmal), bokmal);
            assert_ne!(english, bokmal);
        }
        for each in REASONS {
            assert_eq!(shown(each.text(), Lang::Bokmal), reason(each).text(Lang::Bokmal));
        }
    }

    #[test]
    fn a_kept_cause_reads_as_if_it_had_been_made_in_bokmal() {
        let status = |status| CauseText::MailboxAnswered { status };
        let inner = Said::of("https://gp.example", Unanswered::NoConnection);
        let what = Said::from(Unanswered::IssuerRefuses {
            code: Unanswered::DoesNotSign.into(),
        });
        let refuses = Said::of("https://gp.example", what);
        let origin = || "https://gp.example:8443".to_owned();
        let adapter = || "gp-dialogmelding".to_owned();
        let causes: [Said; 8] = [
            status(503).into(),
            CauseText::HubTriesAgain { what: inner }.into(),
            CauseText::TriedAgain { what: refuses }.into(),
            CauseText::ReceiverBusy.into(),
            Unanswered::NoBody.into(),
            CauseText::Stranger {
                origin: origin(),
                status: 302,
                what: Stranger::InBetween,
            }
            .into(),
            Detail::AdapterQuarantined { adapter: adapter() }.into(),
            Detail::AdapterLimit {
                adapter: adapter(),
                limit: AdapterLimit::Stack.into(),
            }
            .into(),
        ];
        for cause in causes {
            let kept = cause.to_string();
            assert_eq!(shown(&kept, Lang::Bokmal), cause.text(Lang::Bokmal));
            assert_eq!(shown(&kept, Lang::English), kept);
        }
    }

    #[test]
    fn every_row_reads_back_from_its_english_text() {
        let all = Unanswered::samples().into_iter().map(Said::from);
        let all = all.chain(CauseText::samples().into_iter().map(Said::from));
        for said in all {
            assert_eq!(shown(&said.to_string(), Lang::Bokmal), said.text(Lang::Bokmal));
        }
    }

    #[test]
    fn the_words_of_others_stay() {
        for text in [
            "503 from the receiver",
            "E21 Ukjent pasient; E22 Feil",
            "",
            "a: b: c",
            "{text}",
            "{",
        ] {
            assert_eq!(shown(text, Lang::Bokmal), text);
        }
        let cause = "https://gp.example: the answer broke off: connection reset; the hub tries again";
        assert_eq!(
            shown(cause, Lang::Bokmal),
            "https://gp.example: svaret brøt av: connection reset; knutepunktet prøver igjen"
        );
    }
}
