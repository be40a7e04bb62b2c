//! Which folder of what was dropped holds the migrations.

use slipway_scripts::{Because, Repository, Survey, normalize, relative, survey};

fn is_migration(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit()) && name.contains(".ts")
}

fn found(names: &[&str], config: Option<&str>) -> Survey {
    let repository = Repository {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        config: config.map(str::to_owned),
    };
    survey(&repository, is_migration)
}

fn check(names: &[&str], config: Option<&str>, directory: Option<&str>, because: Because) {
    let survey = found(names, config);
    assert_eq!(
        (survey.directory.as_deref(), &survey.because),
        (directory, &because),
        "{names:?}"
    );
}

#[test]
fn without_a_configuration_the_names_of_files_decide() {
    check(&["1_a.ts", "lib/2_b.ts"], None, Some(""), Because::Chosen);
    check(
        &["db/migrations/1_a.ts", "src/a.ts"],
        None,
        Some("db/migrations"),
        Because::Only,
    );
    let legacy = ["m/1_a.ts", "m/legacyClient/0_a.ts"];
    check(&legacy, None, Some("m"), Because::Only);
    check(&["a/1_a.ts", "b/2_b.ts"], None, None, Because::Several);
    check(&["src/a.ts", "1_a.md"], None, Some(""), Because::Nothing);
    assert_eq!(found(&["b/2_b.ts", "a/1_a.ts"], None).folders, ["a", "b"]);
}

#[test]
fn the_configuration_names_the_folder_as_the_cli_reads_it() {
    let names = [
        "cms/datocms.config.json",
        "cms/db/1_a.ts",
        "other/2_b.ts",
        "migrations/3_c.ts",
    ];
    let says =
        |migrations: &str| format!(r#"{{"profiles":{{"default":{{"migrations":{migrations}}}}}}}"#);
    let by_config = || Because::Config("cms/datocms.config.json".to_owned());
    for (directory, expected) in [("./db", "cms/db"), ("db/", "cms/db"), ("../other", "other")] {
        let config = says(&format!(r#"{{"directory":"{directory}"}}"#));
        check(&names, Some(&config), Some(expected), by_config());
    }
    let missing = Because::NotThere {
        file: "cms/datocms.config.json".to_owned(),
        directory: "./gone".to_owned(),
    };
    check(
        &names,
        Some(&says(r#"{"directory":"./gone"}"#)),
        None,
        missing,
    );
    let outside = Because::NotThere {
        file: "cms/datocms.config.json".to_owned(),
        directory: "../../x".to_owned(),
    };
    check(
        &names,
        Some(&says(r#"{"directory":"../../x"}"#)),
        None,
        outside,
    );
    // Where it says nothing it is the usual folder beside it, and where that is not there the names decide.
    let usual = ["datocms.config.json", "migrations/1_a.ts", "other/2_b.ts"];
    let at_top = Because::Config("datocms.config.json".to_owned());
    check(&usual, Some(&says("{}")), Some("migrations"), at_top);
    check(&names, Some(&says("{}")), None, Because::Several);
}

#[test]
fn an_empty_folder_that_the_configuration_names_is_offered_too() {
    let config = r#"{"profiles":{"default":{"migrations":{"directory":"db"}}}}"#;
    let survey = found(
        &["datocms.config.json", "db/README.md", "x/1_a.ts"],
        Some(config),
    );
    assert_eq!(survey.directory.as_deref(), Some("db"));
    assert_eq!(survey.folders, ["db", "x"]);
}

#[test]
fn the_ledger_model_and_the_profile_are_read() {
    let one =
        r#"{"profiles":{"staff":{"migrations":{"directory":"db","modelApiKey":"our_ledger"}}}}"#;
    let survey = found(&["datocms.config.json", "db/1_a.ts"], Some(one));
    assert_eq!(survey.ledger_model.as_deref(), Some("our_ledger"));
    assert_eq!(survey.directory.as_deref(), Some("db"));
    // Without `default` the CLI asks which of several is meant.
    let several = r#"{"profiles":{"a":{"migrations":{"directory":"db"}},"b":{}}}"#;
    let survey = found(&["datocms.config.json", "x/1_a.ts"], Some(several));
    assert_eq!(survey.directory.as_deref(), Some("x"));
}

#[test]
fn a_configuration_that_cannot_be_read_is_told() {
    for (text, said) in [("{", "EOF"), (r#"{"a":1}"#, "it has no profiles")] {
        let survey = found(&["datocms.config.json", "db/1_a.ts"], Some(text));
        let Because::Unreadable { file, reason } = survey.because else {
            panic!("{text} was read");
        };
        assert_eq!(file, "datocms.config.json");
        assert!(reason.contains(said), "{reason}");
    }
}

#[test]
fn the_configuration_nearest_to_the_top_counts() {
    let names = [
        "a/b/datocms.config.json",
        "z/datocms.config.json",
        "my.datocms.config.json",
    ];
    let names = names.map(str::to_owned);
    assert_eq!(Repository::config(&names), Some("z/datocms.config.json"));
    assert_eq!(Repository::config(&names[2..]), None);
}

#[test]
fn a_file_is_named_as_it_is_seen_from_the_migrations_folder() {
    for (folder, path, seen) in [
        ("", "helpers/slugify.ts", "helpers/slugify.ts"),
        (
            "migrations",
            "migrations/helpers/slugify.ts",
            "helpers/slugify.ts",
        ),
        ("cms/migrations", "cms/lib/x.ts", "../lib/x.ts"),
        ("cms/migrations", "shared/x.json", "../../shared/x.json"),
        (
            "migrations",
            "migrations-old/x.ts",
            "../migrations-old/x.ts",
        ),
    ] {
        assert_eq!(relative(folder, path), seen);
        assert_eq!(normalize(folder, seen).as_deref(), Some(path));
    }
}
