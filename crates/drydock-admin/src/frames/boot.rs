//! The hidden frames that answer hooks: one per plugin and visit. What the hooks
//! bring back becomes navigation and panels of the panel.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use penpal::{CallError, Remote};
use serde_json::{Value, json};
use yew::platform::spawn_local;
use yew::prelude::*;

use super::hooks::{self, Entry, Group, PanelEntry};
use super::{FrameMode, PluginFrame};
use crate::router::WrapperProps;
use crate::workspace::use_workspace;

/// A plugin that has booted.
#[derive(Debug, Clone)]
struct Booted {
    /// Distinguishes boots of the same plugin, since a connection cannot be compared.
    boot: u32,
    remote: Remote,
    hooks: BTreeSet<String>,
    tabs: Vec<Entry>,
    content_entries: Vec<Entry>,
    settings_groups: Vec<Group>,
}

impl PartialEq for Booted {
    fn eq(&self, other: &Self) -> bool {
        self.boot == other.boot
            && self.tabs == other.tabs
            && self.content_entries == other.content_entries
            && self.settings_groups == other.settings_groups
    }
}

/// The plugins that have booted, by id.
#[derive(Debug, Clone, PartialEq, Default)]
struct Plugins {
    booted: BTreeMap<String, Booted>,
    boots: u32,
}

enum Change {
    Booted(String, Box<Booted>),
}

impl Reducible for Plugins {
    type Action = Change;

    fn reduce(self: Rc<Self>, Change::Booted(id, mut booted): Change) -> Rc<Self> {
        let mut next = (*self).clone();
        next.boots += 1;
        booted.boot = next.boots;
        next.booted.insert(id, *booted);
        Rc::new(next)
    }
}

/// What plugins add to the panel.
#[derive(Clone, PartialEq)]
pub(crate) struct PluginsContext {
    store: UseReducerHandle<Plugins>,
    /// The plugins of the environment; others may have booted in one left behind.
    installed: BTreeSet<String>,
}

impl PluginsContext {
    /// Tabs of the main navigation, each with its plugin's id.
    pub(crate) fn tabs(&self) -> Vec<(String, Entry)> {
        self.entries(|booted| booted.tabs.clone())
    }

    /// Entries of the content area's sidebar.
    pub(crate) fn content_entries(&self) -> Vec<(String, Entry)> {
        self.entries(|booted| booted.content_entries.clone())
    }

    /// Groups of the settings area's sidebar.
    pub(crate) fn settings_groups(&self) -> Vec<(String, Group)> {
        let groups = self.booted().flat_map(|(id, booted)| {
            booted
                .settings_groups
                .iter()
                .map(move |group| (id.clone(), group.clone()))
        });
        groups.collect()
    }

    /// Whether a plugin has a hook; unknown until it has booted.
    pub(crate) fn has_hook(&self, plugin: &str, hook: &str) -> Option<bool> {
        self.store
            .booted
            .get(plugin)
            .map(|booted| booted.hooks.contains(hook))
    }

    /// Asks every plugin for its panels beside records of a model.
    pub(crate) async fn item_panels(&self, item_type: Value) -> Vec<(String, PanelEntry)> {
        let mut panels = Vec::new();
        for (id, booted) in self
            .booted()
            .map(|(id, booted)| (id.clone(), booted.clone()))
        {
            let args = vec![item_type.clone()];
            let found = booted
                .list::<PanelEntry>("itemFormSidebarPanels", args)
                .await;
            panels.extend(found.into_iter().map(|panel| (id.clone(), panel)));
        }
        // The vendor's default rank.
        panels.sort_by(|(_, a), (_, b)| rank(a.rank).total_cmp(&rank(b.rank)));
        panels
    }

    /// Something that changes whenever another plugin has booted.
    pub(crate) fn boots(&self) -> u32 {
        self.store.boots
    }

    fn booted(&self) -> impl Iterator<Item = (&String, &Booted)> {
        self.store
            .booted
            .iter()
            .filter(|(id, _)| self.installed.contains(*id))
    }

    fn entries(&self, of: impl Fn(&Booted) -> Vec<Entry>) -> Vec<(String, Entry)> {
        let mut entries: Vec<_> = self
            .booted()
            .flat_map(|(id, booted)| of(booted).into_iter().map(|entry| (id.clone(), entry)))
            .collect();
        entries.sort_by(|(_, a), (_, b)| rank(a.rank).total_cmp(&rank(b.rank)));
        entries
    }
}

fn rank(rank: Option<f64>) -> f64 {
    rank.unwrap_or(9999.0)
}

impl Booted {
    /// Calls a hook that does not render.
    async fn hook(&self, name: &str, args: Vec<Value>) -> Result<Option<Value>, CallError> {
        let call = vec![json!(name), json!(args), json!({}), json!([]), json!(name)];
        self.remote.call("callMethodMergingBootCtx", call).await
    }

    /// Calls a hook that returns a list, if the plugin has it. A hook that fails adds
    /// nothing: the plugin's console says why.
    async fn list<T: for<'de> serde::Deserialize<'de>>(
        &self,
        hook: &str,
        args: Vec<Value>,
    ) -> Vec<T> {
        if !self.hooks.contains(hook) {
            return Vec::new();
        }
        hooks::list(self.hook(hook, args).await.unwrap_or_default())
    }

    /// Asks a plugin that has its settings what it adds to the panel.
    async fn ask(remote: Remote) -> Result<Self, CallError> {
        let implemented = remote.call("implementedHooks", Vec::new()).await?;
        let hooks = match implemented {
            Some(Value::Object(hooks)) => hooks.into_iter().map(|(name, _)| name).collect(),
            Some(_) | None => BTreeSet::new(),
        };
        let mut booted = Self {
            boot: 0,
            remote,
            hooks,
            tabs: Vec::new(),
            content_entries: Vec::new(),
            settings_groups: Vec::new(),
        };
        booted.tabs = booted.list("mainNavigationTabs", Vec::new()).await;
        booted.content_entries = booted.list("contentAreaSidebarItems", Vec::new()).await;
        booted.settings_groups = booted
            .list("settingsAreaSidebarItemGroups", Vec::new())
            .await;
        Ok(booted)
    }
}

/// What the plugins of the tree this component stands in add to the panel.
#[hook]
pub(crate) fn use_plugins() -> PluginsContext {
    #[expect(
        clippy::expect_used,
        reason = "a tree without its providers is a programming error"
    )]
    use_context().expect("wrap the tree in <PluginsProvider>")
}

/// Boots the environment's plugins and lends what they add to the tree below.
#[component]
pub(crate) fn PluginsProvider(props: &WrapperProps) -> Html {
    let workspace = use_workspace();
    let store = use_reducer_eq(Plugins::default);
    let on_told = |id: &str| {
        let (store, id) = (store.clone(), id.to_owned());
        Callback::from(move |remote: Remote| {
            let (store, id) = (store.clone(), id.clone());
            spawn_local(async move {
                // A plugin that is gone before it said what it adds, adds nothing.
                if let Ok(booted) = Booted::ask(remote).await {
                    store.dispatch(Change::Booted(id, Box::new(booted)));
                }
            });
        })
    };
    let frames = workspace.now.plugins.iter().map(|plugin| {
        let key = format!("{} {}", plugin.id, workspace.now.visit);
        let title = format!("{}, in the background", plugin.text("name"));
        html! {
            <PluginFrame {key} plugin={plugin.clone()} mode={FrameMode::Boot} {title}
                on_told={on_told(&plugin.id)} />
        }
    });
    let installed = workspace
        .now
        .plugins
        .iter()
        .map(|plugin| plugin.id.clone())
        .collect();
    let context = PluginsContext {
        store: store.clone(),
        installed,
    };
    html! {
        <ContextProvider<PluginsContext> {context}>
            { props.children.clone() }
            <div hidden=true>{ for frames }</div>
        </ContextProvider<PluginsContext>>
    }
}
