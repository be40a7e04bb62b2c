//! `_allReferencing…`: the records that point at a record, for models that allow the question.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use async_graphql::Result;
use async_graphql::dynamic::{
    Enum, Field, FieldValue, InputObject, InputValue, ResolverContext, SchemaBuilder, TypeRef,
};
use serde_json::{Value, json};

use super::super::description::{Description, Model};
use super::super::inverse::{NOT_LOCALIZED, Reference, paths};
use super::super::names;
use super::nodes::{
    RecordNode, argument, chosen_locale, field, in_locale, locale_arguments, object_value, parent,
    session,
};
use super::query::shown;
use super::select;

/// The enum of paths, the filter of paths and the whole `through` filter between two models.
fn type_names(source: &Model, target: &Model) -> [String; 3] {
    let (source, target) = (
        names::pascal_case(&source.api_key),
        names::pascal_case(&target.api_key),
    );
    [
        format!("{source}ModelFieldsReferencing{target}Model"),
        format!("InverseRelationshipFieldFilterBetween{source}And{target}"),
        format!("InverseRelationshipFilterBetween{source}And{target}"),
    ]
}

/// The models whose records may point at records of this one, with the paths they do it by.
fn sources<'d>(description: &'d Description, target: &Model) -> Vec<(&'d Model, Vec<String>)> {
    if !target.inverse_relationships || target.block {
        return Vec::new();
    }
    let models = description.models.iter().filter(|model| !model.block);
    models
        .map(|model| (model, paths(description, model, target)))
        .filter(|(_, paths)| !paths.is_empty())
        .collect()
}

/// Registers the inputs of inverse relationships.
pub(super) fn register(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
) -> SchemaBuilder {
    let locales = description
        .locales
        .iter()
        .map(|locale| names::site_locale(locale));
    let linking = std::iter::once(NOT_LOCALIZED.to_owned()).chain(locales);
    builder = builder.register(Enum::new("LinkingLocale").items(linking));
    let mut done = HashSet::new();
    for target in &description.models {
        for (source, paths) in sources(description, target) {
            let [paths_name, fields_name, through_name] = type_names(source, target);
            if !done.insert(through_name.clone()) {
                continue;
            }
            let unique: BTreeSet<String> = paths.into_iter().collect();
            let list = || TypeRef::named_nn_list(&paths_name);
            builder = builder
                .register(Enum::new(&paths_name).items(unique))
                .register(
                    InputObject::new(&fields_name)
                        .field(InputValue::new("anyIn", list()))
                        .field(InputValue::new("notIn", list())),
                )
                .register(
                    InputObject::new(&through_name)
                        .field(InputValue::new("fields", TypeRef::named(&fields_name)))
                        .field(InputValue::new(
                            "locales",
                            TypeRef::named("LinkingLocalesFilter"),
                        )),
                );
        }
    }
    builder
}

/// The fields of a model's records that ask who points at them.
pub(super) fn fields(description: &Arc<Description>, target: &Model) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut taken = HashSet::new();
    for (source, _) in sources(description, target) {
        let name = names::referencing(&source.api_key);
        // Two api keys can share a plural; the first model keeps the name.
        if !taken.insert(name.clone()) {
            continue;
        }
        let [_, _, through] = type_names(source, target);
        let through = || InputValue::new("through", TypeRef::named(&through));
        let source = Arc::new(source.clone());

        let (described, captured) = (Arc::clone(description), Arc::clone(&source));
        let ty = TypeRef::named_nn_list_nn(names::record_type(&source.api_key));
        let all = field(&name, ty, move |ctx| {
            let (skip, first) = select::page(ctx)?;
            let locale = chosen_locale(ctx, &described, &parent::<RecordNode>(ctx)?.locale)?;
            let ids = referencing(ctx, &described, &captured)?;
            let page = ids.into_iter().skip(skip).take(first);
            let records = select::records(session(ctx)?, page)?;
            Ok(Some(FieldValue::list(shown(
                ctx, &described, records, &locale,
            ))))
        });
        let all = select::with_page(in_locale(all.argument(through())));
        fields.push(select::with_order(
            select::with_filter(all, &source),
            &source,
        ));

        let (described, captured) = (Arc::clone(description), Arc::clone(&source));
        let count = field(
            format!("{name}Meta"),
            TypeRef::named_nn("CollectionMetadata"),
            move |ctx| {
                let count = referencing(ctx, &described, &captured)?.len();
                let locale = &parent::<RecordNode>(ctx)?.locale;
                Ok(object_value(&json!({ "count": count }), locale))
            },
        );
        let [locale, _] = locale_arguments();
        let count = count.argument(through()).argument(locale);
        fields.push(select::with_filter(count, &source));
    }
    fields
}

/// Ids of the records of `source` that point at the record asked, in order.
fn referencing(
    ctx: &ResolverContext<'_>,
    description: &Description,
    source: &Model,
) -> Result<Vec<String>> {
    let node = parent::<RecordNode>(ctx)?;
    let locale = chosen_locale(ctx, description, &node.locale)?;
    let through = argument(ctx, "through")?.unwrap_or_default();
    let filter = select::filter(ctx, description, source)?;
    let order = select::order(ctx, source)?;
    let session = session(ctx)?;
    session.note(format!("items:{}", source.id));

    let references = session.references(&source.id, |record, found| {
        found.add(description, source, record);
    })?;
    let references = references.to(&node.record.id);
    let mut hits = Vec::new();
    let mut seen = HashSet::new();
    for reference in references {
        if !seen.insert(&reference.from) {
            continue;
        }
        let own: Vec<&Reference> = references
            .iter()
            .filter(|other| other.from == reference.from)
            .collect();
        if !goes_through(&through, &own) {
            continue;
        }
        let Some(record) = session.record(&reference.from)? else {
            continue;
        };
        if filter.accepts(&record, &locale) {
            hits.push((order.rank(&record, &locale), record.id.clone()));
        }
    }
    select::sort(&order, &mut hits);
    Ok(hits.into_iter().map(|(_, id)| id).collect())
}

/// Whether a record's references to one other go the way that is asked for.
fn goes_through(through: &Value, references: &[&Reference]) -> bool {
    let named = |pointer: &str| -> Option<Vec<&str>> {
        let value = through.pointer(pointer).filter(|value| !value.is_null())?;
        Some(match value.as_array() {
            Some(all) => all.iter().filter_map(Value::as_str).collect(),
            None => value.as_str().into_iter().collect(),
        })
    };
    let by_path = |reference: &Reference, wanted: &[&str]| {
        reference
            .paths
            .iter()
            .any(|path| wanted.contains(&path.as_str()))
    };
    let in_locale =
        |reference: &Reference, wanted: &[&str]| wanted.contains(&reference.locale.as_str());
    let (fields, not_fields) = (named("/fields/anyIn"), named("/fields/notIn"));
    let (locales, not_locales) = (named("/locales/anyIn"), named("/locales/notIn"));
    let some = references.iter().any(|reference| {
        fields
            .as_ref()
            .is_none_or(|wanted| by_path(reference, wanted))
            && locales
                .as_ref()
                .is_none_or(|wanted| in_locale(reference, wanted))
    });
    some && !references.iter().any(|reference| {
        not_fields
            .as_ref()
            .is_some_and(|unwanted| by_path(reference, unwanted))
            || not_locales
                .as_ref()
                .is_some_and(|unwanted| in_locale(reference, unwanted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_chosen_by_field_and_locale() {
        let reference = |paths: &[&str], locale: &str| Reference {
            from: "s1".into(),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            locale: locale.into(),
        };
        let direct = reference(&["story_writer"], NOT_LOCALIZED);
        let nested = reference(&["story_body", "story_body__quote_by"], "en");
        let both = [&direct, &nested];
        for (through, expected) in [
            (json!(null), true),
            (json!({}), true),
            (json!({"fields": {"anyIn": ["story_writer"]}}), true),
            (json!({"fields": {"anyIn": "story_body"}}), true),
            (json!({"fields": {"anyIn": ["story_editor"]}}), false),
            (
                json!({"fields": {"notIn": ["story_body__quote_by"]}}),
                false,
            ),
            (json!({"fields": {"notIn": ["story_editor"]}}), true),
            (json!({"locales": {"anyIn": ["en", "it"]}}), true),
            (json!({"locales": {"anyIn": ["it"]}}), false),
            (json!({"locales": {"notIn": ["_nonLocalized"]}}), false),
            // One reference must satisfy both.
            (
                json!({"fields": {"anyIn": ["story_writer"]}, "locales": {"anyIn": ["en"]}}),
                false,
            ),
        ] {
            assert_eq!(goes_through(&through, &both), expected, "{through}");
        }
    }
}
