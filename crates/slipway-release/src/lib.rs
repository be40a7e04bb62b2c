//! The release: plan, phases, events, transition table, policy, view models.
