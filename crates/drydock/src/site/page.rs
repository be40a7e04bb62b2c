//! The site's pages as HTML.

use serde_json::Value;

use super::queries::Home;
use super::{pot, text};

/// What every page needs to know of where it is.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// As the address names it; `None` is whatever is primary.
    pub(super) environment: Option<String>,
    /// The environment shown.
    pub(super) shown: String,
    pub(super) primary: bool,
    pub(super) drafts: bool,
    pub(super) site_name: String,
    pub(super) locales: Vec<String>,
    pub(super) locale: String,
}

impl View {
    /// The address of another page of the site, with the same environment, face and locale.
    pub(super) fn address(&self, path: &str) -> String {
        self.address_in(path, &self.locale)
    }

    fn address_in(&self, path: &str, locale: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(environment) = &self.environment {
            query.append_pair("environment", environment);
        }
        if self.drafts {
            query.append_pair("preview", "1");
        }
        if self
            .locales
            .first()
            .is_some_and(|default| default != locale)
        {
            query.append_pair("locale", locale);
        }
        let query = query.finish();
        if query.is_empty() {
            format!("/site{path}")
        } else {
            format!("/site{path}?{query}")
        }
    }

    /// `2026-11-05` as people write it: 5 November 2026.
    fn spell_out(&self, day: &str) -> String {
        const MONTHS: [(&str, &str); 12] = [
            ("January", "gennaio"),
            ("February", "febbraio"),
            ("March", "marzo"),
            ("April", "aprile"),
            ("May", "maggio"),
            ("June", "giugno"),
            ("July", "luglio"),
            ("August", "agosto"),
            ("September", "settembre"),
            ("October", "ottobre"),
            ("November", "novembre"),
            ("December", "dicembre"),
        ];
        let Ok(date) = day.parse::<jiff::civil::Date>() else {
            return day.to_owned();
        };
        let month = usize::try_from(date.month())
            .ok()
            .and_then(|number| MONTHS.get(number.checked_sub(1)?));
        month.map_or_else(
            || day.to_owned(),
            |(english, italian)| {
                format!(
                    "{} {} {}",
                    date.day(),
                    self.say(english, italian),
                    date.year()
                )
            },
        )
    }

    /// A word in the language of the page.
    fn say(&self, english: &'static str, italian: &'static str) -> &'static str {
        if self.locale == "it" {
            italian
        } else {
            english
        }
    }
}

/// Text made safe for HTML, in elements and attributes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The home page.
pub(super) fn home(view: &View, content: &Home) -> String {
    let page = &content.page;
    let mut main = Vec::new();
    if page.is_null() && content.articles.is_empty() {
        main.push(format!(
            "<div class=\"message\"><h1>{}</h1><p>{}</p></div>",
            view.say("Nothing here yet", "Ancora niente"),
            view.say(
                "This environment has no published articles.",
                "Questo ambiente non ha articoli pubblicati."
            )
        ));
        return document(view, &main.concat());
    }
    let hero = &page["hero"];
    main.push(format!(
        "<section class=\"opening\"><h1>{}</h1><p class=\"lede\">{}</p>{}</section>",
        escape(page["headline"].as_str().unwrap_or(&view.site_name)),
        escape(page["introduction"].as_str().unwrap_or_default()),
        if hero.is_null() {
            String::new()
        } else {
            text::block(hero)
        },
    ));
    if !content.topics.is_empty() {
        let links: String = content
            .topics
            .iter()
            .map(|topic| topic_link(view, topic))
            .collect();
        main.push(format!(
            "<nav class=\"topics\" aria-label=\"{label}\"><h2>{label}</h2><ul>{links}</ul></nav>",
            label = view.say("Topics", "Argomenti")
        ));
    }
    main.push(format!(
        "<h2 class=\"latest\">{} <small>{} {}</small></h2>",
        view.say("Latest", "Ultimi articoli"),
        content.total,
        view.say("articles", "articoli")
    ));
    main.push(cards(view, &content.articles));
    document(view, &main.concat())
}

/// The page of an article.
pub(super) fn article(view: &View, article: &Value) -> String {
    let title = escape(article["title"].as_str().unwrap_or_default());
    let color = article["category"]["color"]["hex"]
        .as_str()
        .unwrap_or("#a85a3c");
    let mut main = vec![format!(
        "<article class=\"full\"><header>{picture}<div>{kicker}<h1>{title}</h1><p class=\"lede\">{excerpt}</p>{byline}{topics}</div></header>",
        picture = pot::svg(article["slug"].as_str().unwrap_or_default(), &escape(color)),
        kicker = kicker(view, article),
        excerpt = escape(article["excerpt"].as_str().unwrap_or_default()),
        byline = byline(view, article),
        topics = subjects(view, article),
    )];
    main.push(format!(
        "<div class=\"body\">{}</div>",
        text::html(view, &article["body"])
    ));
    let related = article["related"].as_array().map_or(&[][..], Vec::as_slice);
    if !related.is_empty() {
        let links: Vec<String> = related
            .iter()
            .map(|other| {
                let address = view.address(&format!(
                    "/articles/{}",
                    other["slug"].as_str().unwrap_or_default()
                ));
                format!(
                    "<li><a href=\"{}\">{}</a></li>",
                    escape(&address),
                    escape(other["title"].as_str().unwrap_or_default())
                )
            })
            .collect();
        main.push(format!(
            "<footer><h2>{}</h2><ul>{}</ul></footer>",
            view.say("Read on", "Continua a leggere"),
            links.concat()
        ));
    }
    main.push("</article>".to_owned());
    let path = format!("/articles/{}", article["slug"].as_str().unwrap_or_default());
    shell(view, &path, &title, &main.concat())
}

/// The articles of a topic.
pub(super) fn topic(view: &View, topic: &Value, articles: &[Value]) -> String {
    let name = topic["name"].as_str().unwrap_or_default();
    let main = format!(
        "<section class=\"opening\"><p class=\"kicker\">{}</p><h1>{}</h1></section>{}",
        view.say("Topic", "Argomento"),
        escape(name),
        cards(view, articles)
    );
    shell(view, "", &escape(name), &main)
}

fn cards(view: &View, articles: &[Value]) -> String {
    let cards: Vec<String> = articles
        .iter()
        .map(|article| {
            let slug = article["slug"].as_str().unwrap_or_default();
            let color = article["category"]["color"]["hex"]
                .as_str()
                .unwrap_or("#a85a3c");
            format!(
                "<li><article>{}{}<h3><a href=\"{}\">{}</a></h3><p>{}</p>{}{}</article></li>",
                pot::svg(slug, &escape(color)),
                kicker(view, article),
                escape(&view.address(&format!("/articles/{slug}"))),
                escape(article["title"].as_str().unwrap_or_default()),
                escape(article["excerpt"].as_str().unwrap_or_default()),
                byline(view, article),
                subjects(view, article),
            )
        })
        .collect();
    format!("<ul class=\"cards\">{}</ul>", cards.concat())
}

fn kicker(view: &View, article: &Value) -> String {
    let mut parts: Vec<String> = article["category"]["name"]
        .as_str()
        .map(escape)
        .into_iter()
        .collect();
    match article["_status"].as_str() {
        Some("draft") => parts.push(format!("<mark>{}</mark>", view.say("Draft", "Bozza"))),
        Some("updated") if view.drafts => {
            parts.push(format!(
                "<mark>{}</mark>",
                view.say("Unpublished changes", "Modifiche non pubblicate")
            ));
        }
        _ => {}
    }
    format!("<p class=\"kicker\">{}</p>", parts.join(" "))
}

fn byline(view: &View, article: &Value) -> String {
    let mut parts: Vec<String> = article["author"]["name"]
        .as_str()
        .map(escape)
        .into_iter()
        .collect();
    if let Some(day) = article["publishedOn"].as_str().and_then(|at| at.get(..10)) {
        parts.push(format!(
            "<time datetime=\"{}\">{}</time>",
            escape(day),
            escape(&view.spell_out(day))
        ));
    }
    if let Some(minutes) = article["readingMinutes"].as_u64() {
        parts.push(format!("{minutes} min"));
    }
    if let Some(number) = article["issue"]["number"].as_u64() {
        parts.push(format!("{} {number}", view.say("Issue", "Numero")));
    }
    format!("<p class=\"byline\">{}</p>", parts.join(" · "))
}

/// Topics where articles have them, else the tag.
fn subjects(view: &View, article: &Value) -> String {
    let topics = article["topics"].as_array().map_or(&[][..], Vec::as_slice);
    if !topics.is_empty() {
        let links: String = topics.iter().map(|topic| topic_link(view, topic)).collect();
        return format!("<ul class=\"subjects\">{links}</ul>");
    }
    let tag = article["tag"]
        .as_str()
        .map(str::trim)
        .filter(|tag| !tag.is_empty());
    tag.map(|tag| format!("<ul class=\"subjects\"><li>#{}</li></ul>", escape(tag)))
        .unwrap_or_default()
}

fn topic_link(view: &View, topic: &Value) -> String {
    let address = view.address(&format!(
        "/topics/{}",
        topic["slug"].as_str().unwrap_or_default()
    ));
    format!(
        "<li><a href=\"{}\">{}</a></li>",
        escape(&address),
        escape(topic["name"].as_str().unwrap_or_default())
    )
}

/// There is no such page in the environment.
pub(super) fn missing(view: &View, what: &str) -> String {
    let main = format!(
        "<div class=\"message\"><h1>{}</h1><p>The environment <code>{}</code> has no {}{}.</p><p><a href=\"{}\">{}</a></p></div>",
        view.say("Not found", "Pagina non trovata"),
        escape(&view.shown),
        escape(what.trim_start_matches("an ").trim_start_matches("a ")),
        if view.drafts {
            ""
        } else {
            " that is published"
        },
        escape(&view.address("")),
        view.say("To the home page", "Alla pagina iniziale"),
    );
    shell(view, "", view.say("Not found", "Pagina non trovata"), &main)
}

/// The environment's models are not those of the magazine.
pub(super) fn unreadable(view: &View, problem: &str) -> String {
    let main = format!(
        "<div class=\"message\"><h1>This site cannot read this environment</h1><p>The models of <code>{}</code> are not what the site \
         expects. A release that removes a field the site still uses looks like this.</p><pre>{}</pre></div>",
        escape(&view.shown),
        escape(problem)
    );
    shell(view, "", "Cannot be read", &main)
}

/// There is no such environment.
pub(super) fn no_environment(wanted: &str, locale: Option<&str>) -> String {
    let italian = locale == Some("it");
    let (title, text, back) = if italian {
        (
            "Questo ambiente non esiste",
            "Forse è stato eliminato o rinominato.",
            "Al sito pubblico",
        )
    } else {
        (
            "There is no such environment",
            "It may have been destroyed or renamed since this link was made.",
            "To the public site",
        )
    };
    alone(&format!(
        "<h1>{title}</h1><p><code>{}</code> — {text}</p><p><a href=\"/site\">{back}</a></p>",
        escape(wanted)
    ))
}

/// The environment is being copied or destroyed.
pub(super) fn not_ready(wanted: &str) -> String {
    alone(&format!(
        "<h1>Not ready yet</h1><p><code>{}</code> is being copied or removed. Reload in a moment.</p>",
        escape(wanted)
    ))
}

/// The environment cannot be opened.
pub(super) fn broken(wanted: &str, code: &str) -> String {
    alone(&format!(
        "<h1>Something broke</h1><p><code>{}</code> cannot be opened: <code>{code}</code>.</p>",
        escape(wanted)
    ))
}

fn alone(message: &str) -> String {
    html(
        "en",
        "Kiln &amp; Clay",
        &format!("<main><div class=\"message\">{message}</div></main>"),
    )
}

fn document(view: &View, main: &str) -> String {
    shell(view, "", "", main)
}

/// The page around `main`; `title` is HTML already.
fn shell(view: &View, path: &str, title: &str, main: &str) -> String {
    let name = escape(&view.site_name);
    let title = if title.is_empty() {
        name.clone()
    } else {
        format!("{title} — {name}")
    };
    let languages: Vec<String> = view
        .locales
        .iter()
        .map(|locale| {
            let current = if *locale == view.locale {
                " aria-current=\"true\""
            } else {
                ""
            };
            let address = view.address_in(path, locale);
            format!(
                "<li><a href=\"{}\" lang=\"{}\"{current}>{}</a></li>",
                escape(&address),
                escape(locale),
                escape(&locale.to_uppercase())
            )
        })
        .collect();
    let body = format!(
        "{banner}<header class=\"masthead\"><a class=\"name\" href=\"{home}\">{name}</a>\
         <nav aria-label=\"{language}\"><ul>{}</ul></nav></header><main>{main}</main>\
         <footer class=\"colophon\"><p>{colophon}</p></footer>",
        languages.concat(),
        banner = banner(view),
        home = escape(&view.address("")),
        language = view.say("Language", "Lingua"),
        colophon = view.say(
            "Printed four times a year. Fired at cone 9.",
            "Stampata quattro volte l'anno. Cotta al cono 9."
        ),
    );
    html(&view.locale.replace('_', "-"), &title, &body)
}

/// Says when this is not what the public sees.
fn banner(view: &View) -> String {
    let environment = if view.primary {
        String::new()
    } else {
        format!("Environment <strong>{}</strong>", escape(&view.shown))
    };
    let drafts = if view.drafts { "with drafts" } else { "" };
    let text = match (view.primary, view.drafts) {
        (true, false) => return String::new(),
        (true, true) => "Preview with drafts — not what the public sees".to_owned(),
        (false, _) => format!("{environment} {drafts} — not what the public sees"),
    };
    format!("<p class=\"banner\" role=\"note\">{text}</p>")
}

fn html(language: &str, title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <style>{style}</style></head><body>{body}</body></html>\n",
        language = escape(if language.is_empty() { "en" } else { language }),
        style = include_str!("style.css"),
    )
}
