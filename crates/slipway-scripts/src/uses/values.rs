//! What an expression may stand for.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; what is not named here may be anything"
)]

use std::collections::BTreeSet;

use oxc::ast::ast::{
    Argument, CallExpression, Expression, IdentifierReference, ObjectExpression, ObjectPropertyKind,
};
use oxc::syntax::node::NodeId;

use super::flow::Flow;
use super::syntax::{last, private};
use crate::{CLIENT, Target};

/// A node of one of the files.
pub(super) type At = (usize, NodeId);

/// One thing that an expression may stand for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Client,
    /// A namespace of the client, by its name.
    Namespace(String),
    /// A member, by its name, of something that may be anything.
    Called(String),
    /// A function; of a class, what makes its objects.
    Function(At),
    Class(At),
    /// What another file exports.
    Exports(usize),
    /// What the client's package exports.
    Package,
    /// An export of the client's package, by its name.
    Exported(String),
    /// The classes of the client's namespaces.
    Resources,
    /// An object that was written out with one of these in it.
    Holder,
    /// Plainly none of them: texts, numbers, answers of the CMS, what the language brings along.
    Data,
}

/// All that something may stand for; nothing where it may be anything.
pub(super) type Values = BTreeSet<Value>;

impl Value {
    /// Whether the client can be had from it.
    pub(super) fn leads_to_the_client(&self) -> bool {
        match self {
            Self::Client | Self::Package | Self::Resources | Self::Holder => true,
            Self::Exported(name) => matches!(name.as_str(), "buildClient" | "Client"),
            Self::Namespace(_)
            | Self::Called(_)
            | Self::Function(_)
            | Self::Class(_)
            | Self::Exports(_)
            | Self::Data => false,
        }
    }

    /// Whether members with this value are remembered by their names.
    pub(super) fn is_followed(&self) -> bool {
        match self {
            Self::Called(_) | Self::Data => false,
            Self::Client
            | Self::Namespace(_)
            | Self::Function(_)
            | Self::Class(_)
            | Self::Exports(_)
            | Self::Package
            | Self::Exported(_)
            | Self::Resources
            | Self::Holder => true,
        }
    }
}

fn one(value: Value) -> Values {
    Values::from([value])
}

impl<'p> Flow<'_, 'p> {
    pub(super) fn values(&self, file: usize, expression: &Expression<'p>) -> Values {
        match expression.get_inner_expression() {
            Expression::Identifier(id) => self.of_name(file, id),
            Expression::AwaitExpression(awaited) => self.values(file, &awaited.argument),
            Expression::AssignmentExpression(assigned) => self.values(file, &assigned.right),
            Expression::SequenceExpression(sequence) => sequence
                .expressions
                .last()
                .map_or_else(Values::new, |last| self.values(file, last)),
            Expression::LogicalExpression(either) => {
                &self.values(file, &either.left) | &self.values(file, &either.right)
            }
            Expression::ConditionalExpression(either) => {
                &self.values(file, &either.consequent) | &self.values(file, &either.alternate)
            }
            Expression::StaticMemberExpression(member) => {
                self.member(&self.values(file, &member.object), &member.property.name)
            }
            Expression::PrivateFieldExpression(member) => {
                let name = private(&member.field.name);
                self.member(&self.values(file, &member.object), &name)
            }
            Expression::ComputedMemberExpression(member) => {
                let owner = self.values(file, &member.object);
                match self.text(file, &member.expression) {
                    Some(name) => self.member(&owner, &name),
                    None if owner == one(Value::Data) => owner,
                    None => Values::new(),
                }
            }
            Expression::ChainExpression(chain) => match chain.expression.as_member_expression() {
                Some(member) => member
                    .static_property_name()
                    .map_or_else(Values::new, |name| {
                        self.member(&self.values(file, member.object()), name)
                    }),
                None => match &chain.expression {
                    oxc::ast::ast::ChainElement::CallExpression(call) => self.of_call(file, call),
                    _ => Values::new(),
                },
            },
            Expression::CallExpression(call) => self.of_call(file, call),
            Expression::NewExpression(made) => self.of_new(file, &made.callee),
            Expression::FunctionExpression(function) => {
                one(Value::Function((file, function.node_id.get())))
            }
            Expression::ArrowFunctionExpression(function) => {
                one(Value::Function((file, function.node_id.get())))
            }
            Expression::ClassExpression(class) => one(Value::Class((file, class.node_id.get()))),
            Expression::ObjectExpression(object) => self.of_object(file, object),
            Expression::ArrayExpression(_)
            | Expression::StringLiteral(_)
            | Expression::NumericLiteral(_)
            | Expression::BooleanLiteral(_)
            | Expression::NullLiteral(_)
            | Expression::BigIntLiteral(_)
            | Expression::RegExpLiteral(_)
            | Expression::TemplateLiteral(_)
            | Expression::BinaryExpression(_)
            | Expression::UnaryExpression(_)
            | Expression::UpdateExpression(_) => one(Value::Data),
            _ => Values::new(),
        }
    }

    fn of_object(&self, file: usize, object: &ObjectExpression<'p>) -> Values {
        let mut properties = object.properties.iter();
        let holds = properties.any(|property| match property {
            ObjectPropertyKind::ObjectProperty(property) => self.is_held(file, &property.value),
            ObjectPropertyKind::SpreadProperty(spread) => self.is_held(file, &spread.argument),
        });
        one(if holds { Value::Holder } else { Value::Data })
    }

    fn is_held(&self, file: usize, expression: &Expression<'p>) -> bool {
        let values = self.values(file, expression);
        values
            .iter()
            .any(|value| value.leads_to_the_client() || matches!(value, Value::Namespace(_)))
    }

    pub(super) fn of_name(&self, file: usize, id: &IdentifierReference<'p>) -> Values {
        match self.symbol(file, id) {
            Some(symbol) => self.names.get(&(file, symbol)).cloned().unwrap_or_default(),
            None => match id.name.as_str() {
                "arguments" | "exports" | "module" | "__slipway" => Values::new(),
                // What the language and the worker bring along, or a script put there.
                name => self.member(&one(Value::Data), name),
            },
        }
    }

    pub(super) fn of_call(&self, file: usize, call: &CallExpression<'p>) -> Values {
        if let Some(asked) = self.asked_for(file, call) {
            return asked;
        }
        if last(&call.callee) == Some("buildClient") {
            return one(Value::Client);
        }
        let mut callees = self.values(file, &call.callee);
        // A class is not called. It may be of a class that a call gives, and that of itself.
        callees.retain(|callee| !matches!(callee, Value::Class(_)));
        let functions = self.targets(&callees).into_iter();
        let mut results: Values = functions
            .filter_map(|at| self.results.get(&at))
            .flatten()
            .cloned()
            .collect();
        for callee in callees {
            match callee {
                Value::Exported(name) if name == "buildClient" => {
                    results.insert(Value::Client);
                }
                Value::Data | Value::Exported(_) => {
                    results.insert(Value::Data);
                }
                Value::Client
                | Value::Namespace(_)
                | Value::Called(_)
                | Value::Function(_)
                | Value::Class(_)
                | Value::Exports(_)
                | Value::Package
                | Value::Resources
                | Value::Holder => {}
            }
        }
        results
    }

    pub(super) fn of_new(&self, file: usize, callee: &Expression<'p>) -> Values {
        if last(callee) == Some("Client") {
            return one(Value::Client);
        }
        let made = self.values(file, callee).into_iter();
        made.filter_map(|class| match class {
            Value::Namespace(_) | Value::Data => Some(class),
            Value::Exported(name) => Some(if name == "Client" {
                Value::Client
            } else {
                Value::Data
            }),
            Value::Client
            | Value::Called(_)
            | Value::Function(_)
            | Value::Class(_)
            | Value::Exports(_)
            | Value::Package
            | Value::Resources
            | Value::Holder => None,
        })
        .collect()
    }

    /// What a call of the registry gives: `require('…')`, `__slipway.import('…')`, `__slipway.load('…')`.
    fn asked_for(&self, file: usize, call: &CallExpression<'p>) -> Option<Values> {
        let is_asking = match call.callee.get_inner_expression() {
            Expression::Identifier(id) => id.name == "require" && self.symbol(file, id).is_none(),
            Expression::StaticMemberExpression(member) => {
                matches!(member.property.name.as_str(), "import" | "load")
                    && last(&member.object) == Some("__slipway")
            }
            _ => false,
        };
        if !is_asking {
            return None;
        }
        let specifier = call.arguments.first().and_then(Argument::as_expression)?;
        let specifier = self.text(file, specifier)?;
        let imports = &self.files[file].module.imports;
        Some(match imports.get(&specifier) {
            Some(Target::Module(path)) => self
                .files
                .iter()
                .position(|file| file.module.path == *path)
                .map_or_else(|| one(Value::Data), |target| one(Value::Exports(target))),
            Some(Target::Package(key)) if key == CLIENT => one(Value::Package),
            Some(Target::Package(_)) | None => one(Value::Data),
        })
    }

    /// What the member of this name may be.
    pub(super) fn member(&self, owner: &Values, name: &str) -> Values {
        let of_this_name = || self.members.get(name).cloned().unwrap_or_default();
        let unknown = || {
            let mut values = of_this_name();
            if self.is_guessing {
                values.insert(Value::Called(name.to_owned()));
            }
            values
        };
        if owner.is_empty() {
            return unknown();
        }
        let mut values = Values::new();
        for value in owner {
            match value {
                Value::Client => {
                    values.insert(Value::Namespace(name.to_owned()));
                }
                // Each has the client that it was made with.
                Value::Namespace(_) if name == "client" => {
                    values.insert(Value::Client);
                }
                // A method.
                Value::Namespace(_) => {
                    values.insert(Value::Data);
                }
                Value::Called(_) | Value::Function(_) | Value::Class(_) => values.extend(unknown()),
                Value::Exports(target) => values.extend(self.export(*target, name)),
                Value::Package if name == "Resources" => {
                    values.insert(Value::Resources);
                }
                Value::Package if name == "default" => {
                    values.insert(Value::Package);
                }
                Value::Package => {
                    values.insert(Value::Exported(name.to_owned()));
                }
                Value::Resources => {
                    values.insert(Value::Namespace(namespace_of(name)));
                }
                Value::Exported(_) | Value::Holder | Value::Data => {
                    let named = of_this_name();
                    if named.is_empty() {
                        values.insert(Value::Data);
                    }
                    values.extend(named);
                }
            }
        }
        values
    }

    /// What a file exports under a name, itself or with `export * from`.
    pub(super) fn export(&self, file: usize, name: &str) -> Values {
        let mut seen = BTreeSet::new();
        let mut asked = vec![file];
        let mut values = Values::new();
        while let Some(file) = asked.pop() {
            if !seen.insert(file) {
                continue;
            }
            if let Some(exported) = self.exports.get(&(file, name.to_owned())) {
                values.extend(exported.iter().cloned());
            }
            asked.extend(self.stars.get(&file).into_iter().flatten());
        }
        values
    }
}

/// The namespaces that are called as their classes are, but for the first letter.
const SINGULAR: [&str; 7] = [
    "MaintenanceMode",
    "PublicInfo",
    "ScheduledPublication",
    "ScheduledUnpublishing",
    "Session",
    "Site",
    "UploadRequest",
];

/// The namespace of the client whose methods a class of the client's package has: `webhooks` for `Webhook`.
fn namespace_of(class: &str) -> String {
    let mut letters = class.chars();
    let lower: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .chain(letters)
        .collect();
    if SINGULAR.contains(&class) || class.ends_with('s') {
        lower
    } else if class.ends_with('x') {
        lower + "es"
    } else {
        lower + "s"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_the_client_leads_to_its_namespace() {
        for (class, namespace) in [
            ("Webhook", "webhooks"),
            ("SearchIndex", "searchIndexes"),
            ("SsoSettings", "ssoSettings"),
            ("Site", "site"),
            ("AccessToken", "accessTokens"),
        ] {
            assert_eq!(namespace_of(class), namespace);
        }
    }
}
