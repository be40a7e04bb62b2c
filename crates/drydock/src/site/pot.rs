//! An illustration for every article: a pot whose profile comes from the article's address, in the colour of its section.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// An inline SVG, decorative: a turned profile mirrored along its axis.
pub(super) fn svg(seed: &str, color: &str) -> String {
    let digest = Sha256::digest(seed.as_bytes());
    let part = |index: usize, low: f64, high: f64| {
        let byte = f64::from(digest.get(index).copied().unwrap_or(128));
        low + (high - low) * byte / 255.0
    };
    let (foot, belly, neck, lip) = (
        part(0, 16.0, 30.0),
        part(1, 34.0, 62.0),
        part(2, 9.0, 32.0),
        part(3, 14.0, 40.0),
    );
    let (top, shoulder, waist) = (
        part(4, 22.0, 60.0),
        part(5, 76.0, 104.0),
        part(6, 120.0, 150.0),
    );
    let side = |sign: f64| {
        let x = |radius: f64| 100.0 + sign * radius;
        [
            (x(lip), top, x(neck), top + 6.0, x(neck), top + 16.0),
            (
                x(neck),
                shoulder - 14.0,
                x(belly),
                shoulder - 10.0,
                x(belly),
                f64::midpoint(shoulder, waist),
            ),
            (x(belly), waist, x(foot), waist + 6.0, x(foot), 172.0),
        ]
    };
    let mut path = format!("M{:.1} {top:.1}", 100.0 - lip);
    for (ax, ay, bx, by, cx, cy) in side(-1.0) {
        write_curve(&mut path, [ax, ay, bx, by, cx, cy]);
    }
    write_line(&mut path, 100.0 + foot, 172.0);
    let mut right: Vec<(f64, f64, f64, f64, f64, f64)> = side(1.0).to_vec();
    right.reverse();
    let starts = [
        (100.0 + belly, f64::midpoint(shoulder, waist)),
        (100.0 + neck, top + 16.0),
        (100.0 + lip, top),
    ];
    for ((ax, ay, bx, by, _, _), (ex, ey)) in right.into_iter().zip(starts) {
        write_curve(&mut path, [bx, by, ax, ay, ex, ey]);
    }
    path.push('Z');
    let line = part(7, 84.0, 150.0);
    let glaze = part(8, 0.18, 0.42);
    format!(
        "<svg class=\"pot\" viewBox=\"0 0 200 200\" aria-hidden=\"true\" style=\"--glaze:{color}\">\
         <rect class=\"wall\" width=\"200\" height=\"200\"/><rect class=\"shelf\" y=\"172\" width=\"200\" height=\"28\"/>\
         <clipPath id=\"c{id}\"><path d=\"{path}\"/></clipPath><path class=\"clay\" d=\"{path}\"/>\
         <g clip-path=\"url(#c{id})\"><rect class=\"glaze\" width=\"200\" height=\"{line:.1}\"/>\
         <rect class=\"light\" x=\"{light:.1}\" width=\"12\" height=\"200\" opacity=\"{glaze:.2}\"/></g></svg>",
        id = digest.iter().take(4).fold(String::new(), |mut id, byte| {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
            id
        }),
        light = 100.0 - belly * 0.55,
    )
}

fn write_curve(path: &mut String, points: [f64; 6]) {
    let [ax, ay, bx, by, cx, cy] = points;
    // Writing to a string cannot fail.
    let _ = write!(path, "C{ax:.1} {ay:.1} {bx:.1} {by:.1} {cx:.1} {cy:.1}");
}

fn write_line(path: &mut String, x: f64, y: f64) {
    let _ = write!(path, "L{x:.1} {y:.1}");
}
