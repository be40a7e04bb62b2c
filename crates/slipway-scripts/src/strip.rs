//! TypeScript to JavaScript, and the parser's complaints to our error.
//!
//! Only types go: the language level stays what the author wrote, for every browser that can run the plugin has it.
//! Imports that only types use are dropped, as `tsx` does.

use std::path::Path;

use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc::diagnostics::{Diagnostics, LabeledSpan};
use oxc::parser::{ParseOptions, Parser};
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;
use oxc::transformer::{TransformOptions, Transformer};

use crate::position::{line_and_column, saturate};
use crate::resolve::Files;
use crate::tsconfig::Fields;
use crate::{ScriptError, Source, decorators, fields};

/// JavaScript, and where its lines came from.
pub(crate) struct Stripped {
    /// JavaScript text.
    pub(crate) code: String,
    /// The line in the file for each line of `code`, both from 1. Empty when they agree.
    pub(crate) lines: Vec<u32>,
}

impl Stripped {
    /// A file that needs no stripping.
    pub(crate) fn unchanged(text: &str) -> Self {
        Self {
            code: text.to_owned(),
            lines: Vec::new(),
        }
    }

    /// The line in the file for a line of `code`.
    pub(crate) fn original_line(&self, line: u32) -> u32 {
        original_line(&self.lines, line)
    }
}

/// The line in the file for a line of printed code, by a table as in [`crate::Module::lines`].
pub(crate) fn original_line(lines: &[u32], line: u32) -> u32 {
    match lines
        .get((line as usize).saturating_sub(1))
        .or(lines.last())
    {
        Some(original) => *original,
        None => line,
    }
}

/// A `CommonJS` file is a function, which may return early.
pub(crate) fn parse_options() -> ParseOptions {
    ParseOptions {
        allow_return_outside_function: true,
        ..ParseOptions::default()
    }
}

/// Strips the types of a TypeScript file; a JavaScript file stays as it is.
pub(crate) fn types(files: &Files<'_>, file: &Source<'_>) -> Result<Stripped, ScriptError> {
    let Some(source_type) = typescript(file.path) else {
        return Ok(Stripped::unchanged(file.text));
    };
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, file.text, source_type)
        .with_options(parse_options())
        .parse();
    refuse(file, file.text, &[], &parsed.diagnostics)?;
    let mut program = parsed.program;
    decorators::refuse(file, file.text, &program)?;

    let analysed = SemanticBuilder::new_compiler()
        .with_enum_eval(true)
        .with_build_nodes(true)
        .with_excess_capacity(2.0)
        .build(&program);
    refuse(file, file.text, &[], &analysed.diagnostics)?;
    let how = files.compiling(file.path)?.fields;
    fields::refuse(file, &analysed.semantic, &how)?;
    let scoping = analysed.semantic.into_scoping();

    let path = Path::new(file.path);
    let options = options(&how);
    let transformed =
        Transformer::new(&allocator, path, &options).build_with_scoping(scoping, &mut program);
    refuse(file, file.text, &[], &transformed.diagnostics)?;

    let printed = Codegen::new()
        .with_options(CodegenOptions {
            source_map_path: Some(path.to_path_buf()),
            comments: CommentOptions::disabled(),
            ..CodegenOptions::default()
        })
        .build(&program);
    let mut lines = vec![0_u32; printed.code.lines().count()];
    if let Some(map) = &printed.map {
        for token in map.get_tokens() {
            if let Some(line) = lines.get_mut(token.get_dst_line() as usize)
                && *line == 0
            {
                *line = token.get_src_line() + 1;
            }
        }
    }
    fill_gaps(&mut lines);
    Ok(Stripped {
        code: printed.code,
        lines,
    })
}

fn options(fields: &Fields) -> TransformOptions {
    let mut options = TransformOptions::default();
    match fields {
        Fields::Assigned(_) => {
            options.assumptions.set_public_class_fields = true;
            options.typescript.remove_class_fields_without_initializer = true;
        }
        // What would come out otherwise was refused.
        Fields::Defined | Fields::Unclear { .. } => {}
    }
    options
}

/// A printed line without an origin of its own belongs to the one before it.
fn fill_gaps(lines: &mut [u32]) {
    let mut last = 1;
    for line in lines {
        if *line == 0 {
            *line = last;
        }
        last = *line;
    }
}

pub(crate) fn is_typescript(path: &str) -> bool {
    typescript(path).is_some()
}

fn typescript(path: &str) -> Option<SourceType> {
    let extension = Path::new(path).extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "ts" | "mts" | "cts" => Some(SourceType::ts().with_unambiguous(true)),
        "tsx" => Some(SourceType::tsx().with_unambiguous(true)),
        _ => None,
    }
}

/// The first complaint becomes the error. `text` is what was parsed, `lines` its table as in [`crate::Module::lines`].
pub(crate) fn refuse(
    file: &Source<'_>,
    text: &str,
    lines: &[u32],
    diagnostics: &Diagnostics,
) -> Result<(), ScriptError> {
    let Some(diagnostic) = diagnostics.errors().next() else {
        return Ok(());
    };
    let offset = diagnostic
        .labels
        .first()
        .map_or(saturate(text.len()), LabeledSpan::offset);
    let (line, column) = line_and_column(text, offset);
    let message = match &diagnostic.help {
        Some(help) => format!("{} ({help})", diagnostic.message),
        None => diagnostic.message.to_string(),
    };
    Err(ScriptError::Syntax {
        file: file.path.to_owned(),
        line: original_line(lines, line),
        column,
        message,
    })
}
