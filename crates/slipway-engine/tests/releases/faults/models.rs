//! The ledger's and the journal's model, there already and not as they have to be.

use datocms_client::{NewField, NewItemType};
use serde_json::{Value, json};
use slipway_engine::EngineError;
use slipway_release::{FailureKind, Phase, Step, checks::may_start, view::plan::checklist};

use crate::{row::Row, support::*};

/// Somebody makes a model with one field in an environment.
async fn model(world: &World, environment: &str, api_key: &str) -> String {
    let scope = world.cma().environment(&id(environment));
    let new = NewItemType {
        id: None,
        name: format!("Their {api_key}"),
        api_key: api_key.to_owned(),
        draft_mode_active: false,
        skip_menu_item_creation: true,
    };
    scope.item_types().create(&new).await.unwrap().id
}

async fn field(
    world: &World,
    environment: &str,
    model: &str,
    (api_key, field_type, validators): (&str, &str, Value),
) -> String {
    let new = NewField {
        id: None,
        label: format!("Their {api_key}"),
        api_key: api_key.to_owned(),
        field_type: field_type.to_owned(),
        validators,
    };
    let scope = world.cma().environment(&id(environment));
    scope.fields().create(model, &new).await.unwrap().id
}

async fn remove(world: &World, environment: &str, field: &str) {
    let path = format!("/fields/{field}");
    let request = datocms_client::RawRequest::new("DELETE".parse().unwrap(), &path)
        .unwrap()
        .in_environment(&id(environment));
    let answer = world.cma().raw(request).await.unwrap();
    assert!(answer.status.is_success(), "{answer:?}");
}

#[rstest::rstest]
#[case::other_type(
    ("name", "integer", json!({})),
    "the field `name` of the model `schema_migration` is of type `integer`, and has to be `string`. Delete that field or give it another API key, then try again."
)]
#[case::required(
    ("author", "string", json!({ "required": {} })),
    "the model `schema_migration` requires a field `author`, which only this project knows. Make that field optional, then try again."
)]
#[case::missing(
    ("version", "string", json!({})),
    "the model `schema_migration` has no field `name`, and others that do not belong there: it was made for something else. Give that model another API key, then try again."
)]
#[tokio::test(flavor = "current_thread")]
async fn a_ledger_that_takes_no_name_stops_the_release_before_anything_runs(
    #[case] theirs: (&str, &str, Value),
    #[case] misfit: &str,
) {
    let world = World::open(&[]).await.with_two_scripts();
    let ledger = model(&world, "main", "schema_migration").await;
    let added = field(&world, "main", &ledger, theirs).await;
    let engine = world.page(&Profile::default()).await;
    let observed = engine.observe().await.unwrap();
    assert_eq!(observed.ledger_misfit.as_deref(), Some(misfit));
    let checks = checklist(&observed, "rel-1", 2);
    assert!(!may_start(&checks), "it is told before the freeze");

    // Whoever made it so later, the step itself notices.
    let release = at(&engine, &world, Step::Migrate(0)).await;
    let release = next(&engine, release).await.unwrap();
    let says = format!(
        "1_one.ts did not run, because its name could not be entered into the ledger of migrations on rel-1: {misfit}"
    );
    assert_eq!(trouble(&release), (Step::Migrate(0), says.clone()));
    assert_eq!(kind(&release), FailureKind::WorldChanged);
    assert_eq!(world.notes("rel-1").await, ["First"], "nothing ran");

    remove(&world, "rel-1", &added).await;
    let release = finish(&engine, release).await;
    assert_eq!(world.ledger("rel-1").await, ["1_one.ts", "2_two.ts"]);
    Row {
        did: "the ledger's model has other fields",
        when: "migrate",
        reads: &says,
        way_out: "mend the model, try again",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[rstest::rstest]
#[case::other_type(
    ("journal", "string", json!({})),
    "the field `journal` of the model `slipway_release` is of type `string`, and has to be `text`. Delete that field or give it another API key, then try again."
)]
#[case::required(
    ("reviewer", "string", json!({ "required": {} })),
    "the model `slipway_release` requires a field `reviewer`, which only this project knows. Make that field optional, then try again."
)]
#[tokio::test(flavor = "current_thread")]
async fn a_journal_that_takes_no_log_stops_the_release_before_it_begins(
    #[case] theirs: (&str, &str, Value),
    #[case] misfit: &str,
) {
    let world = World::open(&[]).await.with_two_scripts();
    let journal = model(&world, "main", "slipway_release").await;
    let added = field(&world, "main", &journal, theirs).await;
    let engine = world.page(&Profile::default()).await;
    let refused = engine.begin(world.plan(&engine)).await.unwrap_err();
    let says = format!("The release's log cannot be kept in main: {misfit} Nothing was sent.");
    assert_eq!(refused, EngineError::World(says.clone()));
    assert!(!world.is_frozen().await);

    remove(&world, "main", &added).await;
    let release = live(&engine, &world).await;
    Row {
        did: "the journal's model has other fields",
        when: "before the release",
        reads: &says,
        way_out: "mend the model, begin again",
        end: &end(&world, &release).await,
    }
    .fault();
}

#[tokio::test(flavor = "current_thread")]
async fn a_journal_that_takes_no_log_any_more_stops_before_the_next_step() {
    let (world, engine, release) = standing_at(Step::Promote).await;
    let scope = world.cma().environment(&id("rel-1"));
    let journal = scope.item_types().find("slipway_release").await.unwrap();
    let theirs = ("reviewer", "string", json!({ "required": {} }));
    let added = field(&world, "rel-1", &journal.id, theirs).await;

    let refused = next(&engine, release.clone()).await.unwrap_err();
    let says = "The release's log cannot be kept in rel-1: somebody changed the model `slipway_release`, which does not take the log any more because of its field `reviewer`. Make that field optional or remove it, then try again. Nothing was sent.";
    assert_eq!(refused, EngineError::World(says.to_owned()));
    assert_eq!(world.primary().await, "main");

    remove(&world, "rel-1", &added).await;
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    Row {
        did: "the journal's model got a required field",
        when: "promote",
        reads: says,
        way_out: "mend the model, try again",
        end: &end(&world, &release).await,
    }
    .fault();
}
