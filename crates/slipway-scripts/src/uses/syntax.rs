//! What can be read off the syntax tree alone: symbols, texts, names.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the vocabulary is oxc's syntax tree; what is not named here has no name"
)]

use oxc::ast::ast::{Expression, IdentifierReference, PropertyKey};
use oxc::syntax::symbol::SymbolId;

use super::flow::Flow;

impl<'p> Flow<'_, 'p> {
    pub(super) fn symbol(&self, file: usize, id: &IdentifierReference<'p>) -> Option<SymbolId> {
        let reference = id.reference_id.get()?;
        let scoping = self.files[file].semantic.scoping();
        scoping.get_reference(reference).symbol_id()
    }

    /// A text that is known before anything runs.
    pub(super) fn text(&self, file: usize, expression: &Expression<'p>) -> Option<String> {
        match expression.get_inner_expression() {
            Expression::StringLiteral(text) => Some(text.value.to_string()),
            Expression::NumericLiteral(number) => Some(number.value.to_string()),
            Expression::TemplateLiteral(template) if template.expressions.is_empty() => template
                .quasis
                .first()
                .and_then(|quasi| quasi.value.cooked.as_ref())
                .map(ToString::to_string),
            Expression::Identifier(id) => {
                let symbol = self.symbol(file, id)?;
                let changes = self.files[file]
                    .semantic
                    .symbol_references(symbol)
                    .any(oxc::semantic::Reference::is_write);
                self.texts
                    .get(&(file, symbol))
                    .filter(|_| !changes)
                    .cloned()
            }
            _ => None,
        }
    }

    /// The name of a property, where it is known before anything runs.
    pub(super) fn key(&self, file: usize, key: &PropertyKey<'p>, computed: bool) -> Option<String> {
        match key {
            PropertyKey::StaticIdentifier(id) if !computed => Some(id.name.to_string()),
            PropertyKey::PrivateIdentifier(id) => Some(private(&id.name)),
            key => key.as_expression().and_then(|found| self.text(file, found)),
        }
    }
}

/// A private name, told apart from a public one.
pub(super) fn private(name: &str) -> String {
    format!("#{name}")
}

/// The last name of `a.b.c`, or of `(0, a.b.c)`, as a linked import is called.
pub(super) fn last<'a>(expression: &'a Expression<'_>) -> Option<&'a str> {
    match expression.get_inner_expression() {
        Expression::SequenceExpression(sequence) => last(sequence.expressions.last()?),
        Expression::Identifier(id) => Some(id.name.as_str()),
        Expression::StaticMemberExpression(member) => Some(member.property.name.as_str()),
        _ => None,
    }
}
