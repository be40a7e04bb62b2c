//! The parameters of an asset's address: their GraphQL names and types, and the query string they make.
//!
//! Names and types are those of the published schemas of real projects. A parameter's name in an address is its GraphQL name with
//! dashes: `fpX` is `fp-x`.

use serde_json::{Map, Value};

/// The values of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Integer,
    Float,
    Boolean,
    /// One of the values of an enum of its own.
    Enum(&'static [&'static str]),
    /// Some of them.
    Enums(&'static [&'static str]),
}

/// Names of one kind, separated by spaces.
type Names = &'static str;

/// The parameters that are numbers, texts and switches.
const PLAIN: [(Kind, Names); 4] = [
    (
        Kind::String,
        "ar bg blend blendColor border borderRadius borderRadiusInner cornerRadius dl duotone fillColor frame gridColors mark \
         markBase mask maskBg monochrome prefix rect trimColor txt txtColor txtFont txtLineColor",
    ),
    (
        Kind::Integer,
        "blendAlpha blendPad blendX blendY blur borderBottom borderLeft borderRight borderTop bri chromasub colorquant colors \
         con dpi duotoneAlpha exp expires faceindex faces fps gam gifQ gridSize high htn hue interval loop markAlpha markPad \
         markScale markX markY maxH maxW minH minW nr nrs orient pad padBottom padLeft padRight padTop page px q sat sepia \
         skip trimPad txtLead txtLig txtLine txtPad txtSize txtTrack txtWidth txtX txtY usm vib",
    ),
    (
        Kind::Float,
        "blendH blendW dpr facepad fpX fpY fpZ h markH markRot markW rot shad sharp trimMd trimSd trimTol txtShad usmrad w",
    ),
    (
        Kind::Boolean,
        "bgRemove fpDebug invert lossless pdfAnnotation reverse skipDefaultOptimizations",
    ),
];

const SIDES: &[&str] = &["bottom", "center", "left", "middle", "right", "top"];
const GRID: &[&str] = &["grid"];

/// The parameters that are words of a list. The enum of `blendMode` is `ImgixParamsBlendMode`.
const WORDS: [(&str, Kind); 23] = [
    (
        "auto",
        Kind::Enums(&["compress", "enhance", "format", "redeye"]),
    ),
    ("blendAlign", Kind::Enums(SIDES)),
    (
        "blendCrop",
        Kind::Enums(&["bottom", "faces", "left", "right", "top"]),
    ),
    (
        "blendFit",
        Kind::Enum(&["clamp", "clip", "crop", "max", "scale"]),
    ),
    (
        "blendMode",
        Kind::Enum(&[
            "burn",
            "color",
            "darken",
            "difference",
            "dodge",
            "exclusion",
            "hardlight",
            "hue",
            "lighten",
            "luminosity",
            "multiply",
            "normal",
            "overlay",
            "saturation",
            "screen",
            "softlight",
        ]),
    ),
    ("blendSize", Kind::Enum(&["inherit"])),
    ("ch", Kind::Enums(&["dpr", "saveData", "width"])),
    (
        "crop",
        Kind::Enums(&[
            "bottom",
            "edges",
            "entropy",
            "faces",
            "focalpoint",
            "left",
            "right",
            "top",
        ]),
    ),
    (
        "cs",
        Kind::Enum(&["adobergb1998", "srgb", "strip", "tinysrgb"]),
    ),
    ("fill", Kind::Enum(&["blur", "solid"])),
    (
        "fit",
        Kind::Enum(&[
            "clamp", "clip", "crop", "facearea", "fill", "fillmax", "max", "min", "scale",
        ]),
    ),
    ("flip", Kind::Enum(&["h", "hv", "v"])),
    (
        "fm",
        Kind::Enum(&[
            "avif", "blurhash", "gif", "jp2", "jpg", "json", "jxr", "mp4", "pjpg", "png", "png8",
            "png32", "webm", "webp",
        ]),
    ),
    ("iptc", Kind::Enum(&["allow", "block"])),
    ("markAlign", Kind::Enums(SIDES)),
    (
        "markFit",
        Kind::Enum(&["clip", "crop", "fill", "max", "scale"]),
    ),
    ("markTile", Kind::Enum(GRID)),
    ("palette", Kind::Enum(&["css", "json"])),
    ("transparency", Kind::Enum(GRID)),
    ("trim", Kind::Enum(&["auto", "color"])),
    ("txtAlign", Kind::Enums(SIDES)),
    (
        "txtClip",
        Kind::Enums(&["ellipsis", "end", "middle", "start"]),
    ),
    ("txtFit", Kind::Enum(&["max"])),
];

/// Every parameter with its kind.
pub(super) fn parameters() -> impl Iterator<Item = (&'static str, Kind)> {
    let plain = PLAIN
        .into_iter()
        .flat_map(|(kind, names)| names.split_whitespace().map(move |name| (name, kind)));
    plain.chain(WORDS)
}

/// Parameters as an address has them: by name, in the order of the alphabet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the `imgixParams` argument.
    pub(super) fn read(given: &Map<String, Value>) -> Self {
        let mut parameters = Self::default();
        for (name, value) in given {
            if let Some(text) = text(value) {
                parameters.set(&dashed(name), text);
            }
        }
        parameters
    }

    /// A parameter by its name in the address.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.0.iter();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// A parameter that is a number greater than nothing.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite() && *number > 0.0)
    }

    /// Sets a parameter.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(known, _)| known != name);
        let place = self.0.partition_point(|(known, _)| known.as_str() < name);
        self.0.insert(place, (name.to_owned(), value.into()));
    }

    /// The same with one more.
    pub(super) fn with(&self, name: &str, value: impl Into<String>) -> Self {
        let mut more = self.clone();
        more.set(name, value);
        more
    }

    /// The address with these parameters.
    pub(super) fn on(&self, url: &str) -> String {
        if self.0.is_empty() {
            return url.to_owned();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            query.append_pair(name, value);
        }
        format!("{url}?{}", query.finish())
    }
}

/// `fpX` → `fp-x`.
fn dashed(name: &str) -> String {
    let mut dashed = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            dashed.push('-');
        }
        dashed.push(letter.to_ascii_lowercase());
    }
    dashed
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::Bool(switch) => Some(switch.to_string()),
        Value::Number(number) => Some(
            number
                .as_f64()
                .map_or_else(|| number.to_string(), |number| number.to_string()),
        ),
        Value::String(text) => Some(text.clone()),
        Value::Array(values) => {
            let words: Vec<String> = values.iter().filter_map(text).collect();
            (!words.is_empty()).then(|| words.join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn address(given: &Value) -> String {
        Parameters::read(given.as_object().unwrap()).on("u")
    }

    #[test]
    fn parameters_make_a_query_string_in_order() {
        for (given, expected) in [
            (json!({}), "u"),
            (
                json!({"w": 750.0, "fit": "crop", "ar": "16:9"}),
                "u?ar=16%3A9&fit=crop&w=750",
            ),
            (
                json!({"auto": ["format", "compress"]}),
                "u?auto=format%2Ccompress",
            ),
            (json!({"auto": "format"}), "u?auto=format"),
            (
                json!({"fpX": 0.25, "fpDebug": true}),
                "u?fp-debug=true&fp-x=0.25",
            ),
            (
                json!({"borderRadiusInner": "3,3", "dpr": 1.5}),
                "u?border-radius-inner=3%2C3&dpr=1.5",
            ),
            (json!({"txt": "a&b c", "w": null}), "u?txt=a%26b+c"),
        ] {
            assert_eq!(address(&given), expected, "{given}");
        }
    }

    #[test]
    fn every_parameter_has_one_name() {
        let mut names: Vec<&str> = parameters().map(|(name, _)| name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(names.contains(&"w") && names.contains(&"fit") && names.contains(&"fpX"));
    }
}
