//! What a page that dies in a rehearsal leaves behind, and who may take it away.

use slipway_release::{observed::Observed, rehearsal::fork::KnownBy};

use super::*;

/// A page dies in its second script. The name of its fork.
async fn dies(world: &mut World, profile: &Profile) -> String {
    let half = vec![world.creates_a_note("half"), Act::Hang];
    world.scripts.insert("2_two.ts".to_owned(), half);
    let dying = world.page(profile).await;
    tokio::select! {
        came = dying.rehearse(wanted(world, &dying), Rc::new(Page::default())) => panic!("it came to an end: {came:?}"),
        () = world.hanging.notified() => {}
    }
    let all = world.environments().await;
    all.into_iter()
        .find(|name| fork::is_name(&id(name)))
        .unwrap()
}

fn left(observed: &Observed) -> Vec<(&str, KnownBy)> {
    let left = observed.rehearsals.iter();
    left.map(|left| (left.fork.as_str(), left.known_by))
        .collect()
}

#[tokio::test(flavor = "current_thread")]
async fn whoever_looks_next_sees_whose_the_fork_is_and_can_destroy_it() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let profile = Profile::default();
    let name = dies(&mut world, &profile).await;

    let colleague = world.page(&Profile::default()).await;
    let observed = colleague.observe().await.unwrap();
    assert_eq!(left(&observed), [(name.as_str(), KnownBy::Mark)]);
    let quota = observed.quota.unwrap();
    assert_eq!(quota.used, 1, "it takes a place");

    let again = world.page(&profile).await;
    let kept = again.rehearsals().await.unwrap().rehearsals;
    assert_eq!((kept.len(), &kept[0].end), (1, &End::Unfinished));
    assert_eq!(kept[0].fork.as_str(), name);

    colleague.destroy_rehearsal(&id(&name)).await.unwrap();
    assert_eq!(world.environments().await, ["main"]);
    assert_eq!(left(&again.observe().await.unwrap()), []);
    // It is gone already, and that is fine.
    again.destroy_rehearsal(&id(&name)).await.unwrap();
    let kept = again.rehearsals().await.unwrap().rehearsals;
    assert_eq!(kept[0].fate, Fate::Destroyed);
}

#[tokio::test(flavor = "current_thread")]
async fn a_release_goes_its_way_beside_a_left_fork() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let whole = world.scripts["2_two.ts"].clone();
    let name = dies(&mut world, &Profile::default()).await;
    world.scripts.insert("2_two.ts".to_owned(), whole);
    let engine = world.page(&Profile::default()).await;

    // Not under the fork's name, though.
    let mut plan = world.plan(&engine);
    plan.sandbox = id(&name);
    let refused = engine.begin(plan).await.unwrap_err();
    assert!(
        refused.to_string().contains("is a name for rehearsals"),
        "{refused}"
    );
    assert_eq!(engine.observe().await.unwrap().releases, []);

    let release = engine.begin(world.plan(&engine)).await.unwrap();
    let observed = engine.observe().await.unwrap();
    assert_eq!(observed.releases.len(), 1);
    assert_eq!(observed.under_way().unwrap().plan().sandbox, id("rel-1"));
    let release = finish(&engine, release).await;
    assert_eq!(release.phase(), &Phase::Live);
    assert_eq!(world.environments().await, ["main", "rel-1", &name]);
    let observed = engine.observe().await.unwrap();
    assert_eq!(left(&observed), [(name.as_str(), KnownBy::Mark)]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_page_that_dies_while_primary_is_copied_leaves_a_fork_its_browser_knows() {
    let world = World::open(&[]).await.with_two_scripts();
    let profile = Profile::default();
    let dying = world.page(&profile).await;
    // The request got through, and its answer did not come any more.
    let fork_left = world.hold_back("POST /cma/environments/main/fork", "environment");
    tokio::select! {
        came = dying.rehearse(wanted(&world, &dying), Rc::new(Page::default())) => panic!("{came:?}"),
        () = fork_left.left() => {}
    }
    assert!(world.arrives(&fork_left).await);
    world.until_there_is_no_copying().await;

    let again = world.page(&profile).await;
    let observed = again.observe().await.unwrap();
    let [(name, KnownBy::ThisBrowser)] = left(&observed)[..] else {
        panic!("{:?}", observed.rehearsals);
    };
    let name = id(name);
    // To anybody else it is an environment like any other.
    let colleague = world.page(&Profile::default()).await;
    assert_eq!(left(&colleague.observe().await.unwrap()), []);
    let refused = colleague.destroy_rehearsal(&name).await.unwrap_err();
    assert!(
        refused.to_string().contains("nothing marks it"),
        "{refused}"
    );
    again.destroy_rehearsal(&name).await.unwrap();
    assert_eq!(world.environments().await, ["main"]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_name_alone_and_a_copied_mark_make_no_rehearsal() {
    let mut world = World::open(&[]).await.with_two_scripts();
    let name = dies(&mut world, &Profile::default()).await;
    // Somebody forks the fork, mark and all, and gives the copy such a name.
    let copy = fork::name(0x5eed);
    world.fork(&name, copy.as_str()).await;
    let engine = world.page(&Profile::default()).await;
    let observed = engine.observe().await.unwrap();
    assert_eq!(left(&observed), [(name.as_str(), KnownBy::Mark)]);
    let refused = engine.destroy_rehearsal(&copy).await.unwrap_err();
    assert!(refused.to_string().contains("somebody's work"), "{refused}");
    assert_eq!(world.environments().await.len(), 3);
    let refused = engine.destroy_rehearsal(&id("main")).await.unwrap_err();
    assert!(
        refused.to_string().contains("nothing marks it"),
        "{refused}"
    );
}
