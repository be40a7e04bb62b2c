//! The models and block models of the magazine, as they are after the first three migrations.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::ids::id;
use crate::http::error::ApiError;
use crate::schema::field_type::FieldType;
use crate::schema::item_types::Companions;
use crate::schema::{fields, item_types};
use crate::store::entity::reference;

/// A model to be. The order of the list is the order of the menus.
#[derive(Clone)]
pub(super) struct ModelPlan {
    pub(super) api_key: &'static str,
    name: &'static str,
    hint: Option<&'static str>,
    shape: Shape,
    /// Whether records are saved as drafts first.
    pub(super) drafts: bool,
    /// What collections are ordered by: a field, and the direction.
    ordering: Option<(&'static str, &'static str)>,
    fields: Vec<FieldPlan>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Collection,
    Sortable,
    Singleton,
    Block,
}

#[derive(Clone)]
struct FieldPlan {
    api_key: &'static str,
    label: &'static str,
    field_type: FieldType,
    localized: bool,
    validators: Map<String, Value>,
    hint: Option<&'static str>,
}

impl ModelPlan {
    fn new(
        api_key: &'static str,
        name: &'static str,
        shape: Shape,
        fields: Vec<FieldPlan>,
    ) -> Self {
        Self {
            api_key,
            name,
            hint: None,
            shape,
            drafts: false,
            ordering: None,
            fields,
        }
    }

    fn with_drafts(mut self) -> Self {
        self.drafts = true;
        self
    }

    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    fn ordered(mut self, by: &'static str, direction: &'static str) -> Self {
        self.ordering = Some((by, direction));
        self
    }

    /// Is it a block model?
    fn is_block(&self) -> bool {
        self.shape == Shape::Block
    }

    /// The request that would create the model.
    fn request(&self) -> Value {
        json!({
            "type": "item_type", "id": model_id(self.api_key),
            "attributes": {
                "name": self.name,
                "api_key": self.api_key,
                "hint": self.hint,
                "modular_block": self.is_block(),
                "singleton": self.shape == Shape::Singleton,
                "sortable": self.shape == Shape::Sortable,
                "draft_mode_active": self.drafts,
            },
        })
    }

    /// The request that orders its collections, once its fields are there.
    fn ordering_request(&self) -> Option<Value> {
        let (by, direction) = self.ordering?;
        let field = reference("field", &field_id(self.api_key, by));
        Some(json!({
            "type": "item_type", "id": model_id(self.api_key),
            "attributes": { "ordering_direction": direction },
            "relationships": { "ordering_field": { "data": field } },
        }))
    }
}

/// Creates the models with their fields, as requests to the management API would: all models first, for fields point at them.
pub(super) fn create(
    tx: &Connection,
    models: &[ModelPlan],
    new_id: &dyn Fn() -> String,
    now: crate::clock::Timestamp,
) -> Result<(), ApiError> {
    for model in models {
        let companions = Companions {
            skip_menu_item: true,
            menu_item_id: None,
            schema_menu_item_id: Some(id("schema_menu_item", model.api_key)),
        };
        item_types::create(tx, &model.request(), new_id, true, &companions)?;
    }
    for model in models {
        let item_type = model_id(model.api_key);
        for (index, field) in model.fields.iter().enumerate() {
            fields::create(
                tx,
                &item_type,
                &field.request(model.api_key, index == 0),
                new_id,
            )?;
        }
        if let Some(request) = model.ordering_request() {
            item_types::update(tx, &item_type, &request, now)?;
        }
    }
    Ok(())
}

impl FieldPlan {
    fn new(api_key: &'static str, label: &'static str, field_type: FieldType) -> Self {
        let mut validators = Map::new();
        for demanded in field_type.demanded_validators() {
            validators.insert((*demanded).to_owned(), json!({ "item_types": [] }));
        }
        Self {
            api_key,
            label,
            field_type,
            localized: false,
            validators,
            hint: None,
        }
    }

    fn localized(mut self) -> Self {
        self.localized = true;
        self
    }

    fn required(self) -> Self {
        self.validated("required", json!({}))
    }

    fn unique(self) -> Self {
        self.validated("unique", json!({}))
    }

    fn one_of(self, values: &[&str]) -> Self {
        self.validated("enum", json!({ "values": values }))
    }

    fn validated(mut self, validator: &str, parameters: Value) -> Self {
        self.validators.insert(validator.to_owned(), parameters);
        self
    }

    /// Fills a validator that lists models or block models.
    fn allows(self, validator: &str, api_keys: &[&str]) -> Self {
        let ids: Vec<String> = api_keys.iter().map(|key| model_id(key)).collect();
        self.validated(validator, json!({ "item_types": ids }))
    }

    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The request that would create the field. The first field of a model, when it is a line of text, is its heading.
    fn request(&self, model: &str, first: bool) -> Value {
        let mut request = json!({
            "type": "field", "id": field_id(model, self.api_key),
            "attributes": {
                "label": self.label,
                "field_type": self.field_type.as_str(),
                "api_key": self.api_key,
                "localized": self.localized,
                "validators": self.validators,
                "hint": self.hint,
            },
        });
        if first && self.field_type == FieldType::String {
            request["attributes"]["appearance"] =
                json!({ "editor": "single_line", "parameters": { "heading": true }, "addons": [] });
        }
        request
    }
}

/// Id of a model of the demo.
pub(super) fn model_id(api_key: &str) -> String {
    id("item_type", api_key)
}

/// Id of a field of the demo.
pub(super) fn field_id(model: &str, api_key: &str) -> String {
    id("field", &format!("{model}.{api_key}"))
}

fn string(api_key: &'static str, label: &'static str) -> FieldPlan {
    FieldPlan::new(api_key, label, FieldType::String)
}

fn text(api_key: &'static str, label: &'static str) -> FieldPlan {
    FieldPlan::new(api_key, label, FieldType::Text)
}

fn of(field_type: FieldType, api_key: &'static str, label: &'static str) -> FieldPlan {
    FieldPlan::new(api_key, label, field_type)
}

fn link(api_key: &'static str, label: &'static str, to: &str) -> FieldPlan {
    of(FieldType::Link, api_key, label).allows("item_item_type", &[to])
}

fn links(api_key: &'static str, label: &'static str, to: &str) -> FieldPlan {
    of(FieldType::Links, api_key, label).allows("items_item_type", &[to])
}

fn slug(title: &str, model: &str) -> FieldPlan {
    of(FieldType::Slug, "slug", "Slug")
        .required()
        .unique()
        .validated(
            "slug_title_field",
            json!({ "title_field_id": field_id(model, title) }),
        )
        .validated(
            "slug_format",
            json!({ "predefined_pattern": "webpage_slug" }),
        )
}

/// All models, then all block models.
pub(super) fn all() -> Vec<ModelPlan> {
    let mut models = editorial();
    models.extend(directory());
    models.push(ModelPlan::new(
        "schema_migration",
        "Schema migration",
        Shape::Collection,
        vec![string("name", "Migration file name").required()],
    ));
    models.extend(blocks());
    models
}

fn article() -> ModelPlan {
    let blocks = ["quote_block", "image_block", "newsletter_block"];
    let plan = ModelPlan::new(
        "article",
        "Article",
        Shape::Collection,
        vec![
            string("title", "Title").localized().required(),
            slug("title", "article"),
            text("excerpt", "Excerpt")
                .localized()
                .validated("length", json!({ "max": 200 })),
            of(FieldType::StructuredText, "body", "Body")
                .localized()
                .allows("structured_text_blocks", &blocks)
                .allows("structured_text_links", &["article"]),
            string("tag", "Tag").hint("One subject, typed by hand."),
            link("category", "Category", "category"),
            link("author", "Author", "author").required(),
            links("related", "Related articles", "article").validated("size", json!({ "max": 3 })),
            of(FieldType::Boolean, "featured", "Featured on the home page"),
            of(FieldType::DateTime, "published_on", "Date on the page"),
            of(FieldType::Seo, "seo", "Search and sharing").localized(),
            link("issue", "Issue", "issue"),
            of(
                FieldType::Integer,
                "reading_minutes",
                "Reading time in minutes",
            )
            .validated("number_range", json!({ "min": 1 })),
        ],
    );
    plan.with_drafts()
        .hint("What the magazine publishes, in both languages.")
        .ordered("published_on", "desc")
}

fn editorial() -> Vec<ModelPlan> {
    vec![
        article(),
        ModelPlan::new(
            "issue",
            "Issue",
            Shape::Collection,
            vec![
                string("title", "Title").localized().required(),
                of(FieldType::Integer, "number", "Number").required(),
                of(FieldType::Slug, "slug", "Slug").required().unique(),
                of(FieldType::Date, "released_on", "Released on"),
                of(FieldType::Color, "accent", "Colour of the cover"),
                text("editorial", "Editorial").localized(),
            ],
        )
        .ordered("number", "desc"),
        ModelPlan::new(
            "category",
            "Category",
            Shape::Sortable,
            vec![
                string("name", "Name").localized().required(),
                slug("name", "category"),
                of(FieldType::Color, "color", "Colour"),
                text("description", "Description").localized(),
            ],
        ),
        ModelPlan::new(
            "author",
            "Author",
            Shape::Collection,
            vec![
                string("name", "Name").required(),
                slug("name", "author"),
                string("role", "Role").localized(),
                text("bio", "About").localized(),
                string("website", "Website")
                    .validated("format", json!({ "predefined_pattern": "url" })),
                of(FieldType::Date, "joined_on", "With us since"),
                of(FieldType::File, "portrait", "Portrait"),
            ],
        ),
        ModelPlan::new(
            "home_page",
            "Home page",
            Shape::Singleton,
            vec![
                string("headline", "Headline").localized().required(),
                text("introduction", "Introduction").localized(),
                of(FieldType::SingleBlock, "hero", "Opening block")
                    .localized()
                    .allows("single_block_blocks", &["quote_block", "newsletter_block"]),
                links("featured", "Featured articles", "article"),
                of(FieldType::Seo, "seo", "Search and sharing").localized(),
            ],
        ),
        ModelPlan::new(
            "page",
            "Page",
            Shape::Sortable,
            vec![
                string("title", "Title").localized().required(),
                slug("title", "page"),
                of(FieldType::RichText, "sections", "Sections")
                    .localized()
                    .allows(
                        "rich_text_blocks",
                        &[
                            "text_block",
                            "quote_block",
                            "gallery_block",
                            "newsletter_block",
                        ],
                    ),
                of(FieldType::Seo, "seo", "Search and sharing").localized(),
            ],
        )
        .with_drafts(),
    ]
}

fn directory() -> Vec<ModelPlan> {
    vec![
        ModelPlan::new(
            "event",
            "Event",
            Shape::Collection,
            vec![
                string("title", "Title").localized().required(),
                slug("title", "event"),
                of(FieldType::DateTime, "starts_at", "Starts at").required(),
                string("venue", "Venue"),
                of(FieldType::LatLon, "place", "Place on the map"),
                of(FieldType::Float, "price", "Price in euros")
                    .validated("number_range", json!({ "min": 0 })),
                text("description", "What to expect").localized(),
                link("studio", "Studio", "studio"),
            ],
        )
        .with_drafts()
        .ordered("starts_at", "desc"),
        ModelPlan::new(
            "studio",
            "Studio",
            Shape::Collection,
            vec![
                string("name", "Name").localized().required(),
                slug("name", "studio"),
                string("town", "Town").localized(),
                string("country", "Country").one_of(&["IT", "GB"]),
                of(FieldType::LatLon, "place", "Place on the map"),
                of(FieldType::Integer, "founded", "Founded in"),
                of(FieldType::Boolean, "open_to_visitors", "Open to visitors"),
                text("description", "Description").localized(),
                of(FieldType::Json, "facts", "Facts"),
            ],
        ),
        ModelPlan::new(
            "glaze",
            "Glaze",
            Shape::Collection,
            vec![
                string("name", "Name").localized().required(),
                of(FieldType::Slug, "slug", "Slug").required().unique(),
                string("code", "Code").required().unique(),
                string("cone", "Cone").one_of(&["04", "6", "9", "10"]),
                of(FieldType::Float, "temperature", "Temperature in °C"),
                string("surface", "Surface").one_of(&["gloss", "satin", "matt", "crackle", "dry"]),
                of(FieldType::Color, "color", "Colour"),
                of(FieldType::Json, "recipe", "Recipe, in parts of a hundred"),
                text("notes", "Notes").localized(),
            ],
        )
        .with_drafts(),
    ]
}

fn blocks() -> Vec<ModelPlan> {
    let block = |api_key, name, fields| ModelPlan::new(api_key, name, Shape::Block, fields);
    vec![
        block(
            "quote_block",
            "Quote",
            vec![
                text("quote", "Quote").required(),
                string("attribution", "Who said it"),
            ],
        ),
        block(
            "image_block",
            "Image",
            vec![
                string("caption", "Caption").required(),
                string("credit", "Credit"),
                of(FieldType::File, "image", "Image"),
            ],
        ),
        block(
            "gallery_block",
            "Gallery",
            vec![
                string("title", "Title"),
                of(FieldType::Gallery, "images", "Images"),
            ],
        ),
        block(
            "text_block",
            "Text",
            vec![
                string("heading", "Heading"),
                text("text", "Text").required(),
            ],
        ),
        block(
            "newsletter_block",
            "Newsletter",
            vec![
                string("heading", "Heading").required(),
                text("invitation", "Invitation"),
                string("button_label", "Button").required(),
            ],
        ),
    ]
}
