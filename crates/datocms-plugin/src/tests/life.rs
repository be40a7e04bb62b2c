//! The life of a frame: handshake, settings, hooks, changes.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};

use super::{Stage, fulfilled, settings};
use crate::{
    Choice, ConfirmOptions, ContentAnchor, ContentAreaSidebarItem, Hooks, Icon, Intent,
    ItemFormSidebarPanel, MainNavigationTab, Mode, NavigationAnchor, PanelAnchor, Placement,
    PointsTo, Render, SettingsAnchor, SettingsAreaSidebarItem, SettingsAreaSidebarItemGroup,
};

fn tab() -> MainNavigationTab {
    MainNavigationTab {
        label: "Releases".into(),
        icon: Icon::name("rocket"),
        points_to: PointsTo::page("releases"),
        placement: Some(Placement::After(NavigationAnchor::CdaPlayground)),
        rank: None,
    }
}

fn hooks() -> Hooks {
    Hooks::new()
        .renders(&[Render::Page, Render::Modal])
        .main_navigation_tabs(|_| vec![tab()])
}

/// A hook for each kind of place.
fn places() -> Hooks {
    hooks()
        .settings_area_sidebar_item_groups(|base| {
            vec![SettingsAreaSidebarItemGroup {
                label: base.environment.clone(),
                items: vec![SettingsAreaSidebarItem {
                    label: "Releases".into(),
                    icon: Icon::Svg {
                        view_box: "0 0 1 1".into(),
                        content: "<path/>".into(),
                    },
                    points_to: PointsTo::page("releases"),
                }],
                placement: Some(Placement::Before(SettingsAnchor::Permissions)),
                rank: Some(2),
            }]
        })
        .content_area_sidebar_items(|_| {
            vec![ContentAreaSidebarItem {
                label: "Releases".into(),
                icon: Icon::Emoji("⛵".into()),
                points_to: PointsTo::page("releases"),
                placement: Some(Placement::Before(ContentAnchor::SeoPreferences)),
                rank: None,
            }]
        })
        .item_form_sidebar_panels(|item_type, _| {
            vec![ItemFormSidebarPanel {
                id: "release".into(),
                label: item_type.name.clone(),
                parameters: None,
                start_open: Some(true),
                placement: Some(Placement::After(PanelAnchor::PublishedVersion)),
                rank: None,
                initial_height: Some(80),
            }]
        })
}

fn boot_call(hook: &str, args: Value, extra: Value, methods: Value) -> Value {
    json!([hook, args, extra, methods, "call-7"])
}

#[test]
fn the_handshake_lists_exactly_what_is_answered() {
    let stage = Stage::new(hooks().on_boot(|_| async {}));
    let names = [
        "sdkVersion",
        "implementedHooks",
        "onBoot",
        "mainNavigationTabs",
        "onChange",
        "callMethodMergingBootCtx",
    ];
    assert_eq!(
        stage.posted(),
        [json!({"penpal": "handshake", "methodNames": names})]
    );
}

#[test]
fn it_says_what_it_is() {
    let mut stage = Stage::connected(hooks().on_boot(|_| async {}));
    assert_eq!(
        fulfilled(&stage.answer(1, "sdkVersion", json!([]))),
        Some(&json!("0.3.1"))
    );
    let hooks = json!({"onBoot": true, "mainNavigationTabs": true, "renderPage": true, "renderModal": true});
    assert_eq!(
        fulfilled(&stage.answer(2, "implementedHooks", json!([]))),
        Some(&hooks)
    );
}

#[test]
fn before_its_settings_a_frame_answers_null_and_drops_changes() {
    let mut stage = Stage::connected(hooks());
    let call = boot_call("mainNavigationTabs", json!([]), json!({}), json!([]));
    assert_eq!(
        fulfilled(&stage.answer(1, "callMethodMergingBootCtx", call)),
        Some(&Value::Null)
    );
    assert_eq!(
        fulfilled(&stage.answer(2, "onChange", json!([{"nonsense": true}]))),
        None
    );
    assert!(stage.seen.borrow().is_empty() && stage.looks.borrow().is_empty());
}

#[test]
fn outside_the_boot_frame_hooks_are_null() {
    let page = settings("renderPage", json!({"pageId": "releases", "location": {}}));
    let mut stage = Stage::running(hooks(), &page);
    let call = boot_call("mainNavigationTabs", json!([]), json!({}), json!([]));
    assert_eq!(
        fulfilled(&stage.answer(1, "callMethodMergingBootCtx", call)),
        Some(&Value::Null)
    );
    // By its own name a hook runs all the same, with the ctx of the frame.
    let direct = stage.answer(2, "mainNavigationTabs", json!([]));
    assert_eq!(fulfilled(&direct).unwrap()[0]["label"], "Releases");
}

#[test]
fn the_boot_frame_runs_hooks_and_leaves_others_undefined() {
    let booted = Rc::new(RefCell::new(0));
    let counting = Rc::clone(&booted);
    let hooks = places().on_boot(move |plugin| {
        *counting.borrow_mut() += 1;
        async move { plugin.notice("booted").await.unwrap() }
    });
    let mut stage = Stage::running(hooks, &settings("onBoot", json!({})));
    assert_eq!(
        stage.posted(),
        [json!({"penpal": "call", "id": 2, "methodName": "notice", "args": ["booted"]})]
    );
    assert_eq!(*booted.borrow(), 1);
    stage.hears(json!({"penpal": "reply", "id": 2, "resolution": "fulfilled"}));

    let mut run = |id, hook: &str, args: Value| {
        let reply = stage.answer(
            id,
            "callMethodMergingBootCtx",
            boot_call(hook, args, json!({}), json!([])),
        );
        fulfilled(&reply).cloned()
    };
    assert_eq!(
        run(1, "mainNavigationTabs", json!([])),
        Some(
            json!([{"label": "Releases", "icon": "rocket", "pointsTo": {"pageId": "releases"}, "placement": ["after", "cdaPlayground"]}])
        )
    );
    assert_eq!(
        run(2, "settingsAreaSidebarItemGroups", json!([])),
        Some(json!([{
            "label": "main",
            "items": [{"label": "Releases", "icon": {"type": "svg", "viewBox": "0 0 1 1", "content": "<path/>"}, "pointsTo": {"pageId": "releases"}}],
            "placement": ["before", "permissions"], "rank": 2,
        }]))
    );
    assert_eq!(
        run(3, "contentAreaSidebarItems", json!([])),
        Some(
            json!([{"label": "Releases", "icon": {"type": "emoji", "emoji": "⛵"}, "pointsTo": {"pageId": "releases"}, "placement": ["before", "seoPreferences"]}])
        )
    );
    let boat =
        json!({"id": "M1", "type": "item_type", "attributes": {"name": "Boat", "api_key": "boat"}});
    assert_eq!(
        run(4, "itemFormSidebarPanels", json!([boat])),
        Some(
            json!([{"id": "release", "label": "Boat", "startOpen": true, "placement": ["after", "publishedVersion"], "initialHeight": 80}])
        )
    );
    assert_eq!(
        run(5, "uploadsDropdownActions", json!([])),
        None,
        "undefined"
    );

    let broken = stage.answer(
        6,
        "callMethodMergingBootCtx",
        boot_call("itemFormSidebarPanels", json!([7]), json!({}), json!([])),
    );
    assert_eq!(
        (&broken["resolution"], &broken["returnValue"]["name"]),
        (&json!("rejected"), &json!("TypeError"))
    );
    assert_eq!(
        fulfilled(&stage.answer(7, "callMethodMergingBootCtx", json!([]))),
        None
    );
    assert_eq!(
        fulfilled(&stage.answer(8, "callMethodMergingBootCtx", json!([{}, 1, 2, 3, 4]))),
        None
    );
}

#[test]
fn a_save_can_be_blocked_after_talking_to_the_person() {
    let hooks = Hooks::new().on_before_item_upsert(|payload, ctx| async move {
        let frozen = payload["data"]["id"] == "I1";
        if frozen {
            ctx.plugin.alert("This record is frozen").await.unwrap();
            ctx.call_extra("scrollToField", vec![json!("title")])
                .await
                .unwrap();
        }
        !frozen
    });
    let mut stage = Stage::running(hooks, &settings("onBoot", json!({})));
    let upsert = |id: &str| {
        boot_call(
            "onBeforeItemUpsert",
            json!([{"data": {"id": id}}]),
            json!({}),
            json!(["scrollToField"]),
        )
    };

    assert_eq!(
        fulfilled(&stage.answer(1, "callMethodMergingBootCtx", upsert("I2"))),
        Some(&json!(true))
    );

    stage.hears(json!({"penpal": "call", "id": 2, "methodName": "callMethodMergingBootCtx", "args": upsert("I1")}));
    assert_eq!(
        stage.posted(),
        [
            json!({"penpal": "call", "id": 2, "methodName": "alert", "args": ["This record is frozen"]})
        ]
    );
    stage.hears(json!({"penpal": "reply", "id": 2, "resolution": "fulfilled"}));
    assert_eq!(
        stage.posted(),
        [
            json!({"penpal": "call", "id": 3, "methodName": "callAdditionalCtxMethod", "args": ["call-7", "scrollToField", ["title"]]})
        ]
    );
    stage.hears(json!({"penpal": "reply", "id": 3, "resolution": "fulfilled"}));
    assert_eq!(
        stage.posted(),
        [json!({"penpal": "reply", "id": 2, "resolution": "fulfilled", "returnValue": false})]
    );
}

#[test]
fn a_change_replaces_the_settings_for_everyone_who_holds_the_plugin() {
    let page = |search: &str, scheme: &str| {
        let location = json!({"pathname": "/p", "search": search, "hash": ""});
        settings(
            "renderPage",
            json!({"pageId": "releases", "location": location, "colorScheme": scheme}),
        )
    };
    let mut stage = Stage::running(hooks(), &page("", "dark"));
    let plugin = stage.plugin();
    assert_eq!(
        fulfilled(&stage.answer(1, "onChange", json!([page("?tab=log", "light")]))),
        None
    );
    let settings = plugin.settings();
    let Mode::RenderPage { location, .. } = &settings.mode else {
        panic!("{settings:?}")
    };
    assert_eq!(location.search, "?tab=log");
    assert_eq!(*stage.looks.borrow(), ["dark", "light"]);
    assert_eq!(stage.seen.borrow().len(), 2);

    // What cannot be read is refused, and the last good settings stay.
    let refused = stage.answer(2, "onChange", json!([{"mode": "renderPage"}]));
    assert_eq!(refused["returnValue"]["name"], "TypeError");
    assert_eq!(plugin.settings(), settings);
    assert_eq!(stage.seen.borrow().len(), 2);
}

#[test]
fn settings_that_cannot_be_read_stop_the_plugin_with_a_reason() {
    let stage = Stage::running(hooks(), &json!({"mode": "onBoot"}));
    let error = stage.started.borrow().clone().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the settings from the CMS are not what was expected: missing field `plugin`"
    );
}

#[test]
fn a_host_that_refuses_the_settings_is_named() {
    let mut stage = Stage::connected(hooks());
    stage.hears(
        json!({"penpal": "reply", "id": 1, "resolution": "rejected", "returnValue": "go away"}),
    );
    let error = stage.started.borrow().clone().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the page around the plugin did not give its settings: \"go away\""
    );
}

#[test]
fn host_methods_send_what_they_should_and_name_what_fails() {
    let mut stage = Stage::running(hooks(), &settings("renderModal", json!({"modalId": "m"})));
    let plugin = stage.plugin();
    let answers: Rc<RefCell<Vec<String>>> = Rc::default();
    let heard = Rc::clone(&answers);
    stage.spawn(async move {
        let choice = |label: &str, value: Value, intent| Choice {
            label: label.into(),
            value,
            intent,
        };
        let confirm = ConfirmOptions {
            title: "Promote?".into(),
            content: "It goes live.".into(),
            choices: vec![choice("Promote", json!(true), Some(Intent::Negative))],
            cancel: choice("Cancel", json!(false), None),
        };
        let chosen = plugin.open_confirm(&confirm).await;
        heard.borrow_mut().push(format!("{chosen:?}"));
        let refused = plugin
            .update_plugin_parameters(json!({"b": 2}))
            .await
            .unwrap_err();
        heard.borrow_mut().push(refused.to_string());
        let missing = plugin.edit_item("I1").await.unwrap_err();
        heard.borrow_mut().push(missing.to_string());
        plugin.resolve(None).await.unwrap();
    });
    stage.pool.run_until_stalled();
    assert_eq!(
        stage.posted(),
        [
            json!({"penpal": "call", "id": 2, "methodName": "openConfirm", "args": [{
                "title": "Promote?", "content": "It goes live.",
                "choices": [{"label": "Promote", "value": true, "intent": "negative"}],
                "cancel": {"label": "Cancel", "value": false},
            }]})
        ]
    );
    stage.hears(
        json!({"penpal": "reply", "id": 2, "resolution": "fulfilled", "returnValue": false}),
    );
    assert_eq!(stage.posted()[0]["args"], json!([{"b": 2}]));
    let denied = json!({"code": "INSUFFICIENT_PERMISSIONS"});
    stage.hears(
        json!({"penpal": "reply", "id": 3, "resolution": "rejected", "returnValue": denied}),
    );
    assert_eq!(
        stage.posted()[0]["args"],
        json!([null]),
        "`edit_item` is sent nowhere: the host does not list it"
    );
    assert_eq!(
        *answers.borrow(),
        [
            "Ok(Bool(false))",
            "the CMS did not carry out `updatePluginParameters`: {\"code\":\"INSUFFICIENT_PERMISSIONS\"}",
            "the CMS did not carry out `editItem`: the other window has no method `editItem`",
        ]
    );
}
