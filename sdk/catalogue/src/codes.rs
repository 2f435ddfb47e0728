//! The closed lists of codes that the catalogue's fields hold.

use crate::category::{Category, CategorySet};
use crate::field::Code;

pub(crate) const fn code(code: &'static str, text: &'static str) -> Code {
    Code {
        code,
        text,
        needs: CategorySet::EMPTY,
    }
}

/// Makes a code that in itself reveals illness or treatment.
const fn health(code: &'static str, text: &'static str) -> Code {
    Code {
        code,
        text,
        needs: CategorySet::of(&[Category::TreatmentStatus]),
    }
}

/// Nav's measures, by the names of its own systems.
pub(crate) const MEASURES: &[Code] = &[
    code("ARBEIDSFORBEREDENDE_TRENING", "Arbeidsforberedende trening (AFT)"),
    code("ARBEIDSRETTET_REHABILITERING", "Arbeidsrettet rehabilitering"),
    code("AVKLARING", "Avklaring"),
    code("OPPFOLGING", "Oppfølging"),
    code(
        "VARIG_TILRETTELAGT_ARBEID_SKJERMET",
        "Varig tilrettelagt arbeid i skjermet virksomhet (VTA)",
    ),
    code(
        "TILRETTELAGT_ARBEID_ORDINAER",
        "Varig tilrettelagt arbeid i ordinær virksomhet (VTO)",
    ),
    code("INDIVIDUELL_JOBBSTOTTE", "Individuell jobbstøtte"),
    code("INDIVIDUELL_KARRIERESTOTTE_UNG", "Individuell jobbstøtte for unge"),
];

/// Nav's codes for a participant's state in a measure.
pub(crate) const PARTICIPATION: &[Code] = &[
    code("VENTER_PA_OPPSTART", "Venter på oppstart"),
    code("DELTAR", "Deltar"),
    code("HAR_SLUTTET", "Har sluttet"),
    code("IKKE_AKTUELL", "Ikke aktuell"),
    code("VURDERES", "Vurderes"),
    code("VENTELISTE", "På venteliste"),
    code("AVBRUTT", "Avbrutt"),
    code("FULLFORT", "Fullført"),
];

/// Nav's reasons for ending a measure. Two of them reveal health data.
pub(crate) const REASONS: &[Code] = &[
    health("SYK", "Syk"),
    code("FATT_JOBB", "Fått jobb"),
    health("TRENGER_ANNEN_STOTTE", "Trenger annen støtte"),
    code("FIKK_IKKE_PLASS", "Fikk ikke plass"),
    code("IKKE_MOTT", "Møter ikke opp"),
    code("UTDANNING", "Utdanning"),
    code("AVLYST_KONTRAKT", "Avlyst kontrakt"),
    code(
        "SAMARBEIDET_MED_ARRANGOREN_ER_AVBRUTT",
        "Samarbeidet med arrangøren er avbrutt",
    ),
    code("KRAV_IKKE_OPPFYLT", "Krav ikke oppfylt"),
    code("KURS_FULLT", "Kurset er fullt"),
    code("ANNET", "Annet"),
];

pub(crate) const OUTCOMES: &[Code] = &[
    code("job", "Jobb"),
    code("education", "Utdanning"),
    code("adapted-job", "Tilrettelagt jobb (VTA eller VTO)"),
    code("other-measure", "Et annet tiltak"),
    health("treatment", "Behandling"),
    health("disability-benefit", "Uføretrygd"),
    code("other", "Annet"),
];

pub(crate) const NEED_AREAS: &[Code] = &[
    code("hours", "Arbeidstid"),
    code("tasks", "Oppgaver"),
    code("environment", "Arbeidsmiljø"),
    code("aids", "Hjelpemidler"),
    code("transport", "Transport"),
    code("communication", "Kommunikasjon"),
    code("social", "Sosialt samspill"),
];

/// Kinds of services to cooperate with. Follow-up by a specialist service reveals treatment.
pub(crate) const INSTANCES: &[Code] = &[
    code("gp", "Fastlege"),
    health("specialist-service", "Spesialisthelsetjenesten"),
    code("nav-office", "Nav-kontor"),
    code("aids-centre", "Hjelpemiddelsentral"),
    code("employer", "Arbeidsgiver"),
    code("clubhouse", "Fontenehus"),
    code("municipality", "Kommunen"),
    code("other", "Andre"),
];

pub(crate) const TREATMENT: &[Code] = &[
    code("planned", "Planlagt"),
    code("started", "Startet"),
    code("paused", "Satt på pause"),
    code("ended", "Avsluttet"),
];

pub(crate) const COMBINES: &[Code] = &[
    code("yes", "Ja"),
    code("partly", "Delvis, med tilpasning"),
    code("no", "Nei, ikke nå"),
    code("unclear", "Ikke avklart"),
];

/// The fixed sentence that informs a party of a withdrawal. It contains no reason and no words of the participant.
pub(crate) const WITHDRAWN: &[Code] = &[code(
    "no-further-sharing",
    "Deltakeren har trukket tilbake samtykket til at avsenderen deler disse opplysningene med dere i den arbeidsrettede \
     oppfølgingen. Dere får ikke mer av dette. Det dere alt har fått, tar dere vare på eller sletter etter deres egne regler, og \
     plikten til å føre journal gjelder som før. Bruk det ikke videre i dette samarbeidet. Deltakeren trenger ikke å si hvorfor. \
     Ta kontakt med avsenderen hvis noe er uklart. Beskjeden er laget av Bindeledd, og dere trenger ikke å svare på den.",
)];
