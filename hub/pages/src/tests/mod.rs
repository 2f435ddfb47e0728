mod browser;
mod gate;
mod matrix;
mod now;
