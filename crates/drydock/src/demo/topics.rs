//! What the magazine writes about: twelve subjects with their sentences, in both languages.

/// A text in the two languages of the magazine.
pub(super) type Pair = (&'static str, &'static str);

/// One subject. Italian needs the noun with its article and with the preposition it contracts with.
pub(super) struct Topic {
    /// The word editors type into the tag field, as they typed it over the years.
    pub(super) tags: &'static [&'static str],
    /// "the wheel"
    pub(super) english: &'static str,
    /// "il tornio"
    pub(super) italian: &'static str,
    /// "del tornio"
    pub(super) italian_of: &'static str,
    /// Three facts or observations about it.
    pub(super) details: [Pair; 3],
    /// Somebody's words about it, with who said them.
    pub(super) quote: (Pair, &'static str),
}

/// The subjects, in the order the articles go through them.
pub(super) const TOPICS: [Topic; 12] = [
    Topic {
        tags: &["Glazing", "glazing", "Glazing "],
        english: "glazing",
        italian: "la smaltatura",
        italian_of: "della smaltatura",
        details: [
            (
                "A bucket of glaze settles overnight, and the first job of the morning is to bring it back with a stick and patience.",
                "Un secchio di smalto si deposita durante la notte, e il primo lavoro del mattino è riportarlo su con un bastone e pazienza.",
            ),
            (
                "Two coats are a decision; three are usually an accident.",
                "Due mani sono una decisione; tre, di solito, un incidente.",
            ),
            (
                "Every studio keeps a shelf of test tiles that nobody throws away, because the ugly ones turn out to be useful.",
                "Ogni laboratorio tiene una mensola di piastrelle di prova che nessuno butta, perché le brutte prima o poi servono.",
            ),
        ],
        quote: (
            (
                "I stopped writing recipes down the day I understood I was writing down the weather.",
                "Ho smesso di scrivere le ricette il giorno in cui ho capito che stavo scrivendo il tempo che faceva.",
            ),
            "Ines Valdarno",
        ),
    },
    Topic {
        tags: &["Wheel throwing", "wheel throwing"],
        english: "the wheel",
        italian: "il tornio",
        italian_of: "del tornio",
        details: [
            (
                "Centring is not strength: watch the elbows of anyone who does it well and you will see them resting.",
                "Centrare non è forza: guardate i gomiti di chi lo sa fare e li vedrete appoggiati.",
            ),
            (
                "A kick wheel makes one sound when you are in a hurry and another when you are not.",
                "Un tornio a pedale fa un rumore quando si ha fretta e un altro quando non se ne ha.",
            ),
            (
                "The first hundred bowls teach the hand; the second hundred teach the eye to leave the hand alone.",
                "Le prime cento ciotole insegnano alla mano; le seconde cento insegnano all'occhio a lasciarla stare.",
            ),
        ],
        quote: (
            (
                "The pot is finished one turn before you think it is.",
                "Il vaso è finito un giro prima di quando credi.",
            ),
            "Tom Ashdown",
        ),
    },
    Topic {
        tags: &["Raku", "raku"],
        english: "raku",
        italian: "il raku",
        italian_of: "del raku",
        details: [
            (
                "The tongs go in when the surface looks like wet sugar, and not a minute before.",
                "Le pinze entrano quando la superficie sembra zucchero bagnato, e non un minuto prima.",
            ),
            (
                "Sawdust, leaves, newspaper: each leaves its own handwriting in the black.",
                "Segatura, foglie, giornale: ognuno lascia la propria grafia nel nero.",
            ),
            (
                "It is the only firing after which everybody stays for supper.",
                "È l'unica cottura dopo la quale tutti restano a cena.",
            ),
        ],
        quote: (
            (
                "You do not control it. You invite it and you lay the table.",
                "Non lo controlli. Lo inviti e apparecchi la tavola.",
            ),
            "Marta Bellini",
        ),
    },
    Topic {
        tags: &["Porcelain", "porcelain"],
        english: "porcelain",
        italian: "la porcellana",
        italian_of: "della porcellana",
        details: [
            (
                "It remembers everything: a bump on Monday is a warp on Friday.",
                "Ricorda tutto: un urto il lunedì è una deformazione il venerdì.",
            ),
            (
                "Held against a window, the wall of a good cup lets the afternoon through.",
                "Contro una finestra, la parete di una buona tazza lascia passare il pomeriggio.",
            ),
            (
                "Nobody who works with it keeps a grey apron for long.",
                "Nessuno che la lavori tiene a lungo un grembiule grigio.",
            ),
        ],
        quote: (
            (
                "It is a clay that wants to be told things once.",
                "È un'argilla a cui le cose vanno dette una volta sola.",
            ),
            "Aiko Mercer",
        ),
    },
    Topic {
        tags: &["Stoneware"],
        english: "stoneware",
        italian: "il gres",
        italian_of: "del gres",
        details: [
            (
                "A stoneware mug survives the dishwasher, the move and the divorce.",
                "Una tazza di gres sopravvive alla lavastoviglie, al trasloco e al divorzio.",
            ),
            (
                "Iron specks come up through the glaze like freckles in June.",
                "I puntini di ferro salgono attraverso lo smalto come lentiggini a giugno.",
            ),
            (
                "The body is half of the colour, and the half people forget to choose.",
                "L'impasto è metà del colore, e la metà che ci si dimentica di scegliere.",
            ),
        ],
        quote: (
            (
                "If it can't be dropped on a Tuesday, it isn't tableware.",
                "Se non può cadere di martedì, non è da tavola.",
            ),
            "Rhys Calloway",
        ),
    },
    Topic {
        tags: &["Wood firing", "Wood-firing", "wood firing"],
        english: "wood firing",
        italian: "la cottura a legna",
        italian_of: "della cottura a legna",
        details: [
            (
                "The kiln is stoked every seven minutes, and the night is divided into shifts like a ship's.",
                "Il forno si alimenta ogni sette minuti, e la notte si divide in turni come su una nave.",
            ),
            (
                "Ash lands where the flame slows down, which is never where it was drawn on the plan.",
                "La cenere si posa dove la fiamma rallenta, che non è mai dove lo diceva il disegno.",
            ),
            (
                "Pine for the heat, beech for the end, and whatever the neighbour cut down for the middle.",
                "Pino per il calore, faggio per la fine, e in mezzo quello che ha tagliato il vicino.",
            ),
        ],
        quote: (
            (
                "We unload on the third day because by then we have forgiven it.",
                "Scarichiamo il terzo giorno perché per allora l'abbiamo perdonato.",
            ),
            "Piero Landi",
        ),
    },
    Topic {
        tags: &["Slipware", "slipware"],
        english: "slipware",
        italian: "l'ingobbio",
        italian_of: "dell'ingobbio",
        details: [
            (
                "The slip trailer is a bulb, a quill and ten years of not sneezing.",
                "La peretta è una pompetta, una penna e dieci anni senza starnutire.",
            ),
            (
                "Honey-coloured dishes went from the farm table to the museum without changing anything but the light.",
                "I piatti color miele sono passati dalla tavola contadina al museo senza cambiare altro che la luce.",
            ),
            (
                "Feathering has to be done while the slip still shines, and it shines for about a minute.",
                "La piumatura va fatta finché l'ingobbio luccica, e luccica per un minuto circa.",
            ),
        ],
        quote: (
            (
                "A line of slip cannot be corrected, only continued.",
                "Una linea d'ingobbio non si corregge, si continua.",
            ),
            "Nell Hargreave",
        ),
    },
    Topic {
        tags: &["Majolica", "Maiolica", "majolica"],
        english: "maiolica",
        italian: "la maiolica",
        italian_of: "della maiolica",
        details: [
            (
                "The brush touches raw glaze the way a finger touches flour: there is no second chance and no need of one.",
                "Il pennello tocca lo smalto crudo come un dito la farina: non c'è una seconda possibilità e non serve.",
            ),
            (
                "Cobalt goes on grey and comes out sky.",
                "Il cobalto si stende grigio ed esce cielo.",
            ),
            (
                "In the old workshops the painter signed with a gap in the border, and only the next painter knew where to look.",
                "Nelle botteghe antiche il pittore firmava con un vuoto nel bordo, e solo il pittore dopo sapeva dove guardare.",
            ),
        ],
        quote: (
            (
                "White is the hardest colour we make; the rest is only painting.",
                "Il bianco è il colore più difficile che facciamo; il resto è solo pittura.",
            ),
            "Caterina Fabbri",
        ),
    },
    Topic {
        tags: &["Tools"],
        english: "the potter's tools",
        italian: "gli attrezzi",
        italian_of: "degli attrezzi",
        details: [
            (
                "The best rib in the studio is a broken ruler with the numbers worn off.",
                "La migliore stecca del laboratorio è un righello rotto con i numeri consumati.",
            ),
            (
                "A cutting wire lasts until the day you lend it.",
                "Un filo per tagliare dura fino al giorno in cui lo presti.",
            ),
            (
                "Sponges are counted at the end of the day, like children after a school trip.",
                "Le spugne si contano a fine giornata, come i bambini dopo la gita.",
            ),
        ],
        quote: (
            (
                "I have forty tools and I use a credit card.",
                "Ho quaranta attrezzi e uso una carta di credito.",
            ),
            "Jonah Pell",
        ),
    },
    Topic {
        tags: &["Kilns", "kilns"],
        english: "kilns",
        italian: "il forno",
        italian_of: "del forno",
        details: [
            (
                "A new kiln is fired empty the first time, which takes more discipline than it sounds.",
                "Un forno nuovo si cuoce vuoto la prima volta, e ci vuole più disciplina di quanto sembri.",
            ),
            (
                "The cone bends, the pyrometer disagrees, and the cone is right.",
                "Il cono si piega, il pirometro non è d'accordo, e ha ragione il cono.",
            ),
            (
                "Shelves are washed before every firing and regretted after the one when they were not.",
                "Le piastre si dipingono prima di ogni cottura e si rimpiangono dopo quella in cui non si è fatto.",
            ),
        ],
        quote: (
            (
                "Never open it warm. I have a drawer full of reasons.",
                "Mai aprirlo caldo. Ho un cassetto pieno di motivi.",
            ),
            "Lidia Sanna",
        ),
    },
    Topic {
        tags: &["Restoration", "restoration"],
        english: "restoration",
        italian: "il restauro",
        italian_of: "del restauro",
        details: [
            (
                "The rule is that the repair must be visible to the hand and invisible to the room.",
                "La regola è che la riparazione si senta con la mano e non si veda dalla stanza.",
            ),
            (
                "Old glue is softened with steam, and with it come forty years of kitchen.",
                "La colla vecchia si ammorbidisce con il vapore, e con lei vengono via quarant'anni di cucina.",
            ),
            (
                "A missing piece is drawn before it is made, and sometimes the drawing is enough.",
                "Un pezzo mancante si disegna prima di rifarlo, e a volte il disegno basta.",
            ),
        ],
        quote: (
            (
                "The crack is the only part of the plate with a date on it.",
                "La crepa è l'unica parte del piatto con una data.",
            ),
            "Saverio Conti",
        ),
    },
    Topic {
        tags: &["Tableware", "tableware"],
        english: "tableware",
        italian: "la ceramica da tavola",
        italian_of: "della ceramica da tavola",
        details: [
            (
                "A plate is judged full, washed and stacked, in that order.",
                "Un piatto si giudica pieno, lavato e impilato, in quest'ordine.",
            ),
            (
                "Restaurants ask for the same bowl two hundred times, and the two hundredth is where it becomes interesting.",
                "I ristoranti chiedono la stessa ciotola duecento volte, ed è alla duecentesima che diventa interessante.",
            ),
            (
                "The foot of a bowl is for the table; the lip is for everybody else.",
                "Il piede di una ciotola è per la tavola; il labbro è per tutti gli altri.",
            ),
        ],
        quote: (
            (
                "People tell me the soup tastes better. I have never corrected them.",
                "La gente mi dice che la zuppa è più buona. Non li ho mai corretti.",
            ),
            "Orla Whitcombe",
        ),
    },
];

/// The angles an article can take: title, opening, closing. `{en}`, `{it}` and `{di}` stand for the subject.
pub(super) struct Angle {
    pub(super) title: Pair,
    pub(super) excerpt: Pair,
    pub(super) opening: Pair,
    pub(super) heading: Pair,
    pub(super) closing: Pair,
}

/// Five ways to write about a subject.
pub(super) const ANGLES: [Angle; 5] = [
    Angle {
        title: ("The patience of {en}", "La pazienza {di}"),
        excerpt: (
            "Three days in a workshop where nothing is hurried, and what we learned by waiting.",
            "Tre giorni in un laboratorio dove nulla ha fretta, e quello che abbiamo imparato aspettando.",
        ),
        opening: (
            "We arrived with a list of questions and were handed an apron.",
            "Siamo arrivati con una lista di domande e ci hanno dato un grembiule.",
        ),
        heading: ("What takes time", "Quello che richiede tempo"),
        closing: (
            "On the last afternoon nobody explained anything, and it was the part we understood best.",
            "L'ultimo pomeriggio nessuno ha spiegato niente, ed è la parte che abbiamo capito meglio.",
        ),
    },
    Angle {
        title: ("What {en} asks of us", "Che cosa ci chiede {it}"),
        excerpt: (
            "A conversation about attention, repetition and the right to start again.",
            "Una conversazione su attenzione, ripetizione e diritto di ricominciare.",
        ),
        opening: (
            "The conversation began at the sink, where most conversations in a studio begin.",
            "La conversazione è cominciata al lavandino, dove cominciano quasi tutte in laboratorio.",
        ),
        heading: ("The same gesture again", "Di nuovo lo stesso gesto"),
        closing: (
            "We asked what she would tell a beginner. She was quiet for a while, then went to switch the kiln off.",
            "Le abbiamo chiesto che cosa direbbe a chi comincia. È rimasta zitta un po', poi è andata a spegnere il forno.",
        ),
    },
    Angle {
        title: ("A short history of {en}", "Breve storia {di}"),
        excerpt: (
            "From the village workshop to the gallery shelf, by way of a few happy mistakes.",
            "Dalla bottega di paese alla mensola della galleria, passando per qualche errore felice.",
        ),
        opening: (
            "Most of what we know comes from what was thrown away.",
            "Quasi tutto quello che sappiamo viene da ciò che è stato buttato via.",
        ),
        heading: ("The mistakes that stayed", "Gli errori rimasti"),
        closing: (
            "The museum label gives a century. The thumb print on the base gives a morning.",
            "Il cartellino del museo dà un secolo. L'impronta del pollice sulla base dà un mattino.",
        ),
    },
    Angle {
        title: ("Coming late to {en}", "Arrivare tardi: {it}"),
        excerpt: (
            "Four people who began after fifty, and why none of them calls it a hobby.",
            "Quattro persone che hanno cominciato dopo i cinquant'anni, e perché nessuna lo chiama un passatempo.",
        ),
        opening: (
            "None of them had planned it. One came in to get out of the rain.",
            "Nessuno l'aveva previsto. Uno è entrato per ripararsi dalla pioggia.",
        ),
        heading: ("Beginning badly", "Cominciare male"),
        closing: (
            "They meet on Thursdays. The kettle is older than the studio, and the cups are all their own.",
            "Si ritrovano il giovedì. Il bollitore è più vecchio del laboratorio, e le tazze sono tutte loro.",
        ),
    },
    Angle {
        title: ("A notebook on {en}", "Taccuino: {it}"),
        excerpt: (
            "Pages from a year of notes: temperatures, failures, a recipe for lentils.",
            "Pagine da un anno di appunti: temperature, fallimenti, una ricetta per le lenticchie.",
        ),
        opening: (
            "The notebook is brown, swollen with water, and has a biscuit for a bookmark.",
            "Il taccuino è marrone, gonfio d'acqua, e per segnalibro ha un biscotto.",
        ),
        heading: ("From the margins", "Dai margini"),
        closing: (
            "The last page is blank except for a date and the word again, underlined.",
            "L'ultima pagina è bianca, tranne una data e la parola ancora, sottolineata.",
        ),
    },
];

/// Puts a subject into a text of an angle.
pub(super) fn about(topic: &Topic, text: Pair) -> (String, String) {
    let english = text.0.replace("{en}", topic.english);
    let italian = text
        .1
        .replace("{it}", topic.italian)
        .replace("{di}", topic.italian_of);
    (english, italian)
}
