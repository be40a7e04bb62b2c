//! Modules to function bodies over the worker's registry.
//!
//! A `CommonJS` file already is one: only its `require` calls are noted. In an ES module each `import` and `export` is
//! replaced in place, so that lines stay where they are:
//!
//! - `import { a } from './x'` becomes a registry lookup in the first line, and every use of `a` a member of its result,
//!   so that bindings stay live and helper files may import each other in a circle;
//! - `export` goes, and the first line registers a getter for each exported name;
//! - `import('./x')` asks the registry.
//!
//! In both, the few parts of Node's `process` that the worker has become members of `__slipway.process`.
//!
//! The names that begin with `__slipway` are the worker's side of the agreement (`www/sandbox/worker.js`).

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; what is not named here needs no linking"
)]

mod head;
mod node_globals;

use std::collections::{BTreeMap, BTreeSet};

use oxc::allocator::Allocator;
use oxc::ast::AstKind;
use oxc::ast::ast::{
    BindingIdentifier, ExportDefaultDeclarationKind, ExportSpecifier, Expression,
    IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier, ModuleExportName, Program,
    Statement, StringLiteral,
};
use oxc::parser::Parser;
use oxc::semantic::{Semantic, SemanticBuilder};
use oxc::span::{GetSpan, SourceType, Span};
use oxc::syntax::node::NodeId;
use oxc::syntax::symbol::SymbolId;

use self::head::{Head, LocalExport, member};
use self::node_globals::Fate;
use crate::edits::{Edit, Edited, detached};
use crate::newer::USING;
use crate::origins::Origins;
use crate::resolve::Files;
use crate::strip::{self, Stripped};
use crate::{ScriptError, Source, decorators, hosts, packages};

/// A function body, and what it imports.
pub(crate) struct Linked {
    pub(crate) code: String,
    pub(crate) origins: Origins,
    pub(crate) imports: Vec<Import>,
    /// The hosts that its texts name.
    pub(crate) hosts: BTreeSet<String>,
    /// Whether it may export a migration: something as `default`, or what only shows when it runs.
    pub(crate) may_migrate: bool,
}

/// A specifier as written, and its line in the author's file, from 1.
pub(crate) struct Import {
    pub(crate) specifier: String,
    pub(crate) line: u32,
    /// Whether the author goes on without it.
    pub(crate) is_tried: bool,
}

/// A JSON file is a module whose value it is.
pub(crate) fn json(file: &Source<'_>) -> Result<Linked, ScriptError> {
    // A file written on Windows may begin with a byte order mark, which Node takes off too.
    let text = file.text.trim_start_matches('\u{feff}');
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| ScriptError::Syntax {
            file: file.path.to_owned(),
            line: crate::position::saturate(error.line()),
            column: crate::position::saturate(error.column()),
            message: error.to_string(),
        })?;
    let mut named = BTreeSet::new();
    hosts::of_json(&value, &mut named);
    Ok(Linked {
        code: format!("module.exports = {text}\n;"),
        origins: Origins::default(),
        imports: Vec::new(),
        hosts: named,
        may_migrate: false,
    })
}

/// Links a JavaScript file. `stripped` is the same file after types were taken out.
pub(crate) fn module(
    files: &Files<'_>,
    file: &Source<'_>,
    stripped: &Stripped,
) -> Result<Linked, ScriptError> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &stripped.code, SourceType::unambiguous())
        .with_options(strip::parse_options())
        .parse();
    strip::refuse(file, &stripped.code, &stripped.origins, &parsed.diagnostics)?;
    let program = parsed.program;
    // Those of a TypeScript file were refused before it was printed anew.
    decorators::refuse(file, &stripped.code, &program)?;
    let analysed = SemanticBuilder::new_compiler()
        .with_build_nodes(true)
        .build(&program);
    strip::refuse(
        file,
        &stripped.code,
        &stripped.origins,
        &analysed.diagnostics,
    )?;
    let mut named = BTreeSet::new();
    hosts::of_program(&analysed.semantic, &mut named);

    let mut linker = Linker {
        file,
        stripped,
        semantic: &analysed.semantic,
        edits: Vec::new(),
        imports: Vec::new(),
        may_migrate: false,
    };
    if let Some(hashbang) = &program.hashbang {
        linker.edit(
            Span::new(hashbang.span.start, hashbang.span.start + 2),
            "//",
        );
    }
    linker.calls()?;
    let head = if program.source_type.is_module() {
        Some(linker.declarations(&program.body))
    } else {
        None
    };
    let Linker {
        edits,
        imports,
        may_migrate,
        ..
    } = linker;
    let body = Edited::new(&stripped.code, edits);
    // The CLI makes a function of a module too, and a function is strict only where it says so.
    let is_compiled = head.is_some() || strip::is_typescript(file.path);
    let is_strict = is_compiled && (says_strict(&program) || files.compiling(file.path)?.is_strict);
    let strict = if is_strict { "\"use strict\";" } else { "" };
    // What was printed anew begins in a line of its own, since the worker puts more into the first, and stacks name
    // columns. Otherwise lines are those of the file.
    let break_line = if stripped.origins.is_empty() {
        ""
    } else {
        "\n"
    };
    let using = if stripped.is_using { USING } else { "" };
    let (ahead, after) = match head {
        // The inner block lets a module declare `module` or `exports` itself.
        Some(head) => (format!("{strict}{{{head}{break_line}{using}"), "\n}"),
        None => (format!("{strict}{break_line}{using}"), ""),
    };
    let origins = stripped.origins.moved(&body, ahead.len());
    let code = ahead + &body.text + after;
    Ok(Linked {
        code,
        origins,
        imports,
        hosts: named,
        may_migrate,
    })
}

fn says_strict(program: &Program<'_>) -> bool {
    let mut directives = program.directives.iter();
    directives.any(|directive| directive.directive == "use strict")
}

struct Linker<'l, 'a> {
    file: &'l Source<'l>,
    stripped: &'l Stripped,
    semantic: &'l Semantic<'a>,
    edits: Vec<Edit>,
    imports: Vec<Import>,
    may_migrate: bool,
}

impl<'a> Linker<'_, 'a> {
    fn edit(&mut self, span: Span, text: impl Into<String>) {
        self.edits.push(Edit {
            span,
            text: text.into(),
        });
    }

    fn insert(&mut self, at: u32, text: impl Into<String>) {
        self.edit(Span::empty(at), text);
    }

    fn line(&self, span: Span) -> u32 {
        self.stripped.line(span.start)
    }

    fn note(&mut self, source: &StringLiteral<'a>) {
        let line = self.line(source.span);
        self.imports.push(Import {
            specifier: source.value.to_string(),
            line,
            is_tried: false,
        });
    }

    /// What a call imports, where that is written out. A computed name is refused by the worker when the call is reached.
    fn note_expression(&mut self, asked: Option<&Expression<'a>>, call: NodeId) {
        let specifier = match asked.map(Expression::without_parentheses) {
            Some(Expression::StringLiteral(text)) => Some(text.value.to_string()),
            Some(Expression::TemplateLiteral(text)) => {
                text.single_quasi().map(|text| text.to_string())
            }
            _ => None,
        };
        if let Some(specifier) = specifier {
            let line = self.line(self.semantic.nodes().kind(call).span());
            self.imports.push(Import {
                specifier,
                line,
                is_tried: node_globals::is_tried(self.semantic, call),
            });
        }
    }

    /// What may stand anywhere: `require('…')`, `import('…')`, and what no migration may use.
    fn calls(&mut self) -> Result<(), ScriptError> {
        for node in self.semantic.nodes().iter() {
            match node.kind() {
                AstKind::CallExpression(call) => {
                    if let Expression::Identifier(callee) = &call.callee
                        && callee.name == "require"
                        && self.semantic.is_reference_to_global_variable(callee)
                    {
                        let asked = call.arguments.first();
                        let asked = asked.and_then(|argument| argument.as_expression());
                        self.note_expression(asked, node.id());
                    }
                }
                AstKind::ImportExpression(import) => {
                    self.note_expression(Some(&import.source), node.id());
                    let keyword = Span::new(import.span.start, import.span.start + 6);
                    self.edit(keyword, "__slipway.load");
                }
                AstKind::IdentifierReference(reference) => {
                    self.name_of_node(node.id(), reference)?;
                }
                AstKind::ImportSpecifier(imported) => {
                    self.function_of_a_disk(node.id(), &imported.imported.name())?;
                }
                AstKind::ImportMeta(meta) => {
                    return Err(ScriptError::ImportMeta {
                        file: self.file.path.to_owned(),
                        line: self.line(meta.span),
                    });
                }
                AstKind::ThisExpression(this) if self.is_of_module(node.id()) => {
                    self.edit(this.span, "(void 0)");
                }
                AstKind::ThisExpression(_) => self.may_migrate = true,
                AstKind::AwaitExpression(found) if self.at_top_level(node.id()) => {
                    return Err(self.top_level_await(found.span));
                }
                AstKind::ForOfStatement(found) if found.r#await && self.at_top_level(node.id()) => {
                    return Err(self.top_level_await(found.span));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn name_of_node(
        &mut self,
        node: NodeId,
        reference: &IdentifierReference<'a>,
    ) -> Result<(), ScriptError> {
        self.may_migrate |= matches!(reference.name.as_str(), "module" | "exports");
        match node_globals::judge(self.semantic, node, reference) {
            Fate::Stays => {}
            Fate::Replaced => self.insert(reference.span.start, "__slipway."),
            Fate::Refused(name) => {
                return Err(ScriptError::NodeGlobal {
                    file: self.file.path.to_owned(),
                    line: self.line(reference.span),
                    name,
                });
            }
        }
        Ok(())
    }

    /// A name that the client for Node exports and the sandbox's cannot do.
    fn function_of_a_disk(&self, node: NodeId, name: &str) -> Result<(), ScriptError> {
        match (
            self.semantic.nodes().parent_kind(node),
            packages::in_place_of(name),
        ) {
            (AstKind::ImportDeclaration(import), Some(instead))
                if packages::key(&import.source.value).as_deref() == Some(packages::CLIENT) =>
            {
                Err(ScriptError::NeedsDisk {
                    file: self.file.path.to_owned(),
                    line: self.line(import.span),
                    name: name.to_owned(),
                    instead: instead.to_owned(),
                })
            }
            _ => Ok(()),
        }
    }

    fn at_top_level(&self, node: NodeId) -> bool {
        !self.semantic.nodes().ancestor_kinds(node).any(|kind| {
            matches!(
                kind,
                AstKind::Function(_) | AstKind::ArrowFunctionExpression(_)
            )
        })
    }

    /// Whether `this` is that of an ES module, which is undefined.
    fn is_of_module(&self, this: NodeId) -> bool {
        let nodes = self.semantic.nodes();
        self.semantic.source_type().is_module()
            && !nodes
                .ancestor_kinds(this)
                .any(|kind| matches!(kind, AstKind::Function(_) | AstKind::Class(_)))
    }

    fn top_level_await(&self, span: Span) -> ScriptError {
        ScriptError::TopLevelAwait {
            file: self.file.path.to_owned(),
            line: self.line(span),
        }
    }

    /// Takes the `import` and `export` declarations out and returns what has to run before the body.
    fn declarations(&mut self, body: &[Statement<'a>]) -> String {
        let mut head = Head::default();
        for statement in body {
            match statement {
                Statement::ImportDeclaration(import) => self.import(import, &mut head),
                Statement::ExportDeclaration(export) => {
                    self.edit(
                        Span::new(export.span.start, export.declaration.span().start),
                        "",
                    );
                    head.export_declared(&export.declaration);
                }
                Statement::ExportNamedDeclaration(export) => {
                    self.edit(export.span, ";");
                    for specifier in &export.specifiers {
                        head.local_exports.push(self.local_export(specifier));
                    }
                    head.has_exports |= !export.specifiers.is_empty();
                }
                Statement::ExportFromDeclaration(export) => {
                    self.edit(export.span, ";");
                    self.note(&export.source);
                    let namespace = head.request(&export.source);
                    for specifier in &export.specifiers {
                        let imported = member(&namespace, &specifier.local.name());
                        head.getters
                            .push((specifier.exported.name().to_string(), imported));
                    }
                    head.has_exports = true;
                }
                Statement::ExportAllDeclaration(export) => {
                    self.edit(export.span, ";");
                    self.note(&export.source);
                    let namespace = head.request(&export.source);
                    match &export.exported {
                        Some(name) => head.getters.push((name.name().to_string(), namespace)),
                        None => head.stars.push(namespace),
                    }
                    head.has_exports = true;
                }
                Statement::ExportDefaultDeclaration(export) => {
                    let declared = export.declaration.span();
                    let keyword = Span::new(export.span.start, declared.start);
                    let local = self.export_default(keyword, export.span.end, &export.declaration);
                    head.getters.push(("default".to_owned(), local));
                    head.has_exports = true;
                }
                _ => {}
            }
        }
        self.uses(&head.bindings);
        self.may_migrate |= head.exports("default");
        head.render()
    }

    fn import(&mut self, import: &ImportDeclaration<'a>, head: &mut Head) {
        self.edit(import.span, ";");
        self.note(&import.source);
        let namespace = head.request(&import.source);
        for specifier in import.specifiers.iter().flatten() {
            let (local, value) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(named) => {
                    (&named.local, member(&namespace, &named.imported.name()))
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                    (&default.local, member(&namespace, "default"))
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(whole) => {
                    (&whole.local, namespace.clone())
                }
            };
            head.bindings.insert(local.symbol_id(), value);
        }
    }

    /// Makes the default export a name of the module, and says which.
    fn export_default(
        &mut self,
        keyword: Span,
        end: u32,
        declaration: &ExportDefaultDeclarationKind<'a>,
    ) -> String {
        const ANONYMOUS: &str = "__slipway_default";
        match declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                self.edit(keyword, "");
                named_or(function.id.as_ref(), || {
                    // Stays a declaration, so that it is hoisted as it was.
                    self.insert(function.params.span.start, format!(" {ANONYMOUS}"));
                    ANONYMOUS
                })
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                self.edit(keyword, "");
                named_or(class.id.as_ref(), || {
                    self.insert(class.span.start + 5, format!(" {ANONYMOUS}"));
                    ANONYMOUS
                })
            }
            _ => {
                self.edit(keyword, format!("const {ANONYMOUS} = "));
                self.insert(end, ";");
                ANONYMOUS.to_owned()
            }
        }
    }

    /// `export { a as b }`: the exported name, and the local symbol if it has one.
    fn local_export(&self, specifier: &ExportSpecifier<'a>) -> LocalExport {
        let symbol = match &specifier.local {
            ModuleExportName::IdentifierReference(reference) => self
                .semantic
                .scoping()
                .get_reference(reference.reference_id())
                .symbol_id(),
            ModuleExportName::IdentifierName(_) | ModuleExportName::StringLiteral(_) => None,
        };
        LocalExport {
            exported: specifier.exported.name().to_string(),
            local: specifier.local.name().to_string(),
            symbol,
        }
    }

    /// Every use of an imported name becomes a member of the module it came from.
    fn uses(&mut self, bindings: &BTreeMap<SymbolId, String>) {
        let nodes = self.semantic.nodes();
        for (symbol, value) in bindings {
            for reference in self.semantic.symbol_references(*symbol) {
                let node = reference.node_id();
                let span = nodes.kind(node).span();
                let text = match nodes.parent_kind(node) {
                    AstKind::ExportSpecifier(_) => continue,
                    AstKind::ObjectProperty(property) if property.shorthand => {
                        format!(
                            "{}: {value}",
                            &self.stripped.code[span.start as usize..span.end as usize]
                        )
                    }
                    // A call must not make the module its `this`.
                    AstKind::CallExpression(call) if call.callee.span() == span => {
                        detached(self.semantic, node, value)
                    }
                    AstKind::TaggedTemplateExpression(tagged) if tagged.tag.span() == span => {
                        detached(self.semantic, node, value)
                    }
                    _ => value.clone(),
                };
                self.edit(span, text);
            }
        }
    }
}

fn named_or(
    id: Option<&BindingIdentifier<'_>>,
    anonymous: impl FnOnce() -> &'static str,
) -> String {
    id.map_or_else(|| anonymous().to_owned(), |id| id.name.to_string())
}
