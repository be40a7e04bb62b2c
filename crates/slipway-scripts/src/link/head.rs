//! What has to run before the body of an ES module: its exports registered, its imports asked for.

use std::collections::BTreeMap;

use oxc::ast::ast::{BindingIdentifier, Declaration, Expression, Function, StringLiteral};
use oxc::ast_visit::Visit;
use oxc::syntax::symbol::SymbolId;

/// `export { local as exported }`.
pub(super) struct LocalExport {
    pub(super) exported: String,
    pub(super) local: String,
    /// What `local` is, for it may be an import.
    pub(super) symbol: Option<SymbolId>,
}

/// What runs before the body of an ES module.
#[derive(Default)]
pub(super) struct Head {
    requests: Vec<String>,
    /// Exported names, and the expressions that read them.
    pub(super) getters: Vec<(String, String)>,
    pub(super) local_exports: Vec<LocalExport>,
    /// The modules of `export * from`.
    pub(super) stars: Vec<String>,
    /// Imported symbols, and the expressions that read them.
    pub(super) bindings: BTreeMap<SymbolId, String>,
    pub(super) has_exports: bool,
}

impl Head {
    /// Asks for a module once per declaration; returns the name under which the code has it.
    pub(super) fn request(&mut self, source: &StringLiteral<'_>) -> String {
        self.requests.push(quoted(&source.value));
        namespace_name(self.requests.len() - 1)
    }

    pub(super) fn export_declared(&mut self, declaration: &Declaration<'_>) {
        let mut names = BoundNames(Vec::new());
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                for declarator in &variables.declarations {
                    names.visit_binding_pattern(&declarator.id);
                }
            }
            Declaration::FunctionDeclaration(function) => names.0.extend(function_name(function)),
            Declaration::ClassDeclaration(class) => names
                .0
                .extend(class.id.as_ref().map(|id| id.name.to_string())),
            // Types: they were stripped before.
            Declaration::TSTypeAliasDeclaration(_)
            | Declaration::TSInterfaceDeclaration(_)
            | Declaration::TSEnumDeclaration(_)
            | Declaration::TSExternalModuleDeclaration(_)
            | Declaration::TSNamespaceDeclaration(_)
            | Declaration::TSGlobalDeclaration(_)
            | Declaration::TSImportEqualsDeclaration(_) => {}
        }
        self.has_exports = true;
        self.getters
            .extend(names.0.into_iter().map(|name| (name.clone(), name)));
    }

    pub(super) fn exports(&self, name: &str) -> bool {
        let local = self.local_exports.iter().map(|export| &export.exported);
        let mut names = self
            .getters
            .iter()
            .map(|(exported, _)| exported)
            .chain(local);
        names.any(|exported| exported == name)
    }

    pub(super) fn render(mut self) -> String {
        for LocalExport {
            exported,
            local,
            symbol,
        } in std::mem::take(&mut self.local_exports)
        {
            let value = symbol
                .and_then(|symbol| self.bindings.get(&symbol).cloned())
                .unwrap_or(local);
            self.getters.push((exported, value));
        }
        // As the CLI's compiler and the standard have it: migrations make models and fields in a loop over a module.
        self.getters.sort();
        let mut head = String::new();
        if self.has_exports {
            let getters: Vec<String> = self
                .getters
                .iter()
                .map(|(name, value)| format!("{}: () => {value}", quoted(name)))
                .collect();
            // Getters come first, so that a module in a circle finds what is already defined.
            head += &["__slipway.exports({", &getters.join(", "), "});"].concat();
        }
        for (index, request) in self.requests.iter().enumerate() {
            head += &[
                "const ",
                &namespace_name(index),
                " = __slipway.import(",
                request,
                ");",
            ]
            .concat();
        }
        for star in &self.stars {
            head += &["__slipway.star(", star, ");"].concat();
        }
        head
    }
}

fn namespace_name(index: usize) -> String {
    format!("__slipway{index}")
}

/// The names that a pattern declares.
struct BoundNames(Vec<String>);

impl<'a> Visit<'a> for BoundNames {
    fn visit_binding_identifier(&mut self, id: &BindingIdentifier<'a>) {
        self.0.push(id.name.to_string());
    }

    /// Default values may hold functions, whose names are their own.
    fn visit_expression(&mut self, _: &Expression<'a>) {}
}

fn function_name(function: &Function<'_>) -> Option<String> {
    function.id.as_ref().map(|id| id.name.to_string())
}

pub(super) fn member(namespace: &str, name: &str) -> String {
    let plain = name.chars().enumerate().all(|(at, c)| {
        c == '_' || c == '$' || c.is_ascii_alphabetic() || (at > 0 && c.is_ascii_digit())
    });
    if plain && !name.is_empty() {
        format!("{namespace}.{name}")
    } else {
        format!("{namespace}[{}]", quoted(name))
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
