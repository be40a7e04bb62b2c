//! Tables.

use yew::prelude::*;

/// A column's heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its words.
    pub label: AttrValue,
    /// Whether only screen readers get the words, for columns of buttons.
    pub unseen: bool,
}

impl Column {
    /// A column with this heading.
    pub const fn new(label: &'static str) -> Self {
        Self {
            label: AttrValue::Static(label),
            unseen: false,
        }
    }

    /// A column whose heading is only heard.
    pub const fn unseen(label: &'static str) -> Self {
        Self {
            label: AttrValue::Static(label),
            unseen: true,
        }
    }
}

/// What a table needs.
#[derive(Properties, PartialEq)]
pub struct TableProps {
    /// What the table lists, for screen readers.
    pub caption: AttrValue,
    /// The columns. The last one is set to the right.
    pub columns: Vec<Column>,
    /// The rows: `<tr>`s whose first cell is a `<th scope="row">`.
    pub children: Html,
}

/// A table that scrolls sideways where there is no room for it.
#[component]
pub fn Table(props: &TableProps) -> Html {
    let columns = props.columns.iter().map(|column| {
        html! {
            <th scope="col" key={column.label.to_string()}>
                <span class={column.unseen.then_some("unseen")}>{ &column.label }</span>
            </th>
        }
    });
    html! {
        <div class="table-frame" role="region" aria-label={props.caption.clone()} tabindex="0">
            <table class="table">
                <caption class="unseen">{ &props.caption }</caption>
                <thead><tr>{ for columns }</tr></thead>
                <tbody>{ props.children.clone() }</tbody>
            </table>
        </div>
    }
}
