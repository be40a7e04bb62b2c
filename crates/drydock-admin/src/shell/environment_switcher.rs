//! Which environment is being viewed, and the way to another.

use yew::prelude::*;

use crate::router::use_router;
use crate::select::{Choice, Select};
use crate::workspace::{Environment, EnvironmentStatus, use_workspace};

/// A list of the environments the user may enter.
#[component]
pub(crate) fn EnvironmentSwitcher() -> Html {
    let (workspace, router) = (use_workspace(), use_router());
    let now = &workspace.now;
    let on_choose = {
        let now = now.clone();
        Callback::from(move |chosen: String| {
            let prefix = (now.primary() != Some(&chosen)).then_some(chosen.as_str());
            router.go(router.place.in_environment(prefix));
        })
    };
    let choices = now.environments.iter().map(|environment| Choice {
        value: environment.id.clone(),
        label: label(environment),
        disabled: environment.status != EnvironmentStatus::Ready,
    });
    let class = classes!("environment", (!now.is_primary()).then_some("sandbox"));
    html! {
        <label {class}>
            <i class="branch" aria-hidden="true"></i>
            <span class="visually-hidden">{ "Environment" }</span>
            <Select choices={choices.collect::<Vec<_>>()} value={now.environment.clone()} {on_choose} />
        </label>
    }
}

fn label(environment: &Environment) -> String {
    let id = &environment.id;
    match environment.status {
        EnvironmentStatus::Ready if environment.primary => format!("{id} (primary)"),
        EnvironmentStatus::Ready => id.clone(),
        EnvironmentStatus::Creating(Some(percent)) => format!("{id} (copying, {percent:.0} %)"),
        EnvironmentStatus::Creating(None) => format!("{id} (copying)"),
        EnvironmentStatus::Destroying => format!("{id} (being destroyed)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_says_what_it_is() {
        let environment = |primary, status| Environment {
            id: "rel-7".into(),
            primary,
            status,
            forked_from: None,
            created_at: String::new(),
            last_data_change_at: String::new(),
        };
        assert_eq!(
            label(&environment(true, EnvironmentStatus::Ready)),
            "rel-7 (primary)"
        );
        assert_eq!(
            label(&environment(false, EnvironmentStatus::Ready)),
            "rel-7"
        );
        let copying = EnvironmentStatus::Creating(Some(41.6));
        assert_eq!(label(&environment(false, copying)), "rel-7 (copying, 42 %)");
    }
}
