//! The words by which the guard tells a diagnosis code from a room. All in lower case; where a word's beginning is enough, Norwegian's
//! endings and compounds come with it.

/// Words behind which a place, a thing's name or a version follows.
const PLACES: &str = "sal salen bygg bygget blokk fløy plan dør døra døren port porten hylle hylla plass plassen felt feltet \
    sone gate gata vei veien buss bussen busser linje linja rute ruta trikk trikken tog toget spor perrong versjon versjonen v \
    modell modellen type typen maskin maskinen skriver skriveren printer printeren seksjon side kapittel kap punkt \
    pkt artikkel vedlegg figur tabell skjema skjemaet blankett emne modul nivå klasse klassen vitamin vitaminet \
    batteri størrelse str boks skap celle rad sete trapp profil ref sak post seng kl etg";

/// Beginnings of such words.
const PLACES_BEGIN: &str = "rom kontor lager parker p-plass inngang oppgang etasje avkjør kryss holdeplass plattform \
    førerkort sertifikat lisens skrue bolt mutter papir format postboks garderobe kolonne koordinat gps posisjon varen ordre \
    saks referans";

/// Ends of such compounds.
const PLACES_END: &str =
    "rom rommet sal salen vei veien tunnelen plass plassen bussen banen toget kurs kurset vitamin avdeling";

/// Beginnings of words that follow the name of a thing.
const THINGS_BEGIN: &str = "buss tog bolt skrue mutter batteri krysset billett parker rom inngang etasje kroner papir vitamin \
    lisens";

/// Beginnings of words for things with codes of their own.
const CODED_BEGIN: &str = "dør port lås alarm sone parker vare produkt kurs tiltak post bygg inngang skap rabatt app wifi nett \
    heis garasje";

/// Beginnings of words of care.
const CARE_BEGIN: &str = "sykmeld sykemeld behandle behandlin utred innlagt lider lid henvis mistanke symptom";

/// Parts of words for an illness or a complaint.
const ILLNESS: &str = "depresj depressiv angst lidelse syndrom sykdom sjukdom smerte skade utbrent utmattelse belastning psykose \
    psykotisk bipolar adhd diabetes epilepsi migrene astma kols kreft artrose artritt fibromyalg prolaps isjias \
    traum ptsd rusmis avhengighet alkoholis søvnvansk insomni hypertensj autis asperger tvangs anoreks bulim \
    tinnitus allergi eksem psorias schizo schitzo fobi demens hjerneslag hjertesvikt infarkt parese reumat crohn \
    lumbago myalgi tendinitt slitasje tretthet søvnproblem hodepine svimmel";

/// Short forms behind which a sentence goes on.
const ABBREVIATIONS: &str = "pga jf ca f.eks inkl nr kl evt mht ift ang pas pt bl.a dvs mtp vedr obs tlf sml hhv mfl etg kap pkt \
    str ref v";

/// Short forms, and words without `diagnose` in them, that say that a code is near.
const CUES: &str = "dg dx diag diagn hoveddiag bidiag sykdomskode sykdomskoden tilstandskode";

fn any(words: &'static str, is: impl Fn(&'static str) -> bool) -> bool {
    words.split(' ').any(is)
}

/// A token without what stands around it: quotes, brackets, commas.
pub(super) fn trimmed(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a word says that a code of an illness is near.
pub(super) fn is_cue(word: &str) -> bool {
    let word = word.to_lowercase();
    let is_classification = ["icd", "icpc", "dsm"].iter().any(|name| {
        // `icd10`, `icpc-2-kode`, and no longer word.
        word.strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    });
    is_classification || (word.contains("diagnos") && !word.contains("diagnost")) || any(CUES, |cue| word == cue)
}

pub(super) fn is_abbreviation(word: &str) -> bool {
    is_cue(word) || any(ABBREVIATIONS, |short| word == short)
}

/// Whether what follows a word is a place, a thing's name or a version.
pub(super) fn is_place(word: &str) -> bool {
    let is_one = any(PLACES, |place| word == place)
        || any(PLACES_BEGIN, |begin| word.starts_with(begin))
        || any(PLACES_END, |end| word.ends_with(end));
    // A syndrome ends as a room does.
    is_one && !is_illness(word)
}

/// Whether a word behind the shape says that it was a place or a thing: `A12 bussen`, `M12 bolter`.
pub(super) fn is_place_after(word: &str) -> bool {
    any(THINGS_BEGIN, |begin| word.starts_with(begin))
}

/// Words that stand between a place and its name.
pub(super) fn is_filler(word: &str) -> bool {
    ["nr", "nummer", "er", "heter", "kalt", "merket", "i", "på", "med", "som"].contains(&word)
}

/// Whether a word leads to a place, and hardly to an illness.
pub(super) fn leads_to_a_place(word: &str) -> bool {
    [
        "i", "ved", "langs", "via", "inn", "utenfor", "bak", "kjører", "tar", "ta",
    ]
    .contains(&word)
}

/// Whether a word may lead from care to what it is for: `sykmeldt med P76`.
pub(super) fn leads_to_an_illness(word: &str) -> bool {
    [
        "for", "av", "med", "pga", "grunnet", "som", "på", "mot", "under", "grunn",
    ]
    .contains(&word)
}

/// Whether a word tells of care for an illness.
pub(super) fn is_care(word: &str) -> bool {
    any(CARE_BEGIN, |begin| word.starts_with(begin)) && !word.starts_with("lidensk")
}

/// Whether a word names an illness or what hurts.
pub(super) fn is_illness(word: &str) -> bool {
    any(ILLNESS, |part| word.contains(part))
}

/// `kode` and its forms, alone; a door's code has a compound of its own.
pub(super) fn is_code(word: &str) -> bool {
    ["kode", "koden", "koder", "kodene", "kodet"].contains(&word)
}

/// Other things that have codes.
pub(super) fn has_codes(word: &str) -> bool {
    any(CODED_BEGIN, |begin| word.starts_with(begin))
}
