//! Drift: the version of an adapter in use. The page asks with a preview, and the form acts.

use axum::http::StatusCode;
use bindeledd_console::view::adapter_switch::{Version, View, render};
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::Chosen;
use bindeledd_core::audit::reason_of_act;
use bindeledd_engine::{AdapterChange, AdapterLifeError, AdapterLine, EngineError};

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/hub/adapters/{id}/use/{version}", Administrator, ask_to_use),
    post!("/console/hub/adapters/{id}/use/{version}", Administrator, take_into_use),
    get!("/console/hub/adapters/{id}/rollback", Administrator, ask_to_go_back),
    post!("/console/hub/adapters/{id}/rollback", Administrator, go_back),
];

/// What the page asks about.
struct Asked {
    line: AdapterLine,
    /// Version of the address; `None` for the way back.
    to: Option<Chosen>,
}

async fn asked(visit: &Visit, is_back: bool) -> Result<Asked, Trouble> {
    let adapter: AdapterId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let line = match visit.engine().adapter_line(&adapter).await {
        Err(EngineError::NotFound { .. }) => return Err(Trouble::NotFound),
        line => line?,
    };
    let to = match is_back {
        true => None,
        false => {
            let to = Chosen::parse(visit.call.text("version")).ok_or(Trouble::NotFound)?;
            line.version_of(to).ok_or(Trouble::NotFound)?;
            Some(to)
        }
    };
    Ok(Asked { line, to })
}

/// `GET /console/hub/adapters/{id}/use/{version}`
async fn ask_to_use(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let asked = asked(visit, false).await?;
    page(visit, StatusCode::OK, &asked, (false, Errors::none())).await
}

/// `GET /console/hub/adapters/{id}/rollback`
async fn ask_to_go_back(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let asked = asked(visit, true).await?;
    page(visit, StatusCode::OK, &asked, (false, Errors::none())).await
}

/// `POST /console/hub/adapters/{id}/use/{version}`
async fn take_into_use(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let asked = asked(visit, false).await?;
    act(visit, asked).await
}

/// `POST /console/hub/adapters/{id}/rollback`
async fn go_back(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let asked = asked(visit, true).await?;
    act(visit, asked).await
}

fn version(line: &AdapterLine, chosen: Chosen) -> Version {
    let configured = || line.configured.as_ref().map(|configured| configured.sha256);
    let digest = chosen.digest().or_else(configured);
    Version {
        name: Text::new(line.version_of(chosen).unwrap_or_default()),
        digest: Text::new(&digest.map(|digest| digest.to_string()).unwrap_or_default()),
        key: Text::new(&chosen.to_string()),
    }
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    asked: &Asked,
    (meanwhile, errors): (bool, Errors),
) -> Result<Answer, Trouble> {
    let Asked { line, to } = asked;
    let target = to.or(line.before);
    let waits = target
        .and_then(Chosen::digest)
        .and_then(|digest| line.waits.get(&digest));
    let each = waits.map(|needs| needs.each()).into_iter().flatten();
    let grants = each.filter(|(_, set)| !set.is_empty()).map(|(name, set)| {
        let all: Vec<_> = set.iter().map(String::as_str).collect();
        Text::new(&format!("{name} {}", all.join(", ")))
    });
    let view = View {
        id: Text::new(line.id.as_str()),
        from: line.in_use.map(|from| version(line, from)),
        to: target.map(|to| version(line, to)),
        back: to.is_none(),
        grants: grants.collect(),
        meanwhile,
        why: visit.call.field("why").to_owned(),
        errors,
        frame: frame::of(visit, Some(Section::Hub)).await?,
    };
    Ok(Answer::Page(status, render(&view, visit.lang)))
}

/// Acts as the form says. It names the version that the page showed as the one in use, so that a second click and a switch of
/// somebody else do no harm.
async fn act(visit: &Visit, mut asked: Asked) -> Result<Answer, Trouble> {
    let Some(why) = reason_of_act(visit.call.field("why")) else {
        let errors = Errors::none().and("why", Fault::Reason.text(visit.lang));
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, &asked, (false, errors)).await;
    };
    let change = AdapterChange {
        to: asked.to,
        seen: Chosen::parse(visit.call.field("seen")),
        grant: visit.call.field("grant") == "1",
        why: Some(why.to_owned()),
    };
    let adapter = asked.line.id.clone();
    match visit.engine().change_adapter(&adapter, change, &visit.actor()?).await {
        Ok(_) => Ok(Answer::See(address::ADAPTERS.to_owned())),
        Err(EngineError::AdapterLife(
            AdapterLifeError::Meanwhile { .. }
            | AdapterLifeError::NeedsGrant { .. }
            | AdapterLifeError::NothingBefore { .. }
            | AdapterLifeError::NoVersion { .. },
        )) => {
            asked.line = visit.engine().adapter_line(&adapter).await?;
            page(visit, StatusCode::CONFLICT, &asked, (true, Errors::none())).await
        }
        Err(error) => Err(error.into()),
    }
}
