//! Alerts in words.

use bindeledd_core::alert::AlertKind;

use crate::phrase::Phrase;

/// Returns the text of the event.
#[must_use]
pub const fn text(kind: AlertKind) -> Phrase {
    match kind {
        AlertKind::EndingWithoutDialogue => Phrase::new(
            "A measure ends because of treatment, without a talk between the parties.",
            "Tiltaket avsluttes på grunn av behandling, uten at partene har snakket sammen.",
        ),
        AlertKind::ReceiptOverdue => Phrase::new(
            "The receiver's receipt did not come in time.",
            "Kvitteringen fra mottakeren har ikke kommet i tide.",
        ),
        AlertKind::StrangeReceipt => Phrase::new(
            "A receipt refers to nothing that was sent.",
            "Det kom en kvittering som ikke kan knyttes til noe som er sendt.",
        ),
        AlertKind::AdapterQuarantined => Phrase::new(
            "An adapter failed again and again, and is set aside.",
            "En adapter har feilet gjentatte ganger og er satt til side.",
        ),
        AlertKind::DeliveryFailed => Phrase::new("A delivery did not arrive.", "En leveranse kom ikke frem."),
        AlertKind::ItemSetAside => Phrase::new(
            "An item from an inbox could not be taken in, and is set aside.",
            "Noe som ble hentet fra en innboks, kunne ikke tas imot og er lagt til side.",
        ),
        AlertKind::CertificateExpiring => Phrase::new(
            "A certificate of the hub expires within 30 days.",
            "Et av sertifikatene til knutepunktet går ut om 30 dager eller mindre.",
        ),
        AlertKind::CertificateAlmostExpired => Phrase::new(
            "A certificate of the hub expires within a week, or has expired.",
            "Et av sertifikatene til knutepunktet går ut innen en uke, eller er gått ut.",
        ),
        AlertKind::CredentialRefused => Phrase::new(
            "An issuer of tokens refuses the hub, so deliveries that need its tokens wait.",
            "En utsteder av adgangstegn avviser knutepunktet, så leveransene som trenger det, venter.",
        ),
        AlertKind::EndpointSilent => Phrase::new(
            "A receiver has taken nothing for long, and messages wait.",
            "En mottaker har lenge ikke tatt imot noe, og meldinger venter.",
        ),
        AlertKind::RepeatedBlocks => Phrase::new(
            "Messages from one sender to one receiver are blocked again and again, for the same reason.",
            "Meldinger fra samme avsender til samme mottaker stanses gang på gang av samme grunn.",
        ),
        AlertKind::CheckpointBehind => Phrase::new(
            "The second place of the log can not be written. Withdrawals of consent can not be answered meanwhile.",
            "Sporet av loggen kan ikke skrives på det andre stedet. Tilbaketrekking av samtykke kan ikke besvares imens.",
        ),
        AlertKind::StoreHeld => Phrase::new(
            "A reader has held the store open for long. Deleted data stays on the disk, or the disk fills up.",
            "Noe har lenge holdt lageret åpent for lesing. Det som er slettet, ligger fortsatt på disken, eller disken fylles.",
        ),
        AlertKind::ClockWrong => Phrase::new(
            "The clock of the machine is wrong. Nothing is released, expires or is deleted meanwhile.",
            "Klokken på maskinen går feil. Ingenting leveres ut, utløper eller slettes imens.",
        ),
        AlertKind::AuditMismatch => Phrase::new(
            "The log is not as the hub wrote it. Nothing is sent meanwhile.",
            "Loggen er ikke slik knutepunktet skrev den. Ingenting sendes ut imens.",
        ),
        AlertKind::LedgerMismatch => Phrase::new(
            "The consents of a participant are not those that were registered. Nothing about the participant is sent meanwhile.",
            "Samtykkene som er lagret for en deltaker, er ikke de som ble registrert. Ingenting sendes om deltakeren imens.",
        ),
        AlertKind::StrangeAnswer => Phrase::new(
            "Something other than the receiver's system answers at its address, such as a web page or an empty answer. It does not count, and messages wait.",
            "Noe annet enn mottakerens system svarer på adressen, for eksempel en nettside eller et tomt svar. Det teller ikke, og meldinger venter.",
        ),
        AlertKind::SecondPlaceNear => Phrase::new(
            "The second place lies together with the data. If both are restored from one copy, the loss of withdrawals goes unnoticed.",
            "Det andre stedet ligger sammen med dataene. Legges begge tilbake fra en kopi, merkes det ikke at tilbaketrekkinger er borte.",
        ),
        AlertKind::WithPersonLong => Phrase::new(
            "A person has long had something to enter or to hand over, and has not said that it is done.",
            "En person har lenge hatt noe som skal føres inn eller gis videre, og har ikke sagt at det er gjort.",
        ),
        AlertKind::UrgentBlocked => Phrase::new(
            "Something urgent is blocked: no consent covers it, and the receiver has not got it.",
            "Noe som haster, er stanset: ingen samtykker dekker det, og mottakeren har ikke fått det.",
        ),
        AlertKind::GrantAwaits => Phrase::new(
            "A message is blocked, since its sender has not confirmed a grant that another party registered.",
            "En melding er stanset fordi avsenderen ikke har bekreftet en tillatelse som en annen har registrert.",
        ),
        AlertKind::PushesFail => Phrase::new(
            "Alerts do not reach one of their targets, again and again.",
            "Varsler når ikke frem til et av mottakspunktene, gang på gang.",
        ),
        AlertKind::UrgentWaits => Phrase::new(
            "Something urgent waits for a receiver whose people are told by mail alone.",
            "Noe som haster, venter på en mottaker som bare får beskjed på e-post.",
        ),
    }
}

/// Returns the action to take.
#[must_use]
pub const fn what_to_do(kind: AlertKind) -> Phrase {
    match kind {
        AlertKind::EndingWithoutDialogue => Phrase::new(
            "Make contact before the end: consider a pause, fewer days, an extension or a meeting with the therapist.",
            "Ta kontakt før avslutningen: vurder pause, færre dager, forlengelse eller et møte med behandleren.",
        ),
        AlertKind::ReceiptOverdue => Phrase::new(
            "Call the receiver and ask whether the message has arrived. Send it again if needed.",
            "Ring mottakeren og spør om meldingen er kommet frem. Send den eventuelt på nytt.",
        ),
        AlertKind::StrangeReceipt => Phrase::new(
            "Look whether the receiver acknowledges with the right message id.",
            "Se etter om mottakeren kvitterer med riktig meldings-id.",
        ),
        AlertKind::AdapterQuarantined => Phrase::new(
            "See the code, mend the adapter or roll it back, and put it into use again.",
            "Se feilkoden, rett eller rull tilbake adapteren, og ta den i bruk igjen.",
        ),
        AlertKind::DeliveryFailed => Phrase::new(
            "See the cause on the delivery, mend it, and send again.",
            "Se årsaken på leveransen, rett den, og send på nytt.",
        ),
        AlertKind::ItemSetAside => Phrase::new(
            "See the cause, and contact the sender: its system was told that the message was not received.",
            "Se årsaken, og ta kontakt med avsenderen: avsenderens system har fått beskjed om at meldingen ikke er mottatt.",
        ),
        AlertKind::CertificateExpiring | AlertKind::CertificateAlmostExpired => Phrase::new(
            "Order a new certificate and put it where the old one lies. It is taken into use without a restart.",
            "Bestill et nytt sertifikat og legg det der det gamle ligger. Det tas i bruk uten omstart.",
        ),
        AlertKind::CredentialRefused => Phrase::new(
            "Look whether client id, scope and key are registered right with the issuer. The hub tries again by itself.",
            "Se etter om klient-id, omfang og nøkkel er riktig registrert hos utstederen. Det prøves igjen av seg selv.",
        ),
        AlertKind::EndpointSilent => Phrase::new(
            "Call the receiver: is the system down, or does nobody look into the inbox? Waiting messages go by themselves once it answers.",
            "Ring mottakeren: er systemet nede, eller er det ingen som ser i innboksen? Det som venter, sendes av seg selv når mottakeren svarer.",
        ),
        AlertKind::RepeatedBlocks => Phrase::new(
            "See the code. If the consent lacks a receiver or a category, the participant can give a new one; else the sender should stop sending this.",
            "Se koden. Mangler samtykket en mottaker eller en kategori, kan deltakeren gi et nytt; ellers bør avsenderen slutte å sende dette.",
        ),
        AlertKind::CheckpointBehind => Phrase::new(
            "Look whether the disk or the place in [audit] checkpoint_file is gone, full or read-only. The hub tries again by itself.",
            "Se etter om disken eller stedet i [audit] checkpoint_file er borte, full eller uten skriverett. Det prøves igjen av seg selv.",
        ),
        AlertKind::StoreHeld => Phrase::new(
            "See the code. Find the backup or the shell that holds the store open, and end it. The hub tries again by itself.",
            "Se koden. Finn sikkerhetskopien eller skallet som har lageret åpent, og avslutt det. Det prøves igjen av seg selv.",
        ),
        AlertKind::ClockWrong => Phrase::new(
            "Set the clock; then everything goes on by itself. If the clock is right, as after a long stop: `bindeledd clock accept`.",
            "Still klokken på maskinen; da går alt videre av seg selv. Er klokken riktig, som etter en lang stans: `bindeledd clock accept`.",
        ),
        AlertKind::AuditMismatch => Phrase::new(
            "Somebody or something changed the database. Treat it as a breach: make a copy, run `bindeledd audit verify`, and follow the page about BL-5020.",
            "Noen eller noe har endret databasen. Behandle det som et brudd: ta kopi, kjør `bindeledd audit verify`, og følg siden om BL-5020.",
        ),
        AlertKind::LedgerMismatch => Phrase::new(
            "Somebody or something changed the database. Treat it as a breach, and follow the page about BL-5021.",
            "Noen eller noe har endret databasen. Behandle det som et brudd, og følg siden om BL-5021.",
        ),
        AlertKind::StrangeAnswer => Phrase::new(
            "Look whether a proxy, a firewall or a sign-in page answers instead, and whether the address is right. The hub tries again by itself.",
            "Se etter om en mellomtjener, en brannmur eller en innloggingsside svarer i stedet for systemet, og om adressen er riktig. Det prøves igjen av seg selv.",
        ),
        AlertKind::SecondPlaceNear => Phrase::new(
            "Choose a folder on another disk or machine in [audit] checkpoint_file, and move the files while the hub is stopped.",
            "Velg en mappe på en annen disk eller maskin i [audit] checkpoint_file, og flytt filene dit mens knutepunktet er stanset.",
        ),
        AlertKind::WithPersonLong => Phrase::new(
            "Ask that person. When it is done, say so with `bindeledd party entered`; if it is not possible, with `--how not-possible`.",
            "Spør den som har det. Er det gjort, si fra med `bindeledd party entered`; går det ikke, si fra med `--how not-possible`.",
        ),
        AlertKind::UrgentBlocked => Phrase::new(
            "Call today: ask the participant for a consent that covers it, and reach the receiver in another way meanwhile.",
            "Ring i dag: spør deltakeren om et samtykke som dekker det, og snakk med mottakeren på en annen måte i mellomtiden.",
        ),
        AlertKind::GrantAwaits => Phrase::new(
            "The sender confirms it, or the operator does so for the sender with evidence: `bindeledd consent waiting` shows what waits. Then send the message again.",
            "Avsenderen bekrefter selv, eller driften bekrefter for den med et bevis: `bindeledd consent waiting` viser hva som venter. Send så meldingen på nytt.",
        ),
        AlertKind::PushesFail => Phrase::new(
            "See the cause in the hub's log, and follow the page about BL-6024. Watch the list of alerts meanwhile. The hub tries again by itself.",
            "Se årsaken i knutepunktets logg, og følg siden om BL-6024. Følg med på listen over varsler imens. Det prøves igjen av seg selv.",
        ),
        AlertKind::UrgentWaits => Phrase::new(
            "Call the receiver today, and ask that somebody fetches it. The alert closes by itself once it is fetched.",
            "Ring mottakeren i dag, og be om at noen henter det. Varselet lukkes av seg selv når det er hentet.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrase::check;

    #[test]
    fn every_kind_has_both_texts_in_every_language() {
        for kind in AlertKind::ALL {
            check(kind.code(), text(kind));
            check(kind.code(), what_to_do(kind));
        }
    }
}
