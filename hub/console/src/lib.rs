//! The console's pages.
//!
//! Owns: how a page looks, its words in bokmål and English, and the files that browsers fetch with it. Every page is a
//! pure function from a view model to HTML. Never reads a clock, a socket or a store in a page, and never shows content
//! of a message. Start at [`view`] for the pages, at [`Frame`] for their surroundings, and at [`assets`] for the files.
//!
//! - A view model is a plain struct in [`view`], with a function `render(&View, Lang) -> String` beside it.
//! - Its template lies in `templates/`, and its words in `text/`: one field a text and a constant a language, so that a
//!   missing text does not compile.
//! - Everything from outside is a [`Text`], which bounds it and takes out marks that turn the direction of reading. The
//!   templates escape it.

pub mod address;
pub mod assets;
mod errors;
mod fault;
mod frame;
mod icon;
mod lang;
mod mark;
mod markup;
mod said;
mod text;
pub mod view;
mod write;

pub use errors::Errors;
pub use fault::Fault;
pub use frame::{Frame, Notice, Person, Section, Tone};
pub use icon::Icon;
pub use lang::Lang;
pub use mark::{Mark, Standing};
pub use markup::{Html, Text};
pub use said::Said;
pub use write::Write;
