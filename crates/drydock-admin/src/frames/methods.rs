//! What a plugin may ask the panel for. The names and shapes are the vendor's; what
//! is not here is missing from the handshake, which is how plugins find out.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use penpal::{Answer, Methods, Rejection};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use yew::Callback;
use yew::platform::spawn_local;

use super::settings::FrameMode;
use crate::api::{ApiError, Resource};
use crate::overlay::{Confirm, Modal, OverlayContext, Toast, options::ModalOptions};
use crate::router::{Page, Router};
use crate::workspace::WorkspaceContext;

/// The panel as it is at the moment a frame asks.
#[derive(Clone)]
pub(super) struct Asked {
    /// Who asks.
    pub(super) plugin: Resource,
    /// What the frame is for.
    pub(super) mode: FrameMode,
    /// What the frame should know.
    pub(super) settings: Value,
    pub(super) workspace: WorkspaceContext,
    pub(super) router: Router,
    pub(super) overlay: OverlayContext,
    /// Makes the frame as high as the plugin says.
    pub(super) set_height: Callback<f64>,
    /// Settles the modal the frame is in.
    pub(super) on_resolve: Callback<Value>,
    /// Told that the frame was given settings.
    pub(super) on_given: Callback<Value>,
}

type Live = Rc<RefCell<Asked>>;

/// The methods of a frame, by what it is for.
pub(super) fn of(live: &Live) -> Methods {
    let methods = talking(loading(base(Methods::new(), live), live), live);
    let mode = live.borrow().mode.clone();
    match mode {
        FrameMode::Boot => on(methods, "callAdditionalCtxMethod", live, |_, _| async {
            // The panel passes no such methods to hooks, so there is no call to continue.
            Err(Rejection::error(
                "no hook with additional methods is under way",
            ))
        }),
        FrameMode::Page { .. } | FrameMode::ConfigScreen => methods,
        FrameMode::Modal { .. } => on(methods, "resolve", live, |asked, args| async move {
            let value = args.raw(0);
            spawn_local(async move {
                // The frame must be there until its call has been answered.
                TimeoutFuture::new(0).await;
                asked.on_resolve.emit(value);
            });
            Ok(None)
        }),
        FrameMode::ItemFormSidebarPanel { .. } => item_form(methods, live),
    }
}

fn base(methods: Methods, live: &Live) -> Methods {
    let methods = on(methods, "getSettings", live, |asked, _| async move {
        asked.on_given.emit(asked.settings.clone());
        Ok(Some(asked.settings))
    });
    let methods = on(methods, "setHeight", live, |asked, args| async move {
        let pixels: f64 = args.read(0, "height")?;
        asked.set_height.emit(pixels.clamp(0.0, 100_000.0));
        Ok(None)
    });
    let methods = on(methods, "navigateTo", live, |asked, args| async move {
        let path: String = args.read(0, "path")?;
        if !path.starts_with('/') || path.starts_with("//") {
            let reason =
                format!("`{path}` is not a path inside the panel: it must begin with one /");
            return Err(Rejection::error(reason));
        }
        asked.router.go(path);
        Ok(None)
    });
    let methods = on(
        methods,
        "updatePluginParameters",
        live,
        |asked, args| async move {
            let parameters: serde_json::Map<String, Value> = args.read(0, "parameters")?;
            let attributes = json!({"parameters": parameters});
            let updated = asked
                .workspace
                .update_plugin(&asked.plugin.id, attributes)
                .await;
            updated.map_err(refused)?;
            Ok(None)
        },
    );
    on(methods, "editItem", live, |asked, args| async move {
        let id: String = args.read(0, "itemId")?;
        let item = asked.workspace.here().get(&format!("/items/{id}")).await;
        let item = item.and_then(crate::api::Document::one).map_err(refused)?;
        let model = item.link("item_type").unwrap_or_default().to_owned();
        asked.router.open(&Page::Record {
            model,
            id: Some(item.id),
        });
        // The vendor edits in a modal and returns the record; here the panel goes to
        // the record, and a caller that is left behind has nothing to learn.
        Ok(Some(Value::Null))
    })
}

fn talking(methods: Methods, live: &Live) -> Methods {
    let methods = on(methods, "alert", live, |asked, args| async move {
        asked.overlay.alert(args.read::<String>(0, "message")?);
        Ok(None)
    });
    let methods = on(methods, "notice", live, |asked, args| async move {
        asked.overlay.notice(args.read::<String>(0, "message")?);
        Ok(None)
    });
    let methods = on(methods, "customToast", live, |asked, args| async move {
        let toast: Toast = args.read(0, "toast")?;
        Ok(Some(asked.overlay.toast(toast).await))
    });
    let methods = on(methods, "openConfirm", live, |asked, args| async move {
        let confirm: Confirm = args.read(0, "options")?;
        Ok(Some(asked.overlay.confirm(confirm).await))
    });
    on(methods, "openModal", live, |asked, args| async move {
        let options: ModalOptions = args.read(0, "modal")?;
        let modal = Modal {
            plugin: asked.plugin.id.as_str().into(),
            options,
        };
        Ok(Some(asked.overlay.modal(modal).await))
    })
}

fn loading(methods: Methods, live: &Live) -> Methods {
    let methods = on(
        methods,
        "loadItemTypeFields",
        live,
        |asked, args| async move {
            let item_type: String = args.read(0, "itemTypeId")?;
            entities(asked.workspace.load_fields(&item_type).await)
        },
    );
    let methods = on(
        methods,
        "loadItemTypeFieldsets",
        live,
        |asked, args| async move {
            let item_type: String = args.read(0, "itemTypeId")?;
            entities(asked.workspace.load_fieldsets(&item_type).await)
        },
    );
    let methods = on(
        methods,
        "loadFieldsUsingPlugin",
        live,
        |asked, _| async move {
            let path = format!("/plugins/{}/fields", asked.plugin.id);
            let fields = asked.workspace.here().get(&path).await;
            entities(fields.and_then(crate::api::Document::many))
        },
    );
    let methods = on(methods, "loadUsers", live, |asked, _| async move {
        entities(asked.workspace.load_users().await)
    });
    on(methods, "loadSsoUsers", live, |_, _| async {
        // drydock has no single sign-on, so nobody came that way.
        Ok(Some(json!([])))
    })
}

fn item_form(methods: Methods, live: &Live) -> Methods {
    let methods = on(methods, "setFieldValue", live, |asked, args| async move {
        let path: String = args.read(0, "path")?;
        hosted(&asked)?
            .actions
            .set_field_value
            .emit((path, args.raw(1)));
        Ok(None)
    });
    let methods = on(methods, "scrollToField", live, |asked, args| async move {
        hosted(&asked)?
            .actions
            .scroll_to_field
            .emit(args.read(0, "path")?);
        Ok(None)
    });
    let methods = on(methods, "saveCurrentItem", live, |asked, _| async move {
        hosted(&asked)?.actions.save.emit(());
        Ok(None)
    });
    let methods = on(
        methods,
        "formValuesToItem",
        live,
        |asked, args| async move { Ok(Some(hosted(&asked)?.form.to_item(&args.raw(0)))) },
    );
    on(methods, "itemToFormValues", live, |_, args| async move {
        Ok(Some(
            args.raw(0)
                .get("attributes")
                .cloned()
                .unwrap_or_else(|| json!({})),
        ))
    })
}

fn hosted(asked: &Asked) -> Result<&super::HostedForm, Rejection> {
    match &asked.mode {
        FrameMode::ItemFormSidebarPanel { hosted, .. } => Ok(hosted),
        FrameMode::Boot
        | FrameMode::Page { .. }
        | FrameMode::Modal { .. }
        | FrameMode::ConfigScreen => Err(Rejection::error("this frame stands beside no record")),
    }
}

/// Adds a method that sees the panel as it is when it is called.
fn on<F, Fut>(methods: Methods, name: &str, live: &Live, method: F) -> Methods
where
    F: Fn(Asked, Args) -> Fut + 'static,
    Fut: Future<Output = Answer> + 'static,
{
    let live = live.clone();
    methods.on(name, move |args| {
        let asked = live.borrow().clone();
        method(asked, Args(args))
    })
}

/// The arguments of a call. JavaScript leaves out what it does not need.
struct Args(Vec<Value>);

impl Args {
    fn raw(&self, index: usize) -> Value {
        self.0.get(index).cloned().unwrap_or_default()
    }

    fn read<T: DeserializeOwned>(&self, index: usize, name: &str) -> Result<T, Rejection> {
        serde_json::from_value(self.raw(index)).map_err(|error| {
            Rejection::named(
                "TypeError",
                format!("the argument `{name}` cannot be used: {error}"),
            )
        })
    }
}

fn entities(loaded: Result<Vec<Resource>, ApiError>) -> Answer {
    let loaded = loaded.map_err(refused)?;
    Ok(Some(Value::Array(
        loaded.iter().map(Resource::to_json).collect(),
    )))
}

fn refused(error: ApiError) -> Rejection {
    Rejection::error(error.to_string())
}
