//! Migration files as the sandbox wants them: types stripped, imports found and linked.
