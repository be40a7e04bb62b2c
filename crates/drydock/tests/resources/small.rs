//! Small resources: emojis, white label settings, features, tracks of videos, and what becomes of what somebody made.

use serde_json::{Value, json};

use crate::content::{asset, document, item, model};
use crate::support::Dock;

#[tokio::test]
async fn emojis_are_suggested_for_a_word() {
    let dock = Dock::blank();
    let found = dock.get("/emoji-suggestions?term=Rocket").await;
    assert_eq!(found.data()["attributes"], json!({"emojis": ["🚀"]}));
}

#[tokio::test]
async fn white_label_settings_are_kept() {
    let dock = Dock::blank();
    let nothing = json!({"custom_i18n_messages_template_url": null});
    assert_eq!(
        dock.get("/white-label-settings").await.data()["attributes"],
        nothing
    );
    let url = json!({"custom_i18n_messages_template_url": "https://texts.test/:locale.json"});
    let body = document("white_label_settings", url.clone());
    dock.call("PUT", "/white-label-settings", Some(&body)).await;
    assert_eq!(
        dock.get("/white-label-settings").await.data()["attributes"],
        url
    );
    let wrong = document(
        "white_label_settings",
        json!({"custom_i18n_messages_template_url": "texts"}),
    );
    let refused = dock
        .call("PUT", "/white-label-settings", Some(&wrong))
        .await;
    assert_eq!(refused.brief(), "422 INVALID_FIELD");
    let body = document("white_label_settings", nothing.clone());
    dock.call("PUT", "/white-label-settings", Some(&body)).await;
    assert_eq!(
        dock.get("/white-label-settings").await.data()["attributes"],
        nothing
    );
    assert_eq!(
        dock.call_as(
            &dock.tokens.editor,
            None,
            "PUT",
            "/white-label-settings",
            Some(&body)
        )
        .await
        .brief(),
        "403 INSUFFICIENT_PERMISSIONS"
    );
}

#[tokio::test]
async fn features_say_whether_they_are_in_use() {
    let dock = Dock::blank();
    let in_use = async |code: &str| {
        let reply = dock.get("/subscription-features").await;
        let features = reply.data().as_array().unwrap();
        let found = features.iter().find(|feature| feature["id"] == code);
        found.unwrap()["attributes"]["in_use"].clone()
    };
    assert_eq!(in_use("sandbox_environments").await, false);
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    assert_eq!(in_use("sandbox_environments").await, true);
    assert_eq!(in_use("audit_log").await, Value::Null);
}

#[tokio::test]
async fn a_video_has_tracks_and_a_picture_has_none() {
    let dock = Dock::blank();
    let film = asset(&dock, "film.mp4", b"not really a film".to_vec()).await;
    let text = asset(&dock, "text.txt", b"words".to_vec()).await;
    let request = document("upload_request", json!({"filename": "film.vtt"}));
    let request = dock.call("POST", "/upload-requests", Some(&request)).await;
    dock.put_file(
        request.data()["attributes"]["url"].as_str().unwrap(),
        b"WEBVTT".to_vec(),
    )
    .await;
    let track = json!({"url_or_upload_request_id": request.data()["id"], "type": "subtitles", "language_code": "pt-BR"});
    let body = document("upload_track", track);
    let path = format!("/uploads/{film}/tracks");
    let made = dock
        .outcome(&dock.call("POST", &path, Some(&body)).await)
        .await;
    assert_eq!(
        made["payload"]["data"]["attributes"],
        json!({"type": "subtitles", "name": "pt-BR", "language_code": "pt-BR",
            "error": null, "status": "preparing", "closed_captions": null})
    );
    let tracks = dock.get(&path).await;
    assert_eq!(tracks.data()[0]["attributes"]["status"], "ready");
    let id = tracks.data()[0]["id"].as_str().unwrap();
    assert_eq!(
        tracks.data()[0]["relationships"]["upload"]["data"]["id"],
        json!(film)
    );

    let picture = dock
        .call("POST", &format!("/uploads/{text}/tracks"), Some(&body))
        .await;
    assert_eq!(picture.brief(), "422 NOT_A_VIDEO");
    let wrong = document(
        "upload_track",
        json!({"url_or_upload_request_id": "x", "type": "audio", "language_code": "?"}),
    );
    let wrong = dock.call("POST", &path, Some(&wrong)).await;
    assert_eq!(wrong.details()["field"], "language_code");
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    let path = format!("{path}/{id}");
    let job = dock
        .call_as(&dock.tokens.full, Some("sandbox"), "DELETE", &path, None)
        .await;
    let outcome = dock.outcome(&job).await;
    assert_eq!(
        outcome["payload"]["data"][0]["attributes"]["code"],
        "IMMUTABLE_UPLOAD_TRACKS_IN_SANDBOX_ENVIRONMENT"
    );
    let gone = dock.outcome(&dock.call("DELETE", &path, None).await).await;
    assert_eq!(gone["payload"]["data"]["id"], json!(id));
}

#[tokio::test]
async fn subtitles_that_cannot_be_generated_say_so() {
    let dock = Dock::blank();
    let film = asset(&dock, "film.mp4", b"not really a film".to_vec()).await;
    let note = asset(&dock, "note.txt", b"text".to_vec()).await;
    let generate = async |upload: &str, language: &str| {
        let body = document("subtitles_generation", json!({"language_code": language}));
        let path = format!("/uploads/{upload}/tracks/generate-subtitles");
        dock.call("POST", &path, Some(&body)).await
    };
    assert_eq!(generate(&note, "en").await.brief(), "422 NOT_A_VIDEO");
    let refused = generate(&film, "not a language").await;
    assert_eq!(refused.details()["field"], "language_code");
    let made = dock.outcome(&generate(&film, "en-US").await).await;
    let fresh = &made["payload"]["data"]["attributes"];
    assert_eq!(fresh["status"], "preparing");
    let tracks = dock.get(&format!("/uploads/{film}/tracks")).await;
    assert_eq!(
        tracks.data()[0]["attributes"],
        json!({"type": "subtitles", "name": "en-US", "language_code": "en-US", "status": "errored",
            "error": "drydock does not recognize speech, so there are no subtitles to generate", "closed_captions": null})
    );
}

#[tokio::test]
async fn what_a_destroyed_token_made_goes_to_an_heir() {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({})).await;
    let all = json!({"environments_access": "all",
        "positive_item_type_permissions": [{"environment": "main", "action": "all",
            "on_creator": "anyone", "localization_scope": "all"}],
        "negative_item_type_permissions": []});
    let token = dock.token_with("robot", all).await;
    let body = crate::content::new_item(&article, json!({}));
    let one = dock
        .call_as(&token, None, "POST", "/items", Some(&body))
        .await;
    let robot = one.data()["relationships"]["creator"]["data"]["id"]
        .as_str()
        .unwrap();
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;

    let path = format!("/access_tokens/{robot}");
    let refused = dock.call("DELETE", &path, None).await;
    assert_eq!(refused.brief(), "422 DESTINATION_USER_REQUIRED");
    for (query, code) in [
        (
            "destination_user_type=robot&destination_user_id=1",
            "INVALID_DESTINATION_TYPE",
        ),
        (
            "destination_user_type=user&destination_user_id=nobody",
            "INVALID_DESTINATION_USER",
        ),
        (
            &format!("destination_user_type=access_token&destination_user_id={robot}"),
            "INVALID_DESTINATION_USER",
        ),
    ] {
        let refused = dock.call("DELETE", &format!("{path}?{query}"), None).await;
        assert_eq!(refused.brief(), format!("422 {code}"));
    }
    let users = dock.get("/users").await;
    let ada = users.data()[0]["id"].as_str().unwrap();
    let query = format!("destination_user_type=user&destination_user_id={ada}");
    let gone = dock.call("DELETE", &format!("{path}?{query}"), None).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    for environment in ["main", "sandbox"] {
        let path = format!("/items/{}", one.data()["id"].as_str().unwrap());
        let reply = dock
            .call_as(&dock.tokens.full, Some(environment), "GET", &path, None)
            .await;
        let creator = &reply.data()["relationships"]["creator"]["data"];
        assert_eq!(
            creator,
            &json!({"type": "user", "id": ada}),
            "{environment}"
        );
    }
    // Who made nothing needs no heir.
    let idle = item(&dock, &article, json!({})).await;
    assert!(!idle.is_empty());
    let editor = dock.get("/access_tokens").await;
    let editor = editor.data()[1]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        dock.call("DELETE", &format!("/access_tokens/{editor}"), None)
            .await
            .status,
        200
    );
}
