//! What a page says: its title, its text, its language, and where it leads.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};
use http::Uri;

/// A page as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) url: String,
    pub(crate) title: String,
    /// Its text, with single spaces.
    pub(crate) body: String,
    /// `lang` of its `html` element.
    pub(crate) locale: Option<String>,
}

/// A page as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) page: Page,
    /// Absolute addresses without fragments, as they appear.
    pub(super) links: Vec<String>,
    /// Whether the page wants to be found (`robots` does not say `noindex`).
    pub(super) may_be_kept: bool,
    /// Whether its links are for robots (`robots` does not say `nofollow`).
    pub(super) may_be_followed: bool,
}

/// Elements whose text nobody reads.
const SILENT: [&str; 6] = ["script", "style", "noscript", "template", "svg", "head"];

/// Elements without an end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements within a line: all others end a word.
const INLINE: [&str; 14] = [
    "a", "abbr", "b", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup",
];

/// Reads a page. `url` is its own address.
pub(super) fn read(url: &str, html: &str) -> Reading {
    let mut reader = Reader::new(url);
    let mut emitter = DefaultEmitter::<()>::default();
    // Without it the text of a script would be taken for markup.
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => reader.open(&tag),
            Token::EndTag(tag) => reader.close(&text(&tag.name)),
            Token::String(piece) => reader.say(&text(&piece)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    let mut reading = reader.reading;
    for words in [&mut reading.page.title, &mut reading.page.body] {
        words.truncate(words.trim_end().len());
    }
    reading
}

fn text(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

struct Reader {
    reading: Reading,
    in_title: bool,
    /// The silent element we are in, and how many elements of its name are open.
    silence: Option<(String, usize)>,
}

impl Reader {
    fn new(url: &str) -> Self {
        Self {
            reading: Reading {
                page: Page {
                    url: url.to_owned(),
                    title: String::new(),
                    body: String::new(),
                    locale: None,
                },
                links: Vec::new(),
                may_be_kept: true,
                may_be_followed: true,
            },
            in_title: false,
            silence: None,
        }
    }

    fn open(&mut self, tag: &StartTag<()>) {
        let name = text(&tag.name);
        let attribute = |key: &[u8]| {
            let value = tag.attributes.get(key);
            value.map(|value| String::from_utf8_lossy(value).into_owned())
        };
        match name.as_str() {
            "html" => self.reading.page.locale = attribute(b"lang"),
            "title" => self.in_title = self.reading.page.title.is_empty() && !self.in_a_picture(),
            "meta" if attribute(b"name").as_deref() == Some("robots") => {
                let wishes = attribute(b"content").unwrap_or_default().to_lowercase();
                self.reading.may_be_kept &= !wishes.contains("noindex");
                self.reading.may_be_followed &= !wishes.contains("nofollow");
            }
            "a" if self.silence.is_none() => {
                let link = attribute(b"href").and_then(|to| resolve(&self.reading.page.url, &to));
                self.reading.links.extend(link);
            }
            _ => {}
        }
        if VOID.contains(&name.as_str()) || tag.self_closing {
            self.space(&name);
            return;
        }
        match &mut self.silence {
            Some((silent, depth)) if *silent == name => *depth += 1,
            Some(_) => {}
            None if SILENT.contains(&name.as_str())
                || tag
                    .attributes
                    .contains_key(b"data-datocms-noindex".as_slice()) =>
            {
                self.silence = Some((name, 1));
            }
            None => self.space(&name),
        }
    }

    fn in_a_picture(&self) -> bool {
        self.silence.as_ref().is_some_and(|(name, _)| name == "svg")
    }

    fn close(&mut self, name: &str) {
        if name == "title" {
            self.in_title = false;
        }
        match &mut self.silence {
            Some((silent, depth)) if silent == name => {
                *depth -= 1;
                if *depth == 0 {
                    self.silence = None;
                }
            }
            Some(_) => {}
            None => self.space(name),
        }
    }

    fn say(&mut self, piece: &str) {
        if self.in_title {
            append(&mut self.reading.page.title, piece);
        } else if self.silence.is_none() {
            append(&mut self.reading.page.body, piece);
        }
    }

    fn space(&mut self, name: &str) {
        if self.silence.is_none() && !INLINE.contains(&name) {
            append(&mut self.reading.page.body, " ");
        }
    }
}

/// Appends with runs of white space made one space.
fn append(to: &mut String, piece: &str) {
    for c in piece.chars() {
        if !c.is_whitespace() {
            to.push(c);
        } else if !to.is_empty() && !to.ends_with(' ') {
            to.push(' ');
        }
    }
}

/// Where a link leads: an absolute address without a fragment. `None` for what is no web address.
pub(super) fn resolve(base: &str, link: &str) -> Option<String> {
    let link = link.trim();
    let link = link.split_once('#').map_or(link, |(before, _)| before);
    let base: Uri = base.parse().ok()?;
    let scheme = base.scheme_str()?;
    let authority = base.authority()?;
    let has_scheme = link
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    let address = if link.is_empty() {
        return None;
    } else if has_scheme {
        link.to_owned()
    } else if let Some(rest) = link.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else {
        let path = if link.starts_with('/') {
            link.to_owned()
        } else if link.starts_with('?') {
            format!("{}{link}", base.path())
        } else {
            let folder = base
                .path()
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder);
            format!("{folder}/{link}")
        };
        format!("{scheme}://{authority}{}", without_dots(&path))
    };
    let found: Uri = address.parse().ok()?;
    let is_web = matches!(found.scheme_str(), Some("http" | "https"));
    (is_web && found.authority().is_some()).then_some(address)
}

fn without_dots(path: &str) -> String {
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (path, String::new()),
    };
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    format!("/{}{query}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{read, resolve};

    #[test]
    fn a_page_gives_its_words_and_its_links() {
        let reading = read(
            "http://x.test/en/",
            "<!doctype html><html lang=en><head><title>A &amp; B</title><style>p{}</style></head><body>\
             <nav data-datocms-noindex><div><a href='/hidden'>Menu</a></div></nav>\
             <h1>Hello</h1><p>big <b>wor</b>ld</p><script>if (a < b) { '<p>no</p>' }</script>\
             <svg><title>Icon</title></svg><a href='../it#top'>It</a> <a href='mailto:a@b.test'>Mail</a></body></html>",
        );
        assert_eq!(reading.page.title, "A & B");
        assert_eq!(reading.page.body, "Hello big world It Mail");
        assert_eq!(reading.page.locale.as_deref(), Some("en"));
        assert_eq!(reading.links, ["http://x.test/it"]);
        assert!(reading.may_be_kept && reading.may_be_followed);
    }

    #[test]
    fn a_page_may_ask_to_be_left_alone() {
        let reading = read(
            "http://x.test/",
            "<meta name=robots content='noindex, nofollow'>a",
        );
        assert!(!reading.may_be_kept && !reading.may_be_followed);
    }

    #[test]
    fn links_are_seen_from_their_page() {
        let from = |link: &str| resolve("http://x.test/a/b?q=1", link);
        assert_eq!(from("c").as_deref(), Some("http://x.test/a/c"));
        assert_eq!(from("/c?d").as_deref(), Some("http://x.test/c?d"));
        assert_eq!(from("?p=2").as_deref(), Some("http://x.test/a/b?p=2"));
        assert_eq!(from("../../c/./d").as_deref(), Some("http://x.test/c/d"));
        assert_eq!(from("//y.test/z").as_deref(), Some("http://y.test/z"));
        assert_eq!(from("https://y.test").as_deref(), Some("https://y.test"));
        assert_eq!(from("javascript:alert(1)"), None);
        assert_eq!(from("#top"), None);
    }
}
