//! What Node has without an import and no browser has: what may stay, what the worker has in its place, what is refused.
//!
//! `process` is no global of the worker: code that asks `typeof process` would take the browser for Node. The few parts of
//! it that mean something here are members of `__slipway.process`, and a name that leads to one of them is replaced.

use oxc::ast::AstKind;
use oxc::ast::ast::{Expression, IdentifierReference, UnaryExpression};
use oxc::ast_visit::{Visit, walk};
use oxc::semantic::Semantic;
use oxc::span::{GetSpan, Span};
use oxc::syntax::node::NodeId;
use oxc::syntax::operator::UnaryOperator;

/// What becomes of a name.
pub(super) enum Fate {
    /// It is no name of Node's, or the author asks whether it is there.
    Stays,
    /// `process`, of which the worker has this part.
    Replaced,
    /// It is not here, under the name with the members that were asked of it.
    Refused(String),
}

/// The parts of `process` that the worker has (`nodeProcess` in `www/sandbox/worker.js`).
const PARTS_OF_PROCESS: [&str; 4] = ["cwd", "hrtime", "nextTick", "uptime"];
const STREAMS: [&str; 2] = ["stdout", "stderr"];
const PARTS_OF_STREAMS: [&str; 5] = ["clearLine", "columns", "cursorTo", "isTTY", "write"];
/// What may be done with `require` itself. Everything else that it has is about files on a disk.
const PARTS_OF_REQUIRE: [&str; 1] = ["main"];

/// What becomes of a reference to a name that nothing in the file declares.
pub(super) fn judge(
    semantic: &Semantic<'_>,
    node: NodeId,
    reference: &IdentifierReference<'_>,
) -> Fate {
    let name = reference.name.as_str();
    if !matches!(name, "process" | "Buffer" | "require")
        || !semantic.is_reference_to_global_variable(reference)
    {
        return Fate::Stays;
    }
    let (path, whole) = members(semantic, node);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let is_here = match (name, path.as_slice()) {
        ("process", [part, ..]) if PARTS_OF_PROCESS.contains(part) => return Fate::Replaced,
        ("process", [stream, part, ..])
            if STREAMS.contains(stream) && PARTS_OF_STREAMS.contains(part) =>
        {
            return Fate::Replaced;
        }
        ("require", [part, ..]) => PARTS_OF_REQUIRE.contains(part),
        ("require", []) => !is_renamed(semantic, node),
        _ => false,
    };
    let is_asked_for = (path.is_empty() || name == "require")
        && matches!(semantic.nodes().parent_kind(whole), AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::Typeof);
    if is_here || is_asked_for || is_guarded(semantic, node, name) {
        return Fate::Stays;
    }
    // `process.env.TOKEN` is one thing, of `Buffer.from('').toString()` only the name counts.
    let told = match name {
        "process" => path.len().min(2),
        "require" => path.len().min(1),
        _ => 0,
    };
    let told = std::iter::once(name).chain(path.into_iter().take(told));
    Fate::Refused(told.collect::<Vec<_>>().join("."))
}

/// The names of the members that are asked of a reference, the first first, and the whole of it with them.
fn members(semantic: &Semantic<'_>, node: NodeId) -> (Vec<String>, NodeId) {
    let nodes = semantic.nodes();
    let mut names = Vec::new();
    let mut whole = node;
    for ancestor in nodes.ancestors(node) {
        let below = nodes.kind(whole).span();
        match ancestor.kind() {
            AstKind::StaticMemberExpression(member) if member.object.span() == below => {
                names.push(member.property.name.to_string());
            }
            AstKind::ComputedMemberExpression(member) if member.object.span() == below => {
                match &member.expression {
                    Expression::StringLiteral(name) => names.push(name.value.to_string()),
                    _ => break,
                }
            }
            AstKind::ChainExpression(_)
            | AstKind::ParenthesizedExpression(_)
            | AstKind::TSNonNullExpression(_) => {}
            _ => break,
        }
        whole = ancestor.id();
    }
    (names, whole)
}

/// Whether it gets another name, so that what is imported under that is not known. To hand it on is what some compilers do
/// who never call it.
fn is_renamed(semantic: &Semantic<'_>, node: NodeId) -> bool {
    let nodes = semantic.nodes();
    let span = nodes.kind(node).span();
    match nodes.parent_kind(node) {
        AstKind::VariableDeclarator(declarator) => {
            let value = declarator.init.as_ref();
            value.is_some_and(|value| value.span() == span)
        }
        AstKind::AssignmentExpression(assignment) => assignment.right.span() == span,
        _ => false,
    }
}

/// Whether the author asks if the name is there, and the answer decides whether the reference is reached. `require.main` is
/// asked by scripts that can also be run by themselves, which no migration is.
fn is_guarded(semantic: &Semantic<'_>, node: NodeId, name: &str) -> bool {
    let asks = |condition: &Expression<'_>| {
        let mut question = Question {
            semantic,
            name,
            is_asked: false,
            follows: true,
        };
        question.visit_expression(condition);
        question.is_asked
    };
    semantic
        .nodes()
        .ancestor_kinds(node)
        .any(|kind| match kind {
            AstKind::IfStatement(found) => asks(&found.test),
            AstKind::ConditionalExpression(found) => asks(&found.test),
            AstKind::LogicalExpression(found) => asks(&found.left),
            _ => false,
        })
}

/// Looks for `typeof name` and `require.main` in a condition, and in what the constants that it names were set to.
struct Question<'s, 'a> {
    semantic: &'s Semantic<'a>,
    name: &'s str,
    is_asked: bool,
    /// Whether names are followed to where they are declared.
    follows: bool,
}

impl<'a> Visit<'a> for Question<'_, '_> {
    fn visit_unary_expression(&mut self, unary: &UnaryExpression<'a>) {
        if unary.operator == UnaryOperator::Typeof
            && matches!(&unary.argument, Expression::Identifier(asked) if asked.name == self.name)
        {
            self.is_asked = true;
        }
        walk::walk_unary_expression(self, unary);
    }

    fn visit_static_member_expression(
        &mut self,
        member: &oxc::ast::ast::StaticMemberExpression<'a>,
    ) {
        if matches!(&member.object, Expression::Identifier(object) if object.name == "require")
            && member.property.name == "main"
        {
            self.is_asked = true;
        }
        walk::walk_static_member_expression(self, member);
    }

    fn visit_identifier_reference(&mut self, reference: &IdentifierReference<'a>) {
        if !self.follows {
            return;
        }
        let scoping = self.semantic.scoping();
        let symbol = reference
            .reference_id
            .get()
            .and_then(|reference| scoping.get_reference(reference).symbol_id());
        let Some(symbol) = symbol else { return };
        let declared = self.semantic.symbol_declaration(symbol).kind();
        if let AstKind::VariableDeclarator(declarator) = declared
            && let Some(value) = &declarator.init
        {
            let mut question = Question {
                semantic: self.semantic,
                name: self.name,
                is_asked: false,
                follows: false,
            };
            question.visit_expression(value);
            self.is_asked |= question.is_asked;
        }
    }
}

/// Whether a module is asked for only to see whether it is there: by the one statement of a `try` that has a `catch`, which
/// does nothing else with it.
pub(super) fn is_tried(semantic: &Semantic<'_>, node: NodeId) -> bool {
    let mut block: Option<Span> = None;
    for kind in semantic.nodes().ancestor_kinds(node) {
        match kind {
            AstKind::TryStatement(tried) => {
                return tried.handler.is_some() && block == Some(tried.block.span);
            }
            AstKind::BlockStatement(found) if found.body.len() == 1 => block = Some(found.span),
            AstKind::AwaitExpression(_)
            | AstKind::AssignmentExpression(_)
            | AstKind::StaticMemberExpression(_)
            | AstKind::ParenthesizedExpression(_)
            | AstKind::ExpressionStatement(_)
            | AstKind::ReturnStatement(_)
            | AstKind::VariableDeclaration(_)
            | AstKind::VariableDeclarator(_)
                if block.is_none() => {}
            _ => return false,
        }
    }
    false
}
