//! Choosing another record: a list of titles where the list is short enough, the
//! record's id where it is not.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::api::ApiError;
use crate::content::record_title;
use crate::loading::{Loaded, use_loaded};
use crate::select::{Choice, Select};
use crate::workspace::{WorkspaceContext, use_workspace};

/// Records a list offers at most; beyond that nobody finds anything in it.
const MOST: u64 = 200;

/// Properties of [`LinkInput`].
#[derive(Properties, PartialEq)]
pub(super) struct LinkInputProps {
    /// The models whose records may be chosen; all if none is named.
    pub(super) models: Vec<String>,
    /// The input's id.
    pub(super) id: String,
    /// The id of the chosen record, or nothing.
    pub(super) text: String,
    /// The ids of what describes the input.
    pub(super) described: Option<String>,
    /// Whether the choice is wrong.
    pub(super) invalid: bool,
    /// Told the id of the chosen record.
    pub(super) on_edit: Callback<String>,
}

/// An input for a link to another record.
#[component]
pub(super) fn LinkInput(props: &LinkInputProps) -> Html {
    let LinkInputProps {
        models,
        id,
        text,
        described,
        invalid,
        on_edit,
    } = props;
    let workspace = use_workspace();
    let records = use_loaded((models.clone(), workspace.now.environment.clone()), {
        move |(models, _): &(Vec<String>, String)| candidates(workspace, models.clone())
    });
    let (id, described) = (id.clone(), described.clone());
    let Loaded::Ready(Some(records)) = records else {
        let oninput = on_edit
            .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
        return html! {
            <input {id} type="text" value={text.clone()} {oninput} autocomplete="off" placeholder="Id of a record"
                aria-describedby={described} aria-invalid={invalid.then_some("true")} />
        };
    };
    let none = Choice::new("", "–");
    let records = records.into_iter();
    let records = records.map(|(record, title)| Choice::new(record, title));
    let choices: Vec<_> = std::iter::once(none).chain(records).collect();
    html! {
        <Select {id} {choices} value={text.clone()} {described} invalid={*invalid} on_choose={on_edit.clone()} />
    }
}

/// The records that may be chosen, by id and title; `None` when they are too many,
/// or of any model.
async fn candidates(
    workspace: WorkspaceContext,
    models: Vec<String>,
) -> Result<Option<Vec<(String, String)>>, ApiError> {
    if models.is_empty() {
        return Ok(None);
    }
    let mut titled = Vec::new();
    for id in models {
        let fields = workspace.load_fields(&id).await?;
        let path = format!("/items?filter%5Btype%5D={id}&page%5Blimit%5D={MOST}");
        let records = workspace.here().get(&path).await?;
        if records.total() > MOST {
            return Ok(None);
        }
        let Some(model) = workspace.now.item_type(&id) else {
            continue;
        };
        let known = workspace.now.with_fields(fields);
        for record in records.many()? {
            let title = record_title(&known, model, &record);
            titled.push((record.id, title));
        }
    }
    titled.sort_by(|(_, a), (_, b)| a.cmp(b));
    Ok(Some(titled))
}
