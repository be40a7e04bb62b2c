//! Ids of the records that Slipway itself keeps in a project.

use datocms_client::entity_id;
use slipway_release::{Digest, ReleaseId};

/// The id of a record that a release keeps once: what the same release keeps under the same name always has it.
///
/// A browser sends a call a second time when the connection closes under the first. The id is taken by then, and the
/// record is not there twice.
pub(crate) fn own_id(release: &ReleaseId, name: &str) -> String {
    let digest = Digest::of(format!("{release}/{name}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    entity_id(bytes)
}
