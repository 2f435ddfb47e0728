//! The vocabulary of this format: a native name and position for each field of the catalogue, and a native code for each kind,
//! category and code. Names are Nav's if Nav has one (`norskIdent`, `tiltakstype`, `aarsak.type`, `deltakelsesprosent`,
//! `dagerPerUke`, `sluttdato`). They follow Nav's spelling: å is `aa` in a name and `A` in a code, ø is `o`.
//!
//! A test walks the catalogue and fails on a field or code without a native name.

use bindeledd_sdk::catalogue::{Category, FieldType, Kind};

/// The native name of one field.
#[derive(Debug)]
pub struct Name {
    /// Name of the field in the catalogue.
    pub field: &'static str,
    /// Path to the value from the object that holds the fields: `["aarsak", "type"]` is `type` in `aarsak`.
    pub path: &'static [&'static str],
    /// Another spelling of the last name, which is read but never written, since Nav's systems have several.
    pub also: Option<&'static str>,
    /// Names of the fields inside, for a record or a list of records.
    pub inner: &'static [Self],
}

const fn at(field: &'static str, path: &'static [&'static str]) -> Name {
    Name {
        field,
        path,
        also: None,
        inner: &[],
    }
}

const fn spelt(field: &'static str, path: &'static [&'static str], also: &'static str) -> Name {
    Name {
        field,
        path,
        also: Some(also),
        inner: &[],
    }
}

const fn record(field: &'static str, path: &'static [&'static str], inner: &'static [Name]) -> Name {
    Name {
        field,
        path,
        also: None,
        inner,
    }
}

const TIME: &[Name] = &[at("start", &["fra"]), at("end", &["til"])];

const INSTANCE: &[Name] = &[
    at("instance", &["instans"]),
    at("contact", &["kontakt"]),
    at("topic", &["tema"]),
];

const NEED: &[Name] = &[at("area", &["omraade"]), at("need", &["beskrivelse"])];

const START_MEETING: &[Name] = &[
    record("proposedTimes", &["foreslaatteTidspunkter"], TIME),
    at("place", &["sted"]),
    at("agenda", &["saker"]),
    at("measure", &["tiltakstype"]),
    spelt("measureFrom", &["startdato"], "startDato"),
    spelt("measureUntil", &["sluttdato"], "sluttDato"),
];

const START_MEETING_SUMMARY: &[Name] = &[
    at("ordered", &["bestilling"]),
    at("goals", &["maal"]),
    at("jobWishes", &["jobbonsker"]),
    record("cooperateWith", &["samarbeidMed"], INSTANCE),
    at("adaptations", &["tilpasninger"]),
];

const GOALS_AGREED: &[Name] = &[
    at("goals", &["maal"]),
    at("activities", &["aktiviteter"]),
    at("from", &["fraDato"]),
    at("until", &["tilDato"]),
    at("reviewOn", &["nyGjennomgang"]),
];

const PROGRESS_UPDATE: &[Name] = &[
    at("status", &["status", "type"]),
    at("attendancePercent", &["oppmoteprosent"]),
    at("daysPerWeek", &["dagerPerUke"]),
    at("percent", &["deltakelsesprosent"]),
    at("changedFrom", &["gyldigFra"]),
    at("activity", &["aktivitet"]),
    at("workplace", &["arbeidssted"]),
    at("concern", &["bekymring"]),
];

const FACILITATION_NEED: &[Name] = &[record("needs", &["behov"], NEED), at("comment", &["kommentar"])];

const FUNCTION_UPDATE: &[Name] = &[
    at("manages", &["mestrer"]),
    at("conditions", &["forutsetninger"]),
    at("limitations", &["begrensninger"]),
    at("hoursPerWeek", &["timerPerUke"]),
    at("percent", &["arbeidsprosent"]),
    at("validUntil", &["gyldigTilDato"]),
];

const TREATMENT_STATUS: &[Name] = &[
    at("status", &["status", "type"]),
    at("from", &["fraDato"]),
    at("until", &["tilDato"]),
    at("combinesWithWork", &["kanKombineresMedArbeid"]),
    at("availableWhen", &["ledigForArbeid"]),
];

const MEETING_REQUEST: &[Name] = &[
    record("proposedTimes", &["foreslaatteTidspunkter"], TIME),
    at("place", &["sted"]),
    at("topic", &["tema"]),
    at("answerBy", &["svarfrist"]),
];

const MEETING_RESPONSE: &[Name] = &[
    at("answer", &["svar"]),
    record("time", &["tidspunkt"], TIME),
    record("proposedTimes", &["foreslaatteTidspunkter"], TIME),
    at("place", &["sted"]),
    at("comment", &["kommentar"]),
];

const QUESTION: &[Name] = &[
    at("text", &["tekst"]),
    at("answerBy", &["svarfrist"]),
    at("about", &["opplysningstyper"]),
];

const ANSWER: &[Name] = &[at("text", &["tekst"]), at("about", &["opplysningstyper"])];

const SUPPORT_REQUEST: &[Name] = &[
    at("what", &["utfordring"]),
    at("socialInterplay", &["sosialtSamspill"]),
    at("guidanceFor", &["veiledningTil"]),
    at("urgency", &["hastegrad"]),
];

const SUPPORT_RESPONSE: &[Name] = &[
    at("who", &["hvemKommer"]),
    at("when", &["tidspunkt"]),
    at("comment", &["kommentar"]),
];

const MEASURE_END_PROPOSED: &[Name] = &[
    at("reason", &["forslag", "aarsak", "type"]),
    at("reasonText", &["forslag", "aarsak", "beskrivelse"]),
    spelt("proposedDate", &["forslag", "sluttdato"], "sluttDato"),
    at("outcome", &["forslag", "gaarVidereTil"]),
    at("why", &["forslag", "begrunnelse"]),
];

const MEASURE_ENDED: &[Name] = &[
    at("reason", &["aarsak", "type"]),
    at("reasonText", &["aarsak", "beskrivelse"]),
    spelt("date", &["sluttdato"], "sluttDato"),
    at("outcome", &["gaarVidereTil"]),
    at("percent", &["stillingsprosent"]),
];

const AFTER_FOLLOW_UP: &[Name] = &[
    at("situation", &["situasjon"]),
    at("percent", &["stillingsprosent"]),
    at("monthsAfter", &["maanederEtterAvslutning"]),
];

const CORRECTION: &[Name] = &[
    at("action", &["handling"]),
    at("correctedKind", &["rettetMeldingstype"]),
    at("corrected", &["rettetInnhold"]),
];

const CONSENT_WITHDRAWN: &[Name] = &[
    at("withdrawnAt", &["trukketTilbake"]),
    at("categories", &["opplysningstyper"]),
    at("meaning", &["betydning"]),
];

/// Returns the names of a kind's fields, in the order of the catalogue. Fields of one group are adjacent.
#[must_use]
pub const fn of_kind(kind: Kind) -> &'static [Name] {
    match kind {
        Kind::StartMeeting => START_MEETING,
        Kind::StartMeetingSummary => START_MEETING_SUMMARY,
        Kind::GoalsAgreed => GOALS_AGREED,
        Kind::ProgressUpdate => PROGRESS_UPDATE,
        Kind::FacilitationNeed => FACILITATION_NEED,
        Kind::FunctionUpdate => FUNCTION_UPDATE,
        Kind::TreatmentStatus => TREATMENT_STATUS,
        Kind::MeetingRequest => MEETING_REQUEST,
        Kind::MeetingResponse => MEETING_RESPONSE,
        Kind::Question => QUESTION,
        Kind::Answer => ANSWER,
        Kind::SupportRequest => SUPPORT_REQUEST,
        Kind::SupportResponse => SUPPORT_RESPONSE,
        Kind::MeasureEndProposed => MEASURE_END_PROPOSED,
        Kind::MeasureEnded => MEASURE_ENDED,
        Kind::AfterFollowUp => AFTER_FOLLOW_UP,
        Kind::Correction => CORRECTION,
        Kind::ConsentWithdrawn => CONSENT_WITHDRAWN,
    }
}

/// Returns the kind's `meldingstype`.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::StartMeeting => "OPPSTARTSSAMTALE",
        Kind::StartMeetingSummary => "OPPSUMMERING_AV_OPPSTARTSSAMTALE",
        Kind::GoalsAgreed => "MAL_OG_PLAN",
        Kind::ProgressUpdate => "FREMDRIFT",
        Kind::FacilitationNeed => "TILRETTELEGGINGSBEHOV",
        Kind::FunctionUpdate => "FUNKSJONSOPPLYSNINGER",
        Kind::TreatmentStatus => "BEHANDLING",
        Kind::MeetingRequest => "MOTEONSKE",
        Kind::MeetingResponse => "MOTESVAR",
        Kind::Question => "SPORSMAL",
        Kind::Answer => "SVAR",
        Kind::SupportRequest => "BISTANDSONSKE",
        Kind::SupportResponse => "BISTANDSSVAR",
        Kind::MeasureEndProposed => "FORSLAG_OM_AVSLUTNING",
        Kind::MeasureEnded => "AVSLUTNING",
        Kind::AfterFollowUp => "ETTEROPPFOLGING",
        Kind::Correction => "RETTING",
        Kind::ConsentWithdrawn => "SAMTYKKE_TRUKKET_TILBAKE",
    }
}

/// Returns the category's `opplysningstype`.
#[must_use]
pub const fn category(category: Category) -> &'static str {
    match category {
        Category::Meeting => "MOTER",
        Category::Goals => "MAL_OG_PLAN",
        Category::Progress => "FREMDRIFT",
        Category::Facilitation => "TILRETTELEGGING",
        Category::Function => "FUNKSJON",
        Category::TreatmentStatus => "BEHANDLING",
        Category::Dialogue => "SPORSMAL_OG_SVAR",
        Category::Outcome => "AVSLUTNING",
    }
}

/// Translates a code of the catalogue into this format. Nav's own codes are the same in both.
#[must_use]
pub fn code(code: &'static str) -> &'static str {
    match code {
        "job" => "JOBB",
        "education" => "UTDANNING",
        "adapted-job" => "TILRETTELAGT_JOBB",
        "other-measure" => "ANNET_TILTAK",
        "treatment" => "BEHANDLING",
        "disability-benefit" => "UFORETRYGD",
        "other" => "ANNET",
        "hours" => "ARBEIDSTID",
        "tasks" => "OPPGAVER",
        "environment" => "ARBEIDSMILJO",
        "aids" => "HJELPEMIDLER",
        "transport" => "TRANSPORT",
        "communication" => "KOMMUNIKASJON",
        "social" => "SOSIALT_SAMSPILL",
        "gp" => "FASTLEGE",
        "specialist-service" => "SPESIALISTHELSETJENESTEN",
        "nav-office" => "NAV_KONTOR",
        "aids-centre" => "HJELPEMIDDELSENTRAL",
        "employer" => "ARBEIDSGIVER",
        "clubhouse" => "FONTENEHUS",
        "municipality" => "KOMMUNE",
        "planned" => "PLANLAGT",
        "started" => "STARTET",
        "paused" => "PAUSE",
        "ended" => "AVSLUTTET",
        "yes" => "JA",
        "partly" => "DELVIS",
        "no" => "NEI",
        "unclear" => "IKKE_AVKLART",
        "accepted" => "PASSER",
        "declined" => "PASSER_IKKE",
        "other-time" => "ANNET_TIDSPUNKT",
        "employee" => "ARBEIDSTAKER",
        "both" => "BEGGE",
        "today" => "I_DAG",
        "this-week" => "DENNE_UKEN",
        "can-wait" => "KAN_VENTE",
        "in-work" => "I_ARBEID",
        "in-education" => "I_UTDANNING",
        "neither" => "INGEN_AV_DELENE",
        "unknown" => "UKJENT",
        "corrected" => "RETTET",
        "sent-by-mistake" => "FEILSENDT",
        "no-further-sharing" => "DELES_IKKE_LENGER",
        same => same,
    }
}

/// Reads `meldingstype`. Kinds that only the hub makes give `None`.
#[must_use]
pub fn parse_kind(raw: &str) -> Option<Kind> {
    Kind::by_parties().find(|k| kind(*k) == raw)
}

/// Returns the code of `list` that this format writes as `raw`.
#[must_use]
pub fn parse_code(list: &'static [bindeledd_sdk::catalogue::Code], raw: &str) -> Option<&'static str> {
    list.iter().map(|c| c.code).find(|c| code(c) == raw)
}

/// Reads an `opplysningstype`.
#[must_use]
pub fn parse_category(raw: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|c| category(*c) == raw)
}

/// The only value of `formaal`.
pub const PURPOSE: &str = "ARBEIDSRETTET_OPPFOLGING";

/// Value of `mottakere` for a message to the whole circle.
pub const CIRCLE: &str = "SAMARBEIDSKRETS";

/// Describes in Norwegian the values that a field accepts.
#[must_use]
pub fn expected(ty: &FieldType) -> String {
    let one_of = |codes: Vec<&str>| format!("en av {}", codes.join(", "));
    match ty {
        FieldType::Text { max } => format!("tekst på 1 til {max} tegn"),
        FieldType::Date => "en dato, ÅÅÅÅ-MM-DD".into(),
        FieldType::Instant => "et tidspunkt, som 2026-12-01T09:00:00+01:00".into(),
        FieldType::Code(codes) => one_of(codes.iter().map(|c| code(c.code)).collect()),
        FieldType::Integer { min, max, .. } => format!("et helt tall fra {min} til {max}"),
        FieldType::Number { min, max, .. } => format!("et tall fra {min} til {max} med høyst én desimal"),
        FieldType::About => format!("en liste, der hver er {}", one_of(Category::ALL.map(category).to_vec())),
        FieldType::List { of, max } => format!("en liste på 1 til {max}, der hver er {}", expected(of)),
        FieldType::Record(_) => "et objekt".into(),
        FieldType::CorrectedKind => one_of(
            Kind::ALL
                .into_iter()
                .filter(|k| k.can_be_corrected())
                .map(kind)
                .collect(),
        ),
        FieldType::CorrectedBody => "hele det rettede innholdet".into(),
    }
}
