//! The texts of the page, in one table for each language. Short sentences, everyday words, one
//! thought at a time.

use bindeledd_catalogue::Category;

use super::Language;

/// The texts of the page in one language.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) notice_title: &'static str,
    pub(super) introduction: &'static str,
    pub(super) asked: &'static str,
    pub(super) asked_purpose: &'static str,
    pub(super) may_tell: fn(&str, &str) -> String,
    pub(super) tells: fn(&str, &str) -> String,
    pub(super) category: fn(Category) -> &'static str,
    pub(super) never: &'static str,
    pub(super) anyway: &'static str,
    pub(super) anyway_why: &'static str,
    pub(super) law: fn(&str) -> String,
    pub(super) voluntary: &'static str,
    pub(super) declining: &'static str,
    pub(super) in_part: &'static str,
    pub(super) secrecy: &'static str,
    pub(super) secrecy_lifted: &'static str,
    pub(super) secrecy_kept: &'static str,
    pub(super) how_long: &'static str,
    pub(super) holds: fn(&str) -> String,
    pub(super) this_holds: fn(&str) -> String,
    pub(super) no_end: &'static str,
    pub(super) from: fn(&str) -> String,
    pub(super) through: fn(&str, &str) -> String,
    pub(super) until: fn(&str, &str) -> String,
    pub(super) taking_back: &'static str,
    pub(super) any_time: &'static str,
    pub(super) tell: fn(&str, Option<&str>) -> String,
    pub(super) what_stops: &'static str,
    pub(super) responsible: &'static str,
    pub(super) answers: fn(&str) -> String,
    pub(super) rights: &'static str,
    pub(super) signature: &'static str,
    pub(super) i_agree: &'static str,
    pub(super) blanks: &'static [&'static str],
    pub(super) guardian: &'static str,
    pub(super) guardian_blank: &'static str,
    pub(super) version: fn(&str) -> String,
}

pub(super) const fn of(language: Language) -> &'static Words {
    match language {
        Language::Bokmal => &BOKMAL,
        Language::Nynorsk => &NYNORSK,
        Language::English => &ENGLISH,
    }
}

static BOKMAL: Words = Words {
    title: "Samtykke til å dele opplysninger om deg",
    notice_title: "Dette blir delt om deg",
    introduction: "Du er med i et tiltak. Flere hjelper deg, og de trenger å snakke sammen. Her står det hvem som vil dele \
                   hva om deg. Du bestemmer om du vil si ja.",
    asked: "Dette blir du spurt om",
    asked_purpose: "Det som deles, skal hjelpe deg mot arbeid. Det skal ikke brukes til noe annet. Sett kryss ved det du sier ja til.",
    may_tell: |from, to| format!("Kan {from} fortelle {to} om dette?"),
    tells: |from, to| format!("{from} sender dette til {to}:"),
    category: |category| match category {
        Category::Meeting => "møter: når, hvor og hva dere skal snakke om",
        Category::Goals => "mål og plan: hva du vil, og hva dere er enige om",
        Category::Progress => "hvordan det går: oppmøte, dager i uka og hva du gjør",
        Category::Facilitation => "tilpasning: hva du trenger for å kunne jobbe",
        Category::Function => "hva du klarer, hva som skal til, og hva som er vanskelig",
        Category::TreatmentStatus => "behandling: om du får det, og når. Ikke hva slags",
        Category::Dialogue => "spørsmål om deg, og svar på dem",
        Category::Outcome => "slutten: når og hvorfor tiltaket slutter, og hva som kommer etterpå",
    },
    never: "Ingen får se journalen din. Diagnosen din skal ikke stå i det som sendes.",
    anyway: "Dette sendes uansett",
    anyway_why: "Noe må sendes fordi det står i lov eller avtale. Det er ikke noe du sier ja eller nei til. Men du skal \
                 vite om det.",
    law: |reference| format!("Det bygger på: {reference}."),
    voluntary: "Du velger selv",
    declining: "Det er frivillig. Sier du nei, mister du ikke plassen i tiltaket. Du mister ikke penger fra Nav. Du får \
                den samme hjelpen hos legen.",
    in_part: "Du kan si ja til noe og nei til noe. Det du ikke har satt kryss ved, blir ikke delt.",
    secrecy: "Taushetsplikt",
    secrecy_lifted: "De som hjelper deg, har taushetsplikt. Skriver du under, kan de dele det du sier ja til her. Alt \
                     annet må de fortsatt tie om.",
    secrecy_kept: "De som hjelper deg, har taushetsplikt. Det endrer ikke dette skjemaet.",
    how_long: "Hvor lenge det gjelder",
    holds: |span| format!("Samtykket gjelder {span}."),
    this_holds: |span| format!("Dette gjelder {span}."),
    no_end: "Det gjelder til du tar det tilbake.",
    from: |start| format!("fra {start}"),
    through: |start, end| format!("fra {start} til og med {end}"),
    until: |start, end| format!("fra {start} til {end}"),
    taking_back: "Slik tar du det tilbake",
    any_time: "Du kan ombestemme deg når du vil. Du trenger ikke å si hvorfor. Du kan ta tilbake alt, eller bare noe.",
    tell: |controller, contact| match contact {
        Some(contact) => {
            format!("Si fra til {controller}: {contact}. Du kan også si fra til de andre som er nevnt her.")
        }
        None => format!("Si fra til {controller}. Du kan også si fra til de andre som er nevnt her."),
    },
    what_stops: "Da blir ikke mer sendt av det du har sagt ja til. Det som alt er sendt, kan ikke hentes tilbake.",
    responsible: "Hvem som har ansvar",
    answers: |controller| {
        format!("{controller} har ansvar for delingen. De som får noe om deg, har ansvar for det de har fått.")
    },
    rights: "Du kan be om å få se det som er delt. Du kan be om å få rettet det som er feil. Du kan klage til \
             Datatilsynet.",
    signature: "Underskrift",
    i_agree: "Jeg har lest dette, eller noen har lest det for meg. Jeg sier ja til det jeg har satt kryss ved.",
    blanks: &["Navn", "Sted og dato", "Underskrift"],
    guardian: "Er du verge? Skriv hvilket vedtak du er verge etter.",
    guardian_blank: "Vedtak",
    version: |version| format!("Tekst: {version}"),
};

static NYNORSK: Words = Words {
    title: "Samtykke til å dele opplysningar om deg",
    notice_title: "Dette blir delt om deg",
    introduction: "Du er med i eit tiltak. Fleire hjelper deg, og dei treng å snakke saman. Her står det kven som vil dele \
                   kva om deg. Du avgjer om du vil seie ja.",
    asked: "Dette blir du spurd om",
    asked_purpose: "Det som blir delt, skal hjelpe deg mot arbeid. Det skal ikkje brukast til noko anna. Set kryss ved det du seier ja til.",
    may_tell: |from, to| format!("Kan {from} fortelje {to} om dette?"),
    tells: |from, to| format!("{from} sender dette til {to}:"),
    category: |category| match category {
        Category::Meeting => "møte: når, kvar og kva de skal snakke om",
        Category::Goals => "mål og plan: kva du vil, og kva de er samde om",
        Category::Progress => "korleis det går: oppmøte, dagar i veka og kva du gjer",
        Category::Facilitation => "tilpassing: kva du treng for å kunne jobbe",
        Category::Function => "kva du klarer, kva som skal til, og kva som er vanskeleg",
        Category::TreatmentStatus => "behandling: om du får det, og når. Ikkje kva slags",
        Category::Dialogue => "spørsmål om deg, og svar på dei",
        Category::Outcome => "slutten: når og kvifor tiltaket sluttar, og kva som kjem etterpå",
    },
    never: "Ingen får sjå journalen din. Diagnosen din skal ikkje stå i det som blir sendt.",
    anyway: "Dette blir sendt uansett",
    anyway_why: "Noko må sendast fordi det står i lov eller avtale. Det er ikkje noko du seier ja eller nei til. Men du skal \
                 vite om det.",
    law: |reference| format!("Det byggjer på: {reference}."),
    voluntary: "Du vel sjølv",
    declining: "Det er frivillig. Seier du nei, mistar du ikkje plassen i tiltaket. Du mistar ikkje pengar frå Nav. Du får \
                den same hjelpa hos legen.",
    in_part: "Du kan seie ja til noko og nei til noko. Det du ikkje har sett kryss ved, blir ikkje delt.",
    secrecy: "Teieplikt",
    secrecy_lifted: "Dei som hjelper deg, har teieplikt. Skriv du under, kan dei dele det du seier ja til her. Alt \
                     anna må dei framleis teie om.",
    secrecy_kept: "Dei som hjelper deg, har teieplikt. Det endrar ikkje dette skjemaet.",
    how_long: "Kor lenge det gjeld",
    holds: |span| format!("Samtykket gjeld {span}."),
    this_holds: |span| format!("Dette gjeld {span}."),
    no_end: "Det gjeld til du tek det tilbake.",
    from: |start| format!("frå {start}"),
    through: |start, end| format!("frå {start} til og med {end}"),
    until: |start, end| format!("frå {start} til {end}"),
    taking_back: "Slik tek du det tilbake",
    any_time: "Du kan ombestemme deg når du vil. Du treng ikkje å seie kvifor. Du kan ta tilbake alt, eller berre noko.",
    tell: |controller, contact| match contact {
        Some(contact) => {
            format!("Sei frå til {controller}: {contact}. Du kan også seie frå til dei andre som er nemnde her.")
        }
        None => format!("Sei frå til {controller}. Du kan også seie frå til dei andre som er nemnde her."),
    },
    what_stops: "Då blir ikkje meir sendt av det du har sagt ja til. Det som alt er sendt, kan ikkje hentast tilbake.",
    responsible: "Kven som har ansvar",
    answers: |controller| {
        format!("{controller} har ansvar for delinga. Dei som får noko om deg, har ansvar for det dei har fått.")
    },
    rights: "Du kan be om å få sjå det som er delt. Du kan be om å få retta det som er feil. Du kan klage til \
             Datatilsynet.",
    signature: "Underskrift",
    i_agree: "Eg har lese dette, eller nokon har lese det for meg. Eg seier ja til det eg har sett kryss ved.",
    blanks: &["Namn", "Stad og dato", "Underskrift"],
    guardian: "Er du verje? Skriv kva vedtak du er verje etter.",
    guardian_blank: "Vedtak",
    version: |version| format!("Tekst: {version}"),
};

static ENGLISH: Words = Words {
    title: "Consent to share information about you",
    notice_title: "This is shared about you",
    introduction: "You take part in a measure. Several people help you, and they need to talk to each other. This page says \
                   who wants to share what about you. You decide whether to say yes.",
    asked: "This is what we ask you",
    asked_purpose: "What is shared is to help you towards work. It is not to be used for anything else. Tick what you say yes to.",
    may_tell: |from, to| format!("May {from} tell {to} about this?"),
    tells: |from, to| format!("{from} sends this to {to}:"),
    category: |category| match category {
        Category::Meeting => "meetings: when, where and what you will talk about",
        Category::Goals => "goals and plan: what you want, and what you have agreed on",
        Category::Progress => "how it goes: attendance, days a week and what you do",
        Category::Facilitation => "adaptation: what you need to be able to work",
        Category::Function => "what you manage, what it takes, and what is difficult",
        Category::TreatmentStatus => "treatment: whether you have any, and when. Not what kind",
        Category::Dialogue => "questions about you, and the answers to them",
        Category::Outcome => "the end: when and why the measure ends, and what comes after",
    },
    never: "Nobody gets to see your medical records. Your diagnosis is not to be in what is sent.",
    anyway: "This is sent anyway",
    anyway_why: "Some things must be sent because a law or an agreement says so. You are not asked to say yes or no to them. \
                 But you are to know about them.",
    law: |reference| format!("It rests on: {reference}."),
    voluntary: "It is your choice",
    declining: "It is voluntary. If you say no, you do not lose your place in the measure. You do not lose money from Nav. \
                You get the same help from your doctor.",
    in_part: "You can say yes to some of it and no to some. What you have not ticked is not shared.",
    secrecy: "Duty of secrecy",
    secrecy_lifted: "Those who help you have a duty of secrecy. If you sign, they may share what you say yes to here. They \
                     must keep silent about all else.",
    secrecy_kept: "Those who help you have a duty of secrecy. This page does not change that.",
    how_long: "How long it holds",
    holds: |span| format!("The consent holds {span}."),
    this_holds: |span| format!("This holds {span}."),
    no_end: "It holds until you take it back.",
    from: |start| format!("from {start}"),
    through: |start, end| format!("from {start} until the end of {end}"),
    until: |start, end| format!("from {start} until {end}"),
    taking_back: "How to take it back",
    any_time: "You can change your mind whenever you like. You do not have to say why. You can take back all of it, or some.",
    tell: |controller, contact| match contact {
        Some(contact) => format!("Tell {controller}: {contact}. You can also tell the others who are named here."),
        None => format!("Tell {controller}. You can also tell the others who are named here."),
    },
    what_stops: "Then no more is sent of what you had said yes to. What has been sent already can not be called back.",
    responsible: "Who answers for it",
    answers: |controller| {
        format!(
            "{controller} answers for the sharing. Those who get something about you answer for what they have got."
        )
    },
    rights: "You can ask to see what has been shared. You can ask to have mistakes corrected. You can complain to \
             Datatilsynet, the Norwegian data protection authority.",
    signature: "Signature",
    i_agree: "I have read this, or somebody has read it to me. I say yes to what I have ticked.",
    blanks: &["Name", "Place and date", "Signature"],
    guardian: "Are you a guardian? Write which decision makes you one.",
    guardian_blank: "Decision",
    version: |version| format!("Text: {version}"),
};
