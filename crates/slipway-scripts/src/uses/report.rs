//! What is named, and where the client goes where it cannot be followed.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; wherever else the client goes, it is lost"
)]

use oxc::ast::AstKind;
use oxc::ast::ast::{Argument, AssignmentTarget, Expression};
use oxc::span::{GetSpan, Span};
use oxc::syntax::node::NodeId;

use super::calls::registered;
use super::flow::Flow;
use super::syntax::private;
use super::values::{Value, Values};
use super::{File, Found, Place, Use};
use crate::Module;

impl<'p> Flow<'_, 'p> {
    /// Puts down every use.
    pub(super) fn report(&self, found: &mut Found) {
        if !self.has_migration() {
            self.cannot_tell(0, Span::empty(0), found);
        }
        for (file, File { semantic, .. }) in self.files.iter().enumerate() {
            for node in semantic.nodes() {
                self.read(file, node.id(), node.kind(), found);
            }
        }
    }

    fn read(&self, file: usize, node: NodeId, kind: AstKind<'p>, found: &mut Found) {
        let (span, values) = match kind {
            AstKind::IdentifierReference(id) => {
                if id.name == "arguments" && self.symbol(file, id).is_none() {
                    self.all_arguments(file, node, id.span, found);
                }
                (id.span, self.of_name(file, id))
            }
            AstKind::StaticMemberExpression(member) => {
                let name = member.property.name.as_str();
                let owner = self.values(file, &member.object);
                self.name_method(file, member.span, &owner, name, found);
                // Whatever it is that is called so.
                if let Expression::Identifier(id) = member.object.get_inner_expression()
                    && owner.is_empty()
                {
                    self.name(file, member.span, &id.name, Some(name), found);
                }
                if owner.contains(&Value::Client) && matches!(name, "then" | "constructor") {
                    self.cannot_tell(file, member.span, found);
                }
                (member.span, self.member(&owner, name))
            }
            AstKind::PrivateFieldExpression(member) => {
                let owner = self.values(file, &member.object);
                let name = private(&member.field.name);
                (member.span, self.member(&owner, &name))
            }
            AstKind::ComputedMemberExpression(member) => {
                let owner = self.values(file, &member.object);
                let Some(name) = self.text(file, &member.expression) else {
                    self.lose_part(file, member.span, &owner, found);
                    return;
                };
                self.name_method(file, member.span, &owner, &name, found);
                (member.span, self.member(&owner, &name))
            }
            AstKind::CallExpression(call) => {
                self.made_of_a_text(file, &call.callee, found);
                // No namespace is a function: `client.request(…)` asks for anything.
                let callees = self.values(file, &call.callee);
                if callees
                    .iter()
                    .any(|callee| matches!(callee, Value::Namespace(_)))
                {
                    self.cannot_tell(file, call.span, found);
                }
                (call.span, self.of_call(file, call))
            }
            AstKind::NewExpression(made) => {
                self.made_of_a_text(file, &made.callee, found);
                (made.span, self.of_new(file, &made.callee))
            }
            // What an object holds is judged where that stands.
            _ => return,
        };
        if values.iter().any(|value| *value != Value::Data)
            && self.is_lost(file, node, span, &values)
        {
            self.lose(file, span, &values, found);
        }
    }

    /// A method of what may be a namespace.
    pub(super) fn name_method(
        &self,
        file: usize,
        span: Span,
        owner: &Values,
        method: &str,
        found: &mut Found,
    ) {
        for value in owner {
            if let Value::Namespace(namespace) | Value::Called(namespace) = value {
                self.name(file, span, namespace, Some(method), found);
            }
        }
    }

    /// A part of a value whose name only shows at run time.
    fn lose_part(&self, file: usize, span: Span, owner: &Values, found: &mut Found) {
        let is_namespace = |value: &Value| matches!(value, Value::Namespace(_));
        if owner.iter().any(is_namespace) {
            self.cannot_tell(file, span, found);
        } else {
            self.lose(file, span, owner, found);
        }
    }

    /// What goes where it cannot be followed.
    pub(super) fn lose(&self, file: usize, span: Span, values: &Values, found: &mut Found) {
        for value in values {
            match value {
                Value::Namespace(namespace) | Value::Called(namespace) => {
                    self.name(file, span, namespace, None, found);
                }
                value if value.leads_to_the_client() => self.cannot_tell(file, span, found),
                // Whoever calls it has the client then.
                Value::Function(at)
                    if self
                        .results
                        .get(at)
                        .is_some_and(|results| results.iter().any(Value::leads_to_the_client)) =>
                {
                    self.cannot_tell(file, span, found);
                }
                _ => {}
            }
        }
    }

    pub(super) fn name(
        &self,
        file: usize,
        span: Span,
        namespace: &str,
        method: Option<&str>,
        found: &mut Found,
    ) {
        found.named.insert(Use {
            place: self.place(file, span),
            namespace: namespace.to_owned(),
            method: method.map(str::to_owned),
        });
    }

    pub(super) fn cannot_tell(&self, file: usize, span: Span, found: &mut Found) {
        found.unclear.insert(self.place(file, span));
    }

    fn place(&self, file: usize, span: Span) -> Place {
        let Module {
            path,
            code,
            origins,
            ..
        } = self.files[file].module;
        Place {
            file: path.clone(),
            line: origins.line(code, span.start),
        }
    }

    /// Whether an expression goes where its value is not followed.
    fn is_lost(&self, file: usize, node: NodeId, span: Span, values: &Values) -> bool {
        let nodes = self.files[file].semantic.nodes();
        let mut inner = span;
        for parent in nodes.ancestors(node) {
            let outer = parent.kind().span();
            match parent.kind() {
                AstKind::ParenthesizedExpression(_)
                | AstKind::AwaitExpression(_)
                | AstKind::ChainExpression(_)
                | AstKind::LogicalExpression(_)
                | AstKind::ObjectExpression(_) => {}
                AstKind::ConditionalExpression(either) => {
                    if either.test.span() == inner {
                        return false;
                    }
                }
                AstKind::SequenceExpression(sequence) => {
                    if sequence.expressions.last().map(GetSpan::span) != Some(inner) {
                        return false;
                    }
                }
                AstKind::ObjectProperty(property) => {
                    if self.key(file, &property.key, property.computed).is_none() {
                        return true;
                    }
                }
                AstKind::AssignmentExpression(assignment) => {
                    if assignment.left.span() == inner {
                        return false;
                    }
                    match &assignment.left {
                        AssignmentTarget::AssignmentTargetIdentifier(_)
                        | AssignmentTarget::StaticMemberExpression(_)
                        | AssignmentTarget::PrivateFieldExpression(_) => {}
                        _ => return true,
                    }
                }
                AstKind::CallExpression(call) => {
                    if call.callee.span() == inner {
                        return false;
                    }
                    if registered(call).is_some() {
                        return values.contains(&Value::Package);
                    }
                    let callees = self.callees(file, parent.id(), &call.callee);
                    return self.is_handed_away(&callees, &call.arguments, inner, values);
                }
                AstKind::NewExpression(made) => {
                    if made.callee.span() == inner {
                        return false;
                    }
                    let callees = self.values(file, &made.callee);
                    return self.is_handed_away(&callees, &made.arguments, inner, values);
                }
                AstKind::ReturnStatement(_) => {
                    let function = self.function_around(file, parent.id());
                    return !function.is_some_and(|function| self.is_named(file, function));
                }
                AstKind::ArrowFunctionExpression(_) => {
                    return !self.is_named(file, parent.id());
                }
                // Members keep their names.
                AstKind::SpreadElement(_)
                    if values.iter().all(|value| *value == Value::Holder)
                        && matches!(
                            nodes.parent_kind(parent.id()),
                            AstKind::ObjectExpression(_)
                        ) => {}
                AstKind::TemplateLiteral(_) => {
                    return matches!(
                        nodes.parent_kind(parent.id()),
                        AstKind::TaggedTemplateExpression(_)
                    );
                }
                AstKind::PropertyDefinition(property) => {
                    return self.key(file, &property.key, property.computed).is_none();
                }
                // A class of the script's own that is a client.
                AstKind::Class(_) => return values.iter().any(Value::leads_to_the_client),
                // A member is judged by itself, and so is what a name or a parameter holds from now on.
                AstKind::IfStatement(_)
                | AstKind::StaticMemberExpression(_)
                | AstKind::ComputedMemberExpression(_)
                | AstKind::PrivateFieldExpression(_)
                | AstKind::VariableDeclarator(_)
                | AstKind::FormalParameter(_)
                | AstKind::AssignmentPattern(_)
                | AstKind::ExpressionStatement(_)
                | AstKind::UnaryExpression(_)
                | AstKind::BinaryExpression(_)
                | AstKind::WhileStatement(_)
                | AstKind::DoWhileStatement(_)
                | AstKind::ForStatement(_)
                | AstKind::SwitchStatement(_)
                | AstKind::SwitchCase(_)
                | AstKind::UpdateExpression(_) => return false,
                _ => return true,
            }
            inner = outer;
        }
        false
    }

    /// Whether an argument goes to something that cannot be read.
    fn is_handed_away(
        &self,
        callees: &Values,
        arguments: &[Argument<'p>],
        argument: Span,
        values: &Values,
    ) -> bool {
        let is_spread = arguments
            .iter()
            .any(|one| matches!(one, Argument::SpreadElement(spread) if spread.argument.span() == argument));
        if is_spread {
            return true;
        }
        // What the client's own package does with a client is its own; a method of the client, or of a list, takes data.
        let takes = |callee: &Value| match callee {
            Value::Exported(_) => true,
            Value::Namespace(_) => values.contains(&Value::Client),
            Value::Data => values
                .iter()
                .all(|value| matches!(value, Value::Called(_) | Value::Data)),
            _ => false,
        };
        !callees.iter().any(takes) && self.targets(callees).is_empty()
    }

    /// Whether the results of a function are followed: where it has a name, or is called where it stands.
    fn is_named(&self, file: usize, function: NodeId) -> bool {
        let nodes = self.files[file].semantic.nodes();
        let span = nodes.kind(function).span();
        if let AstKind::Function(declared) = nodes.kind(function)
            && declared.is_declaration()
        {
            return true;
        }
        for kind in nodes.ancestor_kinds(function) {
            match kind {
                AstKind::ParenthesizedExpression(_) => {}
                AstKind::VariableDeclarator(_)
                | AstKind::ObjectProperty(_)
                | AstKind::MethodDefinition(_)
                | AstKind::PropertyDefinition(_)
                | AstKind::AssignmentExpression(_)
                // The value of a function that is followed in turn.
                | AstKind::ReturnStatement(_)
                | AstKind::ArrowFunctionExpression(_) => return true,
                AstKind::CallExpression(call) => {
                    return call.callee.get_inner_expression().span() == span;
                }
                _ => return false,
            }
        }
        false
    }

    /// `eval` and `Function` run what is no part of the tree.
    fn made_of_a_text(&self, file: usize, callee: &Expression<'p>, found: &mut Found) {
        if let Expression::Identifier(id) = callee.get_inner_expression()
            && matches!(id.name.as_str(), "eval" | "Function")
            && self.symbol(file, id).is_none()
        {
            self.cannot_tell(file, id.span, found);
        }
    }

    /// `arguments` of a function that is called with the client.
    fn all_arguments(&self, file: usize, node: NodeId, span: Span, found: &mut Found) {
        let mut around = self.files[file].semantic.nodes().ancestor_kinds(node);
        let function = around.find_map(|kind| match kind {
            AstKind::Function(function) => Some((file, function.node_id.get())),
            _ => None,
        });
        if function.is_some_and(|function| self.receivers.contains(&function)) {
            self.cannot_tell(file, span, found);
        }
    }
}
