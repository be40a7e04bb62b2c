//! What a script's successful requests did, in words.

/// Method, path pattern (`*` is any segment), and what it does, for one and for many.
const EFFECTS: [(&str, &str, &str, &str); 37] = [
    ("POST", "/item-types", "model created", "models created"),
    ("PUT", "/item-types/*", "model changed", "models changed"),
    ("DELETE", "/item-types/*", "model deleted", "models deleted"),
    (
        "POST",
        "/item-types/*/duplicate",
        "model created",
        "models created",
    ),
    (
        "POST",
        "/item-types/*/fields",
        "field created",
        "fields created",
    ),
    ("PUT", "/fields/*", "field changed", "fields changed"),
    ("DELETE", "/fields/*", "field deleted", "fields deleted"),
    (
        "POST",
        "/fields/*/duplicate",
        "field created",
        "fields created",
    ),
    (
        "POST",
        "/item-types/*/fieldsets",
        "fieldset created",
        "fieldsets created",
    ),
    (
        "PUT",
        "/fieldsets/*",
        "fieldset changed",
        "fieldsets changed",
    ),
    (
        "DELETE",
        "/fieldsets/*",
        "fieldset deleted",
        "fieldsets deleted",
    ),
    ("POST", "/items", "record created", "records created"),
    ("PUT", "/items/*", "record updated", "records updated"),
    ("DELETE", "/items/*", "record deleted", "records deleted"),
    (
        "POST",
        "/items/*/duplicate",
        "record created",
        "records created",
    ),
    (
        "PUT",
        "/items/*/publish",
        "record published",
        "records published",
    ),
    (
        "PUT",
        "/items/*/unpublish",
        "record unpublished",
        "records unpublished",
    ),
    (
        "POST",
        "/items/bulk/publish",
        "bulk publication",
        "bulk publications",
    ),
    (
        "POST",
        "/items/bulk/unpublish",
        "bulk unpublication",
        "bulk unpublications",
    ),
    (
        "POST",
        "/items/bulk/destroy",
        "bulk deletion",
        "bulk deletions",
    ),
    (
        "POST",
        "/menu-items",
        "menu entry created",
        "menu entries created",
    ),
    (
        "PUT",
        "/menu-items/*",
        "menu entry changed",
        "menu entries changed",
    ),
    (
        "DELETE",
        "/menu-items/*",
        "menu entry deleted",
        "menu entries deleted",
    ),
    (
        "POST",
        "/item-type-filters",
        "saved view created",
        "saved views created",
    ),
    (
        "PUT",
        "/item-type-filters/*",
        "saved view changed",
        "saved views changed",
    ),
    (
        "DELETE",
        "/item-type-filters/*",
        "saved view deleted",
        "saved views deleted",
    ),
    ("POST", "/plugins", "plugin installed", "plugins installed"),
    ("PUT", "/plugins/*", "plugin changed", "plugins changed"),
    ("DELETE", "/plugins/*", "plugin removed", "plugins removed"),
    (
        "POST",
        "/workflows",
        "workflow created",
        "workflows created",
    ),
    (
        "PUT",
        "/workflows/*",
        "workflow changed",
        "workflows changed",
    ),
    (
        "DELETE",
        "/workflows/*",
        "workflow deleted",
        "workflows deleted",
    ),
    ("POST", "/uploads", "asset added", "assets added"),
    ("PUT", "/uploads/*", "asset changed", "assets changed"),
    ("DELETE", "/uploads/*", "asset deleted", "assets deleted"),
    (
        "PUT",
        "/site",
        "change of the environment's settings",
        "changes of the environment's settings",
    ),
    (
        "POST",
        "/versions/*/restore",
        "record version restored",
        "record versions restored",
    ),
];

/// What a successful request did, in the singular; `None` for reading and for what has no name here.
pub fn of(method: &str, path: &str) -> Option<&'static str> {
    EFFECTS
        .iter()
        .find(|(known, pattern, _, _)| known.eq_ignore_ascii_case(method) && matches(pattern, path))
        .map(|(_, _, one, _)| *one)
}

/// "1 record updated", "57 records updated".
pub fn count(effect: &str, number: u32) -> String {
    let many = EFFECTS
        .iter()
        .find(|(_, _, one, _)| *one == effect)
        .map_or(effect, |(_, _, _, many)| many);
    format!("{number} {}", if number == 1 { effect } else { many })
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(wanted), Some(found)) if wanted == found => {}
            (None | Some(_), _) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_as_what_they_did() {
        assert_eq!(of("POST", "/items"), Some("record created"));
        assert_eq!(of("put", "/items/It1"), Some("record updated"));
        assert_eq!(of("PUT", "/items/It1/publish"), Some("record published"));
        assert_eq!(of("GET", "/items/It1"), None);
        assert_eq!(count("record updated", 57), "57 records updated");
        assert_eq!(count("menu entry created", 1), "1 menu entry created");
    }
}
