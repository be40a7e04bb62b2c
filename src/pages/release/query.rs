//! One query, asked of both environments, with what differs marked.

use slipway_release::{
    Plan,
    view::{
        action::Intent,
        preview::{self, Line},
    },
};
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind, Checkbox, ErrorState, Mono, Section, TextArea},
    session::Frame,
    store::{Command, QueryAnswers, Remote, use_store},
};

/// What the query box needs.
#[derive(Properties, PartialEq)]
pub(super) struct QueryBoxProps {
    /// Whose environments.
    pub(super) plan: Plan,
}

/// The query box.
#[component]
pub(super) fn QueryBox(props: &QueryBoxProps) -> Html {
    let store = use_store();
    let frame = use_context::<Frame>();
    let query =
        use_state_eq(|| preview::default_query(frame.as_ref().and_then(first_model).as_deref()));
    let drafts = use_state_eq(|| false);
    let run = store.asks::<()>(Command::RunQuery {
        release: props.plan.id.clone(),
        query: (*query).clone(),
        drafts: *drafts,
    });
    let (set_query, set_drafts) = (query.setter(), drafts.setter());
    let plan = &props.plan;
    let answers = match &store.state.answers {
        Remote::Idle | Remote::Loading => Html::default(),
        Remote::Failed(sentence) => html! {
            <ErrorState title="The query could not be run." sentence={sentence.clone()} />
        },
        Remote::Ready(answers) => {
            html! { <Answers plan={plan.clone()} answers={(**answers).clone()} /> }
        }
    };
    html! {
        <Section title="Ask both environments">
            <TextArea label="GraphQL query" mono=true rows={5} value={(*query).clone()}
                hint={format!("Runs against {} and {}; it reads and changes nothing.", plan.source, plan.sandbox)}
                on_input={Callback::from(move |text| set_query.set(text))} />
            <div class="query__bar">
                <Checkbox label="Include drafts" checked={*drafts}
                    on_change={Callback::from(move |on| set_drafts.set(on))} />
                <Button label="Run query" intent={Intent::Quiet} on_press={run}
                    busy={store.state.answers == Remote::Loading} />
            </div>
            { answers }
        </Section>
    }
}

/// The api key of a model to ask for at first: not a block, and none of ours.
fn first_model(frame: &Frame) -> Option<String> {
    let ours = ["schema_migration", "slipway_release"];
    frame
        .settings
        .base
        .item_types
        .values()
        .filter(|model| !model.modular_block && !ours.contains(&model.api_key.as_str()))
        .map(|model| model.api_key.clone())
        .min()
}

#[derive(Properties, PartialEq)]
struct AnswersProps {
    plan: Plan,
    answers: QueryAnswers,
}

/// Both answers, side by side.
#[component]
fn Answers(props: &AnswersProps) -> Html {
    let (primary, sandbox) = (&props.answers.primary, &props.answers.sandbox);
    let (previous, next) = match (primary, sandbox) {
        (Ok(previous), Ok(next)) => {
            let (previous, next) = preview::side_by_side(previous, next);
            (Ok(previous), Ok(next))
        }
        (previous, next) => (unmarked(previous), unmarked(next)),
    };
    let verdict = match (primary, sandbox) {
        (Ok(previous), Ok(next)) if previous == next => "Both environments answer the same.",
        (Ok(_), Ok(_)) => "The answers differ. Lines that the other side lacks are marked.",
        (Err(_), Err(_)) => "Neither environment answered the query.",
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => "Only one environment answered the query.",
    };
    html! {
        <div class="answers">
            <p class="answers__verdict" role="status">{ verdict }</p>
            <div class="answers__pair">
                { answer(props.plan.source.as_str(), &previous, "−", "answer__line--removed") }
                { answer(props.plan.sandbox.as_str(), &next, "+", "answer__line--added") }
            </div>
        </div>
    }
}

fn unmarked(answer: &Result<String, String>) -> Result<Vec<Line>, String> {
    answer.as_ref().map_err(Clone::clone).map(|text| {
        text.lines()
            .map(|line| Line {
                text: line.to_owned(),
                differs: false,
            })
            .collect()
    })
}

fn answer(
    environment: &str,
    lines: &Result<Vec<Line>, String>,
    sign: &'static str,
    look: &'static str,
) -> Html {
    let body = match lines {
        Err(sentence) => html! { <Callout kind={CalloutKind::Warning} title={sentence.clone()} /> },
        Ok(lines) => html! {
            <pre class="code answer__text" tabindex="0" aria-label={format!("Answer of {environment}")}>
                { for lines.iter().map(|line| html! {
                    <span class={classes!("answer__line", line.differs.then_some(look))}>
                        <span class="answer__sign">{ if line.differs { sign } else { " " } }</span>{ &line.text }{ "\n" }
                    </span>
                }) }
            </pre>
        },
    };
    html! {
        <div class="answer">
            <p class="answer__title"><Mono text={environment.to_owned()} /></p>
            { body }
        </div>
    }
}
