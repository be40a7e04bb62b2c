//! `responsiveImage`: the sizes and addresses a page needs to show an image well on every screen.
//!
//! Checked against answers of the real service that others have published: the multiples, their rounding, and where they end.

use serde_json::Value;

use super::content::Asset;
use super::imgix::Parameters;

/// Multiples of the size that are offered. Those beyond the image's own pixels are left out.
const MULTIPLES: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0];

/// An image in one size.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Responsive {
    pub(super) src: String,
    pub(super) src_set: String,
    pub(super) webp_src_set: String,
    pub(super) sizes: String,
    /// In pixels.
    pub(super) width: u64,
    /// In pixels.
    pub(super) height: u64,
    pub(super) aspect_ratio: f64,
}

/// The image with these parameters; `None` for what has no pixels. `focal_point` is where its subject is, in shares of its sides.
pub(super) fn responsive(
    asset: &Asset,
    url: &str,
    parameters: &Parameters,
    sizes: Option<&str>,
) -> Option<Responsive> {
    let natural = asset.dimensions()?;
    let (exact_width, exact_height) = output_size(natural, parameters);
    let (width, height) = (whole(exact_width), whole(exact_height));
    // More pixels than the image has are no use; cropping to a part of it leaves fewer still.
    let most = as_float(natural.0).max(exact_width);
    let set = |parameters: &Parameters| {
        let entries: Vec<String> = MULTIPLES
            .iter()
            .filter(|multiple| **multiple <= 1.0 || exact_width * **multiple <= most)
            .map(|multiple| {
                let scaled = whole(exact_width * multiple);
                let parameters = if (*multiple - 1.0).abs() < f64::EPSILON {
                    parameters.clone()
                } else {
                    parameters.with("dpr", multiple.to_string())
                };
                format!("{} {scaled}w", parameters.on(url))
            })
            .collect();
        entries.join(",")
    };
    Some(Responsive {
        src: parameters.on(url),
        src_set: set(parameters),
        webp_src_set: set(&parameters.with("fm", "webp")),
        sizes: sizes.map_or_else(
            || format!("(max-width: {width}px) 100vw, {width}px"),
            str::to_owned,
        ),
        width,
        height,
        aspect_ratio: exact_width / exact_height,
    })
}

/// Adds the image's focal point where a crop needs one: not when the caller says itself what to keep.
pub(super) fn with_focal_point(parameters: Parameters, focal_point: &Value) -> Parameters {
    let part = |key: &str| focal_point.get(key).and_then(Value::as_f64);
    let Some((x, y)) = part("x").zip(part("y")) else {
        return parameters;
    };
    let has = |name: &str| parameters.get(name).is_some();
    let crops = parameters.get("fit") == Some("crop") && ((has("w") && has("h")) || has("ar"));
    let own = parameters
        .get("crop")
        .is_some_and(|crop| crop != "focalpoint")
        || has("fp-x")
        || has("fp-y");
    let centre = (x - 0.5).abs() < f64::EPSILON && (y - 0.5).abs() < f64::EPSILON;
    if !crops || own || centre {
        return parameters;
    }
    parameters
        .with("crop", "focalpoint")
        .with("fp-x", x.to_string())
        .with("fp-y", y.to_string())
}

/// Width and height of the result, not rounded.
fn output_size(natural: (u64, u64), parameters: &Parameters) -> (f64, f64) {
    let (natural_width, natural_height) = (as_float(natural.0), as_float(natural.1));
    let (mut width, mut height) = parameters
        .get("rect")
        .and_then(rect)
        .unwrap_or((natural_width, natural_height));
    let ratio = parameters
        .get("ar")
        .and_then(aspect_ratio)
        .filter(|_| parameters.get("fit") == Some("crop"));
    if let Some(ratio) = ratio {
        // The largest part of the image that has this shape.
        (width, height) = if width / height > ratio {
            (height * ratio, height)
        } else {
            (width, width / ratio)
        };
    }
    let shape = width / height;
    match (parameters.number("w"), parameters.number("h")) {
        (None, None) => (width, height),
        (Some(w), None) => (w, w / shape),
        (None, Some(h)) => (h * shape, h),
        (Some(w), Some(h)) => match parameters.get("fit").unwrap_or("clip") {
            "clip" | "max" => {
                let mut scale = (w / width).min(h / height);
                if parameters.get("fit") == Some("max") {
                    scale = scale.min(1.0);
                }
                (width * scale, height * scale)
            }
            _ => (w, h),
        },
    }
}

/// `16:9` or `1.5`.
fn aspect_ratio(text: &str) -> Option<f64> {
    let ratio = match text.split_once(':') {
        Some((width, height)) => {
            width.trim().parse::<f64>().ok()? / height.trim().parse::<f64>().ok()?
        }
        None => text.trim().parse().ok()?,
    };
    (ratio.is_finite() && ratio > 0.0).then_some(ratio)
}

/// Width and height of `x,y,w,h`.
fn rect(text: &str) -> Option<(f64, f64)> {
    let parts: Vec<f64> = text
        .split(',')
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    match parts[..] {
        [_, _, width, height] if width >= 1.0 && height >= 1.0 => Some((width, height)),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sides of images are far below the limit"
)]
fn as_float(side: u64) -> f64 {
    side as f64
}

/// Rounded down, as the real service does; nothing is thinner than a pixel.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a side that is at least one and saturates"
)]
fn whole(side: f64) -> u64 {
    // A result such as 749.9999999 was meant to be 750.
    (side + 1e-6).floor().max(1.0) as u64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(size: (u64, u64), given: &Value) -> Responsive {
        let asset = Asset {
            id: "a".into(),
            attributes: json!({"width": size.0, "height": size.1})
                .as_object()
                .unwrap()
                .clone(),
        };
        let parameters = Parameters::read(given.as_object().unwrap());
        responsive(&asset, "u", &parameters, None).unwrap()
    }

    /// As published for an image of this size.
    #[test]
    fn an_image_as_it_is_comes_in_quarters() {
        let image = shown((685, 400), &json!({}));
        assert_eq!(image.src, "u");
        assert_eq!(
            image.src_set,
            "u?dpr=0.25 171w,u?dpr=0.5 342w,u?dpr=0.75 513w,u 685w"
        );
        assert_eq!(
            image.webp_src_set,
            "u?dpr=0.25&fm=webp 171w,u?dpr=0.5&fm=webp 342w,u?dpr=0.75&fm=webp 513w,u?fm=webp 685w"
        );
        assert_eq!(image.sizes, "(max-width: 685px) 100vw, 685px");
        assert_eq!(
            shown((3070, 1975), &json!({})).src_set.split(',').nth(1),
            Some("u?dpr=0.5 1535w")
        );
    }

    /// As published, with an image that has enough pixels for all multiples.
    #[test]
    fn a_crop_comes_in_multiples_as_far_as_the_pixels_go() {
        let given = json!({"w": 750, "fit": "crop", "ar": "16:9"});
        let image = shown((4000, 3000), &given);
        assert_eq!((image.width, image.height), (750, 421));
        assert!((image.aspect_ratio - 16.0 / 9.0).abs() < 1e-12);
        assert_eq!(image.src, "u?ar=16%3A9&fit=crop&w=750");
        let widths: Vec<&str> = image
            .src_set
            .split(',')
            .filter_map(|entry| entry.rsplit(' ').next())
            .collect();
        assert_eq!(
            widths,
            [
                "187w", "375w", "562w", "750w", "1125w", "1500w", "2250w", "3000w"
            ]
        );
        assert_eq!(
            shown((1000, 800), &given).src_set.matches("dpr=").count(),
            3
        );
    }

    #[test]
    fn sizes_follow_from_what_is_asked() {
        for (given, expected) in [
            (json!({}), (800, 400)),
            (json!({"w": 200}), (200, 100)),
            (json!({"h": 100}), (200, 100)),
            (json!({"w": 200, "h": 200}), (200, 100)),
            (json!({"w": 1600, "h": 1600}), (1600, 800)),
            (json!({"w": 1600, "h": 1600, "fit": "max"}), (800, 400)),
            (json!({"w": 200, "h": 200, "fit": "crop"}), (200, 200)),
            (json!({"ar": "1:1", "fit": "crop"}), (400, 400)),
            (json!({"ar": "1:1"}), (800, 400)),
            (json!({"ar": "2", "fit": "crop", "h": 30}), (60, 30)),
            (json!({"rect": "0,0,100,50", "w": 40}), (40, 20)),
            (json!({"ar": "0:0", "fit": "crop", "w": "x"}), (800, 400)),
        ] {
            let image = shown((800, 400), &given);
            assert_eq!((image.width, image.height), expected, "{given}");
        }
    }

    #[test]
    fn the_focal_point_joins_a_crop_that_has_none() {
        let at = json!({"x": 0.2, "y": 0.75});
        for (given, point, expected) in [
            (
                json!({"fit": "crop", "w": 10, "h": 10}),
                &at,
                "u?crop=focalpoint&fit=crop&fp-x=0.2&fp-y=0.75&h=10&w=10",
            ),
            (
                json!({"fit": "crop", "ar": "1:1"}),
                &at,
                "u?ar=1%3A1&crop=focalpoint&fit=crop&fp-x=0.2&fp-y=0.75",
            ),
            (json!({"fit": "crop", "w": 10}), &at, "u?fit=crop&w=10"),
            (json!({"w": 10, "h": 10}), &at, "u?h=10&w=10"),
            (
                json!({"fit": "crop", "w": 1, "h": 1, "crop": "faces"}),
                &at,
                "u?crop=faces&fit=crop&h=1&w=1",
            ),
            (
                json!({"fit": "crop", "w": 1, "h": 1, "fpX": 0.5}),
                &at,
                "u?fit=crop&fp-x=0.5&h=1&w=1",
            ),
            (
                json!({"fit": "crop", "w": 1, "h": 1}),
                &json!({"x": 0.5, "y": 0.5}),
                "u?fit=crop&h=1&w=1",
            ),
            (
                json!({"fit": "crop", "w": 1, "h": 1}),
                &Value::Null,
                "u?fit=crop&h=1&w=1",
            ),
        ] {
            let parameters = Parameters::read(given.as_object().unwrap());
            assert_eq!(
                with_focal_point(parameters, point).on("u"),
                expected,
                "{given}"
            );
        }
    }
}
