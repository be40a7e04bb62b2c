//! What a value of a body may be. The words read as the documentation does: `optional("hint", TEXT.or_null())`.

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The kind of value.
    pub kind: Kind,
    /// Whether `null` will do as well.
    pub or_null: bool,
}

/// The kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whatever JSON can hold.
    Anything,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A string.
    Text,
    /// A string that holds a date and a time, as RFC 3339 writes them.
    DateTime,
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A list.
    List {
        /// What each entry is.
        of: &'static Shape,
        /// How many entries it has at least.
        at_least: usize,
    },
    /// An object.
    Object {
        /// Its keys.
        keys: &'static [Key],
        /// Whether it may have others.
        others: bool,
    },
    /// One of several forms.
    Either(&'static [Shape]),
}

/// A key of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// As it stands on the wire.
    pub name: &'static str,
    /// Whether the object needs it.
    pub required: bool,
    /// What its value may be.
    pub shape: Shape,
}

impl Shape {
    const fn new(kind: Kind) -> Self {
        Self {
            kind,
            or_null: false,
        }
    }

    /// The same, or `null`.
    pub(super) const fn or_null(self) -> Self {
        Self {
            or_null: true,
            ..self
        }
    }
}

pub(super) const ANYTHING: Shape = Shape::new(Kind::Anything);
pub(super) const BOOLEAN: Shape = Shape::new(Kind::Boolean);
pub(super) const INTEGER: Shape = Shape::new(Kind::Integer);
pub(super) const NUMBER: Shape = Shape::new(Kind::Number);
pub(super) const TEXT: Shape = Shape::new(Kind::Text);
pub(super) const DATE_TIME: Shape = Shape::new(Kind::DateTime);

/// An object with any keys.
pub(super) const OBJECT: Shape = object_and_more(&[]);

/// One of these strings.
pub(super) const fn choice(values: &'static [&'static str]) -> Shape {
    Shape::new(Kind::Choice(values))
}

/// A list, which may be empty.
pub(super) const fn list(of: &'static Shape) -> Shape {
    Shape::new(Kind::List { of, at_least: 0 })
}

/// A list with something in it.
pub(super) const fn some(of: &'static Shape) -> Shape {
    Shape::new(Kind::List { of, at_least: 1 })
}

/// An object with these keys and no others.
pub(super) const fn object(keys: &'static [Key]) -> Shape {
    Shape::new(Kind::Object {
        keys,
        others: false,
    })
}

/// An object with these keys, and any others.
pub(super) const fn object_and_more(keys: &'static [Key]) -> Shape {
    Shape::new(Kind::Object { keys, others: true })
}

/// One of several forms.
pub(super) const fn either(forms: &'static [Shape]) -> Shape {
    Shape::new(Kind::Either(forms))
}

/// A key the object needs.
pub(super) const fn required(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        required: true,
        shape,
    }
}

/// A key the object may have.
pub(super) const fn optional(name: &'static str, shape: Shape) -> Key {
    Key {
        name,
        required: false,
        shape,
    }
}
