//! Calls without a body: what can be read, what can be destroyed, and the words of their queries.

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;

use super::Call;
use super::pool::Pool;
use super::values;

/// What can be read. Those without a placeholder are lists, or single things every project has.
const READS: &[&str] = &[
    "/access_tokens",
    "/access_tokens/:access_token",
    "/build-events",
    "/build-events/:build_event",
    "/build-triggers",
    "/build-triggers/:build_trigger",
    "/daily-site-usages",
    "/editing-sessions",
    "/emoji-suggestions",
    "/environments",
    "/environments/:environment",
    "/fields/:field",
    "/fieldsets/:fieldset",
    "/item-type-filters",
    "/item-type-filters/:item_type_filter",
    "/item-types",
    "/item-types/:item_type",
    "/item-types/:item_type/fields",
    "/item-types/:item_type/fields/referencing",
    "/item-types/:item_type/fields/related",
    "/item-types/:item_type/fieldsets",
    "/item-types/:item_type/referencing",
    "/items",
    "/items",
    "/items",
    "/items",
    "/items/:item",
    "/items/:item/current-vs-published-state",
    "/items/:item/references",
    "/items/:item/versions",
    "/job-results/:job",
    "/maintenance-mode",
    "/menu-items",
    "/menu-items/:menu_item",
    "/plugins",
    "/plugins/:plugin",
    "/plugins/:plugin/fields",
    "/public-info",
    "/roles",
    "/roles/:role",
    "/schema-menu-items",
    "/schema-menu-items/:schema_menu_item",
    "/search-index-events",
    "/search-index-events/:search_index_event",
    "/search-indexes",
    "/search-indexes/:search_index",
    "/search-results",
    "/site",
    "/site-invitations",
    "/site-invitations/:site_invitation",
    "/sso-groups",
    "/sso-settings",
    "/sso-users",
    "/sso-users/:sso_user",
    "/subscription-features",
    "/subscription-limits",
    "/subscription-limits/:subscription_limit",
    "/upload-collections",
    "/upload-collections/:upload_collection",
    "/upload-filters",
    "/upload-filters/:upload_filter",
    "/upload-smart-tags",
    "/upload-tags",
    "/uploads",
    "/uploads",
    "/uploads/:upload",
    "/uploads/:upload/references",
    "/uploads/:upload/tracks",
    "/usage-log-counters/:usage_counter",
    "/users",
    "/users/:user",
    "/users/me",
    "/versions/:item_version",
    "/webhook_calls",
    "/webhook_calls/:webhook_call",
    "/webhooks",
    "/webhooks/:webhook",
    "/white-label-settings",
    "/workflows",
    "/workflows/:workflow",
];

/// Of these, what a call without a query is refused or has nothing to do with the project's content.
const NEEDS_A_QUERY: &[&str] = &["/search-results", "/daily-site-usages", "/users/me"];

/// What can be destroyed, ended or undone.
const DELETES: &[&str] = &[
    "/access_tokens/:access_token",
    "/build-triggers/:build_trigger",
    "/build-triggers/:build_trigger/abort",
    "/build-triggers/:build_trigger/abort_indexing",
    "/editing-sessions/:editing_session",
    "/environments/:environment",
    "/fields/:field",
    "/fieldsets/:fieldset",
    "/item-type-filters/:item_type_filter",
    "/item-types/:item_type",
    "/items/:item",
    "/items/:item/scheduled-publication",
    "/items/:item/scheduled-unpublishing",
    "/menu-items/:menu_item",
    "/plugins/:plugin",
    "/roles/:role",
    "/schema-menu-items/:schema_menu_item",
    "/search-indexes/:search_index",
    "/search-indexes/:search_index/abort",
    "/site-invitations/:site_invitation",
    "/sso-groups/:sso_group",
    "/sso-users/:sso_user",
    "/upload-collections/:upload_collection",
    "/upload-filters/:upload_filter",
    "/uploads/:upload",
    "/uploads/:upload/tracks/:upload_track",
    "/users/:user",
    "/webhooks/:webhook",
    "/workflows/:workflow",
];

/// Writes without a body.
const PUTS: &[&str] = &[
    "/maintenance-mode/activate",
    "/maintenance-mode/deactivate",
    "/environments/:environment/promote",
    "/items/:item/publish",
    "/items/:item/unpublish",
];

/// Names of query parameters; `*` stands for any field, `?` for any operator.
const PARAMETERS: &[&str] = &[
    "page[limit]",
    "page[limit]",
    "page[offset]",
    "page[offset]",
    "page[limit][x]",
    "page",
    "filter[type]",
    "filter[ids]",
    "filter[query]",
    "filter[only_valid]",
    "filter[locale]",
    "filter[fuzzy]",
    "filter[parent]",
    "filter[build_trigger_id]",
    "filter[search_index_id]",
    "filter[fields][*][?]",
    "filter[fields][*][?]",
    "filter[fields][*][?][]",
    "filter[fields][*][?][pattern]",
    "filter[fields][*][?][regexp]",
    "filter[fields][*]",
    "filter[fields]",
    "filter[fields][OR][][*][?]",
    "filter[fields][AND][][*][?]",
    "filter[fields][tag][in][]",
    "filter",
    "filter[]",
    "filter[fields][*][near][latitude]",
    "filter[fields][*][near][radius]",
    "order_by",
    "order_by[]",
    "version",
    "nested",
    "locale",
    "include",
    "period",
    "query",
    "fuzzy",
    "locales",
    "locales[]",
    "immediate_return",
    "fast",
    "force",
    "recursive",
    "replace_strategy",
    "skip_menu_item_creation",
    "skip_menu_items_deletion",
    "menu_item_id",
    "schema_menu_item_id",
    "destination_user_type",
    "destination_user_id",
    "from",
    "to",
];

const OPERATORS: &[&str] = &[
    "eq",
    "neq",
    "in",
    "not_in",
    "notIn",
    "any_in",
    "all_in",
    "anyIn",
    "lt",
    "lte",
    "gt",
    "gte",
    "exists",
    "matches",
    "not_matches",
    "contains",
    "near",
    "is_blank",
    "is_present",
    "xyz",
];

/// Fields that every record or asset has, and some of the demo's.
const FIELDS: &[&str] = &[
    "title",
    "name",
    "slug",
    "body",
    "cover",
    "related",
    "authors",
    "published_on",
    "position",
    "parent",
    "id",
    "_updated_at",
    "_created_at",
    "_status",
    "_is_valid",
    "_published_at",
    "_creator",
    "type",
    "size",
    "tags",
    "width",
    "md5",
    "in_use",
    "_locales",
    "x'y",
    "no_such_field",
];

/// Every list, in the primary environment.
pub(super) fn lists() -> impl Iterator<Item = Call> {
    let is_list = |route: &&&str| !route.contains(':') && !NEEDS_A_QUERY.contains(route);
    READS.iter().filter(is_list).map(|route| list_of(route))
}

pub(super) fn list_of(route: &'static str) -> Call {
    Call {
        method: "GET",
        route,
        uri: format!("/cma{route}"),
        environment: None,
        body: Vec::new(),
    }
}

/// A call that has no body.
pub(super) fn without_body(random: &mut SmallRng, pool: &Pool) -> Call {
    let (method, routes) = match random.random_range(0..20) {
        0 => ("DELETE", DELETES),
        1 => ("PUT", PUTS),
        _ => ("GET", READS),
    };
    let route = routes.choose(random).copied().unwrap_or("/");
    Call {
        method,
        route,
        uri: uri(route, random, pool).0,
        environment: None,
        body: Vec::new(),
    }
}

/// The address of a call to this route, and the id it names last.
pub(super) fn uri(route: &str, random: &mut SmallRng, pool: &Pool) -> (String, Option<String>) {
    let mut id = None;
    let mut uri = String::from("/cma");
    for part in route.split('/').skip(1) {
        uri.push('/');
        if let Some(kind) = part.strip_prefix(':') {
            let value = id_for(kind, random, pool);
            uri.push_str(&encoded(&value));
            id = Some(value);
        } else {
            uri.push_str(part);
        }
    }
    if random.random_range(0..60) == 0 {
        uri.push_str(
            ["/", "//", "/..", "/%00", "/%ff", "/%2e%2e", ";x=1"]
                .choose(random)
                .unwrap_or(&""),
        );
    }
    uri.push_str(&query(random, pool));
    (uri, id)
}

fn id_for(kind: &str, random: &mut SmallRng, pool: &Pool) -> String {
    let known = match random.random_range(0..20) {
        0 => Some(values::nasty(random)),
        1 => pool.any_id(random),
        _ => pool.id(kind, random).or_else(|| pool.any_id(random)),
    };
    match known {
        Some(id) if !id.is_empty() => id.chars().take(2000).collect(),
        _ => "none".to_owned(),
    }
}

fn query(random: &mut SmallRng, pool: &Pool) -> String {
    let parameters = [0, 0, 1, 1, 2, 3, 5][random.random_range(0..7)];
    if random.random_range(0..50) == 0 {
        return [
            "?",
            "?&&&",
            "?%ff%fe=1",
            "?filter[=1",
            "?a[b]c[d]=1",
            "?[]=1",
            "?=x",
            "?filter[a][b][c]=1&filter[a]=2",
        ]
        .choose(random)
        .map_or_else(String::new, |raw| (*raw).to_owned());
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for _ in 0..parameters {
        let name = PARAMETERS.choose(random).copied().unwrap_or_default();
        let mut field = || FIELDS.choose(random).copied().unwrap_or_default();
        let name = name.replacen('*', field(), 1);
        let operator = OPERATORS.choose(random).copied().unwrap_or_default();
        let name = name.replacen('?', operator, 1);
        let value = match random.random_range(0..4) {
            0 => values::number(random).to_string(),
            _ => values::word(random, pool).chars().take(4000).collect(),
        };
        query.append_pair(&name, &value);
    }
    match query.finish() {
        query if query.is_empty() => query,
        query => format!("?{query}"),
    }
}

/// A path segment, with everything but letters, digits, `-`, `_` and `.` as percents.
fn encoded(segment: &str) -> String {
    let mut encoded = String::new();
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend(
                [byte >> 4, byte & 15]
                    .map(|half| char::from(b"0123456789abcdef"[usize::from(half)])),
            );
        }
    }
    encoded
}
