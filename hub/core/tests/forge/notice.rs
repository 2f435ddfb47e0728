use bindeledd_core::{Message, PartyId, WithdrawalNotice};

fn forge(receiver: PartyId, content: Message) -> WithdrawalNotice {
    WithdrawalNotice { receiver, content }
}

fn main() {}
