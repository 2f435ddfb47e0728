use bindeledd_core::{DeliveryId, Released};

fn forge(delivery: DeliveryId, bytes: Vec<u8>) -> Released<Vec<u8>> {
    Released { delivery, bytes, is_receipt: false }
}

fn main() {}
