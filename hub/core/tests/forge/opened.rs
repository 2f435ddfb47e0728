use bindeledd_core::{Message, Opened};

fn forge(content: Message) -> Opened<Message> {
    Opened { content }
}

fn main() {}
