//! Blurred thumbnails as data addresses, drawn from an asset's blurhash: no file is opened for them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, RgbaImage};

/// How a thumbnail is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drawing {
    /// Its longer side, in pixels.
    pub(super) size: u32,
    /// Width by height.
    pub(super) aspect_ratio: f64,
    /// Contrast; 1 is that of the image.
    pub(super) punch: f32,
    /// Of the JPEG, from 1 to 100.
    pub(super) quality: u8,
}

/// What a thumbnail is when nobody says otherwise; the size is the real service's.
pub(super) const DEFAULT: Drawing = Drawing {
    size: 24,
    aspect_ratio: 1.0,
    punch: 1.0,
    quality: 50,
};

/// The longest side a thumbnail may have, in pixels.
const MAX_SIZE: u32 = 128;

/// `data:image/jpeg;base64,…`; `None` when the blurhash is none.
pub(super) fn data_url(blurhash: &str, drawing: Drawing) -> Option<String> {
    let (width, height) = sides(drawing);
    let pixels = blurhash::decode(blurhash, width, height, drawing.punch).ok()?;
    let image = DynamicImage::from(RgbaImage::from_raw(width, height, pixels)?).to_rgb8();
    let mut bytes = Vec::new();
    let quality = drawing.quality.clamp(1, 100);
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(&image)
        .ok()?;
    Some(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)))
}

fn sides(drawing: Drawing) -> (u32, u32) {
    let longer = f64::from(drawing.size.clamp(1, MAX_SIZE));
    let ratio = drawing.aspect_ratio;
    let (width, height) = if ratio >= 1.0 {
        (longer, longer / ratio)
    } else {
        (longer * ratio, longer)
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between one and the longest side"
    )]
    let whole = |side: f64| side.round().clamp(1.0, longer) as u32;
    (whole(width), whole(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbnail_has_the_shape_it_is_asked_for() {
        let hash = blurhash::encode(3, 3, 2, 2, &[200; 16]).unwrap();
        for (aspect_ratio, size, expected) in [
            (2.0, 24, (24, 12)),
            (0.5, 24, (12, 24)),
            (1.0, 9_999, (128, 128)),
            (10_000.0, 24, (24, 1)),
            (1.0, 0, (1, 1)),
        ] {
            let drawing = Drawing {
                size,
                aspect_ratio,
                ..DEFAULT
            };
            let url = data_url(&hash, drawing).unwrap();
            let bytes = STANDARD
                .decode(url.strip_prefix("data:image/jpeg;base64,").unwrap())
                .unwrap();
            let image = image::load_from_memory(&bytes).unwrap();
            assert_eq!((image.width(), image.height()), expected);
        }
        assert_eq!(data_url("not one", DEFAULT), None);
    }
}
