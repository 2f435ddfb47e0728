//! The compiler inside the child process that `compiler.rs` starts.

use wasmtime::Engine;

use crate::HostError;
use crate::compiler::CompileOrder;
use crate::limits::Limits;
use crate::load;

/// The compiler inside the child.
pub struct CompilerInChild(Engine);

impl std::fmt::Debug for CompilerInChild {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CompilerInChild").finish_non_exhaustive()
    }
}

impl CompilerInChild {
    /// Makes the compiler. The child limits itself afterwards, and then takes the component.
    ///
    /// # Errors
    /// The reason why no adapter can run here.
    pub fn new(order: &CompileOrder) -> Result<Self, HostError> {
        let limits = Limits {
            memory_bytes: order.memory_bytes,
            instances: 1,
            ..Limits::default()
        };
        load::engine(&limits).map(Self)
    }

    /// Compiles a component.
    ///
    /// # Errors
    /// The reason why the component can not be compiled.
    pub fn compile(&self, component: &[u8]) -> Result<Vec<u8>, String> {
        self.0
            .precompile_component(component)
            .map_err(|error| format!("{error:#}"))
    }
}
