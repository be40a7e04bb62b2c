//! `migrations:run`: on a fork, in place, dry, and when a script throws; `migrations:new` from its templates.

use crate::shop::Shop;

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

    let stored = shop.close();
    assert_eq!(stored.environment("main").census().get("item_type"), None);
    let release = stored.environment("rel-1");
    assert_eq!(release.models(), ["schema_migration", "recipe", "soup"]);
    let ledger = [
        "1700000001_addRecipes.ts",
        "1700000002_writeRecipes.ts",
        "1700000003_addSoups.ts",
    ];
    assert_eq!(release.ledger(), ledger);
    let recipes = release.items("recipe");
    let [soup, bread] = recipes.as_slice() else {
        panic!("{recipes:?}")
    };
    assert_eq!(soup.current["title"], "Soup");
    assert_eq!(soup.published, None, "it is a draft");
    assert_eq!(bread.published.as_ref().unwrap()["title"], "Bread");
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
    let twice = shop.run("migrations:run --destination rel-1");
    assert_eq!(twice.code, 2, "the destination exists");
    let ledger = shop.close().environment("rel-1").ledger();
    assert_eq!(ledger, ["1700000001_addRecipes.ts"]);
}

#[test]
fn a_new_migration_starts_from_a_template_and_runs_as_it_is() {
    let shop = Shop::hurried();
    for format in ["js", "ts"] {
        let path = shop.new_migration(&format!("writeOne --{format}"));
        assert_eq!(path.extension().unwrap(), format);
        let run = shop.json(&format!("migrations:run --destination from-{format}"));
        assert_eq!(run["runMigrationScripts"][0], path.to_str().unwrap());
        std::fs::remove_file(path).unwrap();
    }
    shop.write("mine.js", "module.exports = async () => {};\n");
    let mine = shop.new_migration("mine --template mine.js");
    let mine = std::fs::read_to_string(mine).unwrap();
    assert_eq!(mine, "module.exports = async () => {};\n");

    let stored = shop.close();
    for environment in ["from-js", "from-ts"] {
        let articles = stored.environment(environment).items("article");
        assert_eq!(articles[0].current["title"], "My first article!");
    }
}

#[test]
fn the_ledger_model_and_the_folder_are_those_of_the_profile() {
    let shop = Shop::hurried();
    shop.write(
        "datocms.config.json",
        r#"{"profiles":{"default":{"migrations":{"directory":"./changes","modelApiKey":"applied_change"}}}}"#,
    );
    shop.write(
        "changes/1_first.js",
        "module.exports = { default: async (client) => { await client.itemTypes.create({ name: 'Note', api_key: 'note' }); } };",
    );
    let run = shop.json("migrations:run");
    assert_eq!(run["environmentId"], "main-post-migrations");
    let stored = shop.close();
    let migrated = stored.environment("main-post-migrations");
    assert_eq!(migrated.models(), ["applied_change", "note"]);
    let applied = migrated.items("applied_change");
    assert_eq!(applied[0].current["name"], "1_first.js");
}
