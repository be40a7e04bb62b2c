//! TypeScript to JavaScript, and the parser's complaints to our error.
//!
//! Only types go, and what not every browser has yet: otherwise the language level stays what the author wrote.
//! Imports that only types use are dropped, as `tsx` does.

use std::path::Path;

use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc::diagnostics::{Diagnostics, LabeledSpan};
use oxc::parser::{ParseOptions, Parser};
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;
use oxc::transformer::{TransformOptions, Transformer};

use crate::newer::Newer;
use crate::origins::{Origins, Token};
use crate::position::{line_and_column, saturate};
use crate::resolve::Files;
use crate::tsconfig::Fields;
use crate::{ScriptError, Source, decorators, fields, namespaces};

/// JavaScript, and where it came from.
pub(crate) struct Stripped {
    /// JavaScript text.
    pub(crate) code: String,
    pub(crate) origins: Origins,
    /// Whether `code` asks for [`crate::newer::USING`].
    pub(crate) is_using: bool,
}

impl Stripped {
    /// A file that needs no stripping.
    pub(crate) fn unchanged(text: &str) -> Self {
        Self {
            code: text.to_owned(),
            origins: Origins::default(),
            is_using: false,
        }
    }

    /// The line in the file for a byte of `code`.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        self.origins.line(&self.code, offset)
    }
}

/// A `CommonJS` file is a function, which may return early.
pub(crate) fn parse_options() -> ParseOptions {
    ParseOptions {
        allow_return_outside_function: true,
        ..ParseOptions::default()
    }
}

/// Strips the types of a TypeScript file; a JavaScript file stays as it is, if every browser takes it so.
pub(crate) fn types(files: &Files<'_>, file: &Source<'_>) -> Result<Stripped, ScriptError> {
    let Some(source_type) = typescript(file.path) else {
        return if Newer::may_be_in(file.text) {
            transformed(file, SourceType::unambiguous(), || Ok(Fields::Defined))
        } else {
            Ok(Stripped::unchanged(file.text))
        };
    };
    let text = namespaces::qualified(file, source_type)?;
    let file = Source {
        path: file.path,
        text: &text,
    };
    transformed(&file, source_type, || {
        Ok(files.compiling(file.path)?.fields)
    })
}

fn transformed(
    file: &Source<'_>,
    source_type: SourceType,
    fields: impl FnOnce() -> Result<Fields, ScriptError>,
) -> Result<Stripped, ScriptError> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, file.text, source_type)
        .with_options(parse_options())
        .parse();
    refuse(file, file.text, &Origins::default(), &parsed.diagnostics)?;
    let mut program = parsed.program;
    decorators::refuse(file, file.text, &program)?;
    let newer = Newer::of(&program);
    if !source_type.is_typescript() && !newer.is_there() {
        return Ok(Stripped::unchanged(file.text));
    }

    let analysed = SemanticBuilder::new_compiler()
        .with_enum_eval(true)
        .with_build_nodes(true)
        .with_excess_capacity(2.0)
        .build(&program);
    refuse(file, file.text, &Origins::default(), &analysed.diagnostics)?;
    let fields = fields()?;
    fields::refuse(file, &analysed.semantic, &fields)?;
    let scoping = analysed.semantic.into_scoping();

    let path = Path::new(file.path);
    let options = options(&fields, &newer);
    let transformed =
        Transformer::new(&allocator, path, &options).build_with_scoping(scoping, &mut program);
    refuse(
        file,
        file.text,
        &Origins::default(),
        &transformed.diagnostics,
    )?;

    let printed = Codegen::new()
        .with_options(CodegenOptions {
            source_map_path: Some(path.to_path_buf()),
            comments: CommentOptions::disabled(),
            ..CodegenOptions::default()
        })
        .build(&program);
    let tokens = printed.map.iter().flat_map(|map| {
        map.get_tokens().map(|token| Token {
            line: token.get_dst_line(),
            column: token.get_dst_col(),
            original: token.get_src_line(),
        })
    });
    let origins = Origins::of_printed(&printed.code, tokens);
    Ok(Stripped {
        code: printed.code,
        origins,
        is_using: newer.using,
    })
}

fn options(fields: &Fields, newer: &Newer) -> TransformOptions {
    let mut options = TransformOptions::default();
    newer.lower(&mut options);
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

/// The first complaint becomes the error. `text` is what was parsed.
pub(crate) fn refuse(
    file: &Source<'_>,
    text: &str,
    origins: &Origins,
    diagnostics: &Diagnostics,
) -> Result<(), ScriptError> {
    let Some(diagnostic) = diagnostics.errors().next() else {
        return Ok(());
    };
    let offset = diagnostic
        .labels
        .first()
        .map_or(saturate(text.len()), LabeledSpan::offset);
    let (_, column) = line_and_column(text, offset);
    let message = match &diagnostic.help {
        Some(help) => format!("{} ({help})", diagnostic.message),
        None => diagnostic.message.to_string(),
    };
    Err(ScriptError::Syntax {
        file: file.path.to_owned(),
        line: origins.line(text, offset),
        column,
        message,
    })
}
