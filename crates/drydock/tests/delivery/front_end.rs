//! Queries as a site in the wild sends them, unchanged: typed operations with fragments on blocks and unions, structured text with
//! blocks and links, responsive images, SEO tags, pages, locales, static paths.

use serde_json::{Value, json};

use crate::content::{asset, update};
use crate::support::Dock;
use crate::{demo, post};

/// Fragments a site shares among its queries.
const FRAGMENTS: &str = r"
fragment ResponsiveImage on ResponsiveImage {
  __typename
  src srcSet webpSrcSet sizes width height aspectRatio alt title base64 bgColor
}
fragment Tags on Tag { tag attributes content }
fragment Quote on QuoteBlockRecord { __typename id quote attribution }
fragment Picture on ImageBlockRecord {
  __typename id caption
  image { id url alt responsiveImage(imgixParams: { fit: crop, w: 200, h: 200, auto: format }, sizes: $sizes) { ...ResponsiveImage } }
}
fragment Card on ArticleRecord {
  __typename id slug title excerpt publishedOn
  author { name portrait { url(imgixParams: { w: 40, h: 40, fit: crop }) blurhash } }
  category { name slug color { hex cssRgb } }
}
";

const ARTICLE: &str = r"
query ArticleBySlug($slug: String!, $locale: SiteLocale!, $fallback: [SiteLocale!], $sizes: String = null) {
  site: _site(locale: $locale) {
    favicon: faviconMetaTags { ...Tags }
    globalSeo { siteName titleSuffix }
  }
  article(locale: $locale, fallbackLocales: $fallback, filter: { slug: { eq: $slug } }) {
    seo: _seoMetaTags(locale: $locale) { ...Tags }
    ...Card
    _locales _firstPublishedAt _status
    alternatives: _allTitleLocales { locale value }
    body {
      value
      blocks {
        __typename
        ... on RecordInterface { id _modelApiKey _createdAt }
        ...Quote
        ...Picture
        ... on NewsletterBlockRecord { heading buttonLabel }
      }
      inlineBlocks
      links { __typename ... on RecordInterface { id } ...Card }
    }
    related { ...Card }
  }
}
";

const ARCHIVE: &str = r"
query Archive($first: IntType!, $skip: IntType = 0, $category: ItemId, $since: DateTime) {
  allArticles(
    first: $first, skip: $skip, orderBy: publishedOn_DESC,
    filter: { category: { eq: $category }, publishedOn: { gt: $since }, OR: [{ featured: { eq: true } }, { featured: { eq: false } }] }
  ) { ...Card }
  _allArticlesMeta(filter: { category: { eq: $category }, publishedOn: { gt: $since } }) { count }
}
";

const PATHS: &str = r"
query Paths { allArticles(first: 500) { slug _allTitleLocales { locale value } } allPages(first: 100) { slug } }
";

const LANDING: &str = r#"
query Landing($slug: String, $sizes: String = null) {
  page(filter: { slug: { eq: $slug } }) {
    title
    sections {
      __typename
      ... on TextBlockRecord { id heading text }
      ...Quote
      ... on GalleryBlockRecord {
        title
        images { id width height focalPoint { x y } responsiveImage(imgixParams: { w: 400, ar: "16:9", fit: crop }) { ...ResponsiveImage } }
      }
      ... on NewsletterBlockRecord { heading }
    }
  }
  homePage { hero { __typename ...Quote ... on NewsletterBlockRecord { heading invitation } } featured { ...Card } }
}
"#;

/// The query with those of the fragments it uses, as bundlers put them together.
fn with_fragments(query: &str, names: &[&str]) -> String {
    let parts = FRAGMENTS.split("\nfragment ").skip(1);
    let used = parts.filter(|part| {
        names
            .iter()
            .any(|name| part.starts_with(&format!("{name} ")))
    });
    let used: Vec<String> = used.map(|part| format!("fragment {part}\n")).collect();
    format!("{query}{}", used.concat())
}

async fn run(dock: &Dock, headers: &[(&str, &str)], query: &str, variables: Value) -> Value {
    let authorization = format!("Bearer {}", dock.tokens.read);
    let mut all = vec![
        ("authorization", authorization.as_str()),
        ("accept", "application/json"),
    ];
    all.extend(headers);
    let body = json!({ "query": query, "variables": variables });
    let mut reply = dock.raw("POST", "/graphql", &all, Some(&body)).await;
    assert_eq!(reply.body.get("errors"), None, "{}", reply.body);
    reply.body["data"].take()
}

fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let blue = image::RgbImage::from_pixel(800, 400, image::Rgb([10, 20, 200]));
    image::DynamicImage::from(blue)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// Gives every author a portrait, and the block of an article a picture.
async fn hang_pictures(dock: &Dock) -> String {
    let upload = asset(dock, "kiln.png", picture()).await;
    let metadata = json!({"data": {"type": "upload", "id": upload, "attributes": {
        "default_field_metadata": {"alt": {"en": "A kiln", "it": "Un forno"}, "focal_point": {"x": 0.25, "y": 0.5}}}}});
    let job = dock
        .call("PUT", &format!("/uploads/{upload}"), Some(&metadata))
        .await;
    assert!(job.status.is_success(), "{}", job.body);
    let authors = dock.get("/items?filter[type]=author").await;
    for author in authors.data().as_array().unwrap() {
        let id = author["id"].as_str().unwrap();
        let reply = update(dock, id, json!({"portrait": {"upload_id": upload}})).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    upload
}

#[tokio::test]
async fn an_article_page_gets_everything_in_one_query() {
    let dock = demo();
    hang_pictures(&dock).await;
    let query = with_fragments(
        ARTICLE,
        &["ResponsiveImage", "Tags", "Quote", "Picture", "Card"],
    );
    let variables =
        json!({"slug": "what-stoneware-asks-of-us", "locale": "en", "fallback": ["it"]});
    let data = run(&dock, &[], &query, variables).await;
    let article = &data["article"];
    assert_eq!(article["title"], "What stoneware asks of us");
    assert_eq!(article["_locales"], json!(["en", "it"]));
    assert_eq!(article["alternatives"][1]["locale"], "it");
    // Every block the text names is beside it, with the times of its article.
    let named: Vec<&Value> = article["body"]["value"]["document"]["children"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| node["type"] == "block")
        .map(|node| &node["item"])
        .collect();
    let blocks = article["body"]["blocks"].as_array().unwrap();
    assert_eq!(
        blocks.iter().map(|block| &block["id"]).collect::<Vec<_>>(),
        named
    );
    assert!(!blocks.is_empty());
    for block in blocks {
        assert!(block["_createdAt"].is_string(), "{block}");
        assert!(
            block["_modelApiKey"].as_str().unwrap().ends_with("_block"),
            "{block}"
        );
    }
    let portrait = article["author"]["portrait"]["url"].as_str().unwrap();
    assert!(
        portrait.ends_with("?crop=focalpoint&fit=crop&fp-x=0.25&fp-y=0.5&h=40&w=40"),
        "{portrait}"
    );
    let tags: Vec<&str> = article["seo"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tag| {
            let attributes = &tag["attributes"];
            attributes["property"]
                .as_str()
                .or_else(|| attributes["name"].as_str())
                .or_else(|| tag["tag"].as_str())
        })
        .collect();
    assert_eq!(
        tags,
        [
            "title",
            "og:title",
            "twitter:title",
            "description",
            "og:description",
            "twitter:description",
            "og:locale",
            "og:type",
            "og:site_name",
            "article:modified_time",
            "twitter:card",
        ]
    );
    assert_eq!(
        data["site"]["favicon"][0]["attributes"]["name"],
        "application-name"
    );

    // The same page in another language.
    let variables =
        json!({"slug": "what-stoneware-asks-of-us", "locale": "it", "fallback": ["en"]});
    let italian = run(&dock, &[], &query, variables).await;
    assert_eq!(italian["article"]["id"], article["id"]);
    assert_eq!(italian["article"]["title"], "Che cosa ci chiede il gres");
}

#[tokio::test]
async fn an_archive_is_paged_with_typed_variables() {
    let dock = demo();
    let query = with_fragments(ARCHIVE, &["Card"]);
    let page = |skip: u64| {
        let (dock, query) = (&dock, &query);
        async move {
            let variables = json!({"first": 20, "skip": skip, "since": "2020-01-01"});
            run(dock, &[], query, variables).await
        }
    };
    let first = page(0).await;
    let total = first["_allArticlesMeta"]["count"].as_u64().unwrap();
    let mut slugs: Vec<String> = Vec::new();
    for skip in [0, 20, 40] {
        for article in page(skip).await["allArticles"].as_array().unwrap() {
            slugs.push(article["slug"].as_str().unwrap().to_owned());
        }
    }
    let unique: std::collections::BTreeSet<&String> = slugs.iter().collect();
    assert_eq!((slugs.len() as u64, unique.len() as u64), (total, total));
}

#[tokio::test]
async fn static_paths_are_listed_in_every_locale() {
    let dock = demo();
    let data = run(&dock, &[], PATHS, json!({})).await;
    let articles = data["allArticles"].as_array().unwrap();
    assert_eq!(articles.len(), 54);
    for article in articles {
        let locales = article["_allTitleLocales"].as_array().unwrap();
        assert!(
            locales.iter().all(|entry| entry["value"].is_string()),
            "{article}"
        );
    }
}

#[tokio::test]
async fn a_landing_page_shows_its_blocks_and_pictures() {
    let dock = demo();
    let upload = hang_pictures(&dock).await;
    // A picture in the gallery of the page about us.
    let pages = dock.get("/items?filter[type]=page&nested=true").await;
    let about = pages
        .data()
        .as_array()
        .unwrap()
        .iter()
        .find(|page| page["attributes"]["slug"] == "about-us")
        .unwrap();
    let mut sections = about["attributes"]["sections"].clone();
    for section in sections
        .as_object_mut()
        .unwrap()
        .values_mut()
        .flat_map(|blocks| blocks.as_array_mut().unwrap())
    {
        if section["attributes"].get("images").is_some() {
            section["attributes"]["images"] =
                json!([{"upload_id": upload, "alt": "Ours", "title": null, "custom_data": {}}]);
        }
    }
    let id = about["id"].as_str().unwrap();
    let reply = update(&dock, id, json!({ "sections": sections })).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    dock.put(&format!("/items/{id}/publish")).await;

    let query = with_fragments(LANDING, &["ResponsiveImage", "Quote", "Card"])
        .replace(", $sizes: String = null", "");
    let data = run(&dock, &[], &query, json!({"slug": "about-us"})).await;
    let sections = data["page"]["sections"].as_array().unwrap();
    let kinds: Vec<&str> = sections
        .iter()
        .map(|section| section["__typename"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["TextBlockRecord", "GalleryBlockRecord"]);
    let image = &sections[1]["images"][0];
    assert_eq!(
        (image["width"].as_u64(), image["focalPoint"]["x"].as_f64()),
        (Some(800), Some(0.25))
    );
    let responsive = &image["responsiveImage"];
    assert_eq!(responsive["__typename"], "ResponsiveImage");
    assert_eq!(
        (responsive["width"].as_u64(), responsive["height"].as_u64()),
        (Some(400), Some(225))
    );
    assert_eq!(responsive["alt"], "Ours");
    assert_eq!(responsive["bgColor"], "#0a14c8");
    assert!(
        responsive["base64"]
            .as_str()
            .unwrap()
            .starts_with("data:image/jpeg;base64,")
    );
    assert_eq!(data["homePage"]["hero"]["__typename"], "QuoteBlockRecord");
    assert_eq!(data["homePage"]["featured"].as_array().unwrap().len(), 3);
}

/// In strict mode what must be filled in cannot be null, and a site's typed queries rely on it.
#[tokio::test]
async fn strict_types_promise_what_validators_do() {
    let dock = demo();
    let types = "{ article: __type(name: \"ArticleRecord\") { fields { name type { kind name ofType { name } } } } }";
    let shown = async |headers: &[(&str, &str)]| {
        let reply = post(&dock, "/graphql", headers, types).await;
        let fields = reply.body["data"]["article"]["fields"]
            .as_array()
            .unwrap()
            .clone();
        let of = move |name: &str| {
            let field = fields.iter().find(|field| field["name"] == name).unwrap();
            let ty = &field["type"];
            if ty["kind"] == "NON_NULL" {
                format!("{}!", ty["ofType"]["name"].as_str().unwrap())
            } else {
                ty["name"].as_str().unwrap_or("list").to_owned()
            }
        };
        [
            "author",
            "category",
            "_publishedAt",
            "_createdAt",
            "readingMinutes",
        ]
        .map(of)
    };
    assert_eq!(
        shown(&[]).await,
        [
            "AuthorRecord",
            "CategoryRecord",
            "DateTime",
            "DateTime!",
            "IntType"
        ]
    );
    assert_eq!(
        shown(&[("x-exclude-invalid", "true")]).await,
        [
            "AuthorRecord!",
            "CategoryRecord",
            "DateTime!",
            "DateTime!",
            "IntType"
        ]
    );
    assert_eq!(
        shown(&[("x-exclude-invalid", "true"), ("x-include-drafts", "true")]).await,
        [
            "AuthorRecord!",
            "CategoryRecord",
            "DateTime",
            "DateTime!",
            "IntType"
        ]
    );
    let query = with_fragments(ARCHIVE, &["Card"]);
    let strict = [("x-exclude-invalid", "true")];
    let data = run(&dock, &strict, &query, json!({"first": 100})).await;
    assert!(!data["allArticles"].as_array().unwrap().is_empty());
}

/// What code generators ask first, in full.
#[tokio::test]
async fn the_introspection_of_code_generators_runs() {
    let dock = demo();
    let query = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
        types { ...FullType } directives { name description locations args { ...InputValue } } } }
        fragment FullType on __Type { kind name description
          fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
          inputFields { ...InputValue } interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
          ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
    let data = run(&dock, &[], query, json!({})).await;
    let types = data["__schema"]["types"].as_array().unwrap();
    let names: std::collections::BTreeSet<&str> =
        types.iter().filter_map(|ty| ty["name"].as_str()).collect();
    for name in [
        "ArticleRecord",
        "ArticleModelFilter",
        "ArticleModelOrderBy",
        "ArticleModelBodyField",
        "ArticleModelBodyBlocksField",
        "PageModelSectionsField",
        "FileField",
        "FileFieldInterface",
        "ResponsiveImage",
        "ImgixParams",
        "ImgixParamsFit",
        "UploadFilter",
        "UploadOrderBy",
        "UploadVideoField",
        "SeoFieldMultiLocaleField",
        "ArticleModelBodyFieldMultiLocaleField",
        "SiteLocale",
        "focalPoint",
        "CreatedAtFilter",
        "PublishedAtFilter",
    ] {
        assert!(names.contains(name), "{name} is missing");
    }
}
