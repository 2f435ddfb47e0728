//! Clocks that jump, and processes that are stopped and wake.
