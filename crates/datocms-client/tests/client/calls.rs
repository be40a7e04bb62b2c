//! Each call: its request, and what becomes of the answer.

use datocms_client::{
    Actor, ActorKind, ApiError, EnvironmentStatus, EnvironmentsAccess, NewItem, NewItemType,
    Permissions, SubscriptionLimit,
};
use serde_json::{Map, Value, json};

use crate::support::{
    answer, empty, environment, error, error_body, id, item, job, job_result, one, script,
};

fn role() -> Value {
    json!({ "type": "role", "id": "34", "attributes": { "name": "Editor" }, "meta": { "final_permissions": {
        "environments_access": "primary_only",
        "can_manage_environments": false, "can_promote_environments": true, "can_edit_schema": false,
        "positive_item_type_permissions": [{ "environment": "main", "action": "all", "item_type": null }],
        "positive_build_trigger_permissions": [{ "build_trigger": "1" }, { "build_trigger": "2" }],
        "negative_build_trigger_permissions": [{ "build_trigger": "2" }] } } })
}

#[tokio::test(flavor = "current_thread")]
async fn every_request_carries_the_headers_and_never_shows_the_token() {
    let (server, cma, _) = script([answer(200, json!({ "data": [] }))]);
    cma.environments().list().await.unwrap();
    let seen = server.seen().remove(0);
    assert_eq!(seen.request, "GET /cma/environments");
    assert_eq!(seen.headers["authorization"], "Bearer s3cr3t");
    assert_eq!(seen.headers["x-api-version"], "3");
    assert_eq!(seen.headers["accept"], "application/json");
    assert_eq!(seen.headers["content-type"], "application/json");
    assert!(!seen.headers.contains_key("x-environment"));
    assert!(!format!("{cma:?} {:?} {seen:?}", cma.primary()).contains("s3cr3t"));
}

#[tokio::test(flavor = "current_thread")]
async fn environments_are_listed_and_found() {
    let list = json!({ "data": [environment("main", "ready", true), environment("old", "destroying", false)] });
    let (_, cma, _) = script([answer(200, list), error(404, "NOT_FOUND")]);
    let found = cma.environments().list().await.unwrap();
    assert_eq!(
        found.iter().map(|env| env.id.as_str()).collect::<Vec<_>>(),
        ["main", "old"]
    );
    assert!(found[0].primary && !found[1].primary);
    assert_eq!(found[1].status, EnvironmentStatus::Destroying);
    assert_eq!(found[0].created_at.to_string(), "2026-01-05T09:00:00.000Z");
    assert_eq!(
        cma.environments().find_optional(&id("gone")).await,
        Ok(None)
    );
}

#[tokio::test(flavor = "current_thread")]
async fn an_answer_of_2022_has_fewer_keys_and_is_understood() {
    let old = json!({ "data": { "id": "main", "type": "environment", "meta": {
        "created_at": "2022-03-01T15:48:49.132Z", "status": "ready", "primary": true } } });
    let (_, cma, _) = script([answer(200, old)]);
    let found = cma.environments().find(&id("main")).await.unwrap();
    assert_eq!(
        (
            found.forked_from,
            found.read_only_mode,
            found.last_data_change_at
        ),
        (None, false, None)
    );
}

#[tokio::test(flavor = "current_thread")]
async fn environments_are_promoted_renamed_and_destroyed() {
    let (server, cma, _) = script([
        answer(200, one(environment("rel-7", "ready", true))),
        answer(200, one(environment("rel-8", "ready", false))),
        job("j"),
        job_result("j", 200, one(environment("rel-8", "destroying", false))),
        error(422, "ALREADY_PRIMARY_ENVIRONMENT"),
    ]);
    let environments = cma.environments();
    assert!(environments.promote(&id("rel-7")).await.unwrap().primary);
    assert_eq!(
        environments
            .rename(&id("rel-7"), &id("rel-8"))
            .await
            .unwrap()
            .id,
        id("rel-8")
    );
    environments.destroy(&id("rel-8")).await.unwrap();
    assert_eq!(
        environments.promote(&id("main")).await,
        Err(ApiError::AlreadyPrimary)
    );
    assert_eq!(
        server.requests(),
        [
            "PUT /cma/environments/rel-7/promote",
            "PUT /cma/environments/rel-7/rename",
            "DELETE /cma/environments/rel-8",
            "GET /cma/job-results/j",
            "PUT /cma/environments/main/promote",
        ]
    );
    let bodies: Vec<_> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies[0], None, "a promote has no body");
    assert_eq!(
        bodies[1],
        Some(json!({ "data": { "type": "environment", "id": "rel-8" } }))
    );
}

#[tokio::test(flavor = "current_thread")]
async fn maintenance_is_switched() {
    let state = |active: bool| {
        answer(
            200,
            json!({ "data": { "type": "maintenance_mode", "id": "maintenance_mode", "attributes": { "active": active } } }),
        )
    };
    let (server, cma, _) = script([
        state(false),
        error(422, "ACTIVE_EDITING_SESSIONS"),
        state(true),
        state(false),
    ]);
    let maintenance = cma.maintenance();
    assert!(!maintenance.find().await.unwrap().active);
    assert_eq!(
        maintenance.activate(false).await,
        Err(ApiError::ActiveEditingSessions)
    );
    assert!(maintenance.activate(true).await.unwrap().active);
    assert!(!maintenance.deactivate().await.unwrap().active);
    assert_eq!(
        server.requests(),
        [
            "GET /cma/maintenance-mode",
            "PUT /cma/maintenance-mode/activate",
            "PUT /cma/maintenance-mode/activate?force=true",
            "PUT /cma/maintenance-mode/deactivate",
        ]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn editing_sessions_say_who_edits_what() {
    let linked = |kind: &str, id: &str| json!({ "data": { "type": kind, "id": id } });
    let session = json!({ "type": "editing_session", "id": "6b0e",
        "attributes": { "last_activity_at": "2026-01-05T09:00:00.000Z", "locked_at": null },
        "relationships": { "active_item": linked("item", "i1"), "active_item_type": linked("item_type", "m1"),
            "editor": linked("user", "7") } });
    let idle = json!({ "type": "editing_session", "id": "6b0f",
        "attributes": { "last_activity_at": "2026-01-05T09:00:01.000Z", "locked_at": "2026-01-05T09:00:00.000Z" },
        "relationships": { "active_item": { "data": null } } });
    let (_, cma, _) = script([answer(200, json!({ "data": [session, idle] }))]);
    let found = cma.editing_sessions().list().await.unwrap();
    assert_eq!(
        found[0].editor,
        Some(Actor {
            kind: Some(ActorKind::User),
            id: "7".to_owned()
        })
    );
    assert_eq!(
        (found[0].item.as_deref(), found[0].item_type.as_deref()),
        (Some("i1"), Some("m1"))
    );
    assert_eq!(
        (&found[0].locked_at, &found[1].item, &found[1].editor),
        (&None, &None, &None)
    );
    assert!(found[1].locked_at.is_some());
}

#[tokio::test(flavor = "current_thread")]
async fn the_caller_comes_with_a_name_a_role_and_what_it_allows() {
    let user = json!({ "type": "user", "id": "7", "attributes": { "email": "ada@example.com", "full_name": "Ada L." },
        "relationships": { "role": { "data": { "type": "role", "id": "34" } } } });
    let (server, cma, _) = script([answer(200, json!({ "data": user, "included": [role()] }))]);
    let me = cma.users().me().await.unwrap();
    assert_eq!(server.requests(), ["GET /cma/users/me?include=role"]);
    assert_eq!(
        (me.kind, me.name.as_str(), me.email.as_deref()),
        (ActorKind::User, "Ada L.", Some("ada@example.com"))
    );
    assert_eq!(me.role.map(|role| role.name).as_deref(), Some("Editor"));
    let permissions = me.permissions;
    assert_eq!(
        permissions.environments_access,
        EnvironmentsAccess::PrimaryOnly
    );
    assert!(permissions.can_promote_environments && !permissions.can_manage_environments);
    assert!(permissions.can_access_environment(true) && !permissions.can_access_environment(false));
    assert!(
        permissions.has_content_access(&id("main"))
            && !permissions.has_content_access(&id("rel-7"))
    );
    assert!(permissions.can_fire("1") && !permissions.can_fire("2") && !permissions.can_fire("3"));
}

#[tokio::test(flavor = "current_thread")]
async fn each_kind_of_caller_has_its_own_name_and_owners_may_everything() {
    let cases = [
        (
            json!({ "type": "account", "id": "1", "attributes": { "email": "o@x.y", "first_name": "Grace", "last_name": "H." } }),
            "Grace H.",
            true,
        ),
        (
            json!({ "type": "organization", "id": "1", "attributes": { "name": "Navy" } }),
            "Navy",
            true,
        ),
        (
            json!({ "type": "access_token", "id": "3", "attributes": { "name": "CI" } }),
            "CI",
            false,
        ),
        (
            json!({ "type": "sso_user", "id": "4", "attributes": { "username": "kay", "first_name": null, "last_name": "" } }),
            "kay",
            false,
        ),
        (
            json!({ "type": "user", "id": "5", "attributes": { "email": "a@b.c", "full_name": "" } }),
            "a@b.c",
            false,
        ),
    ];
    for (caller, name, owner) in cases {
        let (_, cma, _) = script([answer(200, json!({ "data": caller }))]);
        let me = cma.users().me().await.unwrap();
        let expected = if owner {
            Permissions::owner()
        } else {
            Permissions::none()
        };
        assert_eq!(
            (me.name.as_str(), me.role, me.permissions),
            (name, None, expected)
        );
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_model_is_looked_for_by_api_key_and_a_missing_environment_is_not_a_missing_model() {
    let model = json!({ "type": "item_type", "id": "Ma1", "attributes": { "name": "Schema migration",
        "api_key": "schema_migration", "modular_block": false, "singleton": false, "draft_mode_active": false },
        "relationships": { "title_field": { "data": { "type": "field", "id": "F1" } } } });
    let (server, cma, _) = script([
        answer(200, one(model)),
        error(404, "NOT_FOUND"),
        error(404, "INVALID_ENVIRONMENT"),
    ]);
    let item_types = cma.environment(&id("rel-7")).item_types();
    let found = item_types
        .find_optional("schema_migration")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id.as_str(), found.title_field.as_deref()),
        ("Ma1", Some("F1"))
    );
    assert_eq!(item_types.find_optional("schema_migration").await, Ok(None));
    let missing = ApiError::NotFound {
        what: "Environment `rel-7`".to_owned(),
    };
    assert_eq!(
        item_types.find_optional("schema_migration").await,
        Err(missing)
    );
    assert_eq!(server.requests()[0], "GET /cma/item-types/schema_migration");
}

#[tokio::test(flavor = "current_thread")]
async fn a_model_is_created_as_the_official_tool_does() {
    let model = json!({ "type": "item_type", "id": "Ma1", "attributes": { "name": "Schema migration",
        "api_key": "schema_migration", "modular_block": false, "singleton": false, "draft_mode_active": false } });
    let (server, cma, _) = script([answer(201, one(model))]);
    let new = NewItemType {
        id: None,
        name: "Schema migration".to_owned(),
        api_key: "schema_migration".to_owned(),
        draft_mode_active: false,
        skip_menu_item_creation: false,
    };
    cma.environment(&id("rel-7"))
        .item_types()
        .create(&new)
        .await
        .unwrap();
    let seen = server.seen().remove(0);
    assert_eq!(
        (seen.request.as_str(), seen.environment.as_deref()),
        ("POST /cma/item-types", Some("rel-7"))
    );
    assert_eq!(
        seen.body,
        Some(json!({ "data": { "type": "item_type", "attributes": {
            "name": "Schema migration", "api_key": "schema_migration", "draft_mode_active": false } } }))
    );
}

#[tokio::test(flavor = "current_thread")]
async fn records_are_created_with_our_id_and_updated_against_their_version() {
    let (server, cma, _) = script([
        answer(201, one(item("It1"))),
        answer(200, one(item("It1"))),
        error(422, "STALE_ITEM_VERSION"),
        error(404, "NOT_FOUND"),
    ]);
    let items = cma.environment(&id("rel-7")).items();
    let attributes = Map::from_iter([("name".to_owned(), json!("1_a.ts"))]);
    let new = NewItem {
        id: Some("It1".to_owned()),
        item_type: "Ma1".to_owned(),
        attributes: attributes.clone(),
    };
    items.create(&new).await.unwrap();
    items
        .update("It1", &attributes, Some("98213"))
        .await
        .unwrap();
    let stale = items.update("It1", &attributes, Some("1")).await;
    assert_eq!(
        stale,
        Err(ApiError::Stale {
            request: "PUT /items/It1".to_owned()
        })
    );
    assert_eq!(items.find_optional("It2").await, Ok(None));
    let bodies: Vec<_> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(
        bodies[0],
        Some(
            json!({ "data": { "type": "item", "id": "It1", "attributes": { "name": "1_a.ts" },
            "relationships": { "item_type": { "data": { "type": "item_type", "id": "Ma1" } } } } })
        )
    );
    assert_eq!(
        bodies[1],
        Some(
            json!({ "data": { "type": "item", "id": "It1", "attributes": { "name": "1_a.ts" },
            "meta": { "current_version": "98213" } } })
        )
    );
}

#[tokio::test(flavor = "current_thread")]
async fn versions_say_who_saved_a_record() {
    let version = json!({ "type": "item_version", "id": "v2", "attributes": {},
        "relationships": { "editor": { "data": { "type": "user", "id": "7" } } },
        "meta": { "created_at": "2026-01-05T09:00:00.000+00:00", "is_current": true, "is_published": false } });
    let (server, cma, _) = script([answer(
        200,
        json!({ "data": [version], "meta": { "total_count": 1 } }),
    )]);
    let versions = cma.primary().items().versions("It1").await.unwrap();
    assert_eq!(
        versions[0].editor,
        Some(Actor {
            kind: Some(ActorKind::User),
            id: "7".to_owned()
        })
    );
    assert!(versions[0].is_current && !versions[0].is_published);
    assert_eq!(
        server.requests(),
        ["GET /cma/items/It1/versions?page%5Blimit%5D=50"]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn build_triggers_are_listed_and_fired() {
    let trigger = json!({ "type": "build_trigger", "id": "1", "attributes": { "name": "Site", "enabled": false,
        "build_status": "success", "frontend_url": null } });
    let (server, cma, _) = script([answer(200, json!({ "data": [trigger] })), empty(204)]);
    let found = cma.build_triggers().list().await.unwrap();
    assert_eq!((found[0].name.as_str(), found[0].enabled), ("Site", false));
    cma.build_triggers().trigger("1").await.unwrap();
    assert_eq!(server.requests()[1], "POST /cma/build-triggers/1/trigger");
}

#[tokio::test(flavor = "current_thread")]
async fn limits_say_whether_one_more_fits() {
    let limit = |code: &str, usage: u64, limit: Value| json!({ "type": "subscription_limit", "id": code, "attributes": { "code": code, "usage": usage, "limit": limit } });
    let data = json!({ "data": [limit("sandbox_environments", 2, json!(2)), limit("items", 900, Value::Null)] });
    let (_, cma, _) = script([answer(200, data)]);
    let found = cma.subscription_limits().list().await.unwrap();
    assert_eq!(
        found
            .iter()
            .map(SubscriptionLimit::has_room)
            .collect::<Vec<_>>(),
        [false, true]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn settings_plugins_users_roles_and_fields_are_read() {
    let site = json!({ "type": "site", "id": "1", "attributes": { "name": "Magazine", "locales": ["en", "it"],
        "timezone": "Europe/Rome", "internal_domain": "magazine.admin.datocms.com" } });
    let plugin = json!({ "type": "plugin", "id": "9", "attributes": { "name": "Slipway", "url": "http://127.0.0.1/",
        "package_name": null, "parameters": { "a": 1 }, "permissions": ["currentUserAccessToken"] } });
    let user = json!({ "type": "user", "id": "7", "attributes": { "email": "a@b.c", "full_name": "Ada" } });
    let field = json!({ "type": "field", "id": "F1", "attributes": { "label": "Title", "api_key": "title",
        "field_type": "string", "localized": true, "validators": {} } });
    let (server, cma, _) = script([
        answer(200, one(site)),
        answer(200, json!({ "data": [plugin] })),
        answer(200, json!({ "data": [user] })),
        answer(200, json!({ "data": [role()] })),
        answer(200, one(role())),
        answer(200, json!({ "data": [field.clone()] })),
        answer(200, one(field)),
    ]);
    assert_eq!(
        cma.primary().site().find().await.unwrap().locales,
        ["en", "it"]
    );
    assert_eq!(
        cma.primary().plugins().list().await.unwrap()[0].permissions,
        ["currentUserAccessToken"]
    );
    assert_eq!(cma.users().list().await.unwrap()[0].name, "Ada");
    assert_eq!(cma.roles().list().await.unwrap()[0].name, "Editor");
    assert_eq!(cma.roles().find("34").await.unwrap().id, "34");
    assert!(cma.primary().fields().list("Ma1").await.unwrap()[0].localized);
    assert_eq!(
        cma.primary().fields().find("F1").await.unwrap().api_key,
        "title"
    );
    assert_eq!(
        server.requests(),
        [
            "GET /cma/site",
            "GET /cma/plugins",
            "GET /cma/users",
            "GET /cma/roles",
            "GET /cma/roles/34",
            "GET /cma/item-types/Ma1/fields",
            "GET /cma/fields/F1",
        ]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn an_id_that_would_address_something_else_is_not_sent() {
    let (server, cma, _) = script([]);
    for odd in ["", ".", ".."] {
        let error = cma.primary().items().destroy(odd).await.unwrap_err();
        assert!(
            matches!(error, ApiError::InvalidRequest { .. }),
            "{error:?}"
        );
    }
    assert!(server.requests().is_empty());
}

#[tokio::test(flavor = "current_thread")]
async fn what_does_not_fit_names_the_request_and_the_value() {
    let odd = json!({ "data": [environment("My_Env", "ready", false)] });
    let (_, cma, _) = script([
        answer(200, odd),
        answer(200, one(environment("a", "melting", false))),
    ]);
    let error = cma.environments().list().await.unwrap_err().to_string();
    assert!(
        error.contains("GET /environments") && error.contains("`My_Env`"),
        "{error}"
    );
    let error = cma
        .environments()
        .find(&id("a"))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("`melting`"), "{error}");
}

#[tokio::test(flavor = "current_thread")]
async fn the_details_of_a_refusal_are_kept() {
    let details = json!({ "field": "title", "code": "VALIDATION_LENGTH", "options": { "max": 5 } });
    let (_, cma, _) = script([answer(
        422,
        error_body("INVALID_FIELD", details.clone(), false),
    )]);
    let error = cma
        .primary()
        .items()
        .update("It1", &Map::new(), None)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        ApiError::InvalidField {
            request: "PUT /items/It1".to_owned(),
            field: "title".to_owned(),
            problem: "VALIDATION_LENGTH".to_owned(),
            details: Box::new(details),
        }
    );
}
