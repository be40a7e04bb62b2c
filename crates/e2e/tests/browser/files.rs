//! Migrations as single files and by drag and drop.

use std::path::{Path, PathBuf};

use e2e::{Failure, Migrations, Name, Page, Preferences, Role};

use super::in_slipway;

/// What is chosen, in another order than it will run; the last of it ran on the demo project already.
const FILES: [(&str, &str); 3] = [
    (
        SECOND,
        "module.exports = async (client) => { await client.itemTypes.create({ name: 'Cellar', api_key: 'cellar' }); };\n",
    ),
    (
        FIRST,
        "export default async function addKilns(client: Client): Promise<void> {\n  await client.itemTypes.create({ name: 'Kiln', api_key: 'kiln' });\n}\n",
    ),
    (
        "1769421600_createIssues.ts",
        "export default async () => {};\n",
    ),
];
const FIRST: &str = "1800000000_addKilns.ts";
const SECOND: &str = "1800000100_addCellars.js";

/// The page lists what is pending, in the order in which it will run.
async fn lists(page: &Page, pending: &[&str], said: &str) -> Result<(), Failure> {
    page.sees(said).await?;
    let table = page
        .within(Role::Table, Name::containing("Pending scripts"))
        .await?;
    let rows = table.names(Role::Row).await?;
    let rows: Vec<&String> = rows.iter().filter(|row| row.contains("00_")).collect();
    let expected: Vec<String> = (1..)
        .zip(pending)
        .map(|(number, script)| format!("{number} {script} Pending"))
        .collect();
    let is_same = |row: &String, expected: &String| row.eq_ignore_ascii_case(expected);
    assert!(
        rows.len() == expected.len()
            && rows
                .iter()
                .zip(&expected)
                .all(|(row, one)| is_same(row, one)),
        "{rows:?}"
    );
    Ok(())
}

#[tokio::test]
async fn single_files_and_folders_are_picked() {
    in_slipway(
        "files-picked",
        Preferences::default(),
        async |_, slipway| {
            let folder = Migrations::of(&FILES)?;
            let files: Vec<PathBuf> = FILES.map(|(name, _)| folder.path().join(name)).into();
            let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
            let page = slipway.press("New release").await?;
            page.pick_files("Choose files", &files).await?;
            lists(&page, &[FIRST, SECOND], "2 of 3 pending, from 3 files").await?;

            // What is chosen next takes the place of what was chosen before, a single file as well.
            page.pick_files("Choose files", &files[..1]).await?;
            lists(&page, &[SECOND], "1 of 1 pending, from ").await?;
            page.sees("3 migrations that ran on this project are not in the folder.")
                .await?;

            page.pick_files("Choose a folder", &[&folder.path()])
                .await?;
            lists(&page, &[FIRST, SECOND], "2 of 3 pending, from migrations").await?;
            page.find(Role::Button, "Create release").await.map(drop)
        },
    )
    .await;
}

#[tokio::test]
async fn files_and_folders_are_dropped() {
    let onto = "Drop your migrations folder here";
    in_slipway(
        "files-dropped",
        Preferences::default(),
        async |_, slipway| {
            let folder = Migrations::of(&FILES)?;
            let files: Vec<PathBuf> = FILES.map(|(name, _)| folder.path().join(name)).into();
            let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
            let page = slipway.press("New release").await?;
            page.find(Role::Heading, "New release").await?;
            let page = slipway.drop_files(onto, &files).await?;
            lists(&page, &[FIRST, SECOND], "2 of 3 pending, from 3 files").await?;

            let page = slipway.drop_files(onto, &[&folder.path()]).await?;
            lists(&page, &[FIRST, SECOND], "2 of 3 pending, from migrations").await?;

            // A page that was loaded again asks for the files, and takes them in the same way.
            page.press(Role::Button, "Create release").await?;
            slipway.press("Freeze primary").await?;
            let page = slipway.press("Fork main").await?;
            let run = "Run 2 migrations";
            page.find(Role::Button, run).await?;
            slipway.panel().page().await?.reload().await?;
            let page = slipway.page().await?;
            let reason = page.disabled_reason(Role::Button, run).await?;
            assert_eq!(reason, "Choose the migration files first.");
            let page = slipway
                .drop_files("or drop it here", &[&folder.path()])
                .await?;
            page.no_longer_sees("scripts are never stored in the browser")
                .await?;
            page.press(Role::Button, run).await?;
            page.find(Role::Button, "Promote…").await.map(drop)
        },
    )
    .await;
}
