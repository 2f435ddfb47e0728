//! Kinds of messages and categories of data in words. In bokmål they are the catalogue's own.

use bindeledd_core::{Category, CategorySet, Kind};

use crate::lang::Lang;

/// Returns the title of a kind.
pub(crate) fn title(kind: Kind, lang: Lang) -> &'static str {
    if matches!(lang, Lang::Bokmal) {
        return kind.spec().title;
    }
    match kind {
        Kind::StartMeeting => "Invitation to the start-up meeting",
        Kind::StartMeetingSummary => "Summary of the start-up meeting",
        Kind::GoalsAgreed => "Goals and plan",
        Kind::ProgressUpdate => "Progress in the measure",
        Kind::FacilitationNeed => "Need for adaptation",
        Kind::FunctionUpdate => "Abilities and limitations",
        Kind::TreatmentStatus => "Treatment",
        Kind::MeetingRequest => "Request for a meeting",
        Kind::MeetingResponse => "Answer about a meeting",
        Kind::Question => "Question",
        Kind::Answer => "Answer",
        Kind::SupportRequest => "Request for support",
        Kind::SupportResponse => "Answer about support",
        Kind::MeasureEndProposed => "Proposal to end the measure",
        Kind::MeasureEnded => "The measure has ended",
        Kind::AfterFollowUp => "Follow-up afterwards",
        Kind::Correction => "Correction",
        Kind::ConsentWithdrawn => "A consent was withdrawn",
    }
}

/// Returns the name of a category.
const fn category(category: Category, lang: Lang) -> &'static str {
    if matches!(lang, Lang::Bokmal) {
        return category.norwegian();
    }
    match category {
        Category::Meeting => "meetings",
        Category::Goals => "goals and plan",
        Category::Progress => "progress",
        Category::Facilitation => "adaptation",
        Category::Function => "abilities and limitations",
        Category::TreatmentStatus => "treatment",
        Category::Dialogue => "questions and answers",
        Category::Outcome => "the end of the measure",
    }
}

/// Returns the names of categories as a list in a sentence.
pub(crate) fn categories(set: CategorySet, lang: Lang) -> String {
    let names: Vec<&str> = Category::ALL
        .into_iter()
        .filter(|one| set.contains(*one))
        .map(|one| category(one, lang))
        .collect();
    let and = match lang {
        Lang::Bokmal => "og",
        Lang::English => "and",
    };
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} {and} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_a_list_in_a_sentence() {
        let set = CategorySet::of(&[Category::Goals, Category::Meeting, Category::Facilitation]);
        assert_eq!(categories(set, Lang::Bokmal), "møter, mål og plan og tilrettelegging");
        let one = CategorySet::of(&[Category::Dialogue]);
        assert_eq!(categories(one, Lang::English), "questions and answers");
        assert_eq!(categories(CategorySet::EMPTY, Lang::English), "");
    }

    #[test]
    fn every_kind_has_a_title() {
        for kind in Kind::ALL {
            assert!(Lang::ALL.iter().all(|lang| !title(kind, *lang).is_empty()));
        }
    }
}
