//! `faviconMetaTags`: the icons of a site. Sizes and names are those the vendor's own libraries make.

use serde_json::{Value, json};

use super::content::Asset;
use super::imgix::Parameters;
use super::meta_tags::meta;

const ICONS: [u32; 4] = [16, 32, 96, 192];
const TOUCH_ICONS: [u32; 9] = [57, 60, 72, 76, 114, 120, 144, 152, 180];
const TILES: [(u32, u32); 4] = [(70, 70), (150, 150), (310, 310), (310, 150)];

/// The values of `FaviconType`.
pub(super) const VARIANTS: [&str; 3] = ["icon", "appleTouchIcon", "msApplication"];

/// The tags of a site with this icon and name. `wanted` tells variants.
pub(super) fn tags(icon: Option<&Asset>, site_name: Option<&str>, wanted: &[String]) -> Vec<Value> {
    let wants = |variant: &str| wanted.iter().any(|wanted| wanted == variant);
    let mut tags = Vec::new();
    if let Some((icon, url)) = icon.and_then(|icon| Some((icon, icon.attribute("url").as_str()?))) {
        let sized = |width: u32, height: u32| {
            let mut parameters = Parameters::default();
            parameters.set("w", width.to_string());
            parameters.set("h", height.to_string());
            parameters.on(url)
        };
        let link = |rel: &str, size: u32| {
            json!({"tag": "link", "content": null, "attributes":
                {"rel": rel, "sizes": format!("{size}x{size}"), "href": sized(size, size)}})
        };
        if wants("icon") {
            let format = icon.attribute("format").as_str().unwrap_or("png");
            tags.extend(ICONS.map(|size| {
                let mut tag = link("icon", size);
                tag["attributes"]["type"] = format!("image/{format}").into();
                tag
            }));
        }
        if wants("appleTouchIcon") {
            tags.extend(TOUCH_ICONS.map(|size| link("apple-touch-icon", size)));
        }
        if wants("msApplication") {
            tags.extend(TILES.map(|(width, height)| {
                let name = format!("msapplication-square{width}x{height}logo");
                meta("name", &name, &sized(width, height))
            }));
        }
    }
    if let Some(name) = site_name.filter(|_| wants("msApplication")) {
        tags.push(meta("name", "application-name", name));
    }
    tags
}
