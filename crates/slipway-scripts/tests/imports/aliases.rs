//! `paths` of the team's `tsconfig.json`.

use rstest::rstest;
use slipway_scripts::{ScriptError, Target};

use crate::{ENTRY, meaning, module, said};

const PATHS: &str = r#"{
  // Comments and commas at the end are legal here.
  "compilerOptions": {
    "paths": {
      "@lib/*": ["./gone/*", "./lib/*"],
      "@lib/deep/*": ["./deep/*"], /* the longer one counts */
      "exact": ["./lib/exact"],
      "*.port": ["./lib/*"],
      "lodash": ["./gone/lodash"],
      "out/*": ["../out/*"],
      "cfg/*": ["${configDir}/lib/*"],
    },
  },
}"#;

const LIBRARY: [(&str, &str); 6] = [
    ("tsconfig.json", PATHS),
    ("lib/a.ts", "export default 1;"),
    ("lib/deep/b.ts", "export default 1;"),
    ("lib/exact/index.js", "module.exports = 1;"),
    ("lib/names.json", "{}"),
    ("deep/c.js", "module.exports = 1;"),
];

#[rstest]
#[case::the_second_target("@lib/a", "lib/a.ts")]
#[case::with_an_extension("@lib/a.js", "lib/a.ts")]
#[case::json("@lib/names.json", "lib/names.json")]
#[case::the_longest_text_before_the_star("@lib/deep/c", "deep/c.js")]
#[case::without_a_star_and_a_folder("exact", "lib/exact/index.js")]
#[case::a_star_first("a.port", "lib/a.ts")]
#[case::from_the_folder_of_the_configuration("cfg/a", "lib/a.ts")]
fn a_pattern_leads_to_a_file(#[case] specifier: &str, #[case] path: &str) {
    assert_eq!(meaning(specifier, &LIBRARY), Ok(module(path)));
}

#[test]
fn a_package_is_one_where_no_target_is_there() {
    let package = Ok(Target::Package("lodash".to_owned()));
    assert_eq!(meaning("lodash", &LIBRARY), package);
}

/// Only one pattern counts, as for the CLI; and what leaves the chosen folder is not there.
#[rstest]
#[case("@lib/deep/b")]
#[case("@lib/none")]
#[case("out/a")]
fn a_promised_file_that_is_not_there_is_named(#[case] specifier: &str) {
    assert_eq!(
        said(specifier, &LIBRARY),
        format!(
            "{ENTRY} imports `{specifier}` at line 1. tsconfig.json says where that is, but there is no such file among those you chose. Choose a folder that holds it too, such as the whole repository."
        )
    );
}

#[test]
fn what_fits_no_pattern_is_a_package_as_before() {
    let unknown = said("ramda", &LIBRARY);
    assert!(unknown.contains("imports the package `ramda`"), "{unknown}");
    let builtin = said("node:fs", &LIBRARY);
    assert!(builtin.contains("a part of Node"), "{builtin}");
}

#[test]
fn a_pattern_for_everything_promises_nothing() {
    let all = r#"{ "compilerOptions": { "paths": { "*": ["./types/*"] } } }"#;
    let files = [("tsconfig.json", all), ("types/own.ts", "")];
    assert_eq!(meaning("own", &files), Ok(module("types/own.ts")));
    let package = Ok(Target::Package("uuid".to_owned()));
    assert_eq!(meaning("uuid", &files), package);
    let unknown = said("ramda", &files);
    assert!(unknown.contains("imports the package `ramda`"), "{unknown}");
}

#[test]
fn what_no_package_can_be_called_is_a_file_that_was_not_chosen() {
    for specifier in ["@/lib/a", "~/a", "#a"] {
        let said = said(specifier, &[]);
        assert!(
            said.contains("no such file among those you chose"),
            "{said}"
        );
    }
}

#[test]
fn everything_is_looked_for_in_the_base_folder_too() {
    let based = r#"{ "compilerOptions": { "baseUrl": "./src", "paths": { "@x/*": ["x/*"] } } }"#;
    let files = [
        ("tsconfig.json", based),
        ("src/lib/a.ts", ""),
        ("src/x/b.ts", ""),
        ("src/uuid.ts", ""),
    ];
    assert_eq!(meaning("lib/a", &files), Ok(module("src/lib/a.ts")));
    assert_eq!(meaning("@x/b", &files), Ok(module("src/x/b.ts")));
    assert_eq!(meaning("uuid", &files), Ok(module("src/uuid.ts")));
    let missing = said("@x/none", &files);
    assert!(missing.contains("tsconfig.json says where"), "{missing}");
    let unknown = said("ramda", &files);
    assert!(unknown.contains("imports the package `ramda`"), "{unknown}");
}

/// Later ones win over earlier ones, what a file says itself over both, and paths are relative to the file that lists
/// them, or to the base folder of the file that names it.
#[test]
fn what_is_extended_counts_where_nothing_else_is_said() {
    let files = |own: &'static str| {
        [
            ("tsconfig.json", own),
            (
                "conf/one.json",
                r#"{ "compilerOptions": { "paths": { "l/*": ["../one/*"] } } }"#,
            ),
            (
                "conf/two.json",
                r#"{ "extends": "./base", "compilerOptions": { "paths": { "l/*": ["../two/*"] } } }"#,
            ),
            (
                "conf/base.json",
                r#"{ "compilerOptions": { "strict": true } }"#,
            ),
            (
                "conf/based.json",
                r#"{ "compilerOptions": { "baseUrl": "../two" } }"#,
            ),
            ("one/a.ts", ""),
            ("two/a.ts", ""),
        ]
    };
    let both =
        r#"{ "extends": ["./conf/one", "@tsconfig/node20/tsconfig.json", "./conf/two.json"] }"#;
    assert_eq!(meaning("l/a", &files(both)), Ok(module("two/a.ts")));
    let own =
        r#"{ "extends": "./conf/two", "compilerOptions": { "paths": { "l/*": ["./one/*"] } } }"#;
    assert_eq!(meaning("l/a", &files(own)), Ok(module("one/a.ts")));
    let based =
        r#"{ "extends": "./conf/based", "compilerOptions": { "paths": { "l/*": ["*"] } } }"#;
    assert_eq!(meaning("l/a", &files(based)), Ok(module("two/a.ts")));
}

#[test]
fn the_configuration_that_counts_is_the_one_nearest_to_where_the_cli_is_run() {
    let lib = r#"{ "compilerOptions": { "paths": { "l": ["./lib"] } } }"#;
    let mut files = vec![
        ("tsconfig.json", lib),
        ("cms/migrations/tsconfig.json", lib),
        ("lib.ts", ""),
        ("cms/lib.ts", ""),
        ("cms/migrations/lib.ts", ""),
    ];
    assert_eq!(meaning("l", &files), Ok(module("lib.ts")));
    files.push(("cms/datocms.config.json", "?"));
    assert_eq!(meaning("l", &files), Ok(module("lib.ts")));
    files.push(("cms/tsconfig.json", lib));
    assert_eq!(meaning("l", &files), Ok(module("cms/lib.ts")));
}

/// Of a repository only what is needed is read, and the configuration is needed by whatever is compiled.
#[test]
fn it_is_read_with_what_it_extends() {
    let unread = |file: &str| {
        Err(ScriptError::Unread {
            files: vec![file.to_owned()],
        })
    };
    assert_eq!(
        meaning("uuid", &[("tsconfig.json", "?")]),
        unread("tsconfig.json")
    );
    let extending = ("tsconfig.json", r#"{ "extends": "./base" }"#);
    assert_eq!(
        meaning("uuid", &[extending, ("base.json", "?")]),
        unread("base.json")
    );
}

#[rstest]
#[case::no_json(
    "{ \"compilerOptions\": {\n",
    "tsconfig.json cannot be followed: EOF while parsing an object at line 2 column 0."
)]
#[case::gone(
    r#"{ "extends": "./gone" }"#,
    "tsconfig.json cannot be followed: it extends `./gone`, which is not among the files you chose; choose the whole repository."
)]
#[case::outside(
    r#"{ "extends": "../../x" }"#,
    "it extends `../../x`, which is not among"
)]
#[case::circle(
    r#"{ "extends": "./tsconfig" }"#,
    "tsconfig.json cannot be followed: it extends itself."
)]
#[case::no_lists(
    r#"{ "compilerOptions": { "paths": { "a": "b" } } }"#,
    "its `paths` are not patterns with lists."
)]
#[case::two_stars(
    r#"{ "compilerOptions": { "paths": { "a/*/*": ["./b"] } } }"#,
    "`a/*/*` in its `paths` has more than one `*`."
)]
#[case::bare(
    r#"{ "compilerOptions": { "paths": { "a/*": ["b/*"] } } }"#,
    "`b/*` in its `paths` has to begin with `./`, since `baseUrl` is not set."
)]
fn one_that_cannot_be_followed_is_named_where_an_import_needs_it(
    #[case] text: &str,
    #[case] why: &str,
) {
    let files = [("tsconfig.json", text)];
    let said = said("a/b", &files);
    assert!(said.contains(why), "{said}");
    assert!(said.ends_with(&format!(" {ENTRY} imports `a/b` at line 1, which is no package that is available here, so only `paths` could say what it is.")), "{said}");
    // The CLI passes over it, and a package is found without.
    assert!(meaning("uuid", &files).is_ok());
}
