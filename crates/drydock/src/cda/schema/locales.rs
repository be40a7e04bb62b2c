//! `_all<Field>Locales`: a field in every locale it has.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::Value as GraphValue;
use async_graphql::dynamic::{Field, FieldValue, Object, SchemaBuilder, TypeRef};
use serde_json::Value;

use super::super::content::Record;
use super::super::description::Description;
use super::super::locale::LocaleChoice;
use super::super::names;
use super::nodes::{RecordNode, chosen_locale, field, in_locale, parent, session};
use super::values::Bound;

/// A field's value in one locale.
struct LocalizedNode {
    holder: Arc<Record>,
    bound: Arc<Bound>,
    value: Value,
    locale: Arc<LocaleChoice>,
}

/// The name of the type of `{locale, value}` around a type: `StringMultiLocaleField`, `StringNonNullMultiLocaleField`,
/// `QuoteRecordListListNonNullMultiLocaleField`.
fn type_name(ty: &TypeRef) -> String {
    fn stem(ty: &TypeRef) -> String {
        match ty {
            TypeRef::Named(name) => name.to_string(),
            TypeRef::List(element) => match &**element {
                TypeRef::NonNull(element) => format!("{}ListList", stem(element)),
                element @ (TypeRef::Named(_) | TypeRef::List(_)) => {
                    format!("{}List", stem(element))
                }
            },
            TypeRef::NonNull(inner) => format!("{}NonNull", stem(inner)),
        }
    }
    format!("{}MultiLocaleField", stem(ty))
}

/// Registers the types `_all<Field>Locales` fields list, each once.
pub(super) fn register(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
) -> SchemaBuilder {
    let mut done: HashSet<String> = HashSet::new();
    for model in &description.models {
        for described in model.fields.iter().filter(|field| field.localized) {
            let bound = Bound::new(description, model, described);
            let name = type_name(&bound.ty);
            if done.insert(name.clone()) {
                builder = builder.register(object(description, &name, bound.ty));
            }
        }
    }
    builder
}

fn object(description: &Arc<Description>, name: &str, ty: TypeRef) -> Object {
    let described = Arc::clone(description);
    let value = field("value", ty, move |ctx| {
        let node = parent::<LocalizedNode>(ctx)?;
        node.bound.present(
            &described,
            session(ctx)?,
            &node.holder,
            &node.value,
            &node.locale,
        )
    });
    let locale = field("locale", TypeRef::named("SiteLocale"), |ctx| {
        let node = parent::<LocalizedNode>(ctx)?;
        let name = names::site_locale(&node.locale.locale);
        Ok(Some(FieldValue::value(GraphValue::from(name))))
    });
    Object::new(name).field(locale).field(value)
}

/// The field of a record that lists them.
pub(super) fn all_locales_field(description: &Arc<Description>, bound: &Arc<Bound>) -> Field {
    let (described, bound) = (Arc::clone(description), Arc::clone(bound));
    let name = names::all_locales(&bound.field.api_key);
    let ty = TypeRef::named_nn_list(type_name(&bound.ty));
    in_locale(field(name, ty, move |ctx| {
        let node = parent::<RecordNode>(ctx)?;
        let choice = chosen_locale(ctx, &described, &node.locale)?;
        let stored = node.record.attribute(&bound.field.api_key);
        let locales = stored.as_object().into_iter().flatten();
        let entries = locales.map(|(locale, _)| {
            let locale = LocaleChoice {
                locale: locale.clone(),
                fallbacks: choice.fallbacks.clone(),
            };
            FieldValue::owned_any(LocalizedNode {
                holder: Arc::clone(&node.record),
                bound: Arc::clone(&bound),
                value: locale.pick(true, stored).clone(),
                locale: Arc::new(locale),
            })
        });
        Ok(Some(FieldValue::list(entries)))
    }))
}

#[cfg(test)]
mod tests {
    use super::super::nodes::type_ref;
    use super::type_name;

    #[test]
    fn types_are_named_after_what_they_hold() {
        for (ty, expected) in [
            ("String", "StringMultiLocaleField"),
            ("String!", "StringNonNullMultiLocaleField"),
            ("SeoField", "SeoFieldMultiLocaleField"),
            (
                "[QuoteRecord!]!",
                "QuoteRecordListListNonNullMultiLocaleField",
            ),
        ] {
            assert_eq!(type_name(&type_ref(ty)), expected, "{ty}");
        }
    }
}
