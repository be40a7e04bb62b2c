//! The directory at the back of the magazine: studios, events and the library of glazes.

use serde_json::json;

use super::draft::{Plan, Stage, both, color, item_id, place, slug};
use super::places::{EVENTS, TOWNS, WORKSHOPS};
use super::topics::Pair;

/// How many glazes the library has.
const GLAZES: usize = 60;

/// Families of glaze: name, colour, the oxide that makes it.
const FAMILIES: [(Pair, u32, &str); 12] = [
    (("Celadon", "Céladon"), 0x009d_b8a0, "Iron oxide"),
    (("Tenmoku", "Tenmoku"), 0x003a_241a, "Iron oxide"),
    (("Shino", "Shino"), 0x00d9_a07a, "Spodumene"),
    (("Chun", "Chun"), 0x008f_a9c4, "Iron oxide"),
    (
        ("Copper red", "Rosso rame"),
        0x008e_242c,
        "Copper carbonate",
    ),
    (("Tin white", "Bianco stagno"), 0x00f1_eee6, "Tin oxide"),
    (("Rutile blue", "Blu rutilo"), 0x004f_6f95, "Rutile"),
    (("Wood ash", "Cenere di legna"), 0x00a5_9a6b, "Washed ash"),
    (("Oribe", "Oribe"), 0x002f_6b4a, "Copper carbonate"),
    (("Honey", "Miele"), 0x00c4_8a32, "Red iron oxide"),
    (("Nuka", "Nuka"), 0x00e6_e0d0, "Rice husk ash"),
    (("Persimmon", "Cachi"), 0x009c_4522, "Red iron oxide"),
];

const SURFACES: [(&str, Pair); 5] = [
    ("gloss", ("gloss", "lucido")),
    ("satin", ("satin", "satinato")),
    ("matt", ("matt", "opaco")),
    ("crackle", ("crackle", "cavillato")),
    ("dry", ("dry", "secco")),
];

const CONES: [(&str, f64); 4] = [("04", 1060.0), ("6", 1222.0), ("9", 1260.0), ("10", 1285.0)];

/// Five studios in every town.
pub(super) fn studios() -> Vec<Plan> {
    let mut plans = Vec::new();
    for (town_index, ((english, italian), country, latitude, longitude)) in TOWNS.iter().enumerate()
    {
        for (index, (name, description)) in WORKSHOPS.iter().enumerate() {
            let number = town_index * WORKSHOPS.len() + index;
            let seats = 3 + (number * 7) % 9;
            // A few streets away from each other, not on one spot.
            let offset = f64::from(u8::try_from(index).unwrap_or(0)) * 0.004;
            let facts =
                json!({ "wheels": 1 + number % 6, "kilns": 1 + number % 3, "seats": seats });
            let plan = Plan::new(
                "studio",
                &number.to_string(),
                400 - u32::try_from(number).unwrap_or(0),
                json!({
                    "name": both(format!("{}, {english}", name.0), format!("{}, {italian}", name.1)),
                    "slug": slug(&format!("{} {english}", name.0)),
                    "town": both(*english, *italian),
                    "country": country,
                    "place": place(latitude + offset, longitude - offset),
                    "founded": 1948 + (number * 13) % 74,
                    "open_to_visitors": !number.is_multiple_of(3),
                    "description": both(description.0, description.1),
                    "facts": facts.to_string(),
                }),
            );
            plans.push(plan.created_by(number % 3));
        }
    }
    plans
}

const VENUES: [&str; 4] = ["Town hall", "Old school", "The quay", "Studio yard"];

/// In euros, for each kind of event.
const PRICES: [f64; 4] = [0.0, 5.0, 85.0, 7.5];

/// How many events there are.
const EVENT_COUNT: u32 = 60;
/// Events that lie ahead.
const AHEAD: u32 = 18;

/// Events of the last and the coming seasons, the farthest ahead first. The latest four are not announced yet.
/// `day` takes days from now, negative for the past, and an hour.
pub(super) fn events(day: &impl Fn(i64, u32) -> String) -> Vec<Plan> {
    (0..EVENT_COUNT)
        .map(|number| {
            let index = usize::try_from(number).unwrap_or_default();
            let ((english, italian), _, latitude, longitude) = &TOWNS[(index * 7 + 3) % TOWNS.len()];
            let (title, description) = &EVENTS[index % EVENTS.len()];
            let from_now = (i64::from(AHEAD) - i64::from(number)) * 11 + 4;
            let season = index / EVENTS.len() + 1;
            let studio = (index * 7 + 3) % TOWNS.len() * WORKSHOPS.len() + index % WORKSHOPS.len();
            let plan = Plan::new("event", &number.to_string(), 200 + number, json!({
                "title": both(title.0.replace("{town}", english), title.1.replace("{town}", italian)),
                "slug": format!("{}-{season}", slug(&title.0.replace("{town}", english))),
                "starts_at": day(from_now, 10),
                "venue": VENUES[index % VENUES.len()],
                "place": place(*latitude, *longitude),
                "price": PRICES[index % PRICES.len()],
                "description": both(description.0, description.1),
                "studio": item_id("studio", &studio.to_string()),
            }));
            if number < 4 { plan.touched(number + 1).staged(Stage::Draft) } else { plan.touched(60 + number) }
        })
        .collect()
}

/// The library of glazes: every family in five surfaces.
pub(super) fn glazes() -> Vec<Plan> {
    (0..GLAZES)
        .map(|number| {
            let (name, rgb, oxide) = &FAMILIES[number % FAMILIES.len()];
            let (surface, words) = &SURFACES[number / FAMILIES.len()];
            let (cone, temperature) = CONES[(number * 5 + number / 7) % CONES.len()];
            let oxide_parts = 2 + number % 9;
            let silica = 18 + (number * 3) % 11;
            let whiting = 12 + (number * 5) % 9;
            let feldspar = 100 - silica - whiting - oxide_parts;
            let recipe = json!({ "Feldspar": feldspar, "Silica": silica, "Whiting": whiting, (*oxide): oxide_parts });
            let plan = Plan::new("glaze", &number.to_string(), 300 - u32::try_from(number).unwrap_or(0), json!({
                "name": both(format!("{}, {}", name.0, words.0), format!("{}, {}", name.1, words.1)),
                "slug": slug(&format!("{} {}", name.0, words.0)),
                "code": format!("KC-{:03}", number + 1),
                "cone": cone,
                "temperature": temperature,
                "surface": surface,
                "color": color(*rgb),
                "recipe": recipe.to_string(),
                "notes": both(
                    format!("Sieve twice, apply to the thickness of a postcard, and fire to cone {cone}."),
                    format!("Setacciare due volte, stendere spesso come una cartolina e cuocere al cono {cone}."),
                ),
            }));
            let plan = plan.created_by(2);
            if number % 15 == 11 { plan.touched(5).staged(Stage::Draft) } else { plan }
        })
        .collect()
}
