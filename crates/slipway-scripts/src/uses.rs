//! Which methods of the client a migration names, read off its syntax tree before anything runs.
//!
//! It follows the client from where it comes in (the parameter of the exported function, parameters called `client`, what
//! `buildClient` and `new Client` make) through assignments, destructuring and calls of functions in the same file. Beside
//! that, every `….namespace.method(…)` counts, whatever stands before it: better one use too many than one too few. What
//! is named only at run time is reported as unclear. Nothing here decides: the page asks for consent by it, and again at
//! run time for what could not be seen.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; what is not named here carries no client"
)]

use std::collections::{BTreeSet, HashMap, HashSet};

use oxc::allocator::Allocator;
use oxc::ast::AstKind;
use oxc::ast::ast::{
    Argument, AssignmentTarget, BindingPattern, Expression, FormalParameters, IdentifierReference,
    PropertyKey,
};
use oxc::parser::Parser;
use oxc::semantic::{Semantic, SemanticBuilder};
use oxc::span::{GetSpan, SourceType, Span};
use oxc::syntax::symbol::SymbolId;
use serde::{Deserialize, Serialize};

use crate::strip;
use crate::{Module, Prepared};

/// What a migration does with the client, as far as its text says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Uses {
    /// The methods it names, in the order of files and lines, each once a line.
    pub named: Vec<Use>,
    /// Where it names something only at run time.
    pub unclear: Vec<Place>,
    /// The hosts that its texts name, whatever it does with them; in order.
    pub hosts: Vec<String>,
}

/// A method of the client, or a whole namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Use {
    /// Where.
    pub place: Place,
    /// The namespace: `webhooks`.
    pub namespace: String,
    /// The method: `create`; `None` where the namespace is handed on as a whole.
    pub method: Option<String>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file's path.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// The uses in a migration and all that it imports.
pub fn uses(prepared: &Prepared) -> Uses {
    let mut named = BTreeSet::new();
    let mut unclear = BTreeSet::new();
    for module in &prepared.modules {
        read(module, &mut named, &mut unclear);
    }
    Uses {
        named: named.into_iter().collect(),
        unclear: unclear.into_iter().collect(),
        hosts: prepared.hosts.iter().cloned().collect(),
    }
}

fn read(module: &Module, named: &mut BTreeSet<Use>, unclear: &mut BTreeSet<Place>) {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &module.code, SourceType::cjs())
        .with_options(strip::parse_options())
        .parse();
    // What was linked parses; what does not is no program, as a JSON file with odd keys may be.
    let program = parsed.program;
    let analysed = SemanticBuilder::new_compiler()
        .with_build_nodes(true)
        .build(&program);
    let mut reader = Reader {
        module,
        semantic: &analysed.semantic,
        clients: HashSet::new(),
        namespaces: HashMap::new(),
        texts: HashMap::new(),
        functions: HashMap::new(),
        exported: HashSet::new(),
        named,
        unclear,
    };
    reader.declarations();
    // Each round follows the client one step further; there are no more steps than names.
    loop {
        let known = (reader.clients.len(), reader.namespaces.len());
        reader.follow();
        if known == (reader.clients.len(), reader.namespaces.len()) {
            break;
        }
    }
    reader.report();
}

/// What an expression stands for.
enum Value {
    Client,
    /// One of its namespaces, by name.
    Namespace(String),
    Other,
}

struct Reader<'a, 'p> {
    module: &'a Module,
    semantic: &'a Semantic<'p>,
    clients: HashSet<SymbolId>,
    namespaces: HashMap<SymbolId, String>,
    /// Constants that are texts.
    texts: HashMap<SymbolId, String>,
    functions: HashMap<SymbolId, &'a FormalParameters<'p>>,
    /// Names that the file exports.
    exported: HashSet<String>,
    named: &'a mut BTreeSet<Use>,
    unclear: &'a mut BTreeSet<Place>,
}

impl<'a, 'p> Reader<'a, 'p> {
    /// Notes functions and constants by their names, and where the client comes in.
    fn declarations(&mut self) {
        for node in self.semantic.nodes() {
            match node.kind() {
                AstKind::Function(function) => {
                    if let Some(symbol) = function.id.as_ref().and_then(|id| id.symbol_id.get()) {
                        self.functions.insert(symbol, &function.params);
                    }
                    self.called_client(&function.params);
                }
                AstKind::ArrowFunctionExpression(function) => self.called_client(&function.params),
                AstKind::VariableDeclarator(declarator) => {
                    let Some(symbol) = bound(&declarator.id) else {
                        continue;
                    };
                    match declarator
                        .init
                        .as_ref()
                        .map(Expression::get_inner_expression)
                    {
                        Some(Expression::StringLiteral(text)) => {
                            self.texts.insert(symbol, text.value.to_string());
                        }
                        Some(init) => {
                            if let Some(parameters) = parameters(init) {
                                self.functions.insert(symbol, parameters);
                            }
                        }
                        None => {}
                    }
                }
                // `module.exports = …`, `exports.default = …`
                AstKind::AssignmentExpression(assignment) if exports(&assignment.left) => {
                    match assignment.right.get_inner_expression() {
                        Expression::Identifier(id) => {
                            self.exported.insert(id.name.to_string());
                        }
                        right => {
                            if let Some(parameters) = parameters(right) {
                                self.first_is_client(parameters);
                            }
                        }
                    }
                }
                // What a linked ES module registers: `default: () => name`.
                AstKind::ObjectProperty(property) if named(&property.key) == Some("default") => {
                    if let Expression::ArrowFunctionExpression(getter) = &property.value
                        && let Some(Expression::Identifier(id)) = getter.body.as_expression()
                    {
                        self.exported.insert(id.name.to_string());
                    }
                }
                _ => {}
            }
        }
        let exported: Vec<&'a FormalParameters<'p>> = self
            .functions
            .iter()
            .filter(|(symbol, _)| {
                let name = self.semantic.scoping().symbol_name(**symbol);
                self.exported.contains(name)
            })
            .map(|(_, parameters)| *parameters)
            .collect();
        for parameters in exported {
            self.first_is_client(parameters);
        }
    }

    fn called_client(&mut self, parameters: &FormalParameters<'p>) {
        for parameter in &parameters.items {
            if let BindingPattern::BindingIdentifier(id) = &parameter.pattern
                && id.name.to_ascii_lowercase().ends_with("client")
            {
                self.clients.extend(id.symbol_id.get());
            }
        }
    }

    fn first_is_client(&mut self, parameters: &FormalParameters<'p>) {
        if let Some(first) = parameters.items.first() {
            self.bind(&first.pattern, &Value::Client);
        }
    }

    /// Hands the client on: to variables, and to the parameters of functions that are called with it.
    fn follow(&mut self) {
        for node in self.semantic.nodes() {
            match node.kind() {
                AstKind::VariableDeclarator(declarator) => {
                    if let Some(init) = &declarator.init {
                        let value = self.value(init);
                        self.bind(&declarator.id, &value);
                    }
                }
                AstKind::AssignmentExpression(assignment) => {
                    if let AssignmentTarget::AssignmentTargetIdentifier(id) = &assignment.left
                        && let Some(symbol) = self.symbol(id)
                    {
                        let value = self.value(&assignment.right);
                        self.take(symbol, &value);
                    }
                }
                AstKind::CallExpression(call) => {
                    let parameters = match call.callee.get_inner_expression() {
                        Expression::Identifier(id) => self
                            .symbol(id)
                            .and_then(|symbol| self.functions.get(&symbol).copied()),
                        callee => parameters(callee),
                    };
                    let Some(parameters) = parameters else {
                        continue;
                    };
                    for (argument, parameter) in call.arguments.iter().zip(&parameters.items) {
                        if let Some(argument) = argument.as_expression() {
                            let value = self.value(argument);
                            self.bind(&parameter.pattern, &value);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Names of a pattern that stand for the client or a namespace from now on; methods are reported at once.
    fn bind(&mut self, pattern: &BindingPattern<'p>, value: &Value) {
        match (pattern, value) {
            // The client is no list.
            (_, Value::Other) | (BindingPattern::ArrayPattern(_), _) => {}
            (BindingPattern::BindingIdentifier(id), _) => {
                if let Some(symbol) = id.symbol_id.get() {
                    self.take(symbol, value);
                }
            }
            (BindingPattern::AssignmentPattern(assigned), _) => self.bind(&assigned.left, value),
            (BindingPattern::ObjectPattern(object), _) => {
                for property in &object.properties {
                    match (self.key(&property.key, property.computed), value) {
                        (Some(name), Value::Client) => {
                            self.bind(&property.value, &Value::Namespace(name));
                        }
                        (Some(name), Value::Namespace(namespace)) => {
                            self.name(property.span, namespace, Some(&name));
                        }
                        (None, _) => self.cannot_tell(property.span),
                        (Some(_), Value::Other) => {}
                    }
                }
                if let Some(rest) = &object.rest {
                    self.bind(&rest.argument, value);
                }
            }
        }
    }

    fn take(&mut self, symbol: SymbolId, value: &Value) {
        match value {
            Value::Client => {
                self.clients.insert(symbol);
            }
            Value::Namespace(name) => {
                self.namespaces.insert(symbol, name.clone());
            }
            Value::Other => {}
        }
    }

    fn value(&self, expression: &Expression<'p>) -> Value {
        match expression.get_inner_expression() {
            Expression::Identifier(id) => match self.symbol(id) {
                Some(symbol) if self.clients.contains(&symbol) => Value::Client,
                Some(symbol) => match self.namespaces.get(&symbol) {
                    Some(name) => Value::Namespace(name.clone()),
                    None => Value::Other,
                },
                None => Value::Other,
            },
            Expression::AwaitExpression(awaited) => self.value(&awaited.argument),
            Expression::AssignmentExpression(assigned) => self.value(&assigned.right),
            Expression::LogicalExpression(either) => match self.value(&either.left) {
                Value::Other => self.value(&either.right),
                value => value,
            },
            Expression::ConditionalExpression(either) => match self.value(&either.consequent) {
                Value::Other => self.value(&either.alternate),
                value => value,
            },
            Expression::CallExpression(call) if last(&call.callee) == Some("buildClient") => {
                Value::Client
            }
            Expression::NewExpression(made) if last(&made.callee) == Some("Client") => {
                Value::Client
            }
            Expression::StaticMemberExpression(member) => match self.value(&member.object) {
                Value::Client => Value::Namespace(member.property.name.to_string()),
                Value::Namespace(_) | Value::Other => Value::Other,
            },
            Expression::ComputedMemberExpression(member) => {
                match (self.value(&member.object), self.text(&member.expression)) {
                    (Value::Client, Some(name)) => Value::Namespace(name),
                    _ => Value::Other,
                }
            }
            Expression::ChainExpression(chain) => match chain.expression.as_member_expression() {
                Some(member) => match self.value(member.object()) {
                    Value::Client => member
                        .static_property_name()
                        .map_or(Value::Other, |name| Value::Namespace(name.to_owned())),
                    Value::Namespace(_) | Value::Other => Value::Other,
                },
                None => Value::Other,
            },
            _ => Value::Other,
        }
    }

    /// Puts down every use.
    fn report(&mut self) {
        for node in self.semantic.nodes() {
            match node.kind() {
                AstKind::StaticMemberExpression(member) => {
                    let method = member.property.name.as_str();
                    match self.value(&member.object) {
                        Value::Namespace(namespace) => {
                            self.name(member.span, &namespace, Some(method));
                        }
                        Value::Client => self.whole(node.id(), member.span, method),
                        // Whatever it is that has such a namespace.
                        Value::Other => {
                            if let Some(namespace) = last(&member.object) {
                                self.name(member.span, namespace, Some(method));
                            }
                        }
                    }
                }
                AstKind::ComputedMemberExpression(member) => {
                    let name = self.text(&member.expression);
                    match (self.value(&member.object), name) {
                        (Value::Namespace(namespace), Some(method)) => {
                            self.name(member.span, &namespace, Some(&method));
                        }
                        (Value::Client, Some(namespace)) => {
                            self.whole(node.id(), member.span, &namespace);
                        }
                        (Value::Client | Value::Namespace(_), None) => {
                            self.cannot_tell(member.span);
                        }
                        (Value::Other, _) => {}
                    }
                }
                // A namespace that is handed to somebody else.
                AstKind::CallExpression(call) => {
                    for argument in call.arguments.iter().filter_map(Argument::as_expression) {
                        if let Value::Namespace(namespace) = self.value(argument) {
                            self.name(argument.span(), &namespace, None);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A namespace of the client whose method the next member names; a computed one is reported there.
    fn whole(&mut self, node: oxc::syntax::node::NodeId, span: Span, namespace: &str) {
        let parent = self.semantic.nodes().parent_kind(node);
        let is_handed_on = match parent {
            AstKind::ReturnStatement(_)
            | AstKind::ArrayExpression(_)
            | AstKind::ObjectProperty(_)
            | AstKind::ExpressionStatement(_) => true,
            // A name is followed.
            AstKind::AssignmentExpression(assignment) => !matches!(
                assignment.left,
                AssignmentTarget::AssignmentTargetIdentifier(_)
            ),
            _ => false,
        };
        if is_handed_on {
            self.name(span, namespace, None);
        }
    }

    fn name(&mut self, span: Span, namespace: &str, method: Option<&str>) {
        let place = self.place(span);
        self.named.insert(Use {
            place,
            namespace: namespace.to_owned(),
            method: method.map(str::to_owned),
        });
    }

    fn cannot_tell(&mut self, span: Span) {
        let place = self.place(span);
        self.unclear.insert(place);
    }

    fn place(&self, span: Span) -> Place {
        let Module { code, origins, .. } = self.module;
        Place {
            file: self.module.path.clone(),
            line: origins.line(code, span.start),
        }
    }

    fn symbol(&self, id: &IdentifierReference<'p>) -> Option<SymbolId> {
        let reference = id.reference_id.get()?;
        self.semantic.scoping().get_reference(reference).symbol_id()
    }

    /// A text that is known before anything runs.
    fn text(&self, expression: &Expression<'p>) -> Option<String> {
        match expression.get_inner_expression() {
            Expression::StringLiteral(text) => Some(text.value.to_string()),
            Expression::TemplateLiteral(template) if template.expressions.is_empty() => template
                .quasis
                .first()
                .and_then(|quasi| quasi.value.cooked.as_ref())
                .map(ToString::to_string),
            Expression::Identifier(id) => {
                let symbol = self.symbol(id)?;
                let changes = self
                    .semantic
                    .symbol_references(symbol)
                    .any(oxc::semantic::Reference::is_write);
                self.texts.get(&symbol).filter(|_| !changes).cloned()
            }
            _ => None,
        }
    }

    fn key(&self, key: &PropertyKey<'p>, computed: bool) -> Option<String> {
        match key {
            PropertyKey::StaticIdentifier(id) if !computed => Some(id.name.to_string()),
            key => key.as_expression().and_then(|found| self.text(found)),
        }
    }
}

fn bound(pattern: &BindingPattern<'_>) -> Option<SymbolId> {
    if let BindingPattern::BindingIdentifier(id) = pattern {
        id.symbol_id.get()
    } else {
        None
    }
}

fn parameters<'a, 'p>(expression: &'a Expression<'p>) -> Option<&'a FormalParameters<'p>> {
    match expression.get_inner_expression() {
        Expression::FunctionExpression(function) => Some(&function.params),
        Expression::ArrowFunctionExpression(function) => Some(&function.params),
        _ => None,
    }
}

/// Whether this is `module.exports`, `exports.default` or `module.exports.default`.
fn exports(target: &AssignmentTarget<'_>) -> bool {
    let AssignmentTarget::StaticMemberExpression(member) = target else {
        return false;
    };
    let owner = last(&member.object);
    match member.property.name.as_str() {
        "exports" => owner == Some("module"),
        "default" => owner == Some("exports"),
        _ => false,
    }
}

/// The last name of `a.b.c`, or of `(0, a.b.c)`, as a linked import is called.
fn last<'a>(expression: &'a Expression<'_>) -> Option<&'a str> {
    match expression.get_inner_expression() {
        Expression::SequenceExpression(sequence) => last(sequence.expressions.last()?),
        Expression::Identifier(id) => Some(id.name.as_str()),
        Expression::StaticMemberExpression(member) => Some(member.property.name.as_str()),
        _ => None,
    }
}

fn named<'a>(key: &'a PropertyKey<'_>) -> Option<&'a str> {
    match key {
        PropertyKey::StaticIdentifier(id) => Some(id.name.as_str()),
        PropertyKey::StringLiteral(text) => Some(text.value.as_str()),
        _ => None,
    }
}
