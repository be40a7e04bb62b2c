//! The site's questions to the delivery API.
//!
//! Environments differ: before a release articles have a tag, after it topics, and a site must be readable on both sides. The
//! reader first asks the schema which fields there are, and writes its queries with those.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::cda::{self, Asker, Audience, Request, Schemas};
use crate::state::{App, EnvHandle};

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum QueryError {
    /// The query does not fit the environment's schema.
    #[error("the delivery API refused the query: {0}")]
    Refused(String),
    /// The delivery API failed.
    #[error("the delivery API failed with {0}")]
    Failed(&'static str),
}

/// What every page shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) name: Option<String>,
    /// In the spelling of the `SiteLocale` enum.
    pub(super) locales: Vec<String>,
}

/// What the home page shows.
#[derive(Debug, Clone)]
pub(super) struct Home {
    /// The home page's record; null when the environment has none.
    pub(super) page: Value,
    pub(super) articles: Vec<Value>,
    pub(super) topics: Vec<Value>,
    pub(super) total: u64,
}

/// One environment, asked through the delivery API's executor.
pub(super) struct Reader {
    app: App,
    schemas: Schemas,
    env: EnvHandle,
    audience: Audience,
    /// All of them: what is not written in the wanted language is shown in another.
    locales: Vec<String>,
    root: HashSet<String>,
    article: HashSet<String>,
    home: HashSet<String>,
}

/// Fields of an article with what to ask of them; those the environment lacks are left out.
const ARTICLE: [(&str, &str); 11] = [
    ("title", "title"),
    ("slug", "slug"),
    ("excerpt", "excerpt"),
    ("publishedOn", "publishedOn"),
    ("readingMinutes", "readingMinutes"),
    ("tag", "tag"),
    ("topics", "topics { name slug }"),
    ("category", "category { name color { hex } }"),
    ("author", "author { name role }"),
    ("issue", "issue { number title }"),
    ("_status", "_status"),
];

const BODY: &str = "body {
    value
    blocks { __typename ... on RecordInterface { id }
        ... on QuoteBlockRecord { quote attribution }
        ... on ImageBlockRecord { caption credit }
        ... on NewsletterBlockRecord { heading invitation buttonLabel } }
    links { __typename ... on RecordInterface { id } ... on ArticleRecord { slug } }
}";

impl Reader {
    /// Learns what the environment has.
    pub(super) async fn open(
        app: App,
        schemas: Schemas,
        env: EnvHandle,
        audience: Audience,
    ) -> Result<(Self, Facts), QueryError> {
        let mut reader = Self {
            app,
            schemas,
            env,
            audience,
            locales: Vec::new(),
            root: HashSet::new(),
            article: HashSet::new(),
            home: HashSet::new(),
        };
        let answer = reader
            .ask(
                "{ _site { locales globalSeo { siteName } }
                   root: __type(name: \"Query\") { fields { name } }
                   article: __type(name: \"ArticleRecord\") { fields { name } }
                   home: __type(name: \"HomePageRecord\") { fields { name } } }",
                json!({}),
            )
            .await?;
        reader.root = field_names(&answer["root"]);
        reader.article = field_names(&answer["article"]);
        reader.home = field_names(&answer["home"]);
        let locales = list(&answer["_site"]["locales"]);
        reader.locales = locales
            .iter()
            .filter_map(|locale| locale.as_str().map(str::to_owned))
            .collect();
        let facts = Facts {
            name: answer["_site"]["globalSeo"]["siteName"]
                .as_str()
                .map(str::to_owned),
            locales: reader.locales.clone(),
        };
        Ok((reader, facts))
    }

    /// The home page, the latest articles, the topics.
    pub(super) async fn home(&self, locale: &str) -> Result<Home, QueryError> {
        let mut parts = Vec::new();
        if self.root.contains("allArticles") {
            let order = if self.article.contains("publishedOn") {
                "publishedOn_DESC"
            } else {
                "_firstPublishedAt_DESC"
            };
            parts.push(format!(
                "articles: allArticles(locale: $locale, fallbackLocales: $fallback, first: 13, orderBy: [{order}]) {{ {} }} _allArticlesMeta {{ count }}",
                self.article_fields()
            ));
        }
        if self.root.contains("allTopics") {
            parts.push(
                "topics: allTopics(locale: $locale, fallbackLocales: $fallback, first: 40, orderBy: [name_ASC]) { name slug }".to_owned(),
            );
        }
        if self.root.contains("homePage") {
            let wanted = [
                ("headline", "headline"),
                ("introduction", "introduction"),
                (
                    "hero",
                    "hero { __typename ... on QuoteBlockRecord { quote attribution } }",
                ),
            ];
            let fields: Vec<&str> = wanted
                .iter()
                .filter(|(name, _)| self.home.contains(*name))
                .map(|(_, ask)| *ask)
                .collect();
            parts.push(format!(
                "homePage(locale: $locale, fallbackLocales: $fallback) {{ id {} }}",
                fields.join(" ")
            ));
        }
        let answer = self.ask_in(locale, &parts.join("\n")).await?;
        Ok(Home {
            page: answer["homePage"].clone(),
            articles: list(&answer["articles"]).to_vec(),
            topics: list(&answer["topics"]).to_vec(),
            total: answer["_allArticlesMeta"]["count"].as_u64().unwrap_or(0),
        })
    }

    /// An article with its text.
    pub(super) async fn article(
        &self,
        slug: &str,
        locale: &str,
    ) -> Result<Option<Value>, QueryError> {
        if !self.root.contains("article") || !self.article.contains("slug") {
            return Ok(None);
        }
        let body = if self.article.contains("body") {
            BODY
        } else {
            ""
        };
        let related = if self.article.contains("related") {
            "related { slug title }"
        } else {
            ""
        };
        let query = format!(
            "article(locale: $locale, fallbackLocales: $fallback, filter: {{ slug: {{ eq: {} }} }}) {{ {} {body} {related} }}",
            Value::from(slug),
            self.article_fields()
        );
        let answer = self.ask_in(locale, &query).await?;
        Ok(Some(answer["article"].clone()).filter(|article| !article.is_null()))
    }

    /// A topic with its articles.
    pub(super) async fn topic(
        &self,
        slug: &str,
        locale: &str,
    ) -> Result<Option<(Value, Vec<Value>)>, QueryError> {
        if !self.root.contains("topic") || !self.article.contains("topics") {
            return Ok(None);
        }
        let query = format!(
            "topic(locale: $locale, fallbackLocales: $fallback, filter: {{ slug: {{ eq: {} }} }}) {{ id name }}",
            Value::from(slug)
        );
        let topic = self.ask_in(locale, &query).await?["topic"].clone();
        if topic.is_null() {
            return Ok(None);
        }
        let query = format!(
            "articles: allArticles(locale: $locale, fallbackLocales: $fallback, first: 100, filter: {{ topics: {{ anyIn: [{}] }} }}) {{ {} }}",
            topic["id"],
            self.article_fields()
        );
        let answer = self.ask_in(locale, &query).await?;
        Ok(Some((topic, list(&answer["articles"]).to_vec())))
    }

    fn article_fields(&self) -> String {
        let known = ARTICLE
            .iter()
            .filter(|(name, _)| self.article.contains(*name))
            .map(|(_, ask)| *ask);
        std::iter::once("id")
            .chain(known)
            .collect::<Vec<_>>()
            .join(" ")
    }

    async fn ask_in(&self, locale: &str, fields: &str) -> Result<Value, QueryError> {
        if fields.trim().is_empty() {
            return Ok(Value::Null);
        }
        let query =
            format!("query Page($locale: SiteLocale, $fallback: [SiteLocale!]) {{ {fields} }}");
        let variables = if locale.is_empty() {
            json!({})
        } else {
            json!({ "locale": locale, "fallback": self.locales })
        };
        self.ask(&query, variables).await
    }

    async fn ask(&self, query: &str, variables: Value) -> Result<Value, QueryError> {
        let variables: Map<String, Value> = variables.as_object().cloned().unwrap_or_default();
        let request = Request {
            query: query.to_owned(),
            variables,
            operation_name: None,
        };
        let asker = Asker {
            app: &self.app,
            env: &self.env,
            audience: self.audience,
            caller: None,
            base_editing_url: None,
        };
        let answer = cda::execute(&self.schemas, &asker, request)
            .await
            .map_err(|error| QueryError::Failed(error.code))?
            .document;
        match answer.get("errors").and_then(Value::as_array) {
            None => Ok(answer["data"].clone()),
            Some(errors) => {
                let messages: Vec<&str> = errors
                    .iter()
                    .filter_map(|error| error["message"].as_str())
                    .collect();
                Err(QueryError::Refused(messages.join("; ")))
            }
        }
    }
}

fn field_names(of: &Value) -> HashSet<String> {
    list(&of["fields"])
        .iter()
        .filter_map(|field| field["name"].as_str().map(str::to_owned))
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
