//! What an image looks like from afar: its dominant colours, and two kinds of blurred placeholders.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageReader, Limits, RgbaImage};
use serde::Serialize;

/// Memory a decoder may take, in bytes. An image that needs more has no preview, and is not made anew.
pub(super) const MAX_MEMORY: u64 = 96 * 1024 * 1024;
/// Images in larger files have no preview, and are not made anew.
pub(super) const MAX_FILE: u64 = 32 * 1024 * 1024;
/// Longest side of the copy everything is computed from: what a thumbhash takes at most.
const THUMBNAIL: u32 = 100;
/// Colours an image shows at most.
const MAX_COLORS: usize = 6;

/// One colour, each part from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Color {
    red: u8,
    green: u8,
    blue: u8,
    alpha: u8,
}

/// Empty for what is not an image, or cannot be decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preview {
    /// The commonest first.
    pub(crate) colors: Vec<Color>,
    pub(crate) blurhash: Option<String>,
    /// In base64.
    pub(crate) thumbhash: Option<String>,
}

/// The preview of an image file of this size.
pub(crate) fn of_file(path: &Path, size: u64) -> Preview {
    if size > MAX_FILE {
        return Preview::default();
    }
    decode(path).map_or_else(Preview::default, |thumbnail| of_image(&thumbnail))
}

/// A small copy of the image; `None` when it cannot be read within the limits. Why does not matter: an upload with a broken
/// image is an upload.
fn decode(path: &Path) -> Option<RgbaImage> {
    let file = BufReader::new(File::open(path).ok()?);
    let mut reader = ImageReader::new(file).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let image = reader.decode().ok()?;
    Some(image.thumbnail(THUMBNAIL, THUMBNAIL).to_rgba8())
}

fn of_image(image: &RgbaImage) -> Preview {
    let (width, height) = image.dimensions();
    let sides = usize::try_from(width)
        .ok()
        .zip(usize::try_from(height).ok());
    Preview {
        colors: colors(image),
        blurhash: blurhash::encode(4, 4, width, height, image.as_raw()).ok(),
        thumbhash: sides
            .map(|(width, height)| thumbhash::rgba_to_thumb_hash(width, height, image.as_raw()))
            .map(|hash| STANDARD.encode(hash)),
    }
}

/// The averages of the commonest groups of similar colours. What can hardly be seen through is left out.
fn colors(image: &RgbaImage) -> Vec<Color> {
    #[derive(Default)]
    struct Group {
        count: u64,
        sums: [u64; 4],
    }
    let mut groups: BTreeMap<[u8; 3], Group> = BTreeMap::new();
    for pixel in image.pixels().filter(|pixel| pixel.0[3] >= 32) {
        let [red, green, blue, _] = pixel.0;
        let group = groups.entry([red >> 6, green >> 6, blue >> 6]).or_default();
        group.count += 1;
        for (sum, part) in group.sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(part);
        }
    }
    let total: u64 = groups.values().map(|group| group.count).sum();
    let mut common: Vec<&Group> = groups
        .values()
        .filter(|group| group.count * 50 >= total)
        .collect();
    common.sort_by_key(|group| std::cmp::Reverse(group.count));
    common.truncate(MAX_COLORS);
    common
        .into_iter()
        .map(|group| {
            let part = |sum: u64| u8::try_from(sum / group.count).unwrap_or(u8::MAX);
            let [red, green, blue, alpha] = group.sums.map(part);
            Color {
                red,
                green,
                blue,
                alpha,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::{Color, of_image};

    #[test]
    fn colours_are_counted_by_what_can_be_seen() {
        // Two thirds red, a third blue, and a corner nobody can see.
        let image = RgbaImage::from_fn(30, 30, |x, y| match (x, y) {
            (0, 0) => Rgba([0, 255, 0, 0]),
            (x, _) if x < 20 => Rgba([200, 10, 10, 255]),
            _ => Rgba([10, 10, 200, 255]),
        });
        let preview = of_image(&image);
        let color = |red, blue| Color {
            red,
            green: 10,
            blue,
            alpha: 255,
        };
        assert_eq!(preview.colors, [color(200, 10), color(10, 200)]);
        assert!(preview.thumbhash.is_some_and(|hash| !hash.is_empty()));
    }
}
