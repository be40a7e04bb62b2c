//! Whether a model of ours that is there already can hold what we write into it. Somebody may have made a
//! model of that name for something else, or have added to ours.

use datocms_client::{ApiError, Field};

/// A field we write: its api key, and its type by the vendor's name.
pub(crate) type Wanted = (&'static str, &'static str);

/// Why a model cannot hold our records. Names the model and the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misfit {
    /// A model with fields of its own, but not with ours.
    #[error(
        "the model `{model}` has no field `{field}`, and others that do not belong there: it was made for something else. Give that model another API key, then try again."
    )]
    Missing { model: String, field: &'static str },
    /// Our field holds something else.
    #[error(
        "the field `{field}` of the model `{model}` is of type `{found}`, and has to be `{wanted}`. Delete that field or give it another API key, then try again."
    )]
    Type {
        model: String,
        field: &'static str,
        found: String,
        wanted: &'static str,
    },
    /// A field we know nothing of has to have a value.
    #[error(
        "the model `{model}` requires a field `{field}`, which only this project knows. Make that field optional, then try again."
    )]
    Required { model: String, field: String },
}

/// Why a model of ours could not be made ready.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum Unprepared {
    /// The CMS refused something.
    #[error("{0}")]
    Api(#[from] ApiError),
    /// It is there, and not as we need it.
    #[error("{0}")]
    Misfit(#[from] Misfit),
}

/// What of a model's fields stands in the way of our records. A field that is not there yet does not.
pub(crate) fn misfit(model: &str, present: &[Field], wanted: &[Wanted]) -> Option<Misfit> {
    let named = |field: &Field| {
        let mut wanted = wanted.iter();
        wanted.find(|(api_key, _)| *api_key == field.api_key)
    };
    present.iter().find_map(|field| match named(field) {
        Some((api_key, field_type)) if field.field_type != *field_type => Some(Misfit::Type {
            model: model.to_owned(),
            field: api_key,
            found: field.field_type.clone(),
            wanted: field_type,
        }),
        None if field.validators.get("required").is_some() => Some(Misfit::Required {
            model: model.to_owned(),
            field: field.api_key.clone(),
        }),
        Some(_) | None => None,
    })
}
