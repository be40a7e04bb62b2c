//! Which file a path means, as the official CLI has it (each case tried with `tsx` 4.23 on Node 20).

use rstest::rstest;
use slipway_scripts::{ScriptError, SourceFile, Target, prepare};

const ENTRY: &str = "m/1_a.ts";

/// What an import of a migration in `m` means, among these files; `?` stands for one that was not read yet.
fn meaning(specifier: &str, given: &[(&str, &str)]) -> Result<String, ScriptError> {
    let script = format!("import x from '{specifier}';\nexport default async () => x;");
    let mut files = vec![(ENTRY, script.as_str())];
    files.extend(given);
    let files: Vec<SourceFile> = files
        .into_iter()
        .map(|(path, text)| SourceFile {
            path: path.to_owned(),
            text: (text != "?").then(|| text.to_owned()),
        })
        .collect();
    match &prepare(&files, ENTRY)?.modules[0].imports[specifier] {
        Target::Module(path) => Ok(path.clone()),
        Target::Package(key) => panic!("{key}"),
    }
}

/// The same where only the names of the files matter.
fn among(specifier: &str, names: &str) -> Result<String, ScriptError> {
    let files: Vec<(&str, &str)> = names.split(' ').map(|name| (name, "{}")).collect();
    meaning(specifier, &files)
}

#[rstest]
#[case::typescript_first("../lib/m", "lib/m.js lib/m.ts", "lib/m.ts")]
#[case::for_the_name_of_what_is_emitted("../lib/m.js", "lib/m.js lib/m.ts", "lib/m.ts")]
#[case::as_written("../lib/m.js", "lib/m.js", "lib/m.js")]
#[case::of_react("../lib/m", "lib/m.tsx", "lib/m.tsx")]
#[case::of_react_in_javascript("../lib/m", "lib/m.jsx lib/m.js", "lib/m.jsx")]
#[case::emitted_of_react("../lib/m.jsx", "lib/m.jsx lib/m.tsx", "lib/m.tsx")]
#[case::emitted_module("../lib/m.mjs", "lib/m.mjs lib/m.mts", "lib/m.mts")]
#[case::emitted_commonjs("../lib/m.cjs", "lib/m.cjs lib/m.cts", "lib/m.cts")]
#[case::typescript_by_name("../lib/m.ts", "lib/m.js lib/m.ts", "lib/m.ts")]
#[case::a_name_with_a_dot("../lib/v1.2", "lib/v1.2.ts", "lib/v1.2.ts")]
#[case::data("../lib/m", "lib/m.json lib/m/index.ts", "lib/m.json")]
#[case::a_file_before_a_folder("../lib", "lib.ts lib/index.ts", "lib.ts")]
#[case::a_folder_by_its_slash("../lib/", "lib.ts lib/index.ts", "lib/index.ts")]
#[case::this_folder(".", "m.ts m/index.ts", "m/index.ts")]
#[case::this_folder_by_its_slash("./", "m.ts m/index.ts", "m/index.ts")]
#[case::the_folder_above("..", "index.ts", "index.ts")]
#[case::the_folder_above_one("../lib/sub/..", "lib.ts lib/index.ts", "lib/index.ts")]
#[case::the_index_of_node_first("../lib", "lib/index.js lib/index.ts", "lib/index.js")]
#[case::the_index_of_node_is_data_too("../lib", "lib/index.json lib/index.tsx", "lib/index.json")]
#[case::typescript_first_by_a_slash("../lib/", "lib/index.js lib/index.ts", "lib/index.ts")]
fn a_path_means_a_file(#[case] specifier: &str, #[case] names: &str, #[case] expected: &str) {
    assert_eq!(among(specifier, names).unwrap(), expected);
}

#[rstest]
#[case::typescript("./src/entry.ts", "p/src/entry.ts", "p/src/entry.ts")]
#[case::before_the_index("lib/main.js", "p/lib/main.js p/index.js", "p/lib/main.js")]
#[case::not_typescript_first("lib/m.js", "p/lib/m.js p/lib/m.ts", "p/lib/m.js")]
#[case::without_its_extension("lib/m", "p/lib/m.js", "p/lib/m.js")]
#[case::a_folder("lib", "p/lib/index.js", "p/lib/index.js")]
#[case::what_is_emitted("dist/index.js", "p/dist/index.ts", "p/dist/index.ts")]
#[case::nothing_is_emitted_yet("dist/index.js", "p/dist/index.ts p/index.js", "p/index.js")]
#[case::emitted_before_the_index("lib/m", "p/lib/m.ts p/index.ts", "p/lib/m.ts")]
#[case::gone("gone.js", "p/index.ts", "p/index.ts")]
#[case::empty("", "p/index.ts", "p/index.ts")]
#[case::elsewhere("../q/x.js", "q/x.js", "q/x.js")]
fn a_folder_means_what_its_package_says(
    #[case] main: &str,
    #[case] names: &str,
    #[case] expected: &str,
) {
    let package = format!("\u{feff}{{ \"main\": \"{main}\" }}");
    let mut files = vec![("p/package.json", package.as_str())];
    files.extend(names.split(' ').map(|name| (name, "")));
    assert_eq!(meaning("../p", &files).unwrap(), expected);
}

#[test]
fn a_package_json_is_asked_for_where_a_folder_needs_it() {
    let unread = meaning("../p", &[("p/package.json", "?"), ("p/index.js", "")]);
    assert_eq!(
        unread,
        Err(ScriptError::Unread {
            files: vec!["p/package.json".to_owned()]
        })
    );
    let file = meaning("../p/index", &[("p/package.json", "?"), ("p/index.js", "")]);
    assert_eq!(file.unwrap(), "p/index.js");
}

#[rstest]
#[case::types(
    "../lib/types",
    "lib/types.d.ts",
    "There is `lib/types.d.ts`: it holds only types, so import it with `import type`."
)]
#[case::an_extension(
    "../lib/old",
    "lib/old.cjs",
    "There is `lib/old.cjs`: write its extension too"
)]
#[case::a_module(
    "../lib/new.js",
    "lib/new.mts",
    "There is `lib/new.mts`: write its extension too"
)]
#[case::capitals(
    "../lib/fields",
    "lib/Fields.ts",
    "There is `lib/Fields.ts`: write its name exactly"
)]
#[case::a_folders_capitals(
    "../lib/x.js",
    "Lib/x.ts",
    "There is `Lib/x.ts`: write its name exactly"
)]
#[case::an_index(
    "../lib",
    "Lib/index.ts",
    "There is `Lib/index.ts`: write its name exactly"
)]
#[case::accents(
    "../lib/caf\u{e9}",
    "lib/cafe\u{301}.ts",
    "write its name exactly as the file has it"
)]
fn a_name_that_is_nearly_right_is_told(
    #[case] specifier: &str,
    #[case] name: &str,
    #[case] expected: &str,
) {
    let sentence = among(specifier, name).unwrap_err().to_string();
    let start = format!("m/1_a.ts imports `{specifier}` at line 1, but there is no such file. ");
    assert!(sentence.starts_with(&start), "{sentence}");
    assert!(sentence.contains(expected), "{sentence}");
}

#[rstest]
#[case::nothing_like_it("../lib/x", "lib/y.ts")]
#[case::outside("../../lib/x", "lib/x.ts")]
fn a_file_that_was_not_chosen_is_to_be_chosen(#[case] specifier: &str, #[case] names: &str) {
    let sentence = among(specifier, names).unwrap_err().to_string();
    assert!(
        sentence.ends_with("Choose a folder that holds it too, such as the whole repository."),
        "{sentence}"
    );
}
