use bindeledd_core::{CategorySet, Message, Minimised, PartyId};

fn forge(content: Message, receiver: PartyId) -> Minimised<Message> {
    Minimised { content, receiver, permitted: CategorySet::EMPTY, withheld: CategorySet::EMPTY, grants: Vec::new() }
}

fn main() {}
