//! What the parameters mean for an image of this size. Pure.

use super::TransformError;
use super::parameters::{Anchor, Fit, Length, MAX_SIDE, Parameters, Rect};
use crate::assets::preview::MAX_MEMORY;

/// What is done to an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    /// The part of it that is shown.
    pub(super) part: Rect,
    /// What the part is resized to.
    pub(super) size: (u32, u32),
    /// The image that is answered: as large as `size`, or a ground around it.
    pub(super) canvas: (u32, u32),
}

/// A width and a height that are not rounded yet.
type Size = (f64, f64);

/// Works it out for an image of so many pixels across and down.
pub(super) fn plan(source: (u32, u32), parameters: &Parameters) -> Result<Plan, TransformError> {
    let part = visible(source, parameters.rect)?;
    let whole = (f64::from(part.width), f64::from(part.height));
    let width = wanted(parameters.width, whole.0, parameters.density);
    let height = wanted(parameters.height, whole.1, parameters.density);
    let (part, size, canvas) = match (width, height) {
        (Some(width), Some(height)) => into_box(part, (width, height), parameters),
        (None, None) => (part, whole, whole),
        (width, height) => {
            // One side alone: the other follows.
            let scale = width.map_or(1.0, |width| width / whole.0)
                * height.map_or(1.0, |height| height / whole.1);
            let size = scaled(whole, at_most_whole(scale, parameters.fit));
            (part, size, size)
        }
    };
    let limit = limit(canvas, parameters);
    let plan = Plan {
        part,
        size: rounded(scaled(size, limit)),
        canvas: rounded(scaled(canvas, limit)),
    };
    let (width, height) = plan.canvas;
    let memory = u64::from(width) * u64::from(height) * 4;
    if width > MAX_SIDE || height > MAX_SIDE || memory > MAX_MEMORY {
        return Err(TransformError::TooLarge {
            what: "what is asked for has more than 8192 pixels on a side, or 25 million in all",
        });
    }
    Ok(plan)
}

/// The part that `rect` asks for, as far as the image goes.
fn visible((width, height): (u32, u32), rect: Option<Rect>) -> Result<Rect, TransformError> {
    let Some(rect) = rect else {
        return Ok(Rect {
            x: 0,
            y: 0,
            width,
            height,
        });
    };
    if rect.x >= width || rect.y >= height {
        return Err(TransformError::Parameter {
            name: "rect",
            value: format!("{},{},{},{}", rect.x, rect.y, rect.width, rect.height),
            expected: "a part of the image",
        });
    }
    Ok(Rect {
        width: rect.width.min(width - rect.x),
        height: rect.height.min(height - rect.y),
        ..rect
    })
}

fn wanted(length: Option<Length>, whole: f64, density: f64) -> Option<f64> {
    length.map(|length| match length {
        Length::Pixels(pixels) => pixels * density,
        Length::Share(share) => whole * share * density,
    })
}

/// For images that are not to grow.
fn at_most_whole(scale: f64, fit: Fit) -> f64 {
    match fit {
        Fit::Max | Fit::Min | Fit::FillMax => scale.min(1.0),
        Fit::Clip | Fit::Crop | Fit::Fill | Fit::Scale => scale,
    }
}

/// Both sides are given: what is shown, how large, and on what.
fn into_box(part: Rect, wanted: Size, parameters: &Parameters) -> (Rect, Size, Size) {
    let whole = (f64::from(part.width), f64::from(part.height));
    let inside = (wanted.0 / whole.0).min(wanted.1 / whole.1);
    match parameters.fit {
        Fit::Scale => (part, wanted, wanted),
        Fit::Clip | Fit::Max => {
            let size = scaled(whole, at_most_whole(inside, parameters.fit));
            (part, size, size)
        }
        Fit::Fill | Fit::FillMax => {
            let size = scaled(whole, at_most_whole(inside, parameters.fit));
            (part, size, wanted)
        }
        Fit::Crop | Fit::Min => {
            let outside = (wanted.0 / whole.0).max(wanted.1 / whole.1);
            let shown = (wanted.0 / outside, wanted.1 / outside);
            let kept = kept(part, shown, parameters.anchor);
            let size = scaled(shown, at_most_whole(outside, parameters.fit));
            (kept, size, size)
        }
    }
}

/// The part of this size that stays when the rest is cut off.
fn kept(part: Rect, shown: Size, anchor: Anchor) -> Rect {
    let (width, height) = rounded(shown);
    let (width, height) = (width.min(part.width), height.min(part.height));
    let spare = (part.width - width, part.height - height);
    let start = |side: f64, point: Option<f64>, whole: u32, inner: u32, spare: u32| {
        let start = match point {
            Some(point) => point * f64::from(whole) - f64::from(inner) / 2.0,
            None => side * f64::from(spare),
        };
        pixels(start.max(0.0)).min(spare)
    };
    let (x, y) = match anchor {
        Anchor::Side(x, y) => (
            start(x, None, part.width, width, spare.0),
            start(y, None, part.height, height, spare.1),
        ),
        Anchor::Point(x, y) => (
            start(0.0, Some(x), part.width, width, spare.0),
            start(0.0, Some(y), part.height, height, spare.1),
        ),
    };
    Rect {
        x: part.x + x,
        y: part.y + y,
        width,
        height,
    }
}

/// How much smaller `max-w` and `max-h` want it.
fn limit((width, height): Size, parameters: &Parameters) -> f64 {
    let within = |most: Option<f64>, side: f64| {
        most.map_or(1.0, |most| (most * parameters.density / side).min(1.0))
    };
    within(parameters.max_width, width).min(within(parameters.max_height, height))
}

fn scaled((width, height): Size, scale: f64) -> Size {
    (width * scale, height * scale)
}

/// At least one pixel.
fn rounded((width, height): Size) -> (u32, u32) {
    (pixels(width).max(1), pixels(height).max(1))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths are not negative, and what is too long saturates and is refused"
)]
fn pixels(length: f64) -> u32 {
    length.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of an image of 400 by 200 pixels: the part that is shown, and the size of the answer.
    fn planned(query: &str) -> String {
        let parameters = Parameters::read(query).unwrap();
        let plan = plan((400, 200), &parameters).unwrap();
        let Rect {
            x,
            y,
            width,
            height,
        } = plan.part;
        let ground = if plan.canvas == plan.size {
            String::new()
        } else {
            format!(" on {}x{}", plan.canvas.0, plan.canvas.1)
        };
        format!(
            "{width}x{height}+{x}+{y} to {}x{}{ground}",
            plan.size.0, plan.size.1
        )
    }

    #[test]
    fn sizes_are_what_the_parameters_say() {
        for (query, expected) in [
            ("w=100", "400x200+0+0 to 100x50"),
            ("h=100", "400x200+0+0 to 200x100"),
            ("w=0.5", "400x200+0+0 to 200x100"),
            ("w=1", "400x200+0+0 to 1x1"),
            ("w=100&dpr=2", "400x200+0+0 to 200x100"),
            ("w=800", "400x200+0+0 to 800x400"),
            ("w=800&fit=max", "400x200+0+0 to 400x200"),
            ("w=100&h=100", "400x200+0+0 to 100x50"),
            ("w=100&h=100&fit=clip", "400x200+0+0 to 100x50"),
            ("w=800&h=800&fit=max", "400x200+0+0 to 400x200"),
            ("w=800&h=800&fit=nonsense", "400x200+0+0 to 800x400"),
            ("w=100&h=100&fit=scale", "400x200+0+0 to 100x100"),
            ("w=100&h=100&fit=crop", "200x200+100+0 to 100x100"),
            ("w=800&h=800&fit=crop", "200x200+100+0 to 800x800"),
            ("w=800&h=800&fit=min", "200x200+100+0 to 200x200"),
            ("w=100&h=100&fit=fill", "400x200+0+0 to 100x50 on 100x100"),
            ("w=800&h=800&fit=fill", "400x200+0+0 to 800x400 on 800x800"),
            (
                "w=800&h=800&fit=fillmax",
                "400x200+0+0 to 400x200 on 800x800",
            ),
            ("w=300&max-w=100", "400x200+0+0 to 100x50"),
            ("w=300&h=300&fit=crop&max-h=150", "200x200+100+0 to 150x150"),
            ("max-w=1000", "400x200+0+0 to 400x200"),
        ] {
            assert_eq!(planned(query), expected, "{query}");
        }
    }

    #[test]
    fn what_stays_of_a_cut_image_is_chosen() {
        for (query, expected) in [
            ("crop=left", "200x200+0+0"),
            ("crop=right", "200x200+200+0"),
            ("crop=faces,top,right", "200x200+200+0"),
            ("crop=focalpoint", "200x200+100+0"),
            ("crop=focalpoint&fp-x=0.1&fp-y=0.9", "200x200+0+0"),
            ("crop=focalpoint&fp-x=0.4", "200x200+60+0"),
            ("crop=focalpoint&fp-x=1", "200x200+200+0"),
            ("rect=100,50,200,100", "100x100+150+50"),
            ("rect=300,150,500,500", "50x50+325+150"),
        ] {
            let found = planned(&format!("w=50&h=50&fit=crop&{query}"));
            assert_eq!(found, format!("{expected} to 50x50"), "{query}");
        }
    }

    #[test]
    fn what_makes_no_sense_or_is_too_large_is_named() {
        let refused = |query: &str| {
            let plan = Parameters::read(query)
                .and_then(|parameters| plan((400, 200), &parameters))
                .unwrap_err();
            plan.to_string()
        };
        for (query, expected) in [
            (
                "w=wide",
                "the parameter `w` cannot be `wide`: expected a number of pixels up to 8192",
            ),
            (
                "h=-1",
                "the parameter `h` cannot be `-1`: expected a number of pixels up to 8192",
            ),
            (
                "w=100000",
                "the parameter `w` cannot be `100000`: expected a number of pixels up to 8192",
            ),
            (
                "w=1&dpr=NaN",
                "the parameter `dpr` cannot be `NaN`: expected a number up to 5",
            ),
            (
                "fp-x=2",
                "the parameter `fp-x` cannot be `2`: expected a number from 0 to 1",
            ),
            (
                "rect=1,2",
                "the parameter `rect` cannot be `1,2`: expected left, top, width and height in pixels, separated by commas",
            ),
            (
                "rect=400,0,1,1",
                "the parameter `rect` cannot be `400,0,1,1`: expected a part of the image",
            ),
        ] {
            assert_eq!(refused(query), expected, "{query}");
        }
        for query in ["w=8000", "w=8192&h=8192&fit=fill", "w=5000&dpr=5"] {
            assert!(
                refused(query).starts_with("the image is too large"),
                "{query}"
            );
        }
    }
}
