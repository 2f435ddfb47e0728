//! Words of the page of settings.

use super::table::table;

table! {
    heading: &'static str = "Innstillinger", "Settings";
    intro: &'static str =
        "Slik gjelder de nå. De endres i konfigurasjonsfilen eller i miljøet, og gjelder fra neste start. Ingen hemmeligheter står her.",
        "As they are in force now. They are changed in the configuration file or the environment, and hold from the next start. No secrets stand here.";
    unknown: &'static str =
        "Innstillingene er ikke gitt til konsollen.", "The console was not given the settings.";
    key: &'static str = "Nøkkel", "Key";
    value: &'static str = "Verdi", "Value";
    origin: &'static str = "Kommer fra", "Comes from";
    default: &'static str = "Standard", "Default";
    file: &'static str = "Filen", "The file";
    environment: &'static str = "Miljøet", "The environment";
    sections: &'static str = "Deler", "Sections";
}
