//! Permissions about parts of records: what a write touches is held against what the caller may touch.

use serde_json::{Map, Value};

use super::access::Access;
use crate::http::content_part::ContentPart;
use crate::http::error::ApiError;
use crate::http::permission::ItemAction;
use crate::records::publish::Part;
use crate::records::write::Desk;
use crate::records::{document, touched};
use crate::store::items::{self, ItemRow};

/// The attributes of an update with the locales that the caller may not change and did not send: what the record says in
/// them stays, since leaving a locale out would take it away.
pub(super) fn with_untouchable_locales(
    desk: &Desk<'_>,
    access: &Access<'_>,
    before: &ItemRow,
    mut given: Map<String, Value>,
) -> Result<Map<String, Value>, ApiError> {
    if !access.limits_content() {
        return Ok(given);
    }
    let model = desk.model(&before.item_type)?;
    let stored = items::attributes_of(desk.tx, before.current_version)?;
    let complete = document::completed(desk.schema, model, stored);
    for field in model.fields.iter().filter(|field| field.localized) {
        let sent = given.get_mut(&field.api_key).and_then(Value::as_object_mut);
        let known = complete.get(&field.api_key).and_then(Value::as_object);
        let (Some(sent), Some(known)) = (sent, known) else {
            continue;
        };
        for (locale, said) in known {
            let part = ContentPart::Locale(locale.clone());
            if !sent.contains_key(locale) && !access.allows_part(ItemAction::Update, before, &part)
            {
                sent.insert(locale.clone(), said.clone());
            }
        }
    }
    Ok(given)
}

/// `INSUFFICIENT_PERMISSIONS` unless the caller may change every part of the record that is other than it was before.
pub(super) fn require_changed(
    desk: &Desk<'_>,
    access: &Access<'_>,
    before: &ItemRow,
    after: &ItemRow,
) -> Result<(), ApiError> {
    access.require_of(ItemAction::Update, before, || {
        let model = desk.model(&before.item_type)?;
        let complete = |version: i64| -> Result<_, ApiError> {
            let attributes = items::attributes_of(desk.tx, version)?;
            Ok(document::completed(desk.schema, model, attributes))
        };
        let (old, new) = (
            complete(before.current_version)?,
            complete(after.current_version)?,
        );
        let mut parts = touched::by_change(model, &old, &new);
        if (before.position, &before.parent_id) != (after.position, &after.parent_id) {
            parts.insert(ContentPart::NotLocalized);
        }
        Ok(parts)
    })
}

/// `INSUFFICIENT_PERMISSIONS` unless the caller may (un)publish this part of the record, or all of it; `ITEM_LOCKED` while
/// somebody else has locked it.
pub(super) fn require_publication(
    desk: &Desk<'_>,
    access: &Access<'_>,
    row: &ItemRow,
    part: Option<&Part>,
) -> Result<(), ApiError> {
    access.require_change(ItemAction::Publish, row)?;
    access.require_of(ItemAction::Publish, row, || {
        let versions = [Some(row.current_version), row.published_version];
        let versions = versions.into_iter().flatten();
        let documents: Vec<_> = versions
            .map(|version| items::attributes_of(desk.tx, version))
            .collect::<Result<_, _>>()?;
        let model = desk.model(&row.item_type)?;
        Ok(touched::by_publication(model, part, &documents))
    })
}
