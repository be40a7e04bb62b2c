//! Calls: what they run, and what its parameters are handed.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; what is not named here calls nothing"
)]

use std::collections::HashSet;

use oxc::ast::AstKind;
use oxc::ast::ast::{
    Argument, CallExpression, ClassElement, Expression, MethodDefinitionKind, ObjectPropertyKind,
};
use oxc::syntax::node::NodeId;

use super::Found;
use super::flow::Flow;
use super::syntax::last;
use super::values::{At, Value, Values};

impl<'a, 'p> Flow<'a, 'p> {
    pub(super) fn call(
        &mut self,
        file: usize,
        node: NodeId,
        call: &'a CallExpression<'p>,
        found: &mut Found,
    ) {
        match (registered(call), call.arguments.first()) {
            (Some("exports"), Some(Argument::ObjectExpression(getters))) => {
                for property in &getters.properties {
                    if let ObjectPropertyKind::ObjectProperty(property) = property
                        && let Some(name) = self.key(file, &property.key, property.computed)
                        && let Expression::ArrowFunctionExpression(getter) = &property.value
                        && let Some(read) = getter.body.as_expression()
                    {
                        let values = self.values(file, read);
                        self.export_as(file, &name, &values);
                    }
                }
            }
            (Some("star"), Some(from)) => {
                if let Some(from) = from.as_expression() {
                    let values = self.values(file, from);
                    self.star(file, &values);
                }
            }
            (_, _) => {
                let callees = self.callees(file, node, &call.callee);
                self.pass(file, &callees, &call.arguments, found);
            }
        }
    }

    /// What a call may call.
    pub(super) fn callees(&self, file: usize, node: NodeId, callee: &Expression<'p>) -> Values {
        if !matches!(callee, Expression::Super(_)) {
            return self.values(file, callee);
        }
        let mut around = self.files[file].semantic.nodes().ancestor_kinds(node);
        around
            .find_map(|kind| match kind {
                AstKind::Class(class) => class.heritage.as_ref(),
                _ => None,
            })
            .map_or_else(Values::new, |heritage| {
                self.values(file, &heritage.expression)
            })
    }

    /// The functions that these run when they are called or made.
    pub(super) fn targets(&self, callees: &Values) -> Vec<At> {
        let mut targets = Vec::new();
        let mut asked: Vec<Value> = callees.iter().cloned().collect();
        let mut seen = HashSet::new();
        while let Some(callee) = asked.pop() {
            match callee {
                Value::Function(at) => targets.push(at),
                Value::Exports(file) => {
                    let default = self.export(file, "default").into_iter();
                    asked.extend(default.filter(|value| matches!(value, Value::Function(_))));
                }
                Value::Class(at) if seen.insert(at) => {
                    let Some(class) = self.classes.get(&at) else {
                        continue;
                    };
                    let made = class.body.body.iter().find_map(|element| match element {
                        ClassElement::MethodDefinition(method)
                            if method.kind == MethodDefinitionKind::Constructor =>
                        {
                            Some(Value::Function((at.0, method.value.node_id.get())))
                        }
                        _ => None,
                    });
                    match (made, &class.heritage) {
                        (Some(constructor), _) => asked.push(constructor),
                        (None, Some(heritage)) => {
                            asked.extend(self.values(at.0, &heritage.expression));
                        }
                        (None, None) => {}
                    }
                }
                Value::Class(_)
                | Value::Client
                | Value::Namespace(_)
                | Value::Called(_)
                | Value::Package
                | Value::Exported(_)
                | Value::Resources
                | Value::Holder
                | Value::Data => {}
            }
        }
        targets
    }

    /// Hands arguments to the parameters of what is called.
    pub(super) fn pass(
        &mut self,
        file: usize,
        callees: &Values,
        arguments: &'a [Argument<'p>],
        found: &mut Found,
    ) {
        let targets = self.targets(callees);
        let takes_data = *callees == Values::from([Value::Data]);
        for (index, argument) in arguments.iter().enumerate() {
            let Some(argument) = argument.as_expression() else {
                continue;
            };
            let values = self.values(file, argument);
            for target in &targets {
                self.hand(*target, index, &values, found);
            }
            // A list of answers calls back with its elements.
            if takes_data {
                for at in self.targets(&values) {
                    for index in 0..self.functions.get(&at).map_or(0, |known| known.items.len()) {
                        self.hand(at, index, &Values::from([Value::Data]), found);
                    }
                }
            }
        }
    }

    pub(super) fn hand(&mut self, at: At, index: usize, values: &Values, found: &mut Found) {
        let Some(parameters) = self.functions.get(&at).copied() else {
            return;
        };
        let is_client = values.iter().any(Value::leads_to_the_client);
        if is_client {
            self.receivers.insert(at);
        }
        match (parameters.items.get(index), &parameters.rest) {
            (Some(parameter), _) => self.bind(at.0, &parameter.pattern, values, found),
            (None, Some(rest)) if is_client => self.cannot_tell(at.0, rest.span, found),
            (None, _) => {}
        }
    }
}

/// What a linked ES module asks of the worker with this call: `exports` or `star`.
pub(super) fn registered<'a>(call: &'a CallExpression<'_>) -> Option<&'a str> {
    let Expression::StaticMemberExpression(member) = &call.callee else {
        return None;
    };
    (last(&member.object) == Some("__slipway")).then(|| member.property.name.as_str())
}
