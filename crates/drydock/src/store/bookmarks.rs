//! Where the rows of long lists are. Whoever reads a list page by page asks for each page anew, and to find out what comes
//! before a page takes longer than to read it.

use std::sync::{Arc, Mutex, PoisonError};

/// Places that are kept in all, of eight bytes each.
const PLACES: usize = 1_000_000;

/// The lists of one database that were read last.
#[derive(Debug, Default)]
pub(crate) struct Bookmarks(Mutex<Vec<Bookmark>>);

#[derive(Debug)]
struct Bookmark {
    /// What decides which rows the list has, and their order.
    list: String,
    /// The revision of the data it was read from.
    revision: i64,
    places: Arc<[i64]>,
}

impl Bookmarks {
    /// Where the rows of the list are, if that is known of this revision of the data.
    pub(crate) fn find(&self, list: &str, revision: i64) -> Option<Arc<[i64]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .iter()
            .find(|bookmark| bookmark.revision == revision && bookmark.list == list);
        found.map(|bookmark| Arc::clone(&bookmark.places))
    }

    /// Keeps where the rows of the list are, and forgets what was kept of other revisions, and longest ago where it gets too
    /// much.
    pub(crate) fn keep(&self, list: String, revision: i64, places: &Arc<[i64]>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|bookmark| bookmark.revision == revision && bookmark.list != list);
        let mut room = PLACES.saturating_sub(places.len());
        // The newest are last.
        let fits = kept.iter().rev().take_while(|bookmark| {
            let fits = bookmark.places.len() <= room;
            room = room.saturating_sub(bookmark.places.len());
            fits
        });
        let forgotten = kept.len() - fits.count();
        kept.drain(..forgotten);
        if places.len() <= PLACES {
            kept.push(Bookmark {
                list,
                revision,
                places: Arc::clone(places),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(count: usize) -> Arc<[i64]> {
        vec![0; count].into()
    }

    #[test]
    fn a_list_is_known_until_the_data_change() {
        let bookmarks = Bookmarks::default();
        bookmarks.keep("a".to_owned(), 1, &places(3));
        bookmarks.keep("b".to_owned(), 1, &places(5));
        assert_eq!(bookmarks.find("a", 1), Some(places(3)));
        assert_eq!(bookmarks.find("b", 1), Some(places(5)));
        assert_eq!(bookmarks.find("a", 2), None);
        bookmarks.keep("c".to_owned(), 2, &places(1));
        assert_eq!(bookmarks.find("a", 1), None);
    }

    #[test]
    fn what_was_read_longest_ago_makes_room() {
        let bookmarks = Bookmarks::default();
        for list in ["a", "b", "a", "c"] {
            bookmarks.keep(list.to_owned(), 1, &places(PLACES / 2));
        }
        assert_eq!(bookmarks.find("b", 1), None);
        assert!(bookmarks.find("a", 1).is_some() && bookmarks.find("c", 1).is_some());
        bookmarks.keep("d".to_owned(), 1, &places(PLACES + 1));
        assert_eq!(bookmarks.find("d", 1), None);
    }
}
