//! A page of records as it is answered.

use crate::store::StoreError;

/// One page of records, and how many there are in all.
#[derive(Debug)]
pub(crate) struct Page {
    /// The document that answers with the page, as far as it is written.
    document: Vec<u8>,
    total: u64,
}

/// How the document begins.
const HEAD: &[u8] = br#"{"data":["#;

impl Page {
    /// A page without records, of a list of so many.
    pub(super) fn new(total: u64) -> Self {
        Self {
            document: HEAD.to_vec(),
            total,
        }
    }

    /// Writes one more record.
    pub(super) fn add(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.document.len() > HEAD.len() {
            self.document.push(b',');
        }
        write(&mut self.document)
    }

    /// The document that answers with the page.
    pub(crate) fn into_document(mut self) -> Vec<u8> {
        let tail = format!(r#"],"meta":{{"total_count":{}}}}}"#, self.total);
        self.document.extend_from_slice(tail.as_bytes());
        self.document
    }
}
