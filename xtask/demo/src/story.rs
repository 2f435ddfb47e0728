//! The story: a consent, a meeting, the start of a treatment, a question and its answer, and a blocked message.

use serde_json::{Value, json};

use crate::documents::{answered, ask, day, has, native, text, treatment, words};
use crate::doors::Doors;
use crate::failure::{Result, check, unlike};
use crate::hub::{DEADLINE, OPERATOR};
use crate::people::{self, EMPLOYER, GP, GP_ORG, LINE, NAV, ODA, PROVIDER, PROVIDER_ORG, Person, SNILL};
use crate::story_end;
use crate::teller::Teller;
use crate::world::{World, now};

/// Tells the whole story.
pub(crate) async fn tell(world: &mut World, teller: &mut Teller) -> Result<()> {
    let (of_snill, of_line) = consent(world, teller).await?;
    start_meeting(world, teller).await?;
    treatment_starts(world, teller).await?;
    question_and_answer(world, teller).await?;
    no_grant(world, teller).await?;
    story_end::ending_without_dialogue(world, teller).await?;
    story_end::withdrawal(world, teller, &of_snill).await?;
    story_end::refused_by_receipt(world, teller).await?;
    story_end::down_and_up(world, teller).await?;
    world.doors = Doors::open(&world.hub, teller, &of_line).await?;
    Ok(())
}

/// Registers them, and gives the ids of the one that is withdrawn later, and of one that stays.
async fn consent(world: &World, teller: &mut Teller) -> Result<(String, String)> {
    teller.step("1. The participants' consents are registered");
    let given = now().1.to_string();
    let mut ids = Vec::new();
    let consents = [
        (SNILL, people::SNILL_GRANTS),
        (LINE, people::LINE_GRANTS),
        (ODA, people::ODA_GRANTS),
    ];
    for (person, grants) in consents {
        let document = people::consent(person, grants, &given, None);
        ids.push(register(world, teller, PROVIDER, person, &document).await?);
    }
    let reference = "rapportering etter avtale med Nav om tiltaket";
    let document = people::consent(SNILL, people::DUTY_GRANTS, &given, Some(reference));
    register(world, teller, OPERATOR, SNILL, &document).await?;
    let of_line = ids.swap_remove(1);
    Ok((ids.swap_remove(0), of_line))
}

async fn register(world: &World, teller: &Teller, by: &str, person: Person, document: &Value) -> Result<String> {
    let registered = world.hub.post(by, "/v1/consents", document).await?;
    let id = registered["id"]
        .as_str()
        .ok_or_else(|| unlike("the consent's id", &registered))?
        .to_owned();
    let read = world.hub.get(OPERATOR, &format!("/v1/consents/{id}")).await?;
    check(read["status"] == "active", "the consent is active", &read)?;
    let ids = json!({"consent": id, "participant": read["participant"]["ref"]});
    teller.line(&format!("{}, registered by {by}:", person.name), &ids);
    for grant in read["grants"].as_array().into_iter().flatten() {
        check(grant["confirmed"] == true, "every grant is confirmed", grant)?;
        let basis = if grant["basis"].is_object() {
            " (duty: not withdrawable)"
        } else {
            ""
        };
        let categories = words(&grant["categories"]);
        teller.plain(&format!(
            "    {} may tell {} about {categories}{basis}",
            text(grant, "from"),
            text(grant, "to")
        ));
    }
    Ok(id)
}

async fn start_meeting(world: &World, teller: &mut Teller) -> Result<()> {
    teller.step("2. The provider invites to the start-up meeting, and sends the goals that came of it");
    let content = json!({
        "foreslaatteTidspunkter": [{"fra": format!("{}T09:00:00", day(7)), "til": format!("{}T10:00:00", day(7))}],
        "sted": "Nordvik, møterom Havna", "saker": ["Hva ønsker du av arbeid?", "Hvem skal vi samarbeide med?"],
    });
    let document = native("OPPSTARTSSAMTALE", "NAK-1", SNILL, &json!("SAMARBEIDSKRETS"), &content);
    let invitation = world.send(&world.provider, &document).await?;
    for to in [GP, NAV] {
        answered(&invitation, to)?;
        world.hub.state(text(&invitation, "id"), to, "delivered").await?;
    }
    teller.line(
        "The invitation reached the circle, which is the GP and Nav.",
        &json!({"message": invitation["id"]}),
    );
    teller.first_delivery(world.started.elapsed());

    let content = json!({
        "bestilling": "Arbeidsforberedende trening med utprøving i ordinær bedrift.",
        "maal": ["Fast deltidsjobb på lager"], "jobbonsker": ["Lager og logistikk"],
        "samarbeidMed": [{"instans": "FASTLEGE"}, {"instans": "SPESIALISTHELSETJENESTEN", "tema": "Tider som ikke kolliderer"}],
        "tilpasninger": ["Rolig rom i pausene"],
    });
    let document = native(
        "OPPSUMMERING_AV_OPPSTARTSSAMTALE",
        "NAK-2",
        SNILL,
        &json!("SAMARBEIDSKRETS"),
        &content,
    );
    let summary = world.send(&world.provider, &document).await?;
    let id = text(&summary, "id").to_owned();
    for to in [GP, NAV] {
        let delivery = world.hub.state(&id, to, "delivered").await?;
        let withheld = words(&delivery["withheld"]);
        teller.line(
            &format!("The goals reached {to}; withheld: {withheld}."),
            &json!({"delivery": delivery["id"]}),
        );
    }
    let letter = world
        .gp
        .arrival(0, DEADLINE, |a| has(a, "Fast deltidsjobb på lager"))
        .await?;
    check(
        !has(&letter, "Rolig rom"),
        "the GP's letter says nothing of adaptations",
        &letter["document"],
    )?;
    check(
        has(&letter, "Tider som ikke kolliderer"),
        "the GP's letter names whom to work with",
        &letter["document"],
    )?;
    teller.line(
        "The GP's system has a dialogmelding with «Fast deltidsjobb på lager», without the adaptations.",
        &json!({"MsgId": letter["ids"]["msgid"]}),
    );
    let fetched = world.hub.delivery(&id, NAV).await?;
    let item = world
        .nav
        .arrival(0, DEADLINE, |a| a["ids"]["delivery"] == fetched["id"])
        .await?;
    check(
        has(&item, "Rolig rom i pausene"),
        "Nav's item has the adaptations",
        &item["document"],
    )?;
    check(
        !has(&item, "Tider som ikke"),
        "Nav's item does not tell of a specialist service",
        &item["document"],
    )?;
    teller.line(
        "Nav fetched it with the adaptations, without whom to work with: that would tell of treatment.",
        &item["ids"],
    );
    Ok(())
}

async fn treatment_starts(world: &World, teller: &mut Teller) -> Result<()> {
    teller.step("3. The specialist service reports, as FHIR, that treatment starts");
    let when = "Ledig for arbeid tirsdag og torsdag.";
    let message = treatment(world, SNILL, &[PROVIDER_ORG, GP_ORG], 1, when).await?;
    let id = text(&message, "id").to_owned();
    for to in [PROVIDER, GP] {
        let delivery = world.hub.state(&id, to, "delivered").await?;
        let ids = json!({"message": id, "delivery": delivery["id"]});
        teller.line(
            &format!("It reached {to}; withheld: {}.", words(&delivery["withheld"])),
            &ids,
        );
    }
    let native = world
        .provider
        .arrival(0, DEADLINE, |a| a["ids"]["id"] == id.as_str())
        .await?;
    check(
        has(&native, "STARTET") && has(&native, when),
        "the provider's JSON says STARTET and when",
        &native["body"],
    )?;
    check(
        has(&native, "Fjellvik poliklinikk"),
        "the sender has its neutral name",
        &native["body"],
    )?;
    check(
        !has(&native, "psykiatri"),
        "the sender's own name does not tell",
        &native["body"],
    )?;
    teller.line(
        "The provider's system has it as JSON: BEHANDLING, STARTET, from «Fjellvik poliklinikk», the neutral name.",
        &native["ids"],
    );
    let letter = world.gp.arrival(0, DEADLINE, |a| has(a, when)).await?;
    teller.line(
        &format!("The GP's system has it as a dialogmelding: «{when}»"),
        &json!({"MsgId": letter["ids"]["msgid"]}),
    );
    let nav = world.nav.arrivals(0).await?;
    check(!nav.iter().any(|a| has(a, when)), "Nav got nothing of it", nav.len())?;
    teller.plain("Nav got nothing of it.");
    Ok(())
}

async fn question_and_answer(world: &World, teller: &mut Teller) -> Result<()> {
    teller.step("4. The provider asks the GP, who answers by dialogmelding");
    let question = "Kan Snill arbeide to dager i uken mens behandlingen pågår?";
    let asked = ask(world, "NAK-3", SNILL, GP, question).await?;
    let id = text(&asked, "id");
    let letter = world.gp.arrival(0, DEADLINE, |a| has(a, question)).await?;
    let msg_id = text(&letter["ids"], "msgid");
    teller.line(
        &format!("The GP's system has the question: «{question}»"),
        &json!({"message": id, "MsgId": msg_id}),
    );
    let delivery = world.hub.state(id, GP, "delivered").await?;
    let receipt = world.gp.sent().await?.into_iter().find(|s| s["what"]["for"] == msg_id);
    let receipt = receipt.ok_or_else(|| unlike("the GP's system sent a receipt for the question", msg_id))?;
    check(receipt["what"]["receipt"] == "1", "its AppRec says 1, OK", &receipt)?;
    teller.line(
        "Its AppRec 1 settled the delivery.",
        &json!({"delivery": delivery["id"]}),
    );
    let words = "Ja, to dager går fint. Helst ikke to dager på rad.";
    let order = json!({"what": "answer", "inReplyTo": msg_id, "text": words, "charset": "ISO-8859-1"});
    let answer = world.send(&world.gp, &order).await?;
    let answer_id = text(&answer, "id").to_owned();
    world.hub.state(&answer_id, PROVIDER, "delivered").await?;
    let native = world
        .provider
        .arrival(0, DEADLINE, |a| a["ids"]["id"] == answer_id.as_str())
        .await?;
    check(
        has(&native, words) && has(&native, "SVAR"),
        "the provider's JSON is the answer",
        &native["body"],
    )?;
    teller.line(
        &format!("The provider's system has the answer: «{words}»"),
        &json!({"message": answer_id}),
    );
    let receipt = world.gp.arrival(0, DEADLINE, |a| a["ids"]["type"] == "APPREC").await?;
    check(
        receipt["ids"]["status"] == "1",
        "the hub's AppRec to the GP says 1, OK",
        &receipt["ids"],
    )?;
    teller.line(
        "The GP's system has the hub's AppRec 1 for its answer.",
        &json!({"for": receipt["ids"]["refers-to"]}),
    );
    Ok(())
}

async fn no_grant(world: &World, teller: &mut Teller) -> Result<()> {
    teller.step("5. A message that no consent covers goes nowhere, and its sender is told");
    let content = json!({"status": {"type": "DELTAR"}, "oppmoteprosent": 80, "aktivitet": "Utprøving på lager."});
    let document = native("FREMDRIFT", "NAK-4", SNILL, &json!([EMPLOYER]), &content);
    let message = world.send(&world.provider, &document).await?;
    let told = answered(&message, EMPLOYER)?;
    check(
        told["state"] == "blocked",
        "the answer to the sender says blocked",
        &message,
    )?;
    let read = world.hub.delivery(text(&message, "id"), EMPLOYER).await?;
    check(read["state"] == "blocked", "the hub says blocked", &read)?;
    let inbox = world
        .hub
        .get(EMPLOYER, &format!("/v1/parties/{EMPLOYER}/inbox"))
        .await?;
    check(
        inbox["items"].as_array().is_some_and(Vec::is_empty),
        "the employer's inbox is empty",
        &inbox,
    )?;
    let ids = json!({"message": message["id"], "code": told["reason"]["code"]});
    teller.line(
        &format!("To {EMPLOYER}: blocked. «{}»", text(&told["reason"], "text")),
        &ids,
    );
    teller.plain("The employer's inbox is empty.");
    Ok(())
}
