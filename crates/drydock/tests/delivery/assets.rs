//! Assets as root fields and in fields, and what a query says of them.

use serde_json::{Value, json};

use crate::content::{asset, field, item, model};
use crate::support::Dock;
use crate::{ask, complaints};

fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn library() -> (Dock, String) {
    let dock = Dock::blank();
    let kiln = asset(&dock, "kiln.png", picture(800, 400)).await;
    asset(&dock, "tall.png", picture(20, 40)).await;
    asset(&dock, "terms.txt", b"Terms".to_vec()).await;
    let about = json!({"data": {"type": "upload", "id": kiln, "attributes": {"author": "Ada", "tags": ["night", "kiln"],
        "default_field_metadata": {"alt": {"en": "A kiln"}, "title": {"en": "Kiln"}, "custom_data": {"en": {"a": 1}},
            "focal_point": {"x": 0.75, "y": 0.25}}}}});
    let reply = dock
        .call("PUT", &format!("/uploads/{kiln}"), Some(&about))
        .await;
    assert!(reply.status.is_success(), "{}", reply.body);
    (dock, kiln)
}

#[tokio::test]
async fn assets_are_root_fields_with_filters_orders_and_pages() {
    let (dock, kiln) = library().await;
    let names = async |arguments: &str| -> String {
        let answer = ask(
            &dock,
            &format!("{{ allUploads{arguments} {{ basename }} }}"),
        )
        .await;
        let assets = answer["allUploads"].as_array().unwrap();
        assets
            .iter()
            .map(|asset| asset["basename"].as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (arguments, expected) in [
        ("(orderBy: [size_ASC])", "terms tall kiln"),
        ("(orderBy: filename_DESC)", "terms tall kiln"),
        ("(orderBy: [resolution_DESC])", "terms kiln tall"),
        ("(orderBy: [basename_ASC], first: 1, skip: 1)", "tall"),
        (
            "(filter: {type: {eq: image}}, orderBy: [id_ASC], first: 0)",
            "",
        ),
        (
            "(filter: {type: {eq: image}, orientation: {eq: portrait}})",
            "tall",
        ),
        ("(filter: {tags: {contains: \"kiln\"}})", "kiln"),
        ("(filter: {alt: {matches: {pattern: \"KILN\"}}})", "kiln"),
        ("(filter: {inUse: {eq: true}})", ""),
        ("(filter: {resolution: {in: [icon]}})", "tall"),
        (
            "(filter: {OR: [{format: {eq: \"txt\"}}, {width: {gt: 700}}]}, orderBy: [basename_DESC])",
            "terms kiln",
        ),
    ] {
        assert_eq!(names(arguments).await, expected, "{arguments}");
    }
    let counted = ask(
        &dock,
        "{ _allUploadsMeta(filter: {type: {eq: image}}) { count } }",
    )
    .await;
    assert_eq!(counted["_allUploadsMeta"]["count"], 2);
    let one = ask(&dock, &format!("{{ upload(filter: {{id: {{eq: \"{kiln}\"}}}}) {{ id }} none: upload(filter: {{md5: {{eq: \"x\"}}}}) {{ id }} }}")).await;
    assert_eq!(one, json!({"upload": {"id": kiln}, "none": null}));

    for (query, expected) in [
        (
            "{ allUploads(first: 501) { id } }",
            "`first` must be at most 500",
        ),
        (
            "{ allUploads(filter: {type: {eq: music}}) { id } }",
            "music",
        ),
        (
            "{ allUploads(filter: {width: {eq: \"wide\"}}) { id } }",
            "expected type \"IntType\"",
        ),
    ] {
        let complaint = complaints(&dock, query).await;
        assert!(complaint.contains(expected), "{query}: {complaint}");
    }
}

#[tokio::test]
async fn an_asset_tells_everything_about_itself() {
    let (dock, kiln) = library().await;
    let answer = ask(
        &dock,
        &format!(
            "{{ upload(filter: {{id: {{eq: \"{kiln}\"}}}}) {{
                filename basename format mimeType size width height author copyright notes tags smartTags exifInfo
                alt title customData focalPoint {{ x y }} colors {{ hex }} thumbhash video {{ streamingUrl }} _editingUrl
                crop: url(imgixParams: {{ fit: crop, w: 100, h: 100 }})
                responsiveImage(imgixParams: {{ w: 300 }}, sizes: \"50vw\") {{ width height aspectRatio sizes alt title srcSet }} }} }}"
        ),
    )
    .await;
    let mut shown = answer["upload"].clone();
    let thumbhash = shown["thumbhash"].take();
    assert!(thumbhash.is_string());
    let crop = shown["crop"].take();
    assert!(
        crop.as_str()
            .unwrap()
            .ends_with("kiln.png?crop=focalpoint&fit=crop&fp-x=0.75&fp-y=0.25&h=100&w=100"),
        "{crop}"
    );
    let src_set = shown["responsiveImage"]["srcSet"].take();
    let widths: Vec<&str> = src_set
        .as_str()
        .unwrap()
        .split(',')
        .filter_map(|entry| entry.rsplit(' ').next())
        .collect();
    assert_eq!(widths, ["75w", "150w", "225w", "300w", "450w", "600w"]);
    let size = shown["size"].take();
    assert!(size.as_u64().is_some_and(|size| size > 0));
    assert_eq!(
        shown,
        json!({
            "filename": "kiln.png", "basename": "kiln", "format": "png", "mimeType": "image/png", "size": null, "width": 800, "height": 400,
            "author": "Ada", "copyright": null, "notes": null, "tags": ["night", "kiln"], "smartTags": [], "exifInfo": {},
            "alt": "A kiln", "title": "Kiln", "customData": {"a": 1}, "focalPoint": {"x": 0.75, "y": 0.25},
            "colors": [{"hex": "#000000"}], "thumbhash": null, "video": null, "_editingUrl": null, "crop": null,
            "responsiveImage": {"width": 300, "height": 150, "aspectRatio": 2.0, "sizes": "50vw", "alt": "A kiln", "title": "Kiln", "srcSet": null},
        })
    );
}

#[tokio::test]
async fn a_field_speaks_before_the_asset_does() {
    let (dock, kiln) = library().await;
    let album = model(&dock, "album", json!({"draft_mode_active": false})).await;
    field(&dock, &album, "cover", "file", json!({})).await;
    field(&dock, &album, "pictures", "gallery", json!({})).await;
    field(&dock, &album, "seo", "seo", json!({})).await;
    item(
        &dock,
        &album,
        json!({
            "cover": {"upload_id": kiln, "alt": "On the cover", "title": null, "custom_data": {}, "focal_point": {"x": 0.1, "y": 0.2}},
            "pictures": [{"upload_id": kiln}],
            "seo": {"title": "Pots", "description": null, "image": kiln},
        }),
    )
    .await;
    let answer = ask(
        &dock,
        "{ album { cover { alt title customData focalPoint { x } } pictures { alt focalPoint { x } } seo { title image { id url } } }
           allUploads(filter: {inUse: {eq: true}}) { filename } }",
    )
    .await;
    let url = answer["album"]["seo"]["image"]["url"].clone();
    assert!(url.as_str().unwrap().ends_with("kiln.png"), "{url}");
    assert_eq!(
        answer,
        json!({
            "album": {
                "cover": {"alt": "On the cover", "title": "Kiln", "customData": {"a": 1}, "focalPoint": {"x": 0.1}},
                "pictures": [{"alt": "A kiln", "focalPoint": {"x": 0.75}}],
                "seo": {"title": "Pots", "image": {"id": kiln, "url": url}},
            },
            "allUploads": [{"filename": "kiln.png"}],
        })
    );
}

#[tokio::test]
async fn the_sites_icon_makes_tags_in_all_sizes() {
    let (dock, kiln) = library().await;
    let site = json!({"data": {"type": "site", "attributes": {"favicon": kiln}}});
    let job = dock.call("PUT", "/site", Some(&site)).await;
    assert!(job.status.is_success(), "{}", job.body);
    let answer = ask(
        &dock,
        "{ _site { favicon { filename } all: faviconMetaTags { tag } icons: faviconMetaTags(variants: icon) { tag attributes } } }",
    )
    .await;
    let site = &answer["_site"];
    assert_eq!(site["favicon"]["filename"], "kiln.png");
    assert_eq!(site["all"].as_array().unwrap().len(), 4 + 9 + 4 + 1);
    let icons = site["icons"].as_array().unwrap();
    assert_eq!(icons.len(), 4);
    let first = &icons[0]["attributes"];
    assert_eq!(
        (
            first["rel"].as_str(),
            first["sizes"].as_str(),
            first["type"].as_str()
        ),
        (Some("icon"), Some("16x16"), Some("image/png"))
    );
    assert!(
        first["href"]
            .as_str()
            .unwrap()
            .ends_with("kiln.png?h=16&w=16"),
        "{first}"
    );
    assert_ne!(site, &Value::Null);
}

#[tokio::test]
async fn a_record_without_the_asset_it_must_show_is_left_out_where_only_valid_ones_are_asked_for() {
    let (dock, kiln) = library().await;
    let drafts = json!({"draft_mode_active": true, "draft_saving_active": true});
    let album = model(&dock, "album", drafts).await;
    let rules = json!({"required": {}, "extension": {"predefined_list": "transformable_image"},
        "required_alt_title": {"alt": true, "title": false}});
    let cover = field(&dock, &album, "cover", "file", json!({"validators": {}})).await;
    let shelf = model(&dock, "shelf", json!({"draft_mode_active": false})).await;
    let links = json!({"validators": {"items_item_type": {"item_types": [album]}}});
    field(&dock, &shelf, "albums", "links", links).await;

    let bare = item(&dock, &album, json!({})).await;
    let plain = json!({"cover": {"upload_id": kiln, "alt": "A", "title": null, "custom_data": {}}});
    let full = item(&dock, &album, plain).await;
    for id in [&bare, &full] {
        let published = dock
            .call("PUT", &format!("/items/{id}/publish"), None)
            .await;
        assert_eq!(published.status, 200, "{}", published.body);
    }
    item(&dock, &shelf, json!({"albums": [bare, full]})).await;
    let body = json!({"data": {"type": "field", "attributes": {"validators": rules}}});
    let path = format!("/fields/{}", cover["id"].as_str().unwrap());
    let job = dock.call("PUT", &path, Some(&body)).await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    // One more that never was public.
    item(&dock, &album, json!({})).await;

    let query =
        "{ allAlbums { id cover { __typename } } _allAlbumsMeta { count } shelf { albums { id } } \
        one: album(filter: {id: {eq: \"BARE\"}}) { id } }"
            .replace("BARE", &bare);
    let strict = ("x-exclude-invalid", "true");
    for headers in [&[strict][..], &[strict, ("x-include-drafts", "true")]] {
        let reply = crate::post(&dock, "/graphql", headers, &query).await;
        let cover = json!({"__typename": "ImageAltFileField"});
        let expected = json!({
            "allAlbums": [{"id": full, "cover": cover}],
            "_allAlbumsMeta": {"count": 1},
            "shelf": {"albums": [{"id": full}]},
            "one": null,
        });
        assert_eq!(reply.body["data"], expected, "{headers:?} {}", reply.body);
    }
    let all = ask(&dock, "{ allAlbums { cover { __typename } } }").await;
    assert_eq!(all["allAlbums"].as_array().unwrap().len(), 2);
}
