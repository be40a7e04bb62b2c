//! What a person does, in a real browser, by role and label.
