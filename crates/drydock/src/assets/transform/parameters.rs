//! The parameters of an image's address that are followed; others are not looked at.

use super::TransformError;

/// The longest side of an image that is made, in pixels.
pub(super) const MAX_SIDE: u32 = 8192;

/// Quality of JPEG where nobody says, of 100.
const USUAL_QUALITY: u8 = 75;

/// A format images are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Jpeg,
    Png,
    WebP,
    Gif,
}

/// A length: pixels, or a share of the source's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Length {
    Pixels(f64),
    Share(f64),
}

/// How an image is brought to a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Whole, within the size.
    Clip,
    /// The same, never larger than it is.
    Max,
    /// Filling the size, what is too much cut off.
    Crop,
    /// The same, never larger than it is.
    Min,
    /// Whole, within the size, on a ground that fills it.
    Fill,
    /// The same, the image never larger than it is.
    FillMax,
    /// Distorted to the size.
    Scale,
}

/// What stays when something is cut off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    /// The part at this side: 0 is left or top, 1 right or bottom.
    Side(f64, f64),
    /// The part around this point, in shares of the width and height.
    Point(f64, f64),
}

/// A part of an image, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// What an address asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parameters {
    pub(super) width: Option<Length>,
    pub(super) height: Option<Length>,
    pub(super) max_width: Option<f64>,
    pub(super) max_height: Option<f64>,
    /// Pixels of the screen for one of the page.
    pub(super) density: f64,
    pub(super) fit: Fit,
    pub(super) anchor: Anchor,
    pub(super) rect: Option<Rect>,
    pub(super) format: Option<Output>,
    pub(super) quality: u8,
    /// Red, green, blue, alpha of what is behind the image.
    pub(super) background: [u8; 4],
    asks_for_quality: bool,
}

impl Parameters {
    /// Reads a query. Of a parameter that comes twice the last one counts.
    pub(super) fn read(query: &str) -> Result<Self, TransformError> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let value = |name: &str| {
            let found = pairs.iter().rev().find(|(known, _)| known == name);
            found
                .map(|(_, value)| value.as_ref())
                .filter(|value| !value.is_empty())
        };
        let quality = number(value("q"), "q", |q| (0.0..=100.0).contains(&q))?;
        Ok(Self {
            width: length(value("w"), "w")?,
            height: length(value("h"), "h")?,
            max_width: number(value("max-w"), "max-w", is_side)?,
            max_height: number(value("max-h"), "max-h", is_side)?,
            density: number(value("dpr"), "dpr", |dpr| dpr > 0.0 && dpr <= 5.0)?.unwrap_or(1.0),
            fit: fit(value("fit")),
            anchor: anchor(
                value("crop").unwrap_or_default(),
                number(value("fp-x"), "fp-x", is_share)?,
                number(value("fp-y"), "fp-y", is_share)?,
            ),
            rect: value("rect").map(rect).transpose()?,
            format: value("fm").and_then(format),
            quality: quality.map_or(USUAL_QUALITY, to_quality),
            background: value("fill-color")
                .or_else(|| value("bg"))
                .and_then(color)
                .unwrap_or([255; 4]),
            asks_for_quality: quality.is_some(),
        })
    }

    /// Whether the file as it is is what is asked for.
    pub(super) fn ask_for_nothing(&self) -> bool {
        self.width.is_none()
            && self.height.is_none()
            && self.max_width.is_none()
            && self.max_height.is_none()
            && self.rect.is_none()
            && self.format.is_none()
            && !self.asks_for_quality
    }
}

fn is_side(length: f64) -> bool {
    (1.0..=f64::from(MAX_SIDE)).contains(&length)
}

fn is_share(share: f64) -> bool {
    (0.0..=1.0).contains(&share)
}

fn number(
    value: Option<&str>,
    name: &'static str,
    fits: impl Fn(f64) -> bool,
) -> Result<Option<f64>, TransformError> {
    let Some(text) = value else { return Ok(None) };
    let expected = match name {
        "dpr" => "a number up to 5",
        "q" => "a number from 0 to 100",
        "fp-x" | "fp-y" => "a number from 0 to 1",
        _ => "a number of pixels up to 8192",
    };
    let number = text.parse::<f64>().ok().filter(|number| fits(*number));
    number.map(Some).ok_or_else(|| TransformError::Parameter {
        name,
        value: text.to_owned(),
        expected,
    })
}

/// Up to 1 a length is a share of the source's.
fn length(value: Option<&str>, name: &'static str) -> Result<Option<Length>, TransformError> {
    let found = number(value, name, |length| {
        length > 0.0 && length <= f64::from(MAX_SIDE)
    })?;
    let is_share = value.is_some_and(|text| text.contains('.'));
    Ok(found.map(|length| {
        if length < 1.0 || (is_share && length <= 1.0) {
            Length::Share(length)
        } else {
            Length::Pixels(length)
        }
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 100, as was checked"
)]
fn to_quality(quality: f64) -> u8 {
    (quality.round() as u8).max(1)
}

/// What is not known counts as the usual one.
fn fit(value: Option<&str>) -> Fit {
    match value.unwrap_or_default() {
        "max" => Fit::Max,
        "crop" => Fit::Crop,
        "min" => Fit::Min,
        "fill" => Fit::Fill,
        "fillmax" => Fit::FillMax,
        "scale" => Fit::Scale,
        _ => Fit::Clip,
    }
}

/// Nothing here finds faces or what matters in a picture: those modes keep the middle.
fn anchor(modes: &str, x: Option<f64>, y: Option<f64>) -> Anchor {
    let modes: Vec<&str> = modes.split(',').map(str::trim).collect();
    if modes.contains(&"focalpoint") {
        return Anchor::Point(x.unwrap_or(0.5), y.unwrap_or(0.5));
    }
    let side = |low: &str, high: &str| match (modes.contains(&low), modes.contains(&high)) {
        (true, false) => 0.0,
        (false, true) => 1.0,
        (true, true) | (false, false) => 0.5,
    };
    Anchor::Side(side("left", "right"), side("top", "bottom"))
}

fn rect(value: &str) -> Result<Rect, TransformError> {
    let numbers: Vec<u32> = value
        .split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect();
    match numbers[..] {
        [x, y, width, height] if width > 0 && height > 0 => Ok(Rect {
            x,
            y,
            width,
            height,
        }),
        _ => Err(TransformError::Parameter {
            name: "rect",
            value: value.to_owned(),
            expected: "left, top, width and height in pixels, separated by commas",
        }),
    }
}

/// A format that is not written here leaves the image in its own.
fn format(value: &str) -> Option<Output> {
    match value {
        "jpg" | "jpeg" | "pjpg" => Some(Output::Jpeg),
        "png" | "png8" | "png32" => Some(Output::Png),
        "webp" => Some(Output::WebP),
        "gif" => Some(Output::Gif),
        _ => None,
    }
}

/// `fff`, `8fff` with alpha first, `ffffff` or `80ffffff`.
fn color(value: &str) -> Option<[u8; 4]> {
    let digits: Vec<u8> = value
        .trim_start_matches('#')
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect::<Option<_>>()?;
    let pair = |high: u8, low: u8| high * 16 + low;
    let bytes: Vec<u8> = match digits.len() {
        3 | 4 => digits.iter().map(|digit| pair(*digit, *digit)).collect(),
        6 | 8 => digits.chunks(2).map(|two| pair(two[0], two[1])).collect(),
        _ => return None,
    };
    match bytes[..] {
        [red, green, blue] => Some([red, green, blue, 255]),
        [alpha, red, green, blue] => Some([red, green, blue, alpha]),
        _ => None,
    }
}
