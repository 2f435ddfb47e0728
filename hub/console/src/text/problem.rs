//! Words of the error pages.

use crate::lang::Lang;

pub(crate) struct Texts {
    pub(crate) code: &'static str,
    pub(crate) to_start: &'static str,
    pub(crate) sign_in_again: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) not_found: Page,
    pub(crate) no_right: Page,
    pub(crate) session_over: Page,
    pub(crate) form_old: Page,
    pub(crate) store_away: Page,
    pub(crate) too_many: Page,
    pub(crate) refused: Page,
    pub(crate) failed: Page,
    pub(crate) link_over: Page,
    pub(crate) issuer_away: Page,
    pub(crate) issuer_refused: Page,
    pub(crate) issuer_answer: Page,
    pub(crate) no_account: Page,
    pub(crate) sign_in_too_weak: Page,
    pub(crate) identity_taken: Page,
}

/// One error page: what happened, why, and what to do.
pub(crate) struct Page {
    pub(crate) heading: &'static str,
    pub(crate) why: &'static str,
    pub(crate) what_to_do: &'static str,
}

pub(crate) const fn of(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Bokmal => &BOKMAL,
        Lang::English => &ENGLISH,
    }
}

static BOKMAL: Texts = Texts {
    code: "Kode",
    to_start: "Gå til Nå",
    sign_in_again: "Logg inn igjen",
    try_again: "Prøv igjen",
    not_found: Page {
        heading: "Siden finnes ikke",
        why: "Adressen er feil, eller det den viste til, er slettet.",
        what_to_do: "Se etter om adressen er skrevet av riktig, eller søk med id-en.",
    },
    no_right: Page {
        heading: "Du har ikke tilgang til dette",
        why: "Rollen din omfatter ikke denne siden eller handlingen. Ingenting er gjort.",
        what_to_do: "Trenger du det, kan en administrator gi deg en rolle til.",
    },
    session_over: Page {
        heading: "Du er logget ut",
        why: "Økten er over: det gikk for lang tid, eller du ble logget ut et annet sted. Ingenting er gjort.",
        what_to_do: "Logg inn igjen, så kommer du tilbake hit.",
    },
    form_old: Page {
        heading: "Skjemaet er for gammelt",
        why: "Siden har stått åpen siden før du logget inn sist, eller den kom et annet sted fra. Ingenting er gjort.",
        what_to_do: "Gå tilbake, last siden på nytt, og send skjemaet en gang til.",
    },
    store_away: Page {
        heading: "Lageret svarer ikke",
        why: "Bindeledd når ikke databasen akkurat nå. Ingenting er tapt, og ingenting er bekreftet til noen imens.",
        what_to_do: "Prøv igjen om litt. Varer det, må noen se på maskinen.",
    },
    too_many: Page {
        heading: "For mange forsøk",
        why: "Det er prøvd for mange ganger på kort tid.",
        what_to_do: "Vent et minutt, og prøv igjen.",
    },
    refused: Page {
        heading: "Dette kan ikke gjøres nå",
        why: "Det som ble sendt, er for stort, kom ikke helt fram, eller passer ikke lenger. Ingenting er gjort.",
        what_to_do: "Gå tilbake, last siden på nytt, og prøv igjen. Koden forteller mer.",
    },
    failed: Page {
        heading: "Noe gikk galt hos oss",
        why: "Bindeledd kunne ikke lage siden. Årsaken står i driftsloggen.",
        what_to_do: "Prøv igjen. Skjer det en gang til, si fra til den som drifter, med tidspunktet.",
    },
    link_over: Page {
        heading: "Lenken virker ikke lenger",
        why: "Den er brukt, eller den er eldre enn 15 minutter.",
        what_to_do: "Har du satt et passord, kan du logge inn. Ellers kan en administrator gi deg en ny lenke.",
    },
    issuer_away: Page {
        heading: "Innloggingstjenesten svarer ikke",
        why: "Bindeledd når ikke tjenesten du valgte. Du er ikke logget inn. Resten av Bindeledd virker som før.",
        what_to_do: "Prøv igjen om litt. Har du et passord i Bindeledd, kan du logge inn med det imens.",
    },
    issuer_refused: Page {
        heading: "Innloggingen ble avbrutt",
        why: "Du avbrøt, eller innloggingstjenesten sa nei. Du er ikke logget inn.",
        what_to_do: "Logg inn igjen. Skjer det en gang til, spør den som drifter innloggingstjenesten.",
    },
    issuer_answer: Page {
        heading: "Innloggingen gikk ikke",
        why: "Svaret fra innloggingstjenesten passet ikke til en innlogging som begynte her i nettleseren. Den er kanskje brukt før, eller den tok mer enn ti minutter.",
        what_to_do: "Logg inn igjen, i samme nettleser. Skjer det en gang til, si fra til den som drifter, med koden.",
    },
    no_account: Page {
        heading: "Du har ingen konto her",
        why: "Innloggingstjenesten kjenner deg, men ingen konto i Bindeledd er knyttet til deg, eller kontoen er stengt.",
        what_to_do: "En administrator kan lage en konto og gi deg en lenke. Åpne den, og velg innloggingstjenesten der.",
    },
    sign_in_too_weak: Page {
        heading: "Innloggingen er ikke sikker nok",
        why: "Bindeledd krever en sterkere eller nyere innlogging enn den du brukte. Du er ikke logget inn.",
        what_to_do: "Logg inn igjen, og velg en sterkere innlogging, for eksempel med kodebrikke eller app.",
    },
    identity_taken: Page {
        heading: "Du er knyttet til en annen konto",
        why: "Denne innloggingen hører allerede til en annen konto i Bindeledd. Lenken er ikke brukt.",
        what_to_do: "Logg inn med kontoen du har. En administrator kan nullstille den, hvis den skal være borte.",
    },
};

static ENGLISH: Texts = Texts {
    code: "Code",
    to_start: "Go to Now",
    sign_in_again: "Sign in again",
    try_again: "Try again",
    not_found: Page {
        heading: "There is no such page",
        why: "The address is wrong, or its subject is deleted.",
        what_to_do: "Look whether the address is copied right, or search by the id.",
    },
    no_right: Page {
        heading: "You have no access to this",
        why: "Your role does not include this page or act. Nothing was done.",
        what_to_do: "If you need it, an administrator can give you another role.",
    },
    session_over: Page {
        heading: "You are signed out",
        why: "The session is over: too long a time passed, or you were signed out elsewhere. Nothing was done.",
        what_to_do: "Sign in again, and you come back here.",
    },
    form_old: Page {
        heading: "The form is too old",
        why: "The page has been open since before your last sign-in, or it came from elsewhere. Nothing was done.",
        what_to_do: "Go back, load the page again, and send the form once more.",
    },
    store_away: Page {
        heading: "The store does not answer",
        why: "Bindeledd can not reach the database just now. Nothing is lost, and nothing is confirmed to anybody meanwhile.",
        what_to_do: "Try again in a while. If it lasts, somebody has to look at the machine.",
    },
    too_many: Page {
        heading: "Too many attempts",
        why: "There were too many attempts in a short time.",
        what_to_do: "Wait a minute, and try again.",
    },
    refused: Page {
        heading: "This can not be done now",
        why: "The request is too large, did not arrive whole, or fits no longer. Nothing was done.",
        what_to_do: "Go back, load the page again, and try again. The code tells more.",
    },
    failed: Page {
        heading: "Something went wrong here",
        why: "Bindeledd could not make the page. The cause is in the operation's log.",
        what_to_do: "Try again. If it happens once more, tell the operator, with the time.",
    },
    link_over: Page {
        heading: "The link works no longer",
        why: "It was used, or it is older than 15 minutes.",
        what_to_do: "If you have set a password, you can sign in. Otherwise an administrator can give you a new link.",
    },
    issuer_away: Page {
        heading: "The issuer does not answer",
        why: "Bindeledd can not reach the issuer that you chose. You are not signed in. The rest of Bindeledd works as before.",
        what_to_do: "Try again in a while. If you have a password in Bindeledd, you can sign in with it meanwhile.",
    },
    issuer_refused: Page {
        heading: "The sign-in was cancelled",
        why: "You gave up, or the issuer refused. You are not signed in.",
        what_to_do: "Sign in again. If it happens once more, ask the operator of the issuer.",
    },
    issuer_answer: Page {
        heading: "The sign-in did not work",
        why: "The issuer's answer fits no sign-in that began in this browser. Perhaps it was used before, or took more than ten minutes.",
        what_to_do: "Sign in again, in the same browser. If it happens once more, tell the operator, with the code.",
    },
    no_account: Page {
        heading: "You have no account here",
        why: "The issuer knows you, but no account in Bindeledd is linked to you, or the account is disabled.",
        what_to_do: "An administrator can make an account and give you a link. Open it, and choose the issuer there.",
    },
    sign_in_too_weak: Page {
        heading: "The sign-in is not strong enough",
        why: "Bindeledd requires a stronger or newer sign-in than yours. You are not signed in.",
        what_to_do: "Sign in again, and choose a stronger way, such as a code device or an app.",
    },
    identity_taken: Page {
        heading: "You are linked to another account",
        why: "This sign-in belongs to another account in Bindeledd already. The link is unused.",
        what_to_do: "Sign in with the account that you have. An administrator can reset it, if it should go.",
    },
};
