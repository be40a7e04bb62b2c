//! CMA and CDA clients over a Transport port.
