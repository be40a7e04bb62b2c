//! What a plugin does when the CMS asks, outside of its frames.

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;

use penpal::{Answer, Rejection};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ctx::{BaseCtx, Entity, ItemType};
use crate::host::{HostError, Plugin};
use crate::places::{
    ContentAreaSidebarItem, ItemFormOutlet, ItemFormSidebarPanel, MainNavigationTab,
    SettingsAreaSidebarItemGroup,
};
use crate::settings::Settings;

/// The kinds of frame a plugin draws, declared so that the CMS knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Render {
    /// [`Mode::RenderPage`](crate::Mode::RenderPage)
    Page,
    /// [`Mode::RenderModal`](crate::Mode::RenderModal)
    Modal,
    /// [`Mode::RenderConfigScreen`](crate::Mode::RenderConfigScreen)
    ConfigScreen,
    /// [`Mode::RenderItemFormSidebarPanel`](crate::Mode::RenderItemFormSidebarPanel)
    ItemFormSidebarPanel,
    /// [`Mode::RenderItemFormSidebar`](crate::Mode::RenderItemFormSidebar)
    ItemFormSidebar,
    /// [`Mode::RenderItemFormOutlet`](crate::Mode::RenderItemFormOutlet)
    ItemFormOutlet,
    /// [`Mode::RenderItemCollectionOutlet`](crate::Mode::RenderItemCollectionOutlet)
    ItemCollectionOutlet,
}

impl Render {
    const fn hook_name(self) -> &'static str {
        match self {
            Self::Page => "renderPage",
            Self::Modal => "renderModal",
            Self::ConfigScreen => "renderConfigScreen",
            Self::ItemFormSidebarPanel => "renderItemFormSidebarPanel",
            Self::ItemFormSidebar => "renderItemFormSidebar",
            Self::ItemFormOutlet => "renderItemFormOutlet",
            Self::ItemCollectionOutlet => "renderItemCollectionOutlet",
        }
    }
}

/// What a hook can see and do.
#[derive(Debug, Clone)]
pub struct HookCtx {
    /// The methods of the CMS.
    pub plugin: Plugin,
    /// What this hook is told beyond the settings, by name.
    pub extra: Map<String, Value>,
    /// Names of the methods this hook has beyond those of the CMS.
    pub extra_method_names: Vec<String>,
    call_id: Value,
}

impl HookCtx {
    /// What the hook is about, as of when it was called.
    #[must_use]
    pub fn settings(&self) -> Rc<Settings> {
        self.plugin.settings()
    }

    /// Calls a method only this hook has, such as `scrollToField`.
    pub async fn call_extra(
        &self,
        name: &str,
        args: Vec<Value>,
    ) -> Result<Option<Value>, HostError> {
        self.plugin
            .call(
                "callAdditionalCtxMethod",
                vec![self.call_id.clone(), name.into(), Value::Array(args)],
            )
            .await
    }
}

/// One run of a hook.
pub(crate) struct HookCall {
    pub(crate) args: Vec<Value>,
    pub(crate) ctx: HookCtx,
}

impl HookCall {
    /// A call by the hook's own name: no ctx comes with it, so it gets the frame's.
    pub(crate) fn direct(args: Vec<Value>, plugin: Plugin) -> Self {
        let ctx = HookCtx {
            plugin,
            extra: Map::new(),
            extra_method_names: Vec::new(),
            call_id: Value::Null,
        };
        Self { args, ctx }
    }

    /// The arguments of `callMethodMergingBootCtx` after the name: arguments, properties, method names, call id.
    pub(crate) fn merged(rest: impl Iterator<Item = Value>, plugin: Plugin) -> Self {
        let mut rest = rest;
        let args = match rest.next() {
            Some(Value::Array(args)) => args,
            Some(_) | None => Vec::new(),
        };
        let extra = match rest.next() {
            Some(Value::Object(extra)) => extra,
            Some(_) | None => Map::new(),
        };
        let extra_method_names = match rest.next() {
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned)
                .collect(),
            Some(_) | None => Vec::new(),
        };
        let call_id = rest.next().unwrap_or(Value::Null);
        Self {
            args,
            ctx: HookCtx {
                plugin,
                extra,
                extra_method_names,
                call_id,
            },
        }
    }

    fn item_type(&self) -> Result<ItemType, Rejection> {
        let first = self.args.first().unwrap_or(&Value::Null);
        Entity::deserialize(first)
            .map(ItemType::from)
            .map_err(|error| {
                Rejection::named(
                    "TypeError",
                    format!("the first argument is not a model: {error}"),
                )
            })
    }
}

pub(crate) type Running = Pin<Box<dyn Future<Output = Answer>>>;

pub(crate) type Hook = Rc<dyn Fn(HookCall) -> Running>;

type OnBoot = Rc<dyn Fn(Plugin) -> Pin<Box<dyn Future<Output = ()>>>>;

/// The hooks of a plugin. Each runs in the boot frame, when the CMS asks.
#[derive(Clone, Default)]
pub struct Hooks {
    by_name: Vec<(&'static str, Hook)>,
    on_boot: Option<OnBoot>,
    renders: Vec<Render>,
}

impl Hooks {
    /// A plugin that does nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares the kinds of frame the plugin draws. Drawing itself happens on the settings [`connect`](crate::connect) hands out.
    #[must_use]
    pub fn renders(mut self, kinds: &[Render]) -> Self {
        self.renders.extend_from_slice(kinds);
        self
    }

    /// Runs once per loaded admin panel, in the hidden boot frame.
    #[must_use]
    pub fn on_boot<F, Fut>(mut self, run: F) -> Self
    where
        F: Fn(Plugin) -> Fut + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        self.on_boot = Some(Rc::new(move |plugin| Box::pin(run(plugin))));
        self
    }

    /// Tabs of the main navigation.
    #[must_use]
    pub fn main_navigation_tabs(
        self,
        list: impl Fn(&BaseCtx) -> Vec<MainNavigationTab> + 'static,
    ) -> Self {
        self.list("mainNavigationTabs", list)
    }

    /// Groups of the settings sidebar.
    #[must_use]
    pub fn settings_area_sidebar_item_groups(
        self,
        list: impl Fn(&BaseCtx) -> Vec<SettingsAreaSidebarItemGroup> + 'static,
    ) -> Self {
        self.list("settingsAreaSidebarItemGroups", list)
    }

    /// Entries of the content sidebar.
    #[must_use]
    pub fn content_area_sidebar_items(
        self,
        list: impl Fn(&BaseCtx) -> Vec<ContentAreaSidebarItem> + 'static,
    ) -> Self {
        self.list("contentAreaSidebarItems", list)
    }

    /// Panels beside the records of a model.
    #[must_use]
    pub fn item_form_sidebar_panels(
        self,
        list: impl Fn(&ItemType, &BaseCtx) -> Vec<ItemFormSidebarPanel> + 'static,
    ) -> Self {
        self.list_for_item_type("itemFormSidebarPanels", list)
    }

    /// Strips above the records of a model.
    #[must_use]
    pub fn item_form_outlets(
        self,
        list: impl Fn(&ItemType, &BaseCtx) -> Vec<ItemFormOutlet> + 'static,
    ) -> Self {
        self.list_for_item_type("itemFormOutlets", list)
    }

    /// Whether a record may be saved, given the body of the request about to be sent. `false` blocks the save, with
    /// so little explanation that the hook should call [`Plugin::alert`] itself. It sees what people do in the
    /// panel, not what scripts do: guidance, not enforcement.
    #[must_use]
    pub fn on_before_item_upsert<F, Fut>(self, allow: F) -> Self
    where
        F: Fn(Value, HookCtx) -> Fut + 'static,
        Fut: Future<Output = bool> + 'static,
    {
        self.on("onBeforeItemUpsert", move |mut args, ctx| {
            let payload = if args.is_empty() {
                Value::Null
            } else {
                args.swap_remove(0)
            };
            let allowed = allow(payload, ctx);
            async move { Ok(Some(Value::Bool(allowed.await))) }
        })
    }

    /// Any other hook, by its name, on raw values: its arguments without ctx, and the ctx. The hooks per field are
    /// batched on the wire: one argument, a list of fields; the answer is an object by field id.
    #[must_use]
    pub fn on<F, Fut>(mut self, name: &'static str, run: F) -> Self
    where
        F: Fn(Vec<Value>, HookCtx) -> Fut + 'static,
        Fut: Future<Output = Answer> + 'static,
    {
        self.by_name.retain(|(known, _)| *known != name);
        self.by_name.push((
            name,
            Rc::new(move |call: HookCall| Box::pin(run(call.args, call.ctx))),
        ));
        self
    }

    fn list<T: Serialize>(
        self,
        name: &'static str,
        list: impl Fn(&BaseCtx) -> Vec<T> + 'static,
    ) -> Self {
        self.on(name, move |_, ctx| {
            ready(answer(&list(&ctx.settings().base)))
        })
    }

    fn list_for_item_type<T: Serialize>(
        mut self,
        name: &'static str,
        list: impl Fn(&ItemType, &BaseCtx) -> Vec<T> + 'static,
    ) -> Self {
        self.by_name.retain(|(known, _)| *known != name);
        self.by_name.push((
            name,
            Rc::new(move |call: HookCall| {
                let found = call
                    .item_type()
                    .and_then(|item_type| answer(&list(&item_type, &call.ctx.settings().base)));
                Box::pin(ready(found))
            }),
        ));
        self
    }

    pub(crate) fn get(&self, name: &str) -> Option<Hook> {
        self.by_name
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, hook)| Rc::clone(hook))
    }

    /// Hooks that can be called by their own name.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.by_name.iter().map(|(name, _)| *name).collect()
    }

    pub(crate) fn boot(&self) -> Option<&OnBoot> {
        self.on_boot.as_ref()
    }

    /// The answer to `implementedHooks`.
    pub(crate) fn implemented(&self) -> Value {
        let boot = self.on_boot.iter().map(|_| "onBoot");
        let renders = self.renders.iter().map(|render| render.hook_name());
        let names = boot.chain(self.names()).chain(renders);
        Value::Object(
            names
                .map(|name| (name.to_owned(), Value::Bool(true)))
                .collect(),
        )
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("hooks", &self.names())
            .field("renders", &self.renders)
            .finish_non_exhaustive()
    }
}

fn answer<T: Serialize>(list: &[T]) -> Answer {
    serde_json::to_value(list)
        .map(Some)
        .map_err(|error| Rejection::error(error.to_string()))
}
