//! `cma:script`, from a file and from standard input.

use crate::shop::{self, Shop};

const BY_FILE: &str = "\
import type { Client } from 'datocms/lib/cma-client-node';
import { TITLES } from './titles';

export default async function fill(client: Client): Promise<void> {
  const note = await client.itemTypes.create({ name: 'Note', api_key: 'note', draft_mode_active: true });
  await client.fields.create(note.id, { label: 'Title', api_key: 'title', field_type: 'string' });
  for (const title of TITLES) await client.items.create({ item_type: note, title });
  const { length } = await client.items.list({ filter: { type: 'note' } });
  console.log(`${length} notes`);
}
";

#[test]
fn a_script_in_a_file_runs_in_the_environment_it_is_given() {
    let shop = Shop::hurried();
    shop.done("environments:fork main rel-1");
    shop.write(
        "titles.ts",
        "export const TITLES: string[] = ['One', 'Two'];",
    );
    shop.write("fill.ts", BY_FILE);
    let said = shop.done("cma:script fill.ts --environment rel-1");
    assert_eq!(said.trim(), "2 notes");

    // What is refused before anything runs, and what fails while it runs.
    shop.write(
        "loose.ts",
        &BY_FILE.replace("client: Client", "client: any"),
    );
    let loose = shop.run("cma:script --file loose.ts");
    assert_eq!(loose.code, 2);
    assert!(loose.err.contains("Explicit 'any' type"), "{}", loose.err);
    let twice = shop.run("cma:script fill.ts -e rel-1");
    assert_eq!(twice.code, 2);
    assert!(twice.out.contains("VALIDATION_UNIQUENESS"), "{}", twice.out);

    let stored = shop.close();
    assert!(stored.environment("main").models().is_empty());
    let notes = stored.environment("rel-1").items("note");
    let titles: Vec<_> = notes.iter().map(|item| &item.current["title"]).collect();
    assert_eq!(titles, ["One", "Two"]);
}

/// The name `Schema.` makes the tool write the project's types beside the script and compile both.
const BY_STDIN: &str = "\
// With the types of Schema.Note beside it.
const [note] = await client.itemTypes.list();
if (!note) throw new Error('there is no model');
const item = await client.items.create({ item_type: { type: 'item_type', id: note.id }, title: 'From a pipe' });
await client.items.publish(item.id);
console.log(item.id);
";

#[test]
fn a_script_from_a_pipe_is_compiled_and_run() {
    // The tool's runner is compiled too, and knows Node by its types.
    shop::installed("@types/node/package.json");
    let shop = Shop::hurried();
    shop.program("script_workspace.cjs", &[]);
    shop.write(
        "fill.ts",
        &BY_FILE
            .replace("TITLES)", "['First'])")
            .replace("import { TITLES } from './titles';\n", ""),
    );
    shop.done("cma:script fill.ts");
    let said = shop.run_reading(&["cma:script"], BY_STDIN).done(BY_STDIN);
    let id = said.trim();

    let wrong = BY_STDIN.replace("item_type: {", "item_types: {");
    let wrong = shop.run_reading(&["cma:script"], &wrong);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.err.contains("failed TypeScript validation"),
        "{}",
        wrong.err
    );
    let thrown = shop.run_reading(
        &["cma:script", "--skip-validation"],
        "await client.items.find('none');",
    );
    assert_eq!(thrown.code, 1, "{}", thrown.err);
    assert!(thrown.err.contains("NOT_FOUND"), "{}", thrown.err);

    let notes = shop.close().environment("main").items("note");
    let [first, piped] = notes.as_slice() else {
        panic!("{notes:?}")
    };
    assert_eq!(first.published, None);
    assert_eq!(piped.id, id);
    assert_eq!(piped.published.as_ref().unwrap()["title"], "From a pipe");
}
