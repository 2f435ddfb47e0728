//! The contract suite, mounted on SQLite.

mod place;

use place::Disk;

fn make() -> Disk {
    Disk::new()
}

bindeledd_store_contract::store_contract!(make);
