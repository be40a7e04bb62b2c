//! Asking the pages for words.

use std::ops::Range;

use super::page::Page;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    pub(crate) words: String,
    /// Whether words that are almost the same count.
    pub(crate) fuzzy: bool,
    /// Only pages in this language.
    pub(crate) locale: Option<String>,
}

/// A page that has every word.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    pub(crate) page: Page,
    /// How often the words are there, in relation to how long the page is; those in the title count more.
    pub(crate) score: f64,
    /// The title with the words marked, if they are in it.
    pub(crate) title: Vec<String>,
    /// Pieces of the text with the words marked.
    pub(crate) body: Vec<String>,
}

/// How much more a word in the title counts.
const TITLE: f64 = 100.0;

/// Most pieces of the text.
const PIECES: usize = 3;

/// Characters around a word in a piece.
const AROUND: usize = 60;

/// The pages that have every word of the question, the best first.
pub(crate) fn ask(pages: Vec<Page>, question: &Question) -> Vec<Hit> {
    let words = question.words.to_lowercase();
    let wanted: Vec<&str> = spans(&words).map(|span| &words[span]).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<Hit> = pages
        .into_iter()
        .filter(|page| is_in(page, question.locale.as_deref()))
        .filter_map(|page| hit(page, &wanted, question.fuzzy))
        .collect();
    hits.sort_by(|one, other| {
        let by_score = other.score.total_cmp(&one.score);
        by_score.then_with(|| one.page.url.cmp(&other.page.url))
    });
    hits
}

/// `en-US` is in `en`, too.
fn is_in(page: &Page, locale: Option<&str>) -> bool {
    locale.is_none_or(|wanted| {
        page.locale.as_deref().is_some_and(|found| {
            let language = found.split('-').next().unwrap_or_default();
            found.eq_ignore_ascii_case(wanted) || language.eq_ignore_ascii_case(wanted)
        })
    })
}

fn hit(page: Page, wanted: &[&str], fuzzy: bool) -> Option<Hit> {
    let in_title = found(&page.title, wanted, fuzzy);
    let in_body = found(&page.body, wanted, fuzzy);
    let has = |word: usize| {
        let mut all = in_title.iter().chain(&in_body);
        all.any(|(found, _)| *found == word)
    };
    if !(0..wanted.len()).all(has) {
        return None;
    }
    let length = spans(&page.body).count().max(1);
    Some(Hit {
        score: count(in_title.len()) * TITLE + 100.0 * count(in_body.len()) / count(length),
        title: if in_title.is_empty() {
            Vec::new()
        } else {
            vec![marked(&page.title, 0..page.title.len(), &in_title)]
        },
        body: pieces(&page.body, &in_body),
        page,
    })
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

/// Which wanted word is where in the text.
fn found(text: &str, wanted: &[&str], fuzzy: bool) -> Vec<(usize, Range<usize>)> {
    let word_at = |span: Range<usize>| {
        let word = text[span.clone()].to_lowercase();
        let index = wanted.iter().position(|wanted| fits(&word, wanted, fuzzy));
        index.map(|index| (index, span))
    };
    spans(text).filter_map(word_at).collect()
}

/// Where the words of a text are.
fn spans(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let begin = rest + text[rest..].find(char::is_alphanumeric)?;
        let end = text[begin..].find(|c: char| !c.is_alphanumeric());
        rest = end.map_or(text.len(), |end| begin + end);
        Some(begin..rest)
    })
}

/// Whether a word is the wanted one, begins with it, or, for a fuzzy question, is almost it.
fn fits(word: &str, wanted: &str, fuzzy: bool) -> bool {
    let tolerance = match wanted.chars().count() {
        _ if !fuzzy => 0,
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    word.starts_with(wanted) || (tolerance > 0 && distance(word, wanted) <= tolerance)
}

/// The edit distance after Levenshtein, in characters.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

fn pieces(text: &str, found: &[(usize, Range<usize>)]) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut after = 0;
    for (_, span) in found {
        if span.start < after || pieces.len() == PIECES {
            continue;
        }
        let begin = text[..span.start].char_indices().rev().nth(AROUND - 1);
        let end = text[span.end..].char_indices().nth(AROUND);
        let piece = begin.map_or(0, |(at, _)| at).max(after)
            ..end.map_or(text.len(), |(at, _)| span.end + at);
        after = piece.end;
        pieces.push(marked(text, piece, found));
    }
    pieces
}

/// A piece of the text with the words in it between `[h]` and `[/h]`, as the vendor marks them.
fn marked(text: &str, piece: Range<usize>, found: &[(usize, Range<usize>)]) -> String {
    let mut marked = String::new();
    let mut at = piece.start;
    for (_, span) in found {
        if span.start < at || span.end > piece.end {
            continue;
        }
        marked.push_str(&text[at..span.start]);
        marked.push_str("[h]");
        marked.push_str(&text[span.clone()]);
        marked.push_str("[/h]");
        at = span.end;
    }
    marked.push_str(&text[at..piece.end]);
    marked.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(url: &str, locale: &str, title: &str, body: &str) -> Page {
        Page {
            url: url.to_owned(),
            title: title.to_owned(),
            body: body.to_owned(),
            locale: Some(locale.to_owned()),
        }
    }

    fn pages() -> Vec<Page> {
        vec![
            page("/a", "en", "Boats", "The quick sailor mends a sail."),
            page("/b", "en-US", "Sails", "How to mend a sail, and a boat."),
            page("/c", "it", "Barche", "Una vela, un sailor."),
        ]
    }

    fn urls(question: Question) -> Vec<String> {
        let hits = ask(pages(), &question);
        hits.into_iter().map(|hit| hit.page.url).collect()
    }

    fn words(words: &str) -> Question {
        Question {
            words: words.to_owned(),
            ..Question::default()
        }
    }

    #[test]
    fn every_word_must_be_there_and_titles_count_more() {
        assert_eq!(urls(words("SAIL")), ["/b", "/a", "/c"]);
        assert_eq!(urls(words("sail boat")), ["/a", "/b"]);
        assert_eq!(urls(words("sail train")), Vec::<String>::new());
        assert_eq!(urls(words(" ! ")), Vec::<String>::new());
    }

    #[test]
    fn a_language_and_its_variants() {
        let in_locale = |locale: &str| Question {
            locale: Some(locale.to_owned()),
            ..words("sail")
        };
        assert_eq!(urls(in_locale("en")), ["/b", "/a"]);
        assert_eq!(urls(in_locale("it")), ["/c"]);
    }

    #[test]
    fn almost_the_same_word_is_found_when_asked_fuzzily() {
        assert_eq!(urls(words("quikc")), Vec::<String>::new());
        let fuzzy = |text: &str| Question {
            fuzzy: true,
            ..words(text)
        };
        assert_eq!(urls(fuzzy("quik")), ["/a"]);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn words_are_marked_where_they_are() {
        let hits = ask(pages(), &words("mend sail"));
        assert_eq!(hits[0].title, ["[h]Sails[/h]"]);
        assert_eq!(
            hits[0].body,
            ["How to [h]mend[/h] a [h]sail[/h], and a boat."]
        );
        let long = format!("{} è vela {}", "x ".repeat(100), "y ".repeat(100));
        let hits = ask(vec![page("/", "it", "", &long)], &words("vela"));
        let piece = &hits[0].body[0];
        assert!(piece.contains("è [h]vela[/h] y"), "{piece}");
        assert!(piece.chars().count() < 140, "{piece}");
    }
}
