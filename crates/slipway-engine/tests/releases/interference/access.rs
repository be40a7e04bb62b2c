//! The operator's role changed, or the token revoked, in the middle of a release.

use serde_json::json;
use slipway_release::{FailureKind, Phase, Release, Step};

use crate::{row::Row, support::*};

/// Somebody with a token and a role of their own, which others may change.
struct Operator {
    role: String,
    token_id: String,
    secret: String,
}

impl Operator {
    async fn of(world: &World) -> Self {
        let roles = world.ask("GET", "/roles", None).await;
        let admin = roles
            .as_array()
            .unwrap()
            .iter()
            .find(|role| role["attributes"]["name"] == "Admin");
        let admin = admin.unwrap()["id"].as_str().unwrap();
        let role = world
            .ask("POST", &format!("/roles/{admin}/duplicate"), None)
            .await;
        let role = role["id"].as_str().unwrap().to_owned();
        let token = world
            .ask(
                "POST",
                "/access_tokens",
                Some(json!({ "data": {
                    "type": "access_token",
                    "attributes": {
                        "name": "The operator",
                        "can_access_cda": true,
                        "can_access_cda_preview": true,
                        "can_access_cma": true,
                    },
                    "relationships": { "role": { "data": { "type": "role", "id": role } } },
                }})),
            )
            .await;
        Self {
            role,
            token_id: token["id"].as_str().unwrap().to_owned(),
            secret: token["attributes"]["token"].as_str().unwrap().to_owned(),
        }
    }

    async fn may(&self, world: &World, what: &str, value: serde_json::Value) {
        let body =
            json!({ "data": { "type": "role", "id": self.role, "attributes": { what: value } } });
        world
            .ask("PUT", &format!("/roles/{}", self.role), Some(body))
            .await;
    }

    async fn is_revoked(&self, world: &World) {
        // Deleting it would hand over what the operator made, which a frozen primary does not take.
        let path = format!("/access_tokens/{}/regenerate_token", self.token_id);
        world.ask("POST", &path, None).await;
    }
}

/// A project, an operator signed in to it, and a release of theirs whose next step is `step`.
async fn signed_in(step: Step) -> (World, Operator, TestEngine, Release) {
    let world = World::open(&[]).await.with_two_scripts();
    let (operator, engine, release) = signs_in(&world, step).await;
    (world, operator, engine, release)
}

async fn signs_in(world: &World, step: Step) -> (Operator, TestEngine, Release) {
    let operator = Operator::of(world).await;
    let engine = world.page_as(&Profile::default(), &operator.secret).await;
    let release = at(&engine, world, step).await;
    (operator, engine, release)
}

const PROMOTE: &str = "can_promote_environments";
const MANAGE: &str = "can_manage_environments";
const ASK: &str =
    "Ask an admin to extend your role and try again, or let a colleague go on with this release.";

#[rstest::rstest]
#[case::freeze(
    Step::Freeze,
    PROMOTE,
    "Your role does not allow PUT /maintenance-mode/activate. Nothing was changed."
)]
#[case::fork(
    Step::Fork,
    MANAGE,
    "Your role does not allow POST /environments/main/fork. Nothing was changed."
)]
#[case::migrate(
    Step::Migrate(0),
    "can_edit_schema",
    "The ledger of migrations could not be prepared, so 1_one.ts did not run: Your role does not allow POST /item-types. Nothing was changed."
)]
#[case::promote(
    Step::Promote,
    PROMOTE,
    "Your role does not allow PUT /environments/rel-1/promote. Nothing was changed."
)]
#[case::unfreeze(
    Step::Unfreeze,
    PROMOTE,
    "Your role does not allow PUT /maintenance-mode/deactivate. Nothing was changed."
)]
#[tokio::test(flavor = "current_thread")]
async fn a_role_that_lost_a_permission_is_told_and_gets_it_back(
    #[case] step: Step,
    #[case] permission: &str,
    #[case] says: &str,
) {
    let (world, operator, engine, release) = signed_in(step).await;
    operator.may(&world, permission, false.into()).await;

    let release = next(&engine, release).await.unwrap();
    let says = format!("{says} {ASK}");
    assert_eq!(trouble(&release), (step, says.clone()));
    assert_eq!(kind(&release), FailureKind::Forbidden);
    operator.may(&world, permission, true.into()).await;
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    Row {
        did: &format!("took `{permission}` from the operator's role"),
        when: &format!("before “{step}”"),
        reads: &says,
        way_out: "get the permission back, try again",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::discard(
    MANAGE,
    Step::Promote,
    "Your role does not allow DELETE /environments/rel-1. Nothing was changed."
)]
#[case::reopen(
    PROMOTE,
    Step::Fork,
    "Your role does not allow PUT /maintenance-mode/deactivate. Nothing was changed."
)]
#[tokio::test(flavor = "current_thread")]
async fn what_the_operator_may_not_undo_a_colleague_undoes(
    #[case] permission: &str,
    #[case] step: Step,
    #[case] says: &str,
) {
    let (world, operator, engine, release) = signed_in(step).await;
    operator.may(&world, permission, false.into()).await;
    let event = slipway_release::Event::AbandonRequested {
        reason: String::new(),
    };
    let release = engine.decide(release, event).await.unwrap();
    let release = next(&engine, release).await.unwrap();
    let says = format!("{says} {ASK}");
    assert_eq!(trouble(&release).1, says);
    assert!(world.is_frozen().await);

    // The colleague sees as much as primary or the sandbox tells, and lifts the freeze.
    let colleague = world.page(&Profile::default()).await;
    let release = colleague.take_over(found(&colleague).await).await.unwrap();
    let release = if release.phase().may_abandon() {
        give_up(&colleague, release).await
    } else if let Phase::InDoubt(_) = release.phase() {
        let release = next(&colleague, release).await.unwrap();
        if release.phase().may_abandon() {
            give_up(&colleague, release).await
        } else {
            finish(&colleague, release).await
        }
    } else {
        finish(&colleague, release).await
    };
    assert_eq!(release.phase(), &Phase::Abandoned);
    Row {
        did: &format!("took `{permission}` from the operator's role"),
        when: "before the release was given up",
        reads: &says,
        way_out: "a colleague goes on and gives it up",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn a_sandbox_out_of_sight_is_not_said_to_be_destroyed(#[case] step: Step) {
    let (world, operator, engine, release) = signed_in(step).await;
    operator
        .may(&world, "environments_access", "primary_only".into())
        .await;

    let refused = next(&engine, release.clone()).await;
    let says = "Your role does not show rel-1 any more. Nothing was sent. Ask an admin to give your role access to every environment and try again, or let a colleague go on with this release.";
    let release = refused.unwrap();
    assert_eq!(trouble(&release), (step, says.to_owned()));
    assert_eq!(kind(&release), FailureKind::Forbidden);
    operator
        .may(&world, "environments_access", "all".into())
        .await;
    let release = finish(&engine, release).await;
    Row {
        did: "hid the sandboxes from the operator's role",
        when: &format!("before “{step}”"),
        reads: says,
        way_out: "get access back, try again",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::freeze(Step::Freeze)]
#[case::fork(Step::Fork)]
#[case::promote(Step::Promote)]
#[tokio::test(flavor = "current_thread")]
async fn a_primary_out_of_sight_is_told(#[case] step: Step) {
    let (world, operator, engine, release) = signed_in(step).await;
    operator
        .may(&world, "environments_access", "sandbox_only".into())
        .await;

    let release = next(&engine, release).await.unwrap();
    let says = "Your role does not show the primary environment any more. Ask an admin to give your role access to every environment and try again, or let a colleague go on with this release. Nothing was sent.";
    assert_eq!(trouble(&release), (step, says.to_owned()));
    operator
        .may(&world, "environments_access", "all".into())
        .await;
    let release = finish(&engine, release).await;
    Row {
        did: "hid primary from the operator's role",
        when: &format!("before “{step}”"),
        reads: says,
        way_out: "get access back, try again",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[rstest::rstest]
#[case::freeze(Step::Freeze)]
#[case::fork(Step::Fork)]
#[case::migrate(Step::Migrate(0))]
#[case::promote(Step::Promote)]
#[case::unfreeze(Step::Unfreeze)]
#[tokio::test(flavor = "current_thread")]
async fn after_a_revoked_token_a_colleague_goes_on(#[case] step: Step) {
    let (world, operator, engine, release) = signed_in(step).await;
    operator.is_revoked(&world).await;

    let refused = next(&engine, release).await.unwrap_err();
    let says = "The CMS does not accept the access token (GET /item-types/slipway_release). Nothing was changed. Reload the page to sign in again, or let a colleague go on with this release.";
    assert_eq!(refused.to_string(), says);

    let colleague = world.page(&Profile::default()).await;
    let release = colleague.take_over(found(&colleague).await).await.unwrap();
    let release = finish(&colleague, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    assert_eq!(world.notes("rel-1").await, ["First", "one", "two"]);
    Row {
        did: "revoked the operator's token",
        when: &format!("before “{step}”"),
        reads: says,
        way_out: "a colleague goes on",
        end: &end(&world, &release).await,
    }
    .interference();
}

#[tokio::test(flavor = "current_thread")]
async fn a_token_revoked_while_a_script_runs_is_a_script_that_failed() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let whole = world.scripts["1_one.ts"].clone();
    let acts = [vec![Act::Pause], whole.clone()].concat();
    world.scripts.insert("1_one.ts".to_owned(), acts);
    let (operator, engine, release) = signs_in(&world, Step::Migrate(0)).await;
    let somebody = async {
        world.hanging.notified().await;
        operator.is_revoked(&world).await;
        world.go_on.notify_one();
    };
    let (release, ()) = tokio::join!(next(&engine, release), somebody);
    let reads = trouble(&release.unwrap()).1;
    assert!(
        reads.starts_with("1_one.ts failed at lib/call.ts:7. The CMS refused POST /items with INVALID_AUTHORIZATION_HEADER (status 401). The CMS does not accept the access token any more."),
        "{reads}"
    );
    assert!(
        reads.ends_with("It had made 1 request on the sandbox by then; primary is untouched."),
        "{reads}"
    );

    world.scripts.insert("1_one.ts".to_owned(), whole);
    let colleague = world.page(&Profile::default()).await;
    let release = colleague.take_over(found(&colleague).await).await.unwrap();
    let release = next(&colleague, release).await.unwrap();
    assert_eq!(kind(&release), FailureKind::ScriptInterrupted);
    let release = restart(&colleague, release).await;
    let release = finish(&colleague, release).await;
    Row {
        did: "revoked the operator's token",
        when: "within “migrate (script 1)”",
        reads: &reads,
        way_out: "a colleague starts again on a fresh fork",
        end: &end(&world, &release).await,
    }
    .interference();
}
