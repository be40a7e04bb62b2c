//! One project, two tools: each knows what the other ran.

use e2e::{Migrations, Role, Stage};

use crate::{PATIENCE, cli, in_blank_project};

fn script(name: &str) -> String {
    format!(
        "module.exports = async (client) => {{ await client.itemTypes.create({{ name: '{name}', api_key: '{}' }}); }};\n",
        name.to_lowercase()
    )
}

#[tokio::test]
async fn the_two_tools_take_turns() {
    in_blank_project("migrations-turns", async |stage: &mut Stage, slipway| {
        let texts = ["Kiln", "Jar", "Shelf"].map(script);
        let files = [
            ("10_kiln.js", texts[0].as_str()),
            ("9_jar.ts", texts[1].as_str()),
            ("11_shelf.js", texts[2].as_str()),
        ];
        let config = r#"{"profiles":{"default":{}}}"#;
        let token = stage.addresses()?.tokens.full.clone();

        // First the tool, on a folder of one, in primary itself.
        let first = Migrations::of(&files[..1])?;
        let folder = first.path();
        std::fs::write(folder.join("datocms.config.json"), config).unwrap();
        let here = [
            "--migrations-dir",
            ".",
            "--source",
            "main",
            "--in-place",
            "--allow-primary",
        ];
        let said = cli::migrations_run(stage, &token, &folder, &here).await?;
        assert!(
            said.contains("Successfully run 1 migration scripts"),
            "{said}"
        );

        // Then we: what it ran is not pending, and its ledger is ours.
        let second = Migrations::of(&files[..2])?;
        slipway.panel().page().await?.reload().await?;
        let page = slipway.plan(&second.path()).await?;
        page.sees("1 of 2 pending, from migrations").await?;
        let sandbox = page.value_of("Name of the sandbox environment").await?;
        page.press(Role::Button, "Create release").await?;
        slipway.press("Freeze primary").await?;
        slipway.press("Fork main").await?;
        slipway.press("Run 1 migration").await?;
        slipway.press("Promote…").await?;
        let phrase = format!("{sandbox} replaces main");
        slipway
            .confirm_by_typing("Promote", &phrase, "Promote")
            .await?;
        let page = slipway.page().await?.patient_for(PATIENCE);
        page.press(Role::Button, "Lift the freeze").await?;
        page.sees(&format!("{sandbox} is live.")).await?;

        // Then the tool again: of three it runs the one that neither ran.
        let third = Migrations::of(&files)?;
        let folder = third.path();
        std::fs::write(folder.join("datocms.config.json"), config).unwrap();
        let run = ["--migrations-dir", ".", "--destination", "third"];
        let said = cli::migrations_run(stage, &token, &folder, &run).await?;
        assert!(said.contains("Running migration \"11_shelf.js\""), "{said}");
        assert!(
            said.contains("Successfully run 1 migration scripts"),
            "{said}"
        );
        let ledger = stage
            .api()?
            .in_environment("third")
            .records("schema_migration")
            .await?;
        let mut names: Vec<&str> = ledger
            .iter()
            .filter_map(|record| record["attributes"]["name"].as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["10_kiln.js", "11_shelf.js", "9_jar.ts"]);
        Ok(())
    })
    .await;
}
