//! How api keys become GraphQL names.
//!
//! The rules were checked by the reference against a published introspection of a real project
//! (`management-api.md` 10.3): `PascalCase(api_key)Record`, `camelCase(api_key)`, `all` + English
//! plural, locales with underscores.

/// `blog_post` → `BlogPost`.
pub(crate) fn pascal_case(api_key: &str) -> String {
    let mut name = String::with_capacity(api_key.len());
    for word in api_key.split(['_', '-']).filter(|word| !word.is_empty()) {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            name.extend(first.to_uppercase());
            name.push_str(letters.as_str());
        }
    }
    name
}

/// `blog_post` → `blogPost`.
pub(crate) fn camel_case(api_key: &str) -> String {
    let pascal = pascal_case(api_key);
    let mut letters = pascal.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// The plural of an api key: only its last word changes (`success_story` → `success_stories`).
pub(crate) fn plural(api_key: &str) -> String {
    let (head, last) = api_key
        .rfind('_')
        .map_or(("", api_key), |at| api_key.split_at(at + 1));
    format!("{head}{}", pluralizer::pluralize(last, 2, false))
}

/// `blog_post` → `BlogPostRecord`, the object type of a model or a block model.
pub(crate) fn record_type(api_key: &str) -> String {
    format!("{}Record", pascal_case(api_key))
}

/// `blog_post` → `allBlogPosts`.
pub(crate) fn collection(api_key: &str) -> String {
    format!("all{}", pascal_case(&plural(api_key)))
}

/// `blog_post` → `_allBlogPostsMeta`.
pub(crate) fn collection_meta(api_key: &str) -> String {
    format!("_{}Meta", collection(api_key))
}

/// `blog_post`, `body` → `BlogPostModelBodyField`, the stem of the types one field owns.
pub(crate) fn field_type(model: &str, field: &str) -> String {
    format!("{}Model{}Field", pascal_case(model), pascal_case(field))
}

/// `firstPublishedAt` → `first_published_at`.
pub(crate) fn snake_case(camel: &str) -> String {
    let mut snake = String::with_capacity(camel.len() + 4);
    for letter in camel.chars() {
        if letter.is_uppercase() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// `blog_post` → `BlogPostModelFilter`, the filter input of a model.
pub(crate) fn model_filter(api_key: &str) -> String {
    format!("{}ModelFilter", pascal_case(api_key))
}

/// `blog_post` → `BlogPostModelOrderBy`, the order enum of a model.
pub(crate) fn model_order(api_key: &str) -> String {
    format!("{}ModelOrderBy", pascal_case(api_key))
}

/// `blog_post` → `_allReferencingBlogPosts`: the records of a model that point at a record.
pub(crate) fn referencing(api_key: &str) -> String {
    format!("_allReferencing{}", pascal_case(&plural(api_key)))
}

/// `title` → `_allTitleLocales`.
pub(crate) fn all_locales(field: &str) -> String {
    format!("_all{}Locales", pascal_case(field))
}

/// The value of the `SiteLocale` enum for a locale: `pt-BR` → `pt_BR`.
pub(crate) fn site_locale(locale: &str) -> String {
    locale.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_fields_are_named_as_in_the_published_introspection() {
        let names = [
            "blog_post",
            "category",
            "person",
            "success_story",
            "industry",
            "news",
        ]
        .map(|key| (camel_case(key), collection(key)));
        let expected = [
            ("blogPost", "allBlogPosts"),
            ("category", "allCategories"),
            ("person", "allPeople"),
            ("successStory", "allSuccessStories"),
            ("industry", "allIndustries"),
            ("news", "allNews"),
        ];
        assert_eq!(
            names,
            expected.map(|(one, all)| (one.to_owned(), all.to_owned()))
        );
        assert_eq!(collection_meta("glaze"), "_allGlazesMeta");
    }

    #[test]
    fn digits_and_doubled_separators_survive() {
        assert_eq!(pascal_case("hero_2_block"), "Hero2Block");
        assert_eq!(camel_case("seo"), "seo");
        assert_eq!(pascal_case("a__b_"), "AB");
        assert_eq!(camel_case(""), "");
        assert_eq!(
            field_type("article", "related_articles"),
            "ArticleModelRelatedArticlesField"
        );
        assert_eq!(site_locale("en-US"), "en_US");
    }
}
