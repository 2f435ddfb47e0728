//! The rest of the story: an ending without dialogue, a withdrawn consent, a refused letter, an unavailable system.

use serde_json::{Value, json};

use crate::documents::{answered, ask, day, has, native, text, treatment, words};
use crate::failure::{Result, check, unlike};
use crate::hub::{DEADLINE, OPERATOR};
use crate::people::{GP, LINE, NAV, ODA, PROVIDER, PROVIDER_ORG, Person, SNILL, SPECIALIST};
use crate::teller::Teller;
use crate::world::World;
use bindeledd_simulators::eventually;

/// Proposes, as the provider, to end the measure because of illness.
async fn propose_ending(world: &World, reference: &str, person: Person, to: &str) -> Result<Value> {
    let content = json!({"forslag": {"aarsak": {"type": "SYK"}, "sluttdato": day(30), "begrunnelse": "Behandlingen tar all tid nå."}});
    world
        .send(
            &world.provider,
            &native("FORSLAG_OM_AVSLUTNING", reference, person, &json!([to]), &content),
        )
        .await
}

/// Returns the alerts of a kind that name a message.
async fn alerts(world: &World, kind: &str, message: &str) -> Result<Vec<Value>> {
    let all = world
        .hub
        .get(OPERATOR, &format!("/v1/admin/alerts?kind={kind}&limit=100"))
        .await?;
    let all = all["alerts"].as_array().cloned().unwrap_or_default();
    Ok(all.into_iter().filter(|a| a["message"] == message).collect())
}

const ENDING: &str = "ending-without-dialogue";

pub(crate) async fn ending_without_dialogue(world: &World, teller: &mut Teller) -> Result<()> {
    teller.step("6. The end of a measure is proposed because of treatment, and nobody talked");
    let status = treatment(world, LINE, &[PROVIDER_ORG], 2, "Ledig etter klokken 12.").await?;
    world.hub.state(text(&status, "id"), PROVIDER, "delivered").await?;
    let proposed = propose_ending(world, "NAK-5", LINE, NAV).await?;
    let id = text(&proposed, "id").to_owned();
    let delivery = world.hub.state(&id, NAV, "delivered").await?;
    let ids = json!({"message": id, "delivery": delivery["id"]});
    teller.line(&format!("{}: the proposal reached {NAV}.", LINE.name), &ids);
    let raised = eventually(DEADLINE, || async {
        match alerts(world, ENDING, &id).await {
            Ok(mut alerts) => alerts.pop().map(Ok),
            Err(failure) => Some(Err(failure)),
        }
    });
    let alert = raised
        .await
        .unwrap_or_else(|| Err(unlike("an alert that nobody talked", "none")))?;
    teller.line(
        &format!("And the hub raised an alert: «{}»", text(&alert, "text")),
        &json!({"alert": alert["id"]}),
    );
    teller.plain(&format!("What to do: «{}»", text(&alert, "whatToDo")));
    let talked = propose_ending(world, "NAK-6", SNILL, GP).await?;
    let id = text(&talked, "id");
    world.hub.state(id, GP, "delivered").await?;
    let none = alerts(world, ENDING, id).await?;
    check(
        none.is_empty(),
        "no alert for someone whose GP had answered",
        json!(none),
    )?;
    teller.line(
        &format!("{}: the GP had answered, so the same proposal raised none.", SNILL.name),
        &json!({"message": id}),
    );
    Ok(())
}

pub(crate) async fn withdrawal(world: &World, teller: &mut Teller, consent: &str) -> Result<()> {
    teller.step("7. The consent is withdrawn, and what waits is stopped");
    let no_body = json!({});
    world
        .hub
        .post(OPERATOR, &format!("/v1/admin/parties/{GP}/pause"), &no_body)
        .await?;
    let content = json!({"maal": ["Dette skal aldri frem"]});
    let waits = world
        .send(
            &world.provider,
            &native("MAL_OG_PLAN", "NAK-7", SNILL, &json!([GP]), &content),
        )
        .await?;
    let id = text(&waits, "id").to_owned();
    let delivery = world.hub.state(&id, GP, "waiting").await?;
    let ids = json!({"message": id, "delivery": delivery["id"]});
    teller.line("The GP's endpoint is paused, and a plan for the GP waits.", &ids);
    let path = format!("/v1/consents/{consent}/withdraw");
    let answer = world.hub.post(PROVIDER, &path, &no_body).await?;
    let cancelled = answer["cancelled"].as_array().into_iter().flatten();
    check(
        cancelled.clone().any(|d| *d == delivery["id"]),
        "the withdrawal's answer lists the plan as cancelled",
        &answer,
    )?;
    teller.line(
        &format!(
            "{} withdrew; the answer names {} delivery as cancelled.",
            SNILL.name,
            cancelled.count()
        ),
        &json!({"cancelled": delivery["id"], "consent": consent}),
    );
    for grant in answer["remains"].as_array().into_iter().flatten() {
        let (from, to) = (text(grant, "from"), text(grant, "to"));
        teller.plain(&format!(
            "What remains rests on duty: {from} to {to}, {}.",
            words(&grant["categories"])
        ));
    }
    world
        .hub
        .post(OPERATOR, &format!("/v1/admin/parties/{GP}/resume"), &no_body)
        .await?;
    let read = world.hub.state(&id, GP, "cancelled").await?;
    teller.line(
        &format!(
            "The endpoint is resumed, and the plan is cancelled: «{}»",
            text(&read["reason"], "text")
        ),
        &ids,
    );
    never_reached(world, teller).await
}

/// Checks that the GP's system did not receive the plan, and receives nothing new about the person.
async fn never_reached(world: &World, teller: &Teller) -> Result<()> {
    let later = ask(world, "NAK-8", ODA, GP, "Passer det at Oda prøver seg på lageret?").await?;
    world.hub.state(text(&later, "id"), GP, "delivered").await?;
    let letters = world.gp.arrivals(0).await?;
    check(
        letters.iter().any(|a| has(a, "prøver seg på lageret")),
        "a later letter reached the GP",
        letters.len(),
    )?;
    check(
        !letters.iter().any(|a| has(a, "aldri frem")),
        "the plan never reached the GP",
        letters.len(),
    )?;
    let seen = format!(
        "Of {} arrivals at the GP's system, a later letter among them, none is the plan.",
        letters.len()
    );
    teller.line(&seen, &json!({"later": later["id"]}));
    let after = ask(world, "NAK-9", SNILL, GP, "Hvordan går det?").await?;
    let told = answered(&after, GP)?;
    check(
        told["state"] == "blocked",
        "a new question about the same person is blocked",
        &after,
    )?;
    let ids = json!({"message": after["id"], "code": told["reason"]["code"]});
    teller.line(
        &format!(
            "A new question about {} is blocked: «{}»",
            SNILL.name,
            text(&told["reason"], "text")
        ),
        &ids,
    );
    let content = json!({"status": {"type": "DELTAR"}, "oppmoteprosent": 80, "aktivitet": "Utprøving på lager."});
    let report = world
        .send(
            &world.provider,
            &native("FREMDRIFT", "NAK-13", SNILL, &json!([NAV]), &content),
        )
        .await?;
    let delivery = world.hub.state(text(&report, "id"), NAV, "delivered").await?;
    teller.line(
        "Reporting to Nav rests on duty, not on consent, and goes on: delivered.",
        &json!({"delivery": delivery["id"]}),
    );
    Ok(())
}

pub(crate) async fn refused_by_receipt(world: &World, teller: &mut Teller) -> Result<()> {
    teller.step("8. A receipt refuses a letter");
    let errors = json!([{"code": "E21", "text": "Legen har sluttet"}]);
    world
        .gp
        .receipts(&json!({"status": "refused", "errors": errors, "times": 1}))
        .await?;
    let asked = ask(world, "NAK-10", ODA, GP, "Hvor mange timer i uken tåler Oda nå?").await?;
    let id = text(&asked, "id").to_owned();
    let delivery = world.hub.state(&id, GP, "refused").await?;
    let as_sender = world.hub.get(PROVIDER, &format!("/v1/messages/{id}")).await?;
    let seen = answered(&as_sender, GP)?;
    let reason = &seen["reason"];
    let said = reason["text"].as_str().unwrap_or_default();
    check(
        said.contains("Legen har sluttet"),
        "the sender reads the reason in the receiver's own words",
        &as_sender,
    )?;
    let ids = json!({"message": id, "delivery": delivery["id"], "code": reason["code"]});
    teller.line(
        &format!("The GP's system sent AppRec 2, and the delivery is refused: «{said}»"),
        &ids,
    );
    let by_operator = delivery["reason"]["text"].as_str().unwrap_or_default();
    check(
        !by_operator.is_empty() && !by_operator.contains("Legen"),
        "the operator does not see the receiver's words",
        &delivery,
    )?;
    teller.line(
        "Its sender reads these words. The operator sees the code alone.",
        &json!({"message": id}),
    );
    Ok(())
}

pub(crate) async fn down_and_up(world: &World, teller: &mut Teller) -> Result<()> {
    teller.step("9. A system is down, and comes back");
    let since = world.specialist.arrivals(0).await?.len();
    world
        .specialist
        .behave(&json!({"mode": "status", "status": 500, "times": 2}))
        .await?;
    let asked = ask(
        world,
        "NAK-11",
        LINE,
        SPECIALIST,
        "Hva må til for at Line kan komme to dager?",
    )
    .await?;
    let id = text(&asked, "id").to_owned();
    let delivery = world.hub.state(&id, SPECIALIST, "delivered").await?;
    let arrivals = world.specialist.arrivals(since).await?;
    let first = arrivals
        .first()
        .ok_or_else(|| unlike("arrivals at the specialist's server", "none"))?;
    let equal = arrivals
        .iter()
        .all(|a| a["sha256"] == first["sha256"] && a["ids"]["bundle"] == first["ids"]["bundle"]);
    let answers = Value::from(arrivals.iter().map(|a| a["answered"].clone()).collect::<Vec<_>>());
    check(
        answers == json!([500, 500, 200]),
        "three arrivals, answered 500, 500 and 200",
        &answers,
    )?;
    check(
        equal,
        "every arrival has the same id and bytes",
        json!(arrivals.iter().map(|a| &a["sha256"]).collect::<Vec<_>>()),
    )?;
    let ids = json!({"delivery": delivery["id"], "Bundle": first["ids"]["bundle"], "sha256": first["sha256"]});
    teller.line(
        "The specialist's server answered 500, 500 and 200: three arrivals, one id, equal bytes, delivered.",
        &ids,
    );

    world.specialist.behave(&json!({"mode": "down"})).await?;
    let asked = ask(world, "NAK-12", LINE, SPECIALIST, "Passer et møte neste uke?").await?;
    let id = text(&asked, "id").to_owned();
    let tried = |d: &Value| d["state"] == "waiting" && d["attempts"].as_u64() >= Some(1);
    let waiting = world
        .hub
        .until(&id, SPECIALIST, "the delivery waits after an attempt", tried)
        .await?;
    teller.line(
        &format!(
            "It refuses connections: after {} attempt the next question waits.",
            waiting["attempts"]
        ),
        &json!({"message": id, "delivery": waiting["id"]}),
    );
    let since = world.specialist.arrivals(0).await?.len();
    world.specialist.behave(&json!({"mode": "ok"})).await?;
    let delivery = world.hub.state(&id, SPECIALIST, "delivered").await?;
    let arrivals = world.specialist.arrivals(since).await?;
    check(arrivals.len() == 1, "it arrived once", arrivals.len())?;
    teller.line(
        &format!(
            "It is back, and the question is delivered at attempt {}.",
            delivery["attempts"]
        ),
        &json!({"delivery": delivery["id"], "Bundle": arrivals.first().map(|a| &a["ids"]["bundle"])}),
    );
    Ok(())
}
