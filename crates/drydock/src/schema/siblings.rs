//! Places among siblings: fields, fieldsets and menu entries are numbered from 1 without gaps in each container.

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::entity::{self, Entity};

/// Puts `newcomer` at the wanted place among its siblings (the end, if none is wanted) and renumbers those that move.
/// `newcomer` itself is not written.
pub(crate) fn place(
    tx: &Connection,
    mut siblings: Vec<Entity>,
    newcomer: &mut Entity,
    wanted: Option<i64>,
) -> Result<(), StoreError> {
    siblings.retain(|sibling| (sibling.kind, &sibling.id) != (newcomer.kind, &newcomer.id));
    siblings.sort_by_key(position);
    let end = siblings.len();
    let index = wanted.map_or(end, |position| {
        usize::try_from(position.max(1) - 1).map_or(end, |at| at.min(end))
    });
    newcomer.set("position", number(index));
    for (at, sibling) in siblings.iter_mut().enumerate() {
        let to = number(if at < index { at } else { at + 1 });
        if position(sibling) != to {
            sibling.set("position", to);
            entity::update(tx, sibling)?;
        }
    }
    Ok(())
}

/// Renumbers siblings after one has left.
pub(crate) fn close_gaps(tx: &Connection, mut siblings: Vec<Entity>) -> Result<(), StoreError> {
    siblings.sort_by_key(position);
    for (at, sibling) in siblings.iter_mut().enumerate() {
        if position(sibling) != number(at) {
            sibling.set("position", number(at));
            entity::update(tx, sibling)?;
        }
    }
    Ok(())
}

fn position(entity: &Entity) -> i64 {
    entity.attribute("position").as_i64().unwrap_or(i64::MAX)
}

fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1)
}
