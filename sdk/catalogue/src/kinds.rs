//! The catalogue itself: one entry a kind. Adding a kind is an entry here, its name in `kind.rs`, and its fixture.

use crate::category::Category;
use crate::codes::{
    COMBINES, INSTANCES, MEASURES, NEED_AREAS, OUTCOMES, PARTICIPATION, REASONS, TREATMENT, WITHDRAWN, code,
};
use crate::field::{FieldSpec, FieldType};
use crate::kind::{Kind, KindSpec};

use Category::{Dialogue, Facilitation, Function, Goals, Meeting, Outcome, Progress, TreatmentStatus};

const fn required(name: &'static str, label: &'static str, category: Category, ty: FieldType) -> FieldSpec {
    FieldSpec {
        name,
        label,
        category,
        required: true,
        ty,
    }
}

const fn optional(name: &'static str, label: &'static str, category: Category, ty: FieldType) -> FieldSpec {
    FieldSpec {
        name,
        label,
        category,
        required: false,
        ty,
    }
}

const LINE: FieldType = FieldType::Text { max: 200 };
const TEXT: FieldType = FieldType::Text { max: 2000 };
const LINES: FieldType = FieldType::List {
    of: &FieldType::Text { max: 500 },
    max: 20,
};
const PERCENT: FieldType = FieldType::Integer {
    min: 0,
    max: 100,
    unit: "prosent",
};
const TIMES: FieldType = FieldType::List { of: &TIME, max: 10 };
const TIME: FieldType = FieldType::Record(&[
    required("start", "Fra", Meeting, FieldType::Instant),
    optional("end", "Til", Meeting, FieldType::Instant),
]);

pub(crate) static TABLE: [KindSpec; 18] = [
    KindSpec {
        kind: Kind::StartMeeting,
        code: "start-meeting",
        title: "Innkalling til oppstartssamtale",
        purpose: "Invites to the start-up meeting of a measure.",
        usual_sender: "AFT provider",
        category: Meeting,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("proposedTimes", "Foreslåtte tidspunkter", Meeting, TIMES),
            optional("place", "Sted", Meeting, LINE),
            optional("agenda", "Saker", Meeting, LINES),
            optional("measure", "Tiltak", Goals, FieldType::Code(MEASURES)),
            optional("measureFrom", "Tiltaket starter", Goals, FieldType::Date),
            optional("measureUntil", "Tiltaket slutter", Goals, FieldType::Date),
        ],
    },
    KindSpec {
        kind: Kind::StartMeetingSummary,
        code: "start-meeting-summary",
        title: "Oppsummering av oppstartssamtale",
        purpose: "Says what Nav ordered, what was aimed for, and whom to work with.",
        usual_sender: "AFT provider",
        category: Goals,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            optional("ordered", "Dette har Nav bestilt", Goals, TEXT),
            required("goals", "Mål", Goals, LINES),
            optional("jobWishes", "Egne jobbønsker", Goals, LINES),
            optional(
                "cooperateWith",
                "Samarbeid med",
                Meeting,
                FieldType::List {
                    of: &FieldType::Record(&[
                        required("instance", "Instans", Meeting, FieldType::Code(INSTANCES)),
                        optional("contact", "Kontakt", Meeting, LINE),
                        optional("topic", "Tema", Meeting, LINE),
                    ]),
                    max: 10,
                },
            ),
            optional("adaptations", "Tilpasninger", Facilitation, LINES),
        ],
    },
    KindSpec {
        kind: Kind::GoalsAgreed,
        code: "goals-agreed",
        title: "Mål og plan",
        purpose: "Gives the goals and the plan that were agreed on.",
        usual_sender: "AFT provider",
        category: Goals,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("goals", "Mål", Goals, LINES),
            optional("activities", "Aktiviteter", Goals, LINES),
            optional("from", "Fra", Goals, FieldType::Date),
            optional("until", "Til", Goals, FieldType::Date),
            optional("reviewOn", "Ny gjennomgang", Goals, FieldType::Date),
        ],
    },
    KindSpec {
        kind: Kind::ProgressUpdate,
        code: "progress-update",
        title: "Fremdrift i tiltaket",
        purpose: "Says how it goes in the measure.",
        usual_sender: "AFT provider",
        category: Progress,
        to_gp: false,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("status", "Status", Progress, FieldType::Code(PARTICIPATION)),
            optional("attendancePercent", "Oppmøte", Progress, PERCENT),
            optional(
                "daysPerWeek",
                "Dager i uken",
                Progress,
                FieldType::Number {
                    min: 0.0,
                    max: 7.0,
                    unit: "dager",
                },
            ),
            optional("percent", "Deltakelse", Progress, PERCENT),
            optional("activity", "Aktivitet", Progress, TEXT),
            optional("workplace", "Arbeidssted", Progress, LINE),
            optional("concern", "Bekymring", Progress, TEXT),
        ],
    },
    KindSpec {
        kind: Kind::FacilitationNeed,
        code: "facilitation-need",
        title: "Behov for tilrettelegging",
        purpose: "Says what needs to be adapted at work.",
        usual_sender: "AFT provider",
        category: Facilitation,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required(
                "needs",
                "Behov",
                Facilitation,
                FieldType::List {
                    of: &FieldType::Record(&[
                        required("area", "Område", Facilitation, FieldType::Code(NEED_AREAS)),
                        required("need", "Behov", Facilitation, FieldType::Text { max: 500 }),
                    ]),
                    max: 20,
                },
            ),
            optional("comment", "Kommentar", Facilitation, TEXT),
        ],
    },
    KindSpec {
        kind: Kind::FunctionUpdate,
        code: "function-update",
        title: "Funksjonsopplysninger",
        purpose: "Says what the person manages, on which conditions, and what is hard; never a diagnosis.",
        usual_sender: "GP or specialist service",
        category: Function,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("manages", "Får til", Function, LINES),
            optional("conditions", "Forutsetninger", Function, LINES),
            optional("limitations", "Begrensninger", Function, LINES),
            optional(
                "hoursPerWeek",
                "Timer i uken",
                Function,
                FieldType::Number {
                    min: 0.0,
                    max: 60.0,
                    unit: "timer",
                },
            ),
            optional("percent", "Omfang", Function, PERCENT),
            optional("validUntil", "Gjelder til", Function, FieldType::Date),
        ],
    },
    KindSpec {
        kind: Kind::TreatmentStatus,
        code: "treatment-status",
        title: "Behandling",
        purpose: "Says that treatment is planned, starts, pauses or ends, and whether work goes along with it.",
        usual_sender: "specialist service",
        category: TreatmentStatus,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("status", "Status", TreatmentStatus, FieldType::Code(TREATMENT)),
            optional("from", "Fra", TreatmentStatus, FieldType::Date),
            optional("until", "Til", TreatmentStatus, FieldType::Date),
            optional(
                "combinesWithWork",
                "Kan kombineres med arbeid",
                TreatmentStatus,
                FieldType::Code(COMBINES),
            ),
            optional(
                "availableWhen",
                "Ledig for arbeid",
                TreatmentStatus,
                FieldType::Text { max: 500 },
            ),
        ],
    },
    KindSpec {
        kind: Kind::MeetingRequest,
        code: "meeting-request",
        title: "Ønske om samarbeidsmøte",
        purpose: "Asks for a meeting.",
        usual_sender: "any party",
        category: Meeting,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("proposedTimes", "Foreslåtte tidspunkter", Meeting, TIMES),
            optional("place", "Sted", Meeting, LINE),
            optional("topic", "Tema", Meeting, TEXT),
            optional("answerBy", "Svar ønskes innen", Meeting, FieldType::Date),
        ],
    },
    KindSpec {
        kind: Kind::MeetingResponse,
        code: "meeting-response",
        title: "Svar om samarbeidsmøte",
        purpose: "Accepts or declines a meeting, or proposes another time.",
        usual_sender: "any party",
        category: Meeting,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required(
                "answer",
                "Svar",
                Meeting,
                FieldType::Code(&[
                    code("accepted", "Ja, det passer"),
                    code("declined", "Nei, det passer ikke"),
                    code("other-time", "Ønsker et annet tidspunkt"),
                ]),
            ),
            optional("time", "Tidspunkt", Meeting, TIME),
            optional("proposedTimes", "Andre tidspunkter", Meeting, TIMES),
            optional("place", "Sted", Meeting, LINE),
            optional("comment", "Kommentar", Meeting, TEXT),
        ],
    },
    KindSpec {
        kind: Kind::Question,
        code: "question",
        title: "Spørsmål",
        purpose: "Asks one party a question.",
        usual_sender: "any party",
        category: Dialogue,
        to_gp: true,
        named_parties_only: true,
        by_hub: false,
        fields: &[
            required("text", "Spørsmål", Dialogue, TEXT),
            optional("answerBy", "Svar ønskes innen", Dialogue, FieldType::Date),
            required("about", "Gjelder", Dialogue, FieldType::About),
        ],
    },
    KindSpec {
        kind: Kind::Answer,
        code: "answer",
        title: "Svar",
        purpose: "Answers a question.",
        usual_sender: "any party",
        category: Dialogue,
        to_gp: true,
        named_parties_only: true,
        by_hub: false,
        fields: &[
            required("text", "Svar", Dialogue, TEXT),
            required("about", "Gjelder", Dialogue, FieldType::About),
        ],
    },
    KindSpec {
        kind: Kind::SupportRequest,
        code: "support-request",
        title: "Ønske om bistand når det butter",
        purpose: "Asks for help when work grinds, social interplay included.",
        usual_sender: "employer or participant's provider",
        category: Facilitation,
        to_gp: false,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("what", "Dette butter", Facilitation, TEXT),
            optional("socialInterplay", "Sosialt samspill", Facilitation, TEXT),
            optional(
                "guidanceFor",
                "Veiledning til",
                Facilitation,
                FieldType::Code(&[
                    code("employee", "Arbeidstakeren"),
                    code("employer", "Arbeidsgiveren"),
                    code("both", "Begge"),
                ]),
            ),
            required(
                "urgency",
                "Haster det",
                Facilitation,
                FieldType::Code(&[
                    code("today", "I dag"),
                    code("this-week", "Denne uken"),
                    code("can-wait", "Kan vente"),
                ]),
            ),
        ],
    },
    KindSpec {
        kind: Kind::SupportResponse,
        code: "support-response",
        title: "Svar om bistand",
        purpose: "Says who comes to help, and when.",
        usual_sender: "AFT provider, Nav or aids centre",
        category: Facilitation,
        to_gp: false,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("who", "Hvem kommer", Facilitation, LINE),
            optional("when", "Når", Facilitation, FieldType::Instant),
            optional("comment", "Kommentar", Facilitation, TEXT),
        ],
    },
    KindSpec {
        kind: Kind::MeasureEndProposed,
        code: "measure-end-proposed",
        title: "Forslag om avslutning av tiltaket",
        purpose: "Proposes to end the measure, while there is still time to talk.",
        usual_sender: "AFT provider",
        category: Outcome,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("reason", "Årsak", Outcome, FieldType::Code(REASONS)),
            optional(
                "reasonText",
                "Årsak med egne ord",
                Outcome,
                FieldType::Text { max: 200 },
            ),
            required("proposedDate", "Foreslått sluttdato", Outcome, FieldType::Date),
            optional("outcome", "Går videre til", Outcome, FieldType::Code(OUTCOMES)),
            optional("why", "Begrunnelse", Outcome, TEXT),
        ],
    },
    KindSpec {
        kind: Kind::MeasureEnded,
        code: "measure-ended",
        title: "Tiltaket er avsluttet",
        purpose: "Says that the measure has ended, and what it led to.",
        usual_sender: "AFT provider or Nav",
        category: Outcome,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required("reason", "Årsak", Outcome, FieldType::Code(REASONS)),
            optional(
                "reasonText",
                "Årsak med egne ord",
                Outcome,
                FieldType::Text { max: 200 },
            ),
            required("date", "Sluttdato", Outcome, FieldType::Date),
            optional("outcome", "Går videre til", Outcome, FieldType::Code(OUTCOMES)),
            optional("percent", "Stilling", Outcome, PERCENT),
        ],
    },
    KindSpec {
        kind: Kind::AfterFollowUp,
        code: "after-follow-up",
        title: "Etteroppfølging",
        purpose: "Says, some months later, whether the person is in work or education.",
        usual_sender: "AFT provider or Nav",
        category: Outcome,
        to_gp: false,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required(
                "situation",
                "Situasjon",
                Outcome,
                FieldType::Code(&[
                    code("in-work", "I arbeid"),
                    code("in-education", "I utdanning"),
                    code("neither", "Verken i arbeid eller utdanning"),
                    code("unknown", "Ikke kjent"),
                ]),
            ),
            optional("percent", "Stilling", Outcome, PERCENT),
            optional(
                "monthsAfter",
                "Måneder etter avslutning",
                Outcome,
                FieldType::Integer {
                    min: 0,
                    max: 120,
                    unit: "måneder",
                },
            ),
        ],
    },
    KindSpec {
        kind: Kind::Correction,
        code: "correction",
        title: "Retting",
        purpose: "Corrects a message, or takes back one that was sent by mistake.",
        usual_sender: "whoever sent it",
        category: Dialogue,
        to_gp: true,
        named_parties_only: false,
        by_hub: false,
        fields: &[
            required(
                "action",
                "Hva er gjort",
                Dialogue,
                FieldType::Code(&[
                    code("corrected", "Meldingen er rettet"),
                    code("sent-by-mistake", "Meldingen var feilsendt, se bort fra den"),
                ]),
            ),
            required(
                "correctedKind",
                "Gjelder meldingstypen",
                Dialogue,
                FieldType::CorrectedKind,
            ),
            optional("corrected", "Rettet innhold", Dialogue, FieldType::CorrectedBody),
        ],
    },
    KindSpec {
        kind: Kind::ConsentWithdrawn,
        code: "consent-withdrawn",
        title: "Samtykke er trukket tilbake",
        purpose: "Says that the participant took back the consent under which the sender shared what it names.",
        usual_sender: "the hub, for the sender whose messages the consent was about; no party sends it",
        // It needs none: see `by_hub`.
        category: Dialogue,
        to_gp: true,
        named_parties_only: true,
        by_hub: true,
        fields: &[
            required("withdrawnAt", "Trukket tilbake", Dialogue, FieldType::Instant),
            required("categories", "Gjelder", Dialogue, FieldType::About),
            required("meaning", "Dette betyr det", Dialogue, FieldType::Code(WITHDRAWN)),
        ],
    },
];
