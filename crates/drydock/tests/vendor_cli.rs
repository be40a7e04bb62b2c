//! The vendor's own command line tool, unmodified (npm `datocms`, pinned in package.json), against drydock on a free port.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use support::process::Process;

/// A drydock, and a folder to run the tool in.
struct Shop {
    server: Process,
    folder: tempfile::TempDir,
}

/// What a run of the tool left behind.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("datocms.config.json"),
            r#"{"profiles":{"default":{}}}"#,
        )
        .unwrap();
        Self {
            server: Process::start(&["--in-memory"]),
            folder,
        }
    }

    fn run(&self, line: &str) -> Run {
        self.run_with(line, self.server.ready["tokens"]["full"].as_str().unwrap())
    }

    fn run_with(&self, line: &str, token: &str) -> Run {
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new("node")
            .arg(tool())
            .args(line.split_whitespace())
            .args([
                "--base-url",
                self.server.ready["cma"].as_str().unwrap(),
                "--api-token",
                token,
            ])
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env_remove("DATOCMS_API_TOKEN")
            .output()
            .expect("the vendor's tool needs Node 20 (`node`) on the PATH");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run {
            code: status.code().unwrap(),
            out: text(stdout),
            err: text(stderr),
        }
    }

    /// A run that must succeed; its output.
    fn done(&self, line: &str) -> String {
        let run = self.run(line);
        assert_eq!(run.code, 0, "{line}\n{}\n{}", run.out, run.err);
        run.out
    }

    /// The JSON a successful run prints.
    fn json(&self, line: &str) -> Value {
        let out = self.done(&format!("{line} --json"));
        let start = out
            .find(['{', '['])
            .unwrap_or_else(|| panic!("{line} prints no JSON: {out}"));
        serde_json::from_str(&out[start..]).unwrap()
    }

    /// Ids of the environments, the primary one marked with a star.
    fn environments(&self) -> String {
        let document = self.server.read("main", "/environments");
        let mark = |entity: &Value| {
            let star = if entity["meta"]["primary"] == true {
                "*"
            } else {
                ""
            };
            format!("{}{star}", entity["id"].as_str().unwrap())
        };
        document["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(mark)
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn maintenance(&self) -> bool {
        self.server.read("main", "/maintenance-mode")["data"]["attributes"]["active"]
            .as_bool()
            .unwrap()
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Names in the ledger of an environment, in the order they were recorded.
    fn ledger(&self, environment: &str) -> Vec<String> {
        let path = "/items?filter%5Btype%5D=schema_migration&order_by=_created_at_ASC";
        let document = self.server.read(environment, path);
        let items = document["data"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .filter_map(|item| item["attributes"]["name"].as_str().map(str::to_owned))
            .collect()
    }

    /// Api keys of the models of an environment.
    fn models(&self, environment: &str) -> Vec<String> {
        let document = self.server.read(environment, "/item-types");
        let models = document["data"].as_array().unwrap().iter();
        models
            .map(|model| model["attributes"]["api_key"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn tool() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tool = root.join("node_modules/datocms/bin/run");
    let found = [tool.clone(), tool.with_extension("js")]
        .into_iter()
        .find(|path| path.exists());
    found.unwrap_or_else(|| {
        panic!("the vendor's tool is not installed: run `npm ci` at the root of the repository")
    })
}

#[test]
fn environments_are_listed_forked_renamed_promoted_and_destroyed() {
    let shop = Shop::open();
    assert_eq!(
        shop.json("environments:fork main rel-1")["meta"]["forked_from"],
        "main"
    );
    assert_eq!(
        shop.json("environments:fork main fast-1 --fast --force")["meta"]["status"],
        "ready"
    );
    assert_eq!(shop.environments(), "main* rel-1 fast-1");
    shop.done("environments:rename fast-1 spare");
    shop.done("environments:promote rel-1");
    assert_eq!(shop.environments(), "main rel-1* spare");
    assert_eq!(shop.done("environments:primary").trim(), "rel-1");
    let listed = shop.json("environments:list");
    let ids: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|environment| &environment["id"])
        .collect();
    assert_eq!(ids, ["main", "rel-1", "spare"]);
    shop.done("environments:destroy spare");
    shop.done("environments:promote main");
    assert_eq!(shop.environments(), "main* rel-1");
}

#[test]
fn refusals_reach_the_person_who_typed() {
    let shop = Shop::open();
    shop.done("environments:fork main rel-1");
    let taken = shop.run("environments:fork main rel-1");
    assert_eq!(taken.code, 2);
    assert!(taken.err.contains("already"), "{}", taken.err);
    let primary = shop.run("environments:destroy main");
    // An error the tool has no words for ends it with 1 and the error itself.
    assert_eq!(primary.code, 1, "{}{}", primary.out, primary.err);
    assert!(
        primary.err.contains("CANNOT_DESTROY_PRIMARY_ENVIRONMENT"),
        "{}",
        primary.err
    );
    let editor = shop.server.ready["tokens"]["editor"].as_str().unwrap();
    assert_ne!(shop.run_with("environments:promote rel-1", editor).code, 0);
    assert_eq!(shop.environments(), "main* rel-1", "nothing was changed");
}

#[test]
fn maintenance_is_switched_and_forced() {
    let shop = Shop::open();
    shop.done("maintenance:on");
    assert!(shop.maintenance());
    shop.done("maintenance:off");
    assert!(!shop.maintenance());

    let model = r#"{"data":{"type":"item_type","attributes":{"name":"Note","api_key":"note"}}}"#;
    assert!(
        shop.server
            .call("POST", "/item-types", model)
            .starts_with("HTTP/1.1 201")
    );
    let model = shop.server.read("main", "/item-types/note")["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let item = format!(
        r#"{{"data":{{"type":"item","attributes":{{}},"relationships":{{"item_type":{{"data":{{"type":"item_type","id":"{model}"}}}}}}}}}}"#
    );
    assert!(
        shop.server
            .call("POST", "/items", &item)
            .starts_with("HTTP/1.1 201")
    );
    let item = shop.server.read("main", "/items")["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let enter = format!(
        r#"{{"data":{{"type":"editing_session_enter_item","relationships":{{"item":{{"data":{{"type":"item","id":"{item}"}}}}}}}}}}"#
    );
    assert!(
        shop.server
            .call("PUT", "/editing-sessions/somebody", &enter)
            .starts_with("HTTP/1.1 200")
    );
    let refused = shop.run("maintenance:on");
    assert_eq!(refused.code, 2, "{}{}", refused.out, refused.err);
    assert!(!shop.maintenance(), "somebody edits");
    shop.done("maintenance:on --force");
    assert!(shop.maintenance());
}

const FIRST: &str = "\
import type { Client } from 'datocms/lib/cma-client-node';
import { titleField } from './shared/fields';

export default async function addRecipes(client: Client): Promise<void> {
  const recipe = await client.itemTypes.create({ name: 'Recipe', api_key: 'recipe', draft_mode_active: true });
  await client.fields.create(recipe.id, titleField);
  console.log('recipes can be written');
}
";

const SHARED: &str = "\
export const titleField = {
  label: 'Title',
  api_key: 'title',
  field_type: 'string' as const,
  validators: { required: {} },
};
";

const SECOND: &str = "\
import type { Client } from 'datocms/lib/cma-client-node';

module.exports = async (client: Client) => {
  const recipe = await client.itemTypes.find('recipe');
  for (const title of ['Soup', 'Bread']) {
    const item = await client.items.create({ item_type: recipe, title });
    if (title === 'Bread') await client.items.publish(item.id);
  }
};
";

const THROWING: &str = "\
export default async function () {
  throw new Error('this recipe is wrong');
}
";

#[test]
fn migrations_run_on_a_fork_and_then_in_place() {
    let shop = Shop::open();
    shop.write("migrations/1700000001_addRecipes.ts", FIRST);
    shop.write("migrations/shared/fields.ts", SHARED);
    shop.write("migrations/1700000002_writeRecipes.ts", SECOND);
    shop.write(
        "migrations/notes.ts",
        "not a migration, and not even TypeScript",
    );

    let tried = shop.json("migrations:run --dry-run --destination rel-1");
    assert_eq!(tried["runMigrationScripts"].as_array().unwrap().len(), 2);
    assert_eq!(shop.environments(), "main*", "a dry run writes nothing");

    let run = shop.json("migrations:run --destination rel-1");
    assert_eq!(run["environmentId"], "rel-1");
    assert_eq!(shop.environments(), "main* rel-1");
    assert_eq!(
        shop.ledger("rel-1"),
        ["1700000001_addRecipes.ts", "1700000002_writeRecipes.ts"]
    );
    assert_eq!(shop.models("rel-1"), ["schema_migration", "recipe"]);
    assert_eq!(shop.models("main"), [""; 0]);
    let recipes = shop.server.read(
        "rel-1",
        "/items?filter%5Btype%5D=recipe&order_by=_created_at_ASC",
    );
    let seen: Vec<String> = recipes["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            format!(
                "{} {}",
                item["attributes"]["title"].as_str().unwrap(),
                item["meta"]["status"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(seen, ["Soup draft", "Bread published"]);

    shop.write(
        "migrations/1700000003_addSoups.ts",
        &FIRST
            .replace("Recipe", "Soup")
            .replace("'recipe'", "'soup'"),
    );
    let again = shop.json("migrations:run --source rel-1 --in-place");
    assert_eq!(
        again["runMigrationScripts"].as_array().unwrap().len(),
        1,
        "only the pending one"
    );
    assert_eq!(shop.models("rel-1"), ["schema_migration", "recipe", "soup"]);
    assert_eq!(shop.ledger("rel-1").len(), 3);
}

#[test]
fn a_migration_that_throws_leaves_the_fork_and_the_earlier_entries() {
    let shop = Shop::open();
    shop.write("migrations/1700000001_addRecipes.ts", FIRST);
    shop.write("migrations/shared/fields.ts", SHARED);
    shop.write("migrations/1700000002_wrong.ts", THROWING);
    shop.write("migrations/1700000003_never.ts", SECOND);
    let run = shop.run("migrations:run --destination rel-1 --fast-fork");
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("this recipe is wrong") || run.out.contains("this recipe is wrong"),
        "{}{}",
        run.out,
        run.err
    );
    assert_eq!(shop.environments(), "main* rel-1");
    assert_eq!(shop.ledger("rel-1"), ["1700000001_addRecipes.ts"]);
    let twice = shop.run("migrations:run --destination rel-1");
    assert_eq!(twice.code, 2, "the destination exists");
}
