//! Queries that mean harm: each is refused by name, quickly, and the server goes on.

use std::fmt::Write as _;

use http::StatusCode;
use serde_json::json;

use crate::{ask, complaints, demo, post};

#[tokio::test]
async fn queries_without_end_are_refused_by_name() {
    let dock = demo();
    let mut aliases = String::from("{ ");
    for n in 0..20_000 {
        write!(aliases, "a{n}:_site{{noIndex}} ").unwrap();
    }
    aliases.push('}');
    aliases.truncate(aliases.len().min(250_000));
    aliases.truncate(aliases.rfind('a').unwrap());
    aliases.push('}');
    let mut doubling = String::from("{ article { ...F0 } } fragment F40 on ArticleRecord { id } ");
    for n in 0..40 {
        write!(
            doubling,
            "fragment F{n} on ArticleRecord {{ related {{ ...F{m} ...F{m} }} }} ",
            m = n + 1
        )
        .unwrap();
    }
    let related = |levels: usize| {
        format!(
            "{{ article {}{}{} }}",
            "{ related ".repeat(levels),
            "{ id }",
            " }".repeat(levels)
        )
    };
    let wide: String = "id ".repeat(6_000);
    for (query, expected) in [
        (aliases, "Query selects more than 5000 fields"),
        // Too deep and too many: which is found first does not matter.
        (doubling, "more than"),
        (related(47), "Query has depth of more than 48"),
        (related(12), "exceeds max complexity of 10000000"),
        (format!("{{ article {{ {wide} }} }}"), "Query selects more than 5000 fields"),
        ("{ allArticles(first: 500) { related { related { related { related { related { related { related { id } } } } } } } } }".to_owned(), "exceeds max complexity"),
        ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(), "Maximum introspection depth exceeded"),
        ("{ article { ...A } } fragment A on ArticleRecord { ...B } fragment B on ArticleRecord { ...A }".to_owned(), "contains an infinite loop"),
        (format!("{{ allArticles(filter: {}", "{AND: [".repeat(20_000)), "Query nests brackets deeper than 100"),
        ("[".repeat(200_000), "Query nests brackets deeper than 100"),
        (format!("{{ a(b: \"{}\") }}", "x".repeat(300_000)), "bytes long, more than 262144"),
    ] {
        let complaint = complaints(&dock, &query).await;
        assert!(complaint.contains(expected), "{query:.60}: {complaint}");
    }
    assert_eq!(
        ask(&dock, "{ _allArticlesMeta { count } }").await["_allArticlesMeta"]["count"],
        54
    );
}

/// What the limits still allow is answered, on the stack a server's thread has.
#[tokio::test]
async fn a_query_at_the_limit_is_answered() {
    let dock = demo();
    // One link after the other: an article's issue, and back, is as deep as this schema goes without lists.
    let depth = 5;
    let nested = format!(
        "{{ article {}{}{} }}",
        "{ related ".repeat(depth),
        "{ id }",
        " }".repeat(depth)
    );
    ask(&dock, &nested).await;
    let inline = format!(
        "{{ article {}{}{} }}",
        "{ ... on ArticleRecord ".repeat(40),
        "{ id }",
        " }".repeat(40)
    );
    ask(&dock, &inline).await;
}

#[tokio::test]
async fn an_answer_that_would_fill_the_memory_is_refused() {
    let dock = demo();
    // Each alias is cheap; together they hold every text of every article a hundred times.
    let mut query = String::from("{ allArticles(first: 500) { ");
    for n in 0..400 {
        write!(query, "b{n}: body {{ value }} ").unwrap();
    }
    query.push_str("} }");
    let complaint = complaints(&dock, &query).await;
    assert!(
        complaint.contains("the answer is too large"),
        "{complaint:.200}"
    );
    assert_eq!(ask(&dock, "{ __typename }").await["__typename"], "Query");
}

#[tokio::test]
async fn a_body_of_a_million_aliases_is_not_even_read() {
    let dock = demo();
    let mut query = String::with_capacity(24_000_000);
    query.push('{');
    for n in 0..1_000_000 {
        write!(query, "a{n}:__typename ").unwrap();
    }
    query.push('}');
    let reply = post(&dock, "/graphql", &[], &query).await;
    assert_eq!(reply.brief(), "413 INVALID_REQUEST");
    assert_eq!(ask(&dock, "{ __typename }").await["__typename"], "Query");
}

#[tokio::test]
async fn patterns_and_conditions_are_bounded() {
    let dock = demo();
    // Catastrophic for engines that backtrack; here it takes no longer than any other.
    for pattern in ["^(a+)+$", "^((a|aa)+)+$", "(.*)*x", "(x+x+)+y"] {
        ask(&dock, &format!("{{ allArticles(first: 500, filter: {{title: {{matches: {{pattern: \"{pattern}\"}}}}}}) {{ id }} }}")).await;
    }
    let mut many = String::from("{ allArticles(filter: {OR: [");
    for n in 0..1_000 {
        write!(many, "{{title: {{matches: {{pattern: \"a{n}\"}}}}}} ").unwrap();
    }
    many.push_str("]}) { id } }");
    for (query, expected) in [
        (
            "{ allArticles(filter: {title: {matches: {pattern: \"((x{500}){500}){500}\"}}}) { id } }".to_owned(),
            "is not a valid regular expression",
        ),
        ("{ allArticles(filter: {title: {matches: {pattern: \"(\"}}}) { id } }".to_owned(), "is not a valid regular expression"),
        ("{ allArticles(filter: {body: {notMatches: {pattern: \"[\"}}}) { id } }".to_owned(), "is not a valid regular expression"),
        (many, "a filter may have at most 500 conditions"),
    ] {
        let complaint = complaints(&dock, &query).await;
        assert!(complaint.contains(expected), "{query:.80}: {complaint:.300}");
    }
}

/// Values are values: nothing in them is ever read as a query, of this language or the database's.
#[tokio::test]
async fn injections_find_nothing() {
    let dock = demo();
    for value in [
        "' OR 1=1 --",
        "x'; DROP TABLE items; --",
        "\\\") { id } allAuthors { name } #",
        "${jndi:ldap://x}",
        "\\u0000",
    ] {
        let query = format!(
            "{{ allArticles(filter: {{slug: {{eq: \"{value}\"}}}}) {{ id }} article(filter: {{id: {{in: [\"{value}\"]}}}}) {{ id }} }}"
        );
        assert_eq!(
            ask(&dock, &query).await,
            json!({"allArticles": [], "article": null}),
            "{value}"
        );
    }
    assert_eq!(
        ask(&dock, "{ _allArticlesMeta { count } }").await["_allArticlesMeta"]["count"],
        54
    );
}

#[tokio::test]
async fn variables_of_another_type_are_refused() {
    let dock = demo();
    let bearer = format!("Bearer {}", dock.tokens.read);
    let ask = async |body: serde_json::Value| {
        let headers = [("authorization", bearer.as_str())];
        dock.raw("POST", "/graphql", &headers, Some(&body)).await
    };
    let query = "query Q($n: IntType, $f: ArticleModelFilter, $l: SiteLocale) { allArticles(first: $n, filter: $f, locale: $l) { id } }";
    for variables in [
        json!({"n": "many"}),
        json!({"n": 1.5}),
        json!({"n": -1}),
        json!({"f": {"slug": {"eq": {"deep": true}}}}),
        json!({"f": {"nowhere": {"eq": 1}}}),
        json!({"f": []}),
        json!({"l": "xx"}),
    ] {
        let reply = ask(json!({"query": query, "variables": variables})).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(
            reply.body["errors"][0]["message"].is_string(),
            "{variables}: {}",
            reply.body
        );
        assert_eq!(reply.body.get("data"), None, "{variables}");
    }
    for body in [
        json!({"query": 1}),
        json!([]),
        json!({"query": query, "variables": []}),
    ] {
        assert_eq!(ask(body).await.brief(), "400 INVALID_JSON_BODY");
    }
    let unknown = ask(json!({"query": "query A { __typename }", "operationName": "B"})).await;
    assert!(unknown.body["errors"].is_array(), "{}", unknown.body);
}
