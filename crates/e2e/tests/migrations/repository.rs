//! A whole repository is dropped: the migrations in it are found, shown, and can be looked for elsewhere.

use std::{fs, path::Path};

use e2e::{Name, Role, Stage};
use tempfile::TempDir;

use crate::{PATIENCE, in_blank_project};

const ONTO: &str = "Drop your migrations folder here";

/// A script that is never run: where it downloads from is read off its text.
const DOWNLOADS: &str = "// See https://docs.example.com.\nmodule.exports = async (client) => { await client.uploads.createFromUrl({ url: 'https://images.example.com/a.png' }); };\n";

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

#[tokio::test]
async fn the_folder_is_found_shown_and_changed() {
    in_blank_project("migrations-repository", async |_: &mut Stage, slipway| {
        let repository = TempDir::new().unwrap();
        let folder = repository.path().join("website");
        let kiln = "import { kiln } from '../lib/names';\nexport default async (client: Client) => { await client.itemTypes.create(kiln); };\n";
        write(
            &folder,
            &[
                ("cms/db/1700000000_kiln.ts", kiln),
                ("cms/lib/names.ts", "import jar from './jar.json';\nexport const kiln = { name: 'Kiln', api_key: jar.key };\n"),
                ("cms/lib/jar.json", "{ \"key\": \"kiln\" }"),
                ("experiments/1_try.js", DOWNLOADS),
                ("node_modules/x/1_a.js", "throw new Error('never read');\n"),
                (".git/1_a.js", "no script\n"),
                ("src/index.ts", "this is not read, so it need not be TypeScript"),
            ],
        );
        let page = slipway.press("New release").await?;
        page.find(Role::Heading, "New release").await?;

        // Two folders hold files named like migrations: a person says which.
        let page = slipway.drop_files(ONTO, &[&folder]).await?;
        page.sees("Several folders may hold the migrations.").await?;
        let reason = page.disabled_reason(Role::Button, "Create release").await?;
        assert_eq!(reason, "Choose your migrations first.");
        page.choose("Migrations folder", "experiments").await?;
        page.sees("1 of 1 pending, from website/experiments").await?;
        page.sees("As you chose.").await?;
        page.sees("Downloads from images.example.com.").await?;

        // The tool's configuration says it.
        let config = r#"{"profiles":{"default":{"migrations":{"directory":"./db","modelApiKey":"schema_migration"}}}}"#;
        write(&folder, &[("cms/datocms.config.json", config)]);
        let page = slipway.drop_files(ONTO, &[&folder]).await?;
        page.sees("1 of 1 pending, from website/cms/db").await?;
        page.sees("As cms/datocms.config.json says.").await?;

        // With another ledger than ours nothing is begun.
        write(&folder, &[("cms/datocms.config.json", &config.replace("schema_migration", "ledger"))]);
        let page = slipway.drop_files(ONTO, &[&folder]).await?;
        page.sees("The two tools would not know of each other’s migrations.").await?;
        let reason = page.disabled_reason(Role::Button, "Create release").await?;
        assert!(reason.starts_with("The model of the ledger"), "{reason}");
        write(&folder, &[("cms/datocms.config.json", config)]);
        let page = slipway.drop_files(ONTO, &[&folder]).await?;
        page.no_longer_sees("The two tools would not know").await?;

        // What it imports from elsewhere in the repository is read and runs.
        page.press(Role::Button, "Create release").await?;
        slipway.press("Freeze primary").await?;
        let page = slipway.press("Fork main").await?;
        page.press(Role::Button, "Run 1 migration").await?;
        let page = page.patient_for(PATIENCE);
        page.find(Role::Button, Name::containing("Promote")).await.map(drop)
    })
    .await;
}
