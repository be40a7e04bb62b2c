//! What our run leaves in the database, and what the vendor's tool leaves there.

use std::{fs, path::Path};

use e2e::Stage;

use crate::{cli, in_blank_project, release, stored};

/// What `tsconfig.json` says of imports and of the fields of classes, with all that is legal in it.
const TSCONFIG: &str = r#"{
  // Of the team's own.
  "extends": "./config/base",
  "compilerOptions": { "strict": true, "target": "ES2017", /* no paths here */ },
}"#;
const BASE: &str = r#"{ "compilerOptions": { "paths": { "@lib/*": ["../gone/*", "../lib/*"], "everything": ["../lib/find"] } } }"#;
const PACKAGE: &str = r##"{ "imports": { "#find": { "require": "./lib/find.js", "default": "./gone.ts" }, "#lib/*": "./lib/*" } }"##;
const BY_ALIAS: &str = "import { title } from '@lib/fields';
import authors from '@lib/authors.json';
import { named } from 'everything';
import { named as called } from '#find';
import guests from '#lib/authors.json';
import upperFirst from 'lodash/upperFirst';
import fp from 'lodash/fp';
import getOr from 'lodash/fp/getOr';

export default async (client: any) => {
  const names = fp.flow(fp.map(getOr('nobody', 'name')), fp.join(' and '))(authors);
  const model = await client.itemTypes.create({ name: upperFirst(`guests of ${names}`).slice(0, 30), api_key: 'guest' });
  await client.fields.create(model, title());
  named(await client.itemTypes.list(), 'guest');
  called(await client.itemTypes.list(), guests.length === authors.length ? 'guest' : 'nobody');
};
";

/// The repository, with a migration that imports by what `tsconfig.json` and `package.json` say, and parts of packages.
fn add_imports_by_alias(folder: &Path) {
    let config = folder.join("config");
    fs::create_dir(&config).unwrap();
    for (path, text) in [
        (folder.join("tsconfig.json"), TSCONFIG),
        (folder.join("package.json"), PACKAGE),
        (config.join("base.json"), BASE),
        (folder.join("migrations/1600000036_byAlias.ts"), BY_ALIAS),
    ] {
        fs::write(path, text).unwrap();
    }
}

#[tokio::test]
async fn our_run_and_the_tools_give_the_same_database() {
    let repository = cli::many_scripts();
    let folder = repository.path().join("many_scripts");
    add_imports_by_alias(&folder);
    let mut ours = Vec::new();
    in_blank_project("migrations-ours", async |stage: &mut Stage, slipway| {
        let sandbox = release(slipway, &folder, &cli::CONSENTS).await?;
        stage.kill_server().await?;
        ours = stored(stage.data()?, &sandbox);
        Ok(())
    })
    .await;
    // The tool finds a project as we do: with a release planned, for the same environment, by the same person.
    let mut theirs = Vec::new();
    in_blank_project("migrations-theirs", async |stage: &mut Stage, slipway| {
        let sandbox = slipway.create(&folder).await?;
        let token = slipway.panel().user("Admin")?.token.clone();
        cli::migrations_run(stage, &token, &folder, &["--destination", &sandbox]).await?;
        stage.kill_server().await?;
        theirs = stored(stage.data()?, &sandbox);
        Ok(())
    })
    .await;
    assert!(theirs.len() > 100, "{theirs:?}");
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let mut left = those.to_vec();
        let mut only = Vec::new();
        for line in these {
            match left.iter().position(|other| other == line) {
                Some(at) => drop(left.remove(at)),
                None => only.push(line.clone()),
            }
        }
        only
    };
    let (added, missing) = (only(&ours, &theirs), only(&theirs, &ours));
    assert!(
        added.is_empty() && missing.is_empty(),
        "only ours:\n{}\nonly theirs:\n{}",
        added.join("\n"),
        missing.join("\n")
    );
}
