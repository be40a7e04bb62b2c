//! The vendor's types, which every answer is checked against.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use drydock::ResponseSchemas;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Names the file for `cargo xtask test`, which made it: there nothing goes unchecked.
const FILE: &str = "RESPONSE_SCHEMAS";

/// The schemas and the file they are in. Without a file that is named they are made, and made anew when they are old.
/// `None`, which is said once, where the npm packages are not installed.
pub fn schemas() -> Option<&'static (PathBuf, ResponseSchemas)> {
    static SCHEMAS: LazyLock<Option<(PathBuf, ResponseSchemas)>> = LazyLock::new(|| match made() {
        Ok(made) => Some(made),
        Err(reason) => {
            println!("answers are not checked against the vendor's types: {reason}");
            None
        }
    });
    SCHEMAS.as_ref()
}

fn made() -> Result<(PathBuf, ResponseSchemas), String> {
    if let Some(file) = std::env::var_os(FILE).map(PathBuf::from) {
        let schemas = ResponseSchemas::read(&file).unwrap();
        return Ok((file, schemas));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let script = root.join("crates/drydock/schemas/responses.mjs");
    for package in ["@datocms/cma-client", "ts-json-schema-generator"] {
        if !root.join("node_modules").join(package).exists() {
            return Err(format!(
                "the npm package {package} is not installed; run `npm ci` at the root of the repository"
            ));
        }
    }
    let source = source(&root, &script);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let file = target.join("response-schemas.json");
    let fresh = || {
        ResponseSchemas::read(&file)
            .ok()
            .filter(|schemas| schemas.source() == source)
    };
    if let Some(schemas) = fresh() {
        return Ok((file, schemas));
    }
    // Many tests begin at once: one of them makes the file, the others wait for it.
    let lock = File::create(target.join("response-schemas.lock")).unwrap();
    lock.lock().unwrap();
    if let Some(schemas) = fresh() {
        return Ok((file, schemas));
    }
    let run = Command::new("node").arg(&script).arg(&file).output();
    let run = run.map_err(|error| format!("Node 20 (`node`) is not on the PATH: {error}"))?;
    assert!(
        run.status.success(),
        "the schemas cannot be made: {}",
        String::from_utf8_lossy(&run.stderr)
    );
    let schemas = ResponseSchemas::read(&file).unwrap();
    assert_eq!(
        schemas.source(),
        source,
        "the file names what it was made from"
    );
    Ok((file, schemas))
}

/// What a file made now would say it was made from.
fn source(root: &Path, script: &Path) -> String {
    let package = root.join("node_modules/@datocms/cma-client/package.json");
    let package: Value = serde_json::from_slice(&std::fs::read(package).unwrap()).unwrap();
    let hash = Sha256::digest(std::fs::read(script).unwrap());
    format!(
        "@datocms/cma-client {}, responses.mjs {hash:x}",
        package["version"].as_str().unwrap()
    )
}
