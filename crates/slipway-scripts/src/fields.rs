//! Classes whose fields become assignments in the constructor, as a target before ES2022 has it, and where that would
//! come out wrong.

use oxc::ast::AstKind;
use oxc::ast::ast::{
    Class, ClassElement, Expression, FormalParameter, Function, PropertyDefinition, Statement,
};
use oxc::semantic::Semantic;
use oxc::span::{GetSpan, Span};

use crate::position::line_and_column;
use crate::tsconfig::Fields;
use crate::{ScriptError, Source};

/// Refuses what has no certain meaning under `fields`. `semantic` is that of the file as it was written.
pub(crate) fn refuse(
    file: &Source<'_>,
    semantic: &Semantic<'_>,
    fields: &Fields,
) -> Result<(), ScriptError> {
    let line = |span: Span| line_and_column(file.text, span.start).0;
    for node in semantic.nodes() {
        let AstKind::Class(class) = node.kind() else {
            continue;
        };
        match fields {
            Fields::Unclear { config, reason } if depends(class) => {
                return Err(ScriptError::UnclearFields {
                    file: file.path.to_owned(),
                    line: line(class.span),
                    config: config.clone(),
                    reason: reason.clone(),
                });
            }
            Fields::Defined | Fields::Unclear { .. } => {}
            Fields::Assigned(config) => {
                if let Some((span, reason)) = trouble(class, semantic) {
                    return Err(ScriptError::Fields {
                        file: file.path.to_owned(),
                        line: line(span),
                        config: config.clone(),
                        reason,
                    });
                }
            }
        }
    }
    Ok(())
}

/// Whether a class does something else when its fields are assigned: it may set what its base class did, or read what
/// its constructor was given. That a field without a value is there, and `undefined`, is seen by nobody but who counts.
fn depends(class: &Class<'_>) -> bool {
    let mut fields = fields(class).peekable();
    if class.heritage.is_some() {
        return fields.peek().is_some();
    }
    let has_properties = constructor(class).is_some_and(|constructor| {
        let mut parameters = constructor.params.items.iter();
        parameters.any(FormalParameter::has_modifier)
    });
    has_properties && fields.any(|field| field.value.is_some())
}

/// Where values of fields cannot move into the constructor, and why.
fn trouble(class: &Class<'_>, semantic: &Semantic<'_>) -> Option<(Span, String)> {
    let constructor = constructor(class)?;
    let first = fields(class).find(|field| field.value.is_some())?;
    let body = constructor.body.as_ref()?;
    let is_super = |statement: &Statement<'_>| {
        matches!(statement, Statement::ExpressionStatement(statement)
            if matches!(&statement.expression, Expression::CallExpression(call) if call.callee.is_super()))
    };
    if class.heritage.is_some() && !body.statements.iter().any(is_super) {
        return Some((
            first.span,
            "its constructor calls `super` within another statement. Call it in a statement of its own".to_owned(),
        ));
    }
    let scope = constructor.scope_id.get()?;
    let scoping = semantic.scoping();
    fields(class).find_map(|field| {
        let value = field.value.as_ref()?.span();
        semantic.nodes().iter().find_map(|node| {
            let AstKind::IdentifierReference(used) = node.kind() else {
                return None;
            };
            let is_outer = || {
                let symbol = scoping.get_reference(used.reference_id()).symbol_id();
                symbol.is_none_or(|symbol| !value.contains_inclusive(scoping.symbol_span(symbol)))
            };
            let is_hidden = value.contains_inclusive(used.span)
                && scoping.get_binding(scope, used.name).is_some()
                && is_outer();
            is_hidden.then(|| {
                let name = used.name;
                (
                    used.span,
                    format!("a field reads `{name}`, and its constructor has another `{name}`. Rename one of them"),
                )
            })
        })
    })
}

/// The fields of its instances that may be assigned.
fn fields<'c, 'a>(class: &'c Class<'a>) -> impl Iterator<Item = &'c PropertyDefinition<'a>> {
    class.body.body.iter().filter_map(|element| match element {
        ClassElement::PropertyDefinition(field)
            if !field.r#static && !field.declare && !field.r#type.is_abstract() =>
        {
            Some(&**field)
        }
        ClassElement::PropertyDefinition(_)
        | ClassElement::StaticBlock(_)
        | ClassElement::MethodDefinition(_)
        | ClassElement::AccessorProperty(_)
        | ClassElement::TSIndexSignature(_) => None,
    })
}

/// The constructor that has a body.
fn constructor<'c, 'a>(class: &'c Class<'a>) -> Option<&'c Function<'a>> {
    class.body.body.iter().find_map(|element| match element {
        ClassElement::MethodDefinition(method)
            if method.kind.is_constructor() && method.value.body.is_some() =>
        {
            Some(&*method.value)
        }
        ClassElement::MethodDefinition(_)
        | ClassElement::PropertyDefinition(_)
        | ClassElement::StaticBlock(_)
        | ClassElement::AccessorProperty(_)
        | ClassElement::TSIndexSignature(_) => None,
    })
}
