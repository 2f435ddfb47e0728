//! Words of the list of messages and of errors by cause.

use crate::lang::Lang;
use crate::view::query::{Filter, Span, Tab};

pub(crate) struct Texts {
    /// The number of newer rows, and whether there may be more.
    pub(crate) newer: fn(u64, bool) -> String,
    pub(crate) causes: &'static str,
    pub(crate) find: &'static str,
    pub(crate) find_and_filter: &'static str,
    pub(crate) id: &'static str,
    pub(crate) id_example: &'static str,
    pub(crate) all_parties: &'static str,
    pub(crate) all_kinds: &'static str,
    pub(crate) all_times: &'static str,
    pub(crate) unknown: fn(&str) -> String,
    pub(crate) more_filters: &'static str,
    pub(crate) day_example: &'static str,
    pub(crate) participant_example: &'static str,
    pub(crate) show: &'static str,
    pub(crate) state: &'static str,
    pub(crate) selection: &'static str,
    pub(crate) drop: &'static str,
    pub(crate) drop_all: &'static str,
    pub(crate) by_number: &'static str,
    pub(crate) not_understood: fn(&str) -> String,
    pub(crate) caption: fn(&str) -> String,
    pub(crate) pick: &'static str,
    pub(crate) pick_one: fn(&str, &str, &str) -> String,
    pub(crate) received: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) from_to: &'static str,
    pub(crate) participant: &'static str,
    pub(crate) to: &'static str,
    pub(crate) chosen: &'static str,
    pub(crate) again_chosen: &'static str,
    pub(crate) again_all: fn(&str) -> String,
    pub(crate) at_most: &'static str,
    pub(crate) pages: &'static str,
    pub(crate) newest: &'static str,
    pub(crate) older: &'static str,
    pub(crate) shown: fn(&str, &str) -> String,
    pub(crate) nothing: &'static str,
    pub(crate) nothing_text: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) empty_text: &'static str,
    pub(crate) hits: fn(usize) -> String,
    pub(crate) causes_lead: &'static str,
    pub(crate) causes_caption: &'static str,
    pub(crate) cause: &'static str,
    pub(crate) receivers: &'static str,
    pub(crate) number: &'static str,
    pub(crate) tried_again: &'static str,
    pub(crate) last: &'static str,
    pub(crate) no_causes: &'static str,
    pub(crate) no_causes_text: &'static str,
    pub(crate) about_code: &'static str,
    pub(crate) other_cause: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

/// Returns the word of a tab.
pub(crate) const fn tab(tab: Tab, lang: Lang) -> &'static str {
    let (bokmal, english) = match tab {
        Tab::All => ("Alle", "All"),
        Tab::Bad => ("Trenger noen", "Need someone"),
        Tab::Waiting => ("Venter", "Waiting"),
        Tab::AwaitingReceipt => ("Venter på kvittering", "Awaiting receipt"),
        Tab::Blocked => ("Mangler samtykke", "No consent"),
        Tab::Refused => ("Avvist", "Refused"),
        Tab::Failed => ("Feilet", "Failed"),
        Tab::Expired => ("Utløpt", "Expired"),
        Tab::Cancelled => ("Avbrutt", "Cancelled"),
        Tab::Delivered => ("Levert", "Delivered"),
    };
    match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    }
}

/// Returns the word of a span of time.
pub(crate) const fn span(span: Span, lang: Lang) -> &'static str {
    let (bokmal, english) = match span {
        Span::Today => ("I dag", "Today"),
        Span::Week => ("Siste 7 dager", "Last 7 days"),
        Span::Month => ("Siste 30 dager", "Last 30 days"),
    };
    match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    }
}

/// Returns the word of a filter.
pub(crate) const fn filter(filter: Filter, lang: Lang) -> &'static str {
    let (bokmal, english) = match filter {
        Filter::Id => ("Id", "Id"),
        Filter::Party => ("Aktør", "Party"),
        Filter::Kind => ("Meldingstype", "Kind"),
        Filter::State => ("Tilstand", "State"),
        Filter::Time => ("Tid", "Time"),
        Filter::Since => ("Fra og med", "From"),
        Filter::Until => ("Til og med", "Until"),
        Filter::Participant => ("Deltaker", "Participant"),
        Filter::Code => ("Feilkode", "Error code"),
    };
    match lang {
        Lang::Bokmal => bokmal,
        Lang::English => english,
    }
}

static BOKMAL: Texts = Texts {
    newer: |n, is_more| match (n, is_more) {
        (n, true) => format!("Minst {n} nye, vis dem"),
        (1, false) => "1 ny, vis den".to_owned(),
        (n, false) => format!("{n} nye, vis dem"),
    },
    causes: "Feil etter årsak",
    find: "Finn og velg",
    find_and_filter: "Finn og filtrer",
    id: "Id: vår, avsenderens, mottakerens, samtale",
    id_example: "019d… eller NAK-2026-…",
    all_parties: "Alle",
    all_kinds: "Alle",
    all_times: "Alle tider",
    unknown: |value| format!("{value} (ukjent)"),
    more_filters: "Flere valg",
    day_example: "2026-10-06",
    participant_example: "p-…",
    show: "Vis",
    state: "Tilstand",
    selection: "Utvalg:",
    drop: "fjern",
    drop_all: "Fjern alle",
    by_number: "Søk med fødselsnummer",
    not_understood: |names| {
        format!("Dette i adressen ble ikke forstått, og er ikke brukt: {names}. Siden viser alt det andre.")
    },
    caption: |n| format!("{n} leveranser, nyeste først"),
    pick: "Velg",
    pick_one: |kind, to, at| format!("Velg {kind} til {to}, {at}"),
    received: "Mottatt",
    kind: "Meldingstype",
    from_to: "Fra og til",
    participant: "Deltaker",
    to: "til",
    chosen: "Kryss av for dem du vil sende på nytt",
    again_chosen: "Send valgte på nytt …",
    again_all: |n| {
        if n == "1" {
            "Send den ene i utvalget på nytt …".to_owned()
        } else {
            format!("Send alle {n} i utvalget på nytt …")
        }
    },
    at_most: "høyst 1 000 om gangen",
    pages: "Sider",
    newest: "Nyeste",
    older: "Eldre",
    shown: |n, all| format!("Viser {n} av {all}"),
    nothing: "Ingen leveranser passer til utvalget",
    nothing_text: "Fjern ett av valgene, så ser du flere:",
    empty: "Ingen meldinger ennå",
    empty_text: "Her kommer hver leveranse på en rad, så snart en aktør har sendt en melding.",
    hits: |n| format!("{n} treff på id-en"),
    causes_lead: "Leveranser som ikke er kommet frem, etter årsak og mottaker.",
    causes_caption: "Årsaker, de hyppigste først",
    cause: "Årsak",
    receivers: "Mottakere",
    number: "Antall",
    tried_again: "Prøves igjen",
    last: "Sist",
    no_causes: "Ingen feil i denne tiden",
    no_causes_text: "Alt som ble sendt, er levert eller på vei.",
    about_code: "om koden",
    other_cause: "Annen årsak",
};

static ENGLISH: Texts = Texts {
    newer: |n, is_more| match (n, is_more) {
        (n, true) => format!("At least {n} new, show them"),
        (1, false) => "1 new, show it".to_owned(),
        (n, false) => format!("{n} new, show them"),
    },
    causes: "Errors by cause",
    find: "Find and choose",
    find_and_filter: "Find and filter",
    id: "Id: ours, the sender's, the receiver's, conversation",
    id_example: "019d… or NAK-2026-…",
    all_parties: "All",
    all_kinds: "All",
    all_times: "All times",
    unknown: |value| format!("{value} (unknown)"),
    more_filters: "More filters",
    day_example: "2026-10-06",
    participant_example: "p-…",
    show: "Show",
    state: "State",
    selection: "Selection:",
    drop: "drop",
    drop_all: "Drop all",
    by_number: "Search by identity number",
    not_understood: |names| {
        format!("This part of the address was not understood, and is not used: {names}. The page shows all the rest.")
    },
    caption: |n| format!("{n} deliveries, newest first"),
    pick: "Choose",
    pick_one: |kind, to, at| format!("Choose {kind} to {to}, {at}"),
    received: "Received",
    kind: "Kind",
    from_to: "From and to",
    participant: "Participant",
    to: "to",
    chosen: "Tick those to send again",
    again_chosen: "Send the ticked again …",
    again_all: |n| {
        if n == "1" {
            "Send the one selected again …".to_owned()
        } else {
            format!("Send all {n} selected again …")
        }
    },
    at_most: "1,000 at most at once",
    pages: "Pages",
    newest: "Newest",
    older: "Older",
    shown: |n, all| format!("Shows {n} of {all}"),
    nothing: "No delivery fits the selection",
    nothing_text: "Drop one of the filters to see more:",
    empty: "No messages yet",
    empty_text: "Each delivery stands here in a row, as soon as a party has sent a message.",
    hits: |n| format!("{n} hits for the id"),
    causes_lead: "Deliveries that have not arrived, by cause and receiver.",
    causes_caption: "Causes, the most frequent first",
    cause: "Cause",
    receivers: "Receivers",
    number: "Number",
    tried_again: "Tried again",
    last: "Last",
    no_causes: "No errors in this time",
    no_causes_text: "All that was sent is delivered or on its way.",
    about_code: "about the code",
    other_cause: "Another cause",
};
