//! What a plugin is told: the settings object of each mode, complete every time,
//! because a later one replaces an earlier one instead of merging with it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::item_form::HostedForm;
use crate::api::Resource;
use crate::theme::{Scheme, css_design_tokens, legacy_theme};
use crate::workspace::Workspace;

/// The permission that hands the user's token to a plugin; the vendor knows no other.
pub(crate) const TOKEN_PERMISSION: &str = "currentUserAccessToken";

/// What a frame is for.
#[derive(Clone, PartialEq)]
pub(crate) enum FrameMode {
    /// The hidden frame that answers hooks.
    Boot,
    /// A page.
    Page {
        /// The plugin's name for it.
        page_id: String,
        /// Path, query and fragment of the panel's address.
        location: [String; 3],
    },
    /// A modal.
    Modal {
        /// The plugin's name for it.
        modal_id: String,
        /// What the opener passed on.
        parameters: Value,
    },
    /// The configuration screen.
    ConfigScreen,
    /// A panel beside a record's form.
    ItemFormSidebarPanel {
        /// The plugin's name for it.
        panel_id: String,
        /// What the plugin declared with it.
        parameters: Value,
        /// The form it stands beside.
        hosted: HostedForm,
    },
}

impl FrameMode {
    /// The vendor's name of the mode, which is that of the hook it runs.
    fn name(&self) -> &'static str {
        match self {
            Self::Boot => "onBoot",
            Self::Page { .. } => "renderPage",
            Self::Modal { .. } => "renderModal",
            Self::ConfigScreen => "renderConfigScreen",
            Self::ItemFormSidebarPanel { .. } => "renderItemFormSidebarPanel",
        }
    }

    /// Whether the frame says how high it wants to be.
    pub(crate) fn resizes_itself(&self) -> bool {
        match self {
            Self::Boot | Self::Page { .. } => false,
            Self::Modal { .. } | Self::ConfigScreen | Self::ItemFormSidebarPanel { .. } => true,
        }
    }

    /// Pixels a plugin keeps free around its content, in CSS order.
    fn body_padding(&self) -> [u8; 4] {
        match self {
            Self::Boot | Self::Page { .. } | Self::ConfigScreen => [0, 0, 0, 0],
            Self::Modal { .. } => [20, 24, 24, 24],
            Self::ItemFormSidebarPanel { .. } => [20, 20, 20, 20],
        }
    }

    fn extra(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Boot | Self::ConfigScreen => Vec::new(),
            Self::Page {
                page_id,
                location: [pathname, search, hash],
            } => vec![
                ("pageId", json!(page_id)),
                (
                    "location",
                    json!({"pathname": pathname, "search": search, "hash": hash}),
                ),
            ],
            Self::Modal {
                modal_id,
                parameters,
            } => {
                vec![
                    ("modalId", json!(modal_id)),
                    ("parameters", parameters.clone()),
                ]
            }
            Self::ItemFormSidebarPanel {
                panel_id,
                parameters,
                hosted,
            } => {
                // "Pane" is the vendor's spelling.
                let own = [
                    ("sidebarPaneId", json!(panel_id)),
                    ("parameters", parameters.clone()),
                ];
                own.into_iter().chain(hosted.form.settings()).collect()
            }
        }
    }
}

/// Everything a settings object is made from.
pub(crate) struct Told<'a> {
    /// The view.
    pub(crate) workspace: &'a Workspace,
    /// The colours.
    pub(crate) scheme: Scheme,
    /// The origin the APIs are at.
    pub(crate) origin: &'a str,
    /// The plugin being told.
    pub(crate) plugin: &'a Resource,
}

impl Told<'_> {
    /// The settings object of a mode.
    pub(crate) fn settings(&self, mode: &FrameMode) -> Value {
        let mut settings = self.base();
        let own = [
            ("mode", json!(mode.name())),
            ("bodyPadding", json!(mode.body_padding())),
        ];
        for (name, value) in own.into_iter().chain(mode.extra()) {
            settings.insert(name.to_owned(), value);
        }
        Value::Object(settings)
    }

    fn base(&self) -> Map<String, Value> {
        let Self {
            workspace,
            scheme,
            origin,
            plugin,
        } = self;
        let by_id = |resources: &BTreeMap<String, Resource>| {
            let pairs = resources
                .iter()
                .map(|(id, each)| (id.clone(), each.to_json()));
            Value::Object(pairs.collect())
        };
        let item_types = workspace
            .item_types
            .iter()
            .map(|each| (each.id.clone(), each.to_json()));
        let base = [
            ("plugin", plugin.to_json()),
            ("currentUser", workspace.user.to_json()),
            ("currentRole", workspace.role.to_json()),
            ("site", workspace.site.to_json()),
            ("environment", json!(workspace.environment)),
            ("isEnvironmentPrimary", json!(workspace.is_primary())),
            ("cmaBaseUrl", json!(format!("{origin}/cma"))),
            (
                "cdaEndpointUrl",
                json!(delivery_endpoint(origin, workspace)),
            ),
            ("owner", workspace.owner.clone()),
            ("ui", json!({"locale": "en"})),
            ("theme", legacy_theme(*scheme)),
            ("cssDesignTokens", css_design_tokens(*scheme)),
            ("colorScheme", json!(scheme.name())),
            ("itemTypes", Value::Object(item_types.collect())),
            ("fields", by_id(&workspace.fields)),
            ("fieldsets", by_id(&workspace.fieldsets)),
            ("users", by_id(&workspace.users)),
            ("ssoUsers", json!({})),
        ];
        let mut base: Map<_, _> = base
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        if has_token_permission(plugin) {
            base.insert(
                TOKEN_PERMISSION.to_owned(),
                json!(workspace.client.token().reveal()),
            );
        }
        base
    }
}

/// Whether a plugin may have the user's token.
pub(crate) fn has_token_permission(plugin: &Resource) -> bool {
    let permissions = plugin.attribute("permissions").as_array();
    permissions.is_some_and(|all| all.iter().any(|each| each == TOKEN_PERMISSION))
}

fn delivery_endpoint(origin: &str, workspace: &Workspace) -> String {
    if workspace.is_primary() {
        format!("{origin}/graphql")
    } else {
        format!("{origin}/graphql/environments/{}", workspace.environment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::tests::workspace;

    fn told(workspace: &Workspace, mode: &FrameMode) -> Value {
        let told = Told {
            workspace,
            scheme: Scheme::Dark,
            origin: "http://127.0.0.1:4000",
            plugin: &workspace.plugins[0],
        };
        told.settings(mode)
    }

    #[test]
    fn every_mode_has_every_base_property() {
        let page = FrameMode::Page {
            page_id: "releases".into(),
            location: ["/p".into(), "?a".into(), String::new()],
        };
        let modal = FrameMode::Modal {
            modal_id: "m".into(),
            parameters: json!({"a": 1}),
        };
        for mode in [FrameMode::Boot, FrameMode::ConfigScreen, page, modal] {
            let settings = told(&workspace("1", None), &mode);
            for name in [
                "mode",
                "bodyPadding",
                "plugin",
                "currentUser",
                "currentRole",
                "site",
                "environment",
                "isEnvironmentPrimary",
                "cmaBaseUrl",
                "cdaEndpointUrl",
                "owner",
                "ui",
                "theme",
                "cssDesignTokens",
                "colorScheme",
                "itemTypes",
                "fields",
                "fieldsets",
                "users",
                "ssoUsers",
            ] {
                assert!(
                    settings.get(name).is_some_and(|value| !value.is_null()),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn a_page_is_told_where_it_is() {
        let location = [
            "/p/p1/pages/releases".to_owned(),
            "?release=1".to_owned(),
            "#log".to_owned(),
        ];
        let settings = told(
            &workspace("1", None),
            &FrameMode::Page {
                page_id: "releases".into(),
                location,
            },
        );
        assert_eq!(settings["mode"], "renderPage");
        assert_eq!(settings["pageId"], "releases");
        assert_eq!(
            settings["location"],
            json!({"pathname": "/p/p1/pages/releases", "search": "?release=1", "hash": "#log"})
        );
    }

    #[test]
    fn the_token_needs_the_permission() {
        let mut workspace = workspace("1", None);
        assert!(
            told(&workspace, &FrameMode::Boot)
                .get("currentUserAccessToken")
                .is_none()
        );
        workspace.plugins[0].attributes["permissions"] = json!(["currentUserAccessToken"]);
        assert_eq!(
            told(&workspace, &FrameMode::Boot)["currentUserAccessToken"],
            "secret"
        );
    }

    #[test]
    fn a_sandbox_has_its_own_delivery_endpoint() {
        let primary = told(&workspace("1", None), &FrameMode::Boot);
        assert_eq!(primary["cdaEndpointUrl"], "http://127.0.0.1:4000/graphql");
        assert_eq!(primary["isEnvironmentPrimary"], true);
        let sandbox = told(&workspace("1", Some("rel-7")), &FrameMode::Boot);
        assert_eq!(
            sandbox["cdaEndpointUrl"],
            "http://127.0.0.1:4000/graphql/environments/rel-7"
        );
        assert_eq!(sandbox["isEnvironmentPrimary"], false);
    }
}
