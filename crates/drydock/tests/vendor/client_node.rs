//! `@datocms/cma-client-node`: what it offers beyond single calls. Each test runs one small program with it, and then looks
//! at what is stored.

use serde_json::{Value, json};

use crate::shop::Shop;

#[test]
fn iterators_give_every_entry_once_and_in_order() {
    let shop = Shop::hurried();
    let report = shop.program("client_iterators.mjs", &[]);
    let everything: Value = (1..=65).collect::<Vec<u32>>().into();
    for iterator in ["all", "concurrent", "raw"] {
        assert_eq!(report[iterator], everything, "{iterator}");
    }
    assert_eq!(report["even"], json!([65, 64, 63, 62, 61]));
    assert_eq!(report["none"], json!([]));
    assert_eq!(report["firstPage"], 30, "without an iterator");
    assert_eq!(
        report["refusal"],
        "perPage option cannot exceed maximum value of 500"
    );
    let versions = report["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 22);
    assert_eq!(
        versions.iter().filter(|current| **current == true).count(),
        1
    );

    let stored = shop.close().environment("main").items("entry");
    let numbers: Vec<&Value> = stored.iter().map(|item| &item.current["number"]).collect();
    assert_eq!(json!(numbers), everything);
}

#[test]
fn block_helpers_write_what_they_say() {
    let shop = Shop::hurried();
    shop.program("rich_schema.mjs", &[]);
    let report = shop.program("client_blocks.mjs", &[]);
    assert_eq!(report["isValid"], true);
    assert_eq!(
        report["blocksBefore"], report["blocksAfter"],
        "blocks keep their ids"
    );
    assert_eq!(report["words"], json!(["ONE", "TWO", "DEEP"]));
    assert_eq!(report["paths"], json!(["0", "1", "0.attributes.inner.0"]));
    assert_eq!(report["quotes"], 2);
    assert_eq!(report["localized"], json!([true, false]));
    assert_eq!(report["references"], json!({"blocks": 2, "models": 2}));
    assert_eq!(report["embedding"], json!(["card", "story"]));
    assert_eq!(report["inspected"], true);

    let stored = shop.close().environment("main").items("story");
    assert_eq!(stored[0].id, report["story"]);
    let story = &stored[0].current;
    let mut words = Vec::new();
    said(story, &mut words);
    words.sort();
    let expected = [
        "DEEP",
        "DEEP",
        "HERO",
        "IN THE TEXT",
        "INLINE",
        "ONE",
        "ONE",
        "TWO",
    ];
    assert_eq!(
        words, expected,
        "the first section is there twice, with what is in it"
    );
    let sections = story["sections"].as_array().unwrap();
    assert_eq!(sections.len(), 3);
    assert_ne!(
        sections[0]["id"], sections[2]["id"],
        "the copy is a block of its own"
    );
    assert!(
        story.to_string().contains(report["home"].as_str().unwrap()),
        "the link in the text"
    );
}

/// What every block below says.
fn said(value: &Value, words: &mut Vec<String>) {
    if let Some(own) = value["attributes"]["words"].as_str() {
        words.push(own.to_owned());
    }
    let below: Vec<&Value> = match (value.as_array(), value.as_object()) {
        (Some(list), _) => list.iter().collect(),
        (_, Some(map)) => map.values().collect(),
        (None, None) => Vec::new(),
    };
    for value in below {
        said(value, words);
    }
}

#[test]
fn files_arrive_as_they_are_and_are_replaced() {
    let shop = Shop::hurried();
    let report = shop.program("client_uploads.mjs", &[]);
    assert_eq!(
        report["same"], report["ids"][0],
        "the same bytes are sent once"
    );
    assert_eq!(report["listed"], report["ids"]);
    assert_eq!(report["cancellation"], "CanceledPromiseError");
    assert_eq!(
        report["steps"],
        json!([
            "REQUESTING_UPLOAD_URL",
            "UPLOADING_FILE",
            "CREATING_UPLOAD_OBJECT"
        ])
    );
    assert_eq!(
        report["pixel"],
        json!({"width": 1, "height": 1, "format": "png", "isImage": true, "alt": {"en": "One pixel"}})
    );
    for (file, sums) in report["sums"].as_object().unwrap() {
        let [told, sent, served] = sums.as_array().unwrap().as_slice() else {
            panic!("{sums}")
        };
        assert_eq!((told, served), (sent, sent), "{file}");
    }

    let stored = shop.close().environment("main");
    assert_eq!(stored.attributes("upload", "md5").len(), 3);
    let sums = &report["sums"];
    let expected = ["pixel", "replaced", "asPixel"].map(|file| sums[file][1].as_str().unwrap());
    assert_eq!(stored.attributes("upload", "md5"), expected);
    assert_eq!(stored.attributes("upload", "filename")[1], "note.txt");
    assert_eq!(stored.attributes("upload", "notes")[1], "replaced");
    assert_eq!(stored.attributes("upload", "copyright")[2], "nobody");
    let pixel = &stored.entities("upload")[0];
    assert_eq!(pixel["attributes"]["tags"], json!(["red", "small"]));
    let collection = &stored.entities("upload_collection")[0];
    assert_eq!(
        pixel["relationships"]["upload_collection"]["data"]["id"],
        collection["id"]
    );
}

#[test]
fn refusals_are_found_by_code_and_details() {
    let shop = Shop::hurried();
    let report = shop.program("client_errors.mjs", &[]);
    let short = &report["short"];
    assert_eq!(
        (&short["status"], &short["method"]),
        (&json!(422), &json!("POST"))
    );
    assert_eq!(short["sent"], json!({"title": "x"}));
    assert_eq!(short["byCode"]["field"], "title");
    assert_eq!(short["byCode"]["code"], "VALIDATION_LENGTH");
    let found = ["url", "byDetails", "byFunction", "message"].map(|way| &short[way]);
    assert_eq!(json!(found), json!([true, true, true, true]));
    assert_eq!(
        json!([short["otherField"], short["otherCode"]]),
        json!([false, false])
    );
    assert_eq!(report["absent"], json!([404, true]));
    assert_eq!(report["stale"], json!([409, true]));
    assert_eq!(
        report["inJob"],
        json!([422, "N/A", "VALIDATION_UNIQUENESS"])
    );
    assert_eq!(report["elsewhere"], json!([404, true]));
    assert_eq!(report["forbidden"], json!([401, true]));

    let stored = shop.close().environment("main");
    assert_eq!(stored.attributes("field", "api_key"), ["title"]);
    let entries = stored.items("entry");
    assert_eq!(entries.len(), 1, "what was refused is not there");
    assert_eq!(entries[0].current["title"], "Second");
}

#[test]
fn calls_are_sent_again_until_they_are_done_and_are_done_once() {
    let faults = [
        "POST /items:429=3*2",
        "POST /items:transient@3",
        "PUT /items/none:429",
        "/item-types/hung:hang",
        "/site:hang*1",
        "/menu-items:503",
    ];
    let options: Vec<&str> = faults
        .iter()
        .flat_map(|fault| ["--fault", *fault])
        .collect();
    let shop = Shop::open_with(&options, true);
    let report = shop.program("client_retries.mjs", &[]);
    let created = [
        "POST /items",
        "Rate limit exceeded, wait 3 seconds then retry...",
        "POST /items",
        "Rate limit exceeded, wait 3 seconds then retry...",
        "POST /items",
        "Status: 422 (Unprocessable Entity)",
        "BATCH_DATA_VALIDATION_IN_PROGRESS, wait 3 seconds then retry...",
        "POST /items",
        "Status: 201 (Created)",
    ];
    assert_eq!(report["created"], json!(created));
    assert_eq!(report["once"], 429, "without retries");
    assert_eq!(
        (&report["hung"], &report["attempts"]),
        (&json!("GET"), &json!(5))
    );
    assert_eq!(report["patient"], "site", "the second try is answered");
    assert_eq!(report["broken"], 503, "this is not sent again");
    assert_eq!(shop.close().environment("main").items("entry").len(), 1);
}

#[test]
fn a_real_rate_limit_only_slows_a_script_down() {
    let shop = Shop::open_with(&["--rate-limit", "20/1s"], true);
    let report = shop.program("client_iterators.mjs", &[]);
    assert_eq!(report["all"].as_array().unwrap().len(), 65);
    assert_eq!(shop.close().environment("main").items("entry").len(), 65);
}

#[test]
fn jobs_are_polled_at_the_clients_own_pace() {
    let shop = Shop::open_with(&["--job-delay", "1500"], false);
    let report = shop.program("client_jobs.mjs", &[]);
    let calls = [
        "POST /item-types/…/fields",
        "Status: 202 (Accepted)",
        "GET /job-results/…",
        "Status: 404 (Not Found)",
        "GET /job-results/…",
        "Status: 200 (OK)",
    ];
    assert_eq!(report["calls"], json!(calls));
    assert_eq!(
        report["asked"],
        json!(["string"]),
        "one job, fetched by the caller"
    );
    let stored = shop.close().environment("main");
    assert_eq!(stored.attributes("field", "api_key"), ["title", "text"]);
}
