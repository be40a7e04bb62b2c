//! The panel's palette: every design token of the vendor's plugin interface, for
//! both schemes. The names are the vendor's (`datocms-plugin-sdk` 2.2 and its
//! theming guide), the colours are ours. The panel draws itself with the same
//! tokens it sends to plugins, so a plugin that uses them cannot look foreign.

use serde_json::{Map, Value, json};

use super::Scheme;

/// Name, light value, dark value.
#[rustfmt::skip]
const TOKENS: &[(&str, &str, &str)] = &[
    // Neutral surfaces.
    ("--color--surface", "#ffffff", "#17191c"),
    ("--color--surface-hover", "#f5f6f8", "#22252a"),
    ("--color--surface-muted", "#f5f6f8", "#1e2125"),
    ("--color--surface-raised", "#ffffff", "#22262b"),
    ("--color--surface-raised-hover", "#f2f4f6", "#2a2f35"),
    ("--color--surface-raised-active", "#e8ebef", "#31373e"),
    // Neutral text.
    ("--color--ink", "#22262b", "#e7e9ec"),
    ("--color--ink-subtle", "#5d6570", "#a5acb5"),
    ("--color--ink-hover", "#0f1215", "#ffffff"),
    ("--color--ink-muted", "#656d78", "#949ca6"),
    ("--color--ink-placeholder", "#757d88", "#87909a"),
    ("--color--ink-primary", "#1f5fd6", "#86adff"),
    ("--color--ink-link", "#1f5fd6", "#86adff"),
    ("--color--ink-danger", "#b3261e", "#ff9b92"),
    ("--color--ink-warning", "#8a5a00", "#f0c067"),
    ("--color--ink-success", "#1c6b3c", "#7fd6a0"),
    ("--color--ink-disabled", "#9aa1ab", "#636b75"),
    // Neutral lines.
    ("--color--border", "#e3e6ea", "#31363d"),
    ("--color--border-hover", "#c6ccd4", "#474e57"),
    // The main action.
    ("--color--primary--surface", "#1f5fd6", "#6f9dff"),
    ("--color--primary--surface-hover", "#1a53bd", "#86adff"),
    ("--color--primary--surface-active", "#1647a3", "#9cbcff"),
    ("--color--primary--surface-muted", "#a9c2f0", "#3b558c"),
    ("--color--primary--surface-secondary", "#174aa8", "#5a8cf5"),
    ("--color--primary--ink", "#ffffff", "#0e1420"),
    ("--color--primary--border", "#174aa8", "#86adff"),
    // The quiet brand.
    ("--color--primary-soft--surface", "#e8f0fd", "#1f2c47"),
    ("--color--primary-soft--surface-hover", "#dbe7fb", "#273859"),
    ("--color--primary-soft--surface-active", "#cbdcf8", "#2f446b"),
    ("--color--primary-soft--ink", "#1b54be", "#9cbcff"),
    ("--color--primary-soft--border", "#bdd2f6", "#35508a"),
    // The chosen item.
    ("--color--selected--surface", "#e8f0fd", "#1f2c47"),
    ("--color--selected--surface-hover", "#dbe7fb", "#273859"),
    ("--color--selected--ink", "#1b54be", "#9cbcff"),
    ("--color--selected--border", "#1f5fd6", "#6f9dff"),
    // Disabled, destructive, focused.
    ("--color--disabled--surface", "#f1f3f5", "#24282d"),
    ("--color--disabled--ink", "#767e88", "#838b95"),
    ("--color--danger--surface", "#b3261e", "#e5645a"),
    ("--color--danger--ink", "#ffffff", "#1c0b0a"),
    ("--color--focus--border", "#1f5fd6", "#6f9dff"),
    ("--color--focus--outline", "#1f5fd64d", "#6f9dff66"),
    // Messages.
    ("--color--danger-soft--surface", "#fdecea", "#40211f"),
    ("--color--danger-soft--ink", "#a1201a", "#ffaba3"),
    ("--color--danger-soft--border", "#f2b8b3", "#7d3a35"),
    ("--color--danger-soft--outline", "#b3261e40", "#ff9b9259"),
    ("--color--warning-soft--surface", "#fdf3df", "#3a2f1a"),
    ("--color--warning-soft--ink", "#7d5200", "#f2c878"),
    ("--color--warning-soft--border", "#ecd3a0", "#6d5628"),
    ("--color--warning-soft--outline", "#8a5a0040", "#f0c06759"),
    ("--color--success-soft--surface", "#e6f4ea", "#1c3426"),
    ("--color--success-soft--ink", "#185f35", "#8fdcab"),
    ("--color--success-soft--border", "#b5dcc3", "#2f6044"),
    ("--color--success-soft--outline", "#1c6b3c40", "#7fd6a059"),
    // Differences between two versions.
    ("--color--diff-added--surface", "#e3f5e8", "#183324"),
    ("--color--diff-added--outline", "#8fceaa", "#35704d"),
    ("--color--diff-added--ink", "#14532d", "#a5e6bd"),
    ("--color--diff-added--ink-subtle", "#3b7551", "#79b893"),
    ("--color--diff-removed--surface", "#fce8e6", "#3d1f1d"),
    ("--color--diff-removed--outline", "#eba59f", "#84403a"),
    ("--color--diff-removed--ink", "#8c1d18", "#ffb7b0"),
    ("--color--diff-removed--ink-subtle", "#a9514c", "#d18a84"),
    ("--color--diff-changed--surface", "#fdf3df", "#372d19"),
    ("--color--diff-changed--outline", "#e2c07a", "#77602d"),
    // The state of a record.
    ("--color--status-draft--ink", "#6a7381", "#9aa3ae"),
    ("--color--status-outdated--ink", "#1f5fd6", "#86adff"),
    ("--color--status-published--ink", "#1c8049", "#67cc8f"),
    // Highlights and progress.
    ("--color--highlight--surface", "#fff3bf", "#4a4118"),
    ("--color--progress--track", "#e3e6ea", "#363c44"),
    ("--color--progress--fill", "#1f5fd6", "#6f9dff"),
    ("--color--progress--fill-hover", "#1a53bd", "#86adff"),
    // Layers above the page.
    ("--color--backdrop--surface", "#1b1f2373", "#000000a6"),
    ("--color--backdrop--ink", "#ffffff", "#ffffff"),
    ("--color--overlay--surface", "#22262b", "#363c44"),
    ("--color--overlay--surface-hover", "#30363d", "#424952"),
    ("--color--overlay--surface-active", "#3d444c", "#4e5660"),
    ("--color--overlay--ink", "#ffffff", "#f2f4f6"),
    ("--color--stacked--surface", "#f5f6f8", "#1e2125"),
    ("--color--stacked--surface-upper", "#ffffff", "#262a30"),
    ("--color--stacked--surface-action", "#eceff2", "#2c3138"),
    ("--color--stacked--surface-action-hover", "#e2e6ea", "#343a42"),
    ("--color--stacked--surface-action-active", "#d7dce2", "#3d444d"),
    ("--color--stacked--ink", "#22262b", "#e7e9ec"),
    ("--color--stacked--ink-subtle", "#5d6570", "#a5acb5"),
    ("--color--stacked--border", "#dde1e6", "#383e46"),
    // Small things.
    ("--color--tooltip--surface", "#22262b", "#e7e9ec"),
    ("--color--tooltip--surface-hover", "#30363d", "#ffffff"),
    ("--color--tooltip--ink", "#ffffff", "#17191c"),
    ("--color--tooltip--ink-subtle", "#c3c9d0", "#4b535c"),
    ("--color--code--surface", "#f2f4f6", "#22262b"),
    ("--color--code--ink", "#2b3138", "#d5dae0"),
    ("--color--scrollbar--fill", "#c6ccd4", "#474e57"),
    // Groups of field types.
    ("--color--field-group-text--surface", "#e8f0fd", "#1f2c47"),
    ("--color--field-group-text--ink", "#1b54be", "#9cbcff"),
    ("--color--field-group-rich-text--surface", "#efe9fc", "#2c2547"),
    ("--color--field-group-rich-text--ink", "#5b35b5", "#c0a8ff"),
    ("--color--field-group-media--surface", "#fdeaf3", "#411f32"),
    ("--color--field-group-media--ink", "#a3195f", "#ff9fcb"),
    ("--color--field-group-datetime--surface", "#fdf0e4", "#3d2a18"),
    ("--color--field-group-datetime--ink", "#8f4a0b", "#f5b681"),
    ("--color--field-group-number--surface", "#e3f4f4", "#173536"),
    ("--color--field-group-number--ink", "#126566", "#7ed3d4"),
    ("--color--field-group-boolean--surface", "#e6f4ea", "#1c3426"),
    ("--color--field-group-boolean--ink", "#185f35", "#8fdcab"),
    ("--color--field-group-location--surface", "#fdecea", "#40211f"),
    ("--color--field-group-location--ink", "#a1201a", "#ffaba3"),
    ("--color--field-group-color--surface", "#fdf3df", "#3a2f1a"),
    ("--color--field-group-color--ink", "#7d5200", "#f2c878"),
    ("--color--field-group-seo--surface", "#eaf3e1", "#28361a"),
    ("--color--field-group-seo--ink", "#43620f", "#b5d67f"),
    ("--color--field-group-reference--surface", "#e5f1fb", "#1a3040"),
    ("--color--field-group-reference--ink", "#0f5a8f", "#85c7f5"),
    ("--color--field-group-json--surface", "#eef0f3", "#282c32"),
    ("--color--field-group-json--ink", "#4a525d", "#b5bcc5"),
    // Shadows.
    ("--shadow--raised", "0 1px 2px #1b1f2314", "0 1px 2px #00000080"),
    ("--shadow--floating", "0 8px 30px #1b1f2326", "0 8px 30px #00000099"),
    ("--shadow--lifted", "0 3px 12px #1b1f231f", "0 3px 12px #0000008c"),
    ("--shadow--ambient", "0 0 0 1px #1b1f230d", "0 0 0 1px #ffffff0d"),
];

/// The tokens of a scheme, name to value.
pub(crate) fn tokens(scheme: Scheme) -> impl Iterator<Item = (&'static str, &'static str)> {
    TOKENS.iter().map(move |(name, light, dark)| match scheme {
        Scheme::Light => (*name, *light),
        Scheme::Dark => (*name, *dark),
    })
}

/// The tokens as plugins receive them: `cssDesignTokens`.
pub(crate) fn css_design_tokens(scheme: Scheme) -> Value {
    let pairs = tokens(scheme).map(|(name, value)| (name.to_owned(), json!(value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// The deprecated `theme`, which plugins built before the tokens still read. The
/// vendor sends `rgb(…)` texts, and old plugins take them apart.
pub(crate) fn legacy_theme(scheme: Scheme) -> Value {
    let (primary, accent, light, dark) = match scheme {
        Scheme::Light => ([31, 95, 214], [31, 95, 214], [232, 240, 253], [23, 74, 168]),
        Scheme::Dark => (
            [111, 157, 255],
            [111, 157, 255],
            [31, 44, 71],
            [156, 188, 255],
        ),
    };
    let rgb = |[r, g, b]: [u8; 3]| format!("rgb({r}, {g}, {b})");
    let [r, g, b] = accent;
    json!({
        "primaryColor": rgb(primary),
        "accentColor": rgb(accent),
        "semiTransparentAccentColor": format!("rgba({r}, {g}, {b}, 0.08)"),
        "lightColor": rgb(light),
        "darkColor": rgb(dark),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn both_schemes_have_every_token_once() {
        let names = |scheme| tokens(scheme).map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(Scheme::Light), names(Scheme::Dark));
        let all = names(Scheme::Light);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(
            all.iter()
                .all(|n| n.starts_with("--color--") || n.starts_with("--shadow--"))
        );
    }

    /// Text on the surface of its own context is readable by WCAG AA, in both schemes.
    #[test]
    fn ink_is_readable_on_the_surface_of_its_context() {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let of = |name: String| {
                tokens(scheme)
                    .find(|(n, _)| *n == name)
                    .map(|(_, value)| value)
            };
            for (name, surface) in tokens(scheme) {
                let Some(context) = name.strip_suffix("--surface") else {
                    continue;
                };
                let Some(ink) = of(format!("{context}--ink")) else {
                    continue;
                };
                if surface.len() != 7 {
                    continue; // a translucent layer has no contrast of its own
                }
                let ratio = contrast(surface, ink);
                // Disabled controls are exempt from WCAG's contrast; we still ask for 3.
                let least = if context.ends_with("disabled") {
                    3.0
                } else {
                    4.5
                };
                assert!(
                    ratio >= least,
                    "{context} in {scheme:?}: {ink} on {surface} is {ratio:.2}"
                );
            }
            for ink in [
                "ink",
                "ink-subtle",
                "ink-muted",
                "ink-link",
                "ink-danger",
                "ink-warning",
                "ink-success",
            ] {
                for surface in ["surface", "surface-raised", "surface-muted"] {
                    let (ink, surface) = (
                        of(format!("--color--{ink}")),
                        of(format!("--color--{surface}")),
                    );
                    let ratio = contrast(surface.unwrap(), ink.unwrap());
                    assert!(
                        ratio >= 4.5,
                        "{ink:?} on {surface:?} in {scheme:?} is {ratio:.2}"
                    );
                }
            }
        }
    }

    /// WCAG 2.1 contrast ratio of two `#rrggbb` colours.
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |hex: &str| {
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.04045 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}
