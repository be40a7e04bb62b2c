//! The public site of the demo magazine at `/site`: what a visitor would see of an environment.
//!
//! It knows nothing of the database. Every page is a GraphQL query over the delivery API's own executor (`queries`), and because
//! environments differ in their schema, each query asks only for fields the environment has. `page` draws HTML, `text` structured
//! text, `pot` the illustrations.

mod page;
mod pot;
mod queries;
mod text;

use axum::Router;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::cda::{Audience, Schemas};
use crate::http::error::ApiError;
use crate::state::{App, EnvHandle};
use page::View;

/// The routes, relative to where they are mounted.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/articles/{slug}", get(article))
        .route("/topics/{slug}", get(topic))
        .fallback(nowhere)
        .layer(Extension(Schemas::default()))
}

/// No script anywhere; any origin may frame it, for previews.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors *",
);

/// What a visitor can choose by the address.
#[derive(Debug, Clone, Default, Deserialize)]
struct Wishes {
    environment: Option<String>,
    preview: Option<String>,
    locale: Option<String>,
}

impl Wishes {
    fn drafts(&self) -> bool {
        matches!(self.preview.as_deref(), Some("1" | "true"))
    }
}

/// Why a page cannot be shown.
#[derive(Debug)]
enum NoPage {
    /// The environment does not exist or is not ready.
    Environment { wanted: String, error: ApiError },
    /// The environment has no such record.
    Missing { view: Box<View>, what: String },
    /// The environment's schema is not one this site can read.
    Schema { view: Box<View>, problem: String },
}

async fn home(
    State(app): State<App>,
    Extension(schemas): Extension<Schemas>,
    Query(wishes): Query<Wishes>,
) -> Response {
    answer(render_home(&app, &schemas, &wishes).await, &wishes)
}

async fn render_home(app: &App, schemas: &Schemas, wishes: &Wishes) -> Result<String, NoPage> {
    let (reader, view) = open(app, schemas, wishes).await?;
    let content = reader
        .home(&view.locale)
        .await
        .map_err(|problem| schema_problem(&view, problem))?;
    Ok(page::home(&view, &content))
}

async fn article(
    State(app): State<App>,
    Extension(schemas): Extension<Schemas>,
    Path(slug): Path<String>,
    Query(wishes): Query<Wishes>,
) -> Response {
    answer(
        render_article(&app, &schemas, &slug, &wishes).await,
        &wishes,
    )
}

async fn render_article(
    app: &App,
    schemas: &Schemas,
    slug: &str,
    wishes: &Wishes,
) -> Result<String, NoPage> {
    let (reader, view) = open(app, schemas, wishes).await?;
    let article = reader
        .article(slug, &view.locale)
        .await
        .map_err(|problem| schema_problem(&view, problem))?;
    match article {
        Some(article) => Ok(page::article(&view, &article)),
        None => Err(NoPage::Missing {
            what: format!("an article at “{slug}”"),
            view: Box::new(view),
        }),
    }
}

async fn topic(
    State(app): State<App>,
    Extension(schemas): Extension<Schemas>,
    Path(slug): Path<String>,
    Query(wishes): Query<Wishes>,
) -> Response {
    answer(render_topic(&app, &schemas, &slug, &wishes).await, &wishes)
}

async fn render_topic(
    app: &App,
    schemas: &Schemas,
    slug: &str,
    wishes: &Wishes,
) -> Result<String, NoPage> {
    let (reader, view) = open(app, schemas, wishes).await?;
    let found = reader
        .topic(slug, &view.locale)
        .await
        .map_err(|problem| schema_problem(&view, problem))?;
    match found {
        Some((topic, articles)) => Ok(page::topic(&view, &topic, &articles)),
        None => Err(NoPage::Missing {
            what: format!("a topic called “{slug}”"),
            view: Box::new(view),
        }),
    }
}

/// The environment the visitor asked for, ready to be queried, and what every page shows of it.
async fn open(
    app: &App,
    schemas: &Schemas,
    wishes: &Wishes,
) -> Result<(queries::Reader, View), NoPage> {
    let wanted = wishes
        .environment
        .as_deref()
        .filter(|name| !name.is_empty());
    let env: EnvHandle = match wanted {
        Some(name) => app.environment(name),
        None => app.primary(),
    }
    .map_err(|error| NoPage::Environment {
        wanted: wanted.unwrap_or("primary").to_owned(),
        error,
    })?;
    let audience = Audience {
        drafts: wishes.drafts(),
        exclude_invalid: false,
    };
    let mut view = View {
        environment: wanted.map(str::to_owned),
        shown: env.id.clone(),
        primary: env.primary,
        drafts: audience.drafts,
        site_name: "Untitled site".to_owned(),
        locales: Vec::new(),
        locale: String::new(),
    };
    let (reader, facts) = queries::Reader::open(app.clone(), schemas.clone(), env, audience)
        .await
        .map_err(|problem| schema_problem(&view, problem))?;
    view.site_name = facts.name.unwrap_or(view.site_name);
    let wanted = wishes
        .locale
        .clone()
        .filter(|locale| facts.locales.contains(locale));
    view.locale = wanted
        .or_else(|| facts.locales.first().cloned())
        .unwrap_or_default();
    view.locales = facts.locales;
    Ok((reader, view))
}

fn schema_problem(view: &View, problem: queries::QueryError) -> NoPage {
    NoPage::Schema {
        view: Box::new(view.clone()),
        problem: problem.to_string(),
    }
}

async fn nowhere(
    State(app): State<App>,
    Extension(schemas): Extension<Schemas>,
    Query(wishes): Query<Wishes>,
) -> Response {
    let answered = match open(&app, &schemas, &wishes).await {
        Ok((_, view)) => Err(NoPage::Missing {
            view: Box::new(view),
            what: "a page here".to_owned(),
        }),
        Err(no_page) => Err(no_page),
    };
    answer(answered, &wishes)
}

fn answer(page: Result<String, NoPage>, wishes: &Wishes) -> Response {
    let (status, html) = match page {
        Ok(html) => (StatusCode::OK, html),
        Err(NoPage::Missing { view, what }) => (StatusCode::NOT_FOUND, page::missing(&view, &what)),
        Err(NoPage::Environment { wanted, error }) if error.code == "INVALID_ENVIRONMENT" => (
            StatusCode::NOT_FOUND,
            page::no_environment(&wanted, wishes.locale.as_deref()),
        ),
        Err(NoPage::Environment { wanted, error }) if error.code == "ENVIRONMENT_NOT_READY" => {
            (StatusCode::SERVICE_UNAVAILABLE, page::not_ready(&wanted))
        }
        Err(NoPage::Environment { wanted, error }) => {
            (error.status, page::broken(&wanted, error.code))
        }
        Err(NoPage::Schema { view, problem }) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            page::unreadable(&view, &problem),
        ),
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, Html(html)).into_response()
}
