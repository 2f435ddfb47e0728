//! The store for the engine: each method is one command for the writer, or one query for the readers.

mod accounts;
mod answers;
mod audit;
mod consents;
mod deliveries;
mod entries;
mod glance;
mod health;
mod inbox;
mod keys;
mod letters;
mod mailboxes;
mod messages;
mod notices;
mod openings;
mod own_pages;
mod participants;
mod parties;
mod pushes;
mod records;
mod rights;
mod runs;
mod sealing;
mod unsent;
mod upkeep;
mod views;
