//! Manifests of migrations, as they come from an address: good ones, and all the ways they are not.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

use slipway::ports::manifest;
use slipway_release::Digest;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const SCRIPT: &str = "data:text/plain,module.exports=1";

/// An address that answers with this text, without a server.
fn address(text: &str) -> String {
    let escaped: String = js_sys::encode_uri_component(text).into();
    format!("data:application/json,{escaped}")
}

fn listing(path: &str, sha256: &str) -> String {
    address(&format!(
        r#"{{"version":1,"files":[{{"path":"{path}","sha256":"{sha256}"}}]}}"#
    ))
}

async fn refused(url: &str) -> String {
    manifest::fetch(url).await.unwrap_err().to_string()
}

#[wasm_bindgen_test]
async fn listed_files_are_fetched_and_checked() {
    let hash = Digest::of(b"module.exports=1").to_string();
    let files = manifest::fetch(&listing(SCRIPT, &hash)).await.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].bytes, b"module.exports=1");
}

#[wasm_bindgen_test]
async fn a_file_with_another_hash_is_not_used() {
    let hash = Digest::of(b"module.exports=2").to_string();
    assert_eq!(
        refused(&listing(SCRIPT, &hash)).await,
        format!(
            "{SCRIPT} is not the file that the manifest lists: its SHA-256 is different. It was not used."
        )
    );
}

#[wasm_bindgen_test]
async fn what_is_no_manifest_is_told_by_its_address() {
    for text in ["<html>", "[]", r#"{"version":1}"#] {
        let url = address(text);
        let said = refused(&url).await;
        assert!(
            said.starts_with(&format!("{url} is not a migrations manifest: ")),
            "{said}"
        );
    }
    let newer = refused(&address(r#"{"version":2,"files":[]}"#)).await;
    assert!(newer.ends_with("it has version 2, and this Slipway reads version 1"));
    let no_hash = refused(&listing(SCRIPT, "abc")).await;
    assert!(no_hash.contains("is not a SHA-256 hash"), "{no_hash}");
}

#[wasm_bindgen_test]
async fn what_does_not_answer_is_named() {
    let said = refused("http://127.0.0.1:1/manifest.json").await;
    assert!(
        said.starts_with("http://127.0.0.1:1/manifest.json could not be fetched: "),
        "{said}"
    );
}
