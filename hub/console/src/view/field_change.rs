//! Changed fields of a party, each with its value before and after.

use askama::Template;
use bindeledd_core::{PartyField, PartyKind};

use crate::lang::Lang;
use crate::markup::{Html, Text};
use crate::text::field_change as text;
use crate::text::terms;

/// The change of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Field.
    pub field: PartyField,
    /// Value before.
    pub from: Option<Text>,
    /// Value after.
    pub to: Option<Text>,
    /// Whether the values are left out, since they could lead to the name of a party that others see by its label.
    pub is_hidden: bool,
}

#[derive(Template)]
#[template(path = "parts/field_changes.html")]
struct List<'c> {
    changes: &'c [FieldChange],
    text: &'static text::Texts,
    lang: Lang,
}

/// Writes changes as a list; nothing if there are none.
pub(crate) fn list(changes: &[FieldChange], lang: Lang) -> Html {
    if changes.is_empty() {
        return Html::trusted(String::new());
    }
    let text = text::of(lang);
    Html::trusted(super::written(&List { changes, text, lang }).trim_end().to_owned())
}

impl FieldChange {
    fn name(&self, text: &text::Texts) -> String {
        let name = match &self.field {
            PartyField::Name => text.name,
            PartyField::PublicLabel => text.label,
            PartyField::PublicPhone => text.public_phone,
            PartyField::Kind => text.kind,
            PartyField::PartOf => text.part_of,
            PartyField::OrgNumber => text.org_number,
            PartyField::HerId => text.her_id,
            PartyField::Person => text.person,
            PartyField::Phone => text.phone,
            PartyField::Handlers => text.handlers,
            PartyField::Registrar => text.registrar,
            PartyField::Trusts => text.trusts,
            PartyField::Notify => text.notify,
            PartyField::Adapter => text.adapter,
            PartyField::Address => text.address,
            PartyField::Credential => text.credential,
            PartyField::Setting(name) => return (text.setting)(Text::new(name).as_str()),
            PartyField::EndpointHerId => text.endpoint_her,
            PartyField::EndpointOrgNumber => text.endpoint_org,
            PartyField::InFlight => text.in_flight,
            PartyField::Timeout => text.timeout,
            PartyField::ReceiptWithin => text.receipt_within,
            PartyField::Poll => text.poll,
        };
        name.to_owned()
    }

    fn value(&self, value: &Option<Text>, text: &text::Texts, lang: Lang) -> String {
        let Some(value) = value else {
            return text.empty.to_owned();
        };
        let value = value.as_str();
        match &self.field {
            PartyField::Kind => {
                let kind = PartyKind::parse(value);
                kind.map_or(value, |kind| terms::kind_to_choose(kind, lang)).to_owned()
            }
            PartyField::Registrar if value == "true" => text.yes.to_owned(),
            PartyField::Registrar => text.no.to_owned(),
            // A longer span in hours or days would hide a small change.
            PartyField::Timeout | PartyField::ReceiptWithin | PartyField::Poll => format!("{value} s"),
            _ => value.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(field: PartyField, from: &str, to: Option<&str>) -> FieldChange {
        FieldChange {
            field,
            from: Some(from.into()),
            to: to.map(Into::into),
            is_hidden: false,
        }
    }

    #[test]
    fn codes_are_told_in_words_and_nothing_is_markup() {
        let html = list(
            &[
                change(PartyField::Kind, "gp", Some("other")),
                change(PartyField::Registrar, "true", Some("false")),
                change(PartyField::Setting("<b>".to_owned()), "<i>", None),
                change(PartyField::Timeout, "90", Some("60")),
            ],
            Lang::Bokmal,
        );
        let html = html.as_str();
        for part in ["Fastlegekontor", "Annet", "ja", "nei", "tomt", "90 s", "60 s"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<i>") && !html.contains("«<b>"), "{html}");
        assert_eq!(list(&[], Lang::Bokmal).as_str(), "");
    }

    #[test]
    fn a_hidden_value_is_not_written() {
        let mut hidden = change(PartyField::Name, "Psykiatrisk klinikk", Some("Annet navn"));
        hidden.is_hidden = true;
        let html = list(&[hidden], Lang::English);
        assert!(!html.as_str().contains("klinikk") && !html.as_str().contains("Annet"));
    }
}
