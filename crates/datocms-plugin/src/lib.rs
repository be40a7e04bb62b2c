//! The DatoCMS plugin SDK for Rust: ctx, hooks, theme, over penpal::child.
