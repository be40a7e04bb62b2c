//! A server without a network: the page's `fetch` answers from a fixed project, to whoever has the right token.

use js_sys::{Function, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::JsValue;

/// The signed-in user's token.
pub(crate) const TOKEN: &str = "a-token-of-ada";

/// Answers every request of this page until it is dropped.
pub(crate) struct Server {
    before: JsValue,
}

/// Refuses as the management API does: without the token with 401, what it does not have with 404.
const FETCH: &str = "
    const { answers, token } = JSON.parse(fixed);
    const answer = (status, body) => new Response(JSON.stringify(body), { status });
    const refuse = (status, code) =>
        answer(status, { data: [{ id: 'x', type: 'api_error', attributes: { code, details: {} } }] });
    const before = globalThis.fetch;
    globalThis.fetch = async request => {
        const { pathname, search } = new URL(request.url ?? request, location.href);
        const may = request.headers?.get('authorization') === `Bearer ${token}`;
        if (pathname.startsWith('/cma/') && !may) return refuse(401, 'INVALID_AUTHORIZATION_HEADER');
        const body = answers[pathname + search];
        return body === undefined ? refuse(404, 'NOT_FOUND') : answer(200, body);
    };
    return before;";

impl Server {
    /// Starts to answer for a project with one plugin, which is at `plugin_url` and has these permissions.
    pub(crate) fn start(plugin_url: &str, permissions: &[&str]) -> Self {
        let fixed = json!({"answers": answers(plugin_url, permissions), "token": TOKEN});
        let before = Function::new_with_args("fixed", FETCH)
            .call1(&JsValue::NULL, &fixed.to_string().into())
            .unwrap();
        Self { before }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        Reflect::set(&js_sys::global(), &"fetch".into(), &self.before).unwrap();
    }
}

fn answers(plugin_url: &str, permissions: &[&str]) -> Value {
    let environment = |id: &str, primary: bool| {
        json!({"type": "environment", "id": id, "meta": {
            "status": "ready", "primary": primary, "forked_from": null,
            "created_at": "2026-01-01T00:00:00Z", "last_data_change_at": "2026-01-02T00:00:00Z",
        }})
    };
    json!({
        "/panel.json": {"users": [
            {"id": "u1", "name": "Ada", "email": "ada@example.com", "role": "Admin", "token": TOKEN},
        ]},
        "/cma/environments": {"data": [environment("main", true), environment("next", false)]},
        "/cma/maintenance-mode": {"data": {
            "type": "maintenance_mode", "id": "maintenance_mode", "attributes": {"active": false},
        }},
        "/cma/users/me?include=role": {
            "data": {
                "type": "user", "id": "u1", "attributes": {"email": "ada@example.com", "full_name": "Ada"},
                "relationships": {"role": {"data": {"type": "role", "id": "r1"}}},
            },
            "included": [{
                "type": "role", "id": "r1", "attributes": {"name": "Admin"},
                "meta": {"final_permissions": {"can_edit_schema": true, "can_promote_environments": true}},
            }],
        },
        "/cma/site": {"data": {
            "type": "site", "id": "s1", "attributes": {"name": "Harbour", "locales": ["en", "it"]},
            "relationships": {"owner": {"data": {"type": "organization", "id": "o1"}}},
        }},
        "/cma/item-types": {"data": [
            {"type": "item_type", "id": "m1", "attributes": {"name": "Boat", "api_key": "boat"}},
        ]},
        "/cma/menu-items": {"data": []},
        "/cma/plugins": {"data": [{
            "type": "plugin", "id": "p1", "attributes": {
                "name": "Harbour master", "url": plugin_url, "permissions": permissions,
                "parameters": {"berths": 12},
            },
        }]},
    })
}
