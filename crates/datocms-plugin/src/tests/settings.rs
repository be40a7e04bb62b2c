//! What is read from a settings object, and what is forgiven.

use serde_json::{Value, json};

use super::settings;
use crate::{
    ColorScheme, EnvironmentsAccess, FrameSize, ItemStatus, Mode, Permissions, Settings,
    SettingsError, UserKind,
};

#[test]
fn a_host_without_the_newest_properties_is_enough() {
    let read = Settings::read(&settings("onBoot", json!({}))).unwrap();
    assert_eq!(
        (read.mode, read.body_padding),
        (Mode::OnBoot, [1.0, 2.0, 3.0, 4.5])
    );
    let base = read.base;
    assert_eq!(base.cma_base_url, "https://site-api.datocms.com");
    assert_eq!(base.color_scheme, ColorScheme::Light);
    assert!(base.css_design_tokens.is_empty() && base.item_types.is_empty());
    assert_eq!(
        (base.ui_locale.as_str(), base.cda_endpoint_url),
        ("en", None)
    );
    assert_eq!(base.current_user_access_token, None);
    assert_eq!(
        (base.environment.as_str(), base.is_environment_primary),
        ("main", true)
    );
    assert_eq!(base.current_user.name(), "Ada L");
    assert_eq!(base.plugin.parameters, json!({"a": 1}));
}

#[test]
fn null_is_absence_and_unknown_keys_are_ignored() {
    let extra = json!({
        "currentUserAccessToken": null, "cmaBaseUrl": null, "cdaEndpointUrl": null, "colorScheme": null,
        "cssDesignTokens": null, "ui": null, "itemTypes": null, "bodyPadding": null, "account": null,
        "somethingNew": {"deep": [1]},
    });
    let read = Settings::read(&settings("renderConfigScreen", extra)).unwrap();
    assert!(
        read.body_padding
            .iter()
            .all(|side| side.abs() < f64::EPSILON)
    );
    assert_eq!(read.base.cma_base_url, "https://site-api.datocms.com");
}

#[test]
fn the_newest_properties_are_read() {
    let extra = json!({
        "cmaBaseUrl": "http://127.0.0.1:7000/cma/", "cdaEndpointUrl": "http://127.0.0.1:7000/graphql",
        "colorScheme": "dark", "cssDesignTokens": {"--color--ink": "#fff", "--odd": 3}, "ui": {"locale": "it"},
        "itemTypes": {"M1": {"id": "M1", "type": "item_type", "attributes": {"name": "Boat", "api_key": "boat", "singleton": true}}},
    });
    let base = Settings::read(&settings("onBoot", extra)).unwrap().base;
    assert_eq!(base.cma_base_url, "http://127.0.0.1:7000/cma");
    assert_eq!(
        (base.color_scheme, base.ui_locale.as_str()),
        (ColorScheme::Dark, "it")
    );
    assert_eq!(
        base.css_design_tokens.len(),
        1,
        "a token that is no text is left out"
    );
    assert_eq!(
        (
            base.item_types["M1"].api_key.as_str(),
            base.item_types["M1"].singleton
        ),
        ("boat", true)
    );
}

#[test]
fn each_mode_brings_its_own() {
    let read = |mode: &str, extra: Value| Settings::read(&settings(mode, extra)).unwrap().mode;
    let Mode::RenderPage { page_id, location } = read(
        "renderPage",
        json!({"pageId": "releases", "location": {"pathname": "/x", "search": "?a", "hash": ""}}),
    ) else {
        panic!("not a page")
    };
    assert_eq!(
        (
            page_id.as_str(),
            location.pathname.as_str(),
            location.search.as_str()
        ),
        ("releases", "/x", "?a")
    );

    let modal = read(
        "renderModal",
        json!({"modalId": "promote", "parameters": {"release": 1}}),
    );
    assert_eq!(
        modal,
        Mode::RenderModal {
            modal_id: "promote".into(),
            parameters: json!({"release": 1})
        }
    );
    assert_eq!(modal.frame_size(), FrameSize::SelfResizing);
    let bare = read("renderModal", json!({"modalId": "promote"}));
    assert_eq!(
        bare,
        Mode::RenderModal {
            modal_id: "promote".into(),
            parameters: Value::Null
        }
    );

    let form = json!({
        "sidebarPaneId": "release", "locale": "en", "itemStatus": "updated", "isFormDirty": true, "item": {"id": "I1"},
        "itemType": {"id": "M1", "type": "item_type", "attributes": {"name": "Boat", "api_key": "boat"}},
    });
    let Mode::RenderItemFormSidebarPanel {
        panel_id,
        parameters,
        form,
    } = read("renderItemFormSidebarPanel", form)
    else {
        panic!("not a panel")
    };
    assert_eq!(
        (panel_id.as_str(), parameters, form.item_id()),
        ("release", Value::Null, Some("I1"))
    );
    assert_eq!(
        (form.item_status, form.is_form_dirty, form.is_submitting),
        (ItemStatus::Updated, true, false)
    );

    let unknown = read("renderHologram", json!({}));
    assert_eq!(unknown, Mode::Unknown("renderHologram".into()));
    assert_eq!(unknown.frame_size(), FrameSize::Imposed);
}

#[test]
fn what_is_missing_is_named() {
    let mut broken = settings("onBoot", json!({}));
    broken.as_object_mut().unwrap().remove("environment");
    assert_eq!(
        Settings::read(&broken).unwrap_err().to_string(),
        "the settings from the CMS are not what was expected: missing field `environment`"
    );
    assert_eq!(
        Settings::read(&settings("renderPage", json!({})))
            .unwrap_err()
            .to_string(),
        "the settings from the CMS for `renderPage` are not what was expected: \
         `pageId`: invalid type: null, expected a string"
    );
    for nonsense in [Value::Null, json!([]), json!("onBoot"), json!({"mode": 1})] {
        assert!(
            matches!(Settings::read(&nonsense), Err(SettingsError::Shape { .. })),
            "{nonsense}"
        );
    }
}

#[test]
fn the_token_is_read_and_never_printed() {
    let secret = "s3cret-of-ada";
    let read = Settings::read(&settings(
        "onBoot",
        json!({"currentUserAccessToken": secret}),
    ))
    .unwrap();
    assert_eq!(
        read.base
            .current_user_access_token
            .as_ref()
            .unwrap()
            .secret(),
        secret
    );
    assert!(!format!("{read:?} {read:#?}").contains(secret));
    // Of another type it is no token, and no error message quotes it.
    let number = Settings::read(&settings(
        "onBoot",
        json!({"currentUserAccessToken": 421_421}),
    ))
    .unwrap();
    assert_eq!(number.base.current_user_access_token, None);
    let empty = Settings::read(&settings("onBoot", json!({"currentUserAccessToken": ""}))).unwrap();
    assert_eq!(empty.base.current_user_access_token, None);
}

#[test]
fn rights_come_from_the_resolved_ones_and_default_to_none() {
    let role = Settings::read(&settings("onBoot", json!({})))
        .unwrap()
        .base
        .current_role;
    let rights = role.final_permissions;
    assert!(rights.can_manage_environments);
    assert!(
        !rights.can_edit_schema,
        "the role's own attributes do not count"
    );
    assert!(!rights.can_promote_environments);
    assert_eq!(rights.environments_access, EnvironmentsAccess::SandboxOnly);

    let bare = json!({"currentRole": {"id": "R2", "type": "role", "attributes": {"name": "Bare"}}});
    let role = Settings::read(&settings("onBoot", bare))
        .unwrap()
        .base
        .current_role;
    assert_eq!(role.final_permissions, Permissions::default());

    let odd = Permissions::read(
        &json!({"can_edit_schema": "yes", "environments_access": "moon", "new_flag": true}),
    );
    assert_eq!(odd, Permissions::default());

    let listed = Permissions::read(&json!({"positive_item_type_permissions": [
        {"environment": "main", "action": "publish", "item_type": null, "on_creator": "anyone"},
        {"action": "no environment"}, 7,
    ]}));
    assert_eq!(listed.positive_item_type_permissions.len(), 1);
    assert_eq!(listed.positive_item_type_permissions[0].item_type, None);
}

#[test]
fn owners_may_do_everything_whatever_their_made_up_role_says() {
    let owner = json!({
        "currentUser": {"id": "A1", "type": "account", "attributes": {"email": "o@example.com", "first_name": "Olga", "last_name": "N"}},
        "currentRole": {"id": "account_role", "type": "role", "attributes": {"name": "Owner"}},
    });
    let base = Settings::read(&settings("onBoot", owner)).unwrap().base;
    assert_eq!(
        (base.current_user.kind, base.current_user.name()),
        (UserKind::Account, "Olga N")
    );
    assert_eq!(base.current_role.final_permissions, Permissions::owner());
    assert!(base.current_role.final_permissions.can_promote_environments);
}

#[test]
fn people_without_a_name_are_called_by_what_there_is() {
    let name = |user: Value| {
        let read = Settings::read(&settings("onBoot", json!({"currentUser": user}))).unwrap();
        read.base.current_user.name().to_owned()
    };
    assert_eq!(
        name(json!({"id": "U", "type": "user", "attributes": {"email": "a@b.c", "full_name": ""}})),
        "a@b.c"
    );
    assert_eq!(
        name(
            json!({"id": "U", "type": "sso_user", "attributes": {"username": "ada", "first_name": null}})
        ),
        "ada"
    );
    assert_eq!(
        name(json!({"id": "U", "type": "organization", "attributes": {"name": "Dock Ltd"}})),
        "Dock Ltd"
    );
    assert_eq!(name(json!({"id": "U9", "type": "user"})), "U9");
}
