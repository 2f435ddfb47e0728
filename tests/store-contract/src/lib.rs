//! The suite that every store passes: one function a property of the engine's port `Store`.
//!
//! Owns: what a store has to hold to, told by what it does. Names no store and no SQL: a store's own tests mount it with
//! [`store_contract!`], giving a [`Place`] of their own. Start at [`world`], then any property.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "every function here is a test or helps one"
)]

pub mod accepting;
pub mod world;

use std::sync::Arc;

use bindeledd_engine::ports::Store;

/// Where one store lives. What was committed is there again when it is opened again.
pub trait Place: Send + Sync {
    /// Opens the store; the one that was open before has been dropped.
    fn open(&self) -> Arc<dyn Store>;
    /// Every byte of it that is on disk.
    fn at_rest(&self) -> Vec<u8>;
}

/// Hands every property to a macro, as `module { name name … }`.
#[doc(hidden)]
#[macro_export]
macro_rules! each_property {
    ($then:ident, $make:ident) => {
        $crate::$then! { $make
            accepting {
                what_is_accepted_is_there_after_a_reopen
                the_same_again_gets_the_first_answer
                a_conversation_that_the_hub_settled_makes_no_other_content
                a_reference_with_other_content_refuses_the_whole_document
                a_repeat_and_a_new_one_in_a_document_are_both_answered
                an_empty_circle_and_an_unknown_person_look_the_same
                a_circle_is_every_party_that_may_have_it
                a_protected_person_looks_like_one_without_a_grant
                an_ending_without_dialogue_raises_an_alert
                a_dialogue_since_the_treatment_raises_none
                replies_find_what_they_refer_to
                the_receivers_own_ids_are_given_for_the_writing
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! mount_properties {
    ($make:ident $($module:ident { $($name:ident)* })*) => {
        $(mod $module {
            $(#[tokio::test]
            async fn $name() {
                $crate::$module::$name(super::$make).await;
            })*
        })*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! run_properties {
    ($make:ident $($module:ident { $($name:ident)* })*) => {
        $($($module::$name(&$make).await;)*)*
    };
}

/// Mounts every property as a test of its own: `store_contract!(make)`, where `fn make() -> impl Place` is a function in
/// scope that gives a fresh place.
#[macro_export]
macro_rules! store_contract {
    ($make:ident) => {
        $crate::each_property!(mount_properties, $make);
    };
}

/// Runs every property, one after the other.
pub async fn run_all<P: Place>(make: impl Fn() -> P + Send + Sync) {
    each_property!(run_properties, make);
}
