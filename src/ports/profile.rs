//! The name of this browser profile, by which its windows know one another.

use std::cell::RefCell;

use idb::{Error, TransactionMode};
use wasm_bindgen::JsValue;

const DATABASE: &str = "slipway-profile";
const STORE: &str = "profile";
const KEY: &str = "name";

/// The profile's name, read or made at the first question.
///
/// It is a random number and says nothing of the person. Where the browser stores nothing it is this
/// page's own, so that two such windows know each other as strangers, which is the careful answer.
#[derive(Default)]
pub struct Profile(RefCell<Option<String>>);

impl Profile {
    /// The name.
    pub async fn name(&self) -> String {
        if let Some(known) = &*self.0.borrow() {
            return known.clone();
        }
        let fresh = format!(
            "{:013x}",
            js_sys::Math::random().to_bits() & 0xf_ffff_ffff_ffff
        );
        let name = kept(&fresh).await.unwrap_or(fresh);
        // A second question that overtook this one has the same answer from the storage.
        self.0.borrow_mut().get_or_insert(name).clone()
    }
}

/// The stored name, or `fresh` once it is stored. One transaction, so that two windows that open at
/// once agree.
async fn kept(fresh: &str) -> Result<String, Error> {
    let database = super::text_db::open_store(DATABASE, STORE).await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    let key = JsValue::from_str(KEY);
    let known = store.get(key.clone())?.await?;
    let known = known.and_then(|value| value.as_string());
    if known.is_none() {
        store.put(&JsValue::from_str(fresh), Some(&key))?.await?;
    }
    transaction.commit()?.await?;
    database.close();
    Ok(known.unwrap_or_else(|| fresh.to_owned()))
}
