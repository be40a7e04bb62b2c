//! Two people with a browser each press buttons at one release in any order: never do both act, and
//! whoever comes last can finish it.

use std::rc::Rc;

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

use super::{
    crash_points::Undisturbed,
    support::{
        World,
        drivers::{self, Chances, Told},
    },
    table,
};

const CASES: u32 = 48;

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(work)
}

#[test]
fn two_drivers_never_both_act_and_the_release_can_always_be_finished() {
    let undisturbed = run(Undisturbed::run());
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 16,
        ..Config::default()
    };
    // The same schedules every time; `cargo xtask soak` tries others.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome =
        TestRunner::new_with_rng(config, random).run(&vec(any::<u8>(), 60..260), |bytes| {
            let told = Told::default();
            let wrong = run(async {
                let world = World::with_a_migration().await;
                let chances = Chances::new(bytes);
                drivers::let_loose(&world, &undisturbed.content, &chances, &told).await
            });
            match wrong {
                None => Ok(()),
                Some(wrong) => Err(TestCaseError::fail(format!(
                    "{wrong}\n{}",
                    Rc::unwrap_or_clone(told).into_inner().join("\n")
                ))),
            }
        });
    if let Err(wrong) = outcome {
        panic!("{wrong}");
    }
    let row = vec![
        ("interleavings of two drivers", CASES.to_string()),
        ("both acted in one step", "0".to_owned()),
        ("ended as undisturbed", CASES.to_string()),
    ];
    table::write("two-drivers", "two drivers", [row]);
}
