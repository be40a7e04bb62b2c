//! Rehearsals in this browser's IndexedDB, one entry each, under the name of its fork.

use datocms_client::EnvironmentId;
use slipway_engine::ports::StoreError;

use super::text_db::TextDb;

/// The rehearsals of one project.
#[derive(Debug, Clone)]
pub struct RehearsalDb(TextDb);

impl RehearsalDb {
    /// The rehearsals of the project with this id.
    pub fn new(project: &str) -> Self {
        Self(TextDb::new("slipway-rehearsals", "rehearsals", project))
    }

    /// Every rehearsal of the project.
    pub async fn load(&self) -> Result<Vec<String>, StoreError> {
        self.0.load().await
    }

    /// Keeps a rehearsal, replacing what was kept for this fork.
    pub async fn save(&self, fork: &EnvironmentId, text: &str) -> Result<(), StoreError> {
        self.0.save(fork.as_str(), text).await
    }

    /// Forgets a rehearsal.
    pub async fn remove(&self, fork: &EnvironmentId) -> Result<(), StoreError> {
        self.0.remove(fork.as_str()).await
    }
}
