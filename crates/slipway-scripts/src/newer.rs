//! Syntax that the CLI's compiler takes and not every browser does: `using`, and `accessor` in classes.

use oxc::ast::ast::{AccessorProperty, Program, VariableDeclaration};
use oxc::ast_visit::{Visit, walk};
use oxc::transformer::{HelperLoaderMode, TransformOptions};

/// What the transformed code asks of `using`.
pub(crate) const USING: &str = include_str!("using.js");

/// What of it a program has.
#[derive(Default)]
pub(crate) struct Newer {
    pub(crate) using: bool,
    accessor: bool,
}

impl Newer {
    pub(crate) fn of(program: &Program<'_>) -> Self {
        let mut found = Self::default();
        found.visit_program(program);
        found
    }

    /// Whether a text may have it, for a file that need not be parsed otherwise.
    pub(crate) fn may_be_in(text: &str) -> bool {
        ["using", "accessor"].iter().any(|word| text.contains(word))
    }

    pub(crate) fn is_there(&self) -> bool {
        self.using || self.accessor
    }

    /// Has it transformed.
    pub(crate) fn lower(&self, options: &mut TransformOptions) {
        options.env.es2026.explicit_resource_management = self.using;
        options.helper_loader.mode = HelperLoaderMode::External;
        // The part that knows `accessor`. There are no decorators: those were refused.
        options.decorator.legacy = self.accessor;
    }
}

impl<'a> Visit<'a> for Newer {
    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        self.using |= declaration.kind.is_using();
        walk::walk_variable_declaration(self, declaration);
    }

    fn visit_accessor_property(&mut self, property: &AccessorProperty<'a>) {
        self.accessor = true;
        walk::walk_accessor_property(self, property);
    }
}
