//! The doors for people at the end of the story: an account in a mailbox, and a code for a participant's own page.

use serde_json::{Value, json};

use crate::failure::{Result, unlike};
use crate::hub::{Hub, OPERATOR};
use crate::people::{LINE, PROVIDER};
use crate::teller::Teller;

/// The links and the code for people to try.
#[derive(Debug, Default)]
pub(crate) struct Doors {
    /// Link by which a person of the provider gets into its mailbox.
    mailbox: String,
    /// Address and code of a participant's own page.
    own_page: String,
}

impl Doors {
    /// Makes the account and the code. `consent` is a consent of the participant whose page it is.
    pub(crate) async fn open(hub: &Hub, teller: &mut Teller, consent: &str) -> Result<Self> {
        teller.step("10. People sign in");
        let person = json!({
            "login": "kari.nordmann", "name": "Kari Nordmann", "roles": ["mailbox-user", "team-leader"], "party": PROVIDER,
        });
        let made = hub.post(OPERATOR, "/v1/admin/users", &person).await?;
        let token = told(&made, "/link/token")?;
        let mailbox = format!("{}/console/set-up/{token}", hub.url);
        teller.line(
            "Kari Nordmann gets an account in the provider's mailbox.",
            &json!({"user": made["user"]["id"]}),
        );
        let read = hub.get(OPERATOR, &format!("/v1/consents/{consent}")).await?;
        let participant = told(&read, "/participant/ref")?;
        let path = format!("/v1/participants/{participant}/code");
        let made = hub.post(PROVIDER, &path, &json!({})).await?;
        let code = told(&made, "/code")?;
        teller.line(
            &format!(
                "The provider makes a code for {}, to be handed over in person.",
                LINE.name
            ),
            &json!({"participant": participant}),
        );
        Ok(Self {
            mailbox,
            own_page: format!("{}/meg\n               with the code {code}", hub.url),
        })
    }

    /// Returns the lines for a person at the terminal.
    pub(crate) fn to_try(&self) -> String {
        format!(
            "mailbox        {}\n               makes Kari's account, and leads to the mailbox (once, within 15 minutes)\n\
             own page       {} (once, within 15 minutes)",
            self.mailbox, self.own_page
        )
    }
}

fn told<'a>(answer: &'a Value, place: &str) -> Result<&'a str> {
    let found = answer.pointer(place).and_then(Value::as_str);
    found.ok_or_else(|| unlike(&format!("the answer has {place}"), answer))
}
