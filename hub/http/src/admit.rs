//! Admission: it identifies the caller, gives it a place among its own requests, and authorises it for the route.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::task::Poll;

use axum::http::request::Parts;
use bindeledd_core::{PartyId, PartyName};
use bindeledd_engine::Directory;
use bindeledd_texts::problem::Detail;
use tokio::sync::OwnedSemaphorePermit;

use crate::caller::Caller;
use crate::identify::{Authenticated, Callers};
use crate::limits::{Entered, Limits};
use crate::problem::Problem;
use crate::route::Access;
use crate::server::{Link, ListenerRole};

/// The place of a request while it is answered.
pub(crate) enum Place {
    /// The request has a place among the requests of its known caller.
    Own(Entered),
    /// The request has a place in the lobby, which unknown callers share.
    Lobby(#[expect(dead_code, reason = "held until the answer")] OwnedSemaphorePermit),
    /// The request needs no place: monitoring gets an answer even when the hub is busy.
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

/// Admits requests: identifies their callers and limits their number.
pub(crate) struct Door<'a> {
    pub(crate) callers: &'a Callers,
    pub(crate) limits: &'a Limits,
    /// True if callers on this machine see the figures without a key.
    pub(crate) metrics_on_loopback: bool,
}

impl Door<'_> {
    /// Returns the caller and a place among that caller's requests. A request of an unknown caller counts for its address.
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
            // An open route ignores a wrong credential.
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
        // The hub remembers only the proof of an admitted request. Requests over the limit can thus not fill the memory of proofs.
        self.callers.use_up(proof)?;
        if let Some(link) = link {
            link.known(&caller);
        }
        Ok((Some(caller), place))
    }

    /// Returns the caller. A key or a certificate is looked up at once. Only a lookup that has to wait, such as for a slow issuer,
    /// takes a place in the lobby; the lobby thus keeps room for others.
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

/// Refuses a caller that may not use the route. Returns the party that the path names.
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
        Access::Operator | Access::OperatorOrWatcher => Err(Problem::forbidden(Detail::ForOperator)),
        Access::PartyInPath => {
            let name = params.get("party").and_then(|raw| PartyName::parse(raw).ok());
            let party = name.and_then(|name| directory.resolve(&name).map(|p| p.id.clone()));
            match (party, caller) {
                (Some(party), Some(Caller::Operator)) => Ok(Some(party)),
                (None, Some(Caller::Operator)) => Err(Problem::not_found(Detail::NoParty)),
                (Some(party), Some(Caller::Party(own))) if party == *own => Ok(Some(party)),
                // The answer is the same whether the party in the path exists or not.
                (_, _) => Err(Problem::forbidden(Detail::OtherPartyInPath)),
            }
        }
    }
}
