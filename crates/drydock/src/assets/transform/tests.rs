//! Real images, decoded again after they were made anew.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::{TransformError, Transformed, of_file};

/// 40 by 20 pixels: red on the left, blue on the right.
fn flag() -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(40, 20, |x, _| {
        if x < 20 {
            Rgb([255, 0, 0])
        } else {
            Rgb([0, 0, 255])
        }
    }))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

async fn of(bytes: &[u8], query: &str) -> Result<Option<Transformed>, TransformError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image");
    std::fs::write(&path, bytes).unwrap();
    of_file(path, query).await
}

async fn image(bytes: &[u8], query: &str) -> (DynamicImage, &'static str) {
    let made = of(bytes, query).await.unwrap().unwrap();
    (
        image::load_from_memory(&made.bytes).unwrap(),
        made.mime_type,
    )
}

#[tokio::test]
async fn an_image_is_resized_in_its_own_format() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ] {
        let bytes = encoded(&flag(), format);
        let (made, mime_type) = image(&bytes, "w=20&auto=format").await;
        assert_eq!((made.width(), made.height()), (20, 10), "{format:?}");
        assert_eq!(mime_type, format.to_mime_type());
        let left = made.to_rgb8().get_pixel(2, 5).0;
        assert!(left[0] > 200 && left[2] < 60, "{format:?}: {left:?}");
    }
    let (_, mime_type) = image(&encoded(&flag(), ImageFormat::Bmp), "w=20").await;
    assert_eq!(mime_type, "image/png");
}

#[tokio::test]
async fn what_is_cut_off_and_what_is_behind_can_be_seen() {
    let bytes = encoded(&flag(), ImageFormat::Png);
    let color = async |query: &str, x: u32, y: u32| {
        image(&bytes, query).await.0.to_rgb8().get_pixel(x, y).0
    };
    let crop = "w=10&h=10&fit=crop&crop=";
    assert_eq!(color(&format!("{crop}left"), 5, 5).await, [255, 0, 0]);
    assert_eq!(color(&format!("{crop}right"), 5, 5).await, [0, 0, 255]);
    assert_eq!(
        color(&format!("{crop}focalpoint&fp-x=0.9"), 5, 5).await,
        [0, 0, 255]
    );
    assert_eq!(color("rect=30,0,10,10", 0, 0).await, [0, 0, 255]);
    let fill = "w=20&h=20&fit=fill";
    assert_eq!(color(fill, 10, 1).await, [255, 255, 255]);
    assert_eq!(color(&format!("{fill}&bg=0f0"), 10, 1).await, [0, 255, 0]);
    assert_eq!(color(&format!("{fill}&bg=0f0"), 2, 10).await, [255, 0, 0]);
}

#[tokio::test]
async fn another_format_and_quality_can_be_asked_for() {
    let clear = DynamicImage::new_rgba8(40, 20);
    let bytes = encoded(&clear, ImageFormat::Png);
    let (made, mime_type) = image(&bytes, "fm=jpg").await;
    assert_eq!(
        (mime_type, made.to_rgb8().get_pixel(3, 3).0),
        ("image/jpeg", [255, 255, 255])
    );
    assert_eq!(image(&bytes, "fm=webp").await.1, "image/webp");
    let noise = DynamicImage::ImageRgb8(RgbImage::from_fn(64, 64, |x, y| {
        let value = u8::try_from((x * 37 + y * 91 + x * y) % 256).unwrap();
        Rgb([value, 255 - value, value / 2])
    }));
    let bytes = encoded(&noise, ImageFormat::Jpeg);
    let length = async |query: &str| of(&bytes, query).await.unwrap().unwrap().bytes.len();
    assert!(length("q=10").await < length("q=95").await / 2);
}

#[tokio::test]
async fn what_asks_for_nothing_or_is_no_image_stays_the_file() {
    let bytes = encoded(&flag(), ImageFormat::Png);
    for query in [
        "",
        "auto=format",
        "fm=avif",
        "fp-x=0.3&crop=focalpoint",
        "dl=a.png",
    ] {
        assert!(of(&bytes, query).await.unwrap().is_none(), "{query}");
    }
    let drawing = br#"<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"/>"#;
    assert!(of(drawing, "w=20").await.unwrap().is_none());
    let broken = &bytes[..bytes.len() / 2];
    let refused = of(broken, "w=20").await.err().unwrap();
    assert!(matches!(refused, TransformError::Image(_)), "{refused}");
    let refused = of(&bytes, "w=wide").await.err().unwrap();
    assert!(matches!(
        refused,
        TransformError::Parameter { name: "w", .. }
    ));
}
