//! The client followed through the files: names, patterns, members, exports, results and calls.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; what is not named here hands nothing on"
)]

use std::collections::{BTreeSet, HashMap, HashSet};

use oxc::ast::AstKind;
use oxc::ast::ast::{
    AssignmentExpression, AssignmentTarget, BindingPattern, Class, Expression, ForStatementLeft,
    FormalParameters, MethodDefinitionKind, ObjectPropertyKind, PropertyKind,
};
use oxc::semantic::Semantic;
use oxc::syntax::node::NodeId;
use oxc::syntax::symbol::SymbolId;

use super::Found;
use super::syntax::{last, private};
use super::values::{At, Value, Values};
use crate::Module;

/// A linked file with its syntax tree.
pub(super) struct File<'a> {
    pub(super) module: &'a Module,
    pub(super) semantic: Semantic<'a>,
}

/// What is known of all files so far. It only grows.
pub(super) struct Flow<'a, 'p> {
    pub(super) files: &'a [File<'p>],
    pub(super) names: HashMap<(usize, SymbolId), Values>,
    /// Members by name, whichever object has them.
    pub(super) members: HashMap<String, Values>,
    pub(super) exports: HashMap<(usize, String), Values>,
    /// The files of `export * from`.
    pub(super) stars: HashMap<usize, BTreeSet<usize>>,
    /// What functions return.
    pub(super) results: HashMap<At, Values>,
    /// Constants that are texts.
    pub(super) texts: HashMap<(usize, SymbolId), String>,
    /// Functions that are called with the client.
    pub(super) receivers: HashSet<At>,
    pub(super) functions: HashMap<At, &'a FormalParameters<'p>>,
    pub(super) classes: HashMap<At, &'a Class<'p>>,
    /// Whether what is not known by now may be anything.
    pub(super) is_guessing: bool,
    /// Whether something was learnt since it was last looked at.
    grew: bool,
}

impl<'a, 'p> Flow<'a, 'p> {
    pub(super) fn new(files: &'a [File<'p>]) -> Self {
        Self {
            files,
            names: HashMap::new(),
            members: HashMap::new(),
            exports: HashMap::new(),
            stars: HashMap::new(),
            results: HashMap::new(),
            texts: HashMap::new(),
            receivers: HashSet::new(),
            functions: HashMap::new(),
            classes: HashMap::new(),
            is_guessing: false,
            grew: false,
        }
    }

    /// Follows the client until nothing new is learnt: there are only so many names. What is known first, so that nothing
    /// is taken for something that may be anything before its turn has come.
    pub(super) fn run(&mut self, found: &mut Found) {
        let files = self.files;
        for (file, File { semantic, .. }) in files.iter().enumerate() {
            for node in semantic.nodes() {
                self.declare(file, node.kind(), found);
            }
        }
        self.settle(found);
        self.is_guessing = true;
        self.settle(found);
    }

    fn settle(&mut self, found: &mut Found) {
        let files = self.files;
        loop {
            self.grew = false;
            for (file, File { semantic, .. }) in files.iter().enumerate() {
                for node in semantic.nodes() {
                    self.follow(file, node.id(), node.kind(), found);
                }
            }
            self.migrate(found);
            if !self.grew {
                break;
            }
        }
    }

    /// The migration is called with the client.
    fn migrate(&mut self, found: &mut Found) {
        for value in self.export(0, "default") {
            if let Value::Function(at) = value {
                self.hand(at, 0, &Values::from([Value::Client]), found);
            }
        }
    }

    /// Whether what runs as the migration is a function that can be read.
    pub(super) fn has_migration(&self) -> bool {
        let exported = self.export(0, "default");
        exported
            .iter()
            .any(|value| matches!(value, Value::Function(_)))
    }

    /// Notes functions, classes and texts by their names, and parameters that are called like the client.
    fn declare(&mut self, file: usize, kind: AstKind<'p>, found: &mut Found) {
        match kind {
            AstKind::Function(function) => {
                let at = (file, function.node_id.get());
                self.functions.insert(at, &function.params);
                if let Some(symbol) = function.id.as_ref().and_then(|id| id.symbol_id.get()) {
                    self.take(file, symbol, &Values::from([Value::Function(at)]));
                }
                self.parameters(file, &function.params, found);
            }
            AstKind::ArrowFunctionExpression(function) => {
                let at = (file, function.node_id.get());
                self.functions.insert(at, &function.params);
                self.parameters(file, &function.params, found);
            }
            AstKind::Class(class) => {
                let at = (file, class.node_id.get());
                self.classes.insert(at, class);
                if let Some(symbol) = class.id.as_ref().and_then(|id| id.symbol_id.get()) {
                    self.take(file, symbol, &Values::from([Value::Class(at)]));
                }
            }
            AstKind::VariableDeclarator(declarator) => {
                if let BindingPattern::BindingIdentifier(id) = &declarator.id
                    && let Some(symbol) = id.symbol_id.get()
                    && let Some(Expression::StringLiteral(text)) = declarator
                        .init
                        .as_ref()
                        .map(Expression::get_inner_expression)
                {
                    self.texts.insert((file, symbol), text.value.to_string());
                }
            }
            _ => {}
        }
    }

    fn parameters(&mut self, file: usize, parameters: &'a FormalParameters<'p>, found: &mut Found) {
        for parameter in &parameters.items {
            match &parameter.pattern {
                BindingPattern::BindingIdentifier(id) => {
                    if id.name.to_ascii_lowercase().ends_with("client")
                        && let Some(symbol) = id.symbol_id.get()
                    {
                        self.take(file, symbol, &Values::from([Value::Client]));
                    }
                }
                // Of whatever it will be called with.
                pattern => self.bind(file, pattern, &Values::new(), found),
            }
        }
    }

    /// Hands values on: to variables and members, to whoever imports or calls.
    fn follow(&mut self, file: usize, node: NodeId, kind: AstKind<'p>, found: &mut Found) {
        match kind {
            AstKind::VariableDeclarator(declarator) => {
                if let Some(init) = &declarator.init {
                    let values = self.values(file, init);
                    self.bind(file, &declarator.id, &values, found);
                }
            }
            AstKind::FormalParameter(parameter) => {
                if let Some(default) = &parameter.initializer {
                    let values = self.values(file, default);
                    self.bind(file, &parameter.pattern, &values, found);
                }
            }
            AstKind::AssignmentExpression(assignment) => {
                self.assign(file, assignment, found);
            }
            AstKind::ForOfStatement(each) => {
                if let ForStatementLeft::VariableDeclaration(declared) = &each.left
                    && self.values(file, &each.right) == Values::from([Value::Data])
                {
                    for declarator in &declared.declarations {
                        self.bind(file, &declarator.id, &Values::from([Value::Data]), found);
                    }
                }
            }
            AstKind::ObjectProperty(property) => {
                if let Some(name) = self.key(file, &property.key, property.computed) {
                    let values = self.values(file, &property.value);
                    self.remember(&name, &values, property.kind == PropertyKind::Get);
                }
            }
            AstKind::PropertyDefinition(property) => {
                if let Some(name) = self.key(file, &property.key, property.computed)
                    && let Some(value) = &property.value
                {
                    let values = self.values(file, value);
                    self.remember(&name, &values, false);
                }
            }
            AstKind::MethodDefinition(method) => {
                if let Some(name) = self.key(file, &method.key, method.computed) {
                    let function = Value::Function((file, method.value.node_id.get()));
                    let is_getter = method.kind == MethodDefinitionKind::Get;
                    self.remember(&name, &Values::from([function]), is_getter);
                }
            }
            AstKind::CallExpression(call) => self.call(file, node, call, found),
            AstKind::NewExpression(made) => {
                let classes = self.values(file, &made.callee);
                self.pass(file, &classes, &made.arguments, found);
            }
            AstKind::ReturnStatement(returned) => {
                if let Some(argument) = &returned.argument
                    && let Some(function) = self.function_around(file, node)
                {
                    let values = self.values(file, argument);
                    self.give_back((file, function), values);
                }
            }
            AstKind::ArrowFunctionExpression(function) => {
                if let Some(body) = function.body.as_expression() {
                    let values = self.values(file, body);
                    self.give_back((file, function.node_id.get()), values);
                }
            }
            _ => {}
        }
    }

    fn assign(&mut self, file: usize, assignment: &AssignmentExpression<'p>, found: &mut Found) {
        let right = &assignment.right;
        let values = &self.values(file, right);
        match &assignment.left {
            AssignmentTarget::AssignmentTargetIdentifier(id) => {
                if let Some(symbol) = self.symbol(file, id) {
                    self.take(file, symbol, values);
                }
            }
            AssignmentTarget::StaticMemberExpression(member) => {
                let name = member.property.name.as_str();
                match (last(&member.object), name) {
                    // `module.exports = …` is what an ES module imports as `default`.
                    (Some("module"), "exports") => {
                        self.export_as(file, "default", values);
                        self.export_all_of(file, right);
                    }
                    (Some("exports"), _) => self.export_as(file, name, values),
                    (_, _) => {
                        // It may be a setter.
                        for at in self.targets(&self.member(&Values::new(), name)) {
                            self.hand(at, 0, values, found);
                        }
                        self.remember(name, values, false);
                    }
                }
            }
            AssignmentTarget::PrivateFieldExpression(member) => {
                self.remember(&private(&member.field.name), values, false);
            }
            // `report` tells of the client in any other.
            _ => {}
        }
    }

    pub(super) fn export_as(&mut self, file: usize, name: &str, values: &Values) {
        let known = self.exports.entry((file, name.to_owned())).or_default();
        self.grew |= add(known, values);
    }

    /// The properties of an object that is exported as a whole.
    fn export_all_of(&mut self, file: usize, exported: &Expression<'p>) {
        let Expression::ObjectExpression(object) = exported.get_inner_expression() else {
            return;
        };
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => {
                    if let Some(name) = self.key(file, &property.key, property.computed) {
                        let values = self.values(file, &property.value);
                        self.export_as(file, &name, &values);
                    }
                }
                ObjectPropertyKind::SpreadProperty(spread) => {
                    let values = self.values(file, &spread.argument);
                    self.star(file, &values);
                }
            }
        }
    }

    pub(super) fn star(&mut self, file: usize, from: &Values) {
        for value in from {
            if let Value::Exports(target) = value {
                self.grew |= self.stars.entry(file).or_default().insert(*target);
            }
        }
    }

    /// Names of a pattern stand for parts of these values from now on; methods are reported at once.
    pub(super) fn bind(
        &mut self,
        file: usize,
        pattern: &'a BindingPattern<'p>,
        values: &Values,
        found: &mut Found,
    ) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => {
                if let Some(symbol) = id.symbol_id.get() {
                    self.take(file, symbol, values);
                }
            }
            BindingPattern::AssignmentPattern(assigned) => {
                let default = self.values(file, &assigned.right);
                self.bind(file, &assigned.left, &(values | &default), found);
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    match self.key(file, &property.key, property.computed) {
                        Some(name) => {
                            self.name_method(file, property.span, values, &name, found);
                            let part = self.member(values, &name);
                            self.bind(file, &property.value, &part, found);
                        }
                        None => self.lose(file, property.span, values, found),
                    }
                }
                if let Some(rest) = &object.rest {
                    self.bind(file, &rest.argument, values, found);
                }
            }
            BindingPattern::ArrayPattern(list) => {
                // The client is no list, but it may be in one.
                self.lose(file, list.span, values, found);
                if *values == Values::from([Value::Data]) {
                    for element in list.elements.iter().flatten() {
                        self.bind(file, element, values, found);
                    }
                }
            }
        }
    }

    fn take(&mut self, file: usize, symbol: SymbolId, values: &Values) {
        let known = self.names.entry((file, symbol)).or_default();
        self.grew |= add(known, values);
    }

    fn remember(&mut self, name: &str, values: &Values, is_getter: bool) {
        let results = is_getter.then(|| {
            let functions = self.targets(values).into_iter();
            let results = functions.filter_map(|at| self.results.get(&at));
            results.flatten().cloned().collect::<Values>()
        });
        let values = results.as_ref().unwrap_or(values).iter();
        let followed: Values = values
            .filter(|value| value.is_followed())
            .cloned()
            .collect();
        if !followed.is_empty() {
            let known = self.members.entry(name.to_owned()).or_default();
            self.grew |= add(known, &followed);
        }
    }

    fn give_back(&mut self, function: At, values: Values) {
        let known = self.results.entry(function).or_default();
        self.grew |= add(known, &values);
    }

    pub(super) fn function_around(&self, file: usize, node: NodeId) -> Option<NodeId> {
        let mut around = self.files[file].semantic.nodes().ancestor_kinds(node);
        around.find_map(|kind| match kind {
            AstKind::Function(function) => Some(function.node_id.get()),
            AstKind::ArrowFunctionExpression(function) => Some(function.node_id.get()),
            _ => None,
        })
    }
}

/// Whether some of them are new.
fn add(known: &mut Values, more: &Values) -> bool {
    let before = known.len();
    known.extend(more.iter().cloned());
    known.len() > before
}
