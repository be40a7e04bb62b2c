//! Assets as root fields: `upload`, `allUploads`, `_allUploadsMeta`.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::dynamic::{
    Enum, Field, FieldValue, InputValue, ResolverContext, SchemaBuilder, TypeRef,
};
use async_graphql::{Name, Result, Value as GraphValue};
use serde_json::{Value, json};

use super::super::content::Asset;
use super::super::description::Description;
use super::super::filter::{UploadFilter, upload_fact};
use super::super::locale::LocaleChoice;
use super::super::order::Direction;
use super::nodes::{
    AssetNode, field, in_locale, locale_arguments, object_value, root_locale, session, words,
};
use super::select;

/// What assets can be ordered by.
const COLUMNS: [&str; 9] = [
    "_createdAt",
    "_updatedAt",
    "basename",
    "filename",
    "format",
    "id",
    "mimeType",
    "resolution",
    "size",
];
const ORDER: &str = "UploadOrderBy";
const DEFAULT_ORDER: &str = "_createdAt_DESC";

/// Registers the order of assets.
pub(super) fn register(builder: SchemaBuilder) -> SchemaBuilder {
    let values = COLUMNS
        .iter()
        .flat_map(|column| ["ASC", "DESC"].map(|direction| format!("{column}_{direction}")));
    builder.register(Enum::new(ORDER).items(values))
}

/// The root fields with their names.
pub(super) fn fields(description: &Arc<Description>) -> [(&'static str, Field); 3] {
    let filtered =
        |built: Field| built.argument(InputValue::new("filter", TypeRef::named("UploadFilter")));
    let ordered = |built: Field| {
        let default = GraphValue::List(vec![GraphValue::Enum(Name::new(DEFAULT_ORDER))]);
        let order = InputValue::new("orderBy", TypeRef::named_list(ORDER));
        built.argument(order.default_value(default))
    };
    let described = Arc::clone(description);
    let one = field("upload", TypeRef::named("FileField"), move |ctx| {
        let locale = root_locale(ctx, &described)?;
        let found = ordered_hits(ctx, &locale)?;
        Ok(found
            .into_iter()
            .next()
            .map(|asset| shown(ctx, asset, &locale)))
    });
    let described = Arc::clone(description);
    let all = field(
        "allUploads",
        TypeRef::named_nn_list_nn("FileField"),
        move |ctx| {
            let locale = root_locale(ctx, &described)?;
            let (skip, first) = select::page(ctx)?;
            let found = ordered_hits(ctx, &locale)?;
            let page = found.into_iter().skip(skip).take(first);
            Ok(Some(FieldValue::list(
                page.map(|asset| shown(ctx, asset, &locale)),
            )))
        },
    );
    let described = Arc::clone(description);
    let count = field(
        "_allUploadsMeta",
        TypeRef::named_nn("CollectionMetadata"),
        move |ctx| {
            let locale = root_locale(ctx, &described)?;
            let count = hits(ctx, &locale)?.len();
            Ok(object_value(&json!({ "count": count }), &locale))
        },
    );
    let [locale, _] = locale_arguments();
    [
        ("upload", ordered(filtered(in_locale(one)))),
        (
            "allUploads",
            ordered(filtered(select::with_page(in_locale(all)))),
        ),
        ("_allUploadsMeta", filtered(count.argument(locale))),
    ]
}

/// The assets the filter lets through, oldest first.
fn hits(ctx: &ResolverContext<'_>, locale: &LocaleChoice) -> Result<Vec<Arc<Asset>>> {
    let session = session(ctx)?;
    session.note("uploads".to_owned());
    let filter = UploadFilter::read(&select::filter_argument(ctx)?)?;
    let in_use = if filter.asks_for_use {
        session.assets_in_use()?
    } else {
        BTreeSet::new()
    };
    let all = session.assets()?;
    let accepted = all
        .iter()
        .filter(|asset| filter.accepts(asset, locale, &in_use));
    Ok(accepted.cloned().collect())
}

/// The same in the order asked for, then by id.
fn ordered_hits(ctx: &ResolverContext<'_>, locale: &LocaleChoice) -> Result<Vec<Arc<Asset>>> {
    let keys = words(ctx, "orderBy")?.unwrap_or_else(|| vec![DEFAULT_ORDER.to_owned()]);
    let keys: Vec<(&str, Direction)> = keys.iter().filter_map(|key| Direction::read(key)).collect();
    let rank = |asset: &Asset| -> Vec<Value> {
        keys.iter()
            .map(|(column, _)| match *column {
                // By the number of pixels: its names have no order of their own.
                "resolution" => json!(asset.dimensions().map(|(width, height)| width * height)),
                column => upload_fact(asset, locale, column),
            })
            .collect()
    };
    let mut ranked: Vec<(Vec<Value>, Arc<Asset>)> = hits(ctx, locale)?
        .into_iter()
        .map(|asset| (rank(&asset), asset))
        .collect();
    ranked.sort_by(|(one, one_asset), (other, other_asset)| {
        let decisions = keys.iter().zip(one.iter().zip(other));
        decisions
            .map(|((_, direction), (one, other))| direction.compare(one, other))
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| one_asset.id.cmp(&other_asset.id))
    });
    Ok(ranked.into_iter().map(|(_, asset)| asset).collect())
}

fn shown<'a>(
    ctx: &ResolverContext<'_>,
    asset: Arc<Asset>,
    locale: &Arc<LocaleChoice>,
) -> FieldValue<'a> {
    if let Ok(session) = session(ctx) {
        session.note(format!("upload:{}", asset.id));
    }
    FieldValue::owned_any(AssetNode {
        asset,
        said: Value::Null,
        locale: Arc::clone(locale),
    })
}
