//! Answers that do not come, or not in time.

use std::time::Duration;

use datocms_client::{ApiError, Cda, Patience, Timer};
use serde_json::{Map, json};

use crate::support::{Reply, answer, error, item, job, one, script};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "current_thread")]
async fn a_read_without_an_answer_in_time_goes_again() {
    let (server, cma, _) = script([Reply::Silence, answer(200, one(item("It1")))]);
    cma.primary().items().find("It1").await.unwrap();
    assert_eq!(server.times(), [0, 30_250], "thirty seconds and a pause");
}

#[tokio::test(flavor = "current_thread")]
async fn a_write_without_an_answer_in_time_is_in_doubt() {
    let (_, cma, timer) = script([Reply::Silence]);
    let error = cma.primary().items().publish("It1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "No answer came to PUT /items/It1/publish (none within 30 seconds). It may or may not have been carried out."
    );
    assert_eq!(timer.now(), Duration::from_secs(30));
}

#[tokio::test(flavor = "current_thread")]
async fn an_answer_that_takes_its_time_is_waited_for() {
    let (server, cma, _) = script([answer(200, one(item("It1")))]);
    server.set_latency(Duration::from_secs(29));
    cma.primary().items().find("It1").await.unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn patience_is_data_and_a_client_with_more_of_it_shares_the_rate_limit() {
    let patience = Patience {
        answer: 2 * MINUTE,
        job: 3 * MINUTE,
    };
    let mut replies = vec![Reply::Silence, job("j")];
    replies.extend((0..200).map(|_| error(404, "NOT_FOUND")));
    let (server, cma, timer) = script(replies);
    let cma = cma.patient(patience);
    let silent = cma.primary().items().publish("It1").await.unwrap_err();
    assert!(silent.to_string().contains("none within 2 minutes"));
    let before = timer.now();
    let unfinished = cma.primary().items().destroy("It1").await.unwrap_err();
    assert!(
        matches!(&unfinished, ApiError::JobUnfinished { job, waited, .. }
            if job.as_str() == "j" && *waited == 3 * MINUTE),
        "{unfinished:?}"
    );
    assert_eq!(timer.now(), before + 3 * MINUTE);
    assert!(server.left() > 0);

    let (server, cma, _) = script((0..61).map(|_| answer(200, one(item("It1")))));
    let patient = cma.patient(patience);
    for _ in 0..60 {
        cma.primary().items().find("It1").await.unwrap();
    }
    patient.primary().items().find("It1").await.unwrap();
    assert_eq!(server.times()[60], 3000);
}

#[tokio::test(flavor = "current_thread")]
async fn a_date_in_the_place_of_a_duration_does_not_hold_the_client_for_years() {
    let too_many = crate::support::answer_with(
        429,
        &[("x-ratelimit-reset", "1767603600")],
        crate::support::error_body("RATE_LIMIT_EXCEEDED", json!({}), false),
    );
    let (server, cma, _) = script([too_many, answer(200, one(item("It1")))]);
    cma.primary().items().find("It1").await.unwrap();
    assert_eq!(server.times(), [0, 1000], "as if it said nothing");
}

#[tokio::test(flavor = "current_thread")]
async fn the_delivery_api_is_not_waited_for_longer() {
    let (server, _, timer) = script([Reply::Silence, answer(200, json!({ "data": {} }))]);
    let endpoint = "http://cms.test/graphql".parse().unwrap();
    let cda = Cda::new(server.clone(), timer, endpoint, "s3cr3t".parse().unwrap());
    cda.query(None, false, "{ x }", &Map::new()).await.unwrap();
    assert_eq!(server.times(), [0, 30_250]);
}
