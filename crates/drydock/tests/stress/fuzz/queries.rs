//! Query documents of the delivery API, over the demo project, and what becomes of them.

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::pool::Pool;
use super::{Call, mutate, values};

/// A query and its variables, as JSON.
type Document = (&'static str, &'static str);

/// Documents that are answered as they are.
pub(super) const DOCUMENTS: &[Document] = &[
    (
        "query Cards($first: IntType, $filter: ArticleModelFilter) { allArticles(first: $first, skip: 1, filter: $filter, \
         orderBy: [publishedOn_DESC, title_ASC]) { ...Card } _allArticlesMeta(filter: $filter) { count } } \
         fragment Card on ArticleRecord { __typename id slug title excerpt publishedOn author { name portrait { url(imgixParams: \
         { w: 40, h: 40, fit: crop }) blurhash } } category { name slug color { hex cssRgb } } }",
        r#"{"first": 3, "filter": {"title": {"matches": {"pattern": "a", "caseSensitive": true}}, "OR": [{"featured": {"eq": true}}, {"featured": {"eq": false}}]}}"#,
    ),
    (
        "query One($slug: String = \"x\", $locale: SiteLocale) { article(locale: $locale, filter: { slug: { eq: $slug } }) { \
         _seoMetaTags(locale: $locale) { tag attributes content } _locales _firstPublishedAt _status _allTitleLocales { locale value } \
         body { value blocks { __typename ... on RecordInterface { id _modelApiKey _createdAt } ... on QuoteBlockRecord { quote \
         attribution } } links { __typename ... on RecordInterface { id } } } related { id title } } }",
        r#"{"locale": "en"}"#,
    ),
    (
        "{ homePage { hero { __typename ... on QuoteBlockRecord { quote } } featured { title } } page { title sections { __typename \
         ... on TextBlockRecord { heading text } ... on GalleryBlockRecord { title images { id width focalPoint { x y } } } } } }",
        "{}",
    ),
    (
        "{ allUploads(filter: {type: {eq: image}, OR: [{format: {eq: \"txt\"}}, {width: {gt: 1}}], inUse: {eq: false}}, \
         orderBy: [basename_DESC], first: 5) { id url alt title width height tags customData md5 responsiveImage(imgixParams: {w: 40, \
         ar: \"16:9\", fit: crop}, sizes: \"10px\") { src srcSet base64 } } _allUploadsMeta { count } }",
        "{}",
    ),
    (
        "{ _site { noIndex locales globalSeo(locale: en) { siteName fallbackSeo { title image { url } } } faviconMetaTags { tag \
         attributes } } }",
        "{}",
    ),
    (
        "{ __schema { queryType { name } types { kind name fields { name args { name defaultValue type { name ofType { name } } } } } } \
         a: __type(name: \"ArticleModelFilter\") { inputFields { name } } }",
        "{}",
    ),
];

/// Pieces a document may get, whether they fit or not.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "$",
    "@",
    "...",
    "...on",
    "=",
    "|",
    "&",
    "\"",
    "\"\"\"",
    "#",
    ",",
    "\u{feff}",
    "-",
    "0",
    "1e9",
    "99999999999999999999",
    "-1",
    "null",
    "true",
    "first:",
    "skip:",
    "first: 500",
    "skip: -1",
    "first: 2147483648",
    "id",
    "__typename",
    "on",
    "query",
    "mutation",
    "subscription",
    "fragment A on Query { ...A }",
    "@skip(if: true)",
    "@include(if: $x)",
    "@deprecated",
    "allArticles",
    "related { related { related { id } } }",
    "orderBy: []",
    "orderBy: id_ASC",
    "locale: xx",
    "locale: en",
    "fallbackLocales: [en]",
    "filter: {}",
    "filter: null",
    "filter: {id: {in: []}}",
    "filter: {id: {in: [null]}}",
    "filter: {title: {matches: {pattern: \"(\"}}}",
    "filter: {title: {eq: \"' OR 1=1 --\"}}",
    "filter: {AND: [{OR: [{}]}]}",
    "filter: {_createdAt: {gt: \"x\"}}",
    "imgixParams: {w: \"1\"}",
    "(markdown: true)",
    "enum { A }",
    "\\u{0}",
    "\"\\uD800\"",
];

/// The document as it is.
pub(super) fn whole((query, variables): &Document) -> Call {
    let variables: Value = serde_json::from_str(variables).unwrap();
    let body = json!({ "query": query, "variables": variables }).to_string();
    call("/graphql", body.into_bytes())
}

fn call(path: &str, body: Vec<u8>) -> Call {
    Call {
        method: "POST",
        route: "/graphql",
        uri: path.to_owned(),
        environment: None,
        body,
    }
}

/// A document with something changed: its words, its variables, its envelope, its bytes.
pub(super) fn mutated(random: &mut SmallRng, pool: &Pool) -> Call {
    let (query, variables) = DOCUMENTS.choose(random).copied().unwrap_or_default();
    let mut words = words(query);
    let changes = [0, 1, 1, 2, 3, 6][random.random_range(0..6)];
    for _ in 0..changes {
        change(&mut words, random, pool);
    }
    let mut envelope = json!({
        "query": words.join(" "),
        "variables": serde_json::from_str::<Value>(variables).unwrap(),
    });
    if random.random_bool(0.2) {
        envelope["operationName"] = json!(values::word(random, pool));
    }
    match random.random_range(0..4) {
        0 => mutate::document(&mut envelope["variables"], random, pool),
        1 if random.random_bool(0.3) => mutate::document(&mut envelope, random, pool),
        _ => {}
    }
    let mut body = envelope.to_string().into_bytes();
    mutate::bytes(&mut body, random);
    let paths = [
        "/graphql",
        "/graphql",
        "/graphql/preview",
        "/graphql/environments/main",
        "/graphql/environments/main/preview",
    ];
    call(paths.choose(random).copied().unwrap_or_default(), body)
}

/// A document in pieces: names, numbers and strings whole, every sign of its own.
fn words(query: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for c in query.chars() {
        let joins = c.is_alphanumeric() || c == '_' || c == '"';
        match words.last_mut() {
            Some(word) if joins && is_open => word.push(c),
            _ if c.is_whitespace() => {}
            _ => words.push(c.to_string()),
        }
        is_open = joins;
    }
    // Three dots are one sign.
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        match joined.last_mut() {
            Some(dots) if word == "." && (dots == "." || dots == "..") => dots.push('.'),
            _ => joined.push(word),
        }
    }
    joined
}

fn change(words: &mut Vec<String>, random: &mut SmallRng, pool: &Pool) {
    if words.is_empty() {
        return;
    }
    let at = random.random_range(0..words.len());
    let other = random.random_range(0..words.len());
    let piece = PIECES.choose(random).copied().unwrap_or_default();
    match random.random_range(0..8) {
        0 => drop(words.remove(at)),
        1 => words.insert(at, words[other].clone()),
        2 => words.swap(at, other),
        3 | 4 => words.insert(at, piece.to_owned()),
        5 => piece.clone_into(&mut words[at]),
        6 => words[at] = format!("{:?}", values::word(random, pool)),
        _ => {
            let (from, to) = (at.min(other), at.max(other));
            let part: Vec<String> = words[from..to].to_vec();
            words.splice(at..at, part);
        }
    }
}
