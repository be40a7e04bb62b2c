//! What a name means in a namespace of TypeScript, where the transformer does not know it.
//!
//! A namespace becomes a function over an object, and oxc gives that the value that an export begins with. But an
//! exported variable may change, and is seen by the other blocks of the same namespace: so every use of such a name is
//! written as a member of its namespace here, in place and before anything is transformed, as the CLI's compiler has it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; what is not named here is no namespace"
)]

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use oxc::allocator::Allocator;
use oxc::ast::AstKind;
use oxc::ast::ast::{
    BindingIdentifier, BindingProperty, Declaration, Expression, IdentifierReference, Statement,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody, VariableDeclaration,
};
use oxc::ast_visit::{Visit, walk};
use oxc::parser::Parser;
use oxc::semantic::{Semantic, SemanticBuilder};
use oxc::span::{GetSpan, SourceType, Span};
use oxc::syntax::node::NodeId;
use oxc::syntax::scope::ScopeId;
use oxc::syntax::symbol::SymbolId;

use crate::edits::{Edit, Edited, detached};
use crate::position::line_and_column;
use crate::strip;
use crate::{ScriptError, Source};

/// The file with every such name as a member of its namespace. Lines stay where they are.
pub(crate) fn qualified<'s>(
    file: &Source<'s>,
    source_type: SourceType,
) -> Result<Cow<'s, str>, ScriptError> {
    if !["namespace", "module"]
        .iter()
        .any(|word| file.text.contains(word))
    {
        return Ok(Cow::Borrowed(file.text));
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, file.text, source_type)
        .with_options(strip::parse_options())
        .parse();
    let analysed = SemanticBuilder::new_compiler()
        .with_build_nodes(true)
        .build(&parsed.program);
    let mut complaints = parsed
        .diagnostics
        .errors()
        .chain(analysed.diagnostics.errors());
    if complaints.next().is_some() {
        // They are told by whoever parses it next, with the columns of the file.
        return Ok(Cow::Borrowed(file.text));
    }
    let mut names = Names {
        file,
        semantic: &analysed.semantic,
        blocks: HashMap::new(),
        namespaces: HashMap::new(),
        exports: HashMap::new(),
        variables: HashMap::new(),
        edits: Vec::new(),
    };
    names.declarations()?;
    if names.blocks.is_empty() {
        return Ok(Cow::Borrowed(file.text));
    }
    names.references()?;
    Ok(Cow::Owned(Edited::new(file.text, names.edits).text))
}

/// A namespace, whose blocks may be many.
type NamespaceId = usize;

/// What a namespace is declared in.
#[derive(PartialEq, Eq, Hash)]
enum Owner {
    Scope(ScopeId),
    /// Another one, which exports it.
    Namespace(NamespaceId),
}

/// One `namespace N { … }`.
#[derive(Clone, Copy)]
struct Block<'a> {
    namespace: NamespaceId,
    name: &'a BindingIdentifier<'a>,
}

struct Names<'n, 'a> {
    file: &'n Source<'n>,
    semantic: &'n Semantic<'a>,
    /// By the scopes of their bodies.
    blocks: HashMap<ScopeId, Block<'n>>,
    namespaces: HashMap<(Owner, &'n str), NamespaceId>,
    /// The names that the blocks of a namespace export.
    exports: HashMap<NamespaceId, HashSet<&'n str>>,
    /// Exported variables that are no constants, and the scopes of their blocks.
    variables: HashMap<SymbolId, ScopeId>,
    edits: Vec<Edit>,
}

impl<'n, 'a: 'n> Names<'n, 'a> {
    fn declarations(&mut self) -> Result<(), ScriptError> {
        for node in self.semantic.nodes() {
            if let AstKind::TSNamespaceDeclaration(declaration) = node.kind()
                && !declaration.declare
                && !self.is_declared(node.id())
            {
                self.block(node.id(), declaration)?;
            }
        }
        Ok(())
    }

    /// Whether this is in what only tells the compiler that something is there.
    fn is_declared(&self, node: NodeId) -> bool {
        let mut around = self.semantic.nodes().ancestor_kinds(node);
        around.any(|kind| match kind {
            AstKind::TSNamespaceDeclaration(around) => around.declare,
            AstKind::TSExternalModuleDeclaration(_) | AstKind::TSGlobalDeclaration(_) => true,
            _ => false,
        })
    }

    fn block(
        &mut self,
        node: NodeId,
        declaration: &'n TSNamespaceDeclaration<'a>,
    ) -> Result<(), ScriptError> {
        let scoping = self.semantic.scoping();
        let Some(scope) = declaration.scope_id.get() else {
            return Ok(());
        };
        let outer = scoping.scope_parent_id(scope);
        let is_exported = matches!(
            self.semantic.nodes().parent_kind(node),
            AstKind::ExportDeclaration(_) | AstKind::TSNamespaceDeclaration(_)
        );
        let around = outer.and_then(|outer| self.blocks.get(&outer));
        let owner = match around.filter(|_| is_exported) {
            Some(around) => Owner::Namespace(around.namespace),
            None => Owner::Scope(outer.unwrap_or_else(|| scoping.root_scope_id())),
        };
        let next = self.namespaces.len();
        let key = (owner, declaration.id.name.as_str());
        let namespace = *self.namespaces.entry(key).or_insert(next);
        let name = &declaration.id;
        self.blocks.insert(scope, Block { namespace, name });
        match &declaration.body {
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                self.export(namespace, &inner.id);
            }
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                for statement in &block.body {
                    if let Statement::ExportDeclaration(export) = statement {
                        self.exported(scope, namespace, export.span, &export.declaration)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn export(&mut self, namespace: NamespaceId, id: &'n BindingIdentifier<'a>) {
        let names = self.exports.entry(namespace).or_default();
        names.insert(id.name.as_str());
    }

    fn exported(
        &mut self,
        scope: ScopeId,
        namespace: NamespaceId,
        span: Span,
        declaration: &'n Declaration<'a>,
    ) -> Result<(), ScriptError> {
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                let mut bound = Bound(Vec::new());
                for declarator in &variables.declarations {
                    bound.visit_binding_pattern(&declarator.id);
                }
                for name in &bound.0 {
                    self.exports.entry(namespace).or_default().insert(name.text);
                    if !variables.kind.is_const() {
                        self.variables
                            .extend(name.symbol.map(|symbol| (symbol, scope)));
                    }
                }
                if !variables.kind.is_const() && !variables.declare {
                    self.assign(scope, span, variables, &bound)?;
                }
            }
            Declaration::FunctionDeclaration(function) => {
                if let Some(id) = &function.id {
                    self.export(namespace, id);
                }
            }
            Declaration::ClassDeclaration(class) => {
                if let Some(id) = &class.id {
                    self.export(namespace, id);
                }
            }
            Declaration::TSEnumDeclaration(found) => self.export(namespace, &found.id),
            Declaration::TSNamespaceDeclaration(found) => self.export(namespace, &found.id),
            Declaration::TSImportEqualsDeclaration(found) => self.export(namespace, &found.id),
            Declaration::TSTypeAliasDeclaration(_)
            | Declaration::TSInterfaceDeclaration(_)
            | Declaration::TSExternalModuleDeclaration(_)
            | Declaration::TSGlobalDeclaration(_) => {}
        }
        Ok(())
    }

    /// Makes `export let a: A = 1, { b } = c` an assignment to the members of the namespace.
    fn assign(
        &mut self,
        scope: ScopeId,
        export: Span,
        variables: &VariableDeclaration<'a>,
        bound: &Bound<'n>,
    ) -> Result<(), ScriptError> {
        let (Some(first), Some(last)) = (
            variables.declarations.first(),
            variables.declarations.last(),
        ) else {
            return Ok(());
        };
        // The statement before may lack its semicolon, and so may this one.
        self.edit(Span::new(export.start, first.span.start), ";(");
        self.edit(Span::empty(last.span.end), ");");
        for declarator in &variables.declarations {
            if let Some(annotation) = &declarator.type_annotation {
                // With the `!` that may stand before it.
                self.edit(Span::new(declarator.id.span().end, annotation.span.end), "");
            }
        }
        for name in &bound.0 {
            let member = self.member(scope, scope, name.text, name.span)?;
            let text = if name.is_shorthand {
                format!("{}: {member}", name.text)
            } else {
                member
            };
            self.edit(name.span, text);
        }
        Ok(())
    }

    fn references(&mut self) -> Result<(), ScriptError> {
        for node in self.semantic.nodes() {
            if let AstKind::IdentifierReference(used) = node.kind()
                && let Some(block) = self.block_of(node.scope_id(), used)
            {
                let member = self.member(node.scope_id(), block, used.name.as_str(), used.span)?;
                let text = self.in_place(node.id(), used, member);
                self.edit(used.span, text);
            }
        }
        Ok(())
    }

    /// The block through which a name is a member of a namespace; `None` of what is well as it is.
    fn block_of(&self, scope: ScopeId, used: &IdentifierReference<'a>) -> Option<ScopeId> {
        let scoping = self.semantic.scoping();
        let symbol = scoping.get_reference(used.reference_id()).symbol_id();
        if let Some(block) = symbol.and_then(|symbol| self.variables.get(&symbol)) {
            return Some(*block);
        }
        let declared = symbol.map(|symbol| scoping.symbol_scope_id(symbol));
        scoping
            .scope_ancestors(scope)
            .take_while(|scope| Some(*scope) != declared)
            .find(|scope| {
                let block = self.blocks.get(scope);
                let exports = block.and_then(|block| self.exports.get(&block.namespace));
                exports.is_some_and(|exports| exports.contains(used.name.as_str()))
            })
    }

    /// `N.name`, if `N` means the namespace of the block where it is to be written.
    fn member(
        &self,
        at: ScopeId,
        block: ScopeId,
        name: &str,
        span: Span,
    ) -> Result<String, ScriptError> {
        let scoping = self.semantic.scoping();
        let namespace = self.blocks[&block].name;
        if scoping.find_binding(at, namespace.name) == namespace.symbol_id.get() {
            return Ok(format!("{}.{name}", namespace.name));
        }
        Err(ScriptError::Namespace {
            file: self.file.path.to_owned(),
            line: line_and_column(self.file.text, span.start).0,
            namespace: namespace.name.to_string(),
            name: name.to_owned(),
        })
    }

    /// A member where a name stood.
    fn in_place(&self, node: NodeId, used: &IdentifierReference<'a>, member: String) -> String {
        let is_called = |callee: &Expression<'a>| callee.span() == used.span;
        match self.semantic.nodes().parent_kind(node) {
            AstKind::ObjectProperty(property) if property.shorthand => {
                format!("{}: {member}", used.name)
            }
            AstKind::AssignmentTargetPropertyIdentifier(_) => format!("{}: {member}", used.name),
            // A call must not make the namespace its `this`.
            AstKind::CallExpression(call) if is_called(&call.callee) => {
                detached(self.semantic, node, &member)
            }
            AstKind::TaggedTemplateExpression(tagged) if is_called(&tagged.tag) => {
                detached(self.semantic, node, &member)
            }
            _ => member,
        }
    }

    fn edit(&mut self, span: Span, text: impl Into<String>) {
        self.edits.push(Edit {
            span,
            text: text.into(),
        });
    }
}

/// The names that a pattern declares.
struct Bound<'n>(Vec<Name<'n>>);

struct Name<'n> {
    text: &'n str,
    symbol: Option<SymbolId>,
    span: Span,
    /// Whether it stands for its property too, as in `{ a }`.
    is_shorthand: bool,
}

impl<'a> Visit<'a> for Bound<'a> {
    fn visit_binding_identifier(&mut self, id: &BindingIdentifier<'a>) {
        self.0.push(Name {
            text: id.name.as_str(),
            symbol: id.symbol_id.get(),
            span: id.span,
            is_shorthand: false,
        });
    }

    fn visit_binding_property(&mut self, property: &BindingProperty<'a>) {
        let before = self.0.len();
        walk::walk_binding_property(self, property);
        if property.shorthand {
            for name in &mut self.0[before..] {
                name.is_shorthand = true;
            }
        }
    }

    /// Default values may hold functions, whose names are their own.
    fn visit_expression(&mut self, _: &Expression<'a>) {}
}
