//! A local CMS with the same APIs: CMA and CDA over SQLite, a demo project, faults on demand.
