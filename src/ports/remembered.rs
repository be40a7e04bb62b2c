//! The folder a person chose last, remembered by this browser where it can (File System Access: Chromium does, Firefox and
//! Safari do not). What is kept is the browser's own handle, never the files; reading it again needs the person's leave.

use idb::{Database, Error, TransactionMode};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::FileSystemDirectoryHandle;

use super::text_db::open_store;

/// A database of its own: the handles of one must not be lost to an upgrade of another.
const DATABASE: &str = "slipway-folders";
const STORE: &str = "folders";

/// What the browser remembers a folder by.
pub type Handle = FileSystemDirectoryHandle;

/// A folder of an earlier visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The browser's handle of what was chosen.
    pub handle: Handle,
    /// Which folder in it holds the migrations.
    pub directory: String,
}

/// Whether a remembered folder may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// At once.
    Given,
    /// After the person was asked again, which takes a click.
    ToAsk,
    /// Not in this browser, or not in this frame: panels on another origin than the plugin's may not ask.
    Refused,
}

impl Remembered {
    /// The folder of this project; `None` where the browser keeps none. Losing it costs a person a click, so a browser
    /// that does not store anything is no failure.
    pub async fn load(project: &str) -> Option<Self> {
        match read(project).await {
            Ok(found) => found,
            Err(error) => {
                web_sys::console::warn_1(&error.to_string().into());
                None
            }
        }
    }

    /// Keeps it for the next visit.
    pub async fn keep(&self, project: &str) {
        if let Err(error) = write(project, self).await {
            web_sys::console::warn_1(&error.to_string().into());
        }
    }

    /// Its name, as the person knows it.
    pub fn name(&self) -> String {
        self.handle.name()
    }

    /// Whether it may be read without asking.
    pub async fn leave(&self) -> Leave {
        self.permission("queryPermission").await
    }

    /// Asks the person; only from a click.
    pub async fn ask(&self) -> Leave {
        match self.permission("requestPermission").await {
            Leave::Given => Leave::Given,
            Leave::ToAsk | Leave::Refused => Leave::Refused,
        }
    }

    async fn permission(&self, method: &str) -> Leave {
        let answer = async {
            let method: Function = Reflect::get(&self.handle, &method.into())?.dyn_into()?;
            let wanted = Object::new();
            Reflect::set(&wanted, &"mode".into(), &"read".into())?;
            let promise: Promise = method.call1(&self.handle, &wanted)?.dyn_into()?;
            JsFuture::from(promise).await
        };
        match answer
            .await
            .ok()
            .and_then(|answer| answer.as_string())
            .as_deref()
        {
            Some("granted") => Leave::Given,
            Some("prompt") => Leave::ToAsk,
            // `denied`, a thrown refusal, and browsers without the method.
            Some(_) | None => Leave::Refused,
        }
    }
}

async fn open() -> Result<Database, Error> {
    open_store(DATABASE, STORE).await
}

async fn read(project: &str) -> Result<Option<Remembered>, Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
    let store = transaction.object_store(STORE)?;
    let found = store.get(JsValue::from_str(project))?.await?;
    database.close();
    Ok(found.and_then(|value| {
        let field = |name: &str| Reflect::get(&value, &name.into()).ok();
        Some(Remembered {
            handle: field("handle")?.dyn_into().ok()?,
            directory: field("directory")?.as_string()?,
        })
    }))
}

async fn write(project: &str, folder: &Remembered) -> Result<(), Error> {
    let value = Object::new();
    for (name, part) in [
        ("handle", JsValue::from(folder.handle.clone())),
        ("directory", JsValue::from_str(&folder.directory)),
    ] {
        Reflect::set(&value, &name.into(), &part).map_err(|thrown| {
            Error::TransactionAbortError(super::js_error::text(&thrown).into())
        })?;
    }
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    store
        .put(&value, Some(&JsValue::from_str(project)))?
        .await?;
    transaction.commit()?.await?;
    database.close();
    Ok(())
}
