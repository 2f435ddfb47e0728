mod alerts;
mod browser;
mod consents;
mod gate;
mod matrix;
mod messages;
mod now;
mod parties;
