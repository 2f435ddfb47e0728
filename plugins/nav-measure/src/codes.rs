//! Nav's codes as closed lists. The adapter reports an unknown code to its sender, and guesses nothing.

use serde_json::{Value, json};

/// Largest number of characters of own words beside the reason `Annet`.
pub(crate) const MAX_REASON_TEXT: usize = 40;
/// Largest number of characters of a proposal's grounds.
pub(crate) const MAX_GROUNDS: usize = 200;

/// Nav's reasons: the code in a participant's status, the text, and the name in a provider's proposal if it has one.
const REASONS: [(&str, &str, Option<&str>); 11] = [
    ("SYK", "Syk", Some("Syk")),
    ("FATT_JOBB", "Fått jobb", Some("FattJobb")),
    (
        "TRENGER_ANNEN_STOTTE",
        "Trenger annen støtte",
        Some("TrengerAnnenStotte"),
    ),
    ("FIKK_IKKE_PLASS", "Fikk ikke plass", Some("FikkIkkePlass")),
    ("IKKE_MOTT", "Møter ikke opp", Some("IkkeMott")),
    ("UTDANNING", "Utdanning", Some("Utdanning")),
    ("AVLYST_KONTRAKT", "Avlyst kontrakt", Some("AvlystKontrakt")),
    (
        "SAMARBEIDET_MED_ARRANGOREN_ER_AVBRUTT",
        "Samarbeidet med arrangøren er avbrutt",
        None,
    ),
    ("KRAV_IKKE_OPPFYLT", "Krav ikke oppfylt", None),
    ("KURS_FULLT", "Kurset er fullt", None),
    ("ANNET", "Annet", None),
];

/// Returns true for a reason that a participant's status can have.
pub(crate) fn is_reason(code: &str) -> bool {
    REASONS.iter().any(|(known, ..)| *known == code)
}

/// Writes a reason for a proposal. Own words are written only with `Annet`. A reason that proposals do not have becomes `Annet`
/// with Nav's text.
pub(crate) fn proposal_reason(code: &str, own_words: Option<String>) -> Option<Value> {
    let (_, text, name) = REASONS.iter().find(|(known, ..)| *known == code)?;
    Some(match (name, code) {
        (Some(name), _) => json!({ "type": name }),
        (None, "ANNET") => {
            let own_words = own_words.unwrap_or_else(|| "Ikke oppgitt".into());
            json!({"type": "Annet", "beskrivelse": clip(&own_words, MAX_REASON_TEXT)})
        }
        (None, _) => json!({"type": "Annet", "beskrivelse": text}),
    })
}

/// Returns true if [`clip`] would cut something off.
pub(crate) fn is_cut(text: &str, max: usize) -> bool {
    on_one_line(text).chars().count() > max
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cuts a text to `max` characters, and marks the cut.
pub(crate) fn clip(text: &str, max: usize) -> String {
    let one_line = on_one_line(text);
    if one_line.chars().count() <= max {
        return one_line;
    }
    let kept: String = one_line.chars().take(max - 1).collect();
    format!("{}…", kept.trim_end())
}

/// The catalogue's counterpart of a participant's status at Nav.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParticipantStatus {
    /// The participation is going to start or goes on.
    Open(&'static str),
    /// The participation is over.
    Ended(&'static str),
    /// The status concerns only Nav, and not yet or no longer the parties. The text gives the reason.
    NotYet(&'static str),
}

impl ParticipantStatus {
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        const DRAFT: &str = "Påmeldingen er et utkast hos Nav og angår ingen andre ennå.";
        Some(match raw {
            "VENTER_PA_OPPSTART" => Self::Open("VENTER_PA_OPPSTART"),
            "DELTAR" => Self::Open("DELTAR"),
            "VURDERES" => Self::Open("VURDERES"),
            "VENTELISTE" => Self::Open("VENTELISTE"),
            "HAR_SLUTTET" => Self::Ended("HAR_SLUTTET"),
            "IKKE_AKTUELL" => Self::Ended("IKKE_AKTUELL"),
            "AVBRUTT" => Self::Ended("AVBRUTT"),
            "FULLFORT" => Self::Ended("FULLFORT"),
            "KLADD" | "UTKAST_TIL_PAMELDING" | "AVBRUTT_UTKAST" | "PABEGYNT_REGISTRERING" => Self::NotYet(DRAFT),
            "SOKT_INN" => Self::NotYet("Personen er søkt inn, og Nav har ikke sagt om det blir en deltakelse."),
            "FEILREGISTRERT" => Self::NotYet(
                "Deltakelsen er feilregistrert hos Nav. Har en tidligere status gått ut til andre, så gi dem beskjed.",
            ),
            _ => return None,
        })
    }
}

/// State of a proposal at Nav.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProposalStatus {
    VenterPaSvar,
    Godkjent,
    Avvist,
    Tilbakekalt,
    Erstattet,
}

impl ProposalStatus {
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        Some(match raw {
            "VenterPaSvar" => Self::VenterPaSvar,
            "Godkjent" => Self::Godkjent,
            "Avvist" => Self::Avvist,
            "Tilbakekalt" => Self::Tilbakekalt,
            "Erstattet" => Self::Erstattet,
            _ => return None,
        })
    }
}

/// Describes the fault of an activity card for its sender. Nav's own text is not used, since it may contain the whole card.
pub(crate) fn card_error(code: &str) -> Option<&'static str> {
    Some(match code {
        "AKTIVITET_IKKE_FUNNET" => "Nav finner ikke aktiviteten. Send den på nytt.",
        "DESERIALISERINGSFEIL" => "Nav kunne ikke lese aktivitetskortet. Meld fra til den som drifter Bindeledd.",
        "DUPLIKATMELDINGFEIL" => "Nav har dette aktivitetskortet fra før.",
        "KAFKA_KEY_ULIK_AKTIVITETSID" | "MESSAGEID_LIK_AKTIVITETSID" => {
            "Nav fant feil i id-ene på aktivitetskortet. Meld fra til den som drifter Bindeledd."
        }
        "MANGLER_OPPFOLGINGSPERIODE" => {
            "Personen er ikke under oppfølging hos Nav i perioden. Ta kontakt med Nav-veilederen."
        }
        "UGYLDIG_IDENT" => "Nav kjenner ikke fødselsnummeret eller D-nummeret.",
        "ULOVLIG_ENDRING" => "Aktiviteten er avsluttet hos Nav og kan ikke endres. Send en ny plan.",
        _ => return None,
    })
}

/// Card error for a card that Nav already has.
pub(crate) const DUPLICATE: &str = "DUPLIKATMELDINGFEIL";

/// Sources that Nav's schema allows for an activity card.
pub(crate) const SOURCES: [&str; 4] = [
    "ARENA_TILTAK_AKTIVITET_ACL",
    "TEAM_TILTAK",
    "TEAM_KOMET",
    "REKRUTTERINGSBISTAND",
];
/// Nav's team that owns the measures' activity cards.
pub(crate) const DEFAULT_SOURCE: &str = "TEAM_KOMET";

/// Measures, and the type of activity card that Nav shows for each.
const MEASURES: [(&str, &str); 8] = [
    ("ARBEIDSFORBEREDENDE_TRENING", "ARBFORB"),
    ("ARBEIDSRETTET_REHABILITERING", "ARBRRHDAG"),
    ("AVKLARING", "AVKLARAG"),
    ("OPPFOLGING", "INDOPPFAG"),
    ("VARIG_TILRETTELAGT_ARBEID_SKJERMET", "VASV"),
    ("TILRETTELAGT_ARBEID_ORDINAER", "TILRETTELAGT_ARBEID_ORDINAER"),
    ("INDIVIDUELL_JOBBSTOTTE", "ARENA_TILTAK"),
    ("INDIVIDUELL_KARRIERESTOTTE_UNG", "ARENA_TILTAK"),
];
/// AFT.
pub(crate) const DEFAULT_MEASURE: &str = "ARBEIDSFORBEREDENDE_TRENING";

/// Returns the measures that a setting may name.
#[must_use]
pub fn measures() -> Vec<&'static str> {
    MEASURES.iter().map(|(measure, _)| *measure).collect()
}

pub(crate) fn card_type(measure: &str) -> Option<&'static str> {
    MEASURES
        .iter()
        .find(|(code, _)| *code == measure)
        .map(|(_, card)| *card)
}
