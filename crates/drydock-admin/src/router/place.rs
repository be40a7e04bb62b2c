//! Addresses and the places they name, as plain data.

/// A page of the panel, without the environment it is looked at in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// `/` and `/editor`: the content area before a model is chosen.
    Content,
    /// The records of a model.
    Records { model: String },
    /// The editor of a record; `None` is a record that does not exist yet.
    Record { model: String, id: Option<String> },
    /// The models, or one of them.
    Schema { model: Option<String> },
    /// A page that belongs to a plugin.
    FromPlugin {
        area: Area,
        plugin: String,
        page: String,
    },
    /// The environments of the project and its maintenance mode.
    Environments,
    /// The plugins installed in the environment.
    Plugins,
    /// A plugin's installation and its configuration screen.
    Plugin { id: String },
    /// An address that means nothing.
    Unknown,
}

/// The part of the panel a plugin page was opened from; it decides which
/// navigation surrounds the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// A tab of the main navigation.
    Main,
    /// The sidebar of the content area.
    Content,
    /// The sidebar of the settings area.
    Settings,
}

/// Where the panel is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The environment named in the path; `None` follows the primary.
    pub(crate) environment: Option<String>,
    /// The page.
    pub(crate) page: Page,
    /// The path as it stands in the address bar.
    pub(crate) pathname: String,
    /// The query with its question mark, or nothing.
    pub(crate) search: String,
    /// The fragment with its hash sign, or nothing.
    pub(crate) hash: String,
}

impl Place {
    /// Reads an address, `path?query#fragment`.
    pub(crate) fn parse(address: &str) -> Self {
        let (rest, hash) = split_from(address, '#');
        let (pathname, search) = split_from(rest, '?');
        let segments: Vec<&str> = pathname
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        let (environment, page) = match segments.as_slice() {
            ["environments", id, rest @ ..] => (Some((*id).to_owned()), Page::of(rest)),
            all => (None, Page::of(all)),
        };
        Self {
            environment,
            page,
            pathname: pathname.to_owned(),
            search: search.to_owned(),
            hash: hash.to_owned(),
        }
    }

    /// The address of the same page in another environment, `None` for the primary.
    pub(crate) fn in_environment(&self, environment: Option<&str>) -> String {
        let bare = match (
            &self.environment,
            self.pathname.strip_prefix("/environments/"),
        ) {
            (Some(id), Some(rest)) => rest.strip_prefix(id.as_str()).unwrap_or("/"),
            (None, _) | (_, None) => &self.pathname,
        };
        let bare = if bare.is_empty() { "/" } else { bare };
        format!(
            "{}{}{}",
            prefixed(environment, bare),
            self.search,
            self.hash
        )
    }
}

impl Page {
    fn of(segments: &[&str]) -> Self {
        let owned = |text: &str| text.to_owned();
        match segments {
            [] | ["editor"] => Self::Content,
            ["editor", "item_types", model] | ["editor", "item_types", model, "items"] => {
                Self::Records {
                    model: owned(model),
                }
            }
            ["editor", "item_types", model, "items", "new"] => Self::Record {
                model: owned(model),
                id: None,
            },
            ["editor", "item_types", model, "items", id]
            | ["editor", "item_types", model, "items", id, "edit"] => Self::Record {
                model: owned(model),
                id: Some(owned(id)),
            },
            ["schema"] => Self::Schema { model: None },
            ["schema", "item_types" | "blocks_library", model] => Self::Schema {
                model: Some(owned(model)),
            },
            ["p", plugin, "pages", page] => Self::plugin_page(Area::Main, plugin, page),
            ["editor", "p", plugin, "pages", page] => {
                Self::plugin_page(Area::Content, plugin, page)
            }
            ["configuration", "p", plugin, "pages", page] => {
                Self::plugin_page(Area::Settings, plugin, page)
            }
            ["project_settings", "environments"] | ["project_settings"] => Self::Environments,
            ["configuration"] | ["configuration", "plugins"] => Self::Plugins,
            ["configuration", "plugins", id] | ["configuration", "plugins", id, "edit"] => {
                Self::Plugin { id: owned(id) }
            }
            _ => Self::Unknown,
        }
    }

    fn plugin_page(area: Area, plugin: &str, page: &str) -> Self {
        Self::FromPlugin {
            area,
            plugin: plugin.to_owned(),
            page: page.to_owned(),
        }
    }

    /// The page's path, without environment.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Content | Self::Unknown => "/".to_owned(),
            Self::Records { model } => format!("/editor/item_types/{model}/items"),
            Self::Record { model, id: None } => format!("/editor/item_types/{model}/items/new"),
            Self::Record {
                model,
                id: Some(id),
            } => {
                format!("/editor/item_types/{model}/items/{id}/edit")
            }
            Self::Schema { model: None } => "/schema".to_owned(),
            Self::Schema { model: Some(model) } => format!("/schema/item_types/{model}"),
            Self::FromPlugin { area, plugin, page } => {
                let area = match area {
                    Area::Main => "",
                    Area::Content => "/editor",
                    Area::Settings => "/configuration",
                };
                format!("{area}/p/{plugin}/pages/{page}")
            }
            Self::Environments => "/project_settings/environments".to_owned(),
            Self::Plugins => "/configuration/plugins".to_owned(),
            Self::Plugin { id } => format!("/configuration/plugins/{id}/edit"),
        }
    }

    /// The page's address in an environment, `None` for the primary.
    pub(crate) fn address(&self, environment: Option<&str>) -> String {
        prefixed(environment, &self.path())
    }
}

fn prefixed(environment: Option<&str>, path: &str) -> String {
    match environment {
        Some(id) if path == "/" => format!("/environments/{id}"),
        Some(id) => format!("/environments/{id}{path}"),
        None => path.to_owned(),
    }
}

fn split_from(text: &str, mark: char) -> (&str, &str) {
    text.find(mark).map_or((text, ""), |at| text.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, environment: Option<&str>, page: &Page) {
        let place = Place::parse(address);
        assert_eq!(
            (place.environment.as_deref(), &place.page),
            (environment, page),
            "{address}"
        );
    }

    fn plugin_page(area: Area) -> Page {
        Page::FromPlugin {
            area,
            plugin: "p1".into(),
            page: "releases".into(),
        }
    }

    #[test]
    fn the_vendor_s_paths_lead_to_pages() {
        check("/", None, &Page::Content);
        check("/editor", None, &Page::Content);
        check(
            "/editor/item_types/m1/items",
            None,
            &Page::Records { model: "m1".into() },
        );
        check(
            "/environments/rel-7/editor/item_types/m1/items/i1/edit#fieldPath=title",
            Some("rel-7"),
            &Page::Record {
                model: "m1".into(),
                id: Some("i1".into()),
            },
        );
        check(
            "/schema/blocks_library/b1",
            None,
            &Page::Schema {
                model: Some("b1".into()),
            },
        );
        check(
            "/p/p1/pages/releases?release=1",
            None,
            &plugin_page(Area::Main),
        );
        check(
            "/editor/p/p1/pages/releases",
            None,
            &plugin_page(Area::Content),
        );
        check(
            "/configuration/p/p1/pages/releases",
            None,
            &plugin_page(Area::Settings),
        );
        check(
            "/configuration/plugins/p1/edit",
            None,
            &Page::Plugin { id: "p1".into() },
        );
        check("/environments/rel-7", Some("rel-7"), &Page::Content);
        check("/nowhere", None, &Page::Unknown);
    }

    #[test]
    fn every_page_is_found_again_under_its_own_address() {
        for page in [
            Page::Content,
            Page::Records { model: "m1".into() },
            Page::Record {
                model: "m1".into(),
                id: None,
            },
            Page::Record {
                model: "m1".into(),
                id: Some("i1".into()),
            },
            Page::Schema { model: None },
            Page::Schema {
                model: Some("m1".into()),
            },
            plugin_page(Area::Main),
            plugin_page(Area::Content),
            plugin_page(Area::Settings),
            Page::Environments,
            Page::Plugins,
            Page::Plugin { id: "p1".into() },
        ] {
            for environment in [None, Some("rel-7")] {
                check(&page.address(environment), environment, &page);
            }
        }
    }

    #[test]
    fn changing_the_environment_keeps_page_query_and_fragment() {
        let place = Place::parse("/p/p1/pages/releases?a=1#b");
        assert_eq!(
            place.in_environment(Some("rel-7")),
            "/environments/rel-7/p/p1/pages/releases?a=1#b"
        );
        let place = Place::parse("/environments/rel-7/p/p1/pages/releases?a=1#b");
        assert_eq!(place.in_environment(None), "/p/p1/pages/releases?a=1#b");
        assert_eq!(
            place.in_environment(Some("x")),
            "/environments/x/p/p1/pages/releases?a=1#b"
        );
        assert_eq!(
            Place::parse("/environments/rel-7").in_environment(None),
            "/"
        );
    }
}
