//! The adapter's manifest.

use bindeledd_sdk::catalogue::Kind;
use bindeledd_sdk::{CONTRACT, EndpointNeeds, Format, Manifest};
use serde_json::json;

pub(crate) fn manifest() -> Manifest {
    let format = |description: &str| Format {
        media_type: "application/xml".into(),
        description: description.into(),
    };
    let her = || vec!["herId".to_owned()];
    Manifest {
        id: "gp-dialogmelding".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        contract: CONTRACT.into(),
        description:
            "Dialogmelding and AppRec with a GP over Meldingstjener; needs a HER-id of its own on Helsenettet.".into(),
        formats: vec![
            format("KITH MsgHead 1.2 with Dialogmelding 1.0 or 1.1, also in EI_fellesformat"),
            format("KITH AppRec 1.0 and 1.1"),
        ],
        reads: Kind::by_parties().map(|kind| kind.code().to_owned()).collect(),
        writes: Kind::ALL
            .into_iter()
            .filter(|k| k.spec().to_gp)
            .map(|kind| kind.code().to_owned())
            .collect(),
        settings: json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "dialogmelding": {
                    "enum": ["1.0", "1.1"],
                    "default": "1.0",
                    "description": "The version of Dialogmelding that this GP's system reads.",
                },
                "sourceSystem": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 100,
                    "default": "Bindeledd",
                    "description": "The header nhn-source-system of every request.",
                },
                "api": {
                    "enum": ["2", "3"],
                    "default": "2",
                    "description": "The version of Meldingstjener: 2 lists unread messages, 3 has notifications.",
                },
                "fetch": {
                    "type": "boolean",
                    "default": true,
                    "description": "Fetch what lies for the endpoint's own HER-id. Off where the party's system sends to the hub by itself. What became of what was sent is asked for in any case.",
                },
                "alwaysAcknowledge": {
                    "type": "boolean",
                    "default": false,
                    "description": "Send an AppRec also where the sender did not ask for one.",
                },
            },
        }),
        needs: EndpointNeeds {
            endpoint: her(),
            party: her(),
            credentials: vec![crate::transport::CREDENTIAL.into()],
        },
        entered_by_hand: false,
    }
}
