//! The Penpal 4 wire protocol, both sides: child and parent.
