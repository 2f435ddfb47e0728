//! Contract 0.2 in Rust, generated from `sdk/wit/published`. Parameters are borrowed, so that a document is copied once, into
//! the guest.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::or_fun_call,
    clippy::use_self,
    reason = "generated code"
)]

wasmtime::component::bindgen!({
    path: "../../sdk/wit/published/0.2.0",
    world: "adapter",
    ownership: Borrowing { duplicate_if_necessary: true },
});
