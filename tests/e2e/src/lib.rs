//! End to end, over real sockets with real TLS.
