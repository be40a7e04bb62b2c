//! Where the magazine's studios and events are, and who writes it.

use super::topics::Pair;

/// A town: name, country, latitude, longitude.
pub(super) type Town = (Pair, &'static str, f64, f64);

/// Towns with a potters' street, a kiln or at least a good clay merchant.
pub(super) const TOWNS: [Town; 18] = [
    (("Faenza", "Faenza"), "IT", 44.2857, 11.8833),
    (("Deruta", "Deruta"), "IT", 42.9815, 12.4187),
    (("Caltagirone", "Caltagirone"), "IT", 37.2379, 14.5122),
    (("Montelupo", "Montelupo"), "IT", 43.7317, 11.0211),
    (
        ("Vietri sul Mare", "Vietri sul Mare"),
        "IT",
        40.6721,
        14.7274,
    ),
    (("Grottaglie", "Grottaglie"), "IT", 40.5366, 17.4264),
    (("Albisola", "Albisola"), "IT", 44.3396, 8.5041),
    (("Nove", "Nove"), "IT", 45.7247, 11.6789),
    (("Oristano", "Oristano"), "IT", 39.9062, 8.5884),
    (("Stoke-on-Trent", "Stoke-on-Trent"), "GB", 53.0027, -2.1794),
    (("St Ives", "St Ives"), "GB", 50.2114, -5.4800),
    (("Winchcombe", "Winchcombe"), "GB", 51.9530, -1.9640),
    (("Farnham", "Farnham"), "GB", 51.2143, -0.7988),
    (
        ("Chipping Campden", "Chipping Campden"),
        "GB",
        52.0498,
        -1.7806,
    ),
    (("Aberystwyth", "Aberystwyth"), "GB", 52.4140, -4.0810),
    (("Bath", "Bath"), "GB", 51.3811, -2.3590),
    (("London", "Londra"), "GB", 51.5072, -0.1276),
    (("Edinburgh", "Edimburgo"), "GB", 55.9533, -3.1883),
];

/// Kinds of workshop; a studio is one of these in a town.
pub(super) const WORKSHOPS: [(Pair, Pair); 5] = [
    (
        ("The Blue Door", "La Porta Blu"),
        (
            "Two wheels, one kiln and a window on the street. Visitors are put to work before they can ask a question.",
            "Due torni, un forno e una finestra sulla strada. I visitatori vengono messi al lavoro prima di poter fare domande.",
        ),
    ),
    (
        ("Slow Hands", "Mani Lente"),
        (
            "A shared studio for eleven people who agree about clay and about nothing else.",
            "Un laboratorio condiviso da undici persone d'accordo sull'argilla e su nient'altro.",
        ),
    ),
    (
        ("Old Lime Kiln", "La Vecchia Calcara"),
        (
            "In the yard of a former lime works, with a wood kiln that is lit four times a year.",
            "Nel cortile di una vecchia calcara, con un forno a legna che si accende quattro volte l'anno.",
        ),
    ),
    (
        ("Third Shelf", "Terza Mensola"),
        (
            "Tableware for restaurants, seconds for the neighbours, tea for whoever comes before ten.",
            "Stoviglie per i ristoranti, seconde scelte per i vicini, tè per chi arriva prima delle dieci.",
        ),
    ),
    (
        ("Raw Glaze", "Smalto Crudo"),
        (
            "Painters of maiolica, third generation, with the pattern books still on the wall.",
            "Pittori di maiolica, terza generazione, con i quaderni dei decori ancora appesi al muro.",
        ),
    ),
];

/// Kinds of event with what to expect.
pub(super) const EVENTS: [(Pair, Pair); 4] = [
    (
        ("Open kiln at {town}", "Forno aperto a {town}"),
        (
            "The kiln is opened in public, shelf by shelf. Bring gloves and low expectations.",
            "Il forno si apre in pubblico, piastra per piastra. Portate guanti e poche aspettative.",
        ),
    ),
    (
        ("{town} Pottery Market", "Mercato della ceramica di {town}"),
        (
            "Sixty makers, one square, and a prize for the best teapot that actually pours.",
            "Sessanta ceramisti, una piazza e un premio per la migliore teiera che versi davvero.",
        ),
    ),
    (
        (
            "A weekend at the wheel, {town}",
            "Un fine settimana al tornio, {town}",
        ),
        (
            "Eight beginners, two teachers. You will take home one bowl and sore shoulders.",
            "Otto principianti, due insegnanti. Tornerete a casa con una ciotola e le spalle indolenzite.",
        ),
    ),
    (
        (
            "The quiet shelf: an exhibition in {town}",
            "La mensola silenziosa: una mostra a {town}",
        ),
        (
            "Forty small pots by makers who never sign. The catalogue is a list of dates.",
            "Quaranta piccoli vasi di ceramisti che non firmano mai. Il catalogo è un elenco di date.",
        ),
    ),
];

/// People who write for the magazine: name, what they do, a line about them.
pub(super) const AUTHORS: [(&str, Pair, Pair); 24] = [
    (
        "Elena Moretti",
        ("Editor in chief", "Direttrice"),
        (
            "Founded the magazine at a kitchen table and still edits it there.",
            "Ha fondato la rivista a un tavolo di cucina e la dirige ancora da lì.",
        ),
    ),
    (
        "Daniel Okafor",
        ("Deputy editor", "Vicedirettore"),
        (
            "Writes about kilns, mostly from inside them.",
            "Scrive di forni, di solito da dentro.",
        ),
    ),
    (
        "Giulia Ferrante",
        ("Translator", "Traduttrice"),
        (
            "Moves every issue between two languages and loses very little on the way.",
            "Porta ogni numero da una lingua all'altra e perde pochissimo per strada.",
        ),
    ),
    (
        "Marcus Webb",
        ("Photographer", "Fotografo"),
        (
            "Prefers north light and unfinished work.",
            "Preferisce la luce del nord e il lavoro non finito.",
        ),
    ),
    (
        "Sara Bianchi",
        ("Reporter", "Cronista"),
        (
            "Has visited more clay pits than cathedrals.",
            "Ha visitato più cave d'argilla che cattedrali.",
        ),
    ),
    (
        "Owen Pritchard",
        ("Columnist", "Rubrichista"),
        (
            "Keeps bees, a wood kiln and a grudge against electric wheels.",
            "Alleva api, ha un forno a legna e ce l'ha con i torni elettrici.",
        ),
    ),
    (
        "Chiara Lombardi",
        ("Glaze chemist", "Chimica degli smalti"),
        (
            "Answers readers' letters with a calculator.",
            "Risponde alle lettere dei lettori con la calcolatrice.",
        ),
    ),
    (
        "Hannah Doyle",
        ("Reporter", "Cronista"),
        (
            "Came from sports writing and says the timing is similar.",
            "Viene dal giornalismo sportivo e dice che i tempi sono simili.",
        ),
    ),
    (
        "Luca Santoro",
        ("Critic", "Critico"),
        (
            "Has owned the same teapot for thirty years and reviews the others.",
            "Possiede la stessa teiera da trent'anni e recensisce le altre.",
        ),
    ),
    (
        "Priya Raman",
        ("Reporter", "Cronista"),
        (
            "Writes about materials and the people who dig them.",
            "Scrive di materiali e di chi li scava.",
        ),
    ),
    (
        "Federico Neri",
        ("Historian", "Storico"),
        (
            "Reads potters' marks the way others read faces.",
            "Legge i marchi dei vasai come altri leggono i volti.",
        ),
    ),
    (
        "Alice Thornbury",
        ("Illustrator", "Illustratrice"),
        (
            "Draws pots from memory, which is why they look better.",
            "Disegna i vasi a memoria, per questo vengono meglio.",
        ),
    ),
    (
        "Matteo Gallo",
        ("Restorer", "Restauratore"),
        (
            "Mends plates for museums and cups for friends.",
            "Ripara piatti per i musei e tazze per gli amici.",
        ),
    ),
    (
        "Ruth Kessler",
        ("Essayist", "Saggista"),
        (
            "Writes slowly, about slow things.",
            "Scrive piano, di cose lente.",
        ),
    ),
    (
        "Irene Colombo",
        ("Reporter", "Cronista"),
        (
            "Grew up above a tile works.",
            "È cresciuta sopra una fabbrica di piastrelle.",
        ),
    ),
    (
        "Ben Achterberg",
        ("Technician", "Tecnico"),
        (
            "Repairs the kilns he writes about.",
            "Ripara i forni di cui scrive.",
        ),
    ),
    (
        "Valentina Riva",
        ("Interviewer", "Intervistatrice"),
        ("Asks one question and waits.", "Fa una domanda e aspetta."),
    ),
    (
        "Joanna Price",
        ("Reporter", "Cronista"),
        (
            "Covers markets, fairs and the weather that ruins them.",
            "Segue mercati, fiere e il tempo che le rovina.",
        ),
    ),
    (
        "Stefano Greco",
        ("Photographer", "Fotografo"),
        (
            "Carries two lenses and a spirit level.",
            "Porta due obiettivi e una livella.",
        ),
    ),
    (
        "Amara Nwosu",
        ("Essayist", "Saggista"),
        (
            "Teaches design and throws on Sundays.",
            "Insegna design e la domenica sta al tornio.",
        ),
    ),
    (
        "Paolo Vitale",
        ("Columnist", "Rubrichista"),
        (
            "Cooks in what he reviews.",
            "Cucina in quello che recensisce.",
        ),
    ),
    (
        "Kate Lindqvist",
        ("Reporter", "Cronista"),
        (
            "Lives on an island with one kiln and no shop.",
            "Vive su un'isola con un forno e nessun negozio.",
        ),
    ),
    (
        "Anna De Santis",
        ("Proof reader", "Correttrice di bozze"),
        (
            "The reason there are no mistakes on page four.",
            "Il motivo per cui a pagina quattro non ci sono errori.",
        ),
    ),
    (
        "Theo Marchetti",
        ("Intern", "Stagista"),
        (
            "Wedges the clay, makes the coffee, wrote the best piece of last year.",
            "Impasta l'argilla, fa il caffè, ha scritto il pezzo migliore dell'anno scorso.",
        ),
    ),
];
