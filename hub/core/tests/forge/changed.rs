use bindeledd_core::{Message, Minimised};

fn put_back(mut minimised: Minimised<Message>, whole: Message) -> Minimised<Message> {
    *minimised.content_mut() = whole;
    minimised
}

fn main() {}
