mod browser;
mod gate;
mod matrix;
mod messages;
mod now;
