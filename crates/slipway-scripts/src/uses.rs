//! Which methods of the client a migration names, read off its syntax trees before anything runs.
//!
//! 1. `values`: what an expression may stand for: the client, a namespace of it, what another file exports, …
//! 2. `flow`: the client is followed from where it comes in (the migration's parameter, parameters called `client`, what
//!    `buildClient` and `new Client` make) through names, patterns, members and results, across
//!    the linked files; `calls` hands it to what a call runs.
//! 3. `report`: the methods that are named, and each place where the client goes where it cannot be followed.
//!
//! Beside that, every `….namespace.method(…)` counts on what may be anything: better one use too many than one too few.
//! Members are told apart by their names alone, whichever object has them. Nothing here decides: the page asks for
//! consent by it, and again at run time for what could not be seen.

mod calls;
mod flow;
mod report;
mod syntax;
mod values;

use std::collections::BTreeSet;

use oxc::allocator::Allocator;
use oxc::parser::Parser;
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;
use serde::{Deserialize, Serialize};

use self::flow::{File, Flow};
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

/// What is put down while files are read.
#[derive(Default)]
struct Found {
    named: BTreeSet<Use>,
    unclear: BTreeSet<Place>,
}

fn is_json(module: &Module) -> bool {
    module.path.to_ascii_lowercase().ends_with(".json")
}

/// The uses in a migration and all that it imports.
pub fn uses(prepared: &Prepared) -> Uses {
    let modules = prepared.modules.iter();
    // Values of JSON hold no client.
    let modules: Vec<&Module> = modules.filter(|module| !is_json(module)).collect();
    let allocators: Vec<Allocator> = modules.iter().map(|_| Allocator::default()).collect();
    // What was linked parses.
    let programs: Vec<_> = modules
        .iter()
        .zip(&allocators)
        .map(|(Module { code, .. }, allocator)| {
            Parser::new(allocator, code, SourceType::cjs())
                .with_options(strip::parse_options())
                .parse()
                .program
        })
        .collect();
    let files: Vec<File<'_>> = modules
        .iter()
        .zip(&programs)
        .map(|(module, program)| File {
            module,
            semantic: SemanticBuilder::new_compiler()
                .with_build_nodes(true)
                .build(program)
                .semantic,
        })
        .collect();
    let mut found = Found::default();
    let mut flow = Flow::new(&files);
    flow.run(&mut found);
    flow.report(&mut found);
    Uses {
        named: found.named.into_iter().collect(),
        unclear: found.unclear.into_iter().collect(),
        hosts: prepared.hosts.iter().cloned().collect(),
    }
}
