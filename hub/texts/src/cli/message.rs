//! The texts of `bindeledd message`.

use crate::text::texts;

texts! {
    /// A text of `bindeledd message`.
    pub enum Message {
        Cancelled { count: u64 } => "{count} deliveries were cancelled", "{count} leveranser ble avbrutt";
        WaitAgain { count: u64 } => "{count} deliveries wait to be sent again", "{count} leveranser venter på å bli sendt på nytt";
        NoCauses => "no causes in this time", "ingen årsaker i dette tidsrommet";
        CauseColumns => "code|to|deliveries|of these waiting|newest", "kode|til|leveranser|av dem venter|nyeste";
        NotFound => "nothing has this id", "ingenting har denne id-en";
        FoundColumns => "found as|id|message|delivery", "funnet som|id|melding|leveranse";
        None => "no messages", "ingen meldinger";
        From { party: String } => " from {party}", " fra {party}";
        Accepted { at: String } => ", accepted {at}", ", tatt imot {at}";
        To { party: String, state: String } => "to {party}: {state}", "til {party}: {state}";
        WouldNeed { categories: String } =>
            ", a consent would have to cover: {categories}",
            ", et samtykke måtte dekket: {categories}";
        HeldBack { categories: String } => ", held back: {categories}", ", holdt tilbake: {categories}";
        WhenDone { party: String, delivery: String } =>
            "when it is done: bindeledd party entered {party} {delivery}",
            "når det er gjort: bindeledd party entered {party} {delivery}";
        Flag { what: String, path: String } => "{what} in {path}", "{what} i {path}";
        ReadBy { adapter: String } => "read by {adapter}", "lest av {adapter}";
        Answers { id: String } => "answers {id}", "svarer på {id}";
        Corrects { id: String } => "corrects {id}", "retter {id}";
        Way { party: String, delivery: String } => "to {party} ({delivery})", "til {party} ({delivery})";
        Settled =>
            "settled by a receipt, an acknowledgement or a person's report",
            "avgjort av en kvittering, en bekreftelse eller en persons svar";
        Decided { categories: String } => "decided: {categories}", "avgjort: {categories}";
        DecidedOnly { categories: String } =>
            "decided: {categories}, and nothing left",
            "avgjort: {categories}, og ingenting ble sendt";
        Attempt { number: String, answer: Answer, result: String } =>
            "attempt {number}: {answer}, {result}",
            "forsøk {number}: {answer}, {result}";
        WrittenBy { adapter: String } => ", written by {adapter}", ", skrevet av {adapter}";
        Digest { adapter: String, sha256: String } => "{adapter} (sha256 {sha256}…)", "{adapter} (SHA-256 {sha256}…)";
        LeftOut { what: String } => "left out: {what}", "utelatt: {what}";
        Receipt { status: String, message: String } => "a receipt: {status} for {message}", "en kvittering: {status} for {message}";
        NothingToMove { why: String } => "nothing to move: {why}", "ingenting å sende videre: {why}";

        // retry
        NoRuns => "no runs", "ingen kjøringer";
        Run { run: String, done: String, total: String, left: String, changed: u64, failed: u64 } =>
            "{run}: {done} of {total} started, {left} left, {changed} changed or no longer permitted, {failed} failed",
            "{run}: {done} av {total} startet, {left} igjen, {changed} endret eller ikke lenger tillatt, {failed} feilet";
        WouldGo { count: u64 } => "{count} would be sent", "{count} ville blitt sendt";
        BlockedNow { count: u64 } => "{count} are blocked now", "{count} er stanset nå";
        TooLate { count: u64 } =>
            "{count} are too late: their content is no longer kept",
            "{count} er for sent ute: innholdet er ikke lenger lagret";
        DeliveriesOf { message: String, party: String, state: String } =>
            "{message} to {party}: {state}",
            "{message} til {party}: {state}";
        RetryInParts =>
            "the selection has more: retry it in parts",
            "utvalget har flere: send det på nytt i deler";
        StartRetry { until: String, token: String } =>
            "until {until}: bindeledd message retry --token {token} --reason \"…\"",
            "frem til {until}: bindeledd message retry --token {token} --reason \"…\"";
    }
}

texts! {
    /// The answer to an attempt.
    pub enum Answer {
        Other { text: String } => "{text}", "{text}";
        Fetched => "fetched", "hentet";
        OtherAfter { text: String, took: String } => "{text} after {took} ms", "{text} etter {took} ms";
        FetchedAfter { took: String } => "fetched after {took} ms", "hentet etter {took} ms";
    }
}

texts! {
    /// The next step of a delivery.
    pub enum Step {
        Now => "it is being sent", "den sendes nå";
        Attempt { at: String, end: String } =>
            "an attempt from {at} on; it expires at {end}",
            "et forsøk fra {at}; den utløper {end}";
        Behind { end: String } =>
            "it waits for an earlier message of its conversation; it expires at {end}",
            "den venter på en tidligere melding i samme samtale; den utløper {end}";
        Held { end: String } =>
            "its receiver is paused or suspended; it expires at {end}",
            "mottakeren er satt på pause eller sperret; den utløper {end}";
        Receipt { end: String } => "a receipt, by {end}", "en kvittering, innen {end}";
        Person { end: String } => "a person's report, by {end}", "svar fra en person, innen {end}";
        Nothing => "nothing by itself", "ingenting av seg selv";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_text_of_the_message_commands_is_in_every_language() {
        check_all(&Message::samples());
        check_all(&Answer::samples());
        check_all(&Step::samples());
    }
}
