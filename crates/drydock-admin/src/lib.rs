//! The local admin panel: hosts any plugin through penpal::parent.
