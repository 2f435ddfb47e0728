//! The catalogue's words in forms: labels of fields, meanings of codes, units. In bokmål they are the catalogue's own.

use crate::lang::Lang;

/// Returns a word of the catalogue in the language of the page. The catalogue's word stands for one without a translation.
pub(crate) fn word(norwegian: &'static str, lang: Lang) -> &'static str {
    match lang {
        Lang::Bokmal => norwegian,
        Lang::English => english(norwegian).unwrap_or(norwegian),
    }
}

const WORDS: &[(&str, &str)] = &[
    // Labels.
    ("Fra", "From"),
    ("Til", "Until"),
    ("Foreslåtte tidspunkter", "Proposed times"),
    ("Sted", "Place"),
    ("Saker", "Agenda"),
    ("Tiltak", "Measure"),
    ("Tiltaket starter", "The measure begins"),
    ("Tiltaket slutter", "The measure ends"),
    ("Dette har Nav bestilt", "Ordered by Nav"),
    ("Mål", "Goals"),
    ("Egne jobbønsker", "Own wishes for a job"),
    ("Samarbeid med", "Cooperation with"),
    ("Instans", "Service"),
    ("Kontakt", "Contact"),
    ("Tema", "Topic"),
    ("Tilpasninger", "Adaptations"),
    ("Aktiviteter", "Activities"),
    ("Ny gjennomgang", "Next review"),
    ("Status", "Status"),
    ("Oppmøte", "Attendance"),
    ("Dager i uken", "Days a week"),
    ("Deltakelse", "Participation"),
    ("Deltakelsen endres fra", "The participation changes from"),
    ("Aktivitet", "Activity"),
    ("Arbeidssted", "Place of work"),
    ("Bekymring", "Concern"),
    ("Behov", "Need"),
    ("Område", "Area"),
    ("Kommentar", "Comment"),
    ("Får til", "Manages"),
    ("Forutsetninger", "Conditions"),
    ("Begrensninger", "Limitations"),
    ("Timer i uken", "Hours a week"),
    ("Omfang", "Extent"),
    ("Gjelder til", "Holds until"),
    ("Kan kombineres med arbeid", "Can be combined with work"),
    ("Ledig for arbeid", "Free for work"),
    ("Svar ønskes innen", "Answer wanted by"),
    ("Svar", "Answer"),
    ("Tidspunkt", "Time"),
    ("Andre tidspunkter", "Other times"),
    ("Spørsmål", "Question"),
    ("Gjelder", "About"),
    ("Dette butter", "What is difficult"),
    ("Sosialt samspill", "Social interplay"),
    ("Veiledning til", "Guidance for"),
    ("Haster det", "Is it urgent"),
    ("Hvem kommer", "Who comes"),
    ("Når", "When"),
    ("Årsak", "Reason"),
    ("Årsak med egne ord", "Reason in own words"),
    ("Foreslått sluttdato", "Proposed end"),
    ("Går videre til", "Goes on to"),
    ("Begrunnelse", "Grounds"),
    ("Sluttdato", "End"),
    ("Stilling", "Position"),
    ("Situasjon", "Situation"),
    ("Måneder etter avslutning", "Months after the end"),
    // Units.
    ("", ""),
    ("prosent", "per cent"),
    ("dager", "days"),
    ("timer", "hours"),
    ("måneder", "months"),
    // Measures.
    ("Arbeidsforberedende trening (AFT)", "Work preparation training (AFT)"),
    ("Arbeidsrettet rehabilitering", "Work-oriented rehabilitation"),
    ("Avklaring", "Assessment"),
    ("Oppfølging", "Follow-up"),
    (
        "Varig tilrettelagt arbeid i skjermet virksomhet (VTA)",
        "Permanent adapted work in a sheltered enterprise (VTA)",
    ),
    (
        "Varig tilrettelagt arbeid i ordinær virksomhet (VTO)",
        "Permanent adapted work in an ordinary enterprise (VTO)",
    ),
    ("Individuell jobbstøtte", "Individual job support"),
    (
        "Individuell jobbstøtte for unge",
        "Individual job support for the young",
    ),
    // Participation.
    ("Venter på oppstart", "Awaits the start"),
    ("Deltar", "Participates"),
    ("Har sluttet", "Has left"),
    ("Ikke aktuell", "Not relevant"),
    ("Vurderes", "Is considered"),
    ("På venteliste", "On a waiting list"),
    ("Avbrutt", "Broken off"),
    ("Fullført", "Completed"),
    // Reasons.
    ("Syk", "Ill"),
    ("Fått jobb", "Got a job"),
    ("Trenger annen støtte", "Needs other support"),
    ("Fikk ikke plass", "Got no place"),
    ("Møter ikke opp", "Does not come"),
    ("Utdanning", "Education"),
    ("Avlyst kontrakt", "Cancelled contract"),
    (
        "Samarbeidet med arrangøren er avbrutt",
        "The cooperation with the provider is broken off",
    ),
    ("Krav ikke oppfylt", "Requirements not met"),
    ("Kurset er fullt", "The course is full"),
    ("Annet", "Other"),
    // Outcomes.
    ("Jobb", "Job"),
    ("Tilrettelagt jobb (VTA eller VTO)", "Adapted job (VTA or VTO)"),
    ("Et annet tiltak", "Another measure"),
    ("Behandling", "Treatment"),
    ("Uføretrygd", "Disability benefit"),
    // Needs and services.
    ("Arbeidstid", "Working hours"),
    ("Oppgaver", "Tasks"),
    ("Arbeidsmiljø", "Working environment"),
    ("Hjelpemidler", "Aids"),
    ("Transport", "Transport"),
    ("Kommunikasjon", "Communication"),
    ("Fastlege", "GP"),
    ("Spesialisthelsetjenesten", "Specialist health service"),
    ("Nav-kontor", "Nav office"),
    ("Hjelpemiddelsentral", "Aids centre"),
    ("Arbeidsgiver", "Employer"),
    ("Fontenehus", "Clubhouse"),
    ("Kommunen", "Municipality"),
    ("Andre", "Others"),
    // Treatment.
    ("Planlagt", "Planned"),
    ("Startet", "Started"),
    ("Satt på pause", "Paused"),
    ("Avsluttet", "Ended"),
    ("Ja", "Yes"),
    ("Delvis, med tilpasning", "Partly, with adaptation"),
    ("Nei, ikke nå", "No, not now"),
    ("Ikke avklart", "Not settled"),
    // Answers and urgency.
    ("Ja, det passer", "Yes, that suits"),
    ("Nei, det passer ikke", "No, that does not suit"),
    ("Ønsker et annet tidspunkt", "Wants another time"),
    ("Arbeidstakeren", "The employee"),
    ("Arbeidsgiveren", "The employer"),
    ("Begge", "Both"),
    ("I dag", "Today"),
    ("Denne uken", "This week"),
    ("Kan vente", "Can wait"),
    ("I arbeid", "In work"),
    ("I utdanning", "In education"),
    ("Verken i arbeid eller utdanning", "Neither in work nor in education"),
    ("Ikke kjent", "Not known"),
];

fn english(norwegian: &str) -> Option<&'static str> {
    WORDS
        .iter()
        .find(|(of, _)| *of == norwegian)
        .map(|(_, english)| *english)
}

#[cfg(test)]
mod tests {
    use bindeledd_core::Kind;
    use bindeledd_core::compose::{Field, Input, Typed, fields};

    use super::*;

    fn words(of: &[Field], all: &mut Vec<&'static str>) {
        for field in of {
            all.push(field.label);
            match &field.input {
                Input::Choice { codes, .. } => all.extend(codes.iter().map(|code| code.text)),
                Input::Whole { unit, .. } | Input::Decimal { unit, .. } => all.push(unit),
                Input::Group(inner) | Input::Rows { rows: inner, .. } => words(inner, all),
                Input::Text { .. } | Input::Day | Input::Moment | Input::Categories => {}
            }
        }
    }

    #[test]
    fn every_word_of_a_form_has_an_english_one_and_no_other_is_listed() {
        let mut all = Vec::new();
        for kind in Kind::ALL {
            words(&fields(kind, &Typed::default(), 0), &mut all);
        }
        assert!(all.len() > 200);
        for norwegian in &all {
            assert!(english(norwegian).is_some(), "{norwegian}");
        }
        for (n, (norwegian, _)) in WORDS.iter().enumerate() {
            assert!(all.contains(norwegian), "{norwegian} is no word of a form");
            assert!(
                WORDS[..n].iter().all(|(of, _)| of != norwegian),
                "{norwegian} stands twice"
            );
        }
    }
}
