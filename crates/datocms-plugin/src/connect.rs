//! The life of a frame: handshake, settings, changes.

use std::cell::OnceCell;
use std::rc::Rc;

use penpal::{Answer, CallError, Methods, Rejection};
use serde_json::Value;

use crate::SDK_VERSION;
use crate::ctx::BaseCtx;
use crate::document;
use crate::hooks::{HookCall, Hooks};
use crate::host::{Host, Plugin};
use crate::settings::{Mode, Settings, SettingsError};

/// Why the plugin could not start.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConnectError {
    /// No frame around us, or no browser.
    #[error(transparent)]
    Penpal(#[from] penpal::ConnectError),
    /// The page around us answered the handshake and then did not give the settings. It may not be the CMS.
    #[error("the page around the plugin did not give its settings: {0}")]
    GetSettings(CallError),
    /// The settings cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Connects to the CMS. `on_settings` is called when the settings have arrived and at every change of them, after
/// the look of the document has been set. In the boot frame the future is ready when the `on_boot` hook has run;
/// in the others, after the first settings. A page that is framed by something silent waits for ever: the protocol
/// has no time limit, so show people something meanwhile.
///
/// From here on a panic anywhere rejects the calls of the CMS that wait for us, so that no save or publish hangs.
pub async fn connect(
    hooks: Hooks,
    on_settings: impl Fn(Settings) + 'static,
) -> Result<Plugin, ConnectError> {
    let frame = Frame::new(hooks, on_settings, document::apply);
    let connected = penpal::child::connect(frame.methods())?;
    penpal::reject_open_calls_on_panic();
    frame.start(connected.await.into()).await
}

/// One frame of the plugin. Knows nothing of the browser but what it is given.
pub(crate) struct Frame {
    hooks: Hooks,
    on_settings: Box<dyn Fn(Settings)>,
    apply_look: Box<dyn Fn(&BaseCtx)>,
    /// Empty until the settings are there.
    plugin: OnceCell<Plugin>,
}

impl Frame {
    pub(crate) fn new(
        hooks: Hooks,
        on_settings: impl Fn(Settings) + 'static,
        apply_look: impl Fn(&BaseCtx) + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            hooks,
            on_settings: Box::new(on_settings),
            apply_look: Box::new(apply_look),
            plugin: OnceCell::new(),
        })
    }

    /// The methods of the handshake. They answer from the first moment, before the settings are there.
    pub(crate) fn methods(self: &Rc<Self>) -> Methods {
        let implemented = self.hooks.implemented();
        let mut methods = Methods::new()
            .on("sdkVersion", |_| async { Ok(Some(SDK_VERSION.into())) })
            .on("implementedHooks", move |_| {
                let implemented = implemented.clone();
                async { Ok(Some(implemented)) }
            });
        if self.hooks.boot().is_some() {
            let frame = Rc::clone(self);
            methods = methods.on("onBoot", move |_| {
                let frame = Rc::clone(&frame);
                async move {
                    frame.boot().await;
                    Ok(None)
                }
            });
        }
        for name in self.hooks.names() {
            let frame = Rc::clone(self);
            methods = methods.on(name, move |args| {
                let frame = Rc::clone(&frame);
                async move { frame.call_directly(name, args).await }
            });
        }
        let (changed, called) = (Rc::clone(self), Rc::clone(self));
        methods
            .on("onChange", move |args| {
                std::future::ready(changed.change(args.first()))
            })
            .on("callMethodMergingBootCtx", move |args| {
                let frame = Rc::clone(&called);
                async move { frame.call_in_boot_frame(args).await }
            })
    }

    /// Asks for the settings and takes them up.
    pub(crate) async fn start(self: &Rc<Self>, host: Host) -> Result<Plugin, ConnectError> {
        let answer = (host.call)("getSettings", Vec::new())
            .await
            .map_err(ConnectError::GetSettings)?;
        let settings = Settings::read(&answer.unwrap_or(Value::Null))?;
        let plugin = Plugin::new(host, settings.clone());
        let plugin = self.plugin.get_or_init(|| plugin).clone();
        (self.apply_look)(&settings.base);
        let is_boot = settings.mode == Mode::OnBoot;
        (self.on_settings)(settings);
        if is_boot {
            self.boot().await;
        }
        Ok(plugin)
    }

    async fn boot(&self) {
        if let (Some(run), Some(plugin)) = (self.hooks.boot(), self.plugin.get()) {
            run(plugin.clone()).await;
        }
    }

    /// Before the settings are there a change is dropped: the settings under way are newer, or it will come again.
    fn change(&self, settings: Option<&Value>) -> Answer {
        let Some(plugin) = self.plugin.get() else {
            return Ok(None);
        };
        let settings = Settings::read(settings.unwrap_or(&Value::Null))
            .map_err(|error| Rejection::named("TypeError", error.to_string()))?;
        plugin.replace_settings(settings.clone());
        (self.apply_look)(&settings.base);
        (self.on_settings)(settings);
        Ok(None)
    }

    async fn call_in_boot_frame(&self, args: Vec<Value>) -> Answer {
        let Some(plugin) = self
            .plugin
            .get()
            .filter(|plugin| plugin.settings().mode == Mode::OnBoot)
        else {
            return Ok(Some(Value::Null));
        };
        let mut args = args.into_iter();
        let name = args.next().unwrap_or(Value::Null);
        match name.as_str().and_then(|name| self.hooks.get(name)) {
            Some(hook) => hook(HookCall::merged(args, plugin.clone())).await,
            None => Ok(None),
        }
    }

    async fn call_directly(&self, name: &str, args: Vec<Value>) -> Answer {
        match (self.hooks.get(name), self.plugin.get()) {
            (Some(hook), Some(plugin)) => hook(HookCall::direct(args, plugin.clone())).await,
            (Some(_) | None, _) => Ok(None),
        }
    }
}
