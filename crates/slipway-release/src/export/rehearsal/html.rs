//! A rehearsal as one page that needs nothing else: no script, no file, no network.

use super::RehearsalSource;
use crate::{
    approval::Digest,
    export::{
        html,
        markup::{self, dash, escaped, push, section, table},
    },
    rehearsal::{End, Freshness, Rehearsal, Rehearsed},
    view::{
        forecast::FreezeView,
        rehearsal::{ModelRow, RehearsalView, rehearsal},
        standing::Tone,
        time,
    },
};

/// Writes the page.
pub(super) fn page(source: RehearsalSource<'_>) -> String {
    let view = rehearsal(source.rehearsal, source.stale);
    let title = format!("Rehearsal on a fork of {}", source.rehearsal.source);
    markup::page(&title, &body(source, &view))
}

fn body(source: RehearsalSource<'_>, view: &RehearsalView) -> String {
    let mut body = head(source, view);
    match view.freshness {
        Freshness::Fresh => {}
        Freshness::OutOfDate => section(&mut body, "Out of date", &list(&view.stale)),
        Freshness::Unknown => {
            section(&mut body, "Whether it still holds", &list(&view.stale));
        }
    }
    if let Some(freeze) = &view.freeze {
        let prediction = prediction(freeze);
        let warned = |warning: &str| format!("<p><b>{warning}</b></p>\n{prediction}");
        let (title, content) = match view.freshness {
            Freshness::Fresh => ("The freeze it predicts", prediction),
            Freshness::OutOfDate => (
                "The freeze it predicted",
                warned("It does not hold any more: see above why it is out of date."),
            ),
            Freshness::Unknown => (
                "The freeze it predicted",
                warned("Whether it still holds is not known: see above."),
            ),
        };
        section(&mut body, title, &content);
    }
    section(&mut body, "Scripts", &scripts(view));
    if let End::Failed { failure, .. } = &source.rehearsal.end
        && let Some(end) = &failure.script
    {
        let ended = html::ended(end, &source.rehearsal.fork);
        section(&mut body, "Where it ended", &ended);
    }
    section(&mut body, "Models and fields", &schema(view));
    section(
        &mut body,
        "Records",
        &lines(&view.records, "No record was changed."),
    );
    if !view.others.is_empty() {
        section(&mut body, "Everything else", &list(&view.others));
    }
    let project = lines(&view.project, "Nothing was asked of the whole project.");
    section(
        &mut body,
        "Held back: what would change the whole project",
        &project,
    );
    section(&mut body, "Calls", &requests(view));
    section(
        &mut body,
        "What was rehearsed, by hash",
        &hashes(source.rehearsal),
    );
    section(&mut body, "What a rehearsal cannot show", &blind(view));
    let by = time::utc(source.at);
    push(
        &mut body,
        format_args!(
            "<footer>Rehearsal <code>{}</code>, written by Slipway on {}.</footer>\n",
            escaped(source.rehearsal.fork.as_str()),
            escaped(&by)
        ),
    );
    body
}

fn prediction(freeze: &FreezeView) -> String {
    let rows = freeze.parts.iter();
    let rows = rows.map(|(name, value)| [escaped(name), escaped(value)]);
    let table = table(&["Part", "Expected"], rows);
    format!("<p>{}</p>\n{table}", escaped(&freeze.sentence))
}

fn head(source: RehearsalSource<'_>, view: &RehearsalView) -> String {
    let (look, label) = match view.tone {
        Tone::Good => ("badge badge-success", "Fresh"),
        Tone::Plain => ("badge", "Over"),
        Tone::Careful => ("badge badge-warning", "Not to be relied on"),
        Tone::Bad => ("badge badge-warning", "Failed"),
    };
    let mut head = format!(
        "<header>\n<p class=\"over\">Rehearsal · {}</p>\n<h1>{}</h1>\n<p class=\"under\"><span class=\"{look}\">{label}</span></p>\n<p>{}</p>\n</header>\n",
        escaped(source.project),
        escaped(&view.headline),
        escaped(&view.meaning),
    );
    head.push_str("<dl class=\"facts\">\n");
    for (name, value) in &view.facts {
        push(
            &mut head,
            format_args!(
                "<div><dt>{}</dt><dd>{}</dd></div>\n",
                escaped(name),
                escaped(value)
            ),
        );
    }
    head.push_str("</dl>\n");
    head
}

fn scripts(view: &RehearsalView) -> String {
    let rows = view.scripts.iter().map(|row| {
        [
            format!("<code>{}</code>", escaped(&row.name)),
            format!("{}. {}", row.state, escaped(&row.did)),
            row.calls.map_or_else(dash, |calls| calls.to_string()),
            match row.kinds.as_str() {
                "" => dash(),
                kinds => escaped(kinds),
            },
            row.took.as_deref().map_or_else(dash, escaped),
        ]
    });
    let heads = ["Script", "What it did", "Requests", "Of which", "Took"];
    table(&heads, rows)
}

/// What it ran and on what, by hash: that of a file is what `sha256sum` says of it.
fn hashes(rehearsal: &Rehearsal) -> String {
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |name: &str, sha256: &Digest| {
        let row = [name.to_owned(), sha256.to_string()];
        if !rows.contains(&row) {
            rows.push(row);
        }
    };
    for Rehearsed { script, .. } in &rehearsal.scripts {
        row(&script.name, &script.sha256);
    }
    for Rehearsed { script, .. } in &rehearsal.scripts {
        for file in script.imports.iter().flatten() {
            row(&file.path, &file.sha256);
        }
    }
    let files = rows.iter();
    let files = files.map(|[name, sha256]| [code(name), code(sha256)]);
    let schema = rehearsal.schema.as_ref().map(|digest| {
        let what = format!("Models, fields and locales of {}", rehearsal.source);
        [escaped(&what), code(&digest.to_string())]
    });
    table(&["What", "SHA-256"], files.chain(schema))
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn schema(view: &RehearsalView) -> String {
    let Some(models) = &view.schema else {
        return none("The schema could not be compared.");
    };
    let mut text = String::new();
    if !view.locales.is_empty() {
        text.push_str(&list(&view.locales));
    }
    if models.is_empty() {
        text.push_str(&none("No model or field was changed."));
        return text;
    }
    let rows = models.iter().flat_map(model);
    text.push_str(&table(&["What", "API key", "Became", "Details"], rows));
    text
}

fn model(row: &ModelRow) -> Vec<[String; 4]> {
    let mut rows = vec![[
        format!("<b>{}</b>", escaped(&row.name)),
        format!("<code>{}</code>", escaped(&row.api_key)),
        escaped(&row.what),
        escaped(&row.details.join(" ")),
    ]];
    rows.extend(row.fields.iter().map(|field| {
        [
            escaped(&field.label),
            format!("<code>{}</code>", escaped(&field.api_key)),
            escaped(&field.what),
            escaped(&field.details.join(" ")),
        ]
    }));
    rows
}

fn requests(view: &RehearsalView) -> String {
    let rows = view.requests.iter().map(|asked| {
        let kind = if asked.reads { "read" } else { "write" };
        [
            format!("<code>{}</code>", escaped(&asked.name)),
            kind.to_owned(),
            asked.count.to_string(),
        ]
    });
    let table = table(&["Call", "Kind", "How often"], rows);
    format!("<p>{}</p>\n{table}", escaped(&view.requests_in_all))
}

fn blind(view: &RehearsalView) -> String {
    let rows = view
        .blind
        .iter()
        .map(|blind| [escaped(blind.title), escaped(&blind.sentence)]);
    table(&["What", "Why"], rows)
}

fn lines(lines: &[String], otherwise: &str) -> String {
    if lines.is_empty() {
        none(otherwise)
    } else {
        list(lines)
    }
}

fn none(text: &str) -> String {
    format!("<p class=\"none\">{}</p>\n", escaped(text))
}

fn list(lines: &[String]) -> String {
    let mut list = String::from("<ul>\n");
    for line in lines {
        push(&mut list, format_args!("<li>{}</li>\n", escaped(line)));
    }
    list.push_str("</ul>\n");
    list
}
