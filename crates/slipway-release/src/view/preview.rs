//! How the sandbox can be looked at: the delivery API's addresses, and two answers side by side.

use datocms_client::EnvironmentId;

/// A way to ask the delivery API for one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// What it is for.
    pub label: &'static str,
    /// One sentence about it.
    pub note: &'static str,
    /// Its address.
    pub address: String,
    /// Headers it needs beside the token.
    pub headers: Vec<(&'static str, String)>,
}

/// Stands where a token belongs: no example carries a real one.
const TOKEN_PLACEHOLDER: &str = "YOUR_API_TOKEN";

/// Every way to ask for `environment`; `delivery` is the delivery API's address without a slash at its end.
pub fn endpoints(delivery: &str, environment: &EnvironmentId) -> Vec<Endpoint> {
    vec![
        Endpoint {
            label: "Published content",
            note: "What a site built from this environment would show.",
            address: format!("{delivery}/environments/{environment}"),
            headers: Vec::new(),
        },
        Endpoint {
            label: "With drafts",
            note: "The latest version of every record, published or not.",
            address: format!("{delivery}/environments/{environment}/preview"),
            headers: Vec::new(),
        },
        Endpoint {
            label: "By header",
            note: "The usual address, with the environment named in a header.",
            address: delivery.to_owned(),
            headers: vec![("X-Environment", environment.to_string())],
        },
    ]
}

impl Endpoint {
    /// The endpoint's own headers, one a line, as they are typed.
    pub fn header_lines(&self) -> Vec<String> {
        self.headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    }

    /// A command for a terminal that asks for the environment's locales, with a stand-in for the token.
    pub fn curl(&self) -> String {
        let mut lines = vec![
            format!("curl '{}'", self.address),
            format!("-H 'Authorization: Bearer {TOKEN_PLACEHOLDER}'"),
            "-H 'Content-Type: application/json'".to_owned(),
        ];
        lines.extend(
            self.header_lines()
                .iter()
                .map(|header| format!("-H '{header}'")),
        );
        lines.push(r#"--data '{"query":"{ _site { locales } }"}'"#.to_owned());
        lines.join(" \\\n  ")
    }
}

/// The query the box begins with: the locales and, where there is a model, one of its records.
///
/// The delivery API names a model's single record by its api key in camel case (reference section 10).
pub fn default_query(model: Option<&str>) -> String {
    match model {
        Some(api_key) => format!(
            "{{\n  _site {{ locales }}\n  {} {{ id _updatedAt }}\n}}",
            camel_case(api_key)
        ),
        None => "{\n  _site { locales }\n}".to_owned(),
    }
}

fn camel_case(api_key: &str) -> String {
    let mut words = api_key.split('_').filter(|word| !word.is_empty());
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            name.extend(first.to_uppercase());
            name.push_str(letters.as_str());
        }
    }
    name
}

/// A line of one of two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its text.
    pub text: String,
    /// Whether the other text lacks it.
    pub differs: bool,
}

/// Past so many differing lines on a side the pairing would cost more than it shows.
const MOST_PAIRED: usize = 1_000;

/// Two texts by line, with the lines marked that the other one lacks.
pub fn side_by_side(previous: &str, next: &str) -> (Vec<Line>, Vec<Line>) {
    let (a, b): (Vec<&str>, Vec<&str>) = (previous.lines().collect(), next.lines().collect());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail = (a[head..].iter().rev())
        .zip(b[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (a_end, b_end) = (a.len() - tail, b.len() - tail);
    let (kept_a, kept_b) = common(&a[head..a_end], &b[head..b_end]);
    let mark = |lines: &[&str], end: usize, kept: &[bool]| {
        (lines.iter().enumerate())
            .map(|(index, text)| Line {
                text: (*text).to_owned(),
                differs: index >= head && index < end && !kept[index - head],
            })
            .collect()
    };
    (mark(&a, a_end, &kept_a), mark(&b, b_end, &kept_b))
}

/// Which lines of each side belong to their longest common subsequence.
fn common(a: &[&str], b: &[&str]) -> (Vec<bool>, Vec<bool>) {
    let (mut in_a, mut in_b) = (vec![false; a.len()], vec![false; b.len()]);
    if a.len() > MOST_PAIRED || b.len() > MOST_PAIRED {
        return (in_a, in_b);
    }
    let width = b.len() + 1;
    let mut length = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            length[i * width + j] = if a[i] == b[j] {
                length[(i + 1) * width + j + 1] + 1
            } else {
                length[(i + 1) * width + j].max(length[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            (in_a[i], in_b[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if length[(i + 1) * width + j] >= length[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    (in_a, in_b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn an_example_names_the_environment_and_carries_no_token() {
        let sandbox = "next".parse().unwrap();
        let endpoints = endpoints("https://graphql.example", &sandbox);
        assert_eq!(
            endpoints[1].address,
            "https://graphql.example/environments/next/preview"
        );
        assert_eq!(
            endpoints[2].curl(),
            "curl 'https://graphql.example' \\\n  \
             -H 'Authorization: Bearer YOUR_API_TOKEN' \\\n  \
             -H 'Content-Type: application/json' \\\n  \
             -H 'X-Environment: next' \\\n  \
             --data '{\"query\":\"{ _site { locales } }\"}'"
        );
    }

    #[rstest]
    #[case(None, "{\n  _site { locales }\n}")]
    #[case(
        Some("blog_post"),
        "{\n  _site { locales }\n  blogPost { id _updatedAt }\n}"
    )]
    fn the_first_query_works_anywhere(#[case] model: Option<&str>, #[case] query: &str) {
        assert_eq!(default_query(model), query);
    }

    /// `-` before a line that the other side lacks.
    fn marked(lines: &[Line]) -> String {
        lines
            .iter()
            .map(|line| format!("{}{}", if line.differs { "-" } else { "" }, line.text))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[rstest]
    #[case("a b c", "a b c", "a b c", "a b c")]
    #[case("a b c", "a x c", "a -b c", "a -x c")]
    #[case("a c", "a b c", "a c", "a -b c")]
    #[case("", "a", "", "-a")]
    #[case("a b c d", "b d e", "-a b -c d", "b d -e")]
    fn lines_the_other_side_lacks_are_marked(
        #[case] previous: &str,
        #[case] next: &str,
        #[case] marked_previous: &str,
        #[case] marked_next: &str,
    ) {
        let lines = |words: &str| words.replace(' ', "\n");
        let (a, b) = side_by_side(&lines(previous), &lines(next));
        assert_eq!(
            (marked(&a).as_str(), marked(&b).as_str()),
            (marked_previous, marked_next)
        );
    }
}
