//! The words by which the guard distinguishes a diagnosis code from a room. All are in lower case. Lists of beginnings also match
//! Norwegian endings and compounds.

/// Words before the number of a place, a thing or a version.
const PLACES: &str = "sal salen bygg bygget blokk fløy plan dør døra døren port porten hylle hylla plass plassen felt feltet \
    sone gate gata vei veien buss bussen busser linje linja rute ruta trikk trikken tog toget spor perrong versjon versjonen v \
    modell modellen type typen maskin maskinen skriver skriveren printer printeren seksjon side kapittel kap punkt \
    pkt artikkel vedlegg figur tabell skjema skjemaet blankett emne modul nivå klasse klassen vitamin vitaminet \
    batteri størrelse str boks skap celle rad sete trapp profil ref sak post seng kl etg";

/// Beginnings of words for places and numbered things.
const PLACES_BEGIN: &str = "rom kontor lager parker p-plass inngang oppgang etasje avkjør kryss holdeplass plattform \
    førerkort sertifikat lisens skrue bolt mutter papir format postboks garderobe kolonne koordinat gps posisjon varen ordre \
    saks referans";

/// Endings of words for places and numbered things.
const PLACES_END: &str =
    "rom rommet sal salen vei veien tunnelen plass plassen bussen banen toget kurs kurset vitamin avdeling";

/// Beginnings of words that follow a number of a place or thing: `A12 bussen`.
const THINGS_BEGIN: &str = "buss tog bolt skrue mutter batteri krysset billett parker rom inngang etasje kroner papir vitamin \
    lisens";

/// Beginnings of words for things that have codes of their own.
const CODED_BEGIN: &str = "dør port lås alarm sone parker vare produkt kurs tiltak post bygg inngang skap rabatt app wifi nett \
    heis garasje";

/// Beginnings of words for care.
const CARE_BEGIN: &str = "sykmeld sykemeld behandle behandlin utred innlagt lider lid henvis mistanke symptom";

/// Parts of words for an illness or a complaint.
const ILLNESS: &str = "depresj depressiv angst lidelse syndrom sykdom sjukdom smerte skade utbrent utmattelse belastning psykose \
    psykotisk bipolar adhd diabetes epilepsi migrene astma kols kreft artrose artritt fibromyalg prolaps isjias \
    traum ptsd rusmis avhengighet alkoholis søvnvansk insomni hypertensj autis asperger tvangs anoreks bulim \
    tinnitus allergi eksem psorias schizo schitzo fobi demens hjerneslag hjertesvikt infarkt parese reumat crohn \
    lumbago myalgi tendinitt slitasje tretthet søvnproblem hodepine svimmel";

/// Abbreviations with a dot that do not end a sentence.
const ABBREVIATIONS: &str = "pga jf ca f.eks inkl nr kl evt mht ift ang pas pt bl.a dvs mtp vedr obs tlf sml hhv mfl etg kap pkt \
    str ref v";

/// Abbreviations and words without `diagnose` that precede a diagnosis code.
const CUES: &str = "dg dx diag diagn hoveddiag bidiag sykdomskode sykdomskoden tilstandskode";

fn any(words: &'static str, is: impl Fn(&'static str) -> bool) -> bool {
    words.split(' ').any(is)
}

/// Removes quotes, brackets and commas around a token.
pub(super) fn trimmed(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Returns true if a word announces a diagnosis code.
pub(super) fn is_cue(word: &str) -> bool {
    let word = word.to_lowercase();
    let is_classification = ["icd", "icpc", "dsm"].iter().any(|name| {
        // `icd10` and `icpc-2-kode` match, but a longer word does not.
        word.strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    });
    is_classification || (word.contains("diagnos") && !word.contains("diagnost")) || any(CUES, |cue| word == cue)
}

pub(super) fn is_abbreviation(word: &str) -> bool {
    is_cue(word) || any(ABBREVIATIONS, |short| word == short)
}

/// Returns true if a number after this word belongs to a place, a thing or a version.
pub(super) fn is_place(word: &str) -> bool {
    let is_one = any(PLACES, |place| word == place)
        || any(PLACES_BEGIN, |begin| word.starts_with(begin))
        || any(PLACES_END, |end| word.ends_with(end));
    // `syndrom` ends like the word for a room (`rom`).
    is_one && !is_illness(word)
}

/// Returns true if the word after a code-shaped token shows that the token names a place or a thing, not a diagnosis: `A12
/// bussen`, `M12 bolter`.
pub(super) fn is_place_after(word: &str) -> bool {
    any(THINGS_BEGIN, |begin| word.starts_with(begin))
}

/// Returns true for words that stand between a place and its name.
pub(super) fn is_filler(word: &str) -> bool {
    ["nr", "nummer", "er", "heter", "kalt", "merket", "i", "på", "med", "som"].contains(&word)
}

/// Returns true if a word often precedes a place, and hardly ever an illness.
pub(super) fn leads_to_a_place(word: &str) -> bool {
    [
        "i", "ved", "langs", "via", "inn", "utenfor", "bak", "kjører", "tar", "ta",
    ]
    .contains(&word)
}

/// Returns true if a word can connect care with its cause: `sykmeldt med P76`.
pub(super) fn leads_to_an_illness(word: &str) -> bool {
    [
        "for", "av", "med", "pga", "grunnet", "som", "på", "mot", "under", "grunn",
    ]
    .contains(&word)
}

/// Returns true if a word describes care for an illness.
pub(super) fn is_care(word: &str) -> bool {
    any(CARE_BEGIN, |begin| word.starts_with(begin)) && !word.starts_with("lidensk")
}

/// Returns true if a word names an illness or a complaint.
pub(super) fn is_illness(word: &str) -> bool {
    any(ILLNESS, |part| word.contains(part))
}

/// Returns true for `kode` and its inflected forms alone. The words for a door's code are compounds.
pub(super) fn is_code(word: &str) -> bool {
    ["kode", "koden", "koder", "kodene", "kodet"].contains(&word)
}

/// Returns true for words of other things that have codes, such as doors and goods.
pub(super) fn has_codes(word: &str) -> bool {
    any(CODED_BEGIN, |begin| word.starts_with(begin))
}
