//! What validators look at beside the value itself, and how cases are written.

use serde_json::{Value, json};

use crate::content::{asset, field, item, model};
use crate::support::Dock;

/// What validators look at beside the value itself.
pub(crate) struct World {
    pub(crate) dock: Dock,
    /// A block model with one text.
    pub(crate) block: String,
    /// A model and one of its records.
    pub(crate) target: (String, String),
    /// A record of a model nothing links to.
    pub(crate) stranger: String,
    /// An image of 40 by 20 pixels.
    pub(crate) image: String,
    /// A text file of five bytes.
    pub(crate) text: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let dock = Dock::blank();
        let block = model(&dock, "quote", json!({ "modular_block": true })).await;
        field(&dock, &block, "words", "string", json!({})).await;
        let target = model(&dock, "person", json!({})).await;
        let other = model(&dock, "place", json!({})).await;
        let person = item(&dock, &target, json!({})).await;
        let stranger = item(&dock, &other, json!({})).await;
        let mut picture = std::io::Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(40, 20)
            .write_to(&mut picture, image::ImageFormat::Png)
            .unwrap();
        let image = asset(&dock, "a.png", picture.into_inner()).await;
        let text = asset(&dock, "a.txt", b"hello".to_vec()).await;
        Self {
            dock,
            block,
            target: (target, person),
            stranger,
            image,
            text,
        }
    }

    /// The words of the table stand for what this world calls so.
    pub(crate) fn named(&self, value: &Value) -> Value {
        let text = value.to_string();
        let pairs = [
            ("$block", &self.block),
            ("$model", &self.target.0),
            ("$record", &self.target.1),
            ("$stranger", &self.stranger),
            ("$image", &self.image),
            ("$text", &self.text),
        ];
        let text = pairs
            .iter()
            .fold(text, |text, (word, id)| text.replace(word, id));
        serde_json::from_str(&text).unwrap()
    }
}

/// A row of the table: field type, its validators, a value that fits, one that does not, and the code of the refusal.
pub(crate) type Row = (&'static str, Value, Value, Value, &'static str);

/// Structured text with one paragraph.
pub(crate) fn dast(words: &str) -> Value {
    nodes(json!([{ "type": "paragraph", "children": [{ "type": "span", "value": words }] }]))
}

pub(crate) fn nodes(children: Value) -> Value {
    json!({ "schema": "dast", "document": { "type": "root", "children": children } })
}
