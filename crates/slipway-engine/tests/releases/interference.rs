//! Somebody else, through the CMS's own interface or another tool, in the middle of a release: noticed at
//! the next step at the latest, told in words, and with a way out that ends with primary open.

mod access;
mod copies;
mod freeze;
mod ledger;
mod promotion;
mod sandbox;
mod target;
mod work;
