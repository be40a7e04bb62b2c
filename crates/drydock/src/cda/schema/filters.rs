//! The filter inputs every environment has. Names and operators are those of the published schemas of real projects.

use async_graphql::dynamic::{Enum, InputObject, InputValue, SchemaBuilder, TypeRef};

use super::super::filter::BUCKETS;
use super::nodes::type_ref;

/// Operators with the types of their operands.
type Operators = &'static [(&'static str, &'static str)];

const STRING: Operators = &[
    ("eq", "String"),
    ("neq", "String"),
    ("in", "[String]"),
    ("notIn", "[String]"),
    ("matches", "StringMatchesFilter"),
    ("notMatches", "StringMatchesFilter"),
    ("isBlank", "BooleanType"),
    ("isPresent", "BooleanType"),
    ("exists", "BooleanType"),
];
const TEXT: Operators = &[
    ("matches", "StringMatchesFilter"),
    ("notMatches", "StringMatchesFilter"),
    ("isBlank", "BooleanType"),
    ("isPresent", "BooleanType"),
    ("exists", "BooleanType"),
];
const WORDS: Operators = &[
    ("eq", "String"),
    ("neq", "String"),
    ("in", "[String]"),
    ("notIn", "[String]"),
];
const EXISTS: Operators = &[("exists", "BooleanType")];
const PATTERNS: Operators = &[
    ("matches", "StringMatchesFilter"),
    ("notMatches", "StringMatchesFilter"),
];
const NOTES: Operators = &[
    ("matches", "StringMatchesFilter"),
    ("notMatches", "StringMatchesFilter"),
    ("exists", "BooleanType"),
];
const SAID: Operators = &[
    ("eq", "String"),
    ("neq", "String"),
    ("in", "[String]"),
    ("notIn", "[String]"),
    ("matches", "StringMatchesFilter"),
    ("notMatches", "StringMatchesFilter"),
    ("exists", "BooleanType"),
];

/// The operators of values that have an order.
macro_rules! comparisons {
    ($ty:literal $(, $more:literal)?) => {
        &[
            ("eq", $ty), ("neq", $ty), ("gt", $ty), ("lt", $ty), ("gte", $ty), ("lte", $ty),
            $(($more, "BooleanType"),)?
        ]
    };
}

/// The operators of values that are one of many.
macro_rules! choices {
    ($ty:literal, $list:literal $(, $more:literal)?) => {
        &[("eq", $ty), ("neq", $ty), ("in", $list), ("notIn", $list), $(($more, "BooleanType"),)?]
    };
}

/// The operators of lists.
macro_rules! lists {
    ($list:literal $(, $more:literal $ty:literal)?) => {
        &[("eq", $list), ("allIn", $list), ("anyIn", $list), ("notIn", $list), $(($more, $ty),)?]
    };
}

/// Filters of records: type, then operators.
const RECORDS: [(&str, Operators); 29] = [
    ("StringFilter", STRING),
    ("SlugFilter", WORDS),
    ("TextFilter", TEXT),
    ("StructuredTextFilter", TEXT),
    (
        "StringMatchesFilter",
        &[
            ("pattern", "String!"),
            ("caseSensitive", "BooleanType"),
            ("regexp", "BooleanType"),
        ],
    ),
    ("BooleanFilter", &[("eq", "BooleanType")]),
    ("IntegerFilter", comparisons!("IntType", "exists")),
    ("FloatFilter", comparisons!("FloatType", "exists")),
    ("DateFilter", comparisons!("Date", "exists")),
    ("DateTimeFilter", comparisons!("DateTime", "exists")),
    ("CreatedAtFilter", comparisons!("DateTime", "exists")),
    ("UpdatedAtFilter", comparisons!("DateTime", "exists")),
    ("PublishedAtFilter", comparisons!("DateTime", "exists")),
    ("PositionFilter", comparisons!("IntType")),
    ("ColorFilter", EXISTS),
    ("JsonFilter", EXISTS),
    ("SeoFilter", EXISTS),
    ("VideoFilter", EXISTS),
    (
        "LatLonFilter",
        &[("near", "LatLonNearFilter"), ("exists", "BooleanType")],
    ),
    (
        "LatLonNearFilter",
        &[
            ("latitude", "FloatType!"),
            ("longitude", "FloatType!"),
            ("radius", "FloatType!"),
        ],
    ),
    ("FileFilter", choices!("UploadId", "[UploadId]", "exists")),
    ("LinkFilter", choices!("ItemId", "[ItemId]", "exists")),
    (
        "GalleryFilter",
        lists!("[UploadId]", "exists" "BooleanType"),
    ),
    ("LinksFilter", lists!("[ItemId]", "exists" "BooleanType")),
    ("ItemIdFilter", choices!("ItemId", "[ItemId]")),
    ("StatusFilter", choices!("ItemStatus", "[ItemStatus]")),
    (
        "ParentFilter",
        &[("eq", "ItemId"), ("exists", "BooleanType")],
    ),
    (
        "LocalesFilter",
        &[
            ("allIn", "[SiteLocale!]"),
            ("anyIn", "[SiteLocale!]"),
            ("notIn", "[SiteLocale!]"),
        ],
    ),
    (
        "LinkingLocalesFilter",
        &[("anyIn", "[LinkingLocale!]"), ("notIn", "[LinkingLocale!]")],
    ),
];

/// Filters of assets: what is asked, type, then operators. `tags` and `smartTags` share a type.
const UPLOADS: [(&str, &str, Operators); 24] = [
    ("id", "UploadIdFilter", choices!("UploadId", "[UploadId]")),
    (
        "_createdAt",
        "UploadCreatedAtFilter",
        comparisons!("DateTime"),
    ),
    (
        "_updatedAt",
        "UploadUpdatedAtFilter",
        comparisons!("DateTime"),
    ),
    ("type", "TypeFilter", choices!("UploadType", "[UploadType]")),
    (
        "resolution",
        "ResolutionFilter",
        choices!("ResolutionType", "[ResolutionType]"),
    ),
    (
        "orientation",
        "OrientationFilter",
        &[("eq", "UploadOrientation"), ("neq", "UploadOrientation")],
    ),
    ("alt", "UploadAltFilter", SAID),
    ("title", "UploadTitleFilter", SAID),
    ("author", "UploadAuthorFilter", NOTES),
    ("copyright", "UploadCopyrightFilter", NOTES),
    ("notes", "UploadNotesFilter", NOTES),
    ("basename", "UploadBasenameFilter", PATTERNS),
    ("filename", "UploadFilenameFilter", PATTERNS),
    ("path", "UploadPathFilter", WORDS),
    ("format", "UploadFormatFilter", WORDS),
    ("md5", "UploadMd5Filter", WORDS),
    (
        "mimeType",
        "UploadMimeTypeFilter",
        &[
            ("eq", "String"),
            ("neq", "String"),
            ("in", "[String]"),
            ("notIn", "[String]"),
            ("matches", "StringMatchesFilter"),
            ("notMatches", "StringMatchesFilter"),
        ],
    ),
    ("size", "UploadSizeFilter", comparisons!("IntType")),
    ("width", "UploadWidthFilter", comparisons!("IntType")),
    ("height", "UploadHeightFilter", comparisons!("IntType")),
    (
        "colors",
        "UploadColorsFilter",
        lists!("[ColorBucketType]", "contains" "ColorBucketType"),
    ),
    (
        "tags",
        "UploadTagsFilter",
        lists!("[String!]", "contains" "String"),
    ),
    (
        "smartTags",
        "UploadTagsFilter",
        lists!("[String!]", "contains" "String"),
    ),
    ("inUse", "InUseFilter", &[("eq", "BooleanType")]),
];

/// The words filters of assets know.
const ENUMS: [(&str, &[&str]); 3] = [
    (
        "UploadType",
        &[
            "archive",
            "audio",
            "image",
            "pdfdocument",
            "presentation",
            "richtext",
            "spreadsheet",
            "video",
        ],
    ),
    ("ResolutionType", &["icon", "small", "medium", "large"]),
    ("UploadOrientation", &["landscape", "portrait", "square"]),
];

/// Registers the inputs.
pub(super) fn register(mut builder: SchemaBuilder) -> SchemaBuilder {
    for (name, operators) in RECORDS {
        builder = builder.register(input(name, operators));
    }
    let mut whole = InputObject::new("UploadFilter");
    for key in ["AND", "OR"] {
        whole = whole.field(InputValue::new(key, TypeRef::named_list("UploadFilter")));
    }
    for (key, name, operators) in UPLOADS {
        whole = whole.field(InputValue::new(key, TypeRef::named(name)));
        if key != "smartTags" {
            builder = builder.register(input(name, operators));
        }
    }
    for (name, values) in ENUMS {
        builder = builder.register(Enum::new(name).items(values.iter().copied()));
    }
    let buckets = Enum::new("ColorBucketType").items(BUCKETS.map(|(name, _)| name));
    builder.register(buckets).register(whole)
}

fn input(name: &str, operators: Operators) -> InputObject {
    operators
        .iter()
        .fold(InputObject::new(name), |input, (operator, ty)| {
            let value = InputValue::new(*operator, type_ref(ty));
            input.field(match *operator {
                "caseSensitive" => value.default_value(false),
                "regexp" => value.default_value(true),
                _ => value,
            })
        })
}
