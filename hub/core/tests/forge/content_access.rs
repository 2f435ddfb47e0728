use std::num::NonZeroU64;

use bindeledd_core::{AccessReason, AccessScope, ContentAccess};

fn forge(scope: AccessScope, reason: AccessReason, recorded: NonZeroU64) -> ContentAccess {
    ContentAccess { scope, reason, recorded }
}

fn main() {}
