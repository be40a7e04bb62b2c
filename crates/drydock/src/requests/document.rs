//! What the document of a call may be: which entity, with which attributes and relationships.

use super::shape::Key;

/// A call of the management API, and what its body may be.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// With `:placeholders`.
    pub path: &'static str,
    /// What the service's schema calls the resource, as errors name it.
    pub resource: &'static str,
    /// Which of the resource's calls it is in the service's schema, as errors name it; counted from 0, in the order of the
    /// vendor's list of endpoints.
    pub link: usize,
    /// Whether there may be no body. An empty object counts as none, as the vendor's clients have sent one.
    pub may_be_absent: bool,
    /// What `data` is.
    pub body: Body,
}

/// What `data` is.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// An entity.
    One(Entity),
    /// An entity of one of several types.
    OneOf(&'static [Entity]),
    /// A list of entities, each of one of these types.
    Many(&'static [Entity]),
}

/// An entity of a body.
#[derive(Debug, Clone, Copy)]
pub struct Entity {
    /// What `type` says; `None` where the service does not look.
    pub kind: Option<&'static str>,
    /// Whether it has an `id`.
    pub id: Id,
    /// Its `attributes`.
    pub attributes: Section<Key>,
    /// Its `relationships`.
    pub relationships: Section<Relationship>,
    /// Its `meta`.
    pub meta: Section<Key>,
}

/// Whether an entity has an `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Id {
    /// The service chooses it.
    None,
    /// The client may choose it.
    Optional,
    /// The entity exists and is named by it, or gets it as its name.
    Required,
}

/// One of the three objects of an entity.
#[derive(Debug, Clone, Copy)]
pub struct Section<T: 'static> {
    /// Whether the entity has it.
    pub presence: Presence,
    /// Its keys.
    pub keys: &'static [T],
    /// Whether it may have others.
    pub others: bool,
}

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must not be.
    Never,
    /// It may be.
    Optional,
    /// It must be.
    Required,
}

/// A relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relationship {
    /// As it stands on the wire.
    pub name: &'static str,
    /// Whether the entity needs it.
    pub required: bool,
    /// What it points at.
    pub target: Target,
}

/// What a relationship points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An entity of one of these types.
    One {
        /// The types.
        kinds: &'static [&'static str],
        /// Whether `null` will do as well.
        or_none: bool,
    },
    /// Any number of entities of a type.
    Many {
        /// The type.
        kind: &'static str,
    },
}

/// A `POST` of the resource's call `link`.
pub(super) const fn post(path: &'static str, resource: &'static str, link: usize) -> Call {
    Call {
        method: "POST",
        path,
        resource,
        link,
    }
}

/// A `PUT` of the resource's call `link`.
pub(super) const fn put(path: &'static str, resource: &'static str, link: usize) -> Call {
    Call {
        method: "PUT",
        path,
        resource,
        link,
    }
}

/// A call whose body is yet to be said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    method: &'static str,
    path: &'static str,
    resource: &'static str,
    link: usize,
}

impl Call {
    /// Takes this entity.
    pub(super) const fn takes(self, entity: Entity) -> Request {
        self.request(Body::One(entity), false)
    }

    /// Takes this entity, or nothing.
    pub(super) const fn may_take(self, entity: Entity) -> Request {
        self.request(Body::One(entity), true)
    }

    /// Takes one of these entities.
    pub(super) const fn takes_one_of(self, entities: &'static [Entity]) -> Request {
        self.request(Body::OneOf(entities), false)
    }

    /// Takes a list of these entities.
    pub(super) const fn takes_a_list_of(self, entities: &'static [Entity]) -> Request {
        self.request(Body::Many(entities), false)
    }

    const fn request(self, body: Body, may_be_absent: bool) -> Request {
        Request {
            method: self.method,
            path: self.path,
            resource: self.resource,
            link: self.link,
            may_be_absent,
            body,
        }
    }
}

impl Body {
    /// The entities it may hold.
    pub fn entities(&self) -> &[Entity] {
        match self {
            Self::One(entity) => std::slice::from_ref(entity),
            Self::OneOf(entities) | Self::Many(entities) => entities,
        }
    }
}

/// An entity of this type, with nothing else.
pub(super) const fn one(kind: &'static str) -> Entity {
    Entity {
        kind: Some(kind),
        id: Id::None,
        attributes: Section::NONE,
        relationships: Section::NONE,
        meta: Section::NONE,
    }
}

impl Entity {
    /// It is named by its id.
    pub(super) const fn with_id(self) -> Self {
        Self {
            id: Id::Required,
            ..self
        }
    }

    /// Its id may be chosen by the client.
    pub(super) const fn with_an_id_of_choice(self) -> Self {
        Self {
            id: Id::Optional,
            ..self
        }
    }

    /// Nobody looks at its type.
    pub(super) const fn of_any_type(self) -> Self {
        Self { kind: None, ..self }
    }

    /// It has these attributes.
    pub(super) const fn attributes(self, keys: &'static [Key]) -> Self {
        Self {
            attributes: Section::new(Presence::Required, keys),
            ..self
        }
    }

    /// It may have these attributes.
    pub(super) const fn optional_attributes(self, keys: &'static [Key]) -> Self {
        Self {
            attributes: Section::new(Presence::Optional, keys),
            ..self
        }
    }

    /// Nobody minds further attributes.
    pub(super) const fn and_other_attributes(self) -> Self {
        Self {
            attributes: Section {
                others: true,
                ..self.attributes
            },
            ..self
        }
    }

    /// It has these relationships.
    pub(super) const fn relationships(self, keys: &'static [Relationship]) -> Self {
        Self {
            relationships: Section::new(Presence::Required, keys),
            ..self
        }
    }

    /// It may have these relationships.
    pub(super) const fn optional_relationships(self, keys: &'static [Relationship]) -> Self {
        Self {
            relationships: Section::new(Presence::Optional, keys),
            ..self
        }
    }

    /// It may have this `meta`.
    pub(super) const fn optional_meta(self, keys: &'static [Key]) -> Self {
        Self {
            meta: Section::new(Presence::Optional, keys),
            ..self
        }
    }

    /// Nobody minds further `meta`.
    pub(super) const fn and_other_meta(self) -> Self {
        Self {
            meta: Section {
                others: true,
                ..self.meta
            },
            ..self
        }
    }
}

impl<T> Section<T> {
    const NONE: Self = Self::new(Presence::Never, &[]);

    const fn new(presence: Presence, keys: &'static [T]) -> Self {
        Self {
            presence,
            keys,
            others: false,
        }
    }
}

/// A relationship to one entity, which the document may leave out.
pub(super) const fn to_one(name: &'static str, kinds: &'static [&'static str]) -> Relationship {
    Relationship {
        name,
        required: false,
        target: Target::One {
            kinds,
            or_none: false,
        },
    }
}

/// A relationship to any number of entities, which the document may leave out.
pub(super) const fn to_many(name: &'static str, kind: &'static str) -> Relationship {
    Relationship {
        name,
        required: false,
        target: Target::Many { kind },
    }
}

impl Relationship {
    /// It may point at nothing.
    pub(super) const fn or_none(self) -> Self {
        let target = match self.target {
            Target::One { kinds, .. } => Target::One {
                kinds,
                or_none: true,
            },
            Target::Many { kind } => Target::Many { kind },
        };
        Self { target, ..self }
    }

    /// The document needs it.
    pub(super) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }
}
