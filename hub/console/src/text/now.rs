//! Words of the first page.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) matters: fn(u64) -> String,
    pub(crate) balanced: fn(&str) -> String,
    pub(crate) unbalanced: fn(&str) -> String,
    pub(crate) since: &'static str,
    pub(crate) delivered: &'static str,
    pub(crate) awaiting: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) oldest: &'static str,
    pub(crate) blocked: &'static str,
    pub(crate) bad: &'static str,
    pub(crate) off: &'static str,
    pub(crate) needs_person: &'static str,
    pub(crate) solved: fn(u64) -> String,
    pub(crate) can_not_wait: &'static str,
    pub(crate) can_wait: &'static str,
    pub(crate) waits_for: fn(u64) -> String,
    pub(crate) times: fn(u64) -> String,
    pub(crate) next_attempt: &'static str,
    pub(crate) taken_by: fn(&str) -> String,
    pub(crate) does_not_accept: fn(&str) -> String,
    pub(crate) failing_text: &'static str,
    pub(crate) see: &'static str,
    pub(crate) test: &'static str,
    pub(crate) whom_to_call: &'static str,
    pub(crate) calm: &'static str,
    pub(crate) coming: &'static str,
    pub(crate) when: &'static str,
    pub(crate) what: &'static str,
    pub(crate) about: &'static str,
    pub(crate) well: &'static str,
    pub(crate) done: &'static str,
    pub(crate) nothing_done: &'static str,
    pub(crate) start: &'static str,
    pub(crate) start_text: &'static str,
    pub(crate) start_party: &'static str,
    pub(crate) start_consent: &'static str,
    pub(crate) start_message: &'static str,
    pub(crate) ticked: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

static BOKMAL: Texts = Texts {
    matters: |n| match n {
        0 => "Ingenting trenger deg".to_owned(),
        1 => "1 sak trenger deg".to_owned(),
        n => format!("{n} saker trenger deg"),
    },
    balanced: |n| format!("{n} leveranser i dag, og alle er gjort rede for"),
    unbalanced: |n| format!("{n} leveranser i dag går ikke opp: delene gir en annen sum"),
    since: "siden kl. 00.00",
    delivered: "levert",
    awaiting: "venter på kvittering",
    waiting: "venter",
    oldest: "eldste",
    blocked: "ikke sendt: mangler samtykke",
    bad: "avvist, utløpt eller feilet",
    off: "trukket eller avbrutt",
    needs_person: "Trenger et menneske",
    solved: |n| format!("Løst siste døgn ({n})"),
    can_not_wait: "Kan ikke vente",
    can_wait: "Kan vente til du har tid",
    waits_for: |n| {
        if n == 1 {
            "1 leveranse venter".to_owned()
        } else {
            format!("{n} leveranser venter")
        }
    },
    times: |n| format!("{n} ganger"),
    next_attempt: "neste forsøk",
    taken_by: |who| format!("{who} tar den"),
    does_not_accept: |who| format!("{who} tar ikke imot"),
    failing_text: "Ingenting er tapt: det som venter, går av seg selv når mottakeren svarer igjen.",
    see: "Se saken",
    test: "Test forbindelsen",
    whom_to_call: "Hvem kan du ringe?",
    calm: "Ingenting er tapt, og ingenting venter på noen",
    coming: "Kommer",
    when: "Når",
    what: "Hva",
    about: "Gjelder",
    well: "Står bra til",
    done: "Sist gjort",
    nothing_done: "Her står det som operatører gjør, med navn og tid.",
    start: "Kom i gang",
    start_text: "Her er det ingen aktører og ingen meldinger ennå. Tre steg, så går den første meldingen.",
    start_party: "Legg til en aktør",
    start_consent: "Registrer et samtykke",
    start_message: "Send en testmelding",
    ticked: "gjort",
};

static ENGLISH: Texts = Texts {
    matters: |n| match n {
        0 => "Nothing needs you".to_owned(),
        1 => "1 matter needs you".to_owned(),
        n => format!("{n} matters need you"),
    },
    balanced: |n| format!("{n} deliveries today, and all are accounted for"),
    unbalanced: |n| format!("{n} deliveries today do not add up: the parts give another sum"),
    since: "since 00.00",
    delivered: "delivered",
    awaiting: "await a receipt",
    waiting: "wait",
    oldest: "oldest",
    blocked: "not sent: no consent",
    bad: "refused, expired or failed",
    off: "withdrawn or cancelled",
    needs_person: "Needs a person",
    solved: |n| format!("Solved the last day ({n})"),
    can_not_wait: "Can not wait",
    can_wait: "Can wait",
    waits_for: |n| {
        if n == 1 {
            "1 delivery waits".to_owned()
        } else {
            format!("{n} deliveries wait")
        }
    },
    times: |n| format!("{n} times"),
    next_attempt: "next attempt",
    taken_by: |who| format!("{who} takes it"),
    does_not_accept: |who| format!("{who} does not accept"),
    failing_text: "Nothing is lost: waiting deliveries go by themselves once the receiver answers again.",
    see: "See the matter",
    test: "Test the connection",
    whom_to_call: "Whom can you call?",
    calm: "Nothing is lost, and nothing waits for anybody",
    coming: "Coming",
    when: "When",
    what: "What",
    about: "About",
    well: "Stands well",
    done: "Done last",
    nothing_done: "Acts of operators stand here, with name and time.",
    start: "Get started",
    start_text: "There are no parties and no messages yet. Three steps, and the first message goes.",
    start_party: "Add a party",
    start_consent: "Register a consent",
    start_message: "Send a test message",
    ticked: "done",
};
