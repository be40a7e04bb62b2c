//! The articles, the issues they came out in, and the rest of the editorial side.

use serde_json::{Map, Value, json};

use super::draft::{
    Plan, Stage, block, both, color, each, item_id, paragraph, seo, side, slug, span,
    structured_text,
};
use super::places::AUTHORS;
use super::topics::{ANGLES, Angle, Pair, TOPICS, Topic, about};

/// Titles and cover colours of the issues, oldest first.
const ISSUES: [(Pair, u32); 16] = [
    (("Water", "Acqua"), 0x002f_6f8f),
    (("Hands", "Mani"), 0x00a8_5a3c),
    (("Salt", "Sale"), 0x008a_8f94),
    (("White", "Bianco"), 0x00b9_b2a3),
    (("Bread", "Pane"), 0x00c2_8a3a),
    (("Islands", "Isole"), 0x002c_7a6b),
    (("Ash", "Cenere"), 0x005f_5b56),
    (("The cup", "La tazza"), 0x0094_4a5c),
    (("Rain", "Pioggia"), 0x004a_6a8a),
    (("Roots", "Radici"), 0x006b_4f35),
    (("Thresholds", "Soglie"), 0x007a_6a9a),
    (("Fire", "Fuoco"), 0x00b3_3f24),
    (("Repair", "Riparare"), 0x003f_6f4f),
    (("Dust", "Polvere"), 0x009a_8466),
    (("Shelves", "Mensole"), 0x004f_5f70),
    (("Beginnings", "Inizi"), 0x002f_5d50),
];

/// Sections of the magazine.
const CATEGORIES: [(Pair, u32, Pair); 8] = [
    (
        ("Makers", "Ceramisti"),
        0x00a8_5a3c,
        ("People at work.", "Persone al lavoro."),
    ),
    (
        ("Techniques", "Tecniche"),
        0x002f_6f8f,
        (
            "How it is done, and how it goes wrong.",
            "Come si fa, e come va storto.",
        ),
    ),
    (
        ("Materials", "Materiali"),
        0x006b_4f35,
        (
            "Clay, ash, feldspar and their tempers.",
            "Argilla, cenere, feldspato e i loro umori.",
        ),
    ),
    (
        ("History", "Storia"),
        0x007a_6a9a,
        ("What the shards say.", "Quello che dicono i cocci."),
    ),
    (
        ("Places", "Luoghi"),
        0x002c_7a6b,
        ("Towns with a kiln in them.", "Città con un forno dentro."),
    ),
    (
        ("At the table", "A tavola"),
        0x00c2_8a3a,
        ("Plates in use.", "Piatti in uso."),
    ),
    (
        ("Reviews", "Recensioni"),
        0x0094_4a5c,
        (
            "Exhibitions, books and one teapot a season.",
            "Mostre, libri e una teiera a stagione.",
        ),
    ),
    (
        ("Letters", "Lettere"),
        0x005f_5b56,
        (
            "Readers ask, a chemist answers.",
            "I lettori chiedono, una chimica risponde.",
        ),
    ),
];

/// A sentence between the facts, to let the text breathe.
const BRIDGES: [Pair; 6] = [
    (
        "It sounds simple, and it is, in the way that walking is simple.",
        "Sembra semplice, e lo è, come è semplice camminare.",
    ),
    (
        "There is a word for this in every dialect between the coast and the hills.",
        "C'è una parola per questo in ogni dialetto tra la costa e le colline.",
    ),
    (
        "We wrote it down twice, because the first page got wet.",
        "L'abbiamo scritto due volte, perché la prima pagina si era bagnata.",
    ),
    (
        "Nobody in the room thought of it as a secret.",
        "Nessuno nella stanza lo considerava un segreto.",
    ),
    (
        "The radio was on, low, and stayed on until the evening.",
        "La radio era accesa, bassa, ed è rimasta accesa fino a sera.",
    ),
    (
        "Then somebody put the kettle on, and the work went on around it.",
        "Poi qualcuno ha messo su il bollitore, e il lavoro è andato avanti lì intorno.",
    ),
];

/// What happens around the work; longer articles have more of it.
const SCENES: [Pair; 8] = [
    (
        "Lunch is at half past twelve and nobody is late for it, because the table is the same one the clay is wedged on and it has to be cleared first. There is bread, an omelette cut into squares, and a bowl of something pickled by a neighbour who is paid in plates. The talk is about the price of gas, a nephew who has gone to study engineering, and whether the new bag of feldspar is really the same as the old one. It is not. Everybody knew before they opened it.",
        "Si pranza a mezzogiorno e mezza e nessuno arriva tardi, perché il tavolo è lo stesso su cui si impasta l'argilla e prima va sgombrato. C'è il pane, una frittata tagliata a quadretti e una ciotola di qualcosa sott'aceto fatto da un vicino che viene pagato in piatti. Si parla del prezzo del gas, di un nipote che è andato a studiare ingegneria e del sacco nuovo di feldspato: è davvero uguale al vecchio? No. Lo sapevano tutti prima di aprirlo.",
    ),
    (
        "The shelves along the back wall are a kind of calendar. Nearest the door are the things that leave this week; above them what is waiting for a decision; at the top, under a sheet of plastic, the pieces nobody has the heart to fire and nobody has the heart to slake. A visitor once asked to buy one of those. She was given it, and a chair, and told to look at it for an hour first. She came back the next day with a different question.",
        "Le mensole sulla parete di fondo sono una specie di calendario. Vicino alla porta ci sono le cose che partono questa settimana; sopra, quelle che aspettano una decisione; in cima, sotto un telo di plastica, i pezzi che nessuno ha il cuore di cuocere né di rimettere a mollo. Una visitatrice una volta ha chiesto di comprarne uno. Gliel'hanno dato, insieme a una sedia, e le hanno detto di guardarlo per un'ora. È tornata il giorno dopo con un'altra domanda.",
    ),
    (
        "In the afternoon the light comes in low from the yard and every fault is visible: the thumb that slipped, the rim that leans, the place where the sponge went round once too often. It is the best hour for work and the worst for morale. Most of the decisions are taken then, quickly, with a wire. What is left on the board at five o'clock is what the day was for, and it is seldom more than a dozen pieces.",
        "Nel pomeriggio la luce entra bassa dal cortile e ogni difetto si vede: il pollice scivolato, il bordo che pende, il punto dove la spugna è passata una volta di troppo. È l'ora migliore per lavorare e la peggiore per l'umore. Quasi tutte le decisioni si prendono allora, in fretta, con un filo. Quello che alle cinque resta sull'asse è ciò a cui la giornata è servita, e di rado sono più di dodici pezzi.",
    ),
    (
        "There is a notebook for the kiln and a notebook for everything else, and the second is kept better. It has the dates of frosts, the names of dogs, a drawing of a handle that worked, the address of a man in the next valley who still sells ash from vine cuttings. Between two pages somebody has pressed a leaf of sage. The kiln notebook has numbers, and one line, underlined twice: do not trust the numbers.",
        "C'è un quaderno per il forno e un quaderno per tutto il resto, e il secondo è tenuto meglio. Ci sono le date delle gelate, i nomi dei cani, il disegno di un manico riuscito, l'indirizzo di un uomo nella valle accanto che vende ancora cenere di sarmenti. Tra due pagine qualcuno ha messo a seccare una foglia di salvia. Il quaderno del forno ha dei numeri, e una riga sottolineata due volte: non fidarsi dei numeri.",
    ),
    (
        "People who come to learn are given a broom. It is not a test, or not only: the floor teaches what the material does when nobody is looking, where it collects, how far it travels, what it does to a lung. After the broom comes the bucket, and after the bucket the wedging table, and somewhere in the second week, without a ceremony, somebody says that the wheel by the window is free. Most remember the broom more fondly.",
        "A chi viene a imparare si dà una scopa. Non è una prova, o non solo: il pavimento insegna che cosa fa la materia quando nessuno guarda, dove si raccoglie, quanto viaggia, che cosa fa a un polmone. Dopo la scopa viene il secchio, dopo il secchio il tavolo da impasto, e verso la seconda settimana, senza cerimonie, qualcuno dice che il tornio vicino alla finestra è libero. Quasi tutti ricordano con più affetto la scopa.",
    ),
    (
        "Money is spoken of on Fridays. A mug takes eleven minutes to make and two firings to finish, and it sells for what a lunch costs in the city; a large dish takes a morning and may crack on the way to the car. They have done the sum on the wall in pencil, more than once, and each time somebody has rubbed it out. What they agree on is that the tea is free and the seconds are honest, with the fault marked in chalk.",
        "Di soldi si parla il venerdì. Una tazza richiede undici minuti e due cotture, e si vende a quanto costa un pranzo in città; un piatto grande richiede una mattina e può rompersi sulla strada per la macchina. Il conto l'hanno fatto sul muro a matita, più di una volta, e ogni volta qualcuno l'ha cancellato. Sono d'accordo su una cosa: il tè è gratis e le seconde scelte sono oneste, con il difetto segnato col gesso.",
    ),
    (
        "The oldest tool in the room is a stone, flat on one side, that came from the riverbed and has been used to compress the feet of pots since before the war. It has been lost twice. Both times the work went badly until it was found, or so the story goes; the person who tells it will also admit that the work goes badly every spring, stone or no stone, when the clay has been cold for months and does not want to be spoken to.",
        "L'attrezzo più vecchio della stanza è un sasso, piatto da un lato, che viene dal letto del fiume e serve a comprimere i piedi dei vasi da prima della guerra. Si è perso due volte. Tutte e due le volte il lavoro è andato male finché non l'hanno ritrovato, o così si racconta; chi lo racconta ammette anche che il lavoro va male ogni primavera, sasso o non sasso, quando l'argilla è stata fredda per mesi e non vuole che le si parli.",
    ),
    (
        "At the end, when the boards are wrapped and the wheel is clean, somebody opens the door to the yard and they stand there for a while. Nobody smokes any more but the habit of the pause has stayed. The swallows, if it is the season, go in and out of the kiln shed as if they had shares in it. Then the light over the sink goes off, which is the signal, and everybody goes home with a little of the floor on their shoes.",
        "Alla fine, quando le assi sono coperte e il tornio è pulito, qualcuno apre la porta sul cortile e restano lì un po'. Nessuno fuma più ma l'abitudine della pausa è rimasta. Le rondini, se è stagione, entrano ed escono dalla tettoia del forno come se ne avessero delle quote. Poi si spegne la luce sopra il lavandino, che è il segnale, e tutti tornano a casa con un po' di pavimento sulle scarpe.",
    ),
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
    Subject {
        topic,
        angle,
        title,
        slug,
    }
}

fn article_id(number: usize) -> String {
    item_id("article", &number.to_string())
}

fn days(number: usize) -> u32 {
    u32::try_from(number)
        .unwrap_or(u32::MAX)
        .saturating_mul(PACE)
}

/// All articles, newest first. `day` gives the ISO date and time of so many days ago at a certain hour.
pub(super) fn articles(day: &impl Fn(u32, u32) -> String) -> Vec<Plan> {
    (0..ARTICLES).map(|number| article(number, day)).collect()
}

fn article(number: usize, day: &impl Fn(u32, u32) -> String) -> Plan {
    let Subject {
        topic,
        angle,
        title,
        slug,
    } = subject(number);
    let excerpt = about(topic, angle.excerpt);
    let body = each(|locale| body(number, topic, angle, locale));
    let words = ["en", "it"].map(|locale| {
        crate::cda::plain_text(&body[locale])
            .split_whitespace()
            .count()
    });
    let related: Vec<String> = [number + TOPICS.len(), number + 7]
        .into_iter()
        .filter(|other| is_public(*other))
        .map(article_id)
        .collect();
    // Four articles an issue; the newest four are in none yet.
    let index = ISSUES.len().saturating_sub(number / 4);
    let issue = (index < ISSUES.len()).then(|| item_id("issue", &index.to_string()));
    let stage = match number % 10 {
        DRAFTS => Stage::Draft,
        6 => Stage::Updated {
            before: earlier_wording(&title, angle, topic),
        },
        _ => Stage::Published,
    };
    let age = days(number) + 2;
    let touched = match stage {
        Stage::Published => age,
        Stage::Draft | Stage::Updated { .. } => age.min(u32::try_from(number % 7).unwrap_or(0) + 1),
    };
    Plan::new(
        "article",
        &number.to_string(),
        age,
        json!({
            "title": both(title.0.clone(), title.1.clone()),
            "slug": slug,
            "excerpt": both(excerpt.0.clone(), excerpt.1.clone()),
            "body": body,
            "tag": topic.tags[number / TOPICS.len() % topic.tags.len()],
            "category": item_id("category", &(number % CATEGORIES.len()).to_string()),
            "author": item_id("author", &(number * 5 % AUTHORS.len()).to_string()),
            "related": related,
            "featured": number.is_multiple_of(8),
            "published_on": day(age, 8),
            "seo": both(seo(&title.0, &excerpt.0), seo(&title.1, &excerpt.1)),
            "issue": issue,
            "reading_minutes": reading_minutes(words[0].max(words[1])),
        }),
    )
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
    before.insert(
        "title".into(),
        both(
            format!("{}, a draft of it", title.0),
            format!("{}, una prima versione", title.1),
        ),
    );
    let (english, italian) = about(topic, angle.heading);
    before.insert(
        "excerpt".into(),
        both(format!("{english}."), format!("{italian}.")),
    );
    before
}

fn body(number: usize, topic: &Topic, angle: &Angle, locale: &'static str) -> Value {
    let text = |pair: Pair| side(locale, pair);
    let bridge = |offset: usize| text(BRIDGES[(number + offset) % BRIDGES.len()]);
    let mut nodes = vec![
        paragraph(&format!("{} {}", text(angle.opening), bridge(0))),
        paragraph(text(topic.details[number % 3])),
        json!({ "type": "heading", "level": 2, "children": [span(text(angle.heading))] }),
        paragraph(&format!(
            "{} {}",
            text(topic.details[(number + 1) % 3]),
            bridge(2)
        )),
        json!({ "type": "block", "item": block("quote_block", &format!("quote/{number}/{locale}"), json!({
            "quote": text(topic.quote.0), "attribution": topic.quote.1,
        })) }),
        paragraph(&format!(
            "{} {}",
            bridge(3),
            text(topic.details[(number + 2) % 3])
        )),
    ];
    nodes.extend(
        (0..=number % 5).map(|scene| paragraph(text(SCENES[(number * 3 + scene) % SCENES.len()]))),
    );
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
    if number.is_multiple_of(3) {
        nodes.push(json!({ "type": "block", "item": newsletter(&format!("newsletter/{number}/{locale}"), locale) }));
    }
    structured_text(nodes)
}

fn newsletter(name: &str, locale: &'static str) -> Value {
    let text = |pair: Pair| side(locale, pair);
    block(
        "newsletter_block",
        name,
        json!({
            "heading": text(("A letter from the kiln shed", "Una lettera dal forno")),
            "invitation": text(("One email a month, on the first Sunday. No offers, sometimes a recipe.",
                                "Una mail al mese, la prima domenica. Niente offerte, a volte una ricetta.")),
            "button_label": text(("Write to me", "Scrivetemi")),
        }),
    )
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
    CATEGORIES
        .iter()
        .enumerate()
        .map(|(index, (name, rgb, description))| {
            Plan::new(
                "category",
                &index.to_string(),
                600,
                json!({
                    "name": both(name.0, name.1),
                    "slug": slug(name.0),
                    "color": color(*rgb),
                    "description": both(description.0, description.1),
                    "position": index + 1,
                }),
            )
            .created_by(0)
        })
        .collect()
}

/// The people who write.
pub(super) fn authors(day: &impl Fn(u32, u32) -> String) -> Vec<Plan> {
    AUTHORS
        .iter()
        .zip(0_u32..)
        .map(|((name, role, bio), index)| {
            let address = slug(name);
            Plan::new(
                "author",
                &index.to_string(),
                590 - index * 11,
                json!({
                    "name": name,
                    "slug": address,
                    "role": both(role.0, role.1),
                    "bio": both(bio.0, bio.1),
                    "website": format!("https://{address}.example"),
                    "joined_on": day(590 - index * 11, 0).chars().take(10).collect::<String>(),
                    "portrait": null,
                }),
            )
            .created_by(0)
        })
        .collect()
}

/// The home page and the standing pages.
pub(super) fn pages() -> Vec<Plan> {
    const PAGES: [(Pair, Pair); 6] = [
        (
            ("About us", "Chi siamo"),
            (
                "Kiln & Clay is made by six people, two kilns and a translator.",
                "Kiln & Clay è fatta da sei persone, due forni e una traduttrice.",
            ),
        ),
        (
            ("Write for us", "Scrivere per noi"),
            (
                "Send two paragraphs and one photograph. We answer everybody, slowly.",
                "Mandate due paragrafi e una fotografia. Rispondiamo a tutti, con calma.",
            ),
        ),
        (
            ("Subscribe", "Abbonamenti"),
            (
                "Four issues a year, printed on paper that does not mind wet hands.",
                "Quattro numeri l'anno, su carta che non teme le mani bagnate.",
            ),
        ),
        (
            ("Where to find us", "Dove trovarci"),
            (
                "In ninety studios and some bakeries.",
                "In novanta laboratori e qualche panetteria.",
            ),
        ),
        (
            ("Glaze safety", "Smalti e sicurezza"),
            (
                "What to wear, what to wash and what never to sieve dry.",
                "Che cosa indossare, che cosa lavare e che cosa non setacciare mai a secco.",
            ),
        ),
        (
            ("Privacy", "Privacy"),
            (
                "We keep your address on a card in a box, and in one database.",
                "Teniamo il vostro indirizzo su una scheda in una scatola, e in un database.",
            ),
        ),
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
