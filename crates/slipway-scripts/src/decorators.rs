//! Decorators are refused: what one does to a class depends on the compiler's settings, which a browser does not have.

use oxc::ast::ast::{Decorator, Program};
use oxc::ast_visit::Visit;
use oxc::span::Span;

use crate::position::line_and_column;
use crate::{ScriptError, Source};

/// The first decorator of a program is the error. `text` is what was parsed, with the lines of the file.
pub(crate) fn refuse(
    file: &Source<'_>,
    text: &str,
    program: &Program<'_>,
) -> Result<(), ScriptError> {
    let mut first = First(None);
    first.visit_program(program);
    let Some(span) = first.0 else {
        return Ok(());
    };
    let written = text.get(span.start as usize..span.end as usize);
    Err(ScriptError::Decorator {
        file: file.path.to_owned(),
        line: line_and_column(text, span.start).0,
        name: written
            .and_then(|text| text.lines().next())
            .unwrap_or("@")
            .to_owned(),
    })
}

/// Where the first one is, in the order in which they are written.
struct First(Option<Span>);

impl<'a> Visit<'a> for First {
    fn visit_decorator(&mut self, decorator: &Decorator<'a>) {
        if self
            .0
            .is_none_or(|first| decorator.span.start < first.start)
        {
            self.0 = Some(decorator.span);
        }
    }
}
