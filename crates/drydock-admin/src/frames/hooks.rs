//! What hooks bring back: navigation and panels that plugins add to the panel.

use serde::Deserialize;
use serde_json::Value;

/// An entry of a navigation that leads to a page of a plugin.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// Its text.
    pub(crate) label: String,
    /// Its picture.
    #[serde(default)]
    pub(crate) icon: Option<Icon>,
    /// Where it leads.
    pub(crate) points_to: PointsTo,
    /// Its place among others.
    #[serde(default)]
    pub(crate) rank: Option<f64>,
}

/// Where an entry leads. Inspectors exist in the vendor's panel and not here.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PointsTo {
    /// The plugin's name for the page.
    pub(crate) page_id: String,
}

/// A picture of an entry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Icon {
    /// The name of an icon of Font Awesome, without prefix.
    Named(String),
    /// A drawing.
    Svg {
        /// The part of the drawing plane that is seen.
        #[serde(rename = "viewBox")]
        view_box: String,
        /// The markup inside the `svg` element.
        content: String,
    },
    /// A character.
    Emoji {
        /// The character.
        emoji: String,
    },
}

/// A group of entries in the settings area.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Group {
    /// Its heading.
    pub(crate) label: String,
    /// Its entries.
    pub(crate) items: Vec<Entry>,
}

/// A panel beside a record's form.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PanelEntry {
    /// The plugin's name for it.
    pub(crate) id: String,
    /// Its heading.
    pub(crate) label: String,
    /// What the plugin wants to find in it.
    #[serde(default)]
    pub(crate) parameters: Option<Value>,
    /// Whether it starts unfolded.
    #[serde(default)]
    pub(crate) start_open: bool,
    /// Its place among others; the vendor's default is last.
    #[serde(default)]
    pub(crate) rank: Option<f64>,
    /// Pixels before the frame has spoken.
    #[serde(default)]
    pub(crate) initial_height: Option<f64>,
}

/// Reads what a hook returned as a list. An entry that is not of the shape the hook
/// promises is left out, as the others are no worse for it.
pub(crate) fn list<T: for<'de> Deserialize<'de>>(returned: Option<Value>) -> Vec<T> {
    match returned {
        Some(Value::Array(entries)) => entries
            .into_iter()
            .filter_map(|entry| serde_json::from_value(entry).ok())
            .collect(),
        Some(_) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tab_has_a_label_an_icon_and_a_page() {
        let tabs: Vec<Entry> = list(Some(json!([
            {"label": "Releases", "icon": "rocket", "pointsTo": {"pageId": "releases"}},
            {"label": "Drawn", "icon": {"type": "svg", "viewBox": "0 0 1 1", "content": "<path/>"},
             "pointsTo": {"pageId": "x"}, "rank": 3},
            {"label": "An inspector", "icon": "eye", "pointsTo": {"inspectorId": "x"}},
        ])));
        assert_eq!(tabs.len(), 2);
        assert_eq!(tabs[0].icon, Some(Icon::Named("rocket".into())));
        assert_eq!(tabs[0].points_to.page_id, "releases");
        assert!(matches!(tabs[1].icon, Some(Icon::Svg { .. })));
    }

    #[test]
    fn a_hook_that_is_not_there_brings_nothing() {
        assert_eq!(list::<Entry>(None), Vec::new());
        assert_eq!(list::<Entry>(Some(Value::Null)), Vec::new());
    }
}
