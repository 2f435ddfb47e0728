//! The kinds of faults of an adapter's call. Faults in the JSON of the contract are no texts: an adapter's author reads them.

use crate::text::texts;

texts! {
    /// The limit that a call went over, with its figure.
    pub enum AdapterLimit {
        Instructions { millions: u64, kilobytes: u64 } =>
            "{millions} million instructions for {kilobytes} KB of input",
            "{millions} millioner instruksjoner for {kilobytes} KB inndata";
        Stack =>
            "its stack: a recursion without end, or one too deep",
            "stakken: en rekursjon uten slutt, eller en som går for dypt";
        Memory { megabytes: u64 } => "{megabytes} MB of memory", "{megabytes} MB minne";
        Input { megabytes: u64 } => "{megabytes} MB of input", "{megabytes} MB inndata";
        Output { megabytes: u64 } => "{megabytes} MB of output", "{megabytes} MB utdata";
    }
}

texts! {
    /// The fault at which an adapter stopped. The English texts are those of the runtime.
    pub enum Trapped {
        Other { text: String } => "{text}", "{text}";
        Unreachable => "wasm `unreachable` instruction executed", "instruksjonen `unreachable` ble utført";
        Memory => "out of bounds memory access", "lesing eller skriving utenfor minnet";
        Table => "undefined element: out of bounds table access", "oppslag utenfor tabellen";
        NullCall => "uninitialized element", "kall av noe som ikke er satt";
        Signature => "indirect call type mismatch", "indirekte kall med feil type";
        Overflow => "integer overflow", "heltallet ble for stort";
        Division => "integer divide by zero", "heltall delt på null";
        Conversion => "invalid conversion to integer", "ugyldig omregning til heltall";
    }
}

texts! {
    /// The fault in an adapter's answer.
    pub enum Broken {
        Other { text: String } => "{text}", "{text}";
        Type => "a value that is not of its type", "en verdi som ikke er av riktig type";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_all;

    #[test]
    fn every_kind_of_fault_is_in_every_language() {
        check_all(&AdapterLimit::samples());
        check_all(&Trapped::samples());
        check_all(&Broken::samples());
    }
}
