//! `imports` of the team's `package.json`.

use rstest::rstest;
use slipway_scripts::{ScriptError, Target};

use crate::{ENTRY, meaning, module, said};

const PACKAGE: &str = r##"{
  "name": "site",
  "imports": {
    "#exact": "./lib/a.ts",
    "#json": "./lib/names.json",
    "#lib/*": "./lib/*.ts",
    "#lib/deep/*": "./deep/*.js",
    "#raw/*": "./lib/*",
    "#raw/*.js": "./deep/*.js",
    "#twice/*": "./lib/*/*.ts",
    "#conditions": { "browser": "./gone.ts", "import": "./gone.ts", "require": "./lib/a.ts", "default": "./gone.ts" },
    "#within": { "types": "./gone.ts", "node": { "import": "./gone.ts", "require": "./lib/a.ts" } },
    "#default": { "node": { "import": "./gone.ts" }, "default": "./lib/a.ts" },
    "#others": { "browser": "./lib/a.ts" },
    "#list": ["bad:", null, { "browser": "./gone.ts" }, "./lib/a.ts", "./gone.ts"],
    "#first": ["./gone.ts", "./lib/a.ts"],
    "#client": "@datocms/cma-client-node",
    "#package/*": "lodash/*",
    "#unknown": "ramda",
    "#builtin": "fs",
    "#address": "node:fs",
    "#null": null,
    "#nothing": [],
    "#outside": "../lib/a.ts",
    "#within/outside": "./lib/../../a.ts",
    "#itself": "#exact",
    "#absolute": "/lib/a.ts"
  }
}"##;

const LIBRARY: [(&str, &str); 5] = [
    ("package.json", PACKAGE),
    ("lib/a.ts", "export default 1;"),
    ("lib/names.json", "{}"),
    ("lib/b/b.ts", "export default 1;"),
    ("deep/c.js", "module.exports = 1;"),
];

#[rstest]
#[case::exact("#exact", "lib/a.ts")]
#[case::json("#json", "lib/names.json")]
#[case::a_star("#lib/a", "lib/a.ts")]
#[case::the_longest_text_before_the_star("#lib/deep/c", "deep/c.js")]
#[case::the_longer_pattern("#raw/c.js", "deep/c.js")]
#[case::without_an_extension("#raw/a", "lib/a.ts")]
#[case::every_star_of_a_target("#twice/b", "lib/b/b.ts")]
#[case::the_first_condition_that_holds("#conditions", "lib/a.ts")]
#[case::conditions_in_conditions("#within", "lib/a.ts")]
#[case::past_what_leads_nowhere("#default", "lib/a.ts")]
#[case::the_first_of_a_list_that_can_be_one("#list", "lib/a.ts")]
fn it_leads_to_a_file(#[case] specifier: &str, #[case] path: &str) {
    assert_eq!(meaning(specifier, &LIBRARY), Ok(module(path)));
}

#[test]
fn it_leads_to_a_package() {
    let package = |name: &str| Ok(Target::Package(name.to_owned()));
    assert_eq!(meaning("#client", &LIBRARY), package("client"));
    assert_eq!(meaning("#package/get", &LIBRARY), package("lodash/get"));
    let unknown = said("#unknown", &LIBRARY);
    assert!(
        unknown.contains("imports the package `ramda` at line 1"),
        "{unknown}"
    );
    let builtin = said("#builtin", &LIBRARY);
    assert!(
        builtin.contains("imports `fs` at line 1, a part of Node"),
        "{builtin}"
    );
}

#[rstest]
#[case("#first")]
#[case("#lib/none")]
fn a_promised_file_that_is_not_there_is_named(#[case] specifier: &str) {
    assert_eq!(
        said(specifier, &LIBRARY),
        format!(
            "{ENTRY} imports `{specifier}` at line 1. package.json says where that is, but there is no such file among those you chose. Choose a folder that holds it too, such as the whole repository."
        )
    );
}

const UNDEFINED: &str = "its `imports` do not say what that is";

#[rstest]
#[case("#missing", UNDEFINED)]
#[case("#lib/", UNDEFINED)]
#[case("#others", UNDEFINED)]
#[case("#null", UNDEFINED)]
#[case("#nothing", UNDEFINED)]
#[case(
    "#outside",
    "`../lib/a.ts` in its `imports` is neither a path that begins with `./` and stays in its folder, nor a package"
)]
#[case("#within/outside", "`./lib/../../a.ts` in its `imports` is neither")]
#[case("#address", "`node:fs` in its `imports` is neither")]
#[case("#itself", "`#exact` in its `imports` is neither")]
#[case("#absolute", "`/lib/a.ts` in its `imports` is neither")]
#[case("#raw/../deep/c.js", "`../deep/c` may not stand for a part of a path")]
fn what_the_tool_does_not_follow_either_is_refused_with_the_reason(
    #[case] specifier: &str,
    #[case] why: &str,
) {
    let said = said(specifier, &LIBRARY);
    assert!(said.contains(why), "{said}");
}

#[test]
fn the_package_that_counts_is_the_one_nearest_to_the_file() {
    let mut files = LIBRARY.to_vec();
    files.push((
        "cms/package.json",
        r##"{ "imports": { "#lib/*": "./*" } }"##,
    ));
    files.push(("cms/own.ts", ""));
    assert_eq!(meaning("#lib/own", &files), Ok(module("cms/own.ts")));
    files.push(("cms/migrations/package.json", r#"{ "type": "commonjs" }"#));
    assert_eq!(
        said("#exact", &files),
        format!(
            "{ENTRY} imports `#exact` at line 1, and cms/migrations/package.json cannot say what that is: {UNDEFINED}. The DatoCMS CLI does not run it either."
        )
    );
}

/// Of a repository only what is needed is read.
#[test]
fn it_is_read_when_an_import_needs_it() {
    let files = |package| [("package.json", package), ("cms/lib.ts", "")];
    assert!(meaning("../lib", &files("?")).is_ok());
    assert!(meaning("uuid", &files("?")).is_ok());
    let unread = ScriptError::Unread {
        files: vec!["package.json".to_owned()],
    };
    assert_eq!(meaning("#lib", &files("?")), Err(unread));
    let said = said("#lib", &files("{ imports"));
    assert!(
        said.contains(
            "package.json cannot say what that is: key must be a string at line 1 column 3."
        ),
        "{said}"
    );
    let marked = "\u{feff}{ \"imports\": { \"#lib\": \"./cms/lib\" } }";
    assert_eq!(meaning("#lib", &files(marked)), Ok(module("cms/lib.ts")));
}

#[test]
fn what_paths_say_comes_first() {
    let paths = r##"{ "compilerOptions": { "paths": { "#exact": ["./deep/c"], "#lib/*": ["./none/*"], "#own/*": ["./none/*"] } } }"##;
    let mut files = LIBRARY.to_vec();
    files.push(("tsconfig.json", paths));
    assert_eq!(meaning("#exact", &files), Ok(module("deep/c.js")));
    assert_eq!(meaning("#lib/a", &files), Ok(module("lib/a.ts")));
    let promised = said("#own/a", &files);
    assert!(
        promised.contains("tsconfig.json says where that is"),
        "{promised}"
    );
    files.push(("datocms.config.json", "?"));
    files.retain(|(path, _)| *path != "tsconfig.json");
    files.push(("tsconfig.json", "{"));
    assert_eq!(meaning("#exact", &files), Ok(module("lib/a.ts")));
    let unreadable = said("#missing", &files);
    assert!(
        unreadable.starts_with("tsconfig.json cannot be followed"),
        "{unreadable}"
    );
}
