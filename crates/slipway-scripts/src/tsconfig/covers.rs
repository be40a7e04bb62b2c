//! Which files a configuration is for: `files`, `include` and `exclude`, as `tsx` reads them (tried with 4.23).

use crate::resolve::normalize;

/// Lists of paths and patterns, seen from the chosen folder and not worked out yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Covers {
    pub(super) files: Option<Vec<String>>,
    pub(super) include: Option<Vec<String>>,
    pub(super) exclude: Option<Vec<String>>,
    /// Where compiled files go, which are left out where nothing else is.
    pub(super) output: Option<Vec<String>>,
}

impl Covers {
    /// These, and what `below` says where they say nothing.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            files: self.files.or(below.files),
            include: self.include.or(below.include),
            exclude: self.exclude.or(below.exclude),
            output: self.output.or(below.output),
        }
    }

    /// Whether a file is covered by a configuration in the folder `top`.
    pub(super) fn holds(&self, path: &str, top: &str, with_javascript: bool) -> bool {
        let listed = |list: &Option<Vec<String>>| {
            let list = list.iter().flatten();
            list.filter_map(|path| normalize("", path))
                .collect::<Vec<String>>()
        };
        if listed(&self.files).iter().any(|file| file == path) {
            return true;
        }
        let extensions = if with_javascript {
            [".ts", ".tsx", ".cts", ".mts", ".js", ".jsx", ".cjs", ".mjs"].as_slice()
        } else {
            [".ts", ".tsx", ".cts", ".mts"].as_slice()
        };
        let excluded = listed(if self.exclude.is_some() {
            &self.exclude
        } else {
            &self.output
        });
        let parts: Vec<&str> = path.split('/').collect();
        let is_left_out = !extensions.iter().any(|extension| path.ends_with(extension))
            || excluded
                .iter()
                .any(|pattern| lies_in(&segments(pattern), &parts));
        let included = match (&self.include, &self.files) {
            (None, Some(_)) => Vec::new(),
            (None, None) => vec![top.to_owned()],
            (Some(_), _) => listed(&self.include),
        };
        !is_left_out
            && included.iter().any(|pattern| {
                let mut pattern = segments(pattern);
                // The name of a folder stands for all that is in it.
                if pattern
                    .last()
                    .is_none_or(|last| !last.contains(['.', '*', '?']))
                {
                    pattern.extend(["**", "*"]);
                }
                fits(&pattern, &parts)
            })
    }
}

fn segments(pattern: &str) -> Vec<&str> {
    pattern.split('/').filter(|part| !part.is_empty()).collect()
}

/// Whether a path is what a pattern of `include` means. Hidden files and installed packages are named or not meant.
fn fits(pattern: &[&str], path: &[&str]) -> bool {
    let is_seen = |name: &str| {
        !name.starts_with('.')
            && !["node_modules", "bower_components", "jspm_packages"].contains(&name)
    };
    match (pattern.split_first(), path.split_first()) {
        (None, _) => path.is_empty(),
        (Some((&"**", rest)), found) => {
            fits(rest, path)
                || found.is_some_and(|(name, inner)| is_seen(name) && fits(pattern, inner))
        }
        (Some(_), None) => false,
        (Some((part, rest)), Some((name, inner))) => {
            (is_seen(name) || !part.starts_with(['*', '?']))
                && matches(part, name)
                && fits(rest, inner)
        }
    }
}

/// Whether a path is what a pattern of `exclude` means, or lies in it.
fn lies_in(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some((&"**", rest)), Some((_, inner))) if !rest.is_empty() => {
            lies_in(rest, path) || lies_in(pattern, inner)
        }
        (Some((part, rest)), Some((name, inner))) => matches(part, name) && lies_in(rest, inner),
    }
}

/// Whether a name fits a pattern in which `*` is any text and `?` any character.
fn matches(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return name.is_empty();
    };
    let rest = &pattern[first.len_utf8()..];
    if first == '*' {
        let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
        return ends.into_iter().any(|at| matches(rest, &name[at..]));
    }
    let mut left = name.chars();
    left.next()
        .is_some_and(|found| first == '?' || first == found)
        && matches(rest, left.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(include: &str, exclude: &str, path: &str) -> bool {
        let list = |text: &str| {
            let parts: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            (!parts.is_empty()).then_some(parts)
        };
        let covers = Covers {
            include: list(include),
            exclude: list(exclude),
            ..Covers::default()
        };
        covers.holds(path, "", false)
    }

    #[test]
    fn a_pattern_means_what_it_means_to_the_cli() {
        for (include, exclude, path, expected) in [
            ("", "", "db/migrations/1_a.ts", true),
            ("", "", "db/migrations/1_a.js", false),
            ("", "", "node_modules/x/a.ts", false),
            ("", "", ".next/types/a.ts", false),
            ("src", "", "src/a/b.ts", true),
            ("src", "", "migrations/1_a.ts", false),
            (
                "./src/**/* ./migrations/*.ts",
                "",
                "migrations/1_a.ts",
                true,
            ),
            ("./migrations/*.ts", "", "migrations/lib/a.ts", false),
            ("**/m*/**/*", "", "migrations/1_a.ts", true),
            ("**/*.ts", "migrations", "migrations/1_a.ts", false),
            ("**/*.ts", "migr*", "migrations/1_a.ts", false),
            ("**/*.ts", "migra", "migrations/1_a.ts", true),
            ("**/*.ts", "**/1_*", "db/migrations/1_a.ts", false),
            ("**/*.ts", "db/**", "db/migrations/1_a.ts", false),
            (".hidden/**/*.ts", "", ".hidden/a.ts", true),
            ("migrations/?_a.ts", "", "migrations/1_a.ts", true),
            ("../elsewhere", "", "migrations/1_a.ts", false),
        ] {
            let found = check(include, exclude, path);
            assert_eq!(found, expected, "{include} without {exclude}: {path}");
        }
    }

    #[test]
    fn listed_files_are_covered_whatever_else_is_said() {
        let covers = Covers {
            files: Some(vec!["./lib/../a.js".to_owned()]),
            exclude: Some(vec!["**/*".to_owned()]),
            ..Covers::default()
        };
        assert!(covers.holds("a.js", "", false));
        assert!(!covers.holds("b.ts", "", false));
    }
}
