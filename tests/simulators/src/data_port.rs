//! The port that the hub reaches: it goes down and comes up as it is told.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::Problem;
use crate::behaviour::{Mode, Order};
use crate::serve::Listening;
use crate::smtp::MailServer;
use crate::state::Shared;

/// One simulator with its port.
pub(crate) struct Inner {
    pub(crate) shared: Arc<Shared>,
    pub(crate) data: Option<Data>,
}

/// The port for the hub.
pub(crate) enum Data {
    Http(Listening),
    Mail(MailServer),
}

impl Data {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Http(listening) => listening.address(),
            Self::Mail(server) => server.address(),
        }
    }

    pub(crate) fn go_down(&self) {
        match self {
            Self::Http(listening) => listening.go_down(),
            Self::Mail(server) => server.go_down(),
        }
    }

    async fn come_up(&self) -> Result<(), Problem> {
        match self {
            Self::Http(listening) => listening.come_up().await,
            Self::Mail(server) => server.come_up().await,
        }
    }
}

impl Inner {
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.data.as_ref().map(Data::address)
    }

    /// Applies an order. When this function returns, the simulator has gone down or come up as ordered.
    pub(crate) async fn behave(&self, order: Order) -> Result<(), Problem> {
        let down = order.mode == Mode::Down;
        self.shared.behaviour.set(order);
        match &self.data {
            Some(data) if down => data.go_down(),
            Some(data) => data.come_up().await?,
            None => {}
        }
        Ok(())
    }
}
