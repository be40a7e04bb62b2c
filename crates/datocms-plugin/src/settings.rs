//! The settings of a frame: its mode, and what every frame knows.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::ctx::{BaseCtx, ColorScheme, DEFAULT_CMA_BASE_URL, Entity, ItemType};
use crate::token::Token;

/// Everything the CMS tells a frame. A snapshot: each `onChange` replaces it whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What this frame is for.
    pub mode: Mode,
    /// Top, right, bottom, left, in CSS pixels. The CMS decides it per place; add no margins of your own.
    pub body_padding: [f64; 4],
    /// What every frame knows.
    pub base: BaseCtx,
}

/// What a frame is for. The modes Slipway has no use for (field extensions, asset sources, inspectors) are
/// [`Mode::Unknown`], and a frame in such a mode should show nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// The hidden frame in which the hooks run.
    OnBoot,
    /// A full page.
    RenderPage {
        /// As in the hook that declared it.
        page_id: String,
        /// Where the admin panel is.
        location: Location,
    },
    /// A dialog opened with [`Plugin::open_modal`](crate::Plugin::open_modal).
    RenderModal {
        /// As in its options.
        modal_id: String,
        /// As in its options; `null` if there were none.
        parameters: Value,
    },
    /// The settings of the plugin.
    RenderConfigScreen,
    /// A collapsible panel beside a record.
    RenderItemFormSidebarPanel {
        /// As in the hook that declared it.
        panel_id: String,
        /// As in the hook that declared it; `null` if there were none.
        parameters: Value,
        /// The record.
        form: ItemForm,
    },
    /// A whole sidebar beside a record.
    RenderItemFormSidebar {
        /// As in the hook that declared it.
        sidebar_id: String,
        /// As in the hook that declared it; `null` if there were none.
        parameters: Value,
        /// The record.
        form: ItemForm,
    },
    /// A strip above a record.
    RenderItemFormOutlet {
        /// As in the hook that declared it.
        outlet_id: String,
        /// The record.
        form: ItemForm,
    },
    /// A strip above the records of a model.
    RenderItemCollectionOutlet {
        /// As in the hook that declared it.
        outlet_id: String,
        /// The model.
        item_type: ItemType,
    },
    /// A mode this crate does not know, by its name on the wire.
    Unknown(String),
}

/// Who decides how high a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameSize {
    /// Nobody sees it.
    Hidden,
    /// The CMS: scroll inside, and never report a height.
    Imposed,
    /// The content: report its height.
    SelfResizing,
}

impl Mode {
    /// Who decides how high the frame is. An unknown mode is taken as imposed, which reports nothing.
    #[must_use]
    pub const fn frame_size(&self) -> FrameSize {
        match self {
            Self::OnBoot => FrameSize::Hidden,
            Self::RenderPage { .. } | Self::RenderItemFormSidebar { .. } | Self::Unknown(_) => {
                FrameSize::Imposed
            }
            Self::RenderModal { .. }
            | Self::RenderConfigScreen
            | Self::RenderItemFormSidebarPanel { .. }
            | Self::RenderItemFormOutlet { .. }
            | Self::RenderItemCollectionOutlet { .. } => FrameSize::SelfResizing,
        }
    }
}

/// Where the admin panel is, as `window.location` spells it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Path, with the environment's prefix.
    pub pathname: String,
    /// Query with its `?`, or empty.
    pub search: String,
    /// Fragment with its `#`, or empty.
    pub hash: String,
}

/// The record form around a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemForm {
    /// The content locale being edited.
    pub locale: String,
    /// The record as last saved, a raw entity; `None` for a new one.
    pub item: Option<Value>,
    /// Its model.
    pub item_type: ItemType,
    /// What is in the form now, in the editor's own shape.
    pub form_values: Value,
    /// Its state.
    pub item_status: ItemStatus,
    /// A save is under way.
    pub is_submitting: bool,
    /// There are unsaved changes.
    pub is_form_dirty: bool,
}

impl ItemForm {
    /// Id of the record, unless it is new.
    #[must_use]
    pub fn item_id(&self) -> Option<&str> {
        self.item.as_ref()?.get("id")?.as_str()
    }
}

/// The state of the record in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemStatus {
    /// Never saved.
    New,
    /// Saved, never published.
    Draft,
    /// Published, and changed since.
    Updated,
    /// Published as it is.
    Published,
}

/// Why settings could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A property every frame has is missing or of another type.
    #[error("the settings from the CMS are not what was expected: {reason}")]
    Shape {
        /// Names the property.
        reason: String,
    },
    /// A property of this mode is missing or of another type.
    #[error("the settings from the CMS for `{mode}` are not what was expected: {reason}")]
    Mode {
        /// The mode.
        mode: String,
        /// Names the property.
        reason: String,
    },
}

impl Settings {
    /// Reads what `getSettings` answered or `onChange` brought.
    pub fn read(value: &Value) -> Result<Self, SettingsError> {
        let raw = Raw::deserialize(value).map_err(|error| SettingsError::Shape {
            reason: error.to_string(),
        })?;
        let mode = Mode::read(&raw.mode, value).map_err(|error| SettingsError::Mode {
            mode: raw.mode.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            mode,
            body_padding: raw.body_padding.unwrap_or_default(),
            base: raw.into_base(),
        })
    }
}

/// The base properties on the wire. `Option` covers both `null` and absence.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    mode: String,
    body_padding: Option<[f64; 4]>,
    plugin: Entity,
    current_user: Entity,
    current_role: Entity,
    /// Not a `String`: the message of a type error would quote it.
    current_user_access_token: Option<Value>,
    site: Entity,
    environment: String,
    is_environment_primary: bool,
    cma_base_url: Option<String>,
    cda_endpoint_url: Option<String>,
    color_scheme: Option<String>,
    css_design_tokens: Option<BTreeMap<String, Value>>,
    ui: Option<RawUi>,
    item_types: Option<BTreeMap<String, Entity>>,
}

#[derive(Deserialize)]
struct RawUi {
    locale: Option<String>,
}

impl Raw {
    fn into_base(self) -> BaseCtx {
        let tokens = self.css_design_tokens.unwrap_or_default().into_iter();
        let item_types = self.item_types.unwrap_or_default().into_iter();
        let cma_base_url = self.cma_base_url.filter(|url| !url.is_empty());
        BaseCtx {
            plugin: self.plugin.into(),
            current_user: self.current_user.into(),
            current_role: self.current_role.into(),
            current_user_access_token: self
                .current_user_access_token
                .as_ref()
                .and_then(Value::as_str)
                .and_then(Token::new),
            site: self.site.into(),
            environment: self.environment,
            is_environment_primary: self.is_environment_primary,
            cma_base_url: cma_base_url
                .as_deref()
                .unwrap_or(DEFAULT_CMA_BASE_URL)
                .trim_end_matches('/')
                .to_owned(),
            cda_endpoint_url: self.cda_endpoint_url.filter(|url| !url.is_empty()),
            color_scheme: match self.color_scheme.as_deref() {
                Some("dark") => ColorScheme::Dark,
                Some(_) | None => ColorScheme::Light,
            },
            css_design_tokens: tokens
                .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
                .collect(),
            ui_locale: self
                .ui
                .and_then(|ui| ui.locale)
                .unwrap_or_else(|| "en".to_owned()),
            item_types: item_types.map(|(id, entity)| (id, entity.into())).collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawItemForm {
    locale: String,
    item: Option<Value>,
    item_type: Entity,
    #[serde(default)]
    form_values: Value,
    item_status: RawItemStatus,
    #[serde(default)]
    is_submitting: bool,
    #[serde(default)]
    is_form_dirty: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawItemStatus {
    New,
    Draft,
    Updated,
    Published,
}

impl Mode {
    fn read(mode: &str, settings: &Value) -> Result<Self, serde_json::Error> {
        let id = |key: &str| {
            String::deserialize(settings.get(key).unwrap_or(&Value::Null))
                .map_err(|error| named(key, &error))
        };
        let parameters = || settings.get("parameters").cloned().unwrap_or(Value::Null);
        Ok(match mode {
            "onBoot" => Self::OnBoot,
            "renderPage" => Self::RenderPage {
                page_id: id("pageId")?,
                location: location(settings)?,
            },
            "renderModal" => Self::RenderModal {
                modal_id: id("modalId")?,
                parameters: parameters(),
            },
            "renderConfigScreen" => Self::RenderConfigScreen,
            "renderItemFormSidebarPanel" => Self::RenderItemFormSidebarPanel {
                panel_id: id("sidebarPaneId")?,
                parameters: parameters(),
                form: ItemForm::read(settings)?,
            },
            "renderItemFormSidebar" => Self::RenderItemFormSidebar {
                sidebar_id: id("sidebarId")?,
                parameters: parameters(),
                form: ItemForm::read(settings)?,
            },
            "renderItemFormOutlet" => Self::RenderItemFormOutlet {
                outlet_id: id("itemFormOutletId")?,
                form: ItemForm::read(settings)?,
            },
            "renderItemCollectionOutlet" => Self::RenderItemCollectionOutlet {
                outlet_id: id("itemCollectionOutletId")?,
                item_type: Entity::deserialize(settings.get("itemType").unwrap_or(&Value::Null))
                    .map_err(|error| named("itemType", &error))?
                    .into(),
            },
            other => Self::Unknown(other.to_owned()),
        })
    }
}

fn location(settings: &Value) -> Result<Location, serde_json::Error> {
    match settings.get("location") {
        None | Some(Value::Null) => Ok(Location::default()),
        Some(location) => {
            Location::deserialize(location).map_err(|error| named("location", &error))
        }
    }
}

/// A property read by itself: the message would not name it otherwise.
fn named(key: &str, error: &serde_json::Error) -> serde_json::Error {
    serde::de::Error::custom(format!("`{key}`: {error}"))
}

impl ItemForm {
    fn read(settings: &Value) -> Result<Self, serde_json::Error> {
        let raw = RawItemForm::deserialize(settings)?;
        Ok(Self {
            locale: raw.locale,
            item: raw.item,
            item_type: raw.item_type.into(),
            form_values: raw.form_values,
            item_status: match raw.item_status {
                RawItemStatus::New => ItemStatus::New,
                RawItemStatus::Draft => ItemStatus::Draft,
                RawItemStatus::Updated => ItemStatus::Updated,
                RawItemStatus::Published => ItemStatus::Published,
            },
            is_submitting: raw.is_submitting,
            is_form_dirty: raw.is_form_dirty,
        })
    }
}
