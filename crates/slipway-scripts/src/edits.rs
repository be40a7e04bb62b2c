//! Changes to a text that leave its lines where they are.

use oxc::ast::AstKind;
use oxc::semantic::Semantic;
use oxc::span::{GetSpan, Span};
use oxc::syntax::node::NodeId;

use crate::position::saturate;

/// What replaces a span.
pub(crate) struct Edit {
    pub(crate) span: Span,
    pub(crate) text: String,
}

/// A text after its edits, and where what stood in it is now.
pub(crate) struct Edited {
    pub(crate) text: String,
    /// Where an edit begins and ends in the text before and in this one, in order.
    moved: Vec<[(u32, u32); 2]>,
}

impl Edited {
    /// Replaces spans, which never overlap, and keeps the line breaks of what it takes out.
    pub(crate) fn new(before: &str, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let mut text = String::with_capacity(before.len() + edits.len() * 16);
        let mut moved = Vec::with_capacity(edits.len());
        let mut at = 0;
        for edit in edits {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            text.push_str(&before[at..start]);
            let begins = (edit.span.start, saturate(text.len()));
            text.push_str(&edit.text);
            text.extend(before[start..end].chars().filter(|c| *c == '\n'));
            moved.push([begins, (edit.span.end, saturate(text.len()))]);
            at = end;
        }
        text.push_str(&before[at..]);
        Self { text, moved }
    }

    /// Where a byte of the text before is now. One that was taken out is where its edit begins.
    pub(crate) fn now(&self, offset: u32) -> u32 {
        let passed = self
            .moved
            .partition_point(|[(start, _), (end, _)]| *start < offset || *end <= offset);
        match passed.checked_sub(1).map(|last| self.moved[last]) {
            None => offset,
            Some([_, (end, now)]) if end <= offset => now + (offset - end),
            Some([(_, now), _]) => now,
        }
    }
}

/// A name as a call that is not a member's: `(0, value)`, so that what it is a member of is not its `this`. With a
/// semicolon where the name begins a statement, since the one before may lack its own.
pub(crate) fn detached(semantic: &Semantic<'_>, node: NodeId, value: &str) -> String {
    let nodes = semantic.nodes();
    let start = nodes.kind(node).span().start;
    let begins_statement = nodes
        .ancestors(node)
        .find(|ancestor| matches!(ancestor.kind(), AstKind::ExpressionStatement(_)))
        .is_some_and(|statement| {
            statement.kind().span().start == start
                && matches!(
                    nodes.parent_kind(statement.id()),
                    AstKind::Program(_)
                        | AstKind::BlockStatement(_)
                        | AstKind::FunctionBody(_)
                        | AstKind::StaticBlock(_)
                        | AstKind::SwitchCase(_)
                        | AstKind::TSModuleBlock(_)
                )
        });
    let semicolon = if begins_statement { ";" } else { "" };
    format!("{semicolon}(0, {value})")
}
