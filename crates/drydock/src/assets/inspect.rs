//! What a file is: its size and checksum, its format, and of an image the dimensions and a preview, all read from the
//! bytes. Nothing is taken from the client's word but the extension.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use image::{ImageFormat, ImageReader};
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::FileName;
use super::preview::{self, Preview};

/// Drawings larger than this are not read for their dimensions.
const MAX_DRAWING: u64 = 4 * 1024 * 1024;

/// The facts about a file that an upload shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Facts {
    /// In bytes.
    pub(crate) size: u64,
    /// Of the bytes, in hexadecimal digits.
    pub(crate) md5: String,
    /// The extension, or that of the format an image really has.
    pub(crate) format: Option<String>,
    pub(crate) mime_type: String,
    pub(crate) is_image: bool,
    /// Pixels across and down, of images that can be read.
    pub(crate) dimensions: Option<(u32, u32)>,
    pub(crate) preview: Preview,
}

impl Facts {
    /// The attributes of the upload that these facts decide.
    pub(crate) fn attributes(&self) -> [(&'static str, Value); 10] {
        let (width, height) = self.dimensions.unzip();
        [
            ("size", json!(self.size)),
            ("md5", json!(self.md5)),
            ("format", json!(self.format)),
            ("mime_type", json!(self.mime_type)),
            ("is_image", json!(self.is_image)),
            ("width", json!(width)),
            ("height", json!(height)),
            ("colors", json!(self.preview.colors)),
            ("blurhash", json!(self.preview.blurhash)),
            ("thumbhash", json!(self.preview.thumbhash)),
        ]
    }
}

/// Reads the facts about a file. Takes as long as reading it: not for a thread that others wait for.
pub(crate) fn inspect(path: &Path, name: &FileName) -> io::Result<Facts> {
    let (size, md5) = checksum(path)?;
    let extension = name.extension().map(str::to_owned);
    let reader = ImageReader::new(BufReader::new(File::open(path)?)).with_guessed_format()?;
    let decoded = reader.format().filter(|_| size > 0);
    let (format, mime_type) = if let Some(format) = decoded {
        let named = named_format(format, extension);
        (Some(named), mime_of_format(format).to_owned())
    } else {
        let mime_type = mime_of_extension(extension.as_deref());
        (extension, mime_type)
    };
    let (dimensions, preview) = if decoded.is_some() {
        let preview = preview::of_file(path, size);
        (reader.into_dimensions().ok(), preview)
    } else if mime_type == "image/svg+xml" && size <= MAX_DRAWING {
        (drawing_dimensions(path)?, Preview::default())
    } else {
        (None, Preview::default())
    };
    Ok(Facts {
        size,
        md5,
        format,
        is_image: mime_type.starts_with("image/"),
        mime_type,
        dimensions,
        preview,
    })
}

fn checksum(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut digest = Md5::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        let read = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
            break;
        };
        digest.update(part);
        size += u64::try_from(read).unwrap_or_default();
    }
    let md5 = digest.finalize();
    Ok((size, format!("{md5:x}")))
}

/// The extension as the client spells it, when it fits what the bytes are (`jpg` and `jpeg` both do).
fn named_format(format: ImageFormat, extension: Option<String>) -> String {
    let known = format.extensions_str();
    extension
        .filter(|extension| known.contains(&extension.as_str()))
        .or_else(|| known.first().map(|first| (*first).to_owned()))
        .unwrap_or_default()
}

fn mime_of_format(format: ImageFormat) -> &'static str {
    if format == ImageFormat::Ico {
        ICON
    } else {
        format.to_mime_type()
    }
}

/// What the real service calls an icon.
const ICON: &str = "image/vnd.microsoft.icon";

/// The media type that goes with an extension.
pub(crate) fn mime_of_extension(extension: Option<&str>) -> String {
    match extension {
        Some("ico") => ICON.to_owned(),
        Some(extension) => mime_guess::from_ext(extension)
            .first_or_octet_stream()
            .essence_str()
            .to_owned(),
        None => "application/octet-stream".to_owned(),
    }
}

/// The size an SVG drawing gives itself, or that of its view box.
fn drawing_dimensions(path: &Path) -> io::Result<Option<(u32, u32)>> {
    let bytes = std::fs::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..roxmltree::ParsingOptions::default()
    };
    let Ok(document) = roxmltree::Document::parse_with_options(&text, options) else {
        return Ok(None);
    };
    let root = document.root_element();
    let side = |name: &str| root.attribute(name).and_then(pixels);
    let view_box = || {
        let numbers: Vec<&str> = root
            .attribute("viewBox")?
            .split([' ', ',', '\n', '\t'])
            .filter(|part| !part.is_empty())
            .collect();
        match numbers.as_slice() {
            [_, _, width, height] => pixels(width).zip(pixels(height)),
            _ => None,
        }
    };
    Ok(side("width").zip(side("height")).or_else(view_box))
}

/// A length in pixels, rounded; `None` for percentages and other units.
fn pixels(length: &str) -> Option<u32> {
    let number: f64 = length.trim().trim_end_matches("px").parse().ok()?;
    let fits = number >= 0.5 && number <= f64::from(u16::MAX);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within bounds that were just checked"
    )]
    fits.then(|| number.round() as u32)
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};

    use super::{FileName, inspect};

    fn facts(filename: &str, bytes: &[u8]) -> super::Facts {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        inspect(&path, &FileName::new(1, filename)).unwrap()
    }

    fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height)
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn images_are_measured_by_their_bytes() {
        for (format, filename, named, mime) in [
            (ImageFormat::Png, "a.png", "png", "image/png"),
            (ImageFormat::Jpeg, "a.jpg", "jpg", "image/jpeg"),
            (ImageFormat::Jpeg, "a.jpeg", "jpeg", "image/jpeg"),
            (ImageFormat::Gif, "a.gif", "gif", "image/gif"),
            (ImageFormat::WebP, "a.webp", "webp", "image/webp"),
            (ImageFormat::Bmp, "a.bmp", "bmp", "image/bmp"),
            (ImageFormat::Tiff, "a.tiff", "tiff", "image/tiff"),
            // The name lies: the bytes do not.
            (ImageFormat::Png, "a.jpg", "png", "image/png"),
            (ImageFormat::Png, "picture", "png", "image/png"),
        ] {
            let facts = facts(filename, &picture(format, 65, 40));
            assert_eq!(facts.dimensions, Some((65, 40)), "{filename}");
            assert_eq!(facts.format.as_deref(), Some(named), "{filename}");
            assert_eq!(facts.mime_type, mime, "{filename}");
            assert!(
                facts.is_image && facts.preview.blurhash.is_some(),
                "{filename}"
            );
        }
    }

    #[test]
    fn drawings_say_their_size_or_their_view_box() {
        let svg = |attributes: &str| {
            facts(
                "a.svg",
                format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}/>").as_bytes(),
            )
        };
        assert_eq!(
            svg("width=\"24px\" height=\"12.4\"").dimensions,
            Some((24, 12))
        );
        assert_eq!(
            svg("width=\"100%\" height=\"100%\" viewBox=\"0 0 32 16\"").dimensions,
            Some((32, 16))
        );
        assert_eq!(svg("").dimensions, None);
        assert!(svg("").is_image);
        assert_eq!(facts("a.svg", b"not xml").dimensions, None);
    }

    #[test]
    fn other_files_are_what_their_extension_says() {
        let text = facts("robots.txt", b"User-agent: *\n");
        assert_eq!((text.size, text.is_image), (14, false));
        assert_eq!(text.mime_type, "text/plain");
        assert_eq!(text.md5.len(), 32);
        let empty = facts("a.png", b"");
        assert_eq!((empty.size, empty.dimensions), (0, None));
        assert_eq!(empty.md5, "d41d8cd98f00b204e9800998ecf8427e");
    }

    #[test]
    fn half_an_image_is_still_a_file() {
        let whole = picture(ImageFormat::Png, 65, 40);
        let half = facts("a.png", &whole[..whole.len() / 2]);
        assert_eq!(half.dimensions, Some((65, 40)));
        assert_eq!(half.preview, super::Preview::default());
    }
}
