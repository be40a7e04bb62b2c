//! Journals in this browser's IndexedDB, one entry a release.

use slipway_engine::ports::StoreError;
use slipway_release::ReleaseId;

use super::text_db::TextDb;

/// The journals of one project.
#[derive(Debug, Clone)]
pub struct JournalDb(TextDb);

impl JournalDb {
    /// The journals of the project with this id.
    pub fn new(project: &str) -> Self {
        Self(TextDb::new("slipway", "journals", project))
    }

    /// Every journal of the project.
    pub async fn load(&self) -> Result<Vec<String>, StoreError> {
        self.0.load().await
    }

    /// Keeps a journal.
    pub async fn save(&self, release: &ReleaseId, journal: &str) -> Result<(), StoreError> {
        self.0.save(release.as_str(), journal).await
    }
}
