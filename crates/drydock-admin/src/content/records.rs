//! The records of a model, thirty at a time.

use yew::prelude::*;

use super::record_title;
use crate::api::{ApiError, Client, Resource};
use crate::loading::{Loaded, use_loaded};
use crate::router::{Page, use_router};
use crate::ui::{Link, status, use_title, when};
use crate::workspace::use_workspace;

/// Records on a page; the API's default and the vendor's too.
const PAGE_SIZE: u64 = 30;

/// Properties of [`Records`].
#[derive(Properties, PartialEq)]
pub(crate) struct RecordsProps {
    /// The model.
    pub(crate) model: Resource,
}

/// Some of a model's records.
#[derive(Debug, Clone, PartialEq)]
struct Listing {
    records: Vec<Resource>,
    total: u64,
}

/// The records of a model.
#[component]
pub(crate) fn Records(props: &RecordsProps) -> Html {
    let (workspace, router) = (use_workspace(), use_router());
    let model = &props.model;
    let name = model.text("name").to_owned();
    use_title(format!("{name} · {}", workspace.now.site.text("name")));

    let page = page_number(&router.place.search);
    // When anybody changes the environment's data, the list is read again.
    let environments = workspace.now.environments.iter();
    let changed = environments
        .filter(|each| each.id == workspace.now.environment)
        .map(|each| each.last_data_change_at.clone())
        .next();
    let deps = (
        model.id.clone(),
        page,
        workspace.now.environment.clone(),
        changed,
    );
    let listing = use_loaded(deps, {
        let workspace = workspace.clone();
        move |(model, page, ..)| {
            let (model, page, workspace) = (model.clone(), *page, workspace.clone());
            async move {
                workspace.load_fields(&model).await?;
                read(&workspace.here(), &model, page).await
            }
        }
    });

    let new = Page::Record {
        model: model.id.clone(),
        id: None,
    };
    let single = model.flag("singleton");
    let (body, total) = match &listing {
        Loaded::Waiting => (
            html! { <p class="hint" role="status">{ "Loading records…" }</p> },
            0,
        ),
        Loaded::Failed(error) => (
            html! { <p class="problem" role="alert">{ error.to_string() }</p> },
            0,
        ),
        Loaded::Ready(Listing { total: 0, .. }) => (
            html! {
                <div class="blank">
                    <h2>{ "No records yet" }</h2>
                    <p>{ format!("Nobody has written a record of “{name}” in this environment.") }</p>
                </div>
            },
            0,
        ),
        Loaded::Ready(listing) => {
            let rows = listing.records.iter().map(|record| {
                let title = record_title(&workspace.now, model, record);
                html! { <Row key={record.id.clone()} model={model.id.clone()} {title} record={record.clone()} /> }
            });
            let table = html! {
                <table class="records">
                    <caption class="visually-hidden">{ format!("Records of {name}") }</caption>
                    <thead>
                        <tr><th scope="col">{ "Title" }</th><th scope="col">{ "Status" }</th><th scope="col">{ "Updated" }</th></tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            };
            (table, listing.total)
        }
    };
    html! {
        <>
            <header class="toolbar">
                <h1>{ &name }</h1>
                if total > 0 {
                    <span class="count">{ count(total) }</span>
                }
                <span class="grow"></span>
                if !(single && total > 0) {
                    <Link class="button primary" to={new}>{ "New record" }</Link>
                }
            </header>
            <div class="pane-body wide">
                { body }
                if total > PAGE_SIZE {
                    <Pager {page} {total} />
                }
            </div>
        </>
    }
}

async fn read(here: &Client, model: &str, page: u64) -> Result<Listing, ApiError> {
    let offset = (page - 1) * PAGE_SIZE;
    let path = format!(
        "/items?filter%5Btype%5D={model}&page%5Blimit%5D={PAGE_SIZE}&page%5Boffset%5D={offset}&version=current"
    );
    let document = here.get(&path).await?;
    let total = document.total();
    Ok(Listing {
        records: document.many()?,
        total,
    })
}

/// Properties of [`Row`].
#[derive(Properties, PartialEq)]
struct RowProps {
    model: String,
    title: String,
    record: Resource,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let RowProps {
        model,
        title,
        record,
    } = props;
    let to = Page::Record {
        model: model.clone(),
        id: Some(record.id.clone()),
    };
    html! {
        <tr>
            <th scope="row"><Link {to}>{ title }</Link></th>
            <td>{ status(record.meta_text("status")) }</td>
            <td class="time">{ when(record.meta_text("updated_at").unwrap_or_default()) }</td>
        </tr>
    }
}

/// Properties of [`Pager`].
#[derive(Properties, PartialEq)]
struct PagerProps {
    page: u64,
    total: u64,
}

#[component]
fn Pager(props: &PagerProps) -> Html {
    let router = use_router();
    let PagerProps { page, total } = *props;
    let pages = total.div_ceil(PAGE_SIZE);
    let turn = |to: u64| {
        let router = router.clone();
        Callback::from(move |_: MouseEvent| {
            router.go(format!("{}?page={to}", router.place.pathname));
        })
    };
    html! {
        <nav class="pager" aria-label="Pages of records">
            <button type="button" class="button" disabled={page <= 1} onclick={turn(page - 1)}>{ "Previous" }</button>
            <span aria-live="polite">{ format!("Page {page} of {pages}") }</span>
            <button type="button" class="button" disabled={page >= pages} onclick={turn(page + 1)}>{ "Next" }</button>
        </nav>
    }
}

/// The page asked for by an address's query; the first when it asks for none.
fn page_number(search: &str) -> u64 {
    let pairs = search.trim_start_matches('?').split('&');
    let mut pages = pairs.filter_map(|pair| pair.strip_prefix("page="));
    let page = pages.next();
    page.and_then(|page| page.parse().ok())
        .filter(|page| *page > 0)
        .unwrap_or(1)
}

fn count(total: u64) -> String {
    if total == 1 {
        "1 record".to_owned()
    } else {
        format!("{total} records")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_comes_from_the_query() {
        assert_eq!(page_number(""), 1);
        assert_eq!(page_number("?page=3"), 3);
        assert_eq!(page_number("?a=1&page=2"), 2);
        assert_eq!(page_number("?page=0"), 1);
        assert_eq!(page_number("?page=x"), 1);
    }

    #[test]
    fn one_record_is_one_record() {
        assert_eq!(
            (count(1), count(31)),
            ("1 record".into(), "31 records".into())
        );
    }
}
