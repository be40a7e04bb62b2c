//! A release as one page that needs nothing else: no script, no file, no network.

use datocms_client::EnvironmentId;

use crate::{
    Consent, Release,
    event::Evidence,
    export::{
        Line, Source, commands,
        markup::{self, dash, escaped, is_web, push, section, table},
    },
    failure::{Failure, ScriptEnd},
    plan::Plan,
    view::{
        ending, half_run,
        history::{Decision, End, History, Moment, Outcome, Run, ScriptRun, Told, history},
        migrations::ScriptState,
        step::describe,
        time,
    },
};

/// Writes the page.
pub(super) fn page(source: Source<'_>) -> String {
    let told = history(source.release, source.at);
    let title = format!("{} · release", source.release.plan().title);
    markup::page(&title, &body(source, &told))
}

/// What is seen of it.
pub(super) fn body(source: Source<'_>, told: &History) -> String {
    let mut body = head(source, told);
    body.push_str(&facts(source, told));
    section(&mut body, "Steps", &steps(source, &told.runs));
    if !told.scripts.is_empty() {
        section(&mut body, "Migrations", &scripts(&told.scripts));
        section(
            &mut body,
            "What the scripts might do",
            &bounds(source.release),
        );
    }
    if !told.decisions.is_empty() {
        section(&mut body, "Decisions", &decisions(&told.decisions));
    }
    section(&mut body, "Log", &log(&told.story));
    section(&mut body, "The same by command line", &command_list(source));
    body.push_str(&foot(source));
    body
}

fn head(source: Source<'_>, told: &History) -> String {
    let plan = source.release.plan();
    let look = match told.outcome {
        Outcome::UnderWay => "badge badge-primary",
        Outcome::Promoted => "badge badge-success",
        Outcome::RolledBack => "badge badge-warning",
        Outcome::Abandoned => "badge",
    };
    format!(
        "<header>\n<p class=\"over\">Release · {project}</p>\n<h1>{title}</h1>\n<p class=\"under\"><code>{from} → {to}</code> <span class=\"{look}\">{outcome}</span></p>\n</header>\n",
        project = escaped(source.project),
        title = escaped(&plan.title),
        from = escaped(plan.source.as_str()),
        to = escaped(plan.sandbox.as_str()),
        outcome = told.outcome.label(),
    )
}

fn facts(source: Source<'_>, told: &History) -> String {
    let mut facts = String::from("<dl class=\"facts\">\n");
    let mut fact = |name: &str, value: String| {
        push(
            &mut facts,
            format_args!("<div><dt>{name}</dt><dd>{value}</dd></div>\n"),
        );
    };
    let adopted = source.release.is_adopted();
    let began = if adopted {
        "Taken on record"
    } else {
        "Planned"
    };
    fact(began, stamp(&told.began));
    if let Some(promoted) = &told.promoted {
        fact("Promoted", stamp(promoted));
    } else if adopted {
        fact(
            "Promoted",
            "outside Slipway; when and by whom is not known".to_owned(),
        );
    }
    if let Some(ended) = &told.ended {
        fact("Over", stamp(ended));
    }
    let frozen = match told.frozen_millis {
        0 => "not at all".to_owned(),
        millis => time::duration(millis),
    };
    fact("Editors had to wait", frozen);
    if let Some(estimate) = &source.release.plan().estimate {
        let freeze = time::duration(estimate.forecast().total());
        fact(
            "The rehearsal predicted",
            format!("{freeze}, and the time that people take to review"),
        );
        fact("Rehearsed", time::utc(estimate.rehearsed_at));
    }
    if let Some(found) = half_run::half_run(source.release) {
        let said = format!("{}. {}", found.in_short(), found.had_done());
        let name = format!("{} is partly migrated", found.sandbox);
        fact(&escaped(&name), escaped(&said));
    }
    facts.push_str("</dl>\n");
    facts
}

fn steps(source: Source<'_>, runs: &[Run]) -> String {
    if runs.is_empty() {
        return "<p class=\"none\">No step was begun.</p>\n".to_owned();
    }
    let rows = runs.iter().map(|run| {
        let more = match &run.end {
            Some((_, End::Failed(failure))) => failed(failure, source.release.plan()),
            Some((_, End::Done(Evidence::Migrated(summary)))) if summary.from_ledger => {
                "<p class=\"more\">The ledger says so.</p>".to_owned()
            }
            Some((_, End::Done(_) | End::NotApplied)) | None => String::new(),
        };
        [
            format!("{}{more}", escaped(&run.title)),
            run.outcome().to_owned(),
            moment(&run.began),
            escaped(&run.began.by.name),
            took(run.millis(), run.predicted),
        ]
    });
    table(&["Step", "Outcome", "Began", "By", "Took"], rows)
}

/// What people allowed of the whole project, where scripts download from, and how much each might take.
fn bounds(release: &Release) -> String {
    let mut said = String::new();
    let mut line = |name: &str, value: &str| {
        push(
            &mut said,
            format_args!("<p><b>{}</b> {}</p>\n", escaped(name), escaped(value)),
        );
    };
    for Consent { script, resource } in release.consents() {
        line(&script, &format!("may handle {}.", resource.plural()));
    }
    for download in &release.plan().downloads {
        line(&download.script, &download.sentence());
    }
    for (name, value) in release.plan().limits.in_words() {
        line(name, &value);
    }
    said
}

/// Why a step failed; of a script also how far it came.
fn failed(failure: &Failure, plan: &Plan) -> String {
    let mut said = format!("<p class=\"more\">{}</p>", escaped(&failure.message));
    if let Some(end) = &failure.script {
        said.push_str(&ended(end, &plan.sandbox));
    }
    said
}

/// How far a script came on this environment, and what ended it; the export of a rehearsal has the same.
pub(super) fn ended(end: &ScriptEnd, environment: &EnvironmentId) -> String {
    let mut said = String::new();
    for (name, value) in ending::facts(end, environment) {
        push(
            &mut said,
            format_args!(
                "<p class=\"more\"><b>{}</b> {}</p>",
                escaped(name),
                escaped(&value)
            ),
        );
    }
    for fault in end.rejection.iter().flat_map(ending::faults) {
        push(
            &mut said,
            format_args!(
                "<p class=\"more\"><code>{}</code> {} {}</p>",
                escaped(&fault.code),
                escaped(&fault.what),
                escaped(&fault.advice)
            ),
        );
        for (name, value) in &fault.details {
            push(
                &mut said,
                format_args!(
                    "<p class=\"more\"><code>{}</code>: {}</p>",
                    escaped(name),
                    escaped(value)
                ),
            );
        }
    }
    said
}

fn scripts(scripts: &[ScriptRun]) -> String {
    let rows = scripts.iter().map(|script| {
        let did = match (script.from_ledger, script.state, &script.end) {
            (true, ..) => "Ran unseen: the ledger names it.".to_owned(),
            (false, ScriptState::Done, _) => describe(&script.done),
            (false, state, Some(end)) => {
                format!("{}. {}", state.label(), half_run::had_done(end))
            }
            (false, state, None) => state.label().to_owned(),
        };
        let predicted_calls = script.predicted.as_ref().map(|script| script.calls);
        let predicted_millis = script.predicted.as_ref().map(|script| script.millis);
        [
            format!(
                "<code>{}</code><p class=\"more hash\">SHA-256 {}</p>",
                escaped(&script.name),
                script.sha256
            ),
            escaped(&did),
            script.calls.map_or_else(dash, |calls| calls.to_string())
                + &predicted(predicted_calls.map(|calls| calls.to_string())),
            took(script.millis, predicted_millis),
        ]
    });
    table(&["Script", "What it did", "Calls", "Took"], rows)
}

/// What was measured, with what the rehearsal predicted below.
fn took(measured: Option<i64>, rehearsed: Option<i64>) -> String {
    measured.map_or_else(dash, time::duration) + &predicted(rehearsed.map(time::duration))
}

fn predicted(rehearsed: Option<String>) -> String {
    rehearsed.map_or_else(String::new, |rehearsed| {
        format!("<p class=\"more\">{rehearsed} predicted</p>")
    })
}

fn decisions(decisions: &[Decision]) -> String {
    let rows = decisions.iter().map(|decision| {
        [
            moment(&decision.moment),
            escaped(&decision.moment.by.name),
            escaped(&decision.sentence),
        ]
    });
    table(&["When", "Who", "Decision"], rows)
}

fn log(story: &[Told]) -> String {
    let rows = story.iter().map(|told| {
        [
            moment(&told.moment),
            escaped(&told.moment.by.name),
            escaped(&told.sentence),
        ]
    });
    table(&["When", "Who", "What happened"], rows)
}

fn command_list(source: Source<'_>) -> String {
    let mut list = String::from(
        "<p class=\"none\">What the DatoCMS CLI would have done. Lines with # have no command.</p>\n<pre>",
    );
    for line in commands(source.release) {
        let line = match line {
            Line::Command(command) => format!("<b>{}</b>\n", escaped(&command)),
            Line::Comment(comment) => format!("# {}\n", escaped(&comment)),
        };
        list.push_str(&line);
    }
    list.push_str("</pre>\n");
    list
}

fn foot(source: Source<'_>) -> String {
    let id = escaped(source.release.plan().id.as_str());
    let link = match source.link.filter(|link| is_web(link)) {
        Some(link) => {
            let link = escaped(link);
            format!("<br><a href=\"{link}\" rel=\"noreferrer\">{link}</a>")
        }
        None => String::new(),
    };
    format!(
        "<footer>Release <code>{id}</code>, written by Slipway on {at}. Times are those of the browsers that worked on it.{link}</footer>\n",
        at = escaped(&time::utc(source.at)),
    )
}

fn moment(moment: &Moment) -> String {
    format!(
        "<time datetime=\"{}\">{}</time>",
        moment.at,
        time::utc(moment.at)
    )
}

fn stamp(at: &Moment) -> String {
    format!("{}, {}", escaped(&at.by.name), moment(at))
}
