//! The articles, the issues they came out in, and the rest of the editorial side.

use serde_json::{Map, Value, json};

use super::draft::{Plan, Stage, block, both, color, each, item_id, paragraph, seo, side, slug, span, structured_text};
use super::places::AUTHORS;
use super::topics::{ANGLES, Angle, Pair, TOPICS, Topic, about};

/// Titles and cover colours of the issues, oldest first.
const ISSUES: [(Pair, u32); 16] = [
    (("Water", "Acqua"), 0x2f_6f_8f),
    (("Hands", "Mani"), 0xa8_5a_3c),
    (("Salt", "Sale"), 0x8a_8f_94),
    (("White", "Bianco"), 0xb9_b2_a3),
    (("Bread", "Pane"), 0xc2_8a_3a),
    (("Islands", "Isole"), 0x2c_7a_6b),
    (("Ash", "Cenere"), 0x5f_5b_56),
    (("The cup", "La tazza"), 0x94_4a_5c),
    (("Rain", "Pioggia"), 0x4a_6a_8a),
    (("Roots", "Radici"), 0x6b_4f_35),
    (("Thresholds", "Soglie"), 0x7a_6a_9a),
    (("Fire", "Fuoco"), 0xb3_3f_24),
    (("Repair", "Riparare"), 0x3f_6f_4f),
    (("Dust", "Polvere"), 0x9a_84_66),
    (("Shelves", "Mensole"), 0x4f_5f_70),
    (("Beginnings", "Inizi"), 0x2f_5d_50),
];

/// Sections of the magazine.
const CATEGORIES: [(Pair, u32, Pair); 8] = [
    (("Makers", "Ceramisti"), 0xa8_5a_3c, ("People at work.", "Persone al lavoro.")),
    (("Techniques", "Tecniche"), 0x2f_6f_8f, ("How it is done, and how it goes wrong.", "Come si fa, e come va storto.")),
    (("Materials", "Materiali"), 0x6b_4f_35, ("Clay, ash, feldspar and their tempers.", "Argilla, cenere, feldspato e i loro umori.")),
    (("History", "Storia"), 0x7a_6a_9a, ("What the shards say.", "Quello che dicono i cocci.")),
    (("Places", "Luoghi"), 0x2c_7a_6b, ("Towns with a kiln in them.", "Città con un forno dentro.")),
    (("At the table", "A tavola"), 0xc2_8a_3a, ("Plates in use.", "Piatti in uso.")),
    (("Reviews", "Recensioni"), 0x94_4a_5c, ("Exhibitions, books and one teapot a season.", "Mostre, libri e una teiera a stagione.")),
    (("Letters", "Lettere"), 0x5f_5b_56, ("Readers ask, a chemist answers.", "I lettori chiedono, una chimica risponde.")),
];

/// A sentence between the facts, to let the text breathe.
const BRIDGES: [Pair; 6] = [
    ("It sounds simple, and it is, in the way that walking is simple.", "Sembra semplice, e lo è, come è semplice camminare."),
    ("There is a word for this in every dialect between the coast and the hills.", "C'è una parola per questo in ogni dialetto tra la costa e le colline."),
    ("We wrote it down twice, because the first page got wet.", "L'abbiamo scritto due volte, perché la prima pagina si era bagnata."),
    ("Nobody in the room thought of it as a secret.", "Nessuno nella stanza lo considerava un segreto."),
    ("The radio was on, low, and stayed on until the evening.", "La radio era accesa, bassa, ed è rimasta accesa fino a sera."),
    ("Then somebody put the kettle on, and the work went on around it.", "Poi qualcuno ha messo su il bollitore, e il lavoro è andato avanti lì intorno."),
];

/// How many days lie between two articles.
const PACE: u32 = 9;

/// How many articles there are.
pub(super) const ARTICLES: usize = TOPICS.len() * ANGLES.len();

/// Of ten articles, the one that is still a draft.
const DRAFTS: usize = 3;

/// Can an article be linked to? Only published ones, or the one that links could not be published either.
fn is_public(number: usize) -> bool {
    number < ARTICLES && number % 10 != DRAFTS
}

struct Subject {
    topic: &'static Topic,
    angle: &'static Angle,
    title: (String, String),
    slug: String,
}

/// The newest article is number 0; subjects take turns so that neighbours differ.
fn subject(number: usize) -> Subject {
    let topic = &TOPICS[number % TOPICS.len()];
    let angle = &ANGLES[(number / TOPICS.len() + number) % ANGLES.len()];
    let title = about(topic, angle.title);
    let slug = slug(&title.0);
    Subject { topic, angle, title, slug }
}

fn article_id(number: usize) -> String {
    item_id("article", &number.to_string())
}

fn days(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).saturating_mul(PACE)
}

/// All articles, newest first. `day` gives the ISO date and time of so many days ago at a certain hour.
pub(super) fn articles(day: &impl Fn(u32, u32) -> String) -> Vec<Plan> {
    (0..ARTICLES).map(|number| article(number, day)).collect()
}

fn article(number: usize, day: &impl Fn(u32, u32) -> String) -> Plan {
    let Subject { topic, angle, title, slug } = subject(number);
    let excerpt = about(topic, angle.excerpt);
    let body = each(|locale| body(number, topic, angle, locale));
    let words = ["en", "it"].map(|locale| crate::cda::plain_text(&body[locale]).split_whitespace().count());
    let related: Vec<String> =
        [number + TOPICS.len(), number + 7].into_iter().filter(|other| is_public(*other)).map(article_id).collect();
    // Four articles an issue; the newest four are in none yet.
    let index = ISSUES.len().saturating_sub(number / 4);
    let issue = (index < ISSUES.len()).then(|| item_id("issue", &index.to_string()));
    let stage = match number % 10 {
        DRAFTS => Stage::Draft,
        6 => Stage::Updated { before: earlier_wording(&title, angle, topic) },
        _ => Stage::Published,
    };
    let age = days(number) + 2;
    let touched = match stage {
        Stage::Published => age,
        Stage::Draft | Stage::Updated { .. } => age.min(u32::try_from(number % 7).unwrap_or(0) + 1),
    };
    Plan::new("article", &number.to_string(), age, json!({
        "title": both(title.0.clone(), title.1.clone()),
        "slug": slug,
        "excerpt": both(excerpt.0.clone(), excerpt.1.clone()),
        "body": body,
        "tag": topic.tags[number / TOPICS.len() % topic.tags.len()],
        "category": item_id("category", &(number % CATEGORIES.len()).to_string()),
        "author": item_id("author", &(number * 5 % AUTHORS.len()).to_string()),
        "related": related,
        "featured": number % 8 == 0,
        "published_on": day(age, 8),
        "seo": both(seo(&title.0, &excerpt.0), seo(&title.1, &excerpt.1)),
        "issue": issue,
        "reading_minutes": reading_minutes(words[0].max(words[1])),
    }))
    .created_by(number % 4)
    .touched(touched)
    .staged(stage)
}

/// Two hundred words a minute, and never less than one: the rule of the third migration.
fn reading_minutes(words: usize) -> usize {
    words.div_ceil(200).max(1)
}

/// What an article said before its latest, unpublished edit.
fn earlier_wording(title: &(String, String), angle: &Angle, topic: &Topic) -> Map<String, Value> {
    let mut before = Map::new();
    before.insert("title".into(), both(format!("{}, a draft of it", title.0), format!("{}, una prima versione", title.1)));
    let (english, italian) = about(topic, angle.heading);
    before.insert("excerpt".into(), both(format!("{english}."), format!("{italian}.")));
    before
}

fn body(number: usize, topic: &Topic, angle: &Angle, locale: &'static str) -> Value {
    let text = |pair: Pair| side(locale, pair);
    let bridge = |offset: usize| text(BRIDGES[(number + offset) % BRIDGES.len()]);
    let mut nodes = vec![
        paragraph(&format!("{} {}", text(angle.opening), bridge(0))),
        paragraph(text(topic.details[number % 3])),
        json!({ "type": "heading", "level": 2, "children": [span(text(angle.heading))] }),
        paragraph(&format!("{} {}", text(topic.details[(number + 1) % 3]), bridge(2))),
        json!({ "type": "block", "item": block("quote_block", &format!("quote/{number}/{locale}"), json!({
            "quote": text(topic.quote.0), "attribution": topic.quote.1,
        })) }),
        paragraph(&format!("{} {}", bridge(3), text(topic.details[(number + 2) % 3]))),
    ];
    let older = number + TOPICS.len();
    if is_public(older) {
        let other = subject(older).title;
        nodes.push(json!({ "type": "paragraph", "children": [
            span(text(("We have written about this before: ", "Ne avevamo già scritto: "))),
            { "type": "itemLink", "item": article_id(older), "children": [span(side(locale, (&other.0, &other.1)))] },
            span("."),
        ] }));
    }
    if number % 4 == 1 {
        nodes.push(json!({ "type": "block", "item": block("image_block", &format!("image/{number}/{locale}"), json!({
            "caption": text(("The workshop at the end of the day.", "Il laboratorio a fine giornata.")),
            "credit": "Marcus Webb", "image": null,
        })) }));
    }
    nodes.push(paragraph(text(angle.closing)));
    if number % 3 == 0 {
        nodes.push(json!({ "type": "block", "item": newsletter(&format!("newsletter/{number}/{locale}"), locale) }));
    }
    structured_text(nodes)
}

fn newsletter(name: &str, locale: &'static str) -> Value {
    let text = |pair: Pair| side(locale, pair);
    block("newsletter_block", name, json!({
        "heading": text(("A letter from the kiln shed", "Una lettera dal forno")),
        "invitation": text(("One email a month, on the first Sunday. No offers, sometimes a recipe.",
                            "Una mail al mese, la prima domenica. Niente offerte, a volte una ricetta.")),
        "button_label": text(("Write to me", "Scrivetemi")),
    }))
}

/// The issues, oldest first: one a season.
pub(super) fn issues(day: &impl Fn(u32, u32) -> String) -> Vec<Plan> {
    ISSUES.iter().enumerate().map(|(index, (title, accent))| {
        let age = u32::try_from(ISSUES.len() - index).unwrap_or(1) * 4 * PACE;
        Plan::new("issue", &index.to_string(), age, json!({
            "title": both(title.0, title.1),
            "number": index + 1,
            "slug": slug(title.0),
            "released_on": day(age, 0).chars().take(10).collect::<String>(),
            "accent": color(*accent),
            "editorial": both(
                format!("Every issue begins with a word on the wall. This time it was “{}”, and it stayed there all season.", title.0.to_lowercase()),
                format!("Ogni numero comincia con una parola sul muro. Stavolta era «{}», ed è rimasta lì tutta la stagione.", title.1.to_lowercase()),
            ),
        }))
    }).collect()
}

/// The sections of the magazine, in their order.
pub(super) fn categories() -> Vec<Plan> {
    CATEGORIES.iter().enumerate().map(|(index, (name, rgb, description))| {
        Plan::new("category", &index.to_string(), 600, json!({
            "name": both(name.0, name.1),
            "slug": slug(name.0),
            "color": color(*rgb),
            "description": both(description.0, description.1),
            "position": index + 1,
        })).created_by(0)
    }).collect()
}

/// The people who write.
pub(super) fn authors(day: &impl Fn(u32, u32) -> String) -> Vec<Plan> {
    AUTHORS.iter().zip(0_u32..).map(|((name, role, bio), index)| {
        let address = slug(name);
        Plan::new("author", &index.to_string(), 590 - index * 11, json!({
            "name": name,
            "slug": address,
            "role": both(role.0, role.1),
            "bio": both(bio.0, bio.1),
            "website": format!("https://{address}.example"),
            "joined_on": day(590 - index * 11, 0).chars().take(10).collect::<String>(),
            "portrait": null,
        })).created_by(0)
    }).collect()
}

/// The home page and the standing pages.
pub(super) fn pages() -> Vec<Plan> {
    const PAGES: [(Pair, Pair); 6] = [
        (("About us", "Chi siamo"), ("Kiln & Clay is made by six people, two kilns and a translator.", "Kiln & Clay è fatta da sei persone, due forni e una traduttrice.")),
        (("Write for us", "Scrivere per noi"), ("Send two paragraphs and one photograph. We answer everybody, slowly.", "Mandate due paragrafi e una fotografia. Rispondiamo a tutti, con calma.")),
        (("Subscribe", "Abbonamenti"), ("Four issues a year, printed on paper that does not mind wet hands.", "Quattro numeri l'anno, su carta che non teme le mani bagnate.")),
        (("Where to find us", "Dove trovarci"), ("In ninety studios and some bakeries.", "In novanta laboratori e qualche panetteria.")),
        (("Glaze safety", "Smalti e sicurezza"), ("What to wear, what to wash and what never to sieve dry.", "Che cosa indossare, che cosa lavare e che cosa non setacciare mai a secco.")),
        (("Privacy", "Privacy"), ("We keep your address on a card in a box, and in one database.", "Teniamo il vostro indirizzo su una scheda in una scatola, e in un database.")),
    ];
    let mut plans: Vec<Plan> = PAGES.iter().enumerate().map(|(index, (title, text))| {
        let sections = each(|locale| {
            let mut sections = vec![block("text_block", &format!("page/{index}/{locale}"), json!({
                "heading": side(locale, *title), "text": side(locale, *text),
            }))];
            if index == 0 {
                sections.push(block("gallery_block", &format!("gallery/{locale}"), json!({
                    "title": side(locale, ("Last summer's firing", "La cottura dell'estate scorsa")), "images": [],
                })));
            }
            if index == 2 {
                sections.push(newsletter(&format!("page-newsletter/{locale}"), locale));
            }
            Value::Array(sections)
        });
        let page = Plan::new("page", &index.to_string(), 580, json!({
            "title": both(title.0, title.1),
            "slug": slug(title.0),
            "sections": sections,
            "seo": both(seo(title.0, text.0), seo(title.1, text.1)),
            "position": index + 1,
        }));
        // A page about to come: nobody outside sees it yet.
        if index == 4 { page.touched(3).staged(Stage::Draft) } else { page }
    }).collect();
    let featured: Vec<String> = [0, 8, 16].map(article_id).to_vec();
    plans.push(Plan::new("home_page", "home_page", 580, json!({
        "headline": both("Slow things, fired once", "Cose lente, cotte una volta"),
        "introduction": both(
            "A magazine about ceramics and the people who would rather be making it.",
            "Una rivista sulla ceramica e su chi preferirebbe essere lì a farla.",
        ),
        "hero": each(|locale| block("quote_block", &format!("hero/{locale}"), json!({
            "quote": side(locale, ("Clay is the only material that remembers being held.", "L'argilla è l'unico materiale che ricorda di essere stato tenuto in mano.")),
            "attribution": "Elena Moretti",
        }))),
        "featured": featured,
        "seo": both(
            seo("Kiln & Clay", "A magazine about ceramics, in English and Italian."),
            seo("Kiln & Clay", "Una rivista di ceramica, in inglese e in italiano."),
        ),
    })).touched(12));
    plans
}
