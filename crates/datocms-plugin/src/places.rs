//! Where a plugin appears in the panel: the results of the hooks that declare places.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// An icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Icon {
    /// A Font Awesome name without prefix, such as `rocket`.
    Name(String),
    /// Markup of our own.
    Svg {
        /// Such as `0 0 24 24`.
        view_box: String,
        /// What is inside the `svg` element.
        content: String,
    },
    /// One emoji. The CMS takes it in the sidebar of the content area only.
    Emoji(String),
}

impl Icon {
    /// A Font Awesome name without prefix, such as `rocket`.
    pub fn name(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl Serialize for Icon {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Name(name) => serializer.serialize_str(name),
            Self::Svg { view_box, content } => {
                json!({"type": "svg", "viewBox": view_box, "content": content})
                    .serialize(serializer)
            }
            Self::Emoji(emoji) => json!({"type": "emoji", "emoji": emoji}).serialize(serializer),
        }
    }
}

/// Before or after one of the CMS's own entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement<Anchor> {
    /// Before it.
    Before(Anchor),
    /// After it.
    After(Anchor),
}

impl<Anchor: Serialize> Serialize for Placement<Anchor> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Before(anchor) => ("before", anchor).serialize(serializer),
            Self::After(anchor) => ("after", anchor).serialize(serializer),
        }
    }
}

/// Entries of the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the CMS's own names for its tabs")]
pub enum NavigationAnchor {
    Content,
    Media,
    Schema,
    Configuration,
    CdaPlayground,
}

/// Entries of the settings sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the CMS's own names for its groups")]
pub enum SettingsAnchor {
    Properties,
    Permissions,
}

/// Entries of the content sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the CMS's own names for its entries")]
pub enum ContentAnchor {
    MenuItems,
    SeoPreferences,
}

/// Panels beside a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the CMS's own names for its panels")]
pub enum PanelAnchor {
    Info,
    PublishedVersion,
    Schedule,
    Links,
    History,
}

/// The page an entry leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PointsTo {
    /// Comes back as the id of [`Mode::RenderPage`](crate::Mode::RenderPage).
    pub page_id: String,
}

impl PointsTo {
    /// A page with this id.
    pub fn page(page_id: &str) -> Self {
        Self {
            page_id: page_id.to_owned(),
        }
    }
}

/// A tab of the main navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MainNavigationTab {
    /// Its text, unique in its place.
    pub label: String,
    /// Its icon.
    pub icon: Icon,
    /// Where it leads.
    pub points_to: PointsTo,
    /// Where it stands; after the CMS's own if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement<NavigationAnchor>>,
    /// Ascending among those in one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<i32>,
}

/// A group of entries of the settings sidebar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingsAreaSidebarItemGroup {
    /// Its text, unique in its place.
    pub label: String,
    /// Its entries.
    pub items: Vec<SettingsAreaSidebarItem>,
    /// Where it stands; after the CMS's own if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement<SettingsAnchor>>,
    /// Ascending among those in one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<i32>,
}

/// An entry of the settings sidebar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingsAreaSidebarItem {
    /// Its text, unique in its place.
    pub label: String,
    /// Its icon.
    pub icon: Icon,
    /// Where it leads.
    pub points_to: PointsTo,
}

/// An entry of the content sidebar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentAreaSidebarItem {
    /// Its text, unique in its place.
    pub label: String,
    /// Its icon; the one place that takes an emoji.
    pub icon: Icon,
    /// Where it leads.
    pub points_to: PointsTo,
    /// Where it stands; after the CMS's own if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement<ContentAnchor>>,
    /// Ascending among those in one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<i32>,
}

/// A panel beside a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFormSidebarPanel {
    /// Comes back in [`Mode::RenderItemFormSidebarPanel`](crate::Mode::RenderItemFormSidebarPanel).
    pub id: String,
    /// Its heading, unique in its place.
    pub label: String,
    /// Given to the frame. Must be an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Value>,
    /// Whether it is open at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_open: Option<bool>,
    /// Where it stands; after the CMS's own if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement<PanelAnchor>>,
    /// Ascending among those in one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<i32>,
    /// CSS pixels, until the frame reports its own height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_height: Option<u32>,
}

/// A strip above a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFormOutlet {
    /// Comes back in [`Mode::RenderItemFormOutlet`](crate::Mode::RenderItemFormOutlet).
    pub id: String,
    /// Ascending among those in one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<i32>,
    /// CSS pixels, until the frame reports its own height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_height: Option<u32>,
}
