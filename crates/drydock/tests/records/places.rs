//! Where the records of sortable and tree models stand: their positions are those from 1 on, without a gap.

use serde_json::{Value, json};

use crate::content::{column, field, item, model, update};
use crate::support::Dock;

struct Shelf {
    dock: Dock,
    model: String,
}

impl Shelf {
    /// A model whose records have a place.
    async fn of(kind: &str) -> Self {
        let dock = Dock::blank();
        let page = model(&dock, "page", json!({ kind: true })).await;
        field(&dock, &page, "title", "string", json!({})).await;
        Self { dock, model: page }
    }

    async fn put(&self, title: &str, place: Value) -> String {
        let mut attributes = place;
        attributes["title"] = title.into();
        item(&self.dock, &self.model, attributes).await
    }

    async fn four() -> (Self, [String; 4]) {
        let shelf = Self::of("sortable").await;
        let mut ids = Vec::new();
        for title in ["a", "b", "c", "d"] {
            ids.push(shelf.put(title, json!({})).await);
        }
        (shelf, ids.try_into().unwrap())
    }

    /// The titles below a record, in their order, and whether they are numbered from 1 on.
    async fn below(&self, parent: Option<&str>) -> String {
        let filter = match parent {
            Some(parent) => format!("&filter[fields][parent][eq]={parent}"),
            None => "&filter[fields][parent][exists]=false".to_owned(),
        };
        let path = format!("/items?filter[type]={}{filter}", self.model);
        let listed = self.dock.get(&path).await;
        let titles = column(&listed, "title");
        let numbers: Vec<Value> = (1..=titles.len()).map(Value::from).collect();
        assert_eq!(column(&listed, "position"), numbers, "{}", listed.body);
        let titles: Vec<&str> = titles.iter().filter_map(Value::as_str).collect();
        titles.join(" ")
    }
}

#[tokio::test]
async fn a_record_that_moves_leaves_no_gap() {
    let (shelf, [a, _, _, d]) = Shelf::four().await;
    for (moved, position, expected) in [
        (&a, 3, "b c a d"),
        (&a, 1, "a b c d"),
        (&d, 2, "a d b c"),
        (&d, 2, "a d b c"),
        // There is nothing behind the last.
        (&a, 40, "d b c a"),
    ] {
        let reply = update(&shelf.dock, moved, json!({"position": position})).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(shelf.below(None).await, expected);
    }
    let nowhere = update(&shelf.dock, &a, json!({"position": 0})).await;
    assert_eq!(nowhere.details()["code"], "INVALID_POSITION");
    assert_eq!(shelf.below(None).await, "d b c a", "as it was");
}

#[tokio::test]
async fn a_new_record_stands_where_it_is_put() {
    let (shelf, _) = Shelf::four().await;
    shelf.put("first", json!({"position": 1})).await;
    shelf.put("last", json!({"position": 17})).await;
    assert_eq!(shelf.below(None).await, "first a b c d last");
}

#[tokio::test]
async fn a_record_that_goes_leaves_no_gap() {
    let (shelf, [_, b, ..]) = Shelf::four().await;
    let job = shelf
        .dock
        .call("DELETE", &format!("/items/{b}"), None)
        .await;
    assert_eq!(shelf.dock.outcome(&job).await["status"], 200);
    assert_eq!(shelf.below(None).await, "a c d");
}

#[tokio::test]
async fn branches_are_numbered_each_on_their_own() {
    let shelf = Shelf::of("tree").await;
    let root = shelf.put("root", json!({})).await;
    let other = shelf.put("other", json!({})).await;
    let mut below = Vec::new();
    for title in ["a", "b", "c"] {
        below.push(shelf.put(title, json!({"parent_id": root})).await);
    }
    update(&shelf.dock, &below[0], json!({"parent_id": other})).await;
    update(
        &shelf.dock,
        &below[2],
        json!({"parent_id": other, "position": 1}),
    )
    .await;
    assert_eq!(shelf.below(Some(&root)).await, "b");
    assert_eq!(shelf.below(Some(&other)).await, "c a");

    let job = shelf
        .dock
        .call("DELETE", &format!("/items/{other}"), None)
        .await;
    assert_eq!(shelf.dock.outcome(&job).await["status"], 200);
    assert_eq!(shelf.below(None).await, "root c a");
}
