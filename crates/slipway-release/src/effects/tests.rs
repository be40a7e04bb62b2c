use super::*;
use crate::{policy::Endpoint, rehearsal::calls::is_read};

fn words(verb: &str, path: &str) -> Option<&'static str> {
    of(verb, path, None).map(|effect| effect.words)
}

fn path(endpoint: &Endpoint) -> String {
    endpoint.template.replace(":id", "x")
}

#[test]
fn requests_are_told_as_what_they_did() {
    assert_eq!(words("POST", "/items"), Some("record created"));
    assert_eq!(words("put", "/items/It1"), Some("record updated"));
    assert_eq!(words("PUT", "/items/It1/publish"), Some("record published"));
    assert_eq!(words("GET", "/items/It1"), None);
    assert_eq!(words("POST", "/items/validate"), None);
    assert_eq!(count("record updated", 57), "57 records updated");
    assert_eq!(count("menu entry created", 1), "1 menu entry created");
    assert_eq!(
        count("bulk tagging of assets", 2),
        "2 bulk taggings of assets"
    );
    assert_eq!(
        count("a word of a later Slipway", 2),
        "2 a word of a later Slipway"
    );
}

#[test]
fn every_write_that_a_migration_may_make_has_its_words_and_nothing_else_has() {
    for endpoint in endpoints::all() {
        let path = path(endpoint);
        let Endpoint { verb, reach, .. } = endpoint;
        let forbidden = matches!(reach, Reach::Forbidden(_));
        let expected = !forbidden && !is_read(verb, &path);
        let found = of(verb, &path, None);
        assert_eq!(found.is_some(), expected, "{verb} {path}");
        let Some(found) = found else { continue };
        let of_the_project = matches!(reach, Reach::Consent(_) | Reach::Settings(_));
        assert_eq!(
            found.whose == Whose::Project,
            of_the_project,
            "{verb} {path}"
        );
        let told = (count(found.words, 1), count(found.words, 2));
        assert_eq!(told.0, format!("1 {}", found.words));
        assert_ne!(told.1, format!("2 {}", found.words), "{verb} {path}");
    }
    for row in table::all() {
        let mut endpoints = endpoints::of_namespace(row.namespace);
        let there = endpoints.any(|endpoint| endpoint.method == row.method);
        assert!(there, "{}.{} is no endpoint", row.namespace, row.method);
    }
}

/// Journals hold the words for one, so the same words mean the same.
#[test]
fn the_same_words_have_one_plural() {
    for row in table::all() {
        let mut same = table::all().filter(|other| other.one == row.one);
        assert!(same.all(|other| other.many == row.many), "{}", row.one);
    }
}

#[test]
fn settings_are_the_environments_or_the_projects_by_what_is_asked() {
    let site = |attributes: &str| {
        let body = format!(r#"{{"data":{{"type":"site","attributes":{attributes}}}}}"#);
        of("PUT", "/site", Some(&body)).unwrap()
    };
    let own = site(r#"{"no_index":true}"#);
    assert_eq!(own.whose, Whose::Environment);
    assert_eq!(own.words, "change of the environment's settings");
    let all = site(r#"{"no_index":true,"name":"Another"}"#);
    assert_eq!(all.whose, Whose::Project);
    assert_eq!(all.words, "change of the project's settings");
}

#[test]
fn what_stays_is_told_by_what_is_known_of_it() {
    let counts = |effect: &str, number| vec![(effect.to_owned(), number)];
    let mut stays = Stays::default();
    assert_eq!(stays.sentence(), None);
    stays.add(&Stays {
        done: counts("webhook created", 1),
        ..Stays::default()
    });
    let one = "This belongs to the whole project and stays: 1 webhook created.";
    assert_eq!(stays.sentence().as_deref(), Some(one));
    stays.add(&Stays {
        done: counts("webhook created", 1),
        in_doubt: counts("role deleted", 1),
        unseen: vec!["2_b.ts".to_owned()],
    });
    assert_eq!(
        stays.sentence().unwrap(),
        "This belongs to the whole project and stays: 2 webhooks created. This may have been done to the whole project, and stays then: 1 role deleted. What 2_b.ts did to the whole project was not seen, and stays too."
    );
}
