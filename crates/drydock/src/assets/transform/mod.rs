//! Images as the parameters of their addresses want them: the part of the vendor's image service that pages use most.
//!
//! The parameters are read (`parameters`), what they mean for an image of this size is worked out (`geometry`), and the image
//! is decoded, cut, resized and encoded anew. Nothing is kept: each call does the work.
//!
//! Source: the published reference of the image parameters (imgix).

mod geometry;
mod parameters;

use std::fs::File;
use std::io::{BufReader, Cursor};
use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageError, ImageFormat, ImageReader, Limits, Rgba, RgbaImage};
use tokio::sync::Semaphore;

use self::geometry::Plan;
use self::parameters::{Output, Parameters};
use super::preview::{MAX_FILE, MAX_MEMORY};

/// Images are worked on one after the other: each may take all the memory there is for it.
static TURN: Semaphore = Semaphore::const_new(1);

/// Why an image cannot be shown as its address wants it.
#[derive(Debug, thiserror::Error)]
pub(super) enum TransformError {
    /// A parameter that is read here has a value that makes no sense.
    #[error("the parameter `{name}` cannot be `{value}`: expected {expected}")]
    Parameter {
        name: &'static str,
        value: String,
        expected: &'static str,
    },
    /// The file, or the image made of it, takes too much memory.
    #[error("the image is too large to be worked on: {what}")]
    TooLarge { what: &'static str },
    /// The bytes are damaged, or more than may be decoded.
    #[error("the image cannot be decoded or encoded: {0}")]
    Image(#[from] ImageError),
    #[error("the file cannot be read: {0}")]
    Disk(#[from] std::io::Error),
    /// The work did not come to its end.
    #[error("the work on the image ended early")]
    Interrupted,
}

/// An image made anew.
pub(super) struct Transformed {
    pub(super) mime_type: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// The image in a file as the query of its address wants it. `None` where it wants the file as it is, or the file is no
/// image that is decoded here.
pub(super) async fn of_file(
    path: PathBuf,
    query: &str,
) -> Result<Option<Transformed>, TransformError> {
    let parameters = Parameters::read(query)?;
    if parameters.ask_for_nothing() {
        return Ok(None);
    }
    let Ok(_turn) = TURN.acquire().await else {
        return Err(TransformError::Interrupted);
    };
    // Takes as long as decoding an image: not for a thread that others wait for.
    tokio::task::spawn_blocking(move || transform(&path, &parameters))
        .await
        .map_err(|_| TransformError::Interrupted)?
}

fn transform(path: &Path, parameters: &Parameters) -> Result<Option<Transformed>, TransformError> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut reader = ImageReader::new(BufReader::new(file)).with_guessed_format()?;
    let Some(format) = reader.format() else {
        return Ok(None);
    };
    if size > MAX_FILE {
        return Err(TransformError::TooLarge {
            what: "the file has more than 32 MB",
        });
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let source = reader.decode()?;
    let plan = geometry::plan((source.width(), source.height()), parameters)?;
    let format = parameters.format.unwrap_or_else(|| usual(format));
    let drawn = draw(source, &plan, parameters);
    encode(drawn, format, parameters).map(Some)
}

/// The format an image is answered in when nobody asks for one: its own, where browsers show it.
fn usual(format: ImageFormat) -> Output {
    let own = [
        (ImageFormat::Jpeg, Output::Jpeg),
        (ImageFormat::WebP, Output::WebP),
        (ImageFormat::Gif, Output::Gif),
    ];
    let known = own.into_iter().find(|(known, _)| *known == format);
    known.map_or(Output::Png, |(_, output)| output)
}

fn draw(source: DynamicImage, plan: &Plan, parameters: &Parameters) -> DynamicImage {
    let part = plan.part;
    let whole = (part.x, part.y) == (0, 0)
        && (part.width, part.height) == (source.width(), source.height());
    let source = if whole {
        source
    } else {
        source.crop_imm(part.x, part.y, part.width, part.height)
    };
    let (width, height) = plan.size;
    let resized = if (width, height) == (source.width(), source.height()) {
        source
    } else {
        source.resize_exact(width, height, FilterType::CatmullRom)
    };
    if plan.canvas == plan.size {
        return resized;
    }
    let mut canvas =
        RgbaImage::from_pixel(plan.canvas.0, plan.canvas.1, Rgba(parameters.background));
    let middle = |outer: u32, inner: u32| i64::from(outer.saturating_sub(inner) / 2);
    let left = middle(plan.canvas.0, width);
    let top = middle(plan.canvas.1, height);
    imageops::overlay(&mut canvas, &resized.to_rgba8(), left, top);
    DynamicImage::ImageRgba8(canvas)
}

fn encode(
    image: DynamicImage,
    format: Output,
    parameters: &Parameters,
) -> Result<Transformed, TransformError> {
    let mut bytes = Cursor::new(Vec::new());
    let mime_type = match format {
        Output::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut bytes, parameters.quality);
            on_ground(image, parameters.background)
                .to_rgb8()
                .write_with_encoder(encoder)?;
            "image/jpeg"
        }
        Output::WebP => {
            let encoder = WebPEncoder::new_lossless(&mut bytes);
            image.to_rgba8().write_with_encoder(encoder)?;
            "image/webp"
        }
        Output::Png => {
            image.write_to(&mut bytes, ImageFormat::Png)?;
            "image/png"
        }
        Output::Gif => {
            let image = DynamicImage::ImageRgba8(image.to_rgba8());
            image.write_to(&mut bytes, ImageFormat::Gif)?;
            "image/gif"
        }
    };
    Ok(Transformed {
        mime_type,
        bytes: bytes.into_inner(),
    })
}

/// The image with nothing to be seen through in it.
fn on_ground(image: DynamicImage, color: [u8; 4]) -> DynamicImage {
    if !image.color().has_alpha() {
        return image;
    }
    let mut ground = RgbaImage::from_pixel(image.width(), image.height(), Rgba(color));
    imageops::overlay(&mut ground, &image.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(ground)
}

#[cfg(test)]
mod tests;
