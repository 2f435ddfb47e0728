//! Rows that are edited, deleted or put back behind the hub's back.
