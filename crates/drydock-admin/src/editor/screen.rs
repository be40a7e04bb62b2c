//! The editor as it is drawn.

use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::actions::Actions;
use super::field::FieldInput;
use super::form::FieldSpec;
use super::presence::use_presence;
use super::sidebar::EditorSidebar;
use super::state::{Editor, Event};
use crate::api::Resource;
use crate::content::record_title;
use crate::frames::ItemFormActions;
use crate::overlay::{OverlayContext, use_overlay};
use crate::router::{Page, use_guard, use_router};
use crate::ui::{Link, status, use_title};
use crate::workspace::use_workspace;

/// Properties of [`Screen`].
#[derive(Properties, PartialEq)]
pub(super) struct ScreenProps {
    /// The model.
    pub(super) model: Resource,
    /// Its fields.
    pub(super) fields: Rc<[FieldSpec]>,
    /// The record as it was read; none for a new one.
    pub(super) record: Option<Resource>,
}

/// The editor of one record.
#[component]
pub(super) fn Screen(props: &ScreenProps) -> Html {
    let (workspace, router, overlay) = (use_workspace(), use_router(), use_overlay());
    let model = &props.model;
    let locales: Rc<[String]> = workspace
        .now
        .locales()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let editor = use_reducer_eq(|| {
        let all_locales = model.flag("all_locales_required");
        Editor::open(
            props.fields.clone(),
            locales.clone(),
            all_locales,
            props.record.clone(),
        )
    });
    use_presence(
        workspace.here(),
        editor.record.as_ref().map(|record| record.id.clone()),
    );
    use_guard(editor.form.is_dirty(), leave_question(&overlay));
    let title = match &editor.record {
        Some(record) => record_title(&workspace.now, model, record),
        None => format!("New record of {}", model.text("name")),
    };
    use_title(format!("{title} · {}", workspace.now.site.text("name")));

    let actions = Actions {
        editor: editor.clone(),
        model: model.clone(),
        workspace: workspace.clone(),
        overlay,
        router,
    };
    let onsubmit = {
        let actions = actions.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            actions.save();
        })
    };
    let hosted = ItemFormActions {
        set_field_value: Callback::from({
            let editor = editor.clone();
            move |(path, value)| editor.dispatch(Event::Set { path, value })
        }),
        scroll_to_field: Callback::from(|path: String| scroll_to(&path)),
        save: Callback::from({
            let actions = actions.clone();
            move |()| actions.save()
        }),
    };
    let fields = props.fields.iter().map(|field| {
        let on_edit = {
            let (editor, field) = (editor.clone(), field.clone());
            Callback::from(move |text| editor.dispatch(Event::Typed { field: field.clone(), text }))
        };
        html! {
            <FieldInput key={field.api_key.clone()} field={field.clone()} locale={editor.locale.clone()}
                text={editor.form.text(field, &editor.locale)} problem={editor.problem(field)} {on_edit} />
        }
    });
    let localized = locales.len() > 1 && props.fields.iter().any(|field| field.localized);
    html! {
        <form class="editor" {onsubmit} novalidate=true>
            <header class="toolbar">
                <div class="heading">
                    <p class="crumb">
                        <Link to={Page::Records { model: model.id.clone() }}>{ model.text("name").to_owned() }</Link>
                    </p>
                    <h1>{ &title }</h1>
                </div>
                { status(editor.record.as_ref().and_then(|record| record.meta_text("status"))) }
                <span class="grow"></span>
                <Buttons editor={(*editor).clone()} draft_mode={model.flag("draft_mode_active")}
                    on_press={Callback::from(move |press| perform(&actions, press))} />
            </header>
            <div class="editor-columns">
                <div class="pane-body form">
                    if let Some(problem) = editor.general_problem() {
                        <p class="problem" role="alert">{ problem }</p>
                    }
                    if localized {
                        <Locales {locales} editor={editor.clone()} />
                    }
                    { for fields }
                </div>
                <EditorSidebar model={model.clone()} editor={(*editor).clone()} actions={hosted} />
            </div>
        </form>
    }
}

/// Asks before what was typed is lost.
fn leave_question(overlay: &OverlayContext) -> Callback<Callback<()>> {
    let overlay = overlay.clone();
    Callback::from(move |leave: Callback<()>| {
        let overlay = overlay.clone();
        spawn_local(async move {
            let content = "What you typed is not saved and would be lost.";
            let question =
                overlay.confirm_destructive("Leave this record?", content, "Leave without saving");
            if question.await {
                leave.emit(());
            }
        });
    })
}

/// A button of the editor, apart from Save.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Press {
    Publish,
    Unpublish,
    Delete,
    Reload,
}

fn perform(actions: &Actions, press: Press) {
    match press {
        Press::Publish => actions.publish(),
        Press::Unpublish => actions.unpublish(),
        Press::Delete => actions.destroy(),
        Press::Reload => actions.reload(),
    }
}

/// Properties of [`Buttons`].
#[derive(Properties, PartialEq)]
struct ButtonsProps {
    editor: Editor,
    draft_mode: bool,
    on_press: Callback<Press>,
}

#[component]
fn Buttons(props: &ButtonsProps) -> Html {
    let ButtonsProps {
        editor,
        draft_mode,
        on_press,
    } = props;
    let busy = editor.busy.is_some();
    let dirty = editor.form.is_dirty();
    let new = editor.record.is_none();
    let state = editor
        .record
        .as_ref()
        .and_then(|record| record.meta_text("status"));
    let publishable = *draft_mode && matches!(state, Some("draft" | "updated"));
    let published = *draft_mode && matches!(state, Some("published" | "updated"));
    let stale = editor
        .refusal
        .as_ref()
        .is_some_and(|error| error.has_code("STALE_ITEM_VERSION"));
    let unsaved = dirty.then_some("Save the record first");
    let press = |press: Press| on_press.reform(move |_: MouseEvent| press);
    html! {
        <div class="actions">
            if !new {
                <button type="button" class="button quiet danger" disabled={busy} onclick={press(Press::Delete)}>{ "Delete" }</button>
            }
            if stale {
                <button type="button" class="button" disabled={busy} onclick={press(Press::Reload)}>{ "Reload the record" }</button>
            }
            if published {
                <button type="button" class="button" disabled={busy} onclick={press(Press::Unpublish)}>{ "Unpublish" }</button>
            }
            if publishable {
                <button type="button" class="button" disabled={busy || dirty} title={unsaved} onclick={press(Press::Publish)}>{ "Publish" }</button>
            }
            <button type="submit" class="button primary" disabled={busy || !(dirty || new)}
                title={(!(dirty || new)).then_some("There is nothing to save")}>
                { editor.busy.unwrap_or("Save") }
            </button>
        </div>
    }
}

/// Properties of [`Locales`].
#[derive(Properties, PartialEq)]
struct LocalesProps {
    locales: Rc<[String]>,
    editor: UseReducerHandle<Editor>,
}

/// The languages of the content. Radio buttons, because one of them is always chosen.
#[component]
fn Locales(props: &LocalesProps) -> Html {
    let locales = props.locales.iter().map(|locale| {
        let onchange = {
            let (editor, locale) = (props.editor.clone(), locale.clone());
            Callback::from(move |_: web_sys::Event| editor.dispatch(Event::Locale(locale.clone())))
        };
        let empty = !props.editor.form.has_locale(locale);
        html! {
            <label class={classes!(empty.then_some("empty"))}>
                <input type="radio" name="locale" checked={props.editor.locale == *locale} {onchange} />
                <span>
                    { locale }
                    if empty { <span class="visually-hidden">{ ", no content yet" }</span> }
                </span>
            </label>
        }
    });
    html! {
        <fieldset class="segments locales">
            <legend class="visually-hidden">{ "Content language" }</legend>
            { for locales }
        </fieldset>
    }
}

/// Brings the field a plugin names into view, and into focus.
fn scroll_to(path: &str) {
    let api_key = path.split('.').next().unwrap_or(path);
    let input = gloo_utils::document().get_element_by_id(&format!("field-{api_key}"));
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
        input.scroll_into_view();
        // It is in the page, so it can be focused or is hidden; either is fine.
        let _hidden = input.focus();
    }
}
