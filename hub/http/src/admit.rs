//! Admission: it identifies the caller, gives it a place among its own requests, and authorises it for the route.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::task::Poll;

use axum::http::request::Parts;
use bindeledd_core::{PartyId, PartyName};
use bindeledd_engine::Directory;
use tokio::sync::OwnedSemaphorePermit;

use crate::caller::Caller;
use crate::identify::{Authenticated, Callers};
use crate::limits::{Entered, Limits};
use crate::problem::Problem;
use crate::route::Access;
use crate::server::{Link, ListenerRole};

/// The place of a request while it is answered.
pub(crate) enum Place {
    /// Among its caller's own.
    Own(Entered),
    /// Among those of callers whom nobody knows.
    Lobby(#[expect(dead_code, reason = "held until the answer")] OwnedSemaphorePermit),
    /// None: monitoring gets an answer when the hub is busy, too.
    None,
}

impl Place {
    pub(crate) const fn own(&self) -> Option<&Entered> {
        match self {
            Self::Own(entered) => Some(entered),
            Self::Lobby(_) | Self::None => None,
        }
    }
}

/// The door of the hub: it knows the callers, and how many come.
pub(crate) struct Door<'a> {
    pub(crate) callers: &'a Callers,
    pub(crate) limits: &'a Limits,
    /// True if callers on this machine see the figures without a key.
    pub(crate) metrics_on_loopback: bool,
}

impl Door<'_> {
    /// Finds the caller and a place among its own requests. Requests of callers that nobody knows count by address.
    pub(crate) async fn identify_caller(
        &self,
        (access, watching): (Access, bool),
        parts: &Parts,
    ) -> Result<(Option<Caller>, Place), Problem> {
        let link = parts.extensions.get::<Arc<Link>>();
        let address = link.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |link| link.address(&parts.headers));
        let local = link.is_some_and(|link| link.is_local(&parts.headers));
        let elsewhere = link.is_some_and(|link| link.role == ListenerRole::Parties);
        if elsewhere && matches!(access, Access::Operator | Access::OperatorOrWatcher) {
            self.limits.count_unknown(address)?;
            return Err(Problem::operators_listener());
        }
        let open = match access {
            Access::Anyone => true,
            Access::OperatorOrWatcher => {
                let own = link.is_some_and(|link| link.role == ListenerRole::Operator);
                let socket = link.is_some_and(|link| link.is_socket_file());
                let opened = local && (own || self.metrics_on_loopback);
                socket || opened || self.callers.is_watcher(&parts.headers)
            }
            Access::AnyCaller | Access::PartyInPath | Access::Operator => false,
        };
        let found = match self.known(parts).await {
            Ok(found) => found,
            // Open routes ignore bad credentials.
            Err(_) if open => None,
            Err(problem) => {
                self.limits.count_unknown(address)?;
                return Err(problem);
            }
        };
        let Some(Authenticated { caller, proof }) = found else {
            if !(open && local) {
                self.limits.count_unknown(address)?;
            }
            return match (open, watching) {
                (false, _) => Err(Problem::unauthorized()),
                (true, true) => Ok((None, Place::None)),
                (true, false) => Ok((None, Place::Lobby(self.limits.enter_lobby()?))),
            };
        };
        if elsewhere && caller.is_operator() {
            return Err(Problem::operators_listener());
        }
        let place = match &caller {
            Caller::Operator if watching => Place::None,
            Caller::Operator => Place::Own(self.limits.enter_operator()?),
            Caller::Party(party) => Place::Own(self.limits.enter_party(party)?),
        };
        // Only the proof of a request that is let in is remembered: requests over the limit can not fill the memory of proofs.
        self.callers.use_up(proof)?;
        if let Some(link) = link {
            link.known(&caller);
        }
        Ok((Some(caller), place))
    }

    /// The caller. A key or a certificate is looked up at once. Only a lookup that has to wait, such as for a slow issuer, takes a
    /// place in the lobby, so that others find room there.
    async fn known(&self, parts: &Parts) -> Result<Option<Authenticated>, Problem> {
        let mut asked = std::pin::pin!(self.callers.authenticate(parts));
        let at_once = std::future::poll_fn(|cx| Poll::Ready(asked.as_mut().poll(cx))).await;
        match at_once {
            Poll::Ready(known) => known,
            Poll::Pending => {
                let _waits = self.limits.enter_lobby()?;
                asked.await
            }
        }
    }
}

/// Refuses a caller that the route is not for; gives the party of the path.
pub(crate) fn authorize(
    directory: &Directory,
    access: Access,
    caller: Option<&Caller>,
    params: &HashMap<String, String>,
) -> Result<Option<PartyId>, Problem> {
    let is_operator = caller.is_some_and(Caller::is_operator);
    match access {
        Access::Anyone | Access::AnyCaller => Ok(None),
        Access::OperatorOrWatcher if caller.is_none() || is_operator => Ok(None),
        Access::Operator if is_operator => Ok(None),
        Access::Operator | Access::OperatorOrWatcher => Err(Problem::forbidden("this is for the operator")),
        Access::PartyInPath => {
            let name = params.get("party").and_then(|raw| PartyName::parse(raw).ok());
            let party = name.and_then(|name| directory.resolve(&name).map(|p| p.id.clone()));
            match (party, caller) {
                (Some(party), Some(Caller::Operator)) => Ok(Some(party)),
                (None, Some(Caller::Operator)) => Err(Problem::not_found("there is no such party")),
                (Some(party), Some(Caller::Party(own))) if party == *own => Ok(Some(party)),
                // A party that does not exist looks like another one.
                (_, _) => Err(Problem::forbidden("the path names another party than the key's")),
            }
        }
    }
}
