//! Wasmtime: verify, load, limit, call.
